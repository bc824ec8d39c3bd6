"""Edition (编辑): what an analyst changed of a digest before it goes out: the order of its events, what is left out, a remark.

Figures are never edited: an event left out is still counted, and the paper says what was left out, by whom and why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

REMARK = 90  # characters: more would push the front sheet onto a second page
WORDS = 200  # characters of a reason


class EditKind(StrEnum):
    """What was done."""

    ORDER = "order"  # 调整次序
    DROP = "drop"  # 略去
    RESTORE = "restore"  # 恢复
    REMARK = "remark"  # 按语


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestEdit:
    """One edit of one issue. `day` and `issue` as in DigestIssue (`issue` its kind); `events` are ids: of an ORDER in their new order, of a
    DROP or RESTORE the one, of a REMARK the one it is about or none (the whole paper). `words` are the reason, or the remark."""

    id: str
    day: str
    issue: str
    kind: EditKind
    events: tuple[str, ...]
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The edits of an issue taken together. `order` the events that come first; `dropped` event id → its edit; `remarks` event id, or "" for
    the whole paper → the words; `edits` all of them, oldest first."""

    order: tuple[str, ...] = ()
    dropped: Mapping[str, DigestEdit] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    edits: tuple[DigestEdit, ...] = ()

    def place(self, event_id: str) -> int:
        """The event's place in the order asked for; those not named come after all named.

        >>> [Edition(order=("b", "a")).place(i) for i in ("a", "b", "c")]
        [1, 0, 2]
        """
        return self.order.index(event_id) if event_id in self.order else len(self.order)


def edition_of(edits: Iterable[DigestEdit]) -> Edition:
    """The edits taken together: the newest order holds, an event restored is not dropped, the newest remark on a thing stands
    (an empty one takes it back)."""
    ordered = tuple(sorted(edits, key=lambda e: (e.at, e.id)))
    order: tuple[str, ...] = ()
    dropped: dict[str, DigestEdit] = {}
    remarks: dict[str, str] = {}
    for edit in ordered:
        about = edit.events[0] if edit.events else ""
        match edit.kind:
            case EditKind.ORDER:
                order = edit.events
            case EditKind.DROP:
                dropped[about] = edit
            case EditKind.RESTORE:
                dropped.pop(about, None)
            case EditKind.REMARK:
                remarks[about] = edit.words
    return Edition(order=order, dropped=dropped, remarks={about: words for about, words in remarks.items() if words}, edits=ordered)
