"""Random sequences of legal and illegal moves against the oracle: never an illegal state, every clock as the oracle counts it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from records.assessment import OpinionLevel
from records.case import Case, CaseState
from records.event import EventLevel
from responders.cases import MoveRefusedError, Standstill, move
from responders.deadlines import public_clocks
from responders.lifecycle import MOVES, IllegalMoveError
from tests.lifecycle_oracle import NEXT, Clock, Told, as_utc, at
from tests.responders.samples import HOLIDAYS, STANDARD, a_case

BEGIN = at("09-17 09:00")  # two weeks from here hold 中秋, a make-up weekend (29, 30 September) and the eve of 国庆
STEPS = st.lists(st.tuples(st.sampled_from(list(CaseState)), st.integers(min_value=0, max_value=60 * 40)), max_size=24)
BIASED = st.lists(st.tuples(st.integers(min_value=0, max_value=40), st.integers(min_value=0, max_value=60 * 40)), max_size=24)
LEVELS = st.sampled_from(["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"])
LONG = settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHORT = settings(max_examples=400, deadline=None)


def begun(level: str) -> tuple[Case, Told]:
    """The same case, ours and the oracle's."""
    clocks = public_clocks(BEGIN, EventLevel.NONE, STANDARD.level(OpinionLevel(level)), STANDARD, BEGIN)
    case = a_case(opinion_level=OpinionLevel(level), deadlines=clocks, state=CaseState.ALERTED, dispatched_at=None)
    return case, Told(level=level, clocks=[Clock("respond", BEGIN + timedelta(hours=48), "hours")])


def standstill_of(told: Told) -> Standstill | None:
    return Standstill(since=told.paused[1], came_from=CaseState(told.paused[0])) if told.paused and told.state == "暂缓办理" else None


def clocks_of(case: Case) -> list[tuple[str, str, str, bool]]:
    return sorted((d.kind, str(as_utc(d.due_at)), str(as_utc(d.met_at)), "顺延" in d.basis) for d in case.deadlines)


def clocks_told(told: Told) -> list[tuple[str, str, str, bool]]:
    return sorted((c.kind, str(as_utc(c.due)), str(as_utc(c.met)), c.moved) for c in told.clocks)


def play(level: str, steps: list[tuple[CaseState, int]]) -> int:
    """Plays a sequence on both; how many moves were made."""
    case, told = begun(level)
    now, made = BEGIN, 0
    for to, minutes in steps:
        now += timedelta(minutes=minutes)
        if now > at("10-20 00:00"):
            break
        allowed = told.may(to.value)
        try:
            after, _ = move(
                case, to, by="值班员", why="按流程", now=now, standard=STANDARD, holidays=HOLIDAYS, standstill=standstill_of(told)
            )
        except (IllegalMoveError, MoveRefusedError):
            assert not allowed, f"{case.state}→{to} should be allowed"
            continue
        assert allowed, f"{case.state}→{to} should be refused"
        told.move(to.value, now)
        case, made = after, made + 1
        assert case.state.value == told.state
        assert clocks_of(case) == clocks_told(told)
    return made


def legal(level: str, picks: list[tuple[int, int]]) -> int:
    """Plays only moves the oracle allows: gets deep where random targets would not."""
    told, steps, now = begun(level)[1], [], BEGIN
    for pick, minutes in picks:
        choices = sorted(s for s in NEXT[told.state] if told.may(s))
        to = choices[pick % len(choices)]
        now += timedelta(minutes=minutes)
        if now > at("10-20 00:00"):
            break
        told.move(to, now)
        steps.append((CaseState(to), minutes))
    return play(level, steps)


def test_the_table_is_the_oracles() -> None:
    assert {here.value: {there.value for there in moves} for here, moves in MOVES.items()} == NEXT


@given(LEVELS, STEPS)
@SHORT
def test_random_moves(level: str, steps: list[tuple[CaseState, int]]) -> None:
    play(level, steps)


@given(LEVELS, BIASED)
@SHORT
@example("Ⅳ", [(0, 0), (2, 300), (1, 60), (1, 2000), (0, 1000), (0, 50)])
def test_legal_ways(level: str, picks: list[tuple[int, int]]) -> None:
    legal(level, picks)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_sequences() -> None:
    """Half of them legal ways, half any targets at all. Prints how many moves were made."""
    made = {"random": 0, "legal": 0}

    @given(LEVELS, STEPS)
    @settings(LONG, max_examples=5_000)
    def any_targets(level: str, steps: list[tuple[CaseState, int]]) -> None:
        made["random"] += play(level, steps)

    @given(LEVELS, BIASED)
    @settings(LONG, max_examples=5_000)
    def ways(level: str, picks: list[tuple[int, int]]) -> None:
        made["legal"] += legal(level, picks)

    any_targets()
    ways()
    print(f"10,000 sequences: {made['random']} moves of any targets, {made['legal']} of legal ways")
    assert made["legal"] > 20_000
