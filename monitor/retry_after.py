"""Retry-After (RFC 9110 §10.2.3): seconds or an HTTP date."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

CAP = 3600.0  # s: a server may ask for a day; the source is then asked each hour


def retry_after_seconds(header: str, now: datetime) -> float | None:
    """Seconds to wait from `now`, 0 … 3600; None when the header is empty or neither form.

    >>> now = datetime(2018, 6, 8, 4, 0, tzinfo=UTC)
    >>> retry_after_seconds("120", now), retry_after_seconds("Fri, 08 Jun 2018 04:01:00 GMT", now), retry_after_seconds("稍后", now)
    (120.0, 60.0, None)
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), CAP)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), CAP)
