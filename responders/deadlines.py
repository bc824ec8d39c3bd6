"""Deadlines (时限): wall-clock hours for the national limits, legal working time elsewhere. Never reads a clock.

Source: 国办发〔2016〕80号 (5 h authoritative release for 特别重大/重大突发事件); 国办发〔2016〕61号 (24 h press conference, 48 h for other
public concern). Unit clocks are proposals of standard.toml. They start at dispatch: not signing does not stop them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from records.case import CaseState, Deadline
from records.event import EventLevel
from records.instant import SHANGHAI, shanghai
from records.standard import Holidays, Level, Limit, Standard, Ticket, WorkingHours

GRAVE_EVENTS = (EventLevel.EXTREME, EventLevel.GRAVE)
NATIONAL_KINDS = frozenset({"release", "press", "respond"})  # "ticket" beside them: 工单答复, in place of 公开回应
UNIT_KINDS = frozenset({"sign", "reply", "close"})
MET_BY: dict[CaseState, frozenset[str]] = {  # which clocks a move meets; "press" is met by a press conference, not by a move
    CaseState.SIGNED_FOR: frozenset({"sign"}),
    CaseState.REPORTED: frozenset({"reply"}),
    CaseState.ANSWERED: frozenset({"respond", "release", "ticket"}),
    CaseState.NOT_PUBLISHED: frozenset({"respond", "ticket"}),
    CaseState.CLOSED: frozenset({"close"}),
}


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
        else _after(anchor, timedelta(hours=limit.amount), hours, holidays)
    )
    return end.astimezone(UTC), limit.basis + _missing_years(anchor, end, holidays)


def _missing_years(since: datetime, until: datetime, holidays: Holidays) -> str:
    missing = (y for y in range(shanghai(since).year, shanghai(until).year + 1) if y not in holidays.years)
    return "".join(f"（{y}年放假安排缺失，按周一至周五估算）" for y in missing)


def _working_days(anchor: datetime, amount: int, holidays: Holidays, hours: WorkingHours) -> datetime:
    """The end of the office's day, `amount` working days after the anchor's day (期间开始之日不计算, 民法典 第二百零一条)."""
    day = shanghai(anchor).date()
    while amount > 0:
        day += timedelta(days=1)
        amount -= is_working_day(day, holidays)
    return datetime.combine(day, hours.afternoon_end, SHANGHAI)


def _after(anchor: datetime, left: timedelta, hours: WorkingHours, holidays: Holidays) -> datetime:
    """When `left` of the office's time has passed from the anchor."""
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


def ticket_clock(received_at: datetime, ticket: Ticket, standard: Standard, holidays: Holidays, now: datetime) -> Deadline:
    """The clock of an imported ticket, from when it was received: it takes the place of the 48 h, which is for public concern."""
    return _clock("ticket", received_at, ticket.answer, standard.working_hours, holidays, now)


NO_CALENDAR = Holidays(years=frozenset(), days_off=frozenset(), workdays=frozenset())  # national limits are wall clock


def unit_clocks(dispatched_at: datetime, level: Level, hours: WorkingHours, holidays: Holidays) -> tuple[Deadline, ...]:
    """The unit's clocks, from dispatch: 签收, 首次回应, 办结."""
    rows = (("sign", level.sign), ("reply", level.reply), ("close", level.close))
    return tuple(_clock(kind, dispatched_at, limit, hours, holidays, dispatched_at) for kind, limit in rows)


def _clock(kind: str, anchor: datetime, limit: Limit, hours: WorkingHours, holidays: Holidays, now: datetime) -> Deadline:
    end, basis = due(anchor, limit, hours, holidays)
    return Deadline(kind=kind, anchor_at=anchor, due_at=end, basis=basis, late_found=end < now, measure=limit.unit)


def met(clocks: tuple[Deadline, ...], kinds: frozenset[str], now: datetime) -> tuple[Deadline, ...]:
    """The clocks, those of `kinds` that still ran met at `now`. A clock is met once: later moves leave it."""
    return tuple(replace(d, met_at=now) if d.kind in kinds and d.met_at is None else d for d in clocks)


def graded(
    clocks: tuple[Deadline, ...],
    said_at: datetime,
    event_level: EventLevel,
    level: Level,
    standard: Standard,
    now: datetime,
    opened_at: datetime | None = None,
) -> tuple[Deadline, ...]:
    """The clocks after people set the 突发事件等级: national clocks still running make way for those of the new grade; met ones stay.

    What has run out is never wiped by grading: the same clock stays as it was, and a 48 h already missed stays beside the 5 h and 24 h.
    Those two, run out before they were set, are 迟发现; the 48 h, which held from the beginning, only when run out at `opened_at`.
    """
    known = opened_at if opened_at is not None and event_level not in GRAVE_EVENTS else now
    wanted = public_clocks(said_at, event_level, level, standard, known)
    kinds = {d.kind for d in wanted}
    kept = tuple(d for d in clocks if d.kind not in NATIONAL_KINDS or d.met_at is not None or d.kind in kinds or _missed(d, now))
    held = {d.kind for d in kept}
    return (*(d for d in wanted if d.kind not in held), *kept)


def _missed(clock: Deadline, now: datetime) -> bool:
    return clock.kind == "respond" and not clock.late_found and clock.due_at < now


def resumed(clock: Deadline, paused_at: datetime, now: datetime, hours: WorkingHours, holidays: Holidays) -> Deadline:
    """The clock after 暂缓办理: what was left of it at `paused_at` (in its own measure) runs on from `now`.

    National clocks never stand still; a clock met, or run out before the pause, stays as it was.
    """
    if clock.kind not in UNIT_KINDS or clock.met_at is not None or clock.due_at <= paused_at:
        return clock
    now = max(now, paused_at)  # a clock set back takes nothing away
    end = _run_on(clock, paused_at, now, hours, holidays).astimezone(UTC)
    warned = _missing_years(now, end, holidays) if clock.measure.startswith("working") else ""
    marks = (mark for mark in (RESUMED, warned) if mark not in clock.basis)
    return replace(clock, due_at=end, basis=clock.basis + "".join(marks))


def _run_on(clock: Deadline, paused_at: datetime, now: datetime, hours: WorkingHours, holidays: Holidays) -> datetime:
    if clock.measure == "working_days":
        first, last = shanghai(paused_at).date(), shanghai(clock.due_at).date()
        days = ((first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        left = sum(is_working_day(d, holidays) for d in days)
        return _working_days(now, left, holidays, hours) if left else _this_day(now, hours, holidays)
    if clock.measure == "working_hours":
        return _after(now, _worked(paused_at, clock.due_at, hours, holidays), hours, holidays)
    return now + (clock.due_at - paused_at)


def _this_day(now: datetime, hours: WorkingHours, holidays: Holidays) -> datetime:
    """The end of the office's day at `now`; of the next one where today is none, or over: what was due today may still be done."""
    first, _ = next(_sittings(shanghai(now), hours, holidays))
    return datetime.combine(first.date(), hours.afternoon_end, SHANGHAI)


def _worked(since: datetime, until: datetime, hours: WorkingHours, holidays: Holidays) -> timedelta:
    """The office's time in [since, until)."""
    total = timedelta()
    for start, end in _sittings(shanghai(since), hours, holidays):
        if start >= until:
            return total
        total += min(end, shanghai(until)) - start
    raise AssertionError("unreachable: sittings never end")


def may_extend(clock: Deadline, new_due_at: datetime, now: datetime, longest: timedelta) -> str:
    """Why an extension (延期) of the clock is refused, in Chinese; "" when it may be granted.

    Only 首次回应 and 办结 of a unit; before the limit has passed; once; by no more than `longest`. National limits cannot be extended.
    """
    if clock.kind not in ("reply", "close"):
        return "只有首次回应、办结时限可以延期；签收和国家规定的时限不能延期"
    if EXTENDED in clock.basis:
        return "该时限已延期一次，不能再延"
    if clock.due_at <= now:
        return "时限已过，不能再申请延期"
    if new_due_at <= clock.due_at:
        return "新时限须晚于原时限"
    return "" if new_due_at - clock.due_at <= longest else f"延期不得超过{longest.days}天"


EXTENDED = "经批准延期"
RESUMED = "（暂缓办理，顺延）"


def extended(clock: Deadline, new_due_at: datetime, approved_by: str) -> Deadline:
    """The clock with its new end; its basis says who approved."""
    return replace(clock, due_at=new_due_at.astimezone(UTC), basis=f"{clock.basis}（{EXTENDED}，批准人：{approved_by}）")
