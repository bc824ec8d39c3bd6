"""What a file says at a glance: the newest paper of the turn, whose answer, which tasks are open."""

from datetime import timedelta

from records.case import CaseState
from records.paper import GraveReport, Pause, SecrecyReview, Signature, Stage, Task, TaskDone
from records.unit import Capacity
from responders.cases import Standstill
from tests.makers import an_answer
from tests.responders.samples import NOW, at
from tests.responders.test_gates import LATER, a_file, filed, moved

TURN = LATER + timedelta(hours=3)


def a_task(unit: str, stage: Stage | None = None) -> Task:
    return Task(unit=unit, what="核查", due_at=at("10 10:00"), basis="据", stage=stage)


def a_report(stage: Stage) -> GraveReport:
    return GraveReport(stage=stage, happened="一", public_view="二", done="三", planned="四")


def test_the_newest_answer_of_each_unit_the_leads_first() -> None:
    papers = (filed(an_answer(), "j", "协办", unit="zjj"), filed(an_answer(), "a", "拟稿人"), filed(an_answer(), "b", "拟稿人"))
    file = a_file(papers)
    assert [p.id for p in file.answers()] == ["b", "j"]
    joint = file.answer("zjj")
    assert joint is not None
    assert joint[0].id == "j"
    assert file.answer("cgj") is None


def test_papers_of_the_turn_before_do_not_count() -> None:
    sign = filed(Signature(answer_id="a", capacity=Capacity.HEAD, unit="gs"), "s", "负责人")
    papers = (filed(an_answer(), "a", "拟稿人"), sign, filed(a_task("zjj"), "t", "值班员", unit="zjj"))
    before = a_file(papers, dispatched_at=NOW)
    assert before.signed() is not None
    assert [p.id for p, _ in before.open_tasks()] == ["t"]
    after = a_file(papers, dispatched_at=TURN)
    assert (after.answer(), after.signed(), after.signed_answer(), after.open_tasks()) == (None, None, None, ())


def test_the_signed_answer_is_the_one_signed_not_the_newest() -> None:
    sign = filed(Signature(answer_id="a", capacity=Capacity.HEAD, unit="gs"), "s", "负责人")
    found = a_file((filed(an_answer(), "a", "拟稿人"), sign, filed(an_answer(), "b", "拟稿人"))).signed_answer()
    assert found is not None
    assert found[0].id == "a"


def test_the_newest_review_of_an_answer_counts() -> None:
    said = (("a", False, "1"), ("b", True, "2"), ("a", True, "3"))
    reviews = [filed(SecrecyReview(answer_id=of, passed=ok, said="x"), name, "保密员") for of, ok, name in said]
    found = a_file(reviews).review("a")
    assert found is not None
    assert found[0].id == "3"
    assert a_file(reviews).review("c") is None


def test_what_does_a_task() -> None:
    joint, lead = filed(a_task("zjj"), "t", "值班员", unit="zjj"), filed(a_task("gs"), "l", "值班员")
    first = filed(a_task("gs", Stage.FIRST), "r", "值班员")
    tasks = (joint, lead, first)

    def open_after(*papers: object) -> list[str]:
        return [p.id for p, _ in a_file((*tasks, *papers)).open_tasks()]  # type: ignore[arg-type]

    assert open_after() == ["t", "l", "r"]
    assert open_after(filed(an_answer(), "a", "协办", unit="zjj")) == ["l", "r"]
    assert open_after(filed(an_answer(), "a", "拟稿人")) == ["t", "l", "r"], "the lead's answer is no task of its own"
    assert open_after(filed(a_report(Stage.FIRST), "g", "联络员")) == ["t", "l"]
    assert open_after(filed(a_report(Stage.FURTHER), "g", "联络员")) == ["t", "l", "r"]
    assert open_after(filed(TaskDone(task_id="l", said="已办"), "d", "联络员")) == ["t", "r"]
    assert open_after(filed(an_answer(), "a", "协办", NOW, unit="zjj")) == ["t", "l", "r"], "before the task was set"


def test_a_standstill_is_the_newest_and_only_while_it_lasts() -> None:
    pauses = [
        filed(Pause(came_from=came, approved_by="主任", until=TURN, why="等"), came, "联络员", when)
        for came, when in (("签收", NOW), ("核查", LATER))
    ]
    assert a_file(pauses, state=CaseState.PAUSED).standstill() == Standstill(since=LATER, came_from=CaseState.CHECKING)
    assert a_file(pauses, state=CaseState.CHECKING).standstill() is None
    assert a_file((), state=CaseState.PAUSED).standstill() is None


def test_who_dispatched() -> None:
    file = a_file(moves=(moved(CaseState.DISPATCHED, "甲"), moved(CaseState.RETURNED, "乙"), moved(CaseState.DISPATCHED, "丙")))
    assert file.dispatchers() == {"甲", "丙"}
