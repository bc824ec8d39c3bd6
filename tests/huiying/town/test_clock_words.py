"""Discuz's words for a time, and that the collector's date parser reads them back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.town.clock_words import full, in_discuz
from monitor.dates import parse_date
from records.instant import SHANGHAI
from records.post import Precision

NOON = datetime(2018, 6, 8, 12, 0, tzinfo=SHANGHAI)
MIDNIGHT = datetime(2018, 6, 8, 0, 0, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "ago", "words"),
    [
        (NOON, timedelta(0), "刚刚"),
        (NOON, timedelta(seconds=1), "1 秒前"),
        (NOON, timedelta(seconds=60), "60 秒前"),
        (NOON, timedelta(seconds=61), "1 分钟前"),
        (NOON, timedelta(minutes=30), "30 分钟前"),
        (NOON, timedelta(minutes=30, seconds=1), "半小时前"),
        (NOON, timedelta(hours=1), "半小时前"),
        (NOON, timedelta(hours=1, seconds=1), "1 小时前"),
        (NOON, timedelta(hours=12), "12 小时前"),
        (NOON, timedelta(hours=12, seconds=1), "昨天 23:59"),
        (NOON, timedelta(hours=36), "昨天 00:00"),
        (NOON, timedelta(hours=36, minutes=1), "前天 23:59"),
        (NOON, timedelta(hours=60), "前天 00:00"),
        (NOON, timedelta(hours=61), "3 天前"),
        (NOON, timedelta(days=7), "7 天前"),
        (NOON, timedelta(days=8), "2018-5-31 12:00:00"),
        (MIDNIGHT, timedelta(seconds=20), "20 秒前"),
        (MIDNIGHT, timedelta(seconds=31), "昨天 23:59"),
    ],
)
def test_words(now: datetime, ago: timedelta, words: str) -> None:
    assert in_discuz(now - ago, now) == words


def test_the_zone_of_the_caller_does_not_matter() -> None:
    when = NOON - timedelta(hours=14)
    assert in_discuz(when.astimezone(UTC), NOON.astimezone(UTC)) == in_discuz(when, NOON) == "昨天 22:00"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (datetime(2018, 6, 8, 1, 2, 3, tzinfo=SHANGHAI), "2018-6-8 01:02:03"),
        (datetime(2018, 12, 31, 16, 0, 0, tzinfo=UTC), "2019-1-1 00:00:00"),
    ],
)
def test_full(when: datetime, words: str) -> None:
    assert full(when) == words


@given(st.integers(0, 20 * 24 * 3600), st.datetimes(datetime(2018, 1, 20), datetime(2027, 1, 1)))  # noqa: DTZ001
def test_the_collector_reads_the_words_back(seconds: int, wall: datetime) -> None:
    """Within the precision the words have: a second to a day."""
    now = wall.replace(microsecond=0, tzinfo=SHANGHAI)
    when = now - timedelta(seconds=seconds)
    found, precision = parse_date(in_discuz(when, now), fetched_at=now)
    assert found is not None
    slack = {
        Precision.SECOND: timedelta(seconds=1),
        Precision.MINUTE: timedelta(minutes=1),
        Precision.HOUR: timedelta(hours=1),
        Precision.DAY: timedelta(days=1),
    }
    assert abs(found - when) <= slack[precision]


@given(st.datetimes(datetime(2018, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001
def test_the_collector_reads_the_title_exactly(wall: datetime) -> None:
    when = wall.replace(microsecond=0, tzinfo=SHANGHAI)
    assert parse_date(full(when), fetched_at=when + timedelta(hours=1)) == (when, Precision.SECOND)
