"""Duty (职责): who hears of a case, in what part, and by when what must be done, in words. Absolute times only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.case import Case, Deadline, Routing
from records.instant import in_words, shanghai
from records.notice import NoticeKind
from records.unit import Units


class Part(StrEnum):
    """What a unit is to a case."""

    LEAD = "牵头"
    JOINT = "协办"
    COORDINATING = "统筹协调"
    ESCALATED = "提级报告"
    INFORMED = "抄送"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One unit's part. `headline` fits a subject line; `tasks` are sentences, the most pressing first."""

    unit_id: str
    part: Part
    headline: str
    tasks: tuple[str, ...]


def confidential(routing: Routing, units: Units) -> bool:
    """True for 检举控告: led by discipline. Then nobody else hears of it, and nothing but the number leaves the building."""
    return routing.lead == units.discipline


def parts_of(routing: Routing, units: Units) -> tuple[tuple[str, Part], ...]:
    """(unit id, part) of everybody who hears of the case; each unit once, by its weightiest part.

    A grave case that is reported upwards is coordinated by 宣传部门 (实施方案三（三）4 责任主体).
    """
    if confidential(routing, units):
        return ((routing.lead, Part.LEAD),)
    told: dict[str, Part] = {routing.lead: Part.LEAD}
    for ids, part in ((routing.joint, Part.JOINT), (routing.escalate_to, Part.ESCALATED), (routing.informed, Part.INFORMED)):
        for unit in ids:
            coordinates = part is Part.ESCALATED and unit == units.publicity
            told.setdefault(unit, Part.COORDINATING if coordinates else part)
    return tuple(told.items())


def duty(case: Case, kind: NoticeKind, unit_id: str, part: Part, *, lead: str, now: datetime) -> Duty:
    """What the unit must do. `lead` is the leading unit's name."""
    if kind is NoticeKind.WITHDRAWAL:
        return Duty(unit_id=unit_id, part=part, headline="本件已撤销，请停止办理", tasks=("本件已由区政府办撤销，不再办理，时限不再计算",))
    clock = headline_clock(case)
    headline = _headline(clock, part, now)
    opening = {
        Part.LEAD: () if case.dispatched_at else ("请关注并核实情况；本件尚未交办，单位办理时限未起算",),
        Part.JOINT: (f"请按职责配合牵头单位{lead}",),
        Part.COORDINATING: (f"重大舆情，由贵单位牵头协调处置和信息发布（实施方案三（三）4）；事实与口径由{lead}负责",),
        Part.ESCALATED: (f"因舆情等级同时报告，由{lead}牵头；请关注",),
        Part.INFORMED: (f"抄送知悉，由{lead}牵头；涉及本单位职责的请按职责研判",),
    }[part]
    running = tuple(d for d in case.deadlines if d.met_at is None)
    known = running if part is Part.LEAD else (clock,) if clock and part is not Part.INFORMED else ()
    steps = tuple(_step(d, now) for d in sorted(known, key=lambda d: d.due_at))
    raised = ("舆情等级已升级，请按新的等级办理",) if kind is NoticeKind.UPDATE else ()
    return Duty(unit_id=unit_id, part=part, headline=headline, tasks=(*raised, *opening, *steps))


def headline_clock(case: Case) -> Deadline | None:
    """The clock that presses: after 交办 the unit's first answer, before it the national limit that ends first."""
    wanted: Sequence[str] = ("reply",) if case.dispatched_at else ("release", "respond", "press", "ticket")
    found = [d for d in case.deadlines if d.kind in wanted and d.met_at is None]
    return min(found, key=lambda d: d.due_at, default=None)


_ACTS = {
    "sign": "签收", "reply": "首次回应", "respond": "公开回应", "close": "办结", "release": "发布权威信息", "press": "召开新闻发布会",
    "ticket": "答复工单",
}  # fmt: skip
_UNIT_CLOCKS = ("sign", "reply", "close")


def time_in_words(when: datetime, now: datetime) -> str:
    """An absolute time; with the year when it is not this year.

    >>> from datetime import UTC
    >>> time_in_words(datetime(2018, 6, 8, 6, 15, tzinfo=UTC), datetime(2018, 6, 8, tzinfo=UTC))
    '6月8日14:15'
    >>> time_in_words(datetime(2019, 1, 1, 1, 0, tzinfo=UTC), datetime(2018, 12, 31, tzinfo=UTC))
    '2019年1月1日09:00'
    """
    return in_words(when, year=shanghai(when).year != shanghai(now).year)


def _headline(clock: Deadline | None, part: Part, now: datetime) -> str:
    if part is Part.INFORMED:
        return "抄送知悉"
    if clock is None:
        return "请关注核实" if part is Part.LEAD else "请关注"
    act, when = _ACTS[clock.kind], time_in_words(clock.due_at, now)
    if clock.due_at < now:
        return f"{act}时限{when}已过，请立即办理" if part is not Part.ESCALATED else f"提级报告，{act}时限{when}已过"
    ordered = clock.kind in _UNIT_CLOCKS
    return {
        Part.LEAD: f"请于{when}前{act}" if ordered else f"请关注核实，最迟应于{when}前{act}",
        Part.JOINT: f"请配合牵头单位，{'' if ordered else '最迟应'}于{when}前{act}",
        Part.COORDINATING: f"请牵头协调处置和信息发布，{'须' if ordered else '最迟应'}于{when}前{act}",
        Part.ESCALATED: f"提级报告，{'须' if ordered else '最迟应'}于{when}前{act}",
    }[part]


def _step(clock: Deadline, now: datetime) -> str:
    """One clock as a sentence with its basis."""
    act, when = _ACTS[clock.kind], time_in_words(clock.due_at, now)
    basis = f"（{clock.basis}）" if clock.basis else ""
    if clock.late_found:
        return f"{act}时限{when}在发现前已过（迟发现，不计入承办单位），请尽快{act}{basis}"
    if clock.due_at < now:
        return f"{act}时限{when}已过，请立即{act}{basis}"
    return f"请于{when}前{act}{basis}" if clock.kind in _UNIT_CLOCKS else f"最迟应于{when}前{act}{basis}"
