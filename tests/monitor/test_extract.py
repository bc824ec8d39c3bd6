"""Which kind of page it is: told by content."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract import extract
from monitor.page import ArticlePage, FeedPage, ListPage, UnreadableError
from records.instant import SHANGHAI
from tests.monitor import forum_pages, town_pages
from tests.monitor.test_feeds import ATOM, JSON_FEED, RDF, RSS2

AT = datetime(2018, 6, 8, 18, 0, tzinfo=SHANGHAI)
SOMEWHERE = "http://www.example.cn/x"
EVAL = Path(os.environ.get("HUIYING_EVAL", str(Path(__file__).resolve().parents[3] / "shared" / "eval")))


def kind(html: str, url: str = SOMEWHERE, *, encoding: str = "utf-8") -> type:
    return type(extract(html.encode(encoding), url=url, content_type=None, fetched_at=AT))


@pytest.mark.parametrize(
    "url",
    [SOMEWHERE, "http://www.example.cn/", "http://www.example.cn/index.html", "http://www.example.cn/art/2018/6/8/art_1_2.html"],
)
@pytest.mark.parametrize(
    ("html", "want"),
    [
        (RSS2, FeedPage),
        (ATOM, FeedPage),
        (RDF, FeedPage),
        (JSON_FEED, FeedPage),
        (forum_pages.thread(), ArticlePage),
        (forum_pages.old_thread(), ArticlePage),
        (forum_pages.archived_thread(), ArticlePage),
        (forum_pages.mobile_thread(), ArticlePage),
        (forum_pages.printable_thread(), ArticlePage),
        (forum_pages.notice("抱歉，您尚未登录"), ArticlePage),
        (forum_pages.board(), ListPage),
        (forum_pages.archived_board(), ListPage),
        (forum_pages.mobile_board(), ListPage),
    ],
    ids=[
        "rss",
        "atom",
        "rdf",
        "json",
        "thread",
        "old",
        "archiver",
        "mobile",
        "print",
        "notice",
        "board",
        "archiver-board",
        "mobile-board",
    ],
)
def test_feeds_and_forums_are_known_under_any_url(html: str, want: type, url: str) -> None:
    assert kind(html, url) is want


@pytest.mark.parametrize(
    ("html", "url", "want"),
    [
        (town_pages.news(), "http://news.example.cn/ms/20180608/201.html", ArticlePage),
        (town_pages.news(), "http://news.example.cn/ms/qnl-kaigong", ArticlePage),
        (town_pages.government(), "http://www.example.gov.cn/art/2018/6/8/art_12219_3867354.html", ArticlePage),
        (town_pages.letter(), "http://www.example.gov.cn/mail/20180606012", ArticlePage),
        (town_pages.challenge(), "http://news.example.cn/ms/index.html", ArticlePage),
        (town_pages.listing(town_pages.rows()), "http://news.example.cn/ms/", ListPage),
        (town_pages.listing(town_pages.rows()), "http://news.example.cn/ms/index.html", ListPage),
        (town_pages.listing(town_pages.rows()), "http://news.example.cn/q?x=1", ListPage),
        (town_pages.datastore(), "http://www.example.gov.cn/col/col12219/index.html", ListPage),
    ],
)
def test_articles_and_lists(html: str, url: str, want: type) -> None:
    assert kind(html, url) is want


def test_a_list_with_summaries_is_a_list() -> None:
    posts = "".join(
        f"""<article><h2><a href="{href}">{name}</a></h2><p>　　{name}。记者从有关部门获悉，相关工作已经部署，预计本月底完成，请市民留意。</p>
        <time datetime="{day}T08:00:00+08:00">{day}</time></article>"""
        for href, name, day in town_pages.ITEMS
    )
    html = f"<html><head><title>民生_某城新闻网</title></head><body><main>{posts}</main></body></html>"
    assert kind(html, "http://news.example.cn/ms") is ListPage
    assert kind(html, "http://news.example.cn/page/2") is ListPage


def test_a_short_article_among_many_links_is_an_article() -> None:
    short = town_pages.news().replace(town_pages._PROSE, f"<p>{town_pages.PARAGRAPHS[0]}</p>")
    page = extract(short.encode(), url="http://news.example.cn/ms/qnl-kaigong", content_type=None, fetched_at=AT)
    assert isinstance(page, ArticlePage)
    assert page.text == town_pages.PARAGRAPHS[0]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    "label", ["text/html", "text/html; charset=gbk", "text/html; charset=utf-8", "text/html; charset=iso-8859-1"]
)
def test_labels_may_lie(encoding: str, label: str) -> None:
    page = extract(town_pages.government().encode(encoding), url=SOMEWHERE, content_type=label, fetched_at=AT)
    assert isinstance(page, ArticlePage)
    assert page.text == town_pages.BODY


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "内容为空"),
        (b" \r\n ", "内容为空"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "压缩包"),
        (b"\x89PNG\r\n\x1a\n....", "图片"),
        (b"\xff\xd8\xff\xe0....", "图片"),
        (bytes(range(256)) * 20, "二进制"),
        ("只有一行文字".encode(), "普通文本"),
        (b'{"ok": true}', "普通文本"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "title": "x"}', "JSON"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(UnreadableError, match=says) as caught:
        extract(body, url=SOMEWHERE, content_type=None, fetched_at=AT)
    assert SOMEWHERE in str(caught.value)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_unreadable(body: bytes) -> None:
    said = ""
    try:
        page = extract(b"<div>" + body, url=SOMEWHERE, content_type=None, fetched_at=AT)
        said = (page.text or page.closed) if isinstance(page, ArticlePage) else "a list or feed"
    except UnreadableError as error:
        said = str(error).partition(SOMEWHERE)[1]
    assert said  # never silently empty


@pytest.mark.skipif(not (EVAL / "pages").is_dir(), reason=f"measurement set absent: {EVAL / 'pages'}")
def test_real_portal_lists_are_lists() -> None:
    """Measured: of the seven list pages with links to pages (two more link to PDF files only, one is a search page), seven."""
    names = [
        "gne/test_list_page__163__1.html", "gne/test_list_page__163__2.html", "gerapy/samples__list__dfa66_announcement.html",
        "gerapy/samples__list__netease_international_news.html", "gerapy/samples__list__netease_leaderboard_news.html",
        "gerapy/samples__list__rtfund_xxpl.html", "gerapy/samples__list__tencent_important_news.html",
    ]  # fmt: skip
    for name in names:
        page = extract(
            (EVAL / "pages" / name).read_bytes(), url=f"https://example.invalid/{name}", content_type=None, fetched_at=AT
        )
        assert isinstance(page, ListPage), name
        assert len(page.links) >= 10
