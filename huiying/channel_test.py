"""Messages about the system itself through every channel that is on (`check --send`, `watchdog`): no case, no text of anybody."""

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
    """One test message through each channel that is on."""
    said = f"这是{settings.office.name}回应系统的通道测试消息（{in_words(now)}），无须处理。"
    return await send_to_channels(settings, data, "【测试】回应系统通道测试", said, now=now, new_id=new_id)


async def send_to_channels(
    settings: Settings, data: Path, subject: str, text: str, *, now: datetime, new_id: Callable[[], str]
) -> list[Tried]:
    """One message about the system itself through each channel that is on, one after another; one that fails is said, the others go on."""
    rules = MailRules(data=data, allowed_domains=settings.office.allowed_mail_domains)
    found = []
    async with open_http() as http:
        known = transports(http, rules)
        for channel in (c for c in settings.channels if c.enabled):
            answer = await known[channel.kind].deliver(_notice(channel, settings, subject, text, now, new_id()), channel, now)
            found.append(
                Tried(channel=channel.id, accepted=answer.outcome is Outcome.ACCEPTED, code=answer.code, detail=answer.detail)
            )
    return found


def _notice(channel: ChannelConfig, settings: Settings, subject: str, text: str, now: datetime, notice_id: str) -> Notice:
    """The message; a mail goes to the first reviewer of the digest, else to its own sender."""
    address = next(iter(settings.office.digest_to), channel.sender) if channel.kind is ChannelKind.SMTP else ""
    return Notice(
        id=notice_id, key=f"system:{channel.id}:{notice_id}", kind=NoticeKind.ALARM, case_id="", recipient="", channel=channel.id,
        address=address, subject=subject, html="", thread="", text=text, created_at=now, next_attempt_at=now,
    )  # fmt: skip
