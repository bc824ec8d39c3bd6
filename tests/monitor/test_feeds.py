"""Feeds of every dialect, whole and broken, honest and lying."""

import json
import os
import re
import socket
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.charset import decode
from monitor.feed_dates import feed_date, raw_dates
from monitor.feeds import looks_like_feed, read_feed
from monitor.page import FeedEntry, FeedPage, UnreadableError
from monitor.xml_guard import guarded, without_doctype
from records.instant import SHANGHAI
from records.post import Precision

AT = datetime(2018, 6, 8, 12, 0, tzinfo=SHANGHAI)
URL = "http://news.example.cn/rss.xml"
FEEDS = Path(os.environ.get("HUIYING_EVAL", str(Path(__file__).resolve().parents[3] / "shared" / "eval"))) / "feeds"

RSS2 = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>某城新闻网</title><link>http://news.example.cn</link>
<item>
<title>青年路今晚停水</title>
<link>/archives/8.html?utm_source=rss</link>
<guid isPermaLink="false">http://news.example.cn/?p=8</guid>
<dc:creator><![CDATA[记者 某]]></dc:creator>
<pubDate>Fri, 08 Jun 2018 02:30:00 +0000</pubDate>
<description><![CDATA[青年路今晚停水，请居民 &#8230;]]></description>
<content:encoded><![CDATA[<p>青年路今晚停水，请居民储水。</p><script>alert(1)</script><p>咨询电话&nbsp;96196。</p>]]></content:encoded>
</item>
<item><title>大洋湾花开</title><link>http://news.example.cn/archives/9.html</link><pubDate>2018-06-07 20:47:55</pubDate>
<description>周末赏花正当时</description></item>
</channel></rss>"""

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">某区政府</title><id>urn:x</id>
<entry><title type="html">&lt;b&gt;路灯&lt;/b&gt;维修公告</title><id>tag:example.cn,2018:1</id>
<link rel="self" href="http://www.example.gov.cn/feed/1"/><link rel="alternate" href="http://www.example.gov.cn/art/2018/6/8/art_1_2.html"/>
<published>2018-06-08T09:00:00+08:00</published><updated>2018-06-08T11:00:00+08:00</updated>
<author><name>区城管局</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>东门路灯今日修复。</p></div></content></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://a.cn"><title>某报</title><items><rdf:Seq>
<rdf:li rdf:resource="http://a.cn/1.html"/></rdf:Seq></items></channel>
<item rdf:about="http://a.cn/1.html"><title>学区公示</title><link>http://a.cn/1.html</link><dc:date>2018-06-08T01:00:00Z</dc:date>
<description>公示期七天。</description></item></rdf:RDF>"""

RSS091 = """<rss version="0.91"><channel><title>旧站</title><item><title>公交改线</title><link>http://a.cn/2.html</link>
<description>8 路自周一起改线。</description></item></channel></rss>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "公众号转存",
        "items": [
            {
                "id": 7,
                "url": "https://mp.example.com/s/abc",
                "title": "小区电梯停运",
                "content_html": "<p>电梯停运第十一天。</p>",
                "date_published": "2018-06-08T10:00:00+08:00",
                "authors": [{"name": "某公众号"}],
            },
            "不是条目",
            {"id": "8", "content_text": "只有正文的一条", "url": "javascript:alert(1)"},
        ],
    },
    ensure_ascii=False,
)


def read(text: str, *, encoding: str = "utf-8", content_type: str | None = None) -> FeedPage:
    return read_feed(text.encode(encoding), content_type, url=URL, fetched_at=AT)


def only(text: str) -> FeedEntry:
    entries = read(text).entries
    assert len(entries) == 1
    return entries[0]


@pytest.mark.parametrize(
    ("feed", "title", "urls"),
    [
        (RSS2, "某城新闻网", ["http://news.example.cn/archives/8.html", "http://news.example.cn/archives/9.html"]),
        (ATOM, "某区政府", ["http://www.example.gov.cn/art/2018/6/8/art_1_2.html"]),
        (RDF, "某报", ["http://a.cn/1.html"]),
        (RSS091, "旧站", ["http://a.cn/2.html"]),
        (JSON_FEED, "公众号转存", ["https://mp.example.com/s/abc", ""]),
    ],
)
def test_dialects(feed: str, title: str, urls: list[str]) -> None:
    page = read(feed)
    assert page.title == title
    assert [one.url for one in page.entries] == urls


def test_the_fullest_text_is_taken_and_it_is_plain() -> None:
    first = read(RSS2).entries[0]
    assert first.text == "青年路今晚停水，请居民储水。\n咨询电话 96196。"
    assert first.id == "http://news.example.cn/?p=8"
    assert first.author == "记者 某"


@pytest.mark.parametrize(
    ("feed", "hour", "precision"),
    [
        (RSS2, "2018-06-08 10:30", Precision.SECOND),
        (ATOM, "2018-06-08 09:00", Precision.SECOND),
        (RDF, "2018-06-08 09:00", Precision.SECOND),
    ],
)
def test_first_dates_in_shanghai(feed: str, hour: str, precision: Precision) -> None:
    entry = read(feed).entries[0]
    assert entry.published_at is not None
    assert f"{entry.published_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == hour
    assert entry.precision is precision


def test_a_date_without_a_zone_is_shanghais() -> None:
    assert read(RSS2).entries[1].published_at == datetime(2018, 6, 7, 20, 47, 55, tzinfo=SHANGHAI)
    assert read(RSS2).entries[1].published_raw == "2018-06-07 20:47:55"


def test_an_entry_without_a_date_has_none() -> None:
    entry = only(RSS091)
    assert (entry.published_at, entry.precision, entry.published_raw) == (None, Precision.NONE, "")


def test_markup_in_titles_is_dropped() -> None:
    assert only(ATOM).title == "路灯维修公告"


def test_json_items_that_are_none_are_left_out_and_bad_links_are_empty() -> None:
    page = read(JSON_FEED)
    assert [(one.id, one.title, one.text, one.author) for one in page.entries] == [
        ("7", "小区电梯停运", "电梯停运第十一天。", "某公众号"),
        ("8", "只有正文的一条", "只有正文的一条", ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "big5"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1", "nonsense"])
def test_declared_encodings_may_lie(encoding: str, declared: str) -> None:
    feed = f"""<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>某報訊</title>
<item><title>自來水公司停水公告，請居民儲水備用</title><link>http://a.cn/1.html</link></item></channel></rss>"""
    page = read(feed, encoding=encoding, content_type=f"text/xml; charset={declared}")
    if encoding == "big5":  # a big5 text can be valid gb18030: only a right label tells
        page = read(feed.replace(declared, "big5"), encoding=encoding, content_type="text/xml; charset=big5")
    assert page.entries[0].title == "自來水公司停水公告，請居民儲水備用"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.cn/x", "mailto:a@b.cn"]
)
def test_links_are_http_or_empty(href: str) -> None:
    entry = only(f"<rss><channel><item><title>甲乙丙</title><link>{href}</link><guid>{href}</guid></item></channel></rss>")
    assert entry.url == ""


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src='javascript:alert(1)'></iframe>",
        "<style>@import 'x'</style>",
        "<a href='javascript:alert(1)'></a>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_no_field_keeps_markup_or_script(payload: str) -> None:
    feed = f"""<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title><![CDATA[站{payload}]]></title><item>
<title><![CDATA[题{payload}]]></title><dc:creator><![CDATA[人{payload}]]></dc:creator><link>http://a.cn/1</link>
<description><![CDATA[文{payload}]]></description></item></channel></rss>"""
    page = read(feed)
    entry = page.entries[0]
    for value in (page.title, entry.title, entry.text, entry.author):
        assert "<img" not in value
        assert "<iframe" not in value
        assert not value.startswith("<")
    if not payload.startswith("&lt;"):  # escaped twice, it is text that speaks of a script, and harmless as text
        assert "alert" not in f"{page.title}{entry.title}{entry.text}{entry.author}"


@pytest.mark.parametrize(
    ("broken", "titles"),
    [
        (RSS2[: RSS2.index("</content:encoded>")], ["青年路今晚停水"]),
        (RSS2.replace("</channel></rss>", ""), ["青年路今晚停水", "大洋湾花开"]),
        (RSS2.replace("周末赏花", "周末 & 赏花 < 3 天"), ["青年路今晚停水", "大洋湾花开"]),
        (RSS2.replace("正当时", "正当时\x0b\x00\x1f"), ["青年路今晚停水", "大洋湾花开"]),
        (RSS2.replace("正当时", "正当时&nbsp;&hellip;&unknown;"), ["青年路今晚停水", "大洋湾花开"]),
        ("\n\n  " + RSS2, ["青年路今晚停水", "大洋湾花开"]),
        ("\ufeff" + RSS2, ["青年路今晚停水", "大洋湾花开"]),
        (RSS2.replace(' xmlns:content="http://purl.org/rss/1.0/modules/content/"', ""), ["青年路今晚停水", "大洋湾花开"]),
    ],
)
def test_broken_xml_gives_what_can_be_had(broken: str, titles: list[str]) -> None:
    assert [one.title for one in read(broken).entries] == titles


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "内容为空"),
        (b"   \n", "内容为空"),
        ("<!DOCTYPE html><html><body><h1>某城新闻网</h1></body></html>".encode(), "HTML"),
        ("<div>维护中</div>".encode(), "HTML"),
        ("站点维护中，请稍后".encode("gbk"), "普通文本"),
        (b"<urlset><url><loc>http://a.cn</loc></url></urlset>", "其他 XML"),
        (b'{"code": 0, "data": []}', "JSON"),
        (b'{"items": [', "JSON"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(UnreadableError, match=says) as caught:
        read_feed(body, None, url=URL, fetched_at=AT)
    assert URL in str(caught.value)


def test_a_body_that_is_an_address_is_never_fetched_nor_opened(tmp_path: Path) -> None:
    secret = tmp_path / "<rss>"
    secret.write_text("<rss><channel><item><title>本机文件</title></item></channel></rss>", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        for address in (f"http://127.0.0.1:{canary.getsockname()[1]}/<rss>", str(secret)):
            try:
                entries = read_feed(address.encode(), "text/xml", url=URL, fetched_at=AT).entries
            except UnreadableError:
                entries = ()
            assert entries == ()
        with pytest.raises(TimeoutError):
            canary.accept()


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("Fri, 08 Jun 2018 01:30:00 GMT", "2018-06-08 09:30"),
        ("Fri, 08 Jun 2018 09:30:00 +0800", "2018-06-08 09:30"),
        ("Fri, 08 Jun 2018 09:30:00 CST", "2018-06-08 09:30"),
        ("Fri, 08 Jun 2018 09:30:00", "2018-06-08 09:30"),
        ("8 June 2018 09:30", "2018-06-08 09:30"),
        ("2018-06-08T09:30:00", "2018-06-08 09:30"),
        ("2018-06-08T01:30:00.123Z", "2018-06-08 09:30"),
        ("2018年6月8日 9:30", "2018-06-08 09:30"),
        ("2018/06/08 09:30", "2018-06-08 09:30"),
        ("半小时前", "2018-06-08 11:30"),
        ("Fri, 08 Jun 2028 09:30:00 GMT", ""),
        ("Fri, 88 Jun 2018 09:30:00 GMT", ""),
        ("Fri, 08 Jun 99999 09:30:00 GMT", ""),
        ("某日", ""),
        ("", ""),
    ],
)
def test_feed_dates(raw: str, want: str) -> None:
    found, precision = feed_date(raw, fetched_at=AT)
    assert (f"{found.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if found else "") == want
    assert (precision is Precision.NONE) == (want == "")


def test_raw_dates_prefer_publishing_to_correcting() -> None:
    xml = "<entry><updated>2018-06-08</updated><published>2018-06-07</published></entry><entry><updated>2018-06-06</updated></entry>"
    assert raw_dates(xml) == ["2018-06-07", "2018-06-06"]
    assert raw_dates("<item><pubDate><![CDATA[2018-06-05 08:00]]></pubDate></item>") == ["2018-06-05 08:00"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<!DOCTYPE rss><rss/>", "<rss/>"),
        ('<!DOCTYPE rss SYSTEM "http://x/y.dtd"><rss/>', "<rss/>"),
        ('<!DOCTYPE a [<!ENTITY b "c]d">]><a/>', "<a/>"),
        ("<!doctype a [ <!ENTITY b 'c'> ] ><a/>", "<a/>"),
        ("<!DOCTYPE a [ <!ENTITY b ", ""),
        ("<a/>", "<a/>"),
    ],
)
def test_doctypes_are_dropped_whole(text: str, left: str) -> None:
    assert without_doctype(text) == left


def test_entities_become_characters_or_plain_text() -> None:
    assert guarded("<a>&nbsp;&middot;&amp;&lt;&evil;</a>") == "<a>\u00a0·&amp;&lt;&amp;evil;</a>"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (RSS2, True), (ATOM, True), (RDF, True), (RSS091, True), (JSON_FEED, True), ("<feed xmlns='x'>", True),
        ("<html><head><link type='application/rss+xml'></head></html>", False), ('{"items": 1}', False), ("", False), ("普通文字", False),
    ],
)  # fmt: skip
def test_looks_like_feed(text: str, want: bool) -> None:
    assert looks_like_feed(text) is want


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_unreadable(body: bytes) -> None:
    links: list[str] = []
    try:
        links = [one.url for one in read_feed(b"<rss><channel><item>" + body, None, url=URL, fetched_at=AT).entries]
    except UnreadableError as error:
        links = [str(error).partition("：")[0]]
    assert all(one == "" or one.startswith(("http://", "https://")) for one in links)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_title_comes_back_on_one_line(title: str) -> None:
    page = read(
        f"<rss><channel><item><title><![CDATA[{title.replace(']]>', '')}]]></title><link>http://a.cn/1</link></item></channel></rss>"
    )
    assert len(page.entries) == 1
    assert "\n" not in page.entries[0].title


@pytest.mark.skipif(not FEEDS.is_dir(), reason=f"measurement set absent: {FEEDS}")
def test_real_test_feeds_never_crash_and_give_every_entry_they_show() -> None:
    files = [path for path in FEEDS.rglob("*") if path.is_file()]
    assert len(files) > 1000
    short: list[str] = []
    for path in files:
        body = path.read_bytes()
        tags = len(re.findall(r"<(?:\w+:)?(?:item|entry)[\s>]", decode(body)[0]))
        try:
            found = len(read_feed(body, None, url="http://feeds.example.cn/x", fetched_at=AT).entries)
        except UnreadableError:
            found = 0
        if found < tags:
            short.append(f"{path.name}: {found} of {tags}")
    assert short == []
