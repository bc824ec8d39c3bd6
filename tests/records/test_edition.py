"""Edits taken together: the newest holds, what is restored is not dropped, an empty remark takes one back."""

from datetime import timedelta

import pytest

from records.edition import DigestEdit, Edition, EditKind, edition_of
from tests.makers import NOW

K = EditKind


def an_edit(number: int, kind: EditKind, *events: str, words: str = "", minutes: int | None = None) -> DigestEdit:
    at = NOW + timedelta(minutes=number if minutes is None else minutes)
    return DigestEdit(id=f"d{number}", day="2018-06-08", issue="daily", kind=kind, events=events, words=words, by="演示值班员", at=at)


def test_no_edits_change_nothing() -> None:
    assert edition_of([]) == Edition()
    assert Edition().place("any") == 0


def test_the_newest_order_holds() -> None:
    edition = edition_of([an_edit(2, K.ORDER, "b"), an_edit(1, K.ORDER, "a", "b")])
    assert edition.order == ("b",)
    assert (edition.place("b"), edition.place("a")) == (0, 1)


@pytest.mark.parametrize(
    ("edits", "dropped"),
    [
        ([an_edit(1, K.DROP, "a", words="重复")], ["a"]),
        ([an_edit(1, K.DROP, "a"), an_edit(2, K.RESTORE, "a")], []),
        ([an_edit(1, K.DROP, "a"), an_edit(2, K.RESTORE, "a"), an_edit(3, K.DROP, "a")], ["a"]),
        ([an_edit(1, K.RESTORE, "a")], []),
        ([an_edit(1, K.DROP, "a"), an_edit(2, K.RESTORE, "b")], ["a"]),
    ],
)
def test_dropped_and_restored(edits: list[DigestEdit], dropped: list[str]) -> None:
    assert list(edition_of(edits).dropped) == dropped
    assert list(edition_of(reversed(edits)).dropped) == dropped, "told by time, not by how they come"


def test_the_newest_remark_on_a_thing_stands_and_an_empty_one_takes_it_back() -> None:
    edits = [an_edit(1, K.REMARK, words="旧"), an_edit(2, K.REMARK, words="新"), an_edit(3, K.REMARK, "a", words="此事"), an_edit(4, K.REMARK, "a")]
    assert edition_of(edits).remarks == {"": "新"}


def test_edits_of_one_instant_keep_an_order() -> None:
    edits = [an_edit(2, K.ORDER, "second", minutes=0), an_edit(1, K.ORDER, "first", minutes=0)]
    assert edition_of(edits).order == ("second",)
    assert [e.id for e in edition_of(edits).edits] == ["d1", "d2"]
