"""Forty cases over two weeks, every path: each step's outcome, each clock, each reminder as an oracle of its own says."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from benchmarks.rehearsal import BEGIN, CASES, END, MOVES, SCENES, Played, Row, account, play, tell
from classifiers.model import LinearModel
from huiying.settings import Settings
from records.case import Case, CaseState
from records.instant import SHANGHAI, shanghai
from records.paper import CONTENTS, Answer
from tests.lifecycle_oracle import Clock, Told
from tests.rehearsal_oracle import WORD, Life


class Seen:
    """What is kept of a rehearsal after its office is closed."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.outcomes: list[tuple[datetime, str, str, str]] = []
        self.opened: dict[str, Case] = {}
        self.said: dict[str, datetime] = {}
        self.problems: list[str] = []
        self.forms: set[str] = set()
        self.kinds: set[str] = set()
        self.notices: Counter[str] = Counter()

    def look(self, played: Played) -> None:
        ledger = played.office.ledger
        self.rows = account(played)
        self.opened = played.opened
        self.outcomes = [(a.at, a.number, a.act, a.refused) for a in played.attempts]
        self.said = {n: shanghai(e.first_said_at) for n, c in self.opened.items() if (e := ledger.event(c.event_id))}
        self.problems = ledger.verify_audit()
        papers = [p for c in self.opened.values() for p in ledger.papers(c.id)]
        self.forms = {p.content.form for p in papers if isinstance(p.content, Answer)}
        self.kinds = {p.kind for p in papers}
        self.notices = Counter(n.kind.value for n in ledger.notices())
        tell(played)


@pytest.fixture(scope="module")
def seen(settings: Settings, model: LinearModel, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    found = Seen()
    asyncio.run(play(tmp_path_factory.mktemp("rehearsal"), settings, model, found.look))
    return found


@pytest.fixture(scope="module")
def lives(seen: Seen) -> dict[str, Life]:
    """The same two weeks by the oracle: steps in the order they were tried, hours in between."""
    found = {n: begun(c, seen.said[n]) for n, c in seen.opened.items()}
    hours = [BEGIN + timedelta(hours=n, minutes=1) for n in range(int((END - BEGIN) / timedelta(hours=1)))]
    taken = [(at.astimezone(SHANGHAI), 0, number, act) for at, number, act, _ in seen.outcomes]
    steps = sorted([*taken, *((h, 1, "", "") for h in hours)], key=lambda s: s[:2])
    wrong = []
    outcomes = iter(seen.outcomes)
    for when, _, number, act in steps:
        if not act:
            for life in found.values():
                life.hour(when)
            continue
        life = found[number]
        before = len(life.way)
        done = life.attempt(act, when)
        if WORD.get(act.partition(":")[0]) == "交办" and len(life.way) > before:
            life.times.append(when)
        _, number_too, act_too, refused = next(outcomes)
        assert (number_too, act_too) == (number, act)
        if done is bool(refused):
            wrong.append(f"{when:%m-%d %H:%M} {number} {act}: {refused or 'allowed'}")
    assert wrong == []
    return found


def begun(case: Case, said: datetime) -> Life:
    clock = Clock("respond", said + timedelta(hours=48), "hours")
    if clock.due < BEGIN:
        clock.late = True  # type: ignore[attr-defined]
    told = Told(level=case.opinion_level.value, clocks=[clock])
    return Life(told=told, lead=case.routing.lead, joint=case.routing.joint, said_at=said, alerted_at=shanghai(case.opened_at))


def test_forty_cases_play_every_path(seen: Seen) -> None:
    assert len(seen.rows) == len(SCENES) == CASES
    assert seen.forms == {"R1", "R2", "R3", "R4", "R5", "R6"}
    tried = {act.partition(":")[0] for _, _, act, _ in seen.outcomes}
    assert set(MOVES) <= tried
    assert {s for row in seen.rows for s in row.way} == {s.value for s in CaseState}
    assert set(CONTENTS) - seen.kinds == {"签收凭据"}, "receipts come by link, mail or telephone"


def test_every_outcome_is_as_the_rules_say(lives: dict[str, Life], seen: Seen) -> None:
    assert {row.number: row.refused for row in seen.rows} == {n: life.refused for n, life in lives.items()}
    assert sum(life.refused for life in lives.values()) > 30


def test_every_way_and_state(lives: dict[str, Life], seen: Seen) -> None:
    assert {row.number: list(row.way) for row in seen.rows} == {n: life.way for n, life in lives.items()}
    assert {row.number: (row.state, row.lead) for row in seen.rows} == {n: (life.told.state, life.lead) for n, life in lives.items()}


def test_every_clock_ends_and_is_met_when_the_oracle_says(lives: dict[str, Life], seen: Seen) -> None:
    for row in seen.rows:
        life = lives[row.number]
        told = sorted((c.kind, str(c.due.astimezone(SHANGHAI)), str(c.met) if c.met else "") for c in life.told.clocks)
        assert list(row.clocks) == told, row.scene


def test_every_task_is_open_or_done(lives: dict[str, Life], seen: Seen) -> None:
    assert {r.number: r.open_tasks for r in seen.rows} == {n: sum(not t.done for t in life.tasks) for n, life in lives.items()}


def test_every_reminder_went_out_once(lives: dict[str, Life], seen: Seen) -> None:
    assert {r.scene: r.reminders for r in seen.rows} == {r.scene: len(lives[r.number].pressed) for r in seen.rows}
    assert seen.notices["催办"] > 100


def test_the_audit_chain_is_whole_and_units_were_told(seen: Seen) -> None:
    assert seen.problems == []
    assert {"预警提示", "交办", "催办", "撤销", "督办"} <= set(seen.notices)
