"""The paper verbs on a real ledger: what each refuses, what it changes, and that a person cannot get round by spelling or by waiting."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiying import case_papers, case_verbs
from huiying.case_verbs import Details
from huiying.office import Desk
from huiying.settings import Settings
from records.event import EventLevel
from records.paper import Conference, GraveReport, Ground, Stage, Supervision
from responders.cases import MoveRefusedError
from tests.huiying.desk import SIGNER, desk_in, take, waiting_case
from tests.makers import NOW, an_answer


class Hand:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def desk(tmp_path: Path, settings: Settings, hand: Hand) -> Iterator[Desk]:
    with desk_in(tmp_path, settings, hand) as opened:
        yield opened


@pytest.fixture
def number(desk: Desk) -> str:
    return waiting_case(desk).number


def test_a_forbidden_measure_is_not_even_filed(desk: Desk, number: str) -> None:
    take(desk, number, "交办", "签收", "核查")
    bad = an_answer(measures=("刪 帖",))
    with pytest.raises(MoveRefusedError, match="压制或追查"):
        case_papers.file_answer(desk, number, bad, by="联络员")
    with pytest.raises(MoveRefusedError, match="压制或追查"):
        case_verbs.move(desk, number, "反馈", by="联络员", why="属实", details=Details(answer=bad))
    assert case_verbs.find(desk, number).state.value == "核查"
    assert all(p.kind != "反馈单" for p in desk.ledger.papers("c-e1"))


def test_pausing_twice_needs_two_approvals_and_counts_each_span_once(desk: Desk, number: str, hand: Hand) -> None:
    take(desk, number, "交办", "签收", "核查")
    (reply,) = [d for d in case_verbs.find(desk, number).deadlines if d.kind == "reply"]
    hand.at += timedelta(minutes=10)
    end = hand.at + timedelta(days=1)
    for _ in range(2):
        case_verbs.move(desk, number, "暂缓办理", by="联络员", why="等", details=Details(until=end, approved_by=SIGNER))
        hand.at += timedelta(hours=1)
        case_verbs.move(desk, number, "核查", by="联络员", why="恢复")
        hand.at += timedelta(minutes=10)
        with pytest.raises(MoveRefusedError, match="没有暂缓办理的审批"):
            case_verbs.move(desk, number, "暂缓办理", by="联络员", why="再等")
    (after,) = [d for d in case_verbs.find(desk, number).deadlines if d.kind == "reply"]
    assert after.due_at - reply.due_at == timedelta(hours=2)


def test_no_supervision_in_a_standstill_or_after_withdrawal(desk: Desk, number: str, hand: Hand) -> None:
    take(desk, number, "交办", "签收")
    case_verbs.move(desk, number, "暂缓办理", by="联络员", why="等", details=Details(until=NOW + timedelta(days=1), approved_by=SIGNER))
    hand.at += timedelta(hours=30)
    with pytest.raises(MoveRefusedError, match="没有逾期"):
        case_papers.supervise(desk, number, by="督办员", asked="快办")
    hand.at += timedelta(hours=30)
    paper = case_papers.supervise(desk, number, by="督办员", asked="快办")
    assert isinstance(paper.content, Supervision)
    assert paper.content.clock == "respond", "the national limit runs on"
    case_verbs.move(desk, number, "撤销", by="值班员", why="误报")
    with pytest.raises(MoveRefusedError, match="没有逾期"):
        case_papers.supervise(desk, number, by="督办员", asked="快办")


def test_what_is_registered_late_is_met_when_it_was_published(desk: Desk, number: str, hand: Hand) -> None:
    take(desk, number, "交办", "签收", "核查", "反馈", "签批")
    hand.at += timedelta(hours=60)
    out = Details(channel="区政府网站", url="http://gov.example/1", published_at=NOW + timedelta(hours=2))
    moved = case_verbs.move(desk, number, "公开回应", by="联络员", why="已公布", details=out)
    assert [d.met_at for d in moved.deadlines if d.kind == "respond"] == [NOW + timedelta(hours=2)]


@pytest.mark.parametrize("into", ["TH-19990101-001", "TH-20180608-002"])
def test_a_case_joins_only_a_case_that_is_on_record_and_alive(desk: Desk, number: str, into: str) -> None:
    other = waiting_case(desk, "2").number
    case_verbs.move(desk, other, "不交办", by="值班员", why="无关", details=Details(ground=Ground.IRRELEVANT))
    with pytest.raises(MoveRefusedError, match=f"不能并入 {into}"):
        case_verbs.move(desk, number, "不交办", by="值班员", why="同一件事", details=Details(ground=Ground.MERGED, into=into))
    assert case_verbs.find(desk, number).state.value == "预警提示"


def test_grading_again_does_not_wipe_an_overdue_limit(desk: Desk, number: str, hand: Hand) -> None:
    hand.at += timedelta(hours=60)
    graded = case_papers.grade(desk, number, EventLevel.NONE, by="值班员", basis="来电")
    assert [(d.kind, d.late_found) for d in graded.deadlines] == [("respond", False)]


def test_a_conference_of_before_the_matter_meets_nothing(desk: Desk, number: str) -> None:
    case_papers.grade(desk, number, EventLevel.GRAVE, by="值班员", basis="来电")
    with pytest.raises(MoveRefusedError, match="早于事发"):
        case_papers.conference(desk, number, Conference(held_at=NOW - timedelta(days=1), place="三楼", spokesperson="人"), by="值班员")


@pytest.mark.parametrize("approver", ["联络员", "联 络员", "系统", ""])
def test_an_extension_is_approved_by_another(desk: Desk, number: str, approver: str) -> None:
    case = take(desk, number, "交办")
    end = max(d.due_at for d in case.deadlines) + timedelta(days=1)
    with pytest.raises(MoveRefusedError):
        case_papers.extend(desk, number, "close", end, by="联络员", approved_by=approver, why="等")
    assert case_verbs.find(desk, number) == case


def test_a_case_taken_up_again_begins_with_its_first_report(desk: Desk, number: str, hand: Hand) -> None:
    first = GraveReport(stage=Stage.FIRST, happened="一", public_view="二", done="三", planned="四")
    take(desk, number, "交办", "签收")
    case_papers.report(desk, number, first, by="联络员")
    take(desk, number, "核查", "反馈", "签批", "公开回应", "办结")
    hand.at += timedelta(days=1)
    take(desk, number, "交办")
    paper = case_papers.report(desk, number, first, by="联络员")
    assert isinstance(paper.content, GraveReport)
    assert paper.content.serial == 2
