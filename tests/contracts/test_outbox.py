"""The outbox shelf on both engines: attempts of the last minutes, dead letters, one sent again once and audited."""

from datetime import timedelta

from ledger import chain
from ledger.outbox import OutboxShelf
from ledger.store import Store
from records.notice import Delivery, Notice, NoticeState, Outcome
from tests.makers import NOW, a_notice


def tried(ledger: Store, key: str, minutes: int, state: NoticeState, outcome: Outcome = Outcome.PERMANENT) -> Notice:
    """A notice claimed and answered so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    ledger.add_notices([a_notice(key, created_at=at, next_attempt_at=at)])
    (claimed,) = ledger.claim_notices("s", at, 1, 30)
    delivery = Delivery(notice_id=claimed.id, attempt=claimed.attempts + 1, at=at, outcome=outcome, code="550", detail="拒收")
    assert ledger.finish_notice(claimed, delivery, state, at)
    return next(n for n in ledger.notices() if n.id == claimed.id)


def test_attempts_of_the_last_minutes_come_with_their_notices(ledger: Store) -> None:
    for key, minutes in (("old", 12), ("b", 3), ("a", 5)):
        tried(ledger, key, minutes, NoticeState.SENT, Outcome.ACCEPTED)
    found = OutboxShelf(ledger.engine).lately(NOW - timedelta(minutes=11))
    assert [(one.notice.key, one.delivery.at) for one in found] == [("a", NOW - timedelta(minutes=5)), ("b", NOW - timedelta(minutes=3))]


def test_dead_letters_come_with_the_answer_that_ended_them(ledger: Store) -> None:
    tried(ledger, "sent", 9, NoticeState.SENT, Outcome.ACCEPTED)
    dead = tried(ledger, "dead", 5, NoticeState.DEAD)
    (found,) = OutboxShelf(ledger.engine).dead()
    assert (found.notice, found.delivery.code, found.delivery.detail) == (dead, "550", "拒收")


def test_a_dead_letter_is_sent_again_once_and_audited(ledger: Store) -> None:
    dead, shelf = tried(ledger, "dead", 5, NoticeState.DEAD), OutboxShelf(ledger.engine)
    assert shelf.requeue(dead, "演示值班员", "邮箱已改正", NOW)
    assert not shelf.requeue(dead, "演示值班员", "邮箱已改正", NOW)
    (claimed,) = ledger.claim_notices("s", NOW, 9, 30)
    assert (claimed.key, claimed.attempts) == ("dead", 1)
    last = ledger.engine.rows("audit.last")[0]
    (entry,) = [row for row in ledger.engine.rows("audit.all") if row["action"] == "notice:retry"]
    assert (entry["actor"], entry["subject"], entry["detail"], entry["seq"]) == ("演示值班员", dead.id, "邮箱已改正", last["seq"])
    assert ledger.verify_audit() == []
    assert shelf.dead() == []


def test_a_living_notice_is_not_sent_again(ledger: Store) -> None:
    sent = tried(ledger, "sent", 5, NoticeState.SENT, Outcome.ACCEPTED)
    assert not OutboxShelf(ledger.engine).requeue(sent, "演示值班员", "", NOW)
    assert ledger.engine.rows("audit.all") == []


def test_channels_with_claims_are_named_once(ledger: Store) -> None:
    later = a_notice("d", channel="feishu", next_attempt_at=NOW + timedelta(1))
    ledger.add_notices([a_notice("a"), a_notice("b"), a_notice("c", channel="wecom"), later])
    ledger.claim_notices("s", NOW, 9, 30)
    assert OutboxShelf(ledger.engine).claimed_channels() == ["mail", "wecom"]


def test_the_chain_stays_whole_from_any_shelf(ledger: Store) -> None:
    for number in range(3):
        with ledger.engine.transaction():
            chain.append(ledger.engine, "演示值班员", "look", f"n{number}", "", NOW)
    assert [row["seq"] for row in ledger.engine.rows("audit.all")] == [1, 2, 3]
    assert ledger.verify_audit() == []
