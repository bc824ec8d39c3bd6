"""When an article was published: what machines are told first, then what readers see, then what the URL says."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.dates import parse_date
from monitor.plain_text import one_line, text_of
from monitor.title import meta
from records.post import Precision


class Published(NamedTuple):
    """The instant (aware UTC), its precision, and the text it was read from."""

    at: datetime | None = None
    precision: Precision = Precision.NONE
    raw: str = ""


_METAS = (
    "article:published_time", "og:published_time", "og:release_date", "datePublished", "pubdate", "PubDate", "publishdate",
    "PublishDate", "publish_time", "release_date", "weibo: article:create_at", "weibo:article:create_at", "article:create_at",
    "apub:time", "_pubtime", "firstpublishedtime", "contentPubDate", "bytedance:published_time", "dc.date", "DC.date.issued", "sailthru.date",
)  # fmt: skip
_LABEL = r"发布日期|发布时间|发表日期|发表时间|发布于|发表于|发表|上传时间|生成日期|成文日期|信息时间|更新日期|更新时间|录入时间|发文日期|日期|时间"
_DAY = r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?"
_CLOCK = r"(?:[\sT]{0,3}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
_LABELLED = re.compile(rf"(?:{_LABEL})\s?[:：]?\s?\[?({_DAY}{_CLOCK})")
_BARE = re.compile(rf"(?<!\d)({_DAY}{_CLOCK})(?!\d)")
_RELATIVE = re.compile(r"^\D{0,12}?((?:刚刚|半小时前|\d{1,2}\s?(?:秒|分钟|小时|天)前|(?:今天|昨天|前天)\s?\d{1,2}:\d{2}))")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/_]?(0?[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01]|[1-9](?=/))(?!\d)")
_EPOCH = re.compile(r"""\b(?:ct|publish_?[tT]ime|pub_?[tT]ime)["']?\s{0,3}[=:]\s{0,3}["']?(1\d{9})(?!\d)""")
_SCRIPT = 200_000  # characters of a script that are looked at
_JSON_KEYS = ("datePublished", "uploadDate", "dateCreated", "pubDate")


def read_published(tree: LexborHTMLParser, *, url: str, fetched_at: datetime) -> Published:
    """The first candidate that is a date not in the future; a day gives way to an exact time of the same day further down."""
    best = Published()
    for raw in _candidates(tree, url):
        at, precision = parse_date(raw, fetched_at=fetched_at)
        if at is None:
            continue
        if precision not in (Precision.DAY, Precision.YEAR_GUESS):
            same_day = best.at is None or 0 <= (at - best.at).total_seconds() < 86_400
            return Published(at, precision, raw) if same_day else best
        if best.at is None:
            best = Published(at, precision, raw)
    return best


def _candidates(tree: LexborHTMLParser, url: str) -> Iterator[str]:
    for node in tree.css('script[type="application/ld+json"]'):
        yield from _linked_data(node.text(deep=True) or "")
    yield from (value for value in (meta(tree, name) for name in _METAS) if value)
    yield from _timed(tree)
    yield from _scripted(tree)
    yield from _visible(tree)
    yield url_day(url)


def url_day(url: str) -> str:
    """The day a URL's path states, "" for none.

    >>> url_day("http://www.example.gov.cn/art/2022/6/17/art_12_34.html"), url_day("http://a.cn/202407/19/node_08.html")
    ('2022-6-17', '2024-07-19')
    """
    found = _URL_DAY.search(url.split("://", 1)[-1].partition("/")[2])
    return "-".join(found.groups()) if found else ""


def _linked_data(text: str) -> Iterator[str]:
    """Dates of JSON-LD blocks; broken JSON is read by its keys."""
    try:
        stack: list[object] = [json.loads(text)]
    except (ValueError, RecursionError):
        for key in _JSON_KEYS:
            yield from re.findall(rf'"{key}"\s{{0,9}}:\s{{0,9}}"([^"]{{8,40}})"', text)
        return
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield from (str(item[key]) for key in _JSON_KEYS if isinstance(item.get(key), str))
            stack.extend(value for value in item.values() if isinstance(value, dict | list))
        elif isinstance(item, list):
            stack.extend(reversed(item))


def _timed(tree: LexborHTMLParser) -> Iterator[str]:
    """<time datetime=…> outside comments and lists of other articles."""
    for node in tree.css('time[datetime], [itemprop="datePublished"]')[:12]:
        if not _in_surroundings(node):
            yield node.attributes.get("datetime") or node.attributes.get("content") or node.text(deep=True) or ""


def _scripted(tree: LexborHTMLParser) -> Iterator[str]:
    """Seconds since 1970 in a page's own script (公众号: var ct = "…"), as ISO 8601."""
    for node in tree.css("script:not([src])"):
        found = _EPOCH.search((node.text(deep=True) or "")[:_SCRIPT])
        if found:
            yield datetime.fromtimestamp(int(found[1]), UTC).isoformat()


def _in_surroundings(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(12):
        if above is None or above.tag == "body":
            return False
        if above.tag in ("aside", "nav", "li") or "comment" in (above.attributes.get("class") or "").lower().split("-"):
            return True
        above = above.parent
    return False


def _visible(tree: LexborHTMLParser) -> Iterator[str]:
    """Dates in the page's text: labelled ones, then bare ones in short lines (a by-line), then any before the prose begins."""
    lines = text_of(tree.body).split("\n")[:400]
    short = [line for line in lines if len(line) <= 120]
    yield from (found[1] for line in short if (found := _LABELLED.search(line)))
    yield from (found[1] for line in short if (found := _BARE.search(line)) and len(line) <= 80)
    yield from (found[1] for line in short if len(line) <= 30 and (found := _RELATIVE.search(line)))


def by_line(tree: LexborHTMLParser) -> str:
    """The text of the elements a page shows its dates in, on one line: for sources and counts."""
    return one_line(
        " ".join(text_of(node) for node in tree.css("[class*=time],[class*=date],[class*=info],[class*=source]")[:12])
    )[:600]
