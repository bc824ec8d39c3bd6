"""Feeds (RSS 0.9x, 1.0, 2.0, Atom, JSON Feed) → entries of plain text."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

import fastfeedparser
import feedparser

from monitor import json_feed
from monitor.canonical import canonical_url
from monitor.charset import decode
from monitor.feed_dates import feed_date, raw_dates
from monitor.page import FeedEntry, FeedPage, UnreadableError
from monitor.plain_text import one_line, plain_text
from monitor.xml_guard import guarded

Fields = Mapping[str, object]
_ITEM = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:rss|feed|rdf|channel|item|entry)(?=[\s>/])", re.IGNORECASE)
_HTML = re.compile(r"<(?:html|body|head)(?=[\s>])", re.IGNORECASE)
_HEAD = 4096  # characters in which a document shows what it is


def read_feed(body: bytes, content_type: str | None, *, url: str, fetched_at: datetime) -> FeedPage:
    """The feed in `body`. Broken XML gives the entries that can be had; entities are never expanded.

    Raises: UnreadableError when `body` is no feed, saying what it is.
    """
    text = decode(body, content_type)[0].lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return json_feed.read(text, url=url, fetched_at=fetched_at)
    xml = guarded(text)
    if not _ROOT.search(xml[:_HEAD]):
        raise UnreadableError(f"{url}：不是订阅源，{_what_it_is(xml)}")
    title, found = _parse(xml, url)
    raws = raw_dates(xml)
    if len(raws) != len(found):
        raws = [""] * len(found)
    entries = (
        _entry(one, raw, url, number, fetched_at) for number, (one, raw) in enumerate(zip(found, raws, strict=True), start=1)
    )
    return FeedPage(title=title, entries=tuple(entries))


def looks_like_feed(text: str) -> bool:
    """True when the document's first element is a feed's; an HTML page that merely shows one is not.

    >>> looks_like_feed('<?xml version="1.0"?><rss version="2.0">')
    True
    >>> looks_like_feed("<html><body>&lt;rss&gt;</body></html>")
    False
    """
    head = text.lstrip("\ufeff \t\r\n")[:_HEAD]
    if head.startswith("{"):
        return "jsonfeed.org" in head or ('"items"' in text and '"version"' in head)
    root = _ROOT.search(head)
    page = _HTML.search(head)
    return root is not None and (page is None or root.start() < page.start())


def _what_it_is(xml: str) -> str:
    if not xml:
        return "内容为空"
    if _HTML.search(xml[:_HEAD]) or re.search(r"<(?:div|p|table|script|meta)[\s>]", xml[:_HEAD], re.IGNORECASE):
        return "是网页（HTML）"
    return "是其他 XML" if xml.startswith("<") else "是普通文本"


def _parse(xml: str, url: str) -> tuple[str, Sequence[Fields]]:
    """The title and the entries, by the fast parser; by feedparser where the fast one fails or finds fewer than the tags say."""
    tags = len(_ITEM.findall(xml))
    try:
        # bytes, never str: a str that begins with http:// would be fetched
        fast = fastfeedparser.parse(xml.encode("utf-8", "replace"), include_tags=False, include_media=False)
    except Exception:  # the parser's own bugs are many; the second reader decides
        fast = None
    if fast is not None and len(fast["entries"]) >= tags:
        return _title(fast["feed"]), fast["entries"]
    # a stream, never bytes: bytes that name a file would be opened
    slow = feedparser.parse(io.BytesIO(xml.encode("utf-8", "replace")), sanitize_html=False, resolve_relative_uris=False)
    if fast is not None and len(fast["entries"]) >= len(slow["entries"]):
        return _title(fast["feed"]), fast["entries"]
    if not slow["entries"] and not slow.get("version") and fast is None:
        raise UnreadableError(f"{url}：订阅源已损坏，读不出条目")
    return _title(slow["feed"]), slow["entries"]


def _title(feed: Fields) -> str:
    return one_line(plain_text(_text(feed.get("title"))))


def _entry(one: Fields, raw: str, url: str, number: int, fetched_at: datetime) -> FeedEntry:
    """One entry, however little it says: an empty one is the caller's to skip and to count."""
    link = next((u for u in _links(one, url) if u), "")
    title = one_line(plain_text(_text(one.get("title"))))
    text = max((plain_text(value) for value in _bodies(one)), key=len, default="")
    raw = raw or _text(one.get("published") or one.get("updated"))
    published_at, precision = feed_date(raw, fetched_at=fetched_at)
    return FeedEntry(
        id=_text(one.get("id")) or link or title or f"{url}#{number}",
        url=link,
        title=title or text.split("\n", 1)[0][:60],
        text=text,
        published_at=published_at,
        precision=precision,
        published_raw=raw,
        author=one_line(plain_text(_text(one.get("author")))),
    )


def _links(one: Fields, url: str) -> Iterator[str]:
    yield canonical_url(_text(one.get("link")), url) if one.get("link") else ""
    for link in cast("Sequence[Fields]", one.get("links") or ()):
        if link.get("href") and link.get("rel") in (None, "", "alternate"):
            yield canonical_url(_text(link["href"]), url)
    identity = _text(one.get("id"))
    yield canonical_url(identity) if identity.startswith(("http://", "https://")) else ""


def _bodies(one: Fields) -> Iterator[str]:
    for content in cast("Sequence[Fields]", one.get("content") or ()):
        yield _text(content.get("value"))
    yield _text(one.get("summary"))
    yield _text(one.get("description"))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
