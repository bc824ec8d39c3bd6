"""Bytes of a page → what it is: a feed, a forum board or thread, an article, or a list. Content decides, not only the URL."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from monitor import discuz
from monitor.article import read_article
from monitor.canonical import canonical_url
from monitor.charset import decode
from monitor.feeds import looks_like_feed, read_feed
from monitor.jcms import unwrapped
from monitor.listing import read_list
from monitor.main_text import find_body, prose_letters
from monitor.page import ArticlePage, FeedPage, ListPage, UnreadableError
from monitor.plain_text import parse, text_of

Page = FeedPage | ListPage | ArticlePage
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_MARKUP = re.compile(r"<[a-zA-Z!?/]")
_PAGED_URL = re.compile(r"/(?:category|tag|author|page|channel)/|[?&](?:page|paged|pageNum|cat|s)=", re.IGNORECASE)
_LIST_URL = re.compile(
    r"/(?:index|list|default|home|node|col)[\w-]*(?:\.(?:s?html?|php|aspx?|jsp))?/?$|/(?:column|col|columns)/", re.IGNORECASE
)
_ARTICLE_URL = re.compile(
    r"art_\d+_\d+|/\d{4}[-/]?\d{2}[-/]?\d{2}/|/t?\d{8}_\d+|content_\d+|/\d{5,}\.s?html?$|/archives/\d+|/(?:article|detail|news)/\w*\d+",
    re.IGNORECASE,
)
_PROSE = 100  # letters of prose from which a page without other signs is an article
_SHORT = 300  # letters of prose below which a body may be the summary of one item of a list
_TITLE = 8  # letters from which a heading is an article's, not a column's
_ITEMS = 5  # links from which it may be a list


def extract(body: bytes, *, url: str, content_type: str | None, fetched_at: datetime) -> Page:
    """The page as read.

    Raises: UnreadableError when `body` is empty, binary, or a feed too damaged to read.
    """
    if not body.strip():
        raise UnreadableError(f"{url}：内容为空")
    text = decode(body, content_type)[0]
    _refuse_binary(body, text, url)
    if looks_like_feed(text):
        return read_feed(body, content_type, url=url, fetched_at=fetched_at)
    if not _MARKUP.search(text):
        raise UnreadableError(f"{url}：不是网页也不是订阅源，是普通文本")
    if discuz.is_discuz(text):
        return _forum_page(text, url, fetched_at)
    return _article_or_list(text, url, fetched_at)


def _refuse_binary(body: bytes, text: str, url: str) -> None:
    kinds = (
        (b"%PDF-", "PDF 文件"),
        (b"PK\x03\x04", "压缩包或 Office 文件"),
        (b"\x89PNG", "图片"),
        (b"\xff\xd8\xff", "图片"),
        (b"GIF8", "图片"),
    )
    kind = next((name for start, name in kinds if body.startswith(start)), "")
    if not kind and len(_UNPRINTABLE.findall(text)) > max(20, len(text) // 20):
        kind = "二进制数据"
    if kind:
        raise UnreadableError(f"{url}：不是网页，是{kind}")


def _forum_page(text: str, url: str, fetched_at: datetime) -> Page:
    if discuz.is_thread(parse(text)):
        return discuz.read_thread(text, url=url, fetched_at=fetched_at)
    board = discuz.read_board(text, url=url, fetched_at=fetched_at)
    return board if board.links else _article_or_list(text, url, fetched_at)


def _article_or_list(text: str, url: str, fetched_at: datetime) -> Page:
    """An article when the body is prose; a list when links outweigh it; where both are likely, the URL decides."""
    page = read_list(text, url=url, fetched_at=fetched_at)
    if unwrapped(text) is not text and page.links:
        return page
    article = read_article(text, url=url, fetched_at=fetched_at)
    if article.closed or not page.links:
        return article
    return article if _is_article(text, article, page, url) else page


def _is_article(text: str, article: ArticlePage, page: ListPage, url: str) -> bool:
    """Where the items stand decides: a list's are its body, an article's surround it."""
    tree = parse(text)
    kind = tree.css_first('meta[property="og:type"]')
    if tree.body is None or (kind is not None and (kind.attributes.get("content") or "").strip().lower() in ("article", "news")):
        return True
    body, visible = find_body(tree.body), text_of(tree.body)
    prose = prose_letters(article.text) if body.score > 0 else 0
    few = len(page.links) < _ITEMS
    surrounded = _letters_inside(body.node, page, discuz.base_url(tree, url)) < max(20, len(article.text)) / 5
    path = urlsplit(url).path
    if _ARTICLE_URL.search(path):
        return prose > 0 and (surrounded or prose >= _PROSE)
    if path in ("", "/") or _PAGED_URL.search(url):
        return surrounded and prose >= _SHORT and few
    if surrounded and _is_headed(visible, article.title, page):
        return prose > 0
    if _LIST_URL.search(path):
        return surrounded and prose >= _SHORT and few
    if prose < _SHORT and not few and prose * 2 < prose_letters(visible):
        return False  # one of several summaries
    return surrounded and (prose >= _PROSE or (prose > 0 and few))


def _is_headed(visible: str, title: str, page: ListPage) -> bool:
    """True when the page's title stands on a line of its own (原创 before it or the like), is long enough, and names no item."""
    headed = any(title in line and len(line) <= len(title) + _TITLE for line in visible.split("\n"))
    return len(title) >= _TITLE and headed and all(link.title != title for link in page.links)


def _letters_inside(body: LexborNode, page: ListPage, base: str) -> int:
    """Letters of the items' titles that stand within what would be the article's body."""
    found = {canonical_url(node.attributes.get("href") or "", base) for node in body.css("a[href]")}
    return sum(len(link.title) for link in page.links if link.url in found)
