"""List pages (列表页, 电子报版面) → the links that are items, with their dates.

Links are gathered by how they stand on the page (the tags and classes above them) and how their URL is built (digits made equal).
A group of long titles, with dates beside them, is the list; menus and footers are groups of short ones without.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.canonical import canonical_url
from monitor.dates import parse_date
from monitor.discuz import base_url
from monitor.jcms import unwrapped
from monitor.list_dates import date_beside
from monitor.page import Link, ListPage
from monitor.plain_text import is_hidden, one_line, parse, text_of
from monitor.published import url_day
from monitor.title import unmarked
from records.post import Precision

Shape = tuple[str, str]
_MENUS = frozenset(["nav", "footer", "header", "aside", "form"])
_MENU_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|foot\w*|breadcrumbs?|crumbs?|position|location|pager|pagination|toolbar|copyright|friend\w*|tagcloud|"
    r"share|login|site-?header|page-?header|masthead|top-?bar|topnav|sitemap|comments?|cat-links|tags-links)(?=$|[\s_-])",
    re.IGNORECASE,
)
_NOT_TITLES = re.compile(
    r"^(?:更多|more|>>|上一页|下一页|首页|末页|尾页|返回|登录|注册|详细|详情|查看|阅读全文|全文|\[.{0,6}\]|\d+|read more|continue reading.*)\W*$",
    re.IGNORECASE,
)
_NEXT = re.compile(r"^(?:下一页|下页|后页|next|older posts?|»|>)\W*$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_ABOVE = 4  # elements above a link that make its shape
_HIGHEST = 60  # elements above a link that are looked at for menus
_MOST = 3000  # links of a page that are looked at
_LONG = 8.0  # letters at the median from which a group's titles are item titles


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A link that may be an item."""

    url: str
    title: str
    node: LexborNode
    shape: Shape
    menu: bool


def read_list(html: str, *, url: str, fetched_at: datetime, article_pattern: str = "") -> ListPage:
    """The page's items in page order, each URL once. `article_pattern` (a regular expression on the URL) decides where it is given.

    Raises: re.error when `article_pattern` is no regular expression.
    """
    tree = parse(unwrapped(html))
    base = base_url(tree, url)
    candidates = [one for one in _candidates(tree, base) if one.url != canonical_url(url)]
    if article_pattern:
        wanted = re.compile(article_pattern)
        chosen = [one for one in candidates if wanted.search(one.url)]
    else:
        chosen = _items([one for one in candidates if not one.menu], urlsplit(url).hostname or "")
    return ListPage(links=_links(chosen, fetched_at), next_url=_next_url(tree, base))


def _candidates(tree: LexborHTMLParser, base: str) -> Iterator[_Candidate]:
    for node in tree.css("a[href]")[:_MOST]:
        href = (node.attributes.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
            continue
        title = _title(node)
        if len(title) < 2 or _NOT_TITLES.match(title):
            continue
        url = canonical_url(href, base)
        if url and not url_is_file(url):
            above, menu = _surroundings(node)
            yield _Candidate(url=url, title=title, node=node, shape=(above, _template(url)), menu=menu)


def url_is_file(url: str) -> bool:
    """True for downloads and pictures, which are no pages.

    >>> url_is_file("http://a.cn/x/通知.pdf"), url_is_file("http://a.cn/x.html")
    (True, False)
    """
    return bool(
        re.search(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|jpe?g|png|gif|mp4|mp3|apk|exe|css|js)$", urlsplit(url).path, re.IGNORECASE)
    )


def _title(node: LexborNode) -> str:
    """The link's words, or its title attribute where the words are cut short ("…") or missing."""
    heading = node.css_first("h1, h2, h3, h4, h5, .title, .tit")
    shown = unmarked(one_line(text_of(heading)) or one_line(text_of(node)))
    stated = one_line(node.attributes.get("title") or "")
    cut = shown.rstrip(".… ")
    fuller = len(stated) > len(cut) and stated.startswith(cut[:6]) and (cut != shown or len(stated) > len(shown))
    return stated if stated and (fuller or not shown) else shown


def _surroundings(node: LexborNode) -> tuple[str, bool]:
    """The tags and classes above a link, and whether it stands in a menu, footer or hidden part."""
    shape, menu, above, steps = [], False, node.parent, 0
    while above is not None and steps < _HIGHEST and above.tag not in ("body", "html", "-undef"):
        attributes = above.attributes
        if steps < _ABOVE:
            shape.append(f"{above.tag}.{_DIGITS.sub('', attributes.get('class') or '').split(' ', 1)[0]}")
        menu = menu or _is_menu(above) or is_hidden(above)
        above, steps = above.parent, steps + 1
    return "/".join(shape), menu


def _is_menu(element: LexborNode) -> bool:
    """True for menus and their like; an item's own header (<article><header><h2>) is none, nor is anything called so by its post."""
    if element.tag in ("article", "main", "li", "tr"):
        return False
    if element.tag == "header" and element.parent is not None and element.parent.tag in ("article", "li", "section"):
        return False
    names = f"{element.attributes.get('class') or ''} {element.attributes.get('id') or ''}"
    return element.tag in _MENUS or bool(_MENU_NAMES.search(names))


def _template(url: str) -> str:
    """How a URL is built: its host and path with every run of digits made N."""
    parts = urlsplit(url)
    return (
        f"{parts.netloc}{_DIGITS.sub('N', parts.path)}?{'&'.join(sorted(pair.split('=')[0] for pair in parts.query.split('&')))}"
    )


def _items(candidates: Sequence[_Candidate], host: str) -> list[_Candidate]:
    """The links of the groups that score; of the page's own site, unless it links to others only."""
    own = [one for one in candidates if site_of(urlsplit(one.url).hostname or "") == site_of(host)]
    for among in (own, list(candidates)):
        groups: dict[Shape, list[_Candidate]] = {}
        for one in among:
            groups.setdefault(one.shape, []).append(one)
        scores = {shape: _score(group) for shape, group in groups.items()}
        best = max(scores.values(), default=0.0)
        if best > 0:
            kept = {shape for shape, score in scores.items() if score >= 0.25 * best}
            templates = {shape[1] for shape in kept if "N" in shape[1]}
            return [one for one in among if one.shape in kept or (one.shape[1] in templates and len(one.title) >= _LONG)]
    return []


def site_of(host: str) -> str:
    """The registered name of a host, near enough: its last two labels, three under com.cn, gov.cn and their like.

    >>> site_of("news.example.com.cn"), site_of("www.example.cn")
    ('example.com.cn', 'example.cn')
    """
    if not host or host.replace(".", "").isdigit() or ":" in host:
        return host
    labels = host.split(".")
    second = (
        len(labels) >= 3 and labels[-1] in ("cn", "hk", "tw") and labels[-2] in ("com", "gov", "net", "org", "edu", "ac", "js")
    )
    return ".".join(labels[-3:] if second else labels[-2:])


def _score(group: Sequence[_Candidate]) -> float:
    """How much a group is the list: its links × their length, more with dates beside and numbered URLs; 0 for menus."""
    titles = {one.url: one.title for one in group}
    length = float(median(len(title) for title in titles.values()))
    numbered = "N" in group[0].shape[1] or any(char.isdigit() for char in group[0].url.rsplit("/", 1)[-1])
    dated = sum(bool(date_beside(one.node)) for one in group[:8]) / min(8, len(group))
    if len(titles) < 2 and not (dated and length >= _LONG):
        return 0.0
    if length < _LONG and not (dated >= 0.5 and length >= 4) and not (numbered and length >= 5):
        return 0.0
    return len(titles) * min(length, 30.0) * (1.0 + 2.0 * dated) * (1.5 if numbered else 1.0)


def _links(chosen: Sequence[_Candidate], fetched_at: datetime) -> tuple[Link, ...]:
    """One link a URL, with the longest title its links have and the first date beside one of them."""
    by_url: dict[str, list[_Candidate]] = {}
    for one in chosen:
        by_url.setdefault(one.url, []).append(one)
    return tuple(_link(url, same, fetched_at) for url, same in by_url.items())


def _link(url: str, same: Sequence[_Candidate], fetched_at: datetime) -> Link:
    title = _best_title(same)
    for raw in (*(date_beside(one.node) for one in same), url_day(url)):
        at, precision = parse_date(raw, fetched_at=fetched_at) if raw else (None, Precision.NONE)
        if at is not None:
            return Link(url=url, title=title, published_at=at, precision=precision, published_raw=raw)
    return Link(url=url, title=title)


def _best_title(same: Sequence[_Candidate]) -> str:
    """A heading's words before a picture's caption or a summary: the first of a title's length, else the longest."""
    fit = [one.title for one in same if 6 <= len(one.title) <= 60]
    return fit[0] if fit else max((one.title for one in same), key=len)[:200]


def _next_url(tree: LexborHTMLParser, base: str) -> str:
    for node in tree.css('a[rel="next"][href], link[rel="next"][href], a.next[href], a.nxt[href]'):
        return canonical_url(node.attributes.get("href") or "", base)
    for node in tree.css("a[href]"):
        if _NEXT.match(one_line(node.text(deep=True) or "")):
            return canonical_url(node.attributes.get("href") or "", base)
    return ""
