"""What every engine of the ledger promises. Written against a `ledger` fixture so that a second engine can be run through it."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.opening import open_ledger
from ledger.protocol import StaleCaseError
from ledger.rows import decode, encode, storable
from ledger.store import Store
from records.assessment import OpinionLevel
from records.case import ActorKind, Case, CaseState, Transition
from records.digest import DigestIssue
from records.notice import Delivery, Notice, NoticeState, Outcome
from records.post import Post, Reach
from records.review import Review
from tests.makers import NOW, PAGE, STATE, a_case, a_notice, a_post, an_assessment, an_event, opening

FORMAT = "TH-{date}-{seq:03d}"


def execute(ledger: Store, sql: str) -> int:
    """Behind the store's back."""
    return ledger.engine.execute(sql)


def query(ledger: Store, sql: str) -> list[dict[str, object]]:
    return ledger.engine.query(sql)


def filled(ledger: Store, event: str = "e1", post: str = "p1") -> Case:
    ledger.add_collected([a_post(post)], [PAGE], STATE)
    ledger.add_assessments([an_assessment(post)])
    ledger.save_events([an_event(event, (post,))])
    case = a_case(event)
    return ledger.open_case(case, opening(case), lambda c: [a_notice(f"alert-{c.number}")], [post], FORMAT, NOW)


def by_person(case: Case, to: CaseState, kind: ActorKind = ActorKind.PERSON, actor: str = "值班员甲") -> Transition:
    return Transition(case_id=case.id, from_state=case.state, to_state=to, actor_kind=kind, actor=actor, at=NOW, why="属实")


def test_records_come_back_as_they_went_in(ledger: Store) -> None:
    case = filled(ledger)
    assert ledger.posts(["p1"]) == [a_post()]
    assert ledger.page("ab") == PAGE
    assert ledger.fetch_states() == {"s": STATE}
    assert ledger.assessments(["p1"]) == {"p1": an_assessment("p1")}
    assert ledger.events_touched(NOW, NOW + timedelta(seconds=1)) == [an_event()]
    assert ledger.events_touched(NOW - timedelta(seconds=1), NOW) == []
    assert ledger.event("e1") == an_event()
    assert ledger.case(case.number) == case
    assert ledger.transitions(case.id) == [opening(case)]
    assert ledger.evidence(case.id) == {"p1": PAGE.body}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=st.text(), text=st.text(st.characters(codec=None)))
def test_any_text_is_storable(title: str, text: str) -> None:
    post = a_post(title=title, text=text)
    assert decode(Post, encode(post)) == replace(post, title=storable(title), text=storable(text))


def test_nul_and_lone_surrogates_become_visible_marks(ledger: Store) -> None:
    ledger.add_collected([a_post(text="停\0水 \ud83d 通知")], [], STATE)
    assert ledger.posts(["p1"])[0].text == "停\ufffd水 \ufffd 通知"


def test_exact_duplicates_are_stored_once_and_reach_is_refreshed(ledger: Store) -> None:
    assert ledger.add_collected([a_post(), a_post("p2")], [], STATE) == ("p1", "p2")
    assert ledger.add_collected([a_post(reach=Reach(replies=99))], [], STATE) == ()
    assert ledger.posts(["p1"])[0].reach.replies == 99
    assert ledger.known_posts(["p1", "p9"]) == {"p1"}


def test_each_stage_resumes_where_the_last_stopped(ledger: Store) -> None:
    ledger.add_collected([a_post(), a_post("p2")], [], STATE)
    ledger.add_assessments([an_assessment("p1"), an_assessment("p2", 0.1)])
    assert ledger.unassessed(9) == []
    assert [p.id for p in ledger.ungathered(9, relevant_from=0.5)] == ["p1"]
    ledger.save_events([an_event()])
    assert ledger.ungathered(9, relevant_from=0.5) == []
    assert [e.id for e in ledger.undecided_events()] == ["e1"]
    ledger.mark_decided("e1", NOW, "已交办")
    assert ledger.undecided_events() == []
    ledger.save_events([an_event()])
    assert [e.id for e in ledger.undecided_events()] == ["e1"]


def test_a_case_is_opened_once_with_its_notices(ledger: Store) -> None:
    first, again = filled(ledger), filled(ledger)
    assert first == again
    assert first.number == "TH-20180608-001"
    assert len(ledger.notices()) == 1
    assert filled(ledger, "e2", "p2").number == "TH-20180608-002"


def test_nothing_of_a_case_stands_when_its_notices_fail(ledger: Store) -> None:
    ledger.add_collected([a_post()], [PAGE], STATE)
    ledger.save_events([an_event()])

    def broken(case: Case) -> list[Notice]:
        raise RuntimeError("template")

    with pytest.raises(RuntimeError):
        ledger.open_case(a_case(), opening(a_case()), broken, ["p1"], FORMAT, NOW)
    assert ledger.cases() == []
    assert filled(ledger).number == "TH-20180608-001"


def test_only_one_of_two_people_moves_a_case(ledger: Store) -> None:
    case = filled(ledger)
    moved = ledger.move_case(case, by_person(case, CaseState.DISPATCHED))
    assert (moved.state, moved.version) == (CaseState.DISPATCHED, 2)
    with pytest.raises(StaleCaseError, match="TH-20180608-001"):
        ledger.move_case(case, by_person(case, CaseState.SHELVED))
    assert [t.to_state for t in ledger.transitions(case.id)] == [CaseState.ALERTED, CaseState.DISPATCHED]


@pytest.mark.parametrize(("kind", "actor"), [(ActorKind.MACHINE, "huiying"), (ActorKind.PERSON, "")])
def test_the_store_itself_refuses_a_machine_or_nobody(ledger: Store, kind: ActorKind, actor: str) -> None:
    case = filled(ledger)
    with pytest.raises(Exception, match=r"(?i)check constraint"):
        ledger.move_case(case, by_person(case, CaseState.DISPATCHED, kind, actor))
    assert ledger.case(case.number) == case


def test_a_notice_goes_to_one_sender_and_comes_back_after_its_lease(ledger: Store, url: str) -> None:
    ledger.add_notices([a_notice("a"), a_notice("a"), a_notice("b", urgent=True)])
    other = open_ledger(url)
    first = ledger.claim_notices("one", NOW, 9, 60)
    assert [n.key for n in first] == ["b", "a"]
    assert other.claim_notices("two", NOW, 9, 60) == []
    late = NOW + timedelta(seconds=61)
    taken = other.claim_notices("two", late, 9, 60)
    assert len(taken) == 2
    sent = Delivery(notice_id=first[0].id, attempt=1, at=late, outcome=Outcome.ACCEPTED, code="250", detail="ok")
    assert not ledger.finish_notice(first[0], sent, NoticeState.SENT, late)
    assert other.finish_notice(taken[0], sent, NoticeState.SENT, late)
    assert other.deliveries(first[0].id) == [sent]
    other.close()


def test_claims_of_a_sender_that_is_gone_are_due_at_once(ledger: Store) -> None:
    ledger.add_notices([a_notice("a"), a_notice("b")])
    (mine,) = ledger.claim_notices("mine", NOW, 1, 600)
    (lost,) = ledger.claim_notices("gone", NOW, 1, 600)
    assert ledger.claim_notices("next", NOW, 9, 600) == []
    assert ledger.take_over_claims("mine") == 1
    assert [n.key for n in ledger.claim_notices("next", NOW, 9, 600)] == [lost.key]
    sent = Delivery(notice_id=mine.id, attempt=1, at=NOW, outcome=Outcome.ACCEPTED, code="250", detail="ok")
    assert ledger.finish_notice(mine, sent, NoticeState.SENT, NOW)
    assert not ledger.finish_notice(lost, replace(sent, notice_id=lost.id), NoticeState.SENT, NOW)


def test_concurrent_claims_never_share_a_notice(ledger: Store, url: str) -> None:
    ledger.add_notices([a_notice(str(i)) for i in range(200)])
    got: list[str] = []

    def sender(name: str) -> None:
        mine = open_ledger(url)
        while claimed := mine.claim_notices(name, NOW, 7, 600):
            got.extend(n.id for n in claimed)
        mine.close()

    threads = [threading.Thread(target=sender, args=(f"s{i}",)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got))
    assert len(got) >= 190  # a sender may stop early when another took its whole batch; the next poll takes the rest
    assert len(got) + len(ledger.claim_notices("last", NOW, 999, 600)) == 200


def test_replies_last_read_are_known(ledger: Store) -> None:
    ledger.add_collected([a_post(), a_post("p2", reach=Reach())], [], STATE)
    assert ledger.known_replies(["p1", "p2", "p9"]) == {"p1": 2, "p2": None}
    ledger.add_collected([a_post(reach=Reach())], [], STATE)
    assert ledger.known_replies(["p1"]) == {"p1": 2}, "a reading without counts must not wipe out earlier ones"


def test_posts_and_counts_of_a_span(ledger: Store) -> None:
    later = NOW + timedelta(hours=1)
    ledger.add_collected([a_post(), a_post("p2", first_seen_at=later), a_post("p3", first_seen_at=later)], [], STATE)
    ledger.add_assessments([an_assessment("p1"), an_assessment("p2", 0.2)])
    assert [p.id for p in ledger.posts_seen(NOW, later)] == ["p1"]
    assert [p.id for p in ledger.posts_seen(NOW, later + timedelta(seconds=1))] == ["p1", "p2", "p3"]
    assert ledger.count_seen(NOW, later + timedelta(seconds=1), relevant_from=0.5) == (3, 1)
    assert ledger.count_seen(NOW - timedelta(hours=1), NOW, relevant_from=0.5) == (0, 0)


def test_a_case_grows_with_its_event_and_says_so_once(ledger: Store) -> None:
    case = filled(ledger)
    ledger.add_collected([a_post("p2")], [], STATE)
    told = [a_notice("update-II")]
    grown = ledger.grow_case(case, OpinionLevel.II, ["p1", "p2"], told, NOW, "升为Ⅱ级")
    assert (grown.opinion_level, grown.version, grown.state) == (OpinionLevel.II, 2, CaseState.ALERTED)
    assert set(ledger.evidence(case.id)) == {"p1", "p2"}
    assert ledger.evidence(case.id)["p1"] == PAGE.body, "evidence is never written over"
    assert ledger.decisions() == {"e1": "升为Ⅱ级"}
    assert ledger.verify_audit() == []
    same = ledger.grow_case(grown, OpinionLevel.II, ["p2"], told, NOW, "续报并入")
    assert same == grown
    assert len(ledger.notices()) == 2
    with pytest.raises(StaleCaseError):
        ledger.grow_case(case, OpinionLevel.I, [], [], NOW, "旧版本")


def test_cases_of_a_span(ledger: Store) -> None:
    case = filled(ledger)
    hour = timedelta(hours=1)
    assert [c.number for c in ledger.cases_current(NOW - hour, NOW)] == [case.number], "open ones always count"
    assert ledger.cases_opened(NOW, NOW + hour) == 1
    assert ledger.cases_opened(NOW - hour, NOW) == 0
    shelved = ledger.move_case(case, by_person(case, CaseState.SHELVED))
    archived = ledger.move_case(shelved, by_person(shelved, CaseState.ARCHIVED))
    assert ledger.cases_current(NOW + hour, NOW + 2 * hour) == []
    assert ledger.cases_current(NOW, NOW + hour) == [archived]
    assert ledger.cases(CaseState.ARCHIVED) == [archived]
    assert ledger.cases(CaseState.ALERTED) == []


def test_a_digest_is_reviewed_once_and_then_goes_to_leaders(ledger: Store) -> None:
    issue = DigestIssue(day="2018-06-08", kind="daily", made_at=NOW, html_path="d/x.html", word_path="d/x.docx")
    ledger.add_digest(issue, [a_notice("digest-draft")])
    ledger.add_digest(replace(issue, made_at=NOW + timedelta(minutes=1)), [a_notice("digest-draft")])
    assert ledger.digest("2018-06-08", "daily") == replace(issue, made_at=NOW + timedelta(minutes=1))
    assert ledger.digest("2018-06-09", "daily") is None
    assert ledger.review_digest(issue, "审核员甲", NOW, [a_notice("digest-leader")])
    assert not ledger.review_digest(issue, "审核员乙", NOW, [a_notice("digest-leader-2")])
    found = ledger.digest("2018-06-08", "daily")
    assert found is not None
    assert (found.reviewed_by, found.reviewed_at) == ("审核员甲", NOW)
    ledger.add_digest(replace(issue, html_path="other.html"), [a_notice("digest-late")])
    assert ledger.digest("2018-06-08", "daily") == found
    assert [n.key for n in ledger.notices()] == ["digest-draft", "digest-leader"]


@pytest.mark.parametrize("word", ["积水", "欠薪", "停水", "停水 通知"])
def test_two_character_words_are_found(ledger: Store, word: str) -> None:
    texts = {"积水": "路面积水严重", "欠薪": "工地欠薪半年", "停水": "小区停水通知已发"}
    ledger.add_collected([a_post(k, title="", text=t) for k, t in texts.items()], [], STATE)
    assert [p.id for p in ledger.search(word)] == [word.split()[0]]


@pytest.mark.parametrize("number", ["13912345678", "320902199001011234", "苏J12345", "0515-88123456"])
def test_private_numbers_cannot_be_searched(ledger: Store, number: str) -> None:
    ledger.add_collected([a_post(text=f"联系{number}反映积水")], [], STATE)
    assert ledger.search(number) == []
    assert len(ledger.search("积水")) == 1
    assert ledger.search('" OR words:*') == []


def test_a_tampered_audit_chain_shows(ledger: Store) -> None:
    case = filled(ledger)
    ledger.move_case(case, by_person(case, CaseState.DISPATCHED))
    ledger.add_review(Review(id="r", post_id="p1", task="form", before="R2", value="R3", by="研判员乙", at=NOW))
    assert ledger.verify_audit() == []
    assert [r.value for r in ledger.reviews()] == ["R3"]
    execute(ledger, "update audit set actor = '别人' where seq = 2")
    assert ledger.verify_audit() == ["第2条内容被改动"]
    execute(ledger, "delete from audit where seq = 2")
    assert any("缺失" in p for p in ledger.verify_audit())


KILLED = """
import sys
sys.path[:0] = [{root!r}]
from tests.contracts.test_ledger_contract import filled
from ledger.opening import open_ledger
ledger = open_ledger({url!r})
for i in range(100000):
    filled(ledger, f"e{{i}}", f"p{{i}}")
    print(i, flush=True)
"""


def killed_after(url: str, cases: int) -> int:
    """Opens cases in a child process, kills it -9 after `cases` were acknowledged; the number of the last one."""
    root = str(Path(__file__).resolve().parents[2])
    program = textwrap.dedent(KILLED).format(root=root, url=url)
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    last = ""
    for line in child.stdout:
        last = line.strip()
        if last == str(cases):
            os.kill(child.pid, signal.SIGKILL)
            break
    child.stdout.close()
    child.wait()
    return int(last)


@pytest.mark.parametrize("turn", range(3))
def test_kill_9_loses_no_acknowledged_case(url: str, turn: int) -> None:
    last = killed_after(url, 7 + turn)
    ledger = open_ledger(url)
    cases = ledger.cases()
    assert len(cases) >= last + 1
    assert len(ledger.notices()) == len(cases)
    assert all(len(ledger.transitions(c.id)) == 1 and ledger.evidence(c.id) for c in cases)
    assert ledger.verify_audit() == []
    if isinstance(ledger, Store) and ledger.engine.name == "sqlite":
        assert query(ledger, "pragma integrity_check") == [{"integrity_check": "ok"}]
    ledger.close()


@pytest.mark.parametrize("ahead", [timedelta(minutes=3), timedelta(hours=1), timedelta(days=9_000)])
def test_a_notice_made_by_a_clock_since_set_back_is_due(ledger: Store, ahead: timedelta) -> None:
    ledger.add_notices([a_notice("a", created_at=NOW + ahead, next_attempt_at=NOW + ahead)])
    assert len(ledger.claim_notices("s", NOW, 9, 30)) == 1


def test_after_one_attempt_by_the_right_clock_its_wait_counts(ledger: Store) -> None:
    ledger.add_notices([a_notice("a", created_at=NOW + timedelta(days=1), next_attempt_at=NOW + timedelta(days=1))])
    (claimed,) = ledger.claim_notices("s", NOW, 9, 30)
    refused = Delivery(notice_id=claimed.id, attempt=1, at=NOW, outcome=Outcome.RETRY, code="451", detail="稍后")
    assert ledger.finish_notice(claimed, refused, NoticeState.PENDING, NOW + timedelta(seconds=30))
    assert ledger.claim_notices("s", NOW + timedelta(seconds=29), 9, 30) == []
    assert ledger.claim_notices("s", NOW + timedelta(seconds=30), 9, 30) != []


def test_a_planned_wait_is_kept(ledger: Store) -> None:
    ledger.add_notices([a_notice("a", next_attempt_at=NOW + timedelta(hours=1))])
    assert ledger.claim_notices("s", NOW, 9, 30) == []


def test_a_claim_longer_than_any_lease_is_of_a_clock_since_set_back(ledger: Store) -> None:
    ledger.add_notices([a_notice("a", created_at=NOW - timedelta(days=2))])
    assert ledger.claim_notices("s", NOW, 9, 30)
    assert ledger.claim_notices("other", NOW - timedelta(minutes=2), 9, 30) == [], "two machines' clocks may differ by so much"
    assert len(ledger.claim_notices("other", NOW - timedelta(minutes=3), 9, 30)) == 1


def test_a_released_claim_is_due_at_once_and_another_s_is_left_alone(ledger: Store) -> None:
    ledger.add_notices([a_notice("a")])
    (mine,) = ledger.claim_notices("one", NOW, 9, 30)
    assert ledger.release_notices([replace(mine, claimed_by="two"), replace(mine, attempts=1)]) == 0
    assert ledger.release_notices([mine, mine]) == 1
    (again,) = ledger.claim_notices("two", NOW, 9, 30)
    assert (again.key, again.attempts) == ("a", 0)
    assert ledger.release_notices([mine]) == 0, "it has passed to another sender"
