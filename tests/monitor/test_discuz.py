"""Boards and threads of Discuz!, in every skin a guest may be shown."""

from datetime import datetime

import pytest

from monitor.discuz import is_discuz, read_board, read_thread
from monitor.page import ArticlePage
from records.instant import SHANGHAI, in_words
from records.post import Precision
from tests.monitor import forum_pages as pages

AT = datetime(2018, 6, 8, 12, 0, tzinfo=SHANGHAI)
TITLE = "小区停水一天一夜没人管"
FIRST_LINE = "我们小区从昨晚开始停水，物业电话打不通。"


def read(html: str) -> ArticlePage:
    return read_thread(html, url=pages.URL, fetched_at=AT)


SKINS = {
    "desktop": pages.thread(),
    "archiver": pages.archived_thread(),
    "mobile": pages.mobile_thread(),
    "printable": pages.printable_thread(),
}


@pytest.mark.parametrize("skin", SKINS)
def test_every_skin_gives_title_first_post_and_floors(skin: str) -> None:
    page = read(SKINS[skin])
    assert page.title == TITLE
    assert page.text == f"{FIRST_LINE}\n老人孩子都等着用水，请有关部门管一管。"
    assert page.author == "河东住户"
    assert [one.floor for one in page.floors] == [1, 2, 3]
    assert [one.author for one in page.floors] == ["路人甲", "路人乙", "路人丙"]
    assert page.floors[0].text == "水务公司说水泵烧了，正在换。"
    assert page.closed == ""


@pytest.mark.parametrize(
    ("skin", "precision", "raw"),
    [
        ("desktop", Precision.SECOND, "2018-06-08 07:53:35"),
        ("archiver", Precision.SECOND, "2018-06-08 07:53:35"),
        ("printable", Precision.MINUTE, "2018-06-08 07:53"),
        ("mobile", Precision.HOUR, "4 小时前"),
    ],
)
def test_absolute_time_is_preferred_to_the_relative_one(skin: str, precision: Precision, raw: str) -> None:
    page = read(SKINS[skin])
    assert (page.precision, page.published_raw) == (precision, raw)
    assert page.published_at is not None
    assert in_words(page.published_at) == ("6月8日08:00" if skin == "mobile" else "6月8日07:53")


@pytest.mark.parametrize(
    ("skin", "replies", "views"), [("desktop", 3, 512), ("mobile", 3, 512), ("archiver", None, None), ("printable", None, None)]
)
def test_counts_are_read_where_shown_and_none_where_not(skin: str, replies: int | None, views: int | None) -> None:
    reach = read(SKINS[skin]).reach
    assert (reach.replies, reach.views) == (replies, views)
    assert (reach.read_at is not None) == (replies is not None)


def test_pids_are_kept_where_the_skin_has_them() -> None:
    assert [one.pid for one in read(SKINS["desktop"]).floors] == ["901", "902", "903"]
    assert [one.pid for one in read(SKINS["mobile"]).floors] == ["901", "902", "903"]
    assert {one.pid for one in read(SKINS["archiver"]).floors} == {""}


@pytest.mark.parametrize("noise", ["防采集", "q9z", "登录", "本帖最后由", "微信图片.jpg", "当前离线"])
def test_what_no_author_wrote_is_dropped(noise: str) -> None:
    page = read(SKINS["desktop"])
    assert noise not in page.text
    assert all(noise not in one.text for one in page.floors)


def test_a_quotation_is_not_the_replys_own_text() -> None:
    assert read(SKINS["desktop"]).floors[1].text == "那什么时候来水？"


def test_second_page_gives_floors_and_no_first_post() -> None:
    later = [
        pages.Said(
            pid=950,
            name="甲",
            at="2018-06-08 11:00:00",
            ago="1 小时前",
            html="二十一楼也停了，请尽快处理。",
            floor="<em>21</em><sup>#</sup>",
        ),
        pages.Said(
            pid=951, name="乙", at="2018-06-08 11:05:00", ago="1 小时前", html="同停，同问。", floor="<em>22</em><sup>#</sup>"
        ),
    ]
    page = read(pages.thread(later, replies=22))
    assert page.text == ""
    assert page.closed == ""
    assert [(one.floor, one.pid) for one in page.floors] == [(20, "950"), (21, "951")]
    assert page.reach.replies == 22


def test_floors_named_by_the_forum_are_counted_on() -> None:
    named = [
        pages.OPENING,
        *(
            pages.Said(pid=910 + n, name="甲", at="2018-06-08 11:00:00", ago="", html=f"第{n}条回复", floor=name)
            for n, name in enumerate(("沙发", "藤椅", "板凳", "报纸"), start=1)
        ),
    ]
    assert [one.floor for one in read(pages.thread(named)).floors] == [1, 2, 3, 4]


def test_only_author_view_keeps_the_floor_numbers() -> None:
    shown = [
        pages.OPENING,
        pages.Said(
            pid=905,
            name="河东住户",
            at="2018-06-08 11:30:00",
            ago="半小时前",
            html="来水了，谢谢大家。",
            floor="<em>6</em><sup>#</sup>",
        ),
    ]
    page = read(pages.thread(shown, replies=7))
    assert [one.floor for one in page.floors] == [5]
    assert page.reach.replies == 7


def test_discuz_7_2() -> None:
    page = read_thread(pages.old_thread(), url="http://old.example.cn/viewthread.php?tid=31", fetched_at=AT)
    assert page.title == "东门路灯坏了"
    assert page.text == "东门到菜场一段路灯全不亮。\n走夜路不安全。"
    assert page.published_at == datetime(2018, 6, 7, 21, 5, tzinfo=SHANGHAI)
    assert [(one.floor, one.pid, one.author, one.text) for one in page.floors] == [(1, "32", "邻居", "已经报修三次了。")]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("抱歉，您尚未登录，没有权限访问该版块", "需要登录"),
        ("抱歉，本帖要求阅读权限高于 50 才能浏览", "需要登录"),
        ("抱歉，指定的主题不存在或已被删除或正在被审核", "已删除或关闭"),
        ("本版块需要密码，请输入密码", "需要密码"),
        ("抱歉，站点已关闭，请稍后再来", "已删除或关闭"),
        ("请输入验证码继续浏览", "验证页"),
        ("系统繁忙，请稍后再试", "提示信息"),
    ],
)
def test_closed_threads_say_why_and_have_no_text(words: str, kind: str) -> None:
    page = read(pages.notice(words))
    assert page.closed == f"{kind}：{words}"
    assert page.text == ""
    assert page.floors == ()


def test_a_thread_page_without_posts_is_never_silently_empty() -> None:
    assert read(pages.thread([])).closed != ""


def test_board_rows_with_dates_counts_and_next_page() -> None:
    page = read_board(pages.board(), url=pages.BOARD_URL, fetched_at=AT)
    assert [(one.url.rsplit("/", 1)[1], one.title) for one in page.links] == [
        ("thread-1-1-1.html", "【版规】发帖须知"),
        ("thread-71-1-1.html", TITLE),
        ("thread-64-1-1.html", "东门路灯坏了"),
        ("thread-72-1-1.html", "8 路车改道了？"),
    ]
    assert page.next_url == "http://bbs.example.cn/forum-2-2.html"
    assert [(one.reach.replies, one.reach.views) for one in page.links] == [(3, 18422), (3, 512), (1, 12000), (0, 9)]


def test_board_dates_are_the_openings_not_the_last_replys() -> None:
    links = read_board(pages.board(), url=pages.BOARD_URL, fetched_at=AT).links
    shown = [(in_words(one.published_at) if one.published_at else "", one.precision) for one in links]
    assert shown == [
        ("1月2日00:00", Precision.DAY),
        ("6月8日08:00", Precision.HOUR),
        ("6月7日00:00", Precision.DAY),
        ("6月8日11:30", Precision.HOUR),
    ]


def test_archiver_and_mobile_boards_lead_to_the_same_threads() -> None:
    archived = read_board(pages.archived_board(), url="http://bbs.example.cn/archiver/?fid-2.html", fetched_at=AT).links
    mobile = read_board(
        pages.mobile_board(), url="http://bbs.example.cn/forum.php?mod=forumdisplay&fid=2&mobile=2", fetched_at=AT
    ).links
    assert [(one.url, one.title, one.reach.replies) for one in archived] == [
        ("http://bbs.example.cn/thread-71-1-1.html", TITLE, 3),
        ("http://bbs.example.cn/thread-64-1-1.html", "东门路灯坏了", 1),
    ]
    assert [(one.url, one.title, one.reach.replies, one.reach.views) for one in mobile] == [
        ("http://bbs.example.cn/thread-1-1-1.html", "【版规】发帖须知", None, None),
        ("http://bbs.example.cn/thread-71-1-1.html", TITLE, 3, 512),
    ]


def test_an_unknown_skin_still_gives_its_threads() -> None:
    html = """<meta name="generator" content="Discuz! X3.4"><div class="mycard"><a href="thread-5-1-1.html"><b>广场舞噪音扰民怎么投诉</b></a>
    <a href="thread-5-1-1.html">12</a></div><div class="mycard"><a href="forum.php?mod=viewthread&tid=6">河道里全是垃圾没人清</a></div>
    <a href="forum-3-1.html">政务咨询</a>"""
    links = read_board(html, url=pages.BOARD_URL, fetched_at=AT).links
    assert [(one.url, one.title) for one in links] == [
        ("http://bbs.example.cn/thread-5-1-1.html", "广场舞噪音扰民怎么投诉"),
        ("http://bbs.example.cn/thread-6-1-1.html", "河道里全是垃圾没人清"),
    ]


def test_a_base_of_another_host_is_not_followed() -> None:
    html = pages.board().replace("http://bbs.example.cn/", "http://evil.example.net/")
    links = read_board(html, url=pages.BOARD_URL, fetched_at=AT).links
    assert {one.url.split("/")[2] for one in links} == {"bbs.example.cn"}


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (pages.thread(), True),
        (pages.old_thread(), True),
        (pages.mobile_board(), True),
        (pages.archived_board(), True),
        ("<p>Powered by <strong><a href='https://www.discuz.vip/'>Discuz!</a></strong></p>", True),
        ("<article><h1>某论坛改版</h1><p>据介绍，该论坛使用 Discuz! 程序。</p></article>", False),
        ("", False),
    ],
)
def test_is_discuz(html: str, want: bool) -> None:
    assert is_discuz(html) is want
