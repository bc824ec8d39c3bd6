"""SMTP (内部邮件). 4xx is tried again, 5xx is final; a refused recipient is the end of its notice, and of no other.

Source: RFC 5321 4.2.1 (reply codes).
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import aiosmtplib

from records.channel import ChannelConfig
from records.notice import Notice, Outcome
from responders.channels.answer import Answer, Rate, again, judge, never
from responders.channels.letter import AttachmentError, letter
from responders.channels.robot import scrubbed
from responders.mailbox import allowed

RATES: tuple[Rate, ...] = ()  # none documented: the office's own server
SECONDS = 15.0  # of one letter, from connecting to QUIT
IMPLICIT_TLS = 465


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRules:
    """`data`: the folder attachments lie under. `allowed_domains`: others are refused, also for letters composed elsewhere."""

    data: Path
    allowed_domains: tuple[str, ...]
    seconds: float = SECONDS


async def deliver(notice: Notice, channel: ChannelConfig, rules: MailRules) -> Answer:
    """What the mail server answered. One letter, one recipient, one connection."""
    if not allowed(notice.address, rules.allowed_domains):
        return judge("domain", "", {"domain": never("收件地址不在允许的邮件域名内")})
    if not channel.host or not allowed(channel.sender, (channel.sender.rpartition("@")[2],)):
        return judge("config", "", {"config": never("邮件通道没有设置服务器（host）或发件地址（sender）")})
    try:
        raw = await asyncio.to_thread(letter, notice, channel.sender, data=rules.data)
    except AttachmentError as error:
        return judge("attachment", str(error), {"attachment": never("附件有误")})
    return _scrubbed(await _sent(raw, notice, channel, rules.seconds), notice, channel)


async def _sent(raw: bytes, notice: Notice, channel: ChannelConfig, seconds: float) -> Answer:
    try:
        async with asyncio.timeout(seconds):
            await aiosmtplib.send(
                raw, sender=channel.sender, recipients=[notice.address], hostname=channel.host, port=channel.port,
                username=channel.username or None, password=channel.password or None, timeout=seconds,
                start_tls=channel.starttls, use_tls=channel.port == IMPLICIT_TLS and not channel.starttls,
            )  # fmt: skip
    except aiosmtplib.SMTPRecipientsRefused as error:
        return by_code(error.recipients[0].code, error.recipients[0].message)
    except aiosmtplib.SMTPResponseException as error:
        return by_code(error.code, error.message)
    except TimeoutError:  # aiosmtplib's own timeouts are TimeoutErrors too
        return judge("timeout", "", {"timeout": again("邮件服务器未在时限内答复（可能已收到）")})
    except (aiosmtplib.SMTPException, OSError) as error:
        # STARTTLS asked for and not offered lands here too: the letter waits, it never goes in clear
        code, words = type(error).__name__, error.message if isinstance(error, aiosmtplib.SMTPException) else ""
        return judge(code, words, {code: again("与邮件服务器的连接失败")})
    return Answer(outcome=Outcome.ACCEPTED, code="250", detail="已接收")


def by_code(code: int, words: str) -> Answer:
    """The answer for an SMTP reply code.

    >>> [by_code(code, "").outcome.value for code in (421, 450, 550, 552)]
    ['retry', 'retry', 'permanent', 'permanent']
    """
    ruling = never("邮件服务器拒收") if 500 <= code <= 599 else again("邮件服务器暂不接收")
    return judge(str(code), " ".join(words.split()), {str(code): ruling})


def _scrubbed(answer: Answer, notice: Notice, channel: ChannelConfig) -> Answer:
    return Answer(outcome=answer.outcome, code=answer.code, detail=scrubbed(answer.detail, notice, channel))
