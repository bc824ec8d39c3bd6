"""Pages and feeds made to hurt: deep nesting, entity bombs, regular-expression traps, broken charsets. Bounds on time and memory.

The bounds are those of the reliability notes: feeds ≤ 0.5 s and ≤ 50 MB with no expansion; pages of any depth ≤ 2 s with their text.
"""

import random
import time
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from itertools import product

import pytest

from monitor.article import read_article
from monitor.canonical import canonical_url
from monitor.charset import decode
from monitor.discuz import is_discuz, read_board, read_thread
from monitor.extract import extract
from monitor.feed_dates import raw_dates
from monitor.feeds import looks_like_feed, read_feed
from monitor.jcms import unwrapped
from monitor.listing import read_list
from monitor.nesting import flatten
from monitor.page import ArticlePage, ListPage, UnreadableError
from monitor.plain_text import plain_text
from monitor.reach_counts import read_reach
from monitor.title import without_site
from monitor.xml_guard import guarded
from records.instant import SHANGHAI

AT = datetime(2018, 6, 8, 12, 0, tzinfo=SHANGHAI)
URL = "http://news.example.cn/x"
SENTENCE = "今天上午，青年路供水管网改造工程开工，沿线三个小区的供水将分段停水施工。"


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize(
    "tag",
    [
        "div",
        "span",
        "p",
        "b",
        "font",
        "a",
        "table><tr><td",
        "ul><li",
        "blockquote",
        "section",
        "form",
        "em",
        "x-y",
        "h1",
        "dl><dd",
    ],
)
@pytest.mark.parametrize("depth", [250, 260, 2_100, 10_000, 100_000])
def test_depth_never_hides_the_text(depth: int, tag: str) -> None:
    for closing in ("", f"</{tag.split('>')[0]}>" * depth):
        html = f"<html><body>{f'<{tag}>' * depth}{SENTENCE}{closing}</body></html>"
        start = time.process_time()
        page = read_article(html, url=URL, fetched_at=AT)
        assert time.process_time() - start <= 2.0
        assert SENTENCE in page.text


@pytest.mark.parametrize("depth", [250, 10_000, 100_000])
def test_depth_around_an_article_keeps_body_and_closed_stays_empty(depth: int) -> None:
    html = "<title>供水改造开工_某网</title><h1>供水改造开工</h1>" + "<div>" * depth + f"<p>{SENTENCE}</p>" * 4 + "</div>" * depth
    page = read_article(html, url=URL, fetched_at=AT)
    assert page.text.count(SENTENCE) == 4
    assert (page.title, page.closed) == ("供水改造开工", "")


def test_deep_lists_and_boards_keep_their_links() -> None:
    rows = "".join(f'<li><a href="/x/{n}.html">第{n}条足够长的新闻标题</a><b>2018-06-07</b></li>' for n in range(10))
    deep = "<div>" * 50_000 + f"<ul>{rows}</ul>"
    assert seconds(lambda: read_list(deep, url=URL, fetched_at=AT)) <= 2.0
    assert len(read_list(deep, url=URL, fetched_at=AT).links) == 10
    board = (
        '<meta name="generator" content="Discuz! X3.4">'
        + "<div>" * 50_000
        + '<a href="thread-5-1-1.html">广场舞噪音扰民怎么投诉</a>'
    )
    assert len(read_board(board, url=URL, fetched_at=AT).links) == 1


LOL = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]>"
)
BIG = '<!DOCTYPE x [<!ENTITY a "' + "a" * 50_000 + '">]>'
XML = {
    "billion laughs": LOL + "<rss><channel><item><title>甲&lol9;</title></item></channel></rss>",
    "quadratic blow-up": BIG + "<rss><channel><item><title>甲" + "&a;" * 10_000 + "</title></item></channel></rss>",
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><rss><channel><item><title>甲&e;</title></item></channel></rss>',
    "external by http": '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/e">]><rss><channel><item><title>甲&e;</title></item></channel></rss>',
    "external dtd": '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss><channel><item><title>甲</title></item></channel></rss>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><rss><channel><item><title>甲</title></item></channel></rss>',
    "cyclic": '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]><rss><channel><item><title>甲&a;</title></item></channel></rss>',
    "two doctypes": LOL + LOL + "<rss><channel><item><title>甲&lol9;</title></item></channel></rss>",
    "doctype later": "<rss><channel>" + LOL + "<item><title>甲&lol9;</title></item></channel></rss>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", XML)
def test_entities_never_expand(name: str, encoding: str) -> None:
    body = XML[name].encode(encoding)
    tracemalloc.start()
    start = time.process_time()
    page = read_feed(body, "application/xml", url=URL, fetched_at=AT)
    took, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took <= 0.5
    assert peak <= 50 * 2**20
    assert len(page.entries) == 1
    assert page.entries[0].title.startswith("甲")
    assert len(page.entries[0].title) <= 10_000 * 3 + 1
    assert "lollol" not in page.entries[0].title
    assert "aaaa" not in page.entries[0].title


def test_no_file_is_read_through_a_feed(tmp_path_factory: pytest.TempPathFactory) -> None:
    sentinel = tmp_path_factory.mktemp("xxe") / "sentinel"
    sentinel.write_text("机密哨兵", encoding="utf-8")
    feed = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{sentinel.as_uri()}">]><rss><channel><item><title>甲&e;</title></item></channel></rss>'
    )
    page = read_feed(feed.encode(), None, url=URL, fetched_at=AT)
    assert "哨兵" not in repr(page)


def test_a_deep_feed_and_one_of_many_entries() -> None:
    deep = "<rss><channel><item><title>甲</title><description>" + "<x>" * 100_000 + "</description></item></channel></rss>"
    assert seconds(lambda: quietly(lambda: read_feed(deep.encode(), None, url=URL, fetched_at=AT))) <= 2.0
    many = "<rss><channel>" + f"<item><title>条目</title><link>{URL}</link></item>" * 20_000 + "</channel></rss>"
    assert seconds(lambda: read_feed(many.encode(), None, url=URL, fetched_at=AT)) <= 3.0
    json_deep = '{"version": "https://jsonfeed.org/version/1.1", "items": ' + "[" * 100_000
    with pytest.raises(UnreadableError):
        read_feed(json_deep.encode(), None, url=URL, fetched_at=AT)


def quietly(work: Callable[[], object]) -> object:
    try:
        return work()
    except UnreadableError as error:
        return error


N = 100_000
TRAPS = {
    "spaces": " " * N,
    "spaces between": "停水" + " " * N + "\n" + "通知",
    "newlines": "\n" * N,
    "blank lines": " \n" * (N // 2),
    "open angles": "<" * N,
    "one endless tag": "<" + "a" * N,
    "tags without end": "<a" * (N // 2),
    "attributes without end": '<a href="' + "x" * N,
    "many attributes": "<a " + "x=y " * (N // 4) + ">",
    "quotes": "'\"" * (N // 2),
    "ampersands": "&" * N,
    "entities": "&lol;" * (N // 5),
    "one endless entity": "&" + "a" * N,
    "digits": "1" * N,
    "dates": "2018-06-" * (N // 8),
    "clock": "12:" * (N // 3),
    "chinese numerals": "二十" * (N // 2),
    "separators": "_|-" * (N // 3),
    "hyphens": " - " * (N // 3),
    "colons": "发布日期：" * (N // 5),
    "questions": "1 + " * (N // 4),
    "doctypes": "<!DOCTYPE [" * (N // 11),
    "records": "<record>" * (N // 8),
    "records unended": "<record><![CDATA[" * (N // 17),
    "cdata": "<![CDATA[" * (N // 9),
    "comments": "<!--" * (N // 4),
    "scripts": "<script>" * (N // 8),
    "items": "<item>" * (N // 6),
    "pubdates": "<pubDate>" * (N // 9),
    "powered by": "Powered by <" * (N // 12),
    "generator": '<meta name="generator" ' * (N // 23),
    "authors": "作者: 甲 " * (N // 6),
    "rules": "<hr" * (N // 3),
    "styles": f'<p style="{"display:" * (N // 8)}">x</p>',
    "classes": f'<div class="{"nav" * (N // 3)}"><a href="/1">一个足够长的链接标题</a></div>',
    "percent signs": "%" * N,
}
READERS: dict[str, Callable[[str], object]] = {
    "plain_text": plain_text,
    "flatten": flatten,
    "guarded": guarded,
    "raw_dates": raw_dates,
    "looks_like_feed": looks_like_feed,
    "is_discuz": is_discuz,
    "unwrapped": unwrapped,
    "without_site": without_site,
    "read_reach": lambda text: read_reach(text, read_at=AT),
    "canonical_url": lambda text: canonical_url("http://a.cn/" + text, "http://a.cn/"),
    "read_article": lambda text: read_article(f"<body><p>{text}</p></body>", url=URL, fetched_at=AT),
    "read_list": lambda text: read_list(f"<ul><li><a href='/1'>{text}</a>{text[:5000]}</li></ul>", url=URL, fetched_at=AT),
    "read_board": lambda text: read_board(
        f"<table><tbody id='normalthread_1'><tr><td>{text}</td></tr></tbody></table>", url=URL, fetched_at=AT
    ),
    "read_thread": lambda text: read_thread(f"<div id='postmessage_1'>{text}</div>", url=URL, fetched_at=AT),
    "read_feed": lambda text: quietly(lambda: read_feed(f"<rss><channel><item>{text}".encode(), None, url=URL, fetched_at=AT)),
}


@pytest.mark.parametrize("reader", READERS)
def test_no_text_makes_a_reader_slow(reader: str) -> None:
    """Bound: 1 s for 100 KB; anything quadratic takes minutes."""
    slow: list[str] = []
    for name, text in TRAPS.items():
        took = seconds(lambda text=text: READERS[reader](text))  # type: ignore[misc]
        if took > 1.0:
            slow.append(f"{name}: {took:.2f} s")
    assert slow == []


def test_a_page_of_ten_thousand_links_is_read_in_time() -> None:
    flat = "<div>" + "".join(f'<a href="/x/{n}.html">第{n}条足够长的新闻标题</a> ' for n in range(10_000)) + "</div>"
    assert seconds(lambda: read_list(flat, url=URL, fetched_at=AT)) <= 3.0
    posts = "".join(f'<div id="post_{n}"><div id="postmessage_{n}">第{n}楼</div></div>' for n in range(5_000))
    page = read_thread(posts, url=URL, fetched_at=AT)
    assert len(page.floors) == 4_999
    assert seconds(lambda: read_thread(posts, url=URL, fetched_at=AT)) <= 3.0


PHRASES = (
    "先锋街道停水通知：请居民储水备用", "小区电梯停运第十一天，老人困在楼上", "学区调整公示期七天，欢迎提出意见",
    "夜间施工噪音扰民，多次投诉没有结果", "物业费上涨未经业主大会表决，请核查",
    "道路积水没过小腿，请尽快疏通管道", "公交改线后老人就医不便，建议恢复",
)  # fmt: skip
ENCODINGS = ("utf-8", "gb18030", "gbk", "utf-16", "utf-8-sig")
LABELS = ("", "utf-8", "gb2312", "gbk", "gb18030", "iso-8859-1", "big5", "nonsense")


def test_two_thousand_pages_with_true_false_and_no_labels() -> None:
    """Bar: ≥ 99.5 % exact, no exception."""
    chance = random.Random(20180608)
    wrong: list[str] = []
    cases = [*product(ENCODINGS, LABELS, ("header", "meta", "both"))] * 17
    for number, (encoding, label, where) in enumerate(cases):
        text = "，".join(chance.sample(PHRASES, chance.randint(1, 4))) + "。" + str(number)
        meta = f'<meta charset="{label}">' if label and where != "header" else ""
        header = f"text/html; charset={label}" if label and where != "meta" else "text/html"
        body = f"<html><head>{meta}<title>来信</title></head><body><h1>群众来信</h1><p>2018-06-07</p><p>{text}</p></body></html>".encode(
            encoding
        )
        if text not in decode(body, header)[0]:
            wrong.append(f"{encoding} labelled {label or 'not'} ({where})")
    assert len(cases) >= 2_000
    assert len(wrong) <= len(cases) * 0.005, wrong[:5]


@pytest.mark.parametrize("encoding", ["big5", "euc-jp", "utf-16-be"])
def test_other_encodings_never_raise_and_right_labels_are_believed(encoding: str) -> None:
    text = "臺灣" if encoding == "big5" else "日本語" if encoding == "euc-jp" else "停水"
    body = f"<html><head><meta charset='{encoding}'></head><body>{text * 40}</body></html>".encode(encoding)
    found = decode(body, f"text/html; charset={encoding}")[0]
    assert text in found


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + SENTENCE * 3 + "\x00之后" + SENTENCE * 3 + "</p>",
        "<p>" + SENTENCE * 3 + "</p><p>\ud800之后" + SENTENCE * 3,
        f"<table><tr><td>{SENTENCE * 3}<table></td>之后{SENTENCE * 3}",
        f"<p>{SENTENCE * 3}<p><p></b></i></div></table>之后{SENTENCE * 3}",
        f"<!-- <p>{SENTENCE}</p> --><p>{SENTENCE * 3}</p><!----><p>之后{SENTENCE * 3}</p>",
        f"<p>{SENTENCE * 3}</p><select><option>甲</select><p>之后{SENTENCE * 3}</p>",
        f"<noscript><p title='</noscript><p>{SENTENCE * 3}</p><p>之后{SENTENCE * 3}</p>",
        f"<canvas><p>{SENTENCE * 3}</p><p>之后{SENTENCE * 3}</p>",
        f"<button><p>{SENTENCE * 3}</p><p>之后{SENTENCE * 3}</p>",
    ],
    ids=["nul", "surrogate", "table", "crossed", "comments", "select", "noscript", "canvas", "button"],
)
def test_malformed_pages_keep_what_follows_the_fault(html: str) -> None:
    page = extract(html.encode("utf-8", "replace"), url=URL, content_type="text/html; charset=utf-8", fetched_at=AT)
    assert isinstance(page, ArticlePage)
    assert "之后" in page.text
    assert page.text.count(SENTENCE) == 6


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href='javascript:alert(1)'>甲</a>",
        "<math><mi><script>alert(1)</script></mi></math>",
        "<template><script>alert(1)</script></template>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<style><img src=x onerror=alert(1)></style>",
    ],
)
def test_no_script_in_what_pages_give(payload: str) -> None:
    html = f"<title>标题{payload}</title><h1>足够长的标题一二三{payload}</h1><div class='content'>{payload}<p>{SENTENCE * 4}{payload}</p></div>"
    page = read_article(html, url=URL, fetched_at=AT)
    assert SENTENCE in page.text
    assert "alert(1)" not in page.text
    board = read_list(f"<ul><li><a href='/1.html'>足够长的标题一二三四{payload}</a>2018-06-07</li></ul>", url=URL, fetched_at=AT)
    assert isinstance(board, ListPage)
    assert all("alert(1)" not in one.title for one in board.links)
    assert all(one.url.startswith("http://") for one in board.links)
