"""JSON Feed 1.0 and 1.1 → entries. Source: https://www.jsonfeed.org/version/1.1/."""

import json
from collections.abc import Mapping
from datetime import datetime

from monitor.canonical import canonical_url
from monitor.feed_dates import feed_date
from monitor.page import FeedEntry, FeedPage, UnreadableError
from monitor.plain_text import one_line, plain_text, tidy


def read(text: str, *, url: str, fetched_at: datetime) -> FeedPage:
    """The feed; items that are no objects are left out.

    Raises: UnreadableError when `text` is no JSON, or JSON without an items list.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{url}：不是订阅源，JSON 已损坏（{error}）") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise UnreadableError(f"{url}：不是订阅源，是没有 items 列表的 JSON")
    entries = (_entry(item, url, number, fetched_at) for number, item in enumerate(items, start=1) if isinstance(item, dict))
    return FeedPage(title=one_line(_text(feed, "title")), entries=tuple(entries))


def _entry(item: Mapping[str, object], url: str, number: int, fetched_at: datetime) -> FeedEntry:
    link = next(
        (u for key in ("url", "external_url") if (u := canonical_url(_text(item, key), url if _text(item, key) else None))), ""
    )
    title = one_line(plain_text(_text(item, "title")))
    text = plain_text(_text(item, "content_html")) or tidy(_text(item, "content_text")) or plain_text(_text(item, "summary"))
    raw = _text(item, "date_published") or _text(item, "date_modified")
    published_at, precision = feed_date(raw, fetched_at=fetched_at)
    return FeedEntry(
        id=_text(item, "id") or link or title or f"{url}#{number}",
        url=link,
        title=title or text.split("\n", 1)[0][:60],
        text=text,
        published_at=published_at,
        precision=precision,
        published_raw=raw,
        author=_author(item),
    )


def _author(item: Mapping[str, object]) -> str:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return one_line(_text(first, "name")) if isinstance(first, dict) else ""


def _text(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
