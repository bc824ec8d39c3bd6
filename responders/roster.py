"""Who is on duty (值班) at an instant: post → shift. Compared on the Shanghai wall clock, so summer time needs no case of its own. Pure.

Shanghai kept summer time in 1986–1991: a wall-clock hour that occurred twice is on duty twice, one that never occurred is nobody's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from records.instant import shanghai
from records.roster import DayKind, DutyPost, Roster, Shift
from records.standard import Holidays
from responders.deadlines import is_working_day

DAY = timedelta(days=1)
NEAR = 21  # days beside a boundary in which every weekday occurs as an ordinary day, whatever holiday lies there
FAR = date(2400, 1, 1)  # a stretch without a calendar
Span = tuple[datetime, datetime]  # wall clock without a zone, end not included


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """A shift that is on, since when and until when (wall clock), and a warning where the day's kind was estimated."""

    shift: Shift
    begins: datetime
    ends: datetime
    warning: str = ""


def begins_on(shift: Shift, day: date, holidays: Holidays) -> bool:
    """True when the shift begins on `day`."""
    if (shift.since and day < shift.since) or (shift.until and day > shift.until) or day in shift.except_dates:
        return False
    if (shift.dates and day not in shift.dates) or (shift.weekdays and day.isoweekday() not in shift.weekdays):
        return False
    return shift.days is DayKind.EVERY or is_working_day(day, holidays) is (shift.days is DayKind.WORKING)


def span_on(shift: Shift, day: date) -> Span:
    """When the shift that begins on `day` is on."""
    return datetime.combine(day, shift.start), datetime.combine(day, shift.end) + (DAY if shift.next_day else timedelta())


def on_duty(roster: Roster, at: datetime, holidays: Holidays) -> tuple[OnDuty, ...]:
    """Every shift that is on at `at`, in file order, backups last."""
    wall = shanghai(at).replace(tzinfo=None)
    found = []
    for shift in sorted(roster.shifts, key=lambda s: s.backup):
        for day in (wall.date() - DAY, wall.date()) if wall.date() > date.min else (wall.date(),):
            begins, ends = span_on(shift, day)
            if begins <= wall < ends and begins_on(shift, day, holidays):
                found.append(OnDuty(shift=shift, begins=begins, ends=ends, warning=_estimated(shift, day, holidays)))
    return tuple(found)


def _estimated(shift: Shift, day: date, holidays: Holidays) -> str:
    guessed = shift.days is not DayKind.EVERY and day.year not in holidays.years
    return f"{day.year}年放假安排缺失，工作日按周一至周五估算" if guessed else ""


def holders(roster: Roster, post: DutyPost, unit: str, at: datetime, holidays: Holidays) -> tuple[OnDuty, ...]:
    """Who holds the post of a unit at that instant: the regular shifts, else the backups, else nobody."""
    found = [one for one in on_duty(roster, at, holidays) if one.shift.post is post and one.shift.unit == unit]
    return tuple(one for one in found if not one.shift.backup) or tuple(found)


def gaps(roster: Roster, post: DutyPost, unit: str, span: Span, holidays: Holidays) -> tuple[Span, ...]:
    """The stretches of `span` in which nobody holds the post, backups included."""
    shifts = [s for s in roster.shifts if s.post is post and s.unit == unit]
    taken = sorted(one for s in shifts for one in _spans(s, span[0].date() - DAY, span[1].date(), holidays))
    free, here = [], span[0]
    for begins, ends in taken:
        if begins > here:
            free.append((here, min(begins, span[1])))
        here = max(here, ends)
        if here >= span[1]:
            return tuple(free)
    return (*free, (here, span[1]))


def _spans(shift: Shift, first: date, last: date, holidays: Holidays) -> Iterator[Span]:
    days = (first + DAY * n for n in range((last - first).days + 1))
    return (span_on(shift, day) for day in days if begins_on(shift, day, holidays))


def overlap(one: Shift, other: Shift, holidays: Holidays) -> date | None:
    """The first day looked at on which two shifts of the same post are on together, else None.

    Looked at is every day of the calendar that is not ordinary, three weeks beside each boundary, and a stretch without a calendar.
    """
    if (one.post, one.unit, one.backup) != (other.post, other.unit, other.backup):
        return None
    for day in _telling_days((one, other), holidays):
        mine = [span_on(one, day)] if begins_on(one, day, holidays) else []
        theirs = _spans(other, day - DAY, day + DAY, holidays)
        if any(a[0] < b[1] and b[0] < a[1] for b in theirs for a in mine):
            return day
    return None


def _telling_days(shifts: Sequence[Shift], holidays: Holidays) -> list[date]:
    named = {d for s in shifts for d in (*s.dates, *s.except_dates)} | holidays.days_off | holidays.workdays
    edges = {d for s in shifts for d in (s.since, s.until) if d} | {FAR} | {date(year, 6, 1) for year in holidays.years}
    days = {d + DAY * n for d in named for n in (-1, 0, 1)} | {d + DAY * n for d in edges for n in range(-NEAR, NEAR + 1)}
    return sorted(days)
