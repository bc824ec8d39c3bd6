"""Retention on both engines: what goes is what records/retention.py says, with all that names it; what a case holds stays."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.integrity import misfits
from ledger.retention import Expired, Keeping
from ledger.store import Store
from records.case import Case, CaseState
from records.post import Post
from records.retention import Retention
from tests.makers import NOW, PAGE, STATE, a_case, a_post, an_assessment, an_event, opening

FORMAT = "TH-{date}-{seq:03d}"
FROM = 0.5


def keeping(ledger: Store, **more: object) -> Keeping:
    base = Keeping(engine=ledger.engine, retention=Retention(), now=NOW, relevant_from=FROM)
    return replace(base, **more)  # type: ignore[arg-type]


def run(ledger: Store, **more: object) -> Expired:
    return sum(keeping(ledger, **more).run(), start=Expired())


def add(ledger: Store, *ages: tuple[str, float, float | None]) -> list[Post]:
    """Posts by (id, age in days, relevance or not judged yet)."""
    posts = [a_post(name, first_seen_at=NOW - timedelta(days=days), text=f"毓龙街道{name}积水") for name, days, _ in ages]
    ledger.add_collected(posts, [], STATE)
    ledger.add_assessments([an_assessment(name, relevance) for name, _, relevance in ages if relevance is not None])
    return posts


def a_case_of(ledger: Store, *posts: str, event: str = "e1", archived: bool = False, evidence: tuple[str, ...] = ()) -> Case:
    ledger.save_events([an_event(event, posts)])
    case = a_case(event)
    opened = ledger.open_case(case, opening(case), lambda c: [], list(evidence), FORMAT, NOW)
    if archived:
        ledger.engine.execute("update cases set state = :s where id = :id", s=CaseState.ARCHIVED.value, id=opened.id)
    return opened


def left(ledger: Store) -> set[str]:
    return {row["id"] for row in ledger.engine.query("select id from posts")}


def test_posts_go_by_age_and_relevance(ledger: Store) -> None:
    add(ledger, ("u-old", 181, None), ("u", 100, None), ("i", 31, 0.1), ("i-new", 29, 0.1), ("r", 179, 0.9), ("r-old", 181, 0.9), ("i-old", 300, 0))
    assert keeping(ledger).expired() == Expired(irrelevant=2, relevant=2)
    assert len(left(ledger)) == 7, "counting deletes nothing"
    assert run(ledger) == Expired(irrelevant=2, relevant=2)
    assert left(ledger) == {"u", "i-new", "r"}
    assert {p.id for p in ledger.search("积水")} == left(ledger)
    assert set(ledger.assessments(["i", "r", "i-new"])) == {"i-new", "r"}
    assert run(ledger) == Expired()


def test_shorter_periods_than_the_law_s(ledger: Store) -> None:
    add(ledger, ("r", 11, 0.9), ("i", 11, 0.1))
    assert run(ledger, retention=Retention(relevant_days=10)) == Expired(relevant=1)
    assert left(ledger) == {"i"}


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_what_goes_is_what_the_record_says(ledger: Store, batch: int) -> None:
    chance = random.Random(batch)  # noqa: S311
    ages = [(f"p{n:03d}", chance.uniform(0, 400), chance.choice([None, 0.0, 0.49, 0.5, 1.0])) for n in range(120)]
    add(ledger, *ages)
    held = {f"p{n:03d}" for n in range(0, 120, 7)}
    for name in held:
        a_case_of(ledger, name, event=f"e-{name}")
    a_case_of(ledger, *(f"p{n:03d}" for n in range(1, 120, 7)), event="done", archived=True)
    going = {
        name
        for name, days, relevance in ages
        if Retention().post_expired(NOW - timedelta(days=days), NOW, relevant=relevance is None or relevance >= FROM, held=name in held)
    }
    assert run(ledger, batch=batch) == replace(run_counts(ages, going), events=0)
    assert left(ledger) == {name for name, _, _ in ages} - going
    assert (ledger.verify_audit(), misfits(ledger.engine)) == ([], [])


def run_counts(ages: list[tuple[str, float, float | None]], going: set[str]) -> Expired:
    irrelevant = sum(1 for name, _, relevance in ages if name in going and relevance is not None and relevance < FROM)
    return Expired(irrelevant=irrelevant, relevant=len(going) - irrelevant)


def test_a_case_holds_its_posts_and_its_evidence_until_it_is_archived(ledger: Store) -> None:
    add(ledger, ("member", 200, 0.9), ("proof", 200, 0.9))
    case = a_case_of(ledger, "member", evidence=("proof",))
    assert run(ledger) == Expired()
    ledger.engine.execute("update cases set state = :s", s=CaseState.ARCHIVED.value)
    assert run(ledger) == Expired(relevant=2)
    assert set(ledger.evidence(case.id)) == {"proof"}
    event = ledger.event("e1")
    assert event is not None
    assert (event.post_ids, event.first_post_id) == ((), "")


def test_an_event_loses_its_posts_and_goes_with_the_last(ledger: Store) -> None:
    add(ledger, ("old", 200, 0.9), ("new", 100, 0.9))
    ledger.save_events([an_event("e1", ("old", "new"))])
    ledger.mark_decided("e1", NOW, "仅关注")
    assert run(ledger) == Expired(relevant=1)
    event = ledger.event("e1")
    assert event is not None
    assert (event.post_ids, event.first_post_id, ledger.decisions()) == (("new",), "new", {"e1": "仅关注"})
    assert run(ledger, now=NOW + timedelta(days=90)) == Expired(relevant=1, events=1)
    assert (ledger.event("e1"), ledger.decisions()) == (None, {})


def test_events_merged_away_go_when_they_are_old(ledger: Store) -> None:
    add(ledger, ("p", 1, 0.9))
    ledger.save_events([an_event("gone", ("p",), merged_into="e1", updated_at=NOW - timedelta(days=200))])
    ledger.save_events([an_event("e1", ("p",)), an_event("young", ("p",), merged_into="e1"), an_event("e1", ("p",))])
    assert run(ledger) == Expired(events=1)
    assert [ledger.event(e) is None for e in ("gone", "young", "e1")] == [True, False, False]


def test_pages_go_and_evidence_keeps_its_copy(ledger: Store) -> None:
    ledger.add_collected([a_post()], [PAGE, replace(PAGE, sha256="new", fetched_at=NOW + timedelta(days=2))], STATE)
    case = a_case_of(ledger, "p1", evidence=("p1",))
    later = NOW + timedelta(days=31)
    assert keeping(ledger, now=later).expired() == Expired(pages=1)
    assert run(ledger, now=later) == Expired(pages=1)
    assert (ledger.page("ab"), ledger.page("new") is None) == (None, False)
    assert ledger.evidence(case.id) == {"p1": PAGE.body}


def test_the_audit_says_how_many_and_nothing_else(ledger: Store) -> None:
    add(ledger, *((f"p{n}", 31, 0.1) for n in range(5)))
    run(ledger, batch=2)
    said = [(row["actor"], row["action"], row["subject"], row["detail"]) for row in ledger.engine.rows("audit.all")]
    assert said == [("系统", "keep", "保存期限", f"到期删除无关帖文{n}条，相关帖文0条，原始页面0个，事件0个") for n in (2, 2, 1)]


def test_nothing_to_do_leaves_no_entry(ledger: Store) -> None:
    assert run(ledger) == Expired()
    assert ledger.engine.rows("audit.all") == []


@pytest.mark.parametrize("stop", [1, 3])
def test_a_run_cut_short_keeps_what_it_recorded_and_is_taken_up(ledger: Store, stop: int) -> None:
    add(ledger, *((f"p{n}", 31, 0.1) for n in range(10)))
    going = keeping(ledger, batch=2).run()
    for _ in range(stop):
        next(going)
    going.close()
    assert len(left(ledger)) == 10 - 2 * stop
    assert len(ledger.engine.rows("audit.all")) == stop
    assert run(ledger) == Expired(irrelevant=10 - 2 * stop)


def test_a_batch_that_fails_is_whole_again(ledger: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(ledger, ("p", 31, 0.1))
    monkeypatch.setattr("ledger.retention.append", broken("disk full"))
    with pytest.raises(OSError, match="disk full"):
        run(ledger)
    assert left(ledger) == {"p"}
    assert len(ledger.search("积水")) == 1


def broken(said: str) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(said)

    return fail


def test_fifty_thousand_posts_go_in_batches(ledger: Store) -> None:
    old = NOW - timedelta(days=40)
    posts = [a_post(f"p{n:05d}", first_seen_at=old + timedelta(seconds=n), title="", text=f"第{n}条") for n in range(50_000)]
    for start in range(0, len(posts), 10_000):
        ledger.add_collected(posts[start : start + 10_000], [], STATE)
        ledger.add_assessments([an_assessment(p.id, 0.1) for p in posts[start : start + 10_000]])
    add(ledger, ("kept", 1, 0.1))
    batches = list(keeping(ledger).run())
    assert len(batches) == 50
    assert sum(batches, start=Expired()) == Expired(irrelevant=50_000)
    assert left(ledger) == {"kept"}
    assert [p.id for p in ledger.search("积水")] == ["kept"]
