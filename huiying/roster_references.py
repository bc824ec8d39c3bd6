"""What is wrong in roster.toml and in the ladder of standard.toml. Pure: records in, mistakes out, each with its key path."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from records.roster import Shift
from responders.mailbox import allowed
from responders.roster import overlap

Found = dict[str, Any]
Mistakes = Iterator[tuple[str, tuple[str | int, ...], str]]


def _at(index: int, key: str) -> tuple[str | int, ...]:
    return ("shift", index, key)


def values(found: Found) -> Mistakes:
    """Hours, days and weekdays that cannot be."""
    for index, one in enumerate(found["roster"].shifts):
        if not one.next_day and one.end <= one.start:
            yield "roster", _at(index, "end"), f"{one.end:%H:%M} is not after start {one.start:%H:%M}; a night shift needs next_day = true"
        if one.next_day and one.end > one.start:
            yield "roster", _at(index, "end"), f"longer than 24 hours: {one.start:%H:%M} to {one.end:%H:%M} of the next day"
        if one.since and one.until and one.until < one.since:
            yield "roster", _at(index, "until"), f"{one.until} is before since {one.since}"
        for key, clock in (("start", one.start), ("end", one.end)):
            if clock.tzinfo or clock.second or clock.microsecond:
                yield "roster", _at(index, key), f"{clock.isoformat()}: whole minutes of the Shanghai clock, without a zone"
        for day in (d for d in one.weekdays if not 1 <= d <= 7):
            yield "roster", _at(index, "weekdays"), f"{day} is not a weekday 1 (Monday) to 7"
        if not one.contacts and not one.channels:
            yield "roster", _at(index, "contacts"), "nobody is named: contacts or channels"


def units(found: Found) -> Mistakes:
    """Units that are not in units.toml. The office is written as ""."""
    ids = {u.id for u in found["units"].units} | {""}
    for index, one in enumerate(found["roster"].shifts):
        if one.unit not in ids:
            yield "roster", _at(index, "unit"), f"unknown unit: {one.unit}"
        if one.unit == found["units"].office:
            yield "roster", _at(index, "unit"), f'the office ({one.unit}) is written as ""'


def ways(found: Found) -> Mistakes:
    """Channels that are not set up, and mail addresses the office may not write to."""
    office = found["huiying"]
    channels = {c.id for c in office.channel}
    for index, one in enumerate(found["roster"].shifts):
        for name in (c for c in one.channels if c not in channels):
            yield "roster", _at(index, "channels"), f"unknown channel: {name}"
        for address in (c.email for c in one.contacts if c.email and not allowed(c.email, office.allowed_mail_domains)):
            yield "roster", _at(index, "contacts"), f"{address!r} is malformed or outside allowed_mail_domains"


def overlaps(found: Found) -> Mistakes:
    """Two shifts of one post of one unit that are on together."""
    rows: list[tuple[int, Shift]] = [(n, s) for n, s in enumerate(found["roster"].shifts) if _plain(s)]
    for (first, one), (second, other) in combinations(rows, 2):
        day = overlap(one, other, found["holidays"])
        if day:
            yield "roster", _at(second, "start"), f"overlaps shift[{first}] of the same post ({one.post}) on {day}"


def _plain(shift: Shift) -> bool:
    return shift.start.tzinfo is None and shift.end.tzinfo is None


def rungs(found: Found) -> Mistakes:
    """Rungs must rise."""
    before = -1.0
    for index, one in enumerate(found["standard"].ladder):
        if not before < one.times <= 100:
            yield "standard", ("rung", index, "times"), f"{one.times}: rungs must rise from 0, none beyond 100"
        before = max(before, one.times)
    if not found["standard"].ladder:
        yield "standard", ("rung",), "the ladder needs a rung"
