"""What a page or feed says, as read: the records between bytes and Posts. No IO."""

from dataclasses import dataclass
from datetime import datetime

from records.post import Precision, Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One item of a list page. `url` is canonical and absolute; `published_at` aware UTC, None when the list shows none."""

    url: str
    title: str
    published_at: datetime | None = None
    precision: Precision = Precision.NONE
    published_raw: str = ""
    reach: Reach = Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A list page: links in page order, each URL once; `next_url` the next page's canonical URL, or ""."""

    links: tuple[Link, ...]
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """One reply (跟帖) of a thread. `pid` is the forum's own post id, or ""; `floor` counts from 1 (0 is the first post)."""

    pid: str
    floor: int
    text: str
    author: str
    published_at: datetime | None
    precision: Precision
    published_raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """An article or a thread's first post. `author` is only ever hashed; `closed` says why a guest may not read it, or "".

    A closed page has an empty `text`. `reach` holds what the page itself shows. `floors` are the replies on this page.
    """

    title: str
    text: str
    published_at: datetime | None
    precision: Precision
    published_raw: str = ""
    author: str = ""
    reach: Reach = Reach()
    floors: tuple[Floor, ...] = ()
    closed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed: plain text only. `id` is the feed's own id, else the URL; `url` canonical http(s), or ""."""

    id: str
    url: str
    title: str
    text: str
    published_at: datetime | None
    precision: Precision
    published_raw: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """A feed: entries in feed order."""

    title: str
    entries: tuple[FeedEntry, ...]


class UnreadableError(ValueError):
    """The bytes are not what they should be (not a feed, not a page). The message says what was found instead."""
