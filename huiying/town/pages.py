"""Pages (页面) of the sample town: path → the bytes a server of that kind would send. Pure: no clock, no network.

The markup is that of the kinds of site the office really reads: a 大汉 JCMS news site, Discuz! X3.4 in GBK, RSS, a public mailbox.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from huiying.town.clock_words import full, in_discuz
from huiying.town.content import Item, Place
from records.instant import shanghai

NEWS_PER_PAGE = 12
UTF8_HTML = "text/html; charset=utf-8"
GBK_HTML = "text/html; charset=gbk"
LYING_RSS = "application/rss+xml; charset=utf-8"  # the body is GBK: what many local portals really send
ROBOTS = "User-agent: *\nAllow: /\nDisallow: /private/\n"
CLOSED = {
    "login": "抱歉，您尚未登录，没有权限访问该版块",
    "deleted": "抱歉，指定的主题不存在或已被删除或正在被审核",
}
_NOISE = "0123456789abcdefghijkmnopqrstuvwxyz!#$%*()_ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer. `changed_at` is when what it shows last changed, aware."""

    body: bytes
    content_type: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A time as a Discuz! span shows it: `title` absolute, `words` for people."""

    title: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a news list, a mailbox list or the feed. `date` as that page prints it."""

    item: Item
    path: str
    date: str
    code: str = ""
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """One line of the board."""

    item: Item
    uid: int
    posted: Stamp
    last: Stamp
    last_author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """One post of a thread; `noise` is the 防采集 text a reader never sees."""

    pid: int
    uid: int
    author: str
    posted: Stamp
    paragraphs: tuple[str, ...]
    noise: str


def uid(author: str) -> int:
    """The forum's number for a pen name, 1…99999, the same each time.

    >>> uid("桥洞下的鱼") == uid("桥洞下的鱼") != uid("烧饼炉子")
    True
    """
    return zlib.crc32(author.encode()) % 99_999 + 1


def noise(seed: int) -> str:
    """Twelve characters of 防采集 noise, the same for one seed.

    >>> len(noise(101)), noise(101) == noise(102)
    (12, False)
    """
    state = zlib.crc32(str(seed).encode())
    return "".join(_NOISE[(state >> (2 * step)) % len(_NOISE)] for step in range(12)).replace(" ", "&")


def news_path(item: Item, opened_at: datetime) -> str:
    """An article's address in the manner of JCMS.

    >>> from datetime import UTC
    >>> news_path(Item(id="n03", place=Place.NEWS, title="甲", text="乙", age=0), datetime(2018, 6, 8, tzinfo=UTC))
    '/news/art/2018/6/8/art_12219_3.html'
    """
    day = shanghai(item.said_at(opened_at))
    return f"/news/art/{day.year}/{day.month}/{day.day}/art_12219_{item.number}.html"


class Pages:
    """All pages of a town opened at `opened_at` (aware). Built once; `page` answers for a path."""

    def __init__(self, items: Sequence[Item], opened_at: datetime) -> None:
        self._opened_at = opened_at
        self._of = {place: [item for item in items if item.place is place] for place in Place}
        loader = PackageLoader("huiying.town", "templates")
        self._templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        self._fixed = self._fixed_pages()

    def paths(self) -> tuple[str, ...]:
        """Every path that has a page, lists first."""
        return tuple(self._fixed)

    def page(self, path: str, *, base: str, now: datetime) -> Page | None:
        """The page at `path` as seen at `now`, or None. `base` is the scheme and authority the reader used."""
        draw = self._fixed.get(path)
        return draw(base, now) if draw else None

    def _fixed_pages(self) -> Mapping[str, Callable[[str, datetime], Page]]:
        """Path → what draws it."""
        drawn: dict[str, Callable[[str, datetime], Page]] = {
            "/": lambda base, now: self._html("home.html", {}),
            "/private/": lambda base, now: self._html("private.html", {}),
            "/robots.txt": lambda base, now: Page(
                body=ROBOTS.encode(), content_type="text/plain; charset=utf-8", changed_at=self._opened_at
            ),
            "/feed.xml": self._feed,
            "/bbs/forum-2-1.html": self._board,
            "/mailbox/": self._letters,
        }
        for number in range(1, self._news_pages() + 1):
            drawn["/news/" if number == 1 else f"/news/index_{number}.html"] = self._news_list(number)
        for item in self._of[Place.NEWS]:
            drawn[news_path(item, self._opened_at)] = self._news_article(item)
        for item in self._of[Place.FORUM]:
            drawn[f"/bbs/thread-{item.number}-1-1.html"] = self._thread(item)
        for item in self._of[Place.FEED]:
            drawn[f"/wemedia/{item.number}.html"] = self._wemedia(item)
        for item in self._of[Place.MAILBOX]:
            drawn[f"/mailbox/letter-{item.number}.html"] = self._letter(item)
        return drawn

    def _html(
        self, template: str, values: Mapping[str, object], *, changed: Sequence[datetime] = (), encoding: str = "utf-8"
    ) -> Page:
        """A rendered page; characters the encoding lacks become references, as Discuz! sends them."""
        text = self._templates.get_template(template).render(values)
        return Page(
            body=text.encode(encoding, "xmlcharrefreplace"),
            content_type=GBK_HTML if encoding == "gbk" else UTF8_HTML,
            changed_at=max(changed, default=self._opened_at),
        )

    # ---- news

    def _news_pages(self) -> int:
        return max(1, -(-len(self._of[Place.NEWS]) // NEWS_PER_PAGE))

    def _news_list(self, number: int) -> Callable[[str, datetime], Page]:
        shown = self._of[Place.NEWS][(number - 1) * NEWS_PER_PAGE : number * NEWS_PER_PAGE]
        rows = [self._news_row(item) for item in shown]
        changed = [self._said(item) for item in shown]
        values = {"rows": rows, "number": number, "pages": self._news_pages()}
        return lambda base, now: self._html("news_list.html", values, changed=changed)

    def _news_row(self, item: Item) -> Row:
        return Row(item=item, path=news_path(item, self._opened_at), date=f"{shanghai(self._said(item)):%Y-%m-%d}")

    def _news_article(self, item: Item) -> Callable[[str, datetime], Page]:
        related = [self._news_row(other) for other in self._of[Place.NEWS] if other is not item][-3:]
        values = {"item": item, "date": self._minute(item), "paragraphs": item.text.split("\n"), "related": related}
        return lambda base, now: self._html("news_article.html", values, changed=[self._said(item)])

    # ---- forum

    def _board(self, base: str, now: datetime) -> Page:
        """Stickies first, then the thread answered last on top."""
        threads = sorted(self._of[Place.FORUM], key=lambda item: (not item.sticky, self._last(item)[0]))
        rows = [self._thread_row(item, now) for item in threads]
        changed = [self._opened_at - timedelta(minutes=self._last(item)[0]) for item in threads]
        return self._html("bbs_board.html", {"rows": rows, "now": full(now)}, encoding="gbk", changed=changed)

    def _last(self, item: Item) -> tuple[int, str]:
        """(age, author) of a thread's last post."""
        return min([(item.age, item.author), *((reply.age, reply.author) for reply in item.replies)])

    def _thread_row(self, item: Item, now: datetime) -> ThreadRow:
        age, author = self._last(item)
        posted, last = self._stamp(item.age, now), self._stamp(age, now)
        day = Stamp(title=posted.title.split(" ")[0], words=posted.words)  # the board's title has the day alone
        return ThreadRow(item=item, uid=uid(item.author), posted=day, last=last, last_author=author)

    def _thread(self, item: Item) -> Callable[[str, datetime], Page]:
        if item.closed:
            values = {"message": CLOSED[item.closed], "needs_login": item.closed == "login"}
            return lambda base, now: self._html("bbs_message.html", {**values, "now": full(now)}, encoding="gbk")
        posts = [(item.age, item.author, item.text), *((r.age, r.author, r.text) for r in item.replies)]

        def draw(base: str, now: datetime) -> Page:
            floors = [self._floor(item.number * 100 + at, post, now) for at, post in enumerate(posts, 1)]
            changed = [self._opened_at - timedelta(minutes=self._last(item)[0])]
            values = {"item": item, "floors": floors, "now": full(now)}
            return self._html("bbs_thread.html", values, encoding="gbk", changed=changed)

        return draw

    def _floor(self, pid: int, post: tuple[int, str, str], now: datetime) -> Floor:
        age, author, text = post
        return Floor(
            pid=pid,
            uid=uid(author),
            author=author,
            posted=self._stamp(age, now),
            paragraphs=tuple(text.split("\n")),
            noise=noise(pid),
        )

    def _stamp(self, age: int, now: datetime) -> Stamp:
        when = self._opened_at - timedelta(minutes=age)
        return Stamp(title=full(when), words=in_discuz(when, now))

    # ---- feed

    def _feed(self, base: str, now: datetime) -> Page:
        rows = [
            Row(
                item=item,
                path=f"/wemedia/{item.number}.html",
                date=format_datetime(shanghai(self._said(item))),
                paragraphs=tuple(item.text.split("\n")),
            )
            for item in self._of[Place.FEED]
        ]
        changed = [self._said(row.item) for row in rows]
        drawn = self._html("feed.xml", {"base": base, "rows": rows}, encoding="gbk", changed=changed)
        return Page(body=drawn.body, content_type=LYING_RSS, changed_at=drawn.changed_at)

    def _wemedia(self, item: Item) -> Callable[[str, datetime], Page]:
        date = shanghai(self._said(item)).isoformat(timespec="seconds")
        values = {"item": item, "date": date, "words": self._minute(item), "paragraphs": item.text.split("\n")}
        return lambda base, now: self._html("wemedia.html", values, changed=[self._said(item)])

    # ---- mailbox

    def _letters(self, base: str, now: datetime) -> Page:
        letters = self._of[Place.MAILBOX]
        rows = [
            Row(item=item, path=f"/mailbox/letter-{item.number}.html", date=self._minute(item), code=self._code(item))
            for item in letters
        ]
        return self._html("mailbox_list.html", {"rows": rows}, changed=[self._letter_changed(item) for item in letters])

    def _letter(self, item: Item) -> Callable[[str, datetime], Page]:
        changed = [self._letter_changed(item)]
        answered = f"{shanghai(changed[0]):%Y-%m-%d %H:%M}"
        values = {
            "item": item,
            "date": self._minute(item),
            "code": self._code(item),
            "answered": answered,
            "paragraphs": item.text.split("\n"),
        }
        return lambda base, now: self._html("mailbox_letter.html", values, changed=changed)

    def _letter_changed(self, item: Item) -> datetime:
        return self._opened_at - timedelta(minutes=item.answer.age if item.answer else item.age)

    def _code(self, item: Item) -> str:
        return f"QZ{shanghai(self._said(item)):%Y%m%d}{item.number:03d}"

    def _said(self, item: Item) -> datetime:
        return item.said_at(self._opened_at)

    def _minute(self, item: Item) -> str:
        return f"{shanghai(self._said(item)):%Y-%m-%d %H:%M}"
