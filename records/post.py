"""Post (帖文): one published item, as published."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.instant import shanghai


class Precision(StrEnum):
    """How exactly a page told the publishing time."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    YEAR_GUESS = "year-guess"  # 页面只写"06-08"
    NONE = "none"  # 页面没有时间; published_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Counts a page shows (次). None = not shown. `read_at` is when they were read, aware UTC."""

    views: int | None = None
    replies: int | None = None
    likes: int | None = None
    shares: int | None = None
    read_at: datetime | None = None


def post_id(canonical_url: str, *, pid: str = "", floor: int = 0) -> str:
    """First 32 hex digits of sha256(canonical URL + "#" + pid, else floor).

    >>> post_id("http://example.cn/thread-1-1-1.html")
    '5a3fd5a14e06459670b1844327468f7c'
    """
    tail = pid or str(floor)
    return hashlib.sha256(f"{canonical_url}#{tail}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One published item. `text` is plain text; instants are aware UTC.

    `author_key` is a keyed hash (design decision 4), "" when the page names none; the name itself is never here.
    `raw_sha256` names the RawPage the post was read from, "" for pasted or imported text.
    """

    id: str
    source_id: str
    url: str  # canonical
    floor: int = 0  # 0 = 首帖 or article, 1… = 跟帖
    title: str
    text: str
    published_at: datetime | None
    precision: Precision
    published_raw: str = ""
    first_seen_at: datetime
    reach: Reach = Reach()
    author_key: str = ""
    raw_sha256: str = ""
    baseline: bool = False  # came with the first poll of its source

    @property
    def month(self) -> int:
        """The month it was said in, Shanghai; of its first sight where that is not known."""
        return shanghai(self.published_at or self.first_seen_at).month

    @property
    def said_at(self) -> datetime:
        """The earlier of published and first seen: the anchor of the national limits (design decision 6)."""
        return min(self.published_at or self.first_seen_at, self.first_seen_at)
