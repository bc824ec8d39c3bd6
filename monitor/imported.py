"""Rows of a vendor's export or of 12345 tickets → Posts. Pure.

Only the columns named here are read: author, followers, account, name and telephone columns never enter (design decision 4). A row that says
nothing is named and left out; a time nobody can read is named and the row kept.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from monitor.canonical import canonical_url
from monitor.dates import parse_date
from monitor.plain_text import one_line, tidy
from monitor.tables import Line
from records.instant import SHANGHAI
from records.post import Post, Precision, Reach, post_id

COLUMNS: dict[str, tuple[str, ...]] = {  # field → headings that mean it, the best first
    "title": ("标题", "题目", "主题", "文章标题", "诉求标题", "工单标题", "来信标题", "信件标题", "问题分类名称", "问题分类"),
    "text": ("正文", "内容", "全文", "原文", "文章内容", "诉求内容", "工单内容", "来信内容", "信件内容", "反映内容", "事项内容", "摘要"),
    "url": ("原文链接", "链接", "原文地址", "网址", "URL", "url", "文章链接"),
    "published": ("发布时间", "发布日期", "发帖时间", "来电时间", "受理时间", "来信时间", "登记时间", "时间", "日期"),
    "number": ("工单编号", "办件编号", "信件编号", "受理编号", "工单号", "doc_id"),
    "place": ("事发地", "事发地址", "事发地点"),
    "views": ("阅读", "阅读量", "阅读数", "浏览", "浏览量"),
    "replies": ("评论", "评论数", "评论量", "回复", "回复数"),
    "likes": ("点赞", "点赞数", "点赞量"),
    "shares": ("转发", "转发数", "转发量"),
}
_LINKED = re.compile(r'^=HYPERLINK\(\s*"([^"]*)"\s*[,，]\s*"([^"]*)"\s*\)$', re.IGNORECASE)
_COUNT = re.compile(r"^(\d+(?:\.\d+)?)(万|亿)?\+?$")
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
_EPOCH = datetime(1899, 12, 30, tzinfo=SHANGHAI)  # day 0 of a spreadsheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file came to. `problems` name file and row, in Chinese; `unread` are headings nobody reads."""

    posts: tuple[Post, ...]
    problems: tuple[str, ...]
    unread: tuple[str, ...]


def posts_of(lines: Sequence[Line], *, name: str, source_id: str, now: datetime) -> Imported:
    """The posts of a table's rows; a row twice in the file is one post. `now` is aware UTC."""
    posts: dict[str, Post] = {}
    problems: list[str] = []
    for line in lines:
        found = _post(line, source_id, now, problems, f"{name} 第{line.number}行")
        if found is not None:
            posts.setdefault(found.id, found)
    headings = dict.fromkeys(h for line in lines for h in line.cells if h)
    known = {h for names in COLUMNS.values() for h in names}
    return Imported(posts=tuple(posts.values()), problems=tuple(problems), unread=tuple(h for h in headings if h not in known))


def _post(line: Line, source_id: str, now: datetime, problems: list[str], where: str) -> Post | None:
    cells = {field: _first(line.cells, names) for field, names in COLUMNS.items()}
    title, linked = _unlinked(cells["title"])
    text = tidy("\n".join(part for part in (cells["text"], _at(cells["place"])) if part))
    if not title and not cells["text"]:
        problems.append(f"{where}：没有标题也没有正文，未导入")
        return None
    url = _address(cells["url"] or linked, where, problems)
    said, precision = _when(cells["published"], now, where, problems)
    return Post(
        id=_identity(url, cells["number"], source_id, title, text), source_id=source_id, url=url or _urn(cells["number"], source_id, title, text),
        title=one_line(title), text=text or one_line(title), published_at=said, precision=precision, published_raw=cells["published"][:80],
        first_seen_at=now, reach=_reach(cells, now), raw_sha256="",
    )  # fmt: skip


def _first(cells: Mapping[str, str], names: Sequence[str]) -> str:
    return next((cells[name].strip() for name in names if cells.get(name, "").strip()), "")


def _unlinked(cell: str) -> tuple[str, str]:
    """A title cell's text and the address of its =HYPERLINK().

    >>> _unlinked('=HYPERLINK("http://a.example/1","停水三天")')
    ('停水三天', 'http://a.example/1')
    """
    found = _LINKED.match(cell)
    return (found[2], found[1]) if found else (cell, "")


def _at(place: str) -> str:
    return f"（事发地：{place}）" if place else ""


def _address(url: str, where: str, problems: list[str]) -> str:
    if not url:
        return ""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        problems.append(f"{where}：链接 {url[:60]!r} 不是网址，按无链接导入")
        return ""
    return canonical_url(url)


def _when(raw: str, now: datetime, where: str, problems: list[str]) -> tuple[datetime | None, Precision]:
    if not raw:
        return None, Precision.NONE
    if _SERIAL.match(raw):  # a spreadsheet's day number
        return (_EPOCH + timedelta(days=float(raw))).astimezone(UTC), Precision.MINUTE
    found = parse_date(raw, fetched_at=now)
    if found[0] is None:
        problems.append(f"{where}：时间 {raw[:40]!r} 读不出或在将来，按导入时间计")
    return found


def _reach(cells: Mapping[str, str], now: datetime) -> Reach:
    counts = {field: _count(cells[field]) for field in ("views", "replies", "likes", "shares")}
    return Reach(**counts, read_at=now if any(v is not None for v in counts.values()) else None)


def _count(cell: str) -> int | None:
    """A count as vendors write it.

    >>> _count("1.2万"), _count("35"), _count("-")
    (12000, 35, None)
    """
    found = _COUNT.match(cell.replace(",", ""))
    return int(float(found[1]) * {"万": 10_000, "亿": 100_000_000}.get(found[2] or "", 1)) if found else None


def _identity(url: str, number: str, source_id: str, title: str, text: str) -> str:
    """The same id as a crawled page's where there is an address: nothing is counted twice."""
    return post_id(url or _urn(number, source_id, title, text))


def _urn(number: str, source_id: str, title: str, text: str) -> str:
    tail = number or hashlib.sha256(f"{title}\0{text}".encode("utf-8", "replace")).hexdigest()[:32]
    return f"urn:huiying:{source_id}:{tail}"
