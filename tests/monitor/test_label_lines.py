"""Lines of labels around a text are no part of it; sentences with a colon are."""

import pytest

from monitor.article import read_article, trimmed
from tests.makers import NOW

LETTER = "青年路东段八盏路灯连着不亮，孩子晚自习回来摸黑，请安排修一下。"


@pytest.mark.parametrize(
    "line",
    [
        "办件编号：QZ20180608008 类型：求助 来信时间：2018-06-08 22:35 状态：已答复",
        "信件编号：12 来信人：*先生",
        "来信类别：咨询 办理状态：办理中 公开方式：公开",
        "发布日期：2018-06-08 来源：某局",
    ],
)
def test_a_line_of_labels_is_dropped(line: str) -> None:
    assert trimmed(f"路灯不亮\n{line}\n{LETTER}", "路灯不亮") == LETTER


@pytest.mark.parametrize(
    "line",
    [
        "诉求：路灯三个月不亮",
        "我反映两件事：一是路灯不亮，二是井盖松动",
        "时段：晚上七点以后最黑，位置：小学后门那一截，请一并看看路灯和井盖",
        "尊敬的领导：您好！",
    ],
)
def test_a_sentence_with_a_colon_stays(line: str) -> None:
    assert line in trimmed(f"路灯不亮\n{line}\n{LETTER}", "路灯不亮")


def test_a_text_that_is_nothing_but_labels_is_not_emptied() -> None:
    assert trimmed("办件编号：1 类型：求助", "标题") == "办件编号：1 类型：求助"


def test_on_a_page() -> None:
    info = "<div><span>办件编号：QZ20180608008</span> <span>类型：求助</span> <span>状态：办理中</span></div>"
    html = f"<html><head><title>路灯不亮</title></head><body><h1>路灯不亮</h1>{info}<div class='content'><p>{LETTER}</p></div></body></html>"
    page = read_article(html, url="http://a.example/letter-8.html", fetched_at=NOW)
    assert page.text == LETTER
    assert page.title == "路灯不亮"


def test_a_title_two_places_agree_on_is_whole() -> None:
    title = "现场视频｜青年路喷泉冲上二楼"
    head = f"<meta property='og:title' content='{title}'><title>{title}_小城新闻</title>"
    html = f"<html><head>{head}</head><body><h1>{title}</h1><p>{LETTER * 3}</p></body></html>"
    assert read_article(html, url="http://a.example/1.html", fetched_at=NOW).title == title
