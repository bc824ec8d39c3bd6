"""The seen shelf on both engines: what a digest speaks of, and the rest as numbers; together they are every post of the span."""

from datetime import timedelta

import pytest

from ledger.seen import SeenShelf
from ledger.store import Store
from records.assessment import Territory
from tests.makers import NOW, STATE, a_post, an_assessment

END = NOW + timedelta(hours=24)


@pytest.fixture
def shelf(ledger: Store) -> SeenShelf:
    posts = [a_post(name, first_seen_at=NOW + timedelta(minutes=n)) for n, name in enumerate(("valid", "raw", "near", "near-idle", "noise"))]
    before = NOW - timedelta(days=30)
    posts += [
        a_post("other", source_id="t"), a_post("first-poll", baseline=True, published_at=before),
        a_post("first-poll-new", baseline=True, published_at=NOW + timedelta(minutes=1)), a_post("undated", baseline=True, published_at=None),
        a_post("late", first_seen_at=END), a_post("early", first_seen_at=NOW - timedelta(microseconds=1)),
    ]  # fmt: skip
    ledger.add_collected(posts, [], STATE)
    valid = [an_assessment(name, 0.9) for name in ("valid", "late", "early")]
    near = [an_assessment("near", 0.1, territory=Territory.NEIGHBOUR), an_assessment("near-idle", 0.1, territory=Territory.NEIGHBOUR, labels=())]
    noise = [an_assessment(name, 0.1) for name in ("noise", "other", "first-poll", "first-poll-new", "undated")]
    ledger.add_assessments([*valid, *near, *noise])
    return SeenShelf(ledger.engine, 0.5)


def test_worth_telling_are_valid_unassessed_and_near_ones_oldest_first(shelf: SeenShelf) -> None:
    assert [p.id for p in shelf.worth(NOW, END)] == ["valid", "raw", "near"]
    assert shelf.worth(NOW, END)[0] == a_post("valid")


def test_valid_ones_alone(shelf: SeenShelf) -> None:
    assert [p.id for p in shelf.valid(NOW - timedelta(hours=1), END)] == ["early", "valid"]


def test_the_rest_is_counted_by_source_without_what_a_first_poll_brought_from_before(shelf: SeenShelf) -> None:
    assert shelf.rest(NOW, END) == {"s": 4, "t": 1}


def test_the_threshold_is_the_office_s(ledger: Store, shelf: SeenShelf) -> None:
    assert {p.id for p in SeenShelf(ledger.engine, 0.05).worth(NOW, END)} >= {"valid", "noise", "other"}
    assert SeenShelf(ledger.engine, 0.05).rest(NOW, END) == {}


def test_an_empty_span_is_empty(shelf: SeenShelf) -> None:
    far = END + timedelta(days=9)
    assert (shelf.worth(far, far), shelf.rest(far, far)) == ([], {})
