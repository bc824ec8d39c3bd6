"""Papers on both engines: every kind comes back as it went in, with its move or not at all, each with its audit entry."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from ledger.opening import open_ledger
from ledger.papers import UnknownPaperError
from ledger.protocol import StaleCaseError
from ledger.store import Store
from records.case import ActorKind, Case, CaseState, Deadline
from records.event import EventLevel
from records.paper import (
    CONTENTS,
    Answer,
    Conference,
    Content,
    Disclosure,
    EventGrade,
    Extension,
    Finding,
    Following,
    GraveReport,
    Ground,
    LeadTransfer,
    Means,
    Paper,
    Pause,
    Publication,
    Receipt,
    SecrecyReview,
    Shelving,
    Signature,
    Stage,
    Statement,
    Submission,
    Supervision,
    Task,
    TaskDone,
)  # fmt: skip
from records.unit import Capacity
from tests.contracts.test_ledger_contract import by_person, execute, filled, query
from tests.makers import NOW, a_notice, a_paper, an_answer, an_event

HOUR = timedelta(hours=1)
ONE_OF_EACH: tuple[Content, ...] = (
    an_answer("R3", disclosure=Disclosure.PARTLY, withheld_why="隐私", cites=("p1", "http://a.example/1"), joint=("zjj",), unfinished="六月底前"),
    SecrecyReview(answer_id="d1", passed=False, said="含“内部”数据\n请删"),
    Signature(answer_id="d1", capacity=Capacity.HEAD, unit="gs", on_behalf_of="甲", deputised_until="2018-06-30", scan_sha256="ab",
              registered_by="乙"),
    Publication(answer_id="d1", channel="区政府网站", url="http://gov.example/1", published_at=NOW, checked="全部可见"),
    Conference(held_at=NOW, place="区政府三楼", spokesperson="发布人"), Shelving(ground=Ground.MERGED, into="TH-20180608-001"),
    Task(unit="zjj", what="核查", due_at=NOW + HOUR, basis="据", stage=Stage.FIRST), TaskDone(task_id="t", said="已办"),
    Extension(clock="close", old_due_at=NOW, new_due_at=NOW + HOUR, approved_by="主任", why="等检测"),
    Pause(came_from="核查", approved_by="主任", until=NOW + HOUR, why="等检测"),
    Supervision(serial=2, clock="reply", overdue_seconds=61, asked="今日办结"),
    GraveReport(stage=Stage.FURTHER, serial=2, happened="一", public_view="二", done="三", planned="四", asked="五"),
    Receipt(unit="gs", means=Means.PHONE, notice_id="n1", registered_by="值班员"),
    LeadTransfer(to="公安分局", evidence={"http://a.example/1": "ab" * 32}, refuted_by="http://gov.example/1", proposed_by="甲", approved_by="乙"),
    EventGrade(level=EventLevel.GRAVE, basis="应急局来电"), Submission(to="分管副区长", matter="停水", advice="拟公开", instruction="同意"),
    Following(mentions=3, said="平息"),
)  # fmt: skip


def papers_of(*contents: Content) -> list[Paper]:
    return [a_paper(content, f"d{n}", at=NOW + timedelta(microseconds=n)) for n, content in enumerate(contents)]


def test_there_is_one_of_each() -> None:
    assert {type(one) for one in ONE_OF_EACH} == set(CONTENTS.values()) == set(get_args(Content))
    assert len(CONTENTS) == len(ONE_OF_EACH), "two kinds of one name would read each other's papers"


def test_every_kind_comes_back_in_the_order_it_was_filed(ledger: Store) -> None:
    case, papers = filled(ledger), papers_of(*ONE_OF_EACH)
    ledger.file_papers(case, papers[:3])
    ledger.file_papers(case, papers[3:])
    assert ledger.papers(case.id) == papers
    assert ledger.papers("none") == []


def test_odd_texts_come_back(ledger: Store) -> None:
    case = filled(ledger)
    odd = an_answer(text="“引号”\\ \n\t🙂 𠮷 \u200b %s ' ; --", proof={"键": "值\u2028"},
                    stance=Statement(not_applicable="；"), finding=Finding.PARTLY)
    ledger.file_papers(case, papers_of(odd))
    assert ledger.papers(case.id)[0].content == odd


def test_each_paper_has_its_audit_entry(ledger: Store) -> None:
    case = filled(ledger)
    before = len(query(ledger, "select * from audit"))
    ledger.file_papers(case, papers_of(*ONE_OF_EACH[:2]))
    entries = query(ledger, "select actor, action, subject, detail from audit order by seq")[before:]
    assert [(e["actor"], e["action"], e["subject"], e["detail"]) for e in entries] == [
        ("拟稿人", "paper:反馈单", case.number, "d0"), ("拟稿人", "paper:保密审查", case.number, "d1"),
    ]  # fmt: skip
    assert ledger.verify_audit() == []


def test_papers_of_a_span_over_cases(ledger: Store) -> None:
    one, other = filled(ledger), filled(ledger, "e2", "p2")
    ledger.file_papers(one, [a_paper(ONE_OF_EACH[1], "b", at=NOW + HOUR), a_paper(ONE_OF_EACH[1], "a", at=NOW + HOUR)])
    ledger.file_papers(other, [a_paper(ONE_OF_EACH[7], "c", case_id=other.id, at=NOW)])
    assert [p.id for p in ledger.papers_between(NOW, NOW + HOUR)] == ["c"]
    assert [p.id for p in ledger.papers_between(NOW, NOW + HOUR + timedelta(microseconds=1))] == ["c", "a", "b"]


def test_a_kind_of_a_newer_version_is_named(ledger: Store) -> None:
    case = filled(ledger)
    ledger.file_papers(case, papers_of(ONE_OF_EACH[0]))
    execute(ledger, "update papers set kind = '未来的表'")
    with pytest.raises(UnknownPaperError, match="未来的表"):
        ledger.papers(case.id)


def counted(ledger: Store) -> tuple[int, ...]:
    return tuple(len(query(ledger, f"select * from {table}")) for table in ("papers", "transitions", "notices", "audit"))


def test_a_move_and_its_papers_are_one(ledger: Store) -> None:
    case = filled(ledger)
    moved = ledger.move_case(case, by_person(case, CaseState.DISPATCHED), [a_notice("n")], papers_of(*ONE_OF_EACH[:2]))
    assert (moved.version, len(ledger.papers(case.id))) == (case.version + 1, 2)
    assert ledger.verify_audit() == []


def broken(*what: str) -> dict[str, list[object]]:
    bad = {"notice": replace(a_notice("n"), key=None), "paper": a_paper(ONE_OF_EACH[1], "x", by="")}
    return {"notices": [bad["notice"]] if "notice" in what else [], "papers": [a_paper(ONE_OF_EACH[0]), *([bad["paper"]] if "paper" in what else [])]}


@pytest.mark.parametrize("what", ["notice", "paper"])
def test_what_fails_beside_a_move_leaves_nothing(ledger: Store, what: str) -> None:
    case = filled(ledger)
    before, more = counted(ledger), broken(what)
    with pytest.raises(Exception, match=r"(?i)constraint|null"):
        ledger.move_case(case, by_person(case, CaseState.DISPATCHED), **more)  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)constraint|null"):
        ledger.amend_case(case, **more)  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)constraint|null"):
        ledger.file_papers(case, **more)  # type: ignore[arg-type]
    assert counted(ledger) == before
    assert ledger.case(case.number) == case


def test_a_stale_version_files_nothing(ledger: Store) -> None:
    case = filled(ledger)
    ledger.move_case(case, by_person(case, CaseState.DISPATCHED))
    before = counted(ledger)
    with pytest.raises(StaleCaseError):
        ledger.move_case(case, by_person(case, CaseState.SHELVED), [a_notice("n")], papers_of(ONE_OF_EACH[5]))
    with pytest.raises(StaleCaseError):
        ledger.amend_case(case, papers_of(ONE_OF_EACH[8]), [a_notice("n")])
    assert counted(ledger) == before


@pytest.mark.parametrize("state", [s for s in CaseState if s is not CaseState.ALERTED])
def test_the_machine_moves_no_case(ledger: Store, state: CaseState) -> None:
    case = filled(ledger)
    with pytest.raises(Exception, match=r"(?i)check"):
        ledger.move_case(case, by_person(case, state, ActorKind.MACHINE, "系统"), (), papers_of(ONE_OF_EACH[0]))
    assert ledger.papers(case.id) == []


def amended(case: Case) -> Case:
    return replace(case, deadlines=(Deadline(kind="press", anchor_at=NOW, due_at=NOW + HOUR, basis="据", met_at=NOW, measure="minutes"),))


def test_amending_keeps_clocks_and_grade_and_what_the_event_gained_meanwhile(ledger: Store) -> None:
    case, read = filled(ledger), an_event()
    ledger.add_collected([], [], ledger.fetch_states()["s"])
    grown = replace(read, title="停水三天", heat=99)
    ledger.save_events([grown])
    done = ledger.amend_case(amended(case), papers_of(ONE_OF_EACH[14]), grade=EventLevel.GRAVE)
    assert ledger.case(case.number) == done
    assert (done.version, done.deadlines) == (case.version + 1, amended(case).deadlines)
    assert ledger.event("e1") == replace(grown, event_level=EventLevel.GRAVE), "only the grade is written"


def test_two_who_file_at_once_get_their_own_place(url: str, ledger: Store) -> None:
    case = filled(ledger)

    def work(name: str) -> None:
        with_own = open_ledger(url)
        for n in range(10):
            with_own.file_papers(case, [a_paper(ONE_OF_EACH[16], f"{name}{n}")])
        with_own.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in "xy"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    places = query(ledger, "select seq from papers order by seq")
    assert [row["seq"] for row in places] == list(range(1, 21))
    assert ledger.verify_audit() == []
    assert isinstance(ONE_OF_EACH[0], Answer)
