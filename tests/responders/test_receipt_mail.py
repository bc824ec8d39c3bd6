"""Replies as mail clients write them: what is a receipt, and what never is."""

from email.message import EmailMessage

import pytest

from responders.receipt_mail import LARGEST, NoReceiptError, Reply, read_reply

SENDER = "gs@tinghu.example"
QUOTE = "\n------------------ 原始邮件 ------------------\n发件人: yuqing@tinghu.example\n编号：TH-20180608-001\n校验码：ABCDEFGHI2）\n签收 别人\n"


def a_reply(written: str = "签收 王联络", *, quote: str = QUOTE, html: bool = False, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"联络员 <{SENDER}>", "yuqing@tinghu.example"
    mail["Subject"] = "Re: 【舆情Ⅱ级·重大】[TH-20180608-001] 停水"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    text = written + quote
    if html:
        body = text.replace("\n", "<br>")
        mail.set_content(f"<html><body><div>{body}</div></body></html>", subtype="html", charset="gb18030", cte="base64")
    else:
        mail.set_content(text)
    return mail.as_bytes()


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize(
    ("written", "act", "name", "why"),
    [
        ("签收 王联络", "签收", "王联络", ""),
        ("  签收：王联络，已派人去现场", "签收", "王联络", "已派人去现场"),
        ("您好！\n\n签收 王联络\n谢谢", "签收", "王联络", ""),
        ("退回 王联络 住建局 停水归物业水泵", "退回", "王联络", "住建局 停水归物业水泵"),
    ],
)
def test_what_a_person_writes_above_the_quotation(written: str, act: str, name: str, why: str, html: bool) -> None:
    found = read_reply(a_reply(written, html=html), SENDER)
    assert found == Reply(sender=SENDER, number="TH-20180608-001", code="ABCDEFGHI2", act=act, name=name, why=why)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (a_reply("好的"), "没有一行"),
        (a_reply("签收"), "没有一行"),
        (a_reply(""), "没有一行"),
        (a_reply("签收 王联络\n签收 李联络"), "没有一行"),
        (a_reply("我们不签收 王联络"), "没有一行"),
        (a_reply("\n".join(["一"] * 9) + "\n签收 王联络"), "没有一行"),
        (a_reply(quote="\n> 没有码"), "没有校验码"),
        (a_reply(quote="\n校验码：ABCDEFGHI2XYZ"), "没有校验码"),
        (a_reply(Subject="Re: 停水"), "没有编号"),
        (a_reply(Auto_Submitted="auto-replied"), "自动回复"),
        (a_reply(Auto_Submitted="auto-generated (rejected)"), "自动回复"),
        (a_reply(X_Autoreply="yes"), "自动回复"),
        (a_reply(Precedence="auto_reply"), "自动回复"),
        (a_reply(From="a@tinghu.example, b@tinghu.example"), "不一致"),
        (a_reply(From="other@tinghu.example"), "不一致"),
        (a_reply(From=""), "不一致"),
        (b"", "不一致"),
        (b"\x00\xff" * 100, "不一致"),
        (b"x" * (LARGEST + 1), "过大"),
    ],
)
def test_what_is_no_receipt_says_why(raw: bytes, said: str) -> None:
    with pytest.raises(NoReceiptError, match=said):
        read_reply(raw, SENDER)


def test_a_bounce_is_no_receipt() -> None:
    with pytest.raises(NoReceiptError, match="退信"):
        read_reply(a_reply(From="MAILER-DAEMON@tinghu.example"), "mailer-daemon@tinghu.example")


def test_an_explicit_no_is_a_persons_letter() -> None:
    assert read_reply(a_reply(Auto_Submitted="no"), f"<{SENDER.upper()}>").act == "签收"
