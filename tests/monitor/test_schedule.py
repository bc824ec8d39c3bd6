"""When a source is polled: due order, cadence with jitter, back-off, Retry-After."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule import LONGEST, Outcome, due, next_due, share
from records.source import FetchState, MediaTier, Source, SourceKind

NOW = datetime(2018, 6, 8, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def source(ident: str = "forum", *, cadence: int = 15, enabled: bool = True) -> Source:
    return Source(
        id=ident, name="论坛", kind=SourceKind.FORUM, url="http://bbs.example.cn/", tier=MediaTier.PERSONAL, territory="local",
        cadence_minutes=cadence, enabled=enabled,
    )  # fmt: skip


def state(ident: str = "forum", *, minutes: float = 0, failures: int = 0) -> FetchState:
    return FetchState(source_id=ident, due_at=NOW + minutes * MINUTE, failures=failures)


@pytest.mark.parametrize(
    ("minutes", "is_due"),
    [(-600, True), (-1, True), (0, True), (1, False), (60, False), (26 * 60, False), (28 * 60, True), (60 * 24 * 365, True)],
)
def test_due_when_its_time_has_come_or_the_clock_was_put_back(minutes: float, is_due: bool) -> None:
    assert due([source()], {"forum": state(minutes=minutes)}, NOW) == ([source()] if is_due else [])


def test_a_weekly_source_is_not_taken_for_a_clock_put_back() -> None:
    weekly = source(cadence=7 * 24 * 60)
    waiting = replace(state(), due_at=next_due(weekly, state(), NOW, Outcome.DONE))
    assert due([weekly], {"forum": waiting}, NOW) == []


def test_the_new_first_then_the_most_overdue() -> None:
    sources = [source(i) for i in ("c", "late", "new-b", "off", "new-a", "later", "soon")]
    sources[3] = source("off", enabled=False)
    states = {"c": state("c", minutes=-1), "late": state("late", minutes=-5), "later": state("later", minutes=-50), "soon": state("soon", minutes=3)}
    assert [s.id for s in due(sources, states, NOW)] == ["new-a", "new-b", "later", "late", "c"]


def test_equal_overdue_is_ordered_by_id() -> None:
    states = {i: state(i, minutes=-1) for i in "cab"}
    assert [s.id for s in due([source(i) for i in "bca"], states, NOW)] == ["a", "b", "c"]


def wait(outcome: Outcome, *, cadence: int = 15, failures: int = 0, retry_after: float | None = None, ident: str = "forum") -> timedelta:
    return next_due(source(ident, cadence=cadence), state(ident, failures=failures), NOW, outcome, retry_after) - NOW


@pytest.mark.parametrize(
    ("outcome", "cadence", "failures", "minutes"),
    [
        (Outcome.DONE, 15, 0, 15),
        (Outcome.DONE, 1440, 0, 1440),
        (Outcome.DONE, 0, 0, 1),
        (Outcome.MORE, 60, 0, 10),
        (Outcome.MORE, 5, 0, 5),
        (Outcome.FAILED, 15, 1, 30),
        (Outcome.FAILED, 15, 2, 60),
        (Outcome.FAILED, 15, 5, 480),
        (Outcome.FAILED, 15, 7, 1440),
        (Outcome.FAILED, 15, 100_000, 1440),
        (Outcome.FAILED, 10_080, 3, 10_080),
        (Outcome.STOPPED, 15, 1, 1440),
        (Outcome.STOPPED, 10_080, 1, 10_080),
    ],
)
def test_waits(outcome: Outcome, cadence: int, failures: int, minutes: float) -> None:
    got = wait(outcome, cadence=cadence, failures=failures)
    assert 0.9 * minutes * MINUTE <= got <= 1.1 * minutes * MINUTE


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [(None, 13.5, 16.5), (0.0, 13.5, 16.5), (-5.0, 13.5, 16.5), (60.0, 13.5, 16.5), (1800.0, 30, 30), (86_400.0, 60, 60)],
)
def test_retry_after_moves_the_poll_by_at_most_an_hour(retry_after: float | None, least: float, most: float) -> None:
    assert least * MINUTE <= wait(Outcome.DONE, retry_after=retry_after) <= most * MINUTE


def test_jitter_is_the_sources_own_and_spreads() -> None:
    assert wait(Outcome.DONE) == wait(Outcome.DONE)
    waits = [wait(Outcome.DONE, cadence=60, ident=f"s{n}") for n in range(200)]
    assert len(set(waits)) == 200
    assert min(waits) < 56 * MINUTE
    assert max(waits) > 64 * MINUTE


@given(st.text(max_size=20))
def test_shares_are_bounded(ident: str) -> None:
    assert -1 <= share(ident) <= 1


@given(st.integers(1, 20_000), st.integers(0, 200), st.sampled_from(Outcome), st.floats(0, 1e6))
def test_the_next_poll_is_always_ahead_and_never_lost(cadence: int, failures: int, outcome: Outcome, retry_after: float) -> None:
    got = wait(outcome, cadence=cadence, failures=failures, retry_after=retry_after)
    assert timedelta() < got <= 1.1 * max(LONGEST, cadence * MINUTE)
