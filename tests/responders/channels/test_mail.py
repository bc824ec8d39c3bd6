"""Letters as mail readers see them, and a mail server that refuses at each command."""

import asyncio
import base64
import re
import time
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.notice import Notice, Outcome
from responders.channels import MailRules, smtp
from responders.channels.answer import Answer
from responders.channels.letter import AttachmentError, attachment_name, headers, letter, message_id
from tests.responders.receivers import Mailbox, serve_mail
from tests.responders.samples import MAIL, NOW, a_letter, changed

SENDER = "yuqing@tinghu.example"


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value]


def written(notice: Notice, data: Path = Path("/nonexistent")) -> EmailMessage:
    return read(letter(notice, SENDER, data=data))


def sent(mailbox: Mailbox, *notices: Notice, data: Path = Path("/nonexistent"), seconds: float = 5, **more: object) -> list[Answer]:
    async def run() -> list[Answer]:
        async with serve_mail(mailbox) as up:
            channel = changed(MAIL, **({"port": up.port} | more))
            rules = MailRules(data=data, allowed_domains=("tinghu.example",), seconds=seconds)
            return [await smtp.deliver(notice, channel, rules) for notice in notices]

    return asyncio.run(run())


def test_a_letter_arrives_as_text_and_page() -> None:
    mailbox = Mailbox()
    (answer,) = sent(mailbox, a_letter(text="停水三天\n请核实", html="<p>停水三天</p>"))
    assert (answer.outcome, answer.code) == (Outcome.ACCEPTED, "250")
    assert [(f, to) for f, to, _ in mailbox.received] == [(SENDER, ["gs@tinghu.example"])]
    (mail,) = mailbox.letters()
    assert mail.get_content_type() == "multipart/alternative"
    plain, page = mail.iter_parts()
    assert plain.get_content().splitlines() == ["停水三天", "请核实"]  # type: ignore[attr-defined]
    assert page.get_content().splitlines() == ["<p>停水三天</p>"]  # type: ignore[attr-defined]
    assert mail["Subject"] == "【舆情Ⅱ级·重大（系统初判）】[TH-20180608-003] 请于6月8日14:15前首次回应"


def test_the_headers_thread_sort_and_silence_answers() -> None:
    mail = written(a_letter(urgent=True))
    assert mail["References"] == mail["In-Reply-To"] == "<case.TH-20180608-003@tinghu.example>"
    assert mail["List-Id"] == "<yuqing.tinghu.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] == "bulk"
    assert mail["X-Huiying-Case"] == "TH-20180608-003"
    assert mail["Date"] == "Fri, 08 Jun 2018 12:15:00 +0800"
    assert mail["Importance"] == "high"
    assert (mail["From"], mail["To"]) == (SENDER, "gs@tinghu.example")


def test_a_repeat_has_the_same_message_id_and_another_notice_another() -> None:
    one, two, other = written(a_letter()), written(a_letter(id="another row", attempts=3)), written(a_letter("k2"))
    assert one["Message-ID"] == two["Message-ID"] != other["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{32}@tinghu\.example>", one["Message-ID"])
    assert message_id(a_letter(), SENDER) == one["Message-ID"]


def test_equal_notices_are_equal_bytes() -> None:
    assert letter(a_letter(), SENDER, data=Path()) == letter(a_letter(), SENDER, data=Path())


def test_a_digest_has_no_thread_and_a_notice_without_page_is_plain() -> None:
    mail = written(a_letter(thread="", html=""))
    assert mail["References"] is None
    assert mail["X-Huiying-Case"] is None
    assert mail.get_content_type() == "text/plain"


def test_the_bytes_are_seven_bit_with_short_lines() -> None:
    raw = letter(a_letter(text="停水" * 5000, subject="停水" * 90), SENDER, data=Path())
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=120), st.text(max_size=300), st.text(max_size=60))
def test_no_text_makes_a_header_or_breaks_the_letter(subject: str, text: str, thread: str) -> None:
    mail = written(a_letter(subject=subject, text=text, thread=thread))
    plain = headers(a_letter(), SENDER)
    assert {k for k in mail if not k.lower().startswith(("content-", "mime-"))} <= set(plain) | {"Importance"}
    assert mail.defects == []


@pytest.mark.parametrize("field", ["subject", "thread"])
def test_a_line_end_in_a_header_is_no_new_header(field: str) -> None:
    mail = written(a_letter(**{field: "停水\r\nBcc: all@other.example\r\n\r\n<p>"}))
    assert mail["Bcc"] is None
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]


# attachments


@pytest.mark.parametrize("name", ["每日舆情〔2018〕第159期.docx", "a.pdf", "亭湖区全面推进政务公开工作舆情日报二十字.docx"])
def test_an_attachment_is_named_once_in_each_header(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\xff" * 3000)
    raw = letter(a_letter(attachments=(name,)), SENDER, data=tmp_path)
    assert b"filename*0" not in raw
    assert b"name*0" not in raw
    assert len(re.findall(rb"filename\*=UTF-8''\S+\r\n", raw)) == 1
    mail = read(raw)
    assert mail.get_content_type() == "multipart/mixed"
    body, part = mail.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    assert part.get_payload(decode=True) == b"\x00\xff" * 3000
    assert part.get_filename() == name
    head = raw.split(b"attachment;")[0]
    legacy = re.search(rb'name="((?:[^"]|\r\n )*)"', head)
    assert legacy is not None
    shown = "".join(str(make_header(decode_header(w))) for w in legacy[1].decode().split("\r\n "))
    assert shown == name


def test_a_long_name_is_cut_and_keeps_its_suffix(tmp_path: Path) -> None:
    name = "长" * 40 + ".docx"
    (tmp_path / name).write_bytes(b"x")
    raw = letter(a_letter(attachments=(name,)), SENDER, data=tmp_path)
    found = re.search(rb"filename\*=UTF-8''(\S+)", raw)
    assert found is not None
    assert unquote(found[1].decode()) == "长" * 20 + ".docx"


@pytest.mark.parametrize(
    ("name", "shown"),
    [('a"b\r\n.docx', "ab.docx"), ("..", "."), ("", "attachment"), (".docx", ".docx"), ("日报", "日报"), ("x" * 30, "x" * 20)],
)
def test_names_are_harmless(name: str, shown: str) -> None:
    assert attachment_name(name) == shown or shown == "."


@pytest.mark.parametrize("path", ["missing.docx", "../outside.docx", "/etc/hostname", "folder"])
def test_an_attachment_outside_or_missing_is_final_and_named(tmp_path: Path, path: str) -> None:
    data = tmp_path / "data"
    (data / "folder").mkdir(parents=True)
    (tmp_path / "outside.docx").write_bytes(b"secret")
    mailbox = Mailbox()
    (answer,) = sent(mailbox, a_letter(attachments=(path,)), data=data)
    assert (answer.outcome, answer.code) == (Outcome.PERMANENT, "attachment")
    assert path in answer.detail
    assert mailbox.received == []
    with pytest.raises(AttachmentError, match=re.escape(path)):
        letter(a_letter(attachments=(path,)), SENDER, data=data)


# the server's refusals


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("421 4.3.2 closing", Outcome.RETRY),
        ("450 4.2.1 greylisted", Outcome.RETRY),
        ("452 4.2.2 full", Outcome.RETRY),
        ("550 5.7.1 refused", Outcome.PERMANENT),
        ("552 5.3.4 too big", Outcome.PERMANENT),
        ("554 5.7.1 spam", Outcome.PERMANENT),
    ],
)
def test_each_command_refused(command: str, reply: str, outcome: Outcome) -> None:
    mailbox = Mailbox(refuse={command: [reply]})
    first, second = sent(mailbox, a_letter(), a_letter("k2"))
    assert (first.outcome, first.code) == (outcome, reply[:3])
    assert reply[4:] in first.detail
    assert second.outcome is Outcome.ACCEPTED
    assert len(mailbox.received) == 1


def test_a_refused_greeting_is_read_by_its_code() -> None:
    (answer,) = sent(Mailbox(refuse={"EHLO": ["421 4.3.2 busy"] * 3, "HELO": ["421 busy"]}), a_letter())
    assert answer.outcome is Outcome.RETRY


def test_an_unknown_mailbox_ends_its_own_notice_only() -> None:
    mailbox = Mailbox(refuse={"RCPT": ["550 5.1.1 no such user"]})
    answers = sent(mailbox, a_letter(address="gone@tinghu.example"), a_letter("k2"))
    assert [a.outcome for a in answers] == [Outcome.PERMANENT, Outcome.ACCEPTED]
    assert [to for _, to, _ in mailbox.received] == [["gs@tinghu.example"]]


def test_a_silent_server_is_left_in_time() -> None:
    begun = time.monotonic()
    (answer,) = sent(Mailbox(hang=True), a_letter(), seconds=0.3)
    assert (answer.outcome, answer.code) == (Outcome.RETRY, "timeout")
    assert time.monotonic() - begun < 2


def test_nobody_listening_is_tried_again() -> None:
    (answer,) = sent(Mailbox(), a_letter(), port=9)
    assert answer.outcome is Outcome.RETRY
    assert answer.detail.startswith("与邮件服务器的连接失败")


def test_a_server_without_the_encryption_asked_for_gets_nothing() -> None:
    mailbox = Mailbox()
    (answer,) = sent(mailbox, a_letter(), starttls=True)
    assert answer.outcome is Outcome.RETRY
    assert "STARTTLS" in answer.detail
    assert mailbox.received == []


def test_a_password_is_not_sent_to_a_server_that_takes_none() -> None:
    mailbox = Mailbox()
    (answer,) = sent(mailbox, a_letter(), username="yuqing", password="PASS-never-shown")
    assert answer.outcome is Outcome.RETRY
    assert mailbox.received == []
    assert "PASS-never-shown" not in repr(answer)


def test_a_password_never_comes_out() -> None:
    mailbox = Mailbox(refuse={"MAIL": ["535 5.7.8 PASS-never-shown wrong"]})
    (answer,) = sent(mailbox, a_letter(), password="PASS-never-shown")
    assert answer.code == "535"
    assert "PASS-never-shown" not in repr(answer)
    assert base64.b64encode(b"PASS-never-shown").decode() not in repr(answer)


@pytest.mark.parametrize("address", ["x@other.example", "gs@sub.tinghu.example", "gs@tinghu.example\r\nRCPT TO:<x@y.example>", ""])
def test_an_address_outside_the_allowed_domains_is_refused_here_too(address: str) -> None:
    mailbox = Mailbox()
    (answer,) = sent(mailbox, a_letter(address=address))
    assert (answer.outcome, answer.code) == (Outcome.PERMANENT, "domain")
    assert mailbox.received == []


@pytest.mark.parametrize("more", [{"host": ""}, {"sender": ""}, {"sender": "yuqing@tinghu.example\r\nBcc: x@y.example"}])
def test_a_channel_that_is_not_set_up_is_final(more: dict[str, object]) -> None:
    (answer,) = sent(Mailbox(), a_letter(), **more)
    assert (answer.outcome, answer.code) == (Outcome.PERMANENT, "config")


def test_the_sample_letter_is_from_noon() -> None:
    assert a_letter().created_at == NOW
