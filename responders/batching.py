"""Batching (合并发送): when a group robot has more due than it may send, one reader's notices go as one message. Pure.

Each notice stays itself: it is finished separately, under its own key. Urgent ones are never put among others and never wait for them:
a part of every rate is kept for them. Source: practice.md 5, "one message/unit/window"; the rates are the channels' own.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from records.notice import Notice, NoticeKind
from responders.channels.answer import Rate

MOST = 40  # notices in one message: more is no message but a list
TOGETHER = (NoticeKind.ALERT, NoticeKind.DISPATCH, NoticeKind.UPDATE, NoticeKind.REMINDER)
_LINK = re.compile(r"https?://\S+")


def ordinary(rates: Sequence[Rate]) -> tuple[Rate, ...]:
    """What of the rates is for notices that are not urgent: four fifths of those of ten messages or more.

    >>> [r.count for r in ordinary((Rate(count=5, seconds=1), Rate(count=20, seconds=60)))]
    [5, 16]
    """
    return tuple(replace(r, count=r.count - r.count // 5) if r.count >= 10 else r for r in rates)


def grouped(queue: Sequence[Notice], room: int, fits: Callable[[Notice], bool]) -> list[tuple[Notice, ...]]:
    """The queue as messages, urgent ones first: each notice by itself while there is room for all, else one reader's together.

    `fits` says whether a composed message is still one message of its channel.
    """
    if len(queue) <= room:
        return [(notice,) for notice in queue]
    heaps: dict[tuple[object, ...], list[Notice]] = {}
    for notice in queue:
        alone = (notice.id,) if notice.kind not in TOGETHER or notice.attachments else ()
        heaps.setdefault((notice.urgent, notice.recipient, notice.address, *alone), []).append(notice)
    return [group for heap in heaps.values() for group in _cut(tuple(heap[:]), fits)]


def _cut(heap: tuple[Notice, ...], fits: Callable[[Notice], bool]) -> Iterator[tuple[Notice, ...]]:
    """The heap in groups that are one message each; a notice too long by itself goes by itself."""
    while heap:
        size = min(len(heap), MOST)
        while size > 1 and not fits(together(heap[:size])):
            size //= 2
        yield heap[:size]
        heap = heap[size:]


def together(group: Sequence[Notice]) -> Notice:
    """The message for a group: the notice itself, or one that lists each notice's subject (number, level, deadline) and its link."""
    if len(group) == 1:
        return group[0]
    first = group[0]
    lines = [f"{n}. {_line(notice)}" for n, notice in enumerate(group, 1)]
    mark = "【急】" if first.urgent else ""
    return replace(first, subject=f"{mark}【合并通知】{len(group)}件", text="\n".join(lines), html="", thread="")


def _line(notice: Notice) -> str:
    link = next(iter(_LINK.findall(notice.text)), "")
    return f"{notice.kind} {notice.subject} {link}".rstrip()
