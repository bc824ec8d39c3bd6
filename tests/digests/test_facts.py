"""DayFacts: the span of a day, and what is refused."""

from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta

import pytest

from digests.facts import span_of
from records.instant import shanghai
from tests.digests.sample import DAY, END, MADE, START, facts


@pytest.mark.parametrize("day", [date(2018, 6, 8), date(2018, 1, 1), date(2020, 3, 1), date(1988, 7, 2)])
def test_a_day_runs_from_eight_to_eight_in_shanghai(day: date) -> None:
    start, end = span_of(day)
    assert (shanghai(end).date(), shanghai(end).hour) == (day, 8)
    assert (shanghai(start).date(), shanghai(start).hour) == (day - timedelta(days=1), 8)


def test_consecutive_days_leave_no_gap() -> None:
    assert span_of(DAY)[1] == span_of(DAY + timedelta(days=1))[0]


@pytest.mark.parametrize(
    ("when", "inside"),
    [
        (START, True),
        (END - timedelta(microseconds=1), True),
        (END, False),
        (START - timedelta(microseconds=1), False),
        (None, False),
    ],
)
def test_the_start_belongs_to_the_span_and_the_end_does_not(when: datetime | None, inside: bool) -> None:
    assert facts().in_span(when) is inside


@pytest.mark.parametrize("field", ["start", "end", "made_at"])
def test_an_instant_without_a_zone_is_refused_by_name(field: str) -> None:
    with pytest.raises(ValueError, match=f"DayFacts.{field} has no zone"):
        facts(**{field: datetime(2018, 6, 8, 8)})  # noqa: DTZ001


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="is not before"):
        facts(start=END, end=END)


def test_facts_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        facts().made_at = MADE  # type: ignore[misc]
