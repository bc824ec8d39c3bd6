"""One poll under way: pages fetched, posts and problems gathered. The only state a poll has; dropped when it ends."""

import hashlib
from datetime import datetime

from monitor.charset import decode
from monitor.collected import Known, KnownReplies, Problem
from monitor.fetch import Fetched, Fetcher
from monitor.fetch_error import After, FetchError
from monitor.posts import Maker
from records.post import Post
from records.source import RawPage

GIVE_UP = 5  # pages in a row that failed for a passing reason: the host is in trouble, the rest waits for the next poll
_OTHER_FILES = ((b"%PDF", "PDF"), (b"PK\x03\x04", "压缩包或 Office 文件"), (b"\xd0\xcf\x11\xe0", "Office 文件"), (b"Rar!", "压缩包"))
_OTHER_TYPES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/msword", "application/vnd.")


class Poll:
    """Gathers. `maker` makes posts; `known`, `known_replies` ask the store; `exempt` is the authority robots.txt is not asked of."""

    def __init__(self, *, fetcher: Fetcher, maker: Maker, known: Known, known_replies: KnownReplies, exempt: str) -> None:
        self.maker = maker
        self.known = known
        self.known_replies = known_replies
        self.posts: dict[str, Post] = {}
        self.problems: list[Problem] = []
        self.items = 0  # on the list, known ones too
        self.left = False  # pages were not asked for and wait for the next poll
        self.succeeded = 0
        self.passing = 0  # pages that failed for a reason that may pass
        self.retry_after: float | None = None
        self._fetcher = fetcher
        self._exempt = exempt
        self._in_a_row = 0
        self._pages: dict[str, RawPage] = {}

    @property
    def now(self) -> datetime:
        return self.maker.now

    @property
    def tired(self) -> bool:
        """True when asking further would only burden a host in trouble."""
        return self.retry_after is not None or self._in_a_row >= GIVE_UP

    async def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """The page. Raises: FetchError."""
        return await self._fetcher.get(url, etag=etag, last_modified=last_modified, robots_exempt=self._exempt)

    async def page(self, url: str) -> Fetched | None:
        """The page, or None and a Problem."""
        try:
            fetched = await self.get(url)
        except FetchError as exc:
            self.failed(url, exc.message, passing=exc.kind is not After.SKIP)
            self.retry_after = exc.retry_after if self.retry_after is None else self.retry_after
            return None
        self.succeeded += 1
        self._in_a_row = 0
        return fetched

    def failed(self, url: str, message: str, *, passing: bool) -> None:
        """Notes a page that gave nothing; `passing` when it may give something later."""
        self.problems.append(Problem(url=url, message=message))
        if passing:
            self.passing += 1
            self._in_a_row += 1

    def note(self, url: str, message: str) -> None:
        """Notes a page that gave less than it should."""
        self.problems.append(Problem(url=url, message=message))

    def keep(self, fetched: Fetched) -> str:
        """Keeps the bytes as evidence when a post names them; their sha256."""
        sha256 = digest(fetched.body)
        self._pages.setdefault(
            sha256,
            RawPage(sha256=sha256, url=fetched.url, content_type=fetched.content_type, fetched_at=self.now, body=fetched.body),
        )
        return sha256

    def add(self, post: Post) -> None:
        """Takes a post; of two with one id the first stands."""
        self.posts.setdefault(post.id, post)

    def pages(self) -> tuple[RawPage, ...]:
        """The pages that gave a post."""
        named = {post.raw_sha256 for post in self.posts.values()}
        return tuple(page for sha256, page in self._pages.items() if sha256 in named)


def digest(body: bytes) -> str:
    """sha256, hex."""
    return hashlib.sha256(body).hexdigest()


def html_of(fetched: Fetched) -> str:
    """The page's text, whatever its charset."""
    return decode(fetched.body, fetched.content_type)[0]


def other_file(fetched: Fetched) -> str:
    """What the page is when it is no page (a PDF, a picture), else "".

    >>> other_file(Fetched(status=200, url="", content_type="text/html", body=b"%PDF-1.7", etag="", last_modified=""))
    'PDF'
    """
    found = next((name for magic, name in _OTHER_FILES if fetched.body.startswith(magic)), "")
    stated = fetched.content_type.split(";")[0].strip().lower()
    return found or (stated if stated.startswith(_OTHER_TYPES) and "xml" not in stated else "")
