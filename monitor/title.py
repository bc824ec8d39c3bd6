"""The title of a page, without the site's name: og:title, h1 and <title> compared."""

import re

from selectolax.lexbor import LexborHTMLParser

from monitor.plain_text import one_line, text_of

_SEPARATOR = re.compile(r"\s*[_|｜»]+\s*|\s+[-–—·•]+\s+|\s*(?:::|--)\s*|[–—]{1,2}(?=[^–—]{2,10}$)")
_SITE = re.compile(r"^[^，。！？]{0,12}(?:网|新闻|在线|日报|晚报|政府|频道|门户|论坛|社区|客户端)[^，。！？]{0,4}$")
_LONGEST = 300  # letters of a title that are looked at
_MARKS = re.compile(r"^(?:(?:密码保护|受保护的?|私密|Protected|Private)\s?[:：]\s?)+")
_COMPARED = re.compile(r"[^\w]+")
_CLASSED = "[class*=title],[id*=title],[class*=Title],[id*=Title]"


def read_title(tree: LexborHTMLParser) -> str:
    """The title as a reader sees it above the text, without the site's name; "" when the page has none.

    >>> read_title(LexborHTMLParser("<title>青年路停水通告_本地新闻_某某网</title><h1>青年路停水通告</h1>"))
    '青年路停水通告'
    """
    return unmarked(_marked_title(tree))[:_LONGEST]


def _marked_title(tree: LexborHTMLParser) -> str:
    whole = one_line(text_of_first(tree, "title"))[:_LONGEST]
    shared = meta(tree, "og:title") or meta(tree, "twitter:title")
    headings = [one_line(text_of(node))[:_LONGEST] for node in tree.css("h1")[:20]]
    if shared and shared in headings:  # two places agree: what stands before a "｜" in it is no site's name
        return shared
    if shared and (not whole or _within(shared, whole) or _within(whole, shared)):
        return without_site(shared, meta(tree, "og:site_name"))
    agreed = [h for h in headings if len(h) >= 4 and _within(h, whole)]
    if agreed:
        return max(agreed, key=len)
    cleaned = without_site(whole, meta(tree, "og:site_name"))
    if len(headings) == 1 and len(headings[0]) >= 8 and not shared:
        return headings[0]
    return shared or _longer_classed(tree, cleaned) or cleaned or next((h for h in headings if h), "")


def unmarked(title: str) -> str:
    """`title` without what the site's software put before it.

    >>> unmarked("密码保护：内部通讯稿")
    '内部通讯稿'
    """
    return _MARKS.sub("", title)


def without_site(title: str, site: str = "") -> str:
    """`title` up to the site's name; the longest part when the first is too short for a title.

    >>> without_site("青年路停水通告 - 本地新闻 - 某某网")
    '青年路停水通告'
    >>> without_site("中国经济-稳中有进的五个理由_要闻")
    '中国经济-稳中有进的五个理由'
    >>> without_site("第三批老旧小区改造今日开工-某某新闻网")
    '第三批老旧小区改造今日开工'
    """
    parts = [part.strip() for part in _SEPARATOR.split(one_line(title)[:_LONGEST]) if part.strip() and part.strip() != site]
    if not parts:
        return title.strip()
    head = parts[0] if len(parts[0]) >= 6 else max(parts, key=len)
    head = head if len(head) >= 2 * len(parts[0]) else parts[0]
    body, hyphen, tail = head.rpartition("-")
    return body.strip() if hyphen and len(body) >= 6 and (tail.strip() == site or _SITE.search(tail)) else head


def meta(tree: LexborHTMLParser, name: str) -> str:
    """The content of <meta name=… | property=… | itemprop=…>, "" when absent."""
    for kind in ("property", "name", "itemprop"):
        for node in tree.css(f'meta[{kind}="{name}"]'):
            value = one_line(node.attributes.get("content") or "")[:_LONGEST]
            if value:
                return value
    return ""


def text_of_first(tree: LexborHTMLParser, selector: str) -> str:
    """The text of the first node of `selector`, "" for none."""
    node = tree.css_first(selector)
    return (node.text(deep=True) or "") if node is not None else ""


def _longer_classed(tree: LexborHTMLParser, cleaned: str) -> str:
    """A page title cut short ("…通告"): the element with a title's class that begins with it and says more."""
    short = cleaned.rstrip(".…")
    if len(short) < 6 or short == cleaned:
        return ""
    texts = (one_line(text_of(node)) for node in tree.css(_CLASSED)[:20])
    return next((text for text in texts if text.startswith(short) and len(text) <= 120), "")


def _within(part: str, whole: str) -> bool:
    squeezed = _COMPARED.sub("", part)
    return bool(squeezed) and squeezed[:40] in _COMPARED.sub("", whole)
