"""A test message through every channel that is on (`huiying check --send`): no case, no text of anybody, marked as a test."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huiying.settings import Settings
from records.channel import ChannelConfig, ChannelKind
from records.instant import in_words
from records.notice import Notice, NoticeKind, Outcome
from responders.channels import MailRules, transports
from responders.channels.http import open_http


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one channel answered. `detail` without secrets, as channels give it."""

    channel: str
    accepted: bool
    code: str
    detail: str


async def try_channels(settings: Settings, data: Path, *, now: datetime, new_id: Callable[[], str]) -> list[Tried]:
    """One message through each channel that is on, one after another; a channel that fails is said, the others go on."""
    rules = MailRules(data=data, allowed_domains=settings.office.allowed_mail_domains)
    found = []
    async with open_http() as http:
        known = transports(http, rules)
        for channel in (c for c in settings.channels if c.enabled):
            notice = _notice(channel, settings, now, new_id())
            answer = await known[channel.kind].deliver(notice, channel, now)
            found.append(
                Tried(channel=channel.id, accepted=answer.outcome is Outcome.ACCEPTED, code=answer.code, detail=answer.detail)
            )
    return found


def _notice(channel: ChannelConfig, settings: Settings, now: datetime, notice_id: str) -> Notice:
    """The test message; a mail goes to the first reviewer of the digest, else to its own sender."""
    address = next(iter(settings.office.digest_to), channel.sender) if channel.kind is ChannelKind.SMTP else ""
    return Notice(
        id=notice_id, key=f"test:{channel.id}:{notice_id}", kind=NoticeKind.ALARM, case_id="", recipient="", channel=channel.id, address=address,
        subject="【测试】回应系统通道测试", html="", thread="",
        text=f"这是{settings.office.name}回应系统的通道测试消息（{in_words(now)}），无须处理。",
        created_at=now, next_attempt_at=now,
    )  # fmt: skip
