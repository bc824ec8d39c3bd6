"""The small deciding functions: clocks, standings, trends."""

from datetime import datetime, timedelta

import pytest

from digests.clocks import FAR, is_due_soon, is_overdue, running
from digests.standing import GAPS, ZERO_YIELDS, Standing, standing_of
from digests.trends import WINDOW, find_trends
from records.case import CaseState, Deadline
from records.source import FetchState
from tests.digests.sample import END, HOUR, MADE, START, a_case, a_deadline, a_post, a_source, a_state, an_assessment

S = CaseState
ALL = ("sign", "reply", "respond", "release", "press", "close")


# clocks
@pytest.mark.parametrize(
    ("state", "left"),
    [
        (S.ALERTED, ALL),
        (S.DISPATCHED, ALL),
        (S.RETURNED, ALL),
        (S.SIGNED_FOR, ALL[1:]),
        (S.CHECKING, ALL[1:]),
        (S.REPORTED, ALL[2:]),
        (S.APPROVED, ALL[2:]),
        (S.ANSWERED, ("press", "close")),
        (S.NOT_PUBLISHED, ("press", "close")),
        (S.CLOSED, ()),
        (S.EVALUATED, ()),
        (S.ARCHIVED, ()),
        (S.SHELVED, ()),
    ],
)
def test_which_clocks_still_run_in_each_state(state: CaseState, left: tuple[str, ...]) -> None:
    clocks = tuple(a_deadline(kind, MADE + n * HOUR) for n, kind in enumerate(ALL, start=1))
    assert tuple(c.deadline.kind for c in running(a_case("1", state=state, deadlines=clocks), MADE)) == left


def test_every_state_of_a_case_is_placed() -> None:
    assert set(FAR) == set(CaseState)


@pytest.mark.parametrize(
    ("due", "overdue", "soon"),
    [
        (MADE - timedelta(seconds=1), True, False),
        (MADE, False, True),
        (MADE + 24 * HOUR, False, True),
        (MADE + 24 * HOUR + timedelta(seconds=1), False, False),
    ],
)
def test_overdue_and_due_within_a_day(due: datetime, overdue: bool, soon: bool) -> None:
    case = a_case("1", deadlines=(a_deadline("sign", due),))
    assert (is_overdue(case, MADE), is_due_soon(case, MADE)) == (overdue, soon)


def test_a_case_that_is_late_is_not_also_due() -> None:
    case = a_case("1", deadlines=(a_deadline("respond", MADE + HOUR), a_deadline("sign", MADE - HOUR)))
    assert is_overdue(case, MADE)
    assert not is_due_soon(case, MADE)
    assert [c.deadline.kind for c in running(case, MADE)] == ["sign", "respond"]


def test_a_case_without_clocks_is_neither() -> None:
    assert not is_overdue(a_case("1", deadlines=()), MADE)
    assert not is_due_soon(a_case("1", deadlines=()), MADE)


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (a_deadline("sign", MADE - HOUR), "已逾期：应于6月8日07:05前签收"),
        (a_deadline("respond", MADE + HOUR), "6月8日09:05前公开回应"),
        (a_deadline("release", MADE + HOUR, late_found=True), "6月8日09:05前发布权威信息（迟发现，计入监测责任）"),
        (a_deadline("约谈", MADE + HOUR), "6月8日09:05前约谈"),
    ],
)
def test_a_clock_is_told_as_an_absolute_time(deadline: Deadline, words: str) -> None:
    assert running(a_case("1", deadlines=(deadline,)), MADE)[0].words == words


# standings
@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (None, Standing.NEVER),
        (a_state("bbs", last_ok_at=None), Standing.NEVER),
        (a_state("bbs", last_ok_at=None, failures=9), Standing.NEVER),
        (a_state("bbs", failures=1), Standing.FAILING),
        (a_state("bbs", failures=1, zero_yields=9), Standing.FAILING),
        (a_state("bbs", last_ok_at=START - HOUR), Standing.STALE),
        (a_state("bbs", zero_yields=ZERO_YIELDS), Standing.BARREN),
        (a_state("bbs", zero_yields=ZERO_YIELDS - 1), Standing.WELL),
        (a_state("bbs", last_new_at=START - HOUR), Standing.SILENT),
        (a_state("bbs", last_new_at=None), Standing.SILENT),
        (a_state("bbs", last_new_at=START), Standing.WELL),
    ],
)
def test_the_worst_standing_that_holds(state: FetchState | None, standing: Standing) -> None:
    assert standing_of(a_source("bbs"), state, START) is standing


def test_a_source_switched_off_is_not_a_failure() -> None:
    assert standing_of(a_source("bbs", enabled=False), a_state("bbs", failures=9), START) is Standing.OFF
    assert Standing.OFF not in GAPS
    assert Standing.WELL not in GAPS


# trends
def trends_of(*rows: tuple[str, str, str, datetime]) -> list[tuple[str, str, str, int]]:
    """Rows of (area, category, unit, seen) → (area, category, unit, number of posts)."""
    posts = [a_post(str(n), seen=seen) for n, (_, _, _, seen) in enumerate(rows)]
    said = {
        str(n): an_assessment(str(n), areas=(area,) if area else (), labels=(category,), leads=((unit, 0.9),) if unit else ())
        for n, (area, category, unit, _) in enumerate(rows)
    }
    return [(t.area, t.category, t.unit, len(t.posts)) for t in find_trends(posts, said, START, END)]


NEW, OLD = START + HOUR, START - 30 * HOUR


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("先锋街道", "C3", "zjj", NEW)] * 2, []),
        ([("先锋街道", "C3", "zjj", NEW)] * 3, [("先锋街道", "C3", "zjj", 3)]),
        ([("先锋街道", "C3", "zjj", OLD)] * 2 + [("先锋街道", "C3", "zjj", NEW)], [("先锋街道", "C3", "zjj", 3)]),
        ([("先锋街道", "C3", "zjj", OLD)] * 5, []),
        ([("先锋街道", "C3", "zjj", END - WINDOW - HOUR)] * 2 + [("先锋街道", "C3", "zjj", NEW)], []),
        ([("先锋街道", "C3", "zjj", NEW)] * 2 + [("文峰街道", "C3", "zjj", NEW)], []),
        ([("先锋街道", "C3", "zjj", NEW)] * 2 + [("先锋街道", "C5", "zjj", NEW)], []),
        ([("先锋街道", "C3", u, NEW) for u in ("zjj", "cgj", "")], [("先锋街道", "C3", "", 3)]),
        ([("先锋街道", "C3", "zjj", NEW)] * 3 + [("先锋街道", "C3", "cgj", NEW)], [("先锋街道", "C3", "zjj", 3)]),
        ([("", "C3", "zjj", NEW)] * 4, []),
        ([("先锋街道", "C3", "zjj", END)] * 3, []),
    ],
)
def test_three_of_a_place_and_a_kind_in_seven_days(
    rows: list[tuple[str, str, str, datetime]], found: list[tuple[str, str, str, int]]
) -> None:
    assert trends_of(*rows) == found


def test_the_largest_trend_stands_first() -> None:
    rows = [("先锋街道", "C3", "zjj", NEW)] * 3 + [("文峰街道", "C5", "gs", NEW)] * 4
    assert [t[0] for t in trends_of(*rows)] == ["文峰街道", "先锋街道"]


def test_a_post_naming_two_streets_counts_for_both() -> None:
    posts = [a_post(str(n)) for n in range(3)]
    said = {p.id: an_assessment(p.id, areas=("先锋街道", "文峰街道")) for p in posts}
    assert [t.area for t in find_trends(posts, said, START, END)] == ["先锋街道", "文峰街道"]


def test_the_same_post_told_twice_is_one_post() -> None:
    posts = [a_post("1")] * 3
    assert find_trends(posts, {"1": an_assessment("1")}, START, END) == ()
