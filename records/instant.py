"""Instants: aware UTC datetimes in records, UTC microseconds (bigint) in the ledger, Shanghai wall clock for people."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(when: datetime) -> int:
    """Microseconds since 1970-01-01 UTC; exact (no float on the way).

    >>> micros(datetime(1970, 1, 1, 8, 0, 1, tzinfo=SHANGHAI))
    1000000

    Raises: ValueError when `when` has no zone.
    """
    if when.tzinfo is None:
        raise ValueError(f"instant without a zone: {when!r}")
    return (when - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """The aware UTC instant of `value` microseconds.

    >>> from_micros(1_000_000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + value * _MICROSECOND


def shanghai(when: datetime) -> datetime:
    """The same instant on the office's wall clock (Asia/Shanghai); zoneless input is taken as already Shanghai.

    >>> shanghai(datetime(2018, 6, 8, 6, 15, tzinfo=UTC)).strftime("%H:%M")
    '14:15'
    """
    return when.replace(tzinfo=SHANGHAI) if when.tzinfo is None else when.astimezone(SHANGHAI)


def in_words(when: datetime, *, year: bool = False) -> str:
    """An absolute time as an official reads it; never "in two hours".

    >>> in_words(datetime(2018, 6, 8, 6, 15, tzinfo=UTC))
    '6月8日14:15'
    >>> in_words(datetime(2018, 6, 8, 6, 15, tzinfo=UTC), year=True)
    '2018年6月8日14:15'
    """
    local = shanghai(when)
    head = f"{local.year}年" if year else ""
    return f"{head}{local.month}月{local.day}日{local:%H:%M}"
