"""Article pages (文章页) → title, body, date, counts."""

import re
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from monitor.closed import closed_reason
from monitor.main_text import body_text
from monitor.page import ArticlePage
from monitor.plain_text import one_line, parse, tidy
from monitor.published import by_line, read_published
from monitor.reach_counts import read_reach
from monitor.title import meta, read_title

_HEAD_LINE = re.compile(
    r"^(?:发布日期|发布时间|发表时间|来源|作者|编辑|时间|日期|浏览|阅读|点击|【?字体|字号|索引号|大 中 小|打印|关闭|分享"
    r"|\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}|当前位置|您(?:现在)?的位置|首页\s*[>»›])"
)
_LABELS = re.compile(r"(?:[\u3400-\u9fff]{2,8}[:：] ?(?:[^:：]|(?<=\d):(?=\d)){1,24}?(?: +|$)){2,}")  # 办件编号：… 类型：… 来信时间：… 状态：…
_TAIL_LINE = re.compile(
    r"^(?:为你推荐|热门推荐|相关(?:阅读|新闻|文章|推荐|链接|报道)|推荐阅读|延伸阅读|猜你喜欢|精彩推荐|更多(?:精彩|新闻|阅读)|上一[篇条页]|下一[篇条页]|"
    r"分享(?:到|至)|扫(?:一扫|描).{0,12}|打印(?:本页)?|关闭(?:窗口|本页)?|【?返回|网友评论|最新评论|热门评论|全部评论|点击下载|延伸\s*·\s*推荐)"
)
_AUTHOR = re.compile(r"(?:作者|记者|通讯员)\s?[:：]\s?([^\s|:：]{2,20})")


def read_article(html: str, *, url: str, fetched_at: datetime) -> ArticlePage:
    """The article on the page. A page a guest may not read has `closed` and no text; a page without any text says so there too."""
    tree = parse(html)
    title = read_title(tree)
    body = trimmed(body_text(tree.body), title) if tree.body is not None else ""
    published = read_published(tree, url=url, fetched_at=fetched_at)
    closed = closed_reason(tree, body, dated=published.at is not None)
    return ArticlePage(
        title=title,
        text="" if closed else body,
        published_at=published.at,
        precision=published.precision,
        published_raw=published.raw,
        author="" if closed else _author(tree),
        reach=read_reach(by_line(tree), read_at=fetched_at),
        closed=closed,
    )


def trimmed(text: str, title: str) -> str:
    """The body without the title and by-line before it, and without recommendations and share bars after it.

    >>> trimmed("停水通告\\n发布日期：2018-06-08 来源：某局\\n今晚停水。\\n相关阅读\\n来水了", "停水通告")
    '今晚停水。'
    """
    lines = tidy(text).split("\n")
    start = 0
    while start < min(6, len(lines) - 1) and (
        _same(lines[start], title) or (len(lines[start]) <= 160 and _by_line(lines[start]))
    ):
        start += 1
    end = len(lines)
    for at in range(max(start + 1, len(lines) // 2), len(lines)):
        if len(lines[at]) <= 20 and _TAIL_LINE.match(lines[at]):
            end = at
            break
    return "\n".join(lines[start:end])


def _by_line(line: str) -> bool:
    """A line about the text rather than of it: date, source, author; or nothing but labels with their values.

    >>> _by_line("办件编号：QZ20180608008 类型：求助 来信时间：2018-06-08 22:35 状态：已答复"), _by_line("诉求：停水三天了，没人来修")
    (True, False)
    """
    return bool((len(line) <= 80 and _HEAD_LINE.match(line)) or _LABELS.fullmatch(line))


def _same(line: str, title: str) -> bool:
    return bool(title) and one_line(line).replace(" ", "") == title.replace(" ", "")


def _author(tree: LexborHTMLParser) -> str:
    """The name the page gives as its author; only ever hashed."""
    named = meta(tree, "author") or meta(tree, "article:author")
    if named and not named.startswith("http") and len(named) <= 30:
        return named
    found = _AUTHOR.search(by_line(tree))
    return found[1] if found else ""
