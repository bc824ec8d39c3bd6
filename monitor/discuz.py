"""Discuz! (X, 7.2, mobile and archiver skins): boards → links, threads → first post and floors."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.canonical import canonical_url
from monitor.closed import closed_reason, notice_reason
from monitor.dates import Found, parse_date
from monitor.discuz_posts import Shown, posts_of
from monitor.page import ArticlePage, Floor, Link, ListPage
from monitor.plain_text import one_line, parse, text_of
from monitor.reach_counts import number
from monitor.title import text_of_first
from records.post import Precision, Reach

_MARK = re.compile(
    r"""name=["']generator["']\s+content=["']Discuz!|\bdiscuz_uid\s*=|Powered by (?:<[^<>]{0,80}>){0,3}Discuz!""", re.IGNORECASE
)
_THREAD_URL = re.compile(r"/thread-\d+-1-1\.html$")
_ROWS = (
    'tbody[id^="normalthread_"], tbody[id^="stickthread_"], div.threadlist li, div.threadlist_box li, li.list, '
    'div#content ul[type="1"] li, table.threadlist tbody, tbody[id^="thread_"]'
)
_TITLES = 'a.xst, a.s, span[id^="thread_"] a, th.subject a, em, a'
_NOT_TITLES = frozenset(["New", "新窗", "隐藏置顶帖", "置顶", "上一主题", "下一主题"])
_REPLIES = re.compile(r"[（(]\s?(\d{1,7})\s?篇回复\s?[)）]")
_COUNTED = {
    "views": re.compile(r"(?:查看|浏览|阅读)\s?[:：]?\s?(\d{1,9})"),
    "replies": re.compile(r"(?:回复|回帖)\s?[:：]?\s?(\d{1,9})"),
}


def is_discuz(html: str) -> bool:
    """True for pages Discuz! made, its desktop, mobile and archiver skins alike.

    >>> is_discuz('<meta name="generator" content="Discuz! X3.5" />'), is_discuz("<p>本站曾用 Discuz! 程序</p>")
    (True, False)
    """
    return _MARK.search(html) is not None


def is_thread(tree: LexborHTMLParser) -> bool:
    """True for thread pages (and the notice in place of one), False for boards."""
    body = tree.body
    if body is None:
        return False
    if "pg_viewthread" in (body.attributes.get("class") or ""):
        return True
    return tree.css_first('[id^="postmessage_"], p.author, #messagetext, b > a[onclick*="window.print"]') is not None


def read_board(html: str, *, url: str, fetched_at: datetime) -> ListPage:
    """The board's threads in page order, stickies among them; whatever links to a thread where the skin is unknown."""
    tree = parse(html)
    base = base_url(tree, url)
    links: dict[str, Link] = {}
    for row in tree.css(_ROWS):
        link = _row(row, base, fetched_at)
        if link is not None:
            links.setdefault(link.url, link)
    for link in () if links else _any_threads(tree, base):
        links.setdefault(link.url, link)
    return ListPage(links=tuple(links.values()), next_url=_next_url(tree, base))


def read_thread(html: str, *, url: str, fetched_at: datetime) -> ArticlePage:
    """The first post and the floors on this page; on later pages `text` is empty and only floors are given."""
    tree = parse(html)
    shown = posts_of(tree)
    notice = tree.css_first("#messagetext, .jump_c, .showmessage")
    if not shown:
        reason = notice_reason(one_line(text_of(notice))) if notice is not None else ""
        reason = reason or closed_reason(tree, text_of(tree.body)) or "主题页上没有帖子"
        return ArticlePage(title=_title(tree), text="", published_at=None, precision=Precision.NONE, closed=reason)
    first = shown[0] if shown[0].floor == 0 else None
    published_at, precision = _when(first, fetched_at)
    floors = tuple(_floor(one, fetched_at) for one in shown if one is not first)
    return ArticlePage(
        title=_title(tree),
        text=first.text if first else "",
        published_at=published_at,
        precision=precision,
        published_raw=first.raw if first else "",
        author=first.author if first else "",
        reach=_reach(tree, len(floors), fetched_at),
        floors=floors,
    )


def base_url(tree: LexborHTMLParser, url: str) -> str:
    """What relative links count from: <base href>, when it is http(s) on the page's own host, else `url`."""
    node = tree.css_first("base[href]")
    base = urljoin(url, (node.attributes.get("href") or "").strip()) if node is not None else url
    return base if urlsplit(base).hostname == urlsplit(url).hostname else url


def _when(one: Shown | None, fetched_at: datetime) -> Found:
    return parse_date(one.raw, fetched_at=fetched_at) if one else (None, Precision.NONE)


def _floor(one: Shown, fetched_at: datetime) -> Floor:
    at, precision = _when(one, fetched_at)
    return Floor(
        pid=one.pid,
        floor=one.floor,
        text=one.text,
        author=one.author,
        published_at=at,
        precision=precision,
        published_raw=one.raw,
    )


def _title(tree: LexborHTMLParser) -> str:
    """The subject; <title> up to the first " - " (a subject may hold hyphens, so the page's own element comes first)."""
    for selector in ("#thread_subject", ".view_tit", "#threadtitle h1", "div.threadtitle h1", "h1.ts", "#content h3"):
        found = one_line(text_of(tree.css_first(selector)))
        if found:
            return found
    return one_line(text_of_first(tree, "title")).split(" - ", 1)[0]


def _reach(tree: LexborHTMLParser, floors: int, fetched_at: datetime) -> Reach:
    """Views and replies from the thread's head; the archiver shows none, and there the floors on the page are no count."""
    head = one_line(
        " ".join(text_of(node) for node in tree.css("#postlist .hm, div.postinfo, .mtime .y, div.threadtitle, .hm")[:4])
    )
    counts = {name: int(found[1]) for name, pattern in _COUNTED.items() if (found := pattern.search(head))}
    mobile = [one_line(node.text(deep=True) or "") for node in tree.css(".mtime .y em")[:2]]
    if not counts and len(mobile) == 2:
        counts = {
            name: value for name, text in zip(("views", "replies"), mobile, strict=True) if (value := number(text)) is not None
        }
    return Reach(views=counts.get("views"), replies=counts.get("replies"), read_at=fetched_at if counts else None)


def _row(row: LexborNode, base: str, fetched_at: datetime) -> Link | None:
    found = _titled(row, base)
    if found is None:
        return None
    url, title = found
    raw = _row_date(row)
    at, precision = parse_date(raw, fetched_at=fetched_at)
    views, replies = _row_counts(row)
    reach = Reach(views=views, replies=replies, read_at=fetched_at if views is not None or replies is not None else None)
    return Link(url=url, title=title, published_at=at, precision=precision, published_raw=raw, reach=reach)


def _titled(row: LexborNode, base: str) -> tuple[str, str] | None:
    """The row's thread and its title: by class where the skin has one, else the first link to a thread with words in it."""
    for selector in _TITLES.split(", "):
        for node in row.css(selector):
            anchor = node if node.tag == "a" else _anchor_above(node)
            title = one_line(text_of(node))
            if anchor is None or len(title) < 2 or title.isdigit() or title in _NOT_TITLES:
                continue
            url = canonical_url(anchor.attributes.get("href") or "", base)
            if _THREAD_URL.search(url):
                return url, title
    return None


def _anchor_above(node: LexborNode) -> LexborNode | None:
    above = node.parent
    for _ in range(3):
        if above is None or above.tag == "a":
            return above
        above = above.parent
    return None


def _row_date(row: LexborNode) -> str:
    """When the thread was opened: the first "by" column (its span[title] is absolute), never the last reply's time."""
    for selector in ("td.by", "td.author", ".mtime"):
        for cell in row.css(selector):
            raw = exact_date(cell.css_first("em") or cell)
            if re.search(r"\d|刚刚|半小时|昨天|前天", raw) and "lastpost" not in (cell.html or ""):
                return raw
    return ""


def exact_date(node: LexborNode) -> str:
    """The date an element shows. Its title is absolute; a title that is only a day gives way to "3 小时前", which is finer.

    >>> exact_date(LexborHTMLParser('<em><span title="2018-06-08 09:30">3&nbsp;小时前</span></em>').css_first("em"))
    '2018-06-08 09:30'
    """
    text = one_line(text_of(node))
    titled = node.css_first("span[title]")
    title = one_line(titled.attributes.get("title") or "") if titled is not None else ""
    if ":" in title or (title and not re.search(r"前|今天|昨天|刚刚", text)):
        return title
    return text


def _row_counts(row: LexborNode) -> tuple[int | None, int | None]:
    """Views and replies: td.num (desktop), the foot's two items (mobile), "(3篇回复)" (archiver)."""
    cell = row.css_first("td.num, td.nums")
    if cell is not None:
        return number(one_line(text_of(cell.css_first("em")))), number(one_line(text_of(cell.css_first("a, strong"))))
    foot = [number(one_line(text_of(node))) for node in row.css("div.threadlist_foot li")]
    if len(foot) >= 2:
        return foot[0], foot[1]
    archived = _REPLIES.search(text_of(row))
    return None, int(archived[1]) if archived else None


def _any_threads(tree: LexborHTMLParser, base: str) -> Iterator[Link]:
    """Every link that leads to a thread, its longest title."""
    titles: dict[str, str] = {}
    for node in tree.css("a[href]"):
        url, title = canonical_url(node.attributes.get("href") or "", base), one_line(text_of(node))
        if _THREAD_URL.search(url) and not title.isdigit() and title not in _NOT_TITLES:
            titles[url] = max(titles.get(url, ""), title, key=len)
    return (Link(url=url, title=title) for url, title in titles.items() if len(title) >= 4)


def _next_url(tree: LexborHTMLParser, base: str) -> str:
    node = tree.css_first("a.nxt[href], a.next[href]")
    return canonical_url(node.attributes.get("href") or "", base) if node is not None else ""
