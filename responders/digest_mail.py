"""The mail that carries a digest (日报送阅): to the reviewing analyst first, to leaders only once a named person has reviewed it."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from records.channel import ChannelConfig, ChannelKind
from records.notice import Notice, NoticeKind
from responders.mailbox import allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMail:
    """One issue to send. `reviewed_by` "" = 未经审核; `attachments` are paths under the data folder; `kind` as in DigestIssue,
    `name` its title; `closed` when its cut-off (截稿) had passed."""

    day: date
    reviewed_by: str
    office_name: str
    attachments: tuple[str, ...]
    kind: str = "daily"
    name: str = "每日舆情"
    closed: bool = False

    @property
    def title(self) -> str:
        """每日舆情（2018年6月8日）, with 未经审核 where it is so."""
        mark = "" if self.reviewed_by else "【未经审核】"
        return f"{mark}{self.name}（{self.day.year}年{self.day.month}月{self.day.day}日）"


    @property
    def state(self) -> str:
        """The part of the key that tells a draft, one still unreviewed at the cut-off, and a reviewed issue apart."""
        return "reviewed" if self.reviewed_by else "closed" if self.closed else "draft"


def digest_notices(
    mail: DigestMail,
    addresses: Sequence[str],
    channels: Sequence[ChannelConfig],
    allowed_mail_domains: Sequence[str],
    *,
    now: datetime,
    new_id: Callable[[], str],
) -> list[Notice]:
    """One letter an address, through the first mail channel that is on and inside the building; none where there is no such channel.

    The key holds the day, the kind (unless daily) and whether it is reviewed: an issue reaches an address once as a draft and once reviewed.
    """
    channel = next((c for c in channels if c.enabled and c.kind is ChannelKind.SMTP and not c.public), None)
    if channel is None:
        return []
    return [_letter(mail, a, channel.id, now, new_id()) for a in dict.fromkeys(addresses) if allowed(a, allowed_mail_domains)]


def _letter(mail: DigestMail, address: str, channel: str, now: datetime, notice_id: str) -> Notice:
    words = _words(mail)
    issue = str(mail.day) if mail.kind == "daily" else f"{mail.day}:{mail.kind}"
    return Notice(
        id=notice_id,
        key=f"digest:{issue}:{mail.state}:{channel}:{address}",
        kind=NoticeKind.DIGEST,
        case_id="",
        recipient="",
        channel=channel,
        address=address,
        subject=mail.title,
        text="\n".join(words),
        html="".join(f"<p>{html.escape(line)}</p>" for line in words),
        thread="",
        created_at=now,
        next_attempt_at=now,
        attachments=mail.attachments,
    )


def _words(mail: DigestMail) -> list[str]:
    return [mail.title, _standing(mail), "正文见附件（Word 与网页各一份）。内部资料，注意保存。", mail.office_name]


def _standing(mail: DigestMail) -> str:
    """Whether it is reviewed, and what the reader is to do."""
    if mail.reviewed_by:
        return f"已由{mail.reviewed_by}审核。"
    if mail.closed:
        return "未经审核：已过截稿时间，只送审核员；审核后才送领导。"
    return "未经审核：请审核员核对、修改后再送领导。"
