"""List pages: which links are items, their titles and dates."""

import re
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.canonical import canonical_url, thread_addresses
from monitor.jcms import unwrapped
from monitor.list_dates import date_beside
from monitor.listing import read_list, site_of, url_is_file
from monitor.page import ListPage
from monitor.plain_text import parse
from records.instant import SHANGHAI
from records.post import Precision
from tests.monitor import town_pages as pages

AT = datetime(2018, 6, 8, 18, 0, tzinfo=SHANGHAI)
URL = "http://news.example.cn/ms/index.html"
WANTED = [(f"http://news.example.cn{href}", name) for href, name, _ in pages.ITEMS]
DAYS = [day for _, _, day in pages.ITEMS]


def read(html: str, *, url: str = URL, article_pattern: str = "") -> ListPage:
    return read_list(html, url=url, fetched_at=AT, article_pattern=article_pattern)


def shown(page: ListPage) -> list[tuple[str, str]]:
    return [(one.url, one.title) for one in page.links]


def days(page: ListPage) -> list[str]:
    return [f"{one.published_at.astimezone(SHANGHAI):%Y-%m-%d}" if one.published_at else "" for one in page.links]


def test_items_and_nothing_else() -> None:
    page = read(pages.listing(pages.rows()))
    assert shown(page) == WANTED
    assert days(page) == DAYS
    assert {one.precision for one in page.links} == {Precision.DAY}
    assert page.next_url == "http://news.example.cn/ms/index_2.html"


@pytest.mark.parametrize(
    "date",
    [
        "<span>{day}</span>",
        "<em>[{day}]</em>",
        " ({day})",
        '<time datetime="{day}T08:00:00+08:00">今早</time>',
        '<span title="{day} 08:00">3 小时前</span>',
        "<i>{day} 08:30</i>",
    ],
)
def test_dates_beside_in_their_several_forms(date: str) -> None:
    page = read(pages.listing(pages.rows(date=date)))
    assert shown(page) == WANTED
    assert days(page) == DAYS


def test_a_date_before_the_link_and_rows_of_a_table() -> None:
    rows = "".join(f'<tr><td>{day}</td><td><a href="{href}">{name}</a></td><td>某科</td></tr>' for href, name, day in pages.ITEMS)
    page = read(pages.listing(f"</ul><table>{rows}</table><ul>"))
    assert shown(page) == WANTED
    assert days(page) == DAYS


def test_a_day_above_its_month() -> None:
    rows = "".join(
        f'<li><div class="date"><b>0{8 - n}</b><span>2018-06</span></div><a href="/x/{n}.html">{name}</a></li>'
        for n, (_, name, _) in enumerate(pages.ITEMS)
    )
    assert days(read(pages.listing(rows))) == DAYS


def test_a_list_without_dates_takes_the_days_of_its_urls() -> None:
    page = read(pages.listing(pages.rows(date="")))
    assert shown(page) == WANTED
    assert days(page) == DAYS


def test_no_date_anywhere_is_said() -> None:
    rows = "".join(f'<li><a href="/x/{n}.html">{name}</a></li>' for n, (_, name, _) in enumerate(pages.ITEMS, start=301))
    page = read(pages.listing(rows))
    assert len(page.links) == 5
    assert {one.published_at for one in page.links} == {None}


def test_dates_of_one_row_are_not_anothers() -> None:
    rows = '<li><a href="/x/1.html">第一条没有日期的新闻标题</a></li><li><a href="/x/2.html">第二条有日期的新闻标题啊</a><b>2018-06-07</b></li>'
    assert days(read(pages.listing(rows * 1))) == ["", "2018-06-07"]


def test_titles_cut_short_are_taken_from_the_attribute() -> None:
    rows = "".join(
        f'<li><a href="{href}" title="{name}全文标题">{name[:8]}...</a><b>{day}</b></li>' for href, name, day in pages.ITEMS
    )
    assert [one.title for one in read(pages.listing(rows)).links] == [f"{name}全文标题" for _, name, _ in pages.ITEMS]


def test_cards_with_picture_heading_and_summary_are_one_item_each() -> None:
    cards = "".join(
        f"""<div class="card"><a href="{href}"><img src="a.jpg" alt="图"></a><div class="txt"><h3><a href="{href}">{name}</a></h3>
        <p>　　{name}，这是列表里的摘要，说到了三天前的事情，也说到 2017 年的事情 &hellip; <a href="{href}">阅读全文</a></p>
        <span class="time">{day}</span></div></div>"""
        for href, name, day in pages.ITEMS
    )
    page = read(pages.listing(f"</ul>{cards}<ul>"))
    assert shown(page) == WANTED
    assert days(page) == DAYS


def test_posts_as_articles_with_their_own_headers_and_footers() -> None:
    posts = "".join(
        f"""<article class="post tag-share category-hot"><header class="entry-header"><h2><a href="{href}">{name}</a></h2></header>
        <div class="entry-content"><p>{name}……</p></div><footer class="entry-footer"><time datetime="{day}T09:00:00+08:00">{day}</time>
        <span class="cat-links"><a href="/category/minsheng">民生关注与社会生活</a></span></footer></article>"""
        for href, name, day in pages.ITEMS
    )
    page = read(f"<html><body><main>{posts}</main></body></html>")
    assert shown(page) == WANTED
    assert days(page) == DAYS


@pytest.mark.parametrize("outside", ["首页", "某某部网站", "要闻", "尾页", "便民服务"])
def test_menus_and_friends_are_no_items(outside: str) -> None:
    assert outside not in [one.title for one in read(pages.listing(pages.rows())).links]


def test_a_sidebar_in_a_menu_element_is_left_out() -> None:
    ranked = "".join(f'<li><a href="/rank/{n}.html">本周点击排行第{n}名的新闻</a></li>' for n in range(1, 9))
    side = f"<aside><ul>{ranked}</ul></aside>"
    assert shown(read(pages.listing(pages.rows(), foot=side))) == WANTED


def test_each_url_once() -> None:
    page = read(pages.listing(pages.rows() + pages.rows()))
    assert shown(page) == WANTED


def test_the_page_itself_is_no_item() -> None:
    rows = pages.rows() + f'<li><a href="{URL}">民生新闻这个栏目的全部内容</a><span>2018-06-08</span></li>'
    assert shown(read(pages.listing(rows))) == WANTED


def test_downloads_scripts_and_anchors_are_no_items() -> None:
    extra = """<li><a href="/x/a.pdf">关于供水改造的通知全文下载</a><span>2018-06-08</span></li>
    <li><a href="javascript:void(0)">点击这里加载更多的新闻内容</a><span>2018-06-08</span></li>
    <li><a href="#top">回到这个页面最上面的地方去</a><span>2018-06-08</span></li><li><a>没有地址的一个链接标题啊</a></li>"""
    assert shown(read(pages.listing(pages.rows() + extra))) == WANTED


def test_the_pattern_decides_where_given() -> None:
    page = read(pages.listing(pages.rows()), article_pattern=r"/ms/\d{8}/\d+\.html$")
    assert shown(page) == WANTED
    assert shown(read(pages.listing(pages.rows()), article_pattern=r"/ms/2018060[78]/")) == WANTED[:2]
    assert read(pages.listing(pages.rows()), article_pattern=r"nothing").links == ()
    with pytest.raises(re.error):
        read(pages.listing(pages.rows()), article_pattern="[")


def test_the_pattern_reaches_other_hosts_and_short_titles() -> None:
    rows = '<li><a href="http://mp.example.com/s/1">图片</a></li><li><a href="http://mp.example.com/s/2">短讯</a></li>'
    assert len(read(pages.listing(rows), article_pattern=r"mp\.example\.com/s/").links) == 2


def test_links_of_other_sites_are_items_only_where_there_are_no_own() -> None:
    foreign = "".join(
        f'<li><a href="http://other.example.org/{n}.html">别家网站的第{n}条新闻标题</a><b>2018-06-08</b></li>'
        for n in range(1, 9)
    )
    assert shown(read(pages.listing(pages.rows() + foreign))) == WANTED
    assert len(read(f"<ul>{foreign}</ul>").links) == 8


def test_jcms_datastores() -> None:
    page = read(pages.datastore(), url="http://www.example.gov.cn/col/col12219/index.html")
    assert [one.title for one in page.links] == [name for _, name, _ in pages.ITEMS]
    assert page.links[0].url == "http://www.example.gov.cn/art/2018/6/1/art_12219_3867351.html"
    assert days(page) == [f"2018-06-0{n}" for n in range(1, 6)]


def test_jcms_answers_of_the_proxy() -> None:
    answer = pages.datastore()
    answer = answer[answer.index("<datastore>") : answer.index("</datastore>")]
    assert len(read(answer, url="http://www.example.gov.cn/module/web/jpage/dataproxy.jsp?page=1").links) == 5


@pytest.mark.parametrize(
    ("html", "want"),
    [
        ("<p>没有记录</p>", "<p>没有记录</p>"),
        ("<record><![CDATA[甲]]></record><record><![CDATA[乙]]></record>", "甲\n乙"),
        ("<record>\n <![CDATA[甲]]> </record>", "甲"),
        ("<record><![CDATA[甲]]></record><record><![CDATA[没有结束", "甲"),
        ("<record>无</record><![CDATA[别处]]>", "<record>无</record><![CDATA[别处]]>"),
    ],
)
def test_records_unwrapped(html: str, want: str) -> None:
    assert unwrapped(html) == want


def test_epaper_items_take_the_issues_day() -> None:
    url = "http://paper.example.cn/rb/pc/201806/08/node_03.html"
    page = read(pages.epaper(), url=url, article_pattern=r"/content_\d+\.html")
    assert [one.title for one in page.links] == [
        "青年路供水管网改造今日开工",
        "图片新闻",
        "学区划分方案公开征求意见",
        "短评：把水送到居民家里",
    ]
    assert set(days(page)) == {"2018-06-08"}
    guessed = read(pages.epaper(), url=url)
    assert {one.url for one in guessed.links} >= {one.url for one in page.links if len(one.title) > 4}


@pytest.mark.parametrize(
    ("row", "want"),
    [
        ('<li><a href="/1">标题一二三四五六</a> 2018-06-07</li>', "2018-06-07"),
        ('<li><a href="/1">标题一二三四五六</a><i>06-07</i></li>', "06-07"),
        ('<li><a href="/1">标题一二三四五六</a><i>昨天 12:30</i></li>', "昨天 12:30"),
        ('<li><a href="/1">标题一二三四五六</a><i>3小时前</i></li>', "3小时前"),
        ('<li><a href="/1">标题一二三四五六</a><i>阅读 120</i></li>', ""),
        ('<li><a href="/1">标题一二三四五六</a><i>3.5%</i><i>12/80</i></li>', ""),
        ('<li><a href="/1">标题 2018年6月7日 停水</a></li>', "2018年6月7日"),
    ],
)
def test_date_beside(row: str, want: str) -> None:
    link = parse(f"<ul>{row}</ul>").css_first("a")
    assert link is not None
    assert date_beside(link) == want


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.example.cn", "example.cn"), ("news.example.com.cn", "example.com.cn"), ("www.th.gov.cn", "th.gov.cn"),
        ("example.com", "example.com"), ("127.0.0.1", "127.0.0.1"), ("localhost", "localhost"), ("", ""),
    ],
)  # fmt: skip
def test_sites(host: str, site: str) -> None:
    assert site_of(host) == site


@pytest.mark.parametrize(
    ("url", "file"),
    [("http://a.cn/x.PDF", True), ("http://a.cn/x.doc?y=1", True), ("http://a.cn/pdf", False), ("http://a.cn/x.jsp", False)],
)
def test_files(url: str, file: bool) -> None:
    assert url_is_file(url) is file


@pytest.mark.parametrize(
    ("url", "want"),
    [
        ("http://b.cn/archiver/tid-5.html", "http://b.cn/thread-5-1-1.html"),
        ("http://b.cn/archiver/index.php?tid-5.html", "http://b.cn/thread-5-1-1.html"),
        ("http://b.cn/viewthread.php?tid=5&page=2", "http://b.cn/thread-5-1-1.html"),
        ("http://b.cn/bbs/viewthread.php?tid=5", "http://b.cn/bbs/thread-5-1-1.html"),
        ("http://b.cn/forum.php?mod=redirect&goto=findpost&ptid=5&pid=9", "http://b.cn/thread-5-1-1.html"),
        ("http://b.cn/forum.php?mod=viewthread&action=printable&tid=5", "http://b.cn/thread-5-1-1.html"),
        ("http://b.cn/read.php?tid=92686&fpage=3", "http://b.cn/read.php?tid=92686"),
        ("http://b.cn/forum.php?mod=forumdisplay&fid=2", "http://b.cn/forum.php?fid=2&mod=forumdisplay"),
        ("http://b.cn/forum.php?mod=viewthread&tid=abc", "http://b.cn/forum.php?mod=viewthread&tid=abc"),
    ],
)
def test_thread_forms_are_one(url: str, want: str) -> None:
    assert canonical_url(url) == want
    assert canonical_url(want) == want


def test_addresses_under_which_a_thread_may_be_served() -> None:
    found = thread_addresses("http://b.cn/bbs/thread-5-1-1.html")
    assert found == (
        "http://b.cn/bbs/thread-5-1-1.html",
        "http://b.cn/bbs/forum.php?mod=viewthread&tid=5",
        "http://b.cn/bbs/viewthread.php?tid=5",
    )
    assert {canonical_url(one) for one in found} == {found[0]}


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_page_gives_http_links_or_none(text: str) -> None:
    page = read(f"<a href='{text}'>一个足够长的链接标题</a><ul><li>{text}</li></ul>")
    assert all(one.url.startswith(("http://", "https://")) for one in page.links)
