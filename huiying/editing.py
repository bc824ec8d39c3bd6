"""Editing a digest (日报编辑): what an analyst names becomes event ids, checked against the paper as it stands, and an edit on record."""

import re
from collections.abc import Sequence
from datetime import date

from digests.reading import Kind, Reading, read
from huiying.digest_facts import find_event, gather_event, gather_facts, gather_period, month_to, week_to
from huiying.digesting import KIND, MONTHLY, SPECIAL, WEEKLY
from huiying.office import Desk
from ledger.editions import EditionShelf
from records.edition import REMARK, WORDS, DigestEdit, EditKind

_ROW = re.compile(r"(?:事|e)(\d{1,6})", re.ASCII)


class EditRefusedError(ValueError):
    """What was asked cannot be done; says why, in Chinese."""


def edit_digest(
    desk: Desk, day: date, action: EditKind, items: Sequence[str], words: str, *, by: str, issue: str = KIND
) -> DigestEdit:
    """The edit, kept. `items` are events: a row as printed (事3), an event's id, or a case's number.

    Raises: EditRefusedError; ReviewedIssueError.
    """
    if not by.strip():
        raise EditRefusedError("--by: 须写明姓名")
    shelf = EditionShelf(desk.ledger.engine)
    events = _named(desk, day, issue, items)
    _check(action, events, words, set(shelf.edition(str(day), issue).dropped))
    edit = DigestEdit(
        id=desk.new_id(), day=str(day), issue=issue, kind=action, events=events, words=" ".join(words.split()), by=by.strip(), at=desk.now()
    )
    shelf.add(edit)
    return edit


def _check(action: EditKind, events: tuple[str, ...], words: str, dropped: set[str]) -> None:
    """Raises: EditRefusedError for an edit that would change nothing, says nothing, or says too much for the sheet."""
    if action is EditKind.DROP and not words.strip():
        raise EditRefusedError("略去须写明理由（--why）")
    if action is EditKind.DROP and events[0] in dropped:
        raise EditRefusedError("该事件已略去")
    if action is EditKind.RESTORE and events[0] not in dropped:
        raise EditRefusedError("该事件没有被略去")
    limit = REMARK if action is EditKind.REMARK else WORDS
    if len(words) > limit:
        raise EditRefusedError(f"不超过{limit}字，现有{len(words)}字")


def _named(desk: Desk, day: date, issue: str, items: Sequence[str]) -> tuple[str, ...]:
    """The ids of the events named, each once, in the order named."""
    rows = _rows(desk, day, issue) if items else {}
    return tuple(dict.fromkeys(_one(desk, item.strip(), rows) for item in items))


def _one(desk: Desk, item: str, rows: dict[str, str]) -> str:
    match = _ROW.fullmatch(item)
    if match:
        anchor = f"{Kind.EVENT}{int(match[1])}"
        if anchor not in rows:
            raise EditRefusedError(f"{item}: 该期没有这一事件（附表3 共 {len(rows)} 项）")
        return rows[anchor]
    try:
        event = find_event(desk.ledger, item)
    except LookupError as error:
        raise EditRefusedError(str(error.args[0])) from error
    if event.id not in rows.values():
        raise EditRefusedError(f"{item}: 该期没有这一事件")
    return event.id


def _rows(desk: Desk, day: date, issue: str) -> dict[str, str]:
    """Anchor → id of the issue's events."""
    reading = _reading(desk, day, issue)
    return {reading.anchors[Kind.EVENT, e.id]: e.id for e in reading.events}


def _reading(desk: Desk, day: date, issue: str) -> Reading:
    if issue == KIND:
        return read(gather_facts(desk, day))
    if issue in (WEEKLY, MONTHLY):
        return read(gather_period(desk, (week_to if issue == WEEKLY else month_to)(day))[0])
    return read(gather_event(desk, find_event(desk.ledger, issue.removeprefix(f"{SPECIAL}-")), day)[0])


def titles(desk: Desk, events: Sequence[str]) -> str:
    """The events' titles, for a list of edits.

    An event that is gone is named by its id.
    """
    found = (desk.ledger.event(i) for i in events)
    return "、".join(e.title if e else i for e, i in zip(found, events, strict=True))
