"""Periods the law bounds, and the post on the edge of one."""

from datetime import UTC, datetime, timedelta

import pytest

from records.retention import Retention

NOW = datetime(2018, 6, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "days"),
    [("irrelevant_days", 31), ("irrelevant_days", 0), ("relevant_days", 181), ("relevant_days", -1), ("page_days", 31), ("log_days", 183)],
)
def test_what_the_law_does_not_allow_is_refused_by_key(key: str, days: int) -> None:
    with pytest.raises(ValueError, match=f"retention.{key}: {days}天"):
        Retention(**{key: days})


@pytest.mark.parametrize(("key", "days"), [("irrelevant_days", 1), ("relevant_days", 180), ("page_days", 30), ("log_days", 3650)])
def test_shorter_for_posts_and_longer_for_logs_is_allowed(key: str, days: int) -> None:
    assert getattr(Retention(**{key: days}), key) == days


@pytest.mark.parametrize(
    ("age", "relevant", "held", "expired"),
    [
        (timedelta(days=30), False, False, False),
        (timedelta(days=30, microseconds=1), False, False, True),
        (timedelta(days=31), True, False, False),
        (timedelta(days=180), True, False, False),
        (timedelta(days=180, microseconds=1), True, False, True),
        (timedelta(days=4000), True, True, False),
        (timedelta(days=4000), False, True, False),
        (timedelta(days=-1), False, False, False),
    ],
)
def test_a_post_goes_after_its_period_unless_a_case_holds_it(age: timedelta, relevant: bool, held: bool, expired: bool) -> None:  # noqa: FBT001
    assert Retention().post_expired(NOW - age, NOW, relevant=relevant, held=held) is expired
