"""The table of moves and the clocks, against hand-counted answers and an oracle."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.settings import load_settings
from records.assessment import OpinionLevel
from records.case import CaseState
from records.event import EventLevel
from records.instant import SHANGHAI, shanghai
from records.standard import Limit
from responders.deadlines import due, is_working_day, public_clocks, unit_clocks
from responders.lifecycle import MOVES, IllegalMoveError, check_move, diagram

SETTINGS = load_settings(Path(__file__).resolve().parents[2] / "config", {})
HOURS, HOLIDAYS = SETTINGS.standard.working_hours, SETTINGS.holidays


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("here", list(CaseState))
@pytest.mark.parametrize("there", list(CaseState))
def test_every_pair_is_decided_by_the_table(here: CaseState, there: CaseState) -> None:
    if there in MOVES[here]:
        check_move(here, there)
    else:
        with pytest.raises(IllegalMoveError, match=f"{here}→{there}"):
            check_move(here, there)


def test_every_state_reaches_the_archive() -> None:
    def reaches(state: CaseState, seen: frozenset[CaseState] = frozenset()) -> bool:
        return state is CaseState.ARCHIVED or any(reaches(n, seen | {state}) for n in MOVES[state] if n not in seen)

    assert all(reaches(state) for state in CaseState)


def test_the_documents_diagram_is_the_tables() -> None:
    document = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
    assert diagram() in document.read_text(encoding="utf-8")


def test_the_diagram_names_every_move() -> None:
    assert diagram().count("-->") == sum(map(len, MOVES.values())) + 2


@pytest.mark.parametrize(
    ("anchor", "amount", "unit", "end"),
    [
        ("2018-06-08 14:15", 48, "hours", "2018-06-10 14:15"),
        ("2018-06-08 14:15", 30, "minutes", "2018-06-08 14:45"),
        ("2018-06-08 09:00", 4, "working_hours", "2018-06-08 15:30"),
        ("2018-06-08 17:00", 4, "working_hours", "2018-06-11 11:30"),
        ("2018-06-15 17:30", 1, "working_hours", "2018-06-19 09:00"),
        ("2018-06-08 10:00", 1, "working_days", "2018-06-11 18:00"),
        ("2018-09-28 10:00", 1, "working_days", "2018-09-29 18:00"),
        ("2018-09-28 10:00", 3, "working_days", "2018-10-08 18:00"),
        ("2018-06-15 10:00", 5, "working_days", "2018-06-25 18:00"),
        ("2018-06-09 23:59", 1, "working_hours", "2018-06-11 09:30"),
    ],
)
def test_hand_counted_deadlines(anchor: str, amount: int, unit: str, end: str) -> None:
    found, basis = due(at(anchor), Limit(amount=amount, unit=unit, basis="据"), HOURS, HOLIDAYS)
    assert (found, basis) == (at(end).astimezone(UTC), "据")


@pytest.mark.parametrize(
    ("day", "works"),
    [("2018-09-29", True), ("2018-09-30", True), ("2018-10-01", False), ("2018-06-18", False), ("2018-06-19", True)],
)
def test_make_up_days_and_holidays(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day), HOLIDAYS) is works


def test_a_missing_year_warns_and_never_guesses_silently() -> None:
    _, basis = due(at("2018-12-28 10:00"), Limit(amount=5, unit="working_days", basis="据"), HOURS, HOLIDAYS)
    assert "2019年放假安排缺失" in basis


@given(
    st.datetimes(min_value=datetime(2018, 1, 1), max_value=datetime(2018, 11, 30)),  # noqa: DTZ001
    st.integers(min_value=1, max_value=15),
)
def test_working_days_agree_with_counting(naive: datetime, amount: int) -> None:
    start = naive.replace(tzinfo=SHANGHAI)
    end, _ = due(start, Limit(amount=amount, unit="working_days", basis=""), HOURS, HOLIDAYS)
    days = (shanghai(end).date() - start.date()).days
    between = [start.date() + timedelta(days=i) for i in range(1, days + 1)]
    assert sum(is_working_day(d, HOLIDAYS) for d in between) == amount
    assert is_working_day(between[-1], HOLIDAYS)


@given(st.datetimes(min_value=datetime(2018, 1, 1), max_value=datetime(2018, 11, 30)), st.integers(min_value=1, max_value=20))  # noqa: DTZ001
def test_working_hours_agree_with_a_minute_by_minute_oracle(naive: datetime, amount: int) -> None:
    start = naive.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
    end, _ = due(start, Limit(amount=amount, unit="working_hours", basis=""), HOURS, HOLIDAYS)
    here, minutes = start, 0
    spans = ((HOURS.morning_start, HOURS.morning_end), (HOURS.afternoon_start, HOURS.afternoon_end))
    while minutes < amount * 60:
        if is_working_day(here.date(), HOLIDAYS):
            minutes += any(a <= here.time() < b for a, b in spans)
        here += timedelta(minutes=1)
    assert shanghai(end) == here


def test_the_five_hour_clock_hangs_on_the_level_people_set() -> None:
    said = at("2018-06-08 09:00")
    level = SETTINGS.standard.level(OpinionLevel.I)
    grave = public_clocks(said, EventLevel.GRAVE, level, SETTINGS.standard, said)
    other = public_clocks(said, EventLevel.NONE, level, SETTINGS.standard, said)
    assert [(d.kind, d.due_at) for d in grave] == [("release", said + timedelta(hours=5)), ("press", said + timedelta(hours=24))]
    assert [(d.kind, d.due_at) for d in other] == [("respond", said + timedelta(hours=48))]
    assert "80号" in grave[0].basis
    assert "61号" in other[0].basis


def test_a_limit_past_before_we_found_it_is_late_found() -> None:
    said = at("2018-06-05 09:00")
    level = SETTINGS.standard.level(OpinionLevel.IV)
    assert public_clocks(said, EventLevel.NONE, level, SETTINGS.standard, at("2018-06-08 09:00"))[0].late_found


def test_unit_clocks_start_at_dispatch() -> None:
    sent = at("2018-06-08 14:15")
    clocks = unit_clocks(sent, SETTINGS.standard.level(OpinionLevel.III), HOURS, HOLIDAYS)
    assert [(c.kind, shanghai(c.due_at)) for c in clocks] == [
        ("sign", at("2018-06-08 15:15")), ("reply", at("2018-06-08 18:15")), ("close", at("2018-06-15 18:00")),
    ]  # fmt: skip
