"""The mail sink over real SMTP: letters kept whole, foreign recipients refused, and closing while somebody is connected."""

import asyncio
import email
import email.policy
import smtplib
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

import pytest
from aiosmtplib import SMTP, SMTPRecipientsRefused, SMTPResponseException

from huiying.town.mail_sink import LARGEST, domain_of, serve_mail

DOMAIN = "tinghu.example"
TO = f"zjj@{DOMAIN}"


def letter(text: str = "请于6月8日14:15前首次回应。\n.\n..以点开头的行\n", to: str = TO) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"yuqing@{DOMAIN}", to, "【舆情Ⅱ级·重大】[TH-20180608-003] 通榆路停水"
    message["Message-ID"] = f"<1@{DOMAIN}>"
    message.set_content(text)
    return message


def with_sink(folder: Path, act: Callable[[SMTP], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with serve_mail(folder, DOMAIN) as (host, port):
            assert host == "127.0.0.1"
            async with SMTP(hostname=host, port=port, timeout=4) as client:
                await act(client)

    asyncio.run(inside())


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def read(folder: Path, name: str) -> email.message.EmailMessage:
    found = email.message_from_bytes((folder / name).read_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_is_kept_whole(tmp_path: Path) -> None:
    async def act(client: SMTP) -> None:
        refused, said = await client.send_message(letter())
        assert refused == {}
        assert "kept as 001.eml" in said

    with_sink(tmp_path, act)
    found = read(tmp_path, "001.eml")
    assert found["Subject"] == "【舆情Ⅱ级·重大】[TH-20180608-003] 通榆路停水"
    assert (found["Return-Path"], found["Delivered-To"]) == (f"<yuqing@{DOMAIN}>", TO)
    assert found.get_content() == "请于6月8日14:15前首次回应。\r\n.\r\n..以点开头的行\r\n", "lines end as on the wire"


def test_the_bytes_below_our_lines_are_the_senders(tmp_path: Path) -> None:
    raw = b"Subject: x\r\n\r\n" + "八位正文".encode() + b"\r\n"

    async def act(client: SMTP) -> None:
        await client.sendmail(f"yuqing@{DOMAIN}", [TO], raw, mail_options=["BODY=8BITMIME"])

    with_sink(tmp_path, act)
    assert (tmp_path / "001.eml").read_bytes().endswith(raw)


@pytest.mark.parametrize(
    ("to", "ok"),
    [
        (TO, True),
        ("zjj@TINGHU.Example", True),
        ("zjj@elsewhere.example", False),
        ("zjj@sub.tinghu.example", False),
        ("zjj@eviltinghu.example", False),
        ("zjj@tinghu.example.evil.example", False),
        ('"a@tinghu.example"@evil.example', False),
    ],
)
def test_only_the_allowed_domain(tmp_path: Path, to: str, ok: bool) -> None:
    codes: list[int] = []

    async def act(client: SMTP) -> None:
        await client.ehlo()
        await client.mail(f"yuqing@{DOMAIN}")
        try:
            codes.append((await client.rcpt(to)).code)
        except SMTPResponseException as error:
            codes.append(error.code)

    with_sink(tmp_path, act)
    assert codes == [250 if ok else 550]
    assert kept(tmp_path) == []


def test_the_others_still_get_theirs(tmp_path: Path) -> None:
    async def act(client: SMTP) -> None:
        refused, _ = await client.send_message(letter(), recipients=[TO, "x@elsewhere.example", f"gs@{DOMAIN}"])
        assert {to: answer.code for to, answer in refused.items()} == {"x@elsewhere.example": 550}

    with_sink(tmp_path, act)
    assert read(tmp_path, "001.eml").get_all("Delivered-To") == [TO, f"gs@{DOMAIN}"]


def test_a_letter_to_nobody_of_ours_is_not_kept(tmp_path: Path) -> None:
    async def act(client: SMTP) -> None:
        with pytest.raises(SMTPRecipientsRefused):
            await client.send_message(letter(), recipients=["x@elsewhere.example"])

    with_sink(tmp_path, act)
    assert kept(tmp_path) == []


def test_numbering_goes_on_after_a_restart(tmp_path: Path) -> None:
    async def act(client: SMTP) -> None:
        await client.send_message(letter())
        await client.send_message(letter())

    with_sink(tmp_path, act)
    with_sink(tmp_path, act)
    assert kept(tmp_path) == ["001.eml", "002.eml", "003.eml", "004.eml"]


def test_many_senders_at_once(tmp_path: Path) -> None:
    async def inside() -> None:
        async with serve_mail(tmp_path, DOMAIN) as (host, port):

            async def one(number: int) -> None:
                async with SMTP(hostname=host, port=port, timeout=4) as client:
                    await client.send_message(letter(f"第{number}封\n"))

            await asyncio.gather(*(one(number) for number in range(15)))

    asyncio.run(inside())
    texts = {read(tmp_path, name).get_content() for name in kept(tmp_path)}
    assert texts == {f"第{number}封\r\n" for number in range(15)}


def test_a_letter_too_large_is_refused(tmp_path: Path) -> None:
    async def act(client: SMTP) -> None:
        with pytest.raises(SMTPResponseException) as caught:
            await client.sendmail(f"yuqing@{DOMAIN}", [TO], b"x" * (LARGEST + 1))
        assert caught.value.code == 552

    with_sink(tmp_path, act)
    assert kept(tmp_path) == []


def test_what_cannot_be_kept_is_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "mail"

    async def act(client: SMTP) -> None:
        folder.rmdir()
        with pytest.raises(SMTPResponseException) as caught:
            await client.send_message(letter())
        assert caught.value.code == 452
        folder.mkdir()
        await client.send_message(letter())

    with_sink(folder, act)
    assert kept(folder) == ["001.eml"]


def test_a_chinese_mailbox_name(tmp_path: Path) -> None:
    async def act(client: SMTP) -> None:
        await client.ehlo()
        await client.sendmail(f"yuqing@{DOMAIN}", [f"住建局@{DOMAIN}"], b"Subject: x\r\n\r\nx\r\n", mail_options=["SMTPUTF8"])

    with_sink(tmp_path, act)
    assert f"Delivered-To: 住建局@{DOMAIN}\r\n".encode() in (tmp_path / "001.eml").read_bytes()


def test_the_standard_librarys_client_gets_through(tmp_path: Path) -> None:
    async def inside() -> None:
        async with serve_mail(tmp_path, DOMAIN) as (host, port):

            def send() -> None:
                with smtplib.SMTP(host, port, timeout=4) as client:
                    client.send_message(letter())

            await asyncio.to_thread(send)

    asyncio.run(inside())
    assert kept(tmp_path) == ["001.eml"]


def test_closing_does_not_wait_for_an_idle_client(tmp_path: Path) -> None:
    async def inside() -> float:
        async with serve_mail(tmp_path, DOMAIN) as (host, port):
            reader, writer = await asyncio.open_connection(host, port)
            assert (await reader.readline()).startswith(b"220 ")
            began = monotonic()
        took = monotonic() - began
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        return took

    assert asyncio.run(inside()) < 2


@pytest.mark.parametrize(
    ("address", "domain"),
    [("a@B.CN", "b.cn"), ("a", ""), ("", ""), ("@x", "x"), ('"a@b"@c', "c"), ("区政府办@亭湖.中国", "亭湖.中国")],
)
def test_domain_of(address: str, domain: str) -> None:
    assert domain_of(address) == domain
