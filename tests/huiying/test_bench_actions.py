"""The workbench's verbs on a real desk: what they read, what they refuse, what they leave in the audit chain."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document

from huiying import case_papers
from huiying.bench_actions import BenchActions
from huiying.digesting import issue_digest
from huiying.office import Desk
from huiying.pulse import Pulse, write
from huiying.settings import Settings
from records.account import Role, User
from records.case import CaseState
from records.paper import Ground, Means, Receipt, Shelving
from tests.huiying.desk import SIGNER, desk_in, take, waiting_case
from tests.makers import NOW, STATE, a_post, an_answer, an_assessment
from workbench.actions import Actions, MoveAsked, RefusedError


def a_user(name: str = "值班员", role: Role = Role.DUTY, unit: str = "qzfb") -> User:
    return User(id=name, login="x", name=name, unit=unit, roles=(role,), password_hash="h", created_at=NOW)


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path, settings) as opened:
        yield opened


@pytest.fixture
def actions(desk: Desk) -> Actions:
    return BenchActions(desk)


def test_the_office_answers_what_the_pages_ask(desk: Desk, actions: Actions) -> None:
    case = waiting_case(desk)
    file = actions.file(case.number)
    assert file is not None
    assert file.case == case
    assert actions.file("TH-1") is None
    assert [c.number for c in actions.cases()] == [case.number]
    assert [p.id for p in actions.search("停水")] == ["p1"]
    assert actions.search("没有的词") == []
    event = actions.event(case.event_id)
    assert event is not None
    assert set(actions.assessments(event.post_ids)) == {"p1"}
    assert {s.id for s, _ in actions.sources()} == {s.id for s in desk.settings.sources}


def test_a_move_by_the_accounts_person_and_a_refusal_in_words(desk: Desk, actions: Actions) -> None:
    number = waiting_case(desk).number
    moved = actions.move(number, MoveAsked(to="交办", why="属实"), by=a_user())
    assert moved.state is CaseState.DISPATCHED
    assert desk.ledger.transitions(moved.id)[-1].actor == "值班员"
    for asked, said in (
        (MoveAsked(to="归档", why="想归档"), "不允许"),
        (MoveAsked(to="签收", why=""), "理由不能为空"),
        (MoveAsked(to="飞", why="x"), "没有状态"),
        (MoveAsked(to="退回", why="不归我们"), "须写明应由哪个单位办理"),
    ):
        with pytest.raises(RefusedError, match=said):
            actions.move(number, asked, by=a_user())
    with pytest.raises(RefusedError, match="TH-9"):
        actions.move("TH-9", MoveAsked(to="交办", why="属实"), by=a_user())


def test_not_dispatching_keeps_its_ground(desk: Desk, actions: Actions) -> None:
    case = waiting_case(desk)
    actions.move(case.number, MoveAsked(to="不交办", why="与本区无关", ground="无关"), by=a_user())
    (filed,) = [p.content for p in desk.ledger.papers(case.id)]
    assert filed == Shelving(ground=Ground.IRRELEVANT)


def test_two_people_at_once_only_one_moves(desk: Desk, actions: Actions, monkeypatch: pytest.MonkeyPatch) -> None:
    number = waiting_case(desk).number
    stale = case_papers.case_file(desk, number)
    actions.move(number, MoveAsked(to="交办", why="属实"), by=a_user())
    monkeypatch.setattr("huiying.case_verbs.case_file", lambda d, n: stale)
    with pytest.raises(RefusedError, match="别人刚办理过"):
        actions.move(number, MoveAsked(to="交办", why="属实"), by=a_user("另一值班员"))


def test_a_receipt_by_link_is_filed_with_the_move(desk: Desk, actions: Actions) -> None:
    case = take(desk, waiting_case(desk).number, "交办")
    moved = actions.receive(case.number, MoveAsked(to="签收", why="凭链接"), unit="gs", name="联络员乙")
    assert moved.state is CaseState.SIGNED_FOR
    (filed,) = [p for p in desk.ledger.papers(case.id) if isinstance(p.content, Receipt)]
    assert (filed.by, filed.unit, filed.content) == ("联络员乙", "gs", Receipt(unit="gs", means=Means.LINK))
    with pytest.raises(RefusedError, match="不允许"):
        actions.receive(case.number, MoveAsked(to="签收", why="再来"), unit="gs", name="联络员乙")


def test_answer_vet_and_contradictions(desk: Desk, actions: Actions) -> None:
    number = take(desk, waiting_case(desk).number, "交办", "签收", "核查").number
    contact = a_user("联络员", Role.CONTACT, "gs")
    actions.answer(number, an_answer(text="停水涉及32户居民。"), by=contact, unit="gs")
    with pytest.raises(RefusedError, match="须由另一人"):
        actions.vet(number, passed=True, why="不涉密", by=contact)
    actions.vet(number, passed=True, why="不涉密", by=a_user("保密员", Role.CONTACT, "gs"))
    assert actions.contradictions(number) == ()
    actions.answer(number, an_answer(text="此次停水涉及48户居民。"), by=a_user("协办员", Role.CONTACT, "zjj"), unit="zjj")
    (said,) = actions.contradictions(number)
    assert "32户" in said
    with pytest.raises(RefusedError, match="不是本件的牵头或协办单位"):
        actions.answer(number, an_answer(), by=contact, unit="jyj")


def test_the_review_queue_holds_what_the_machine_left_open(desk: Desk, actions: Actions) -> None:
    posts = [a_post(name, first_seen_at=NOW - timedelta(minutes=n)) for n, name in enumerate(("a", "b", "c", "d"))]
    desk.ledger.add_collected([*posts, a_post("old", first_seen_at=NOW - timedelta(days=3))], [], STATE)
    desk.ledger.add_assessments([
        an_assessment("a", abstain=("lead",)), an_assessment("b"), an_assessment("c", relevant=0.1, abstain=("lead",)),
        an_assessment("d", abstain=("form",)), an_assessment("old", abstain=("lead",)),
    ])  # fmt: skip
    assert [p.id for p in actions.to_review()] == ["a", "d"]
    actions.correct("a", "form", "R3", by=a_user("研判员", Role.ANALYST), why="")
    assert [p.id for p in actions.to_review()] == ["d"]
    for post, task, value in (("d", "form", "R9"), ("d", "mood", "R1"), ("nobody", "form", "R3")):
        with pytest.raises(RefusedError):
            actions.correct(post, task, value, by=a_user("研判员", Role.ANALYST), why="")


def test_forms_are_word_files_and_say_when_they_cannot_be_made(desk: Desk, actions: Actions) -> None:
    number = take(desk, waiting_case(desk).number, "交办").number
    assert "交办单" in actions.form_kinds()
    document = Document(io.BytesIO(actions.form(number, "交办单")))
    assert number in "".join(p.text for p in document.paragraphs)
    assert "盐城汇津水务" in "".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    with pytest.raises(RefusedError, match="没有反馈单"):
        actions.form(number, "反馈单")


def test_digests_are_listed_opened_and_reviewed_once(desk: Desk, actions: Actions) -> None:
    waiting_case(desk)
    made = issue_digest(desk, (NOW + timedelta(days=1)).date())
    day = made.issue.day
    assert [i.day for i in actions.digests()] == [day]
    page = actions.digest_file(day, "daily", "html")
    assert page is not None
    assert page.startswith(b"<!doctype html>") or b"<html" in page[:200]
    assert (actions.digest_file(day, "daily", "exe"), actions.digest_file("../../etc", "daily", "html")) == (None, None)
    made.html.unlink()
    assert actions.digest_file(day, "daily", "html") is None
    assert actions.review_digest(day, by=a_user("研判员", Role.ANALYST))
    assert not actions.review_digest(day, by=a_user("另一研判员", Role.ANALYST))
    with pytest.raises(RefusedError):
        actions.review_digest("昨天", by=a_user())


def test_health_tells_of_a_silent_daemon_and_counts(desk: Desk, actions: Actions) -> None:
    waiting_case(desk)
    assert actions.health().troubles == ("没有心跳：值守进程从未在该数据目录运行",)
    write(desk.data, Pulse(at=NOW, done={"collect": NOW}, failures={"judge": 2}))
    found = actions.health()
    assert (found.troubles, found.cases, found.failures) == ((), {"预警提示": 1}, {"judge": 2})
    assert found.last_collected == NOW
    (desk.data / "pulse.json").write_text("x", encoding="utf-8")
    assert "读不出心跳" in actions.health().troubles[0]


def test_what_is_seen_and_done_is_in_the_chain(desk: Desk, actions: Actions) -> None:
    case = take(desk, waiting_case(desk).number, "交办", "签收")
    actions.log("值班员", "form", case.number, "交办单")
    rows = actions.audit(2)
    assert (rows[0].actor, rows[0].action, rows[0].subject, rows[0].detail) == ("值班员", "form", case.number, "交办单")
    assert rows[1].action == "move:签收"
    assert desk.ledger.verify_audit() == []
    assert SIGNER not in "".join(r.actor for r in rows)
    assert actions.dead_letters() == []
