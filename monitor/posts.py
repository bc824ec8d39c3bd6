"""Parsed pages → Posts. Pure; author names leave here only as keys."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.page import ArticlePage, FeedEntry, Floor, Link
from records.post import Post, Precision, Reach, post_id

SHORTEST_FLOOR = 12  # characters: 顶, 路过, 沙发 are no posts
_FINENESS = (Precision.SECOND, Precision.MINUTE, Precision.HOUR, Precision.DAY, Precision.YEAR_GUESS, Precision.NONE)
Dated = Link | ArticlePage | FeedEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What all posts of one poll share. `author_key` takes a name; `now` is aware UTC."""

    source_id: str
    now: datetime
    baseline: bool
    author_key: Callable[[str], str]

    def from_entry(self, entry: FeedEntry, *, feed_url: str, raw_sha256: str, fuller: ArticlePage | None = None) -> Post:
        """The post of a feed entry, with the text of its page where `fuller` is given."""
        dated = _finest(entry, fuller) if fuller else entry
        return Post(
            id=entry_id(entry, feed_url),
            source_id=self.source_id,
            url=entry.url or feed_url,
            title=entry.title or (fuller.title if fuller else ""),
            text=fuller.text if fuller else entry.text,
            published_at=dated.published_at,
            precision=dated.precision,
            published_raw=dated.published_raw,
            first_seen_at=self.now,
            reach=_read_at(fuller.reach if fuller else Reach(), self.now),
            author_key=self.author_key(entry.author or (fuller.author if fuller else "")),
            raw_sha256=raw_sha256,
            baseline=self.baseline,
        )

    def from_article(self, link: Link, article: ArticlePage, *, raw_sha256: str) -> Post:
        """The post of an article or thread; what the list shows fills what the page does not."""
        dated = _finest(article, link)
        return Post(
            id=post_id(link.url),
            source_id=self.source_id,
            url=link.url,
            title=article.title or link.title,
            text=article.text,
            published_at=dated.published_at,
            precision=dated.precision,
            published_raw=dated.published_raw,
            first_seen_at=self.now,
            reach=_read_at(merged(link.reach, article.reach), self.now),
            author_key=self.author_key(article.author),
            raw_sha256=raw_sha256,
            baseline=self.baseline,
        )

    def from_title(self, link: Link, *, raw_sha256: str) -> Post:
        """The post of a page that cannot be read (需登录, 附件): its title, as the public list shows it."""
        page = ArticlePage(title=link.title, text="", published_at=None, precision=Precision.NONE)
        return self.from_article(link, page, raw_sha256=raw_sha256)

    def from_floor(self, link: Link, title: str, floor: Floor, *, raw_sha256: str) -> Post:
        """The post of one reply (跟帖)."""
        return Post(
            id=floor_id(link.url, floor),
            source_id=self.source_id,
            url=link.url,
            floor=floor.floor,
            title=title,
            text=floor.text,
            published_at=floor.published_at,
            precision=floor.precision,
            published_raw=floor.published_raw,
            first_seen_at=self.now,
            author_key=self.author_key(floor.author),
            raw_sha256=raw_sha256,
            baseline=self.baseline,
        )


def entry_id(entry: FeedEntry, feed_url: str) -> str:
    """The post id of a feed entry: its page's, or for one without a link the feed's with the entry's own id."""
    return post_id(entry.url) if entry.url else post_id(feed_url, pid=entry.id)


def floor_id(thread_url: str, floor: Floor) -> str:
    """The post id of a reply: by the forum's own id, else by its floor."""
    return post_id(thread_url, pid=floor.pid, floor=floor.floor)


def telling_floors(article: ArticlePage) -> list[Floor]:
    """The replies long enough to say something."""
    return [floor for floor in article.floors if floor.floor > 0 and len("".join(floor.text.split())) >= SHORTEST_FLOOR]


def merged(first: Reach, second: Reach) -> Reach:
    """`first`, its gaps filled from `second`.

    >>> merged(Reach(replies=3), Reach(views=90, replies=2))
    Reach(views=90, replies=3, likes=None, shares=None, read_at=None)
    """
    return Reach(
        views=second.views if first.views is None else first.views,
        replies=second.replies if first.replies is None else first.replies,
        likes=second.likes if first.likes is None else first.likes,
        shares=second.shares if first.shares is None else first.shares,
        read_at=first.read_at or second.read_at,
    )


def _read_at(reach: Reach, now: datetime) -> Reach:
    empty = reach.views is reach.replies is reach.likes is reach.shares is None
    return Reach() if empty else replace(reach, read_at=now)


def _finest(first: Dated, second: Dated) -> Dated:
    """The one that tells the publishing time more exactly; `first` when they are equal."""
    return min(first, second, key=lambda one: _FINENESS.index(one.precision) if one.published_at else len(_FINENESS))


def newest_first(links: list[Link]) -> list[Link]:
    """By date where every link has one, else in page order (lists put the newest on top)."""
    dated = [(link.published_at, -at) for at, link in enumerate(links) if link.published_at is not None]
    return links if len(dated) < len(links) else [links[-at] for _, at in sorted(dated, reverse=True)]
