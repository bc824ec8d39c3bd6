"""`huiying extract`: one saved page or feed → the JSON of the command's contract."""

from datetime import datetime
from pathlib import Path

from monitor.extract import extract
from monitor.page import ArticlePage, FeedEntry, FeedPage, Link, UnreadableError
from records.instant import shanghai


def extract_file(file: Path, url: str, content_type: str, fetched_at: datetime) -> dict[str, object]:
    """What the file says: an article's fields, a list's links, or a feed's entries. Instants are ISO 8601 with +08:00, or None.

    Raises: UnreadableError naming the file when it is no page, no feed, or cannot be opened.
    """
    try:
        page = extract(file.read_bytes(), url=url, content_type=content_type or None, fetched_at=fetched_at)
    except (OSError, UnreadableError) as error:
        raise UnreadableError(f"{file}：{error}") from error
    if isinstance(page, FeedPage):
        return {"entries": [_entry(one) for one in page.entries]}
    if isinstance(page, ArticlePage):
        return _article(page)
    return {"links": [_link(one) for one in page.links]}


def iso(when: datetime | None) -> str | None:
    """ISO 8601 on the office's clock, None for None.

    >>> from datetime import UTC
    >>> iso(datetime(2018, 6, 8, 6, 15, tzinfo=UTC))
    '2018-06-08T14:15:00+08:00'
    """
    return shanghai(when).isoformat(timespec="seconds") if when is not None else None


def _article(page: ArticlePage) -> dict[str, object]:
    return {
        "title": page.title,
        "text": page.text,
        "published_at": iso(page.published_at),
        "precision": page.precision.value,
        "replies": page.reach.replies,
        "views": page.reach.views,
        **({"closed": page.closed} if page.closed else {}),
    }


def _link(one: Link) -> dict[str, object]:
    return {"url": one.url, "title": one.title, "published_at": iso(one.published_at)}


def _entry(one: FeedEntry) -> dict[str, object]:
    return {
        "id": one.id,
        "url": one.url,
        "title": one.title,
        "text": one.text,
        "published_at": iso(one.published_at),
        "precision": one.precision.value,
    }
