"""Notice (通知): one message to one recipient; Delivery (投递): what the channel answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """Why a message goes out."""

    ALERT = "预警提示"
    DISPATCH = "交办"
    UPDATE = "升级"
    WITHDRAWAL = "撤销"
    SUPERVISION = "督办"
    REMINDER = "催办"
    DIGEST = "日报"
    ALARM = "运行告警"


class NoticeState(StrEnum):
    """Outbox states."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"  # permanent failure: shown to a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message, rendered, in the outbox.

    `key` is the idempotency key: the same key is never stored twice. `recipient` is a unit id; `address` the mail address, or
    "" for a group robot. `thread` is the case number (mail References) or "". `attachments` are file paths under the data
    folder. `claimed_until` guards a claim (aware UTC); after it another sender may take the row.
    """

    id: str
    key: str
    kind: NoticeKind
    case_id: str
    recipient: str
    channel: str
    address: str
    subject: str
    text: str
    html: str
    thread: str
    created_at: datetime
    state: NoticeState = NoticeState.PENDING
    attempts: int = 0
    next_attempt_at: datetime
    claimed_until: datetime | None = None
    claimed_by: str = ""
    attachments: tuple[str, ...] = ()
    urgent: bool = False


class Outcome(StrEnum):
    """What a delivery attempt came to."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt. `code` is the channel's own code ("45009", "550", "timeout"), `detail` its words, never the message body."""

    notice_id: str
    attempt: int
    at: datetime
    outcome: Outcome
    code: str
    detail: str
