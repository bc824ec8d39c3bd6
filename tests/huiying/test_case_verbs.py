"""The verbs a person has: each needs a name and a reason, obeys the table, and 交办 tells the units in the same transaction."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import case_papers, case_verbs
from huiying.explaining import explain_id
from huiying.office import Desk
from huiying.settings import Settings
from records.case import CaseState
from records.event import EventLevel
from records.notice import NoticeKind
from records.post import post_id
from records.source import MediaTier, Source, SourceKind
from responders.cases import MoveRefusedError
from responders.lifecycle import IllegalMoveError
from tests.huiying.desk import desk_in, take, waiting_case
from tests.makers import NOW, PAGE, STATE, a_post

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


SIGNED = ("交办", "签收", "核查", "反馈", "签批")


@pytest.mark.parametrize(("minutes", "said"), [(-1, "未经签批不得公开"), (1, "公开后再登记")])
def test_an_answer_is_published_after_its_signature_and_not_tomorrow(desk: Desk, minutes: int, said: str) -> None:
    number = waiting_case(desk).number
    take(desk, number, *SIGNED)
    when = case_verbs.Details(url="http://a.example/1", published_at=NOW + timedelta(minutes=minutes))
    with pytest.raises(MoveRefusedError, match=said):
        case_verbs.move(desk, number, "公开回应", by="联络员", why="已公布", details=when)
    assert case_verbs.find(desk, number).state is CaseState.APPROVED


def test_the_public_clock_is_met_when_it_was_published_not_when_registered(tmp_path: Path, settings: Settings) -> None:
    clock = [NOW]
    with desk_in(tmp_path / "later", settings, lambda: clock[0]) as desk:
        number = waiting_case(desk).number
        take(desk, number, *SIGNED)
        clock[0] = NOW + timedelta(hours=3)
        when = case_verbs.Details(url="http://a.example/1", published_at=NOW + timedelta(hours=1))
        moved = case_verbs.move(desk, number, "公开回应", by="联络员", why="已公布", details=when)
    assert next(d.met_at for d in moved.deadlines if d.kind == "respond") == NOW + timedelta(hours=1)


def test_what_people_graded_is_not_undone_by_what_the_machine_read_before(desk: Desk) -> None:
    case = waiting_case(desk)
    stale = desk.ledger.event(case.event_id)
    assert stale is not None
    case_papers.grade(desk, case.number, EventLevel.GRAVE, by="应急值班", basis="应急电〔2018〕1号")
    desk.ledger.save_events([stale])
    event = desk.ledger.event(case.event_id)
    assert event is not None
    assert event.event_level is EventLevel.GRAVE


def test_the_responding_units_own_page_is_no_authority_against_its_critics(tmp_path: Path, settings: Settings) -> None:
    own = Source(
        id="own", name="区住房和城乡建设局 网站", kind=SourceKind.LISTING, url="http://a.example/", tier=MediaTier.DISTRICT, territory="local",
        cadence_minutes=60, enabled=True,
    )  # fmt: skip
    with desk_in(tmp_path / "own", replace(settings, sources=(own,))) as desk:
        post = a_post("x", id=post_id("http://a.example/1"), url="http://a.example/1", source_id="own")
        desk.ledger.add_collected([post], [PAGE], STATE)
        assert case_papers.authoritative(desk, "cgj", "http://a.example/1")
        assert not case_papers.authoritative(desk, "zjj", "http://a.example/1")
        assert not case_papers.authoritative(desk, "cgj", "http://a.example/2")
