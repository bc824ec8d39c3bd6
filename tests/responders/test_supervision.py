"""督办: who is told, what it says, once a paper; and reminders for sub-tasks and for national clocks in a standstill."""

from dataclasses import replace

import pytest

from records.case import CaseState
from records.notice import NoticeKind
from records.paper import Paper, Supervision, Task
from responders.notices import Composed, Writing
from responders.reminders import due_steps, open_clocks
from responders.supervision import compose_supervision, overdue_words
from tests.responders.samples import (
    MAIL,
    NOW,
    SOURCES,
    STANDARD,
    a_clock,
    a_dispatched_case,
    a_post,
    a_routing,
    an_event,
    at,
    units,
)
from tests.responders.test_reminders import HERE

ASKED = Supervision(serial=2, clock="reply", overdue_seconds=93_900, asked="今日18时前反馈")


def told(paper_id: str = "d1", **more: object) -> Composed:
    by = Writing(
        sources=SOURCES, units=units(), standard=STANDARD, channels=(MAIL,), public_url="http://127.0.0.1:8700", office_name="区政府办",
        contact="", now=NOW, new_id=lambda: "n", allowed_mail_domains=("tinghu.example",),
    )  # fmt: skip
    return compose_supervision(a_dispatched_case(**more), an_event(), [a_post()], by, paper_id=paper_id, content=ASKED)


def test_the_lead_and_the_office_are_told_what_is_asked() -> None:
    notices = told().notices
    assert {n.recipient for n in notices} == {"gs", units().office}
    assert {n.kind for n in notices} == {NoticeKind.SUPERVISION}
    for one in notices:
        assert "督办（第2次）：首次回应已逾期1天2小时" in one.text
        assert "今日18时前反馈" in one.text


def test_composing_again_gives_the_same_keys_and_another_paper_others() -> None:
    keys = {n.key for n in told().notices}
    assert keys == {n.key for n in told().notices}
    assert len(keys) == len(told().notices)
    assert not keys & {n.key for n in told("d2").notices}


def test_the_office_leading_is_told_once() -> None:
    office = units().office
    assert {n.recipient for n in told(routing=a_routing(lead=office)).notices} == {office}


def test_a_charge_against_a_person_is_told_to_discipline_alone() -> None:
    lead = units().discipline
    found = told(routing=a_routing(lead=lead, joint=(), escalate_to=()))
    assert {n.recipient for n in found.notices} <= {lead}


SPANS = [(0, "不足1分钟"), (59, "不足1分钟"), (60, "1分钟"), (86_400, "1天"), (90_060, "1天1小时"), (3_660, "1小时1分钟")]


@pytest.mark.parametrize(("seconds", "words"), SPANS)
def test_spans_in_words(seconds: int, words: str) -> None:
    assert overdue_words(seconds) == words


TASK = Task(unit="zjj", what="核查管网", due_at=at("08 12:00"), basis="据")
OPEN = [(Paper(id="t1", case_id="c1", unit="zjj", by="值班员", at=at("08 08:00"), content=TASK), TASK)]


@pytest.mark.parametrize(("now", "name"), [("08 10:59", ""), ("08 11:00", "到期提醒"), ("08 12:00", "逾期催办"), ("08 14:00", "提级催办")])
def test_a_sub_task_is_pressed_like_a_clock(now: str, name: str) -> None:
    case = a_dispatched_case(deadlines=())
    steps = due_steps(case, HERE, at(now), OPEN)
    assert [(s.reminder.name, s.unit, s.asked) for s in steps] == ([(name, "zjj", "核查管网")] if name else [])


@pytest.mark.parametrize("state", [CaseState.PAUSED, CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.ARCHIVED])
def test_no_sub_task_is_pressed_when_nothing_is_to_do(state: CaseState) -> None:
    case = a_dispatched_case(deadlines=(), state=state)
    assert due_steps(case, HERE, at("08 18:00"), OPEN) == ()  # type: ignore[arg-type]


def test_in_a_standstill_only_national_clocks_run() -> None:
    clocks = (a_clock("reply", "08 10:00"), a_clock("respond", "10 08:10"), a_clock("press", "09 08:10"))
    case = a_dispatched_case(state=CaseState.PAUSED, deadlines=clocks)
    assert [d.kind for d in open_clocks(case, HERE)] == ["respond", "press"]
    met = replace(case, deadlines=tuple(replace(d, met_at=NOW) for d in case.deadlines))
    assert open_clocks(met, HERE) == ()
