"""Deadlines (时限): wall-clock hours for the national limits, legal working time elsewhere. Never reads a clock.

Source: 国办发〔2016〕80号 (5 h authoritative release for 特别重大/重大突发事件); 国办发〔2016〕61号 (24 h press conference, 48 h for other
public concern). Unit clocks are proposals of standard.toml. They start at dispatch: not signing does not stop them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from records.case import Deadline
from records.event import EventLevel
from records.instant import SHANGHAI, shanghai
from records.standard import Holidays, Level, Limit, Standard, WorkingHours

GRAVE_EVENTS = (EventLevel.EXTREME, EventLevel.GRAVE)


def is_working_day(day: date, holidays: Holidays) -> bool:
    """True on legal working days: Monday–Friday less days off, plus make-up workdays (调休)."""
    if day in holidays.workdays:
        return True
    return day not in holidays.days_off and day.weekday() < 5


def due(anchor: datetime, limit: Limit, hours: WorkingHours, holidays: Holidays) -> tuple[datetime, str]:
    """When `limit` from `anchor` ends (aware UTC), and the basis; the basis says so where a year's calendar is missing."""
    if limit.unit in ("minutes", "hours"):
        return (anchor + timedelta(**{limit.unit: limit.amount})).astimezone(UTC), limit.basis
    end = (
        _working_days(anchor, limit.amount, holidays, hours)
        if limit.unit == "working_days"
        else _working_hours(anchor, limit, hours, holidays)
    )
    missing = sorted({y for y in range(shanghai(anchor).year, end.year + 1) if y not in holidays.years})
    warned = "".join(f"（{y}年放假安排缺失，按周一至周五估算）" for y in missing)
    return end.astimezone(UTC), limit.basis + warned


def _working_days(anchor: datetime, amount: int, holidays: Holidays, hours: WorkingHours) -> datetime:
    """The end of the office's day, `amount` working days after the anchor's day (期间开始之日不计算, 民法典 第二百零一条)."""
    day = shanghai(anchor).date()
    while amount > 0:
        day += timedelta(days=1)
        amount -= is_working_day(day, holidays)
    return datetime.combine(day, hours.afternoon_end, SHANGHAI)


def _working_hours(anchor: datetime, limit: Limit, hours: WorkingHours, holidays: Holidays) -> datetime:
    left = timedelta(hours=limit.amount)
    for start, end in _sittings(shanghai(anchor), hours, holidays):
        if end - start >= left:
            return start + left
        left -= end - start
    raise AssertionError("unreachable: sittings never end")


def _sittings(start: datetime, hours: WorkingHours, holidays: Holidays) -> Iterator[tuple[datetime, datetime]]:
    """Office sittings from `start` on, the first one cut at `start`."""
    spans: tuple[tuple[time, time], ...] = (
        (hours.morning_start, hours.morning_end),
        (hours.afternoon_start, hours.afternoon_end),
    )
    day = start.date()
    while True:
        for opens, closes in spans if is_working_day(day, holidays) else ():
            begin, end = datetime.combine(day, opens, SHANGHAI), datetime.combine(day, closes, SHANGHAI)
            if end > start:
                yield max(begin, start), end
        day += timedelta(days=1)


def public_clocks(
    said_at: datetime, event_level: EventLevel, level: Level, standard: Standard, now: datetime
) -> tuple[Deadline, ...]:
    """The national clocks, from the earlier of published and first seen: 5 h and 24 h for grave events set by a person, else 48 h.

    A clock that had run out before `now` is 迟发现: charged to monitoring, not to the unit.
    """
    grave = event_level in GRAVE_EVENTS
    rows = (("release", standard.release), ("press", standard.press)) if grave else (("respond", level.respond),)
    return tuple(_clock(kind, said_at, limit, standard.working_hours, NO_CALENDAR, now) for kind, limit in rows)


NO_CALENDAR = Holidays(years=frozenset(), days_off=frozenset(), workdays=frozenset())  # national limits are wall clock


def unit_clocks(dispatched_at: datetime, level: Level, hours: WorkingHours, holidays: Holidays) -> tuple[Deadline, ...]:
    """The unit's clocks, from dispatch: 签收, 首次回应, 办结."""
    rows = (("sign", level.sign), ("reply", level.reply), ("close", level.close))
    return tuple(_clock(kind, dispatched_at, limit, hours, holidays, dispatched_at) for kind, limit in rows)


def _clock(kind: str, anchor: datetime, limit: Limit, hours: WorkingHours, holidays: Holidays, now: datetime) -> Deadline:
    end, basis = due(anchor, limit, hours, holidays)
    return Deadline(kind=kind, anchor_at=anchor, due_at=end, basis=basis, late_found=end < now)
