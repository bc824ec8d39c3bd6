"""A document's life in Shanghai days, and that no record of the watch can hold a person or a category."""

import dataclasses
from datetime import UTC, date, datetime

import pytest

from records.policy import Asked, Clause, Consultation, Mention, MentionKind, PolicyDocument, Suggestion, Taken, Touched

ONE = PolicyDocument(
    id="one", title="示例区停车办法", issued_on=date(2018, 5, 1), until=date(2018, 5, 31), unit="示例区城管局",
    clauses=(Clause(number="一", text="五元"),)
)  # fmt: skip


@pytest.mark.parametrize(
    ("at", "lives"),
    [
        (datetime(2018, 4, 30, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2018, 4, 30, 16, 0, tzinfo=UTC), True),  # 1 May in Shanghai
        (datetime(2018, 5, 31, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2018, 5, 31, 16, 0, tzinfo=UTC), False),
    ],
)
def test_life(at: datetime, lives: bool) -> None:
    assert ONE.lives(at) is lives


def test_an_open_document_lives_on() -> None:
    assert dataclasses.replace(ONE, until=None).lives(datetime(2999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("record", [PolicyDocument, Clause, Mention, Touched, Asked, Suggestion, Consultation])
def test_records_are_frozen_and_know_no_person_and_no_category(record: type) -> None:
    names = {field.name for field in dataclasses.fields(record)}
    assert not names & {"author", "author_key", "name", "phone", "category", "categories", "labels", "form"}
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_the_words_of_the_plan() -> None:
    assert [one.value for one in Taken] == ["采纳", "部分采纳", "不采纳"]
    assert MentionKind.MISREADING.value.startswith("疑似")
