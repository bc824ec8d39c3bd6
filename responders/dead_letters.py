"""Dead letters (死信): notices that could not be delivered, told to the office by an alarm over its other channels. Composed, not sent.

An alarm's key names the letters it tells of, so that what has been told is read back from the keys alone: a restart tells nothing twice
and forgets nothing. A dead alarm stands on the list, but no alarm tells of it: alarms about alarms would not end.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from records.channel import ChannelConfig, ChannelKind
from records.instant import in_words
from records.notice import Delivery, Notice, NoticeKind

KEY = "dead-letters"
MOST = 10  # letters in one alarm: it fits every channel's smallest message
LONGEST_DETAIL = 60  # characters
Letter = tuple[Notice, Delivery]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarming:
    """What an alarm to the office is written from. `address`: where its mail goes."""

    channels: Sequence[ChannelConfig]
    address: str
    office_name: str
    now: datetime
    new_id: Callable[[], str]


def untold(letters: Sequence[Letter], alarm_keys: Iterable[str]) -> list[Letter]:
    """The letters no alarm has told of; one that died a second time, after a person sent it again, is a new one."""
    told = {name for key in alarm_keys if key.startswith(f"{KEY}|") for name in key.split("|")[1].split(",")}
    return [(n, d) for n, d in letters if n.kind is not NoticeKind.ALARM and _name(n) not in told]


def compose_alarms(letters: Sequence[Letter], by: Alarming) -> list[Notice]:
    """Alarms of at most MOST letters each, over every enabled channel but the one that failed; over that one where it is the only one."""
    failing = groupby(sorted(letters, key=lambda one: one[0].channel), key=lambda one: one[0].channel)
    return [
        _alarm(told, channel, by)
        for name, group in failing
        for told in _slices(list(group))
        for channel in _others(by.channels, name)
    ]  # fmt: skip


def _slices(letters: list[Letter]) -> Iterator[list[Letter]]:
    yield from (letters[start : start + MOST] for start in range(0, len(letters), MOST))


def _others(channels: Sequence[ChannelConfig], failed: str) -> list[ChannelConfig]:
    live = [c for c in channels if c.enabled]
    return [c for c in live if c.id != failed] or live


def _name(notice: Notice) -> str:
    """The letter in an alarm's key: it dies once an attempt."""
    return f"{notice.id}#{notice.attempts}"


def _alarm(letters: Sequence[Letter], channel: ChannelConfig, by: Alarming) -> Notice:
    key = "|".join((KEY, ",".join(_name(n) for n, _ in letters), channel.id))
    lines = [f"{by.office_name}（{in_words(by.now)}）：下列通知未能送达，须人工处理。", *(_line(*one) for one in letters)]
    lines.append("查看：huiying notices --dead；改正后重发：huiying notices retry 编号 --by 姓名")
    return Notice(
        id=by.new_id(), key=key, kind=NoticeKind.ALARM, case_id="", recipient="", channel=channel.id,
        address=by.address if channel.kind is ChannelKind.SMTP else "", subject=f"【运行告警】{len(letters)}件通知未能送达",
        text="\n".join(lines), html="", thread="", created_at=by.now, next_attempt_at=by.now, urgent=True,
    )  # fmt: skip


def _line(notice: Notice, delivery: Delivery) -> str:
    """One letter: which case, to whom, over what, why not; never its text."""
    about = notice.thread or "（无编号）"
    return f"{about} {notice.kind} 致 {notice.recipient or '区政府办'} 经 {notice.channel}：{delivery.code} {delivery.detail[:LONGEST_DETAIL]}"
