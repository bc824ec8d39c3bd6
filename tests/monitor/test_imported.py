"""Rows → posts: what is read, what never is, what is said of a bad row."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.imported import COLUMNS, posts_of
from monitor.tables import Line
from records.instant import SHANGHAI, shanghai
from records.post import Post, Precision, Reach, post_id

NOW = datetime(2018, 6, 8, 4, 0, tzinfo=UTC)


def one(**cells: str) -> Post:
    found = posts_of([Line(2, cells)], name="a.xlsx", source_id="vendor", now=NOW)
    assert found.problems == ()
    (post,) = found.posts
    return post


def test_a_vendors_row() -> None:
    post = one(
        标题="停水三天", 正文="先锋街道停水三天无人管", 摘要="停水", 原文链接="HTTP://A.example/1?utm_source=x#top",
        发布时间="2018-06-07 20:15", 作者="某某",
        粉丝数="10", IP属地="江苏", 阅读="1.2万", 评论="35", 转发="-",
    )  # fmt: skip
    assert (post.title, post.text, post.source_id) == ("停水三天", "先锋街道停水三天无人管", "vendor")
    assert post.id == post_id(post.url), "the id of the page, were it crawled"
    assert post.url.startswith("http://a.example/1")
    assert shanghai(post.published_at or NOW) == datetime(2018, 6, 7, 20, 15, tzinfo=SHANGHAI)
    assert post.reach == Reach(views=12_000, replies=35, likes=None, shares=None, read_at=NOW)
    assert (post.author_key, post.raw_sha256) == ("", "")
    assert "某某" not in repr(post)
    assert "江苏" not in repr(post)


def test_a_ticket_is_known_by_its_number() -> None:
    post = one(
        工单编号="TH2018060801", 姓名="某某", 联系方式="13800000000", 来电时间="2018-06-08 09:00", 诉求内容="路灯不亮", 事发地="青年路",
        问题分类="路灯",
    )  # fmt: skip
    assert post.url == "urn:huiying:vendor:TH2018060801"
    assert post.id == post_id(post.url)
    assert post.text == "路灯不亮\n（事发地：青年路）"
    assert "13800000000" not in repr(post)


def test_a_row_without_address_or_number_is_known_by_what_it_says() -> None:
    assert one(标题="停水", 正文="甲").id == one(标题="停水", 正文="甲").id != one(标题="停水", 正文="乙").id


@pytest.mark.parametrize(
    ("raw", "at"),
    [("43258.84375", datetime(2018, 6, 7, 20, 15)), ("2018年6月7日", datetime(2018, 6, 7)), ("06-07 20:15", datetime(2018, 6, 7, 20, 15))],  # noqa: DTZ001
)
def test_times_as_vendors_write_them(raw: str, at: datetime) -> None:
    found = one(标题="停水", 发布时间=raw).published_at
    assert found is not None
    assert abs(shanghai(found) - at.replace(tzinfo=SHANGHAI)) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("cells", "said", "kept"),
    [
        ({"链接": "http://a.example"}, "没有标题也没有正文，未导入", 0),
        ({"标题": "停水", "链接": "javascript:alert(1)"}, "不是网址，按无链接导入", 1),
        ({"标题": "停水", "发布时间": "上古"}, "时间 '上古' 读不出或在将来", 1),
        ({"标题": "停水", "发布时间": "2031-01-01 00:00"}, "读不出或在将来", 1),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(cells: dict[str, str], said: str, kept: int) -> None:
    good = {"标题": "路灯", "链接": "http://a.example/2"}
    found = posts_of([Line(7, cells), Line(8, good)], name="表.xlsx", source_id="v", now=NOW)
    assert len(found.posts) == kept + 1
    assert len(found.problems) == 1
    assert found.problems[0].startswith("表.xlsx 第7行：")
    assert said in found.problems[0]
    assert all(p.published_at is None for p in found.posts)


def test_a_linked_title_gives_its_address_and_headings_nobody_reads_are_named() -> None:
    found = posts_of([Line(2, {"标题": '=HYPERLINK("http://a.example/1","停水")', "作者": "某某", "情感": "负面"})], name="a", source_id="v", now=NOW)
    assert (found.posts[0].title, found.posts[0].url) == ("停水", "http://a.example/1")
    assert found.unread == ("作者", "情感")


def test_a_row_twice_is_one_post() -> None:
    row = {"标题": "停水", "链接": "http://a.example/1"}
    assert len(posts_of([Line(2, row), Line(3, row)], name="a", source_id="v", now=NOW).posts) == 1


def test_no_heading_means_two_fields_and_none_is_about_a_person() -> None:
    headings = [h for names in COLUMNS.values() for h in names]
    assert len(headings) == len(set(headings))
    assert not {"作者", "姓名", "联系方式", "电话", "手机", "粉丝数", "IP属地", "账号", "昵称"} & set(headings)
    assert one(标题="停水").precision is Precision.NONE
