"""The dates of feed entries: RFC 822, ISO 8601, and the ways Chinese sites write neither."""

import html
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from monitor.dates import FUTURE, Found, parse_date
from records.instant import SHANGHAI
from records.post import Precision

_ITEM = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_DATE = re.compile(
    r"<(?:[A-Za-z][\w.-]*:)?(pubDate|published|issued|created|date|updated|modified)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]{4,80})",
    re.IGNORECASE,
)
_RANK = ("pubdate", "published", "issued", "date", "created", "updated", "modified")  # a correction's time is the last choice
_RFC822 = re.compile(r"\d{1,2}\s+[A-Za-z]{3,9}\.?,?\s+\d{2,4}\s")


def raw_dates(xml: str) -> list[str]:
    """What each item or entry writes as its date, in order; "" where it writes none.

    >>> raw_dates("<item><pubDate>2018-06-08</pubDate></item><item><title>无</title></item>")
    ['2018-06-08', '']
    """
    return [_first_ranked(chunk) for chunk in _ITEM.split(xml)[1:]]


def _first_ranked(chunk: str) -> str:
    found = {name.lower(): value.strip() for name, value in reversed(_DATE.findall(chunk))}
    return next((html.unescape(found[name]) for name in _RANK if name in found), "")


def feed_date(raw: str, *, fetched_at: datetime) -> Found:
    """The instant (aware UTC) a feed's date states; (None, NONE) for none or the future.

    Zoneless is Asia/Shanghai. CST is China Standard Time here, not the US zone RFC 822 knows.

    >>> feed_date("Fri, 08 Jun 2018 09:30:00 CST", fetched_at=datetime(2018, 6, 9, tzinfo=SHANGHAI))[0].isoformat()
    '2018-06-08T01:30:00+00:00'
    """
    if not _RFC822.search(raw):
        return parse_date(raw, fetched_at=fetched_at)
    try:
        when = parsedate_to_datetime(re.sub(r"\bCST\b|GMT\+8|UTC\+8", "+0800", raw))
        when = (when if when.tzinfo else when.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None, Precision.NONE
    return (when, Precision.SECOND) if when <= fetched_at + FUTURE else (None, Precision.NONE)
