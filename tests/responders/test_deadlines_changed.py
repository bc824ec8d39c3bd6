"""Clocks that stand still, are extended, graded or met: hand-counted, and against a minute-by-minute oracle that shares no code."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.assessment import OpinionLevel
from records.case import Deadline
from records.event import EventLevel
from records.instant import SHANGHAI, shanghai
from responders.deadlines import due, extended, graded, is_working_day, may_extend, met, public_clocks, resumed
from tests.responders.samples import HOLIDAYS, STANDARD, changed

HOURS = STANDARD.working_hours
SPANS = ((HOURS.morning_start, HOURS.morning_end), (HOURS.afternoon_start, HOURS.afternoon_end))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def clock(kind: str, end: datetime, measure: str = "hours", **more: object) -> Deadline:
    return changed(Deadline(kind=kind, anchor_at=at("2018-06-01 09:00"), due_at=end, basis="据", measure=measure), **more)


def again(one: Deadline, paused: str, now: str) -> Deadline:
    return resumed(one, at(paused), at(now), HOURS, HOLIDAYS)


@pytest.mark.parametrize(
    ("measure", "end", "paused", "now", "wanted"),
    [
        ("minutes", "2018-06-08 10:30", "2018-06-08 10:00", "2018-06-09 08:00", "2018-06-09 08:30"),
        ("hours", "2018-06-09 10:00", "2018-06-08 10:00", "2018-06-11 10:00", "2018-06-12 10:00"),
        ("working_hours", "2018-06-08 16:30", "2018-06-08 15:30", "2018-06-09 12:00", "2018-06-11 09:30"),
        ("working_hours", "2018-06-08 17:30", "2018-06-08 17:00", "2018-06-15 17:45", "2018-06-19 08:45"),
        ("working_days", "2018-06-13 18:00", "2018-06-11 10:00", "2018-06-15 10:00", "2018-06-20 18:00"),
        ("working_days", "2018-09-29 18:00", "2018-09-28 10:00", "2018-09-29 10:00", "2018-09-30 18:00"),
        ("working_days", "2018-09-30 18:00", "2018-09-28 10:00", "2018-09-30 10:00", "2018-10-09 18:00"),
        # due on the day of the pause: the day it is taken up again, or the next one there is
        ("working_days", "2018-06-08 18:00", "2018-06-08 10:00", "2018-06-11 09:00", "2018-06-11 18:00"),
        ("working_days", "2018-06-08 18:00", "2018-06-08 10:00", "2018-06-11 18:30", "2018-06-12 18:00"),
        ("working_days", "2018-06-08 18:00", "2018-06-08 10:00", "2018-06-09 09:00", "2018-06-11 18:00"),
        ("working_days", "2018-09-28 18:00", "2018-09-28 10:00", "2018-09-29 12:30", "2018-09-29 18:00"),
    ],
)  # fmt: skip
def test_what_was_left_runs_on(measure: str, end: str, paused: str, now: str, wanted: str) -> None:
    found = again(clock("close", at(end), measure), paused, now)
    assert shanghai(found.due_at) == at(wanted)
    assert found.due_at.tzinfo is UTC
    assert found.basis == "据（暂缓办理，顺延）"


def test_paused_twice() -> None:
    once = again(clock("close", at("2018-06-08 18:00")), "2018-06-08 10:00", "2018-06-09 10:00")
    twice = again(once, "2018-06-09 12:00", "2018-06-10 12:00")
    assert shanghai(twice.due_at) == at("2018-06-10 18:00")
    assert twice.basis == "据（暂缓办理，顺延）", "said once"


@pytest.mark.parametrize("kind", ["respond", "release", "press"])
def test_national_clocks_never_stand_still(kind: str) -> None:
    one = clock(kind, at("2018-06-10 10:00"))
    assert again(one, "2018-06-09 10:00", "2018-06-12 10:00") is one


def test_met_and_overdue_clocks_stay() -> None:
    done = clock("reply", at("2018-06-10 10:00"), met_at=at("2018-06-08 10:00"))
    late = clock("reply", at("2018-06-09 10:00"))
    for one in (done, late):
        assert again(one, "2018-06-09 10:00", "2018-06-12 10:00") is one


def test_a_clock_set_back_takes_nothing_away() -> None:
    one = clock("close", at("2018-06-10 10:00"))
    assert again(one, "2018-06-09 10:00", "2018-06-08 10:00").due_at == one.due_at


def test_a_missing_year_is_told_once() -> None:
    one = again(clock("close", at("2018-12-28 18:00"), "working_days"), "2018-12-26 10:00", "2018-12-31 10:00")
    assert "2019年放假安排缺失" in one.basis
    assert again(one, "2019-01-01 10:00", "2019-01-03 10:00").basis == one.basis
    assert "缺失" not in again(clock("close", at("2018-12-30 18:00")), "2018-12-30 10:00", "2018-12-31 10:00").basis, "hours need no calendar"


MOMENTS = st.datetimes(min_value=datetime(2018, 6, 1), max_value=datetime(2018, 10, 20)).map(  # noqa: DTZ001
    lambda d: d.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)


def works(moment: datetime) -> bool:
    return is_working_day(moment.date(), HOLIDAYS) and any(a <= moment.time() < b for a, b in SPANS)


@given(MOMENTS, st.integers(1, 600), st.integers(0, 10_000), st.integers(1, 10_000))
def test_working_minutes_left_are_the_oracles(anchor: datetime, worked: int, until_pause: int, standstill: int) -> None:
    """Minute by minute: pausing neither gives nor takes a minute of the office's time."""
    here, left = anchor, worked
    while left:
        left -= works(here)
        here += timedelta(minutes=1)
    end, paused = here, anchor + timedelta(minutes=until_pause)
    now = paused + timedelta(minutes=standstill)
    found = resumed(clock("close", end.astimezone(UTC), "working_hours"), paused, now, HOURS, HOLIDAYS)
    if paused >= end:
        assert found.due_at == end
        return
    left = sum(works(paused + timedelta(minutes=n)) for n in range(int((end - paused).total_seconds() // 60)))
    here = now
    while left:
        left -= works(here)
        here += timedelta(minutes=1)
    assert found.due_at == here


@given(MOMENTS, st.integers(1, 10), st.integers(0, 20_000), st.integers(1, 20_000))
def test_working_days_left_are_the_oracles(anchor: datetime, days: int, until_pause: int, standstill: int) -> None:
    end, _ = due(anchor, changed(STANDARD.level(OpinionLevel.III).close, amount=days, unit="working_days"), HOURS, HOLIDAYS)
    paused = anchor + timedelta(minutes=until_pause)
    now = paused + timedelta(minutes=standstill)
    found = shanghai(resumed(clock("close", end, "working_days"), paused, now, HOURS, HOLIDAYS).due_at)
    if paused >= end:
        assert found == end
        return
    left, day = 0, paused.date()
    while day < shanghai(end).date():
        day += timedelta(days=1)
        left += is_working_day(day, HOLIDAYS)
    day = now.date()
    if left == 0 and (not is_working_day(day, HOLIDAYS) or now.time() >= HOURS.afternoon_end):
        left = 1
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, HOLIDAYS)
    assert (found.date(), found.time()) == (day, HOURS.afternoon_end)
    assert found > now, "nobody comes back to a clock that has run out"


DUE = at("2018-06-12 18:00")


@pytest.mark.parametrize(
    ("kind", "basis", "wanted", "now", "said"),
    [
        ("reply", "据", "2018-06-13 18:00", "2018-06-10 10:00", ""), ("close", "据", "2018-07-12 18:00", "2018-06-10 10:00", ""),
        ("close", "据", "2018-07-12 18:01", "2018-06-10 10:00", "不得超过30天"), ("sign", "据", "2018-06-13 18:00", "2018-06-10 10:00", "不能延期"),
        ("respond", "据", "2018-06-13 18:00", "2018-06-10 10:00", "不能延期"), ("release", "据", "2018-06-13 18:00", "2018-06-10 10:00", "不能延期"),
        ("press", "据", "2018-06-13 18:00", "2018-06-10 10:00", "不能延期"), ("close", "据", "2018-06-13 18:00", "2018-06-12 18:00", "时限已过"),
        ("close", "据", "2018-06-12 18:00", "2018-06-10 10:00", "须晚于原时限"),
        ("close", "据（经批准延期，批准人：甲）", "2018-06-13 18:00", "2018-06-10 10:00", "已延期一次"),
    ],
)  # fmt: skip
def test_what_may_be_extended(kind: str, basis: str, wanted: str, now: str, said: str) -> None:
    refused = may_extend(clock(kind, DUE, basis=basis), at(wanted), at(now), timedelta(days=30))
    assert said in refused if said else refused == ""


def test_an_extension_names_who_approved_and_is_not_repeated() -> None:
    new = extended(clock("close", DUE), at("2018-06-14 18:00"), "主任甲")
    assert (new.due_at, new.basis) == (at("2018-06-14 18:00").astimezone(UTC), "据（经批准延期，批准人：主任甲）")
    paused = again(new, "2018-06-11 10:00", "2018-06-12 10:00")
    assert "已延期一次" in may_extend(paused, at("2018-06-20 18:00"), at("2018-06-12 11:00"), timedelta(days=30))


def test_a_clock_is_met_once() -> None:
    first = met((clock("sign", DUE), clock("reply", DUE)), frozenset({"sign"}), at("2018-06-08 10:00"))
    assert [d.met_at for d in met(first, frozenset({"sign"}), at("2018-06-09 10:00"))] == [at("2018-06-08 10:00"), None]


SAID, LEVEL = at("2018-06-08 09:00"), STANDARD.level(OpinionLevel.II)


def grade(clocks: tuple[Deadline, ...], level: EventLevel, hours: float) -> tuple[Deadline, ...]:
    return graded(clocks, SAID, level, LEVEL, STANDARD, SAID + timedelta(hours=hours), SAID + timedelta(hours=1))


def kinds(clocks: tuple[Deadline, ...]) -> dict[str, bool]:
    return {d.kind: d.late_found for d in clocks}


START = (*public_clocks(SAID, EventLevel.NONE, LEVEL, STANDARD, SAID), clock("sign", DUE))


def test_grading_up_and_down() -> None:
    up = grade(START, EventLevel.GRAVE, 3)
    assert kinds(up) == {"release": False, "press": False, "sign": False}
    down = grade(up, EventLevel.NONE, 4)
    assert {d.kind: d.due_at for d in down} == {d.kind: d.due_at for d in START}


def test_graded_late_is_not_charged_to_the_unit() -> None:
    assert kinds(grade(START, EventLevel.EXTREME, 10)) == {"release": True, "press": False, "sign": False}


def test_grading_never_wipes_what_has_run_out() -> None:
    assert kinds(grade(START, EventLevel.NONE, 60)) == {"respond": False, "sign": False}, "the same grade again"
    up = grade(START, EventLevel.GRAVE, 60)
    assert kinds(up) == {"release": True, "press": True, "respond": False, "sign": False}
    early = grade(START, EventLevel.GRAVE, 3)
    assert kinds(grade(early, EventLevel.NONE, 60))["respond"] is False, "48 h held from the beginning"
    assert kinds(grade(early, EventLevel.EXTREME, 6))["release"] is False, "missed, and stays so"


def test_what_was_found_late_stays_late_found() -> None:
    late = public_clocks(SAID, EventLevel.NONE, LEVEL, STANDARD, SAID + timedelta(hours=60))
    assert kinds(grade(late, EventLevel.NONE, 70)) == {"respond": True}


def test_a_met_clock_stays_met_whatever_the_grade() -> None:
    answered = met(START, frozenset({"respond"}), SAID + timedelta(hours=2))
    down = grade(grade(answered, EventLevel.GRAVE, 3), EventLevel.NONE, 4)
    (respond,) = [d for d in down if d.kind == "respond"]
    assert respond.met_at == SAID + timedelta(hours=2)
