"""The verbs a person has: each needs a name and a reason, obeys the table, and 交办 tells the units in the same transaction."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import case_verbs
from huiying.explaining import explain_id
from huiying.office import Desk
from huiying.settings import Settings
from records.case import CaseState
from records.notice import NoticeKind
from responders.cases import MoveRefusedError
from responders.lifecycle import IllegalMoveError
from tests.huiying.desk import desk_in, take, waiting_case
from tests.makers import NOW

WAY = ["交办", "签收", "核查", "反馈", "签批", "公开回应", "办结", "评估", "归档"]


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path, settings) as opened:
        yield opened


def test_a_case_goes_the_whole_way_by_named_people(desk: Desk) -> None:
    number = waiting_case(desk).number
    take(desk, number, *WAY)
    shown = case_verbs.show(desk, number)
    assert [t["to"] for t in shown["transitions"]] == ["预警提示", *WAY]
    assert shown["next"] == ["交办"], "an archived case can only be reopened"
    assert [p["kind"] for p in shown["papers"]] == ["子任务", "反馈单", "反馈单", "保密审查", "签批单", "公开回应登记"]
    assert {d["kind"] for d in shown["deadlines"] if d["met_at"]} == {"respond", "sign", "reply", "close"}
    assert desk.ledger.verify_audit() == []


def test_dispatch_starts_the_unit_clocks_and_tells_the_units(desk: Desk) -> None:
    case = waiting_case(desk)
    assert desk.ledger.notices() == []
    moved = case_verbs.move(desk, case.number, "交办", by="值班员", why="属实")
    assert moved.dispatched_at == NOW
    assert {d.kind for d in moved.deadlines} == {"respond", "sign", "reply", "close"}
    assert all(d.due_at > NOW for d in moved.deadlines)
    notices = desk.ledger.notices()
    assert {n.kind for n in notices} == {NoticeKind.DISPATCH}
    assert {n.recipient for n in notices} == {"gs", "zjj"}
    assert case_verbs.find(desk, case.number) == moved


@pytest.mark.parametrize(("by", "why"), [("", "属实"), ("  ", "属实"), ("值班员", ""), ("系统", "属实")])
def test_nobody_and_no_reason_are_refused_and_nothing_moves(desk: Desk, by: str, why: str) -> None:
    case = waiting_case(desk)
    with pytest.raises(MoveRefusedError):
        case_verbs.move(desk, case.number, "交办", by=by, why=why)
    assert case_verbs.find(desk, case.number) == case
    assert desk.ledger.notices() == []


def test_an_illegal_move_names_the_legal_ones(desk: Desk) -> None:
    case = waiting_case(desk)
    with pytest.raises(IllegalMoveError, match="交办、不交办"):
        case_verbs.move(desk, case.number, "归档", by="值班员", why="想归档")
    assert case_verbs.find(desk, case.number).state is CaseState.ALERTED


def test_unknown_numbers_and_states_say_what_there_is(desk: Desk) -> None:
    with pytest.raises(case_verbs.UnknownError, match="TH-19990101-001"):
        case_verbs.show(desk, "TH-19990101-001")
    number = waiting_case(desk).number
    with pytest.raises(case_verbs.UnknownError, match="预警提示、不交办"):
        case_verbs.move(desk, number, "飞", by="值班员", why="x")


@pytest.mark.parametrize(("word", "state"), [("签收", CaseState.SIGNED_FOR), ("SIGNED_FOR", CaseState.SIGNED_FOR), ("closed", CaseState.CLOSED)])
def test_states_by_name(word: str, state: CaseState) -> None:
    assert case_verbs.state_of(word) is state


def test_summary_shows_the_limit_that_runs_out_first(desk: Desk) -> None:
    case = waiting_case(desk)
    assert case_verbs.summary(desk, case)["due"] == "6月10日09:02"
    moved = case_verbs.move(desk, case.number, "交办", by="值班员", why="属实")
    summary = case_verbs.summary(desk, moved)
    assert summary["due_kind"] == "sign"
    assert summary["unit"] == desk.settings.units.get("gs").name
    soonest = case_verbs.next_limit(moved)
    assert soonest is not None
    assert soonest.due_at < NOW + timedelta(hours=2)


def test_explain_finds_a_case_a_post_and_an_address(desk: Desk) -> None:
    case = waiting_case(desk)
    by_number = explain_id(desk, case.number)
    assert by_number["judged"][0]["reasons"][0]["reason"] == "事项"
    assert explain_id(desk, "p1")["url"] == "http://a.example/p1"
    with pytest.raises(LookupError, match="nothing-here"):
        explain_id(desk, "nothing-here")


def test_a_return_and_its_ruling(desk: Desk) -> None:
    case = waiting_case(desk)
    number = case.number
    with pytest.raises(MoveRefusedError, match="只能随“交办”改派"):
        case_verbs.move(desk, number, "不交办", by="值班员", why="无关", unit="zjj")
    case_verbs.move(desk, number, "交办", by="值班员", why="核实属实")
    with pytest.raises(MoveRefusedError, match="写明应由哪个单位"):
        case_verbs.move(desk, number, "退回", by="联络员", why="不属本单位")
    case_verbs.move(desk, number, "退回", by="联络员", why="不属本单位", unit="住建局")
    moved = case_verbs.move(desk, number, "交办", by="办公室主任", why="管网归住建", unit="zjj")
    assert moved.routing.lead == "zjj"
    assert moved.routing.reasons[0].startswith("改派：办公室主任确定由区住房和城乡建设局牵头")
    told = [n.recipient for n in desk.ledger.notices() if n.kind is NoticeKind.DISPATCH and str(moved.routing.lead) == n.recipient]
    assert told, "the new lead is told in the same transaction"
    with pytest.raises(MoveRefusedError, match="不得再退"):
        case_verbs.move(desk, number, "退回", by="联络员", why="也不属我们", unit="cgj")
    moves = case_verbs.show(desk, number)["transitions"]
    assert moves[2]["why"] == "不属本单位（应由区住房和城乡建设局办理）"
    assert desk.ledger.verify_audit() == []


def test_a_refused_ruling_changes_nothing(desk: Desk) -> None:
    number = waiting_case(desk).number
    with pytest.raises(MoveRefusedError, match="没有单位“区月亮局”"):
        case_verbs.move(desk, number, "交办", by="值班员", why="核实", unit="区月亮局")
    with pytest.raises(IllegalMoveError):
        case_verbs.move(desk, number, "退回", by="联络员", why="不属", unit="zjj")
    assert case_verbs.find(desk, number).state is CaseState.ALERTED
