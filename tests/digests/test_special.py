"""Special report of one event: course, spread, views by proportion with masked words, risk, advice, answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.daily import rows_of
from digests.document import Chart, Daily, Link, anchors_in, counts_in, pieces_of
from digests.facts import DayFacts
from digests.html import render_html
from digests.special import MOMENTS, SOURCES, PublishedAnswer, WithheldEventError, build_special
from digests.word import render_word
from records.assessment import OpinionLevel
from records.case import CaseState
from records.event import Event, EventLevel, EventPhase
from records.post import Post, Reach
from records.source import MediaTier
from tests.digests.reading_aloud import all_words, rows, section, value, words
from tests.digests.sample import (
    END,
    HOUR,
    MADE,
    START,
    a_case,
    a_day,
    a_deadline,
    a_move,
    a_post,
    a_source,
    an_assessment,
    an_event,
    hostile,
)  # fmt: skip

SOURCES_HERE = (
    a_source("bbs"), a_source("city", name="盐城晚报", tier=MediaTier.CITY), a_source("prov", name="省台", tier=MediaTier.PROVINCE),
)  # fmt: skip
ANSWER = PublishedAnswer(
    title="关于供水情况的说明",
    text="经核实，已于当日恢复供水。",
    channel="区政府网站",
    url="https://www.example.gov.cn/1.html",
    published_at=START + 8 * HOUR,
)


def the_posts() -> tuple[Post, ...]:
    bbs = tuple(a_post(f"b{n}", text=f"家里停水第{n}天，请联系139-0000-0000", seen=START + n * HOUR) for n in range(1, 7))
    city = tuple(a_post(f"c{n}", source_id="city", text="为什么停水，能否说明", seen=START + (10 + n) * HOUR) for n in range(2))
    return (*bbs, *city)


def report(answer: PublishedAnswer | None = None, **other: object) -> Daily:
    facts, event = the_facts(**other)
    return build_special(facts, event, answer)


def the_facts(
    posts: tuple[Post, ...] | None = None, said: dict[str, object] | None = None, event: dict[str, object] | None = None, **other: object
) -> tuple[DayFacts, Event]:
    found = the_posts() if posts is None else posts
    one = an_event("e", found or (a_post("x"),), title="先锋街道停水", opinion_level=OpinionLevel.III, level_reasons=("涉及小区",), **(event or {}))
    forms = {p.id: an_assessment(p.id, form="R4" if p.source_id == "city" else "R2") for p in found}
    facts = a_day(found, said=forms | (said or {}), events=(one,), posts_by_event={"e": found}, sources=SOURCES_HERE, **other)
    return facts, one


def a_running_case(**other: object) -> dict[str, object]:
    case = a_case("TH-20180607-001", event_id="e", **other)
    return {"cases": (case,), "transitions": {case.id: (a_move(case, CaseState.DISPATCHED, START + 3 * HOUR, "属实"),)}}


def test_the_order_of_the_report() -> None:
    titles = ["事件概况", "时间线", "传播情况", "各方观点", "风险研判", "处置建议", "回应情况"]
    paper = report()
    assert [s.title for s in paper.sections] == titles
    assert [s.number for s in paper.sections] == ["一、", "二、", "三、", "四、", "五、", "六、", "七、"]
    assert paper.head.title == "舆情专报"


@pytest.mark.parametrize("more", [{}, a_running_case(), {"posts": ()}], ids=["plain", "case", "no posts"])
def test_every_number_is_the_sum_of_its_rows_and_every_link_lands(more: dict[str, object]) -> None:
    paper = report(ANSWER, **more)
    places = set(anchors_in(paper.parts))
    for one in counts_in(paper.parts):
        assert rows_of(paper, one) == one.value, one.label
    links = [p.href for s in paper.parts for b in s.blocks for p in pieces_of(b) if isinstance(p, Link) and p.href.startswith("#")]
    assert {href[1:] for href in links} <= places


def test_outline() -> None:
    told = words(section(report(**a_running_case(), event={"event_level": EventLevel.LARGE}), "事件概况"))
    assert "Ⅲ级（系统初判）：先锋街道停水。" in told
    assert "累计帖文8条，涉及信息源2个" in told
    assert "突发事件等级（人工审定）：较大。" in told
    assert "牵头单位区城市管理局，现为“交办”" in told
    assert "尚未形成交办件" in words(section(report(), "事件概况"))


def test_the_timeline_mixes_first_words_and_moves_by_time() -> None:
    table = rows(section(report(**a_running_case()), "时间线"))
    assert [row[2] for row in table] == ["鹤鸣亭论坛", "办理记录", "盐城晚报"]
    assert table[0][1].startswith("首发：")
    assert table[1][1] == "交办件转为“交办”：属实"


def test_a_long_timeline_is_cut_and_says_so() -> None:
    posts = tuple(a_post(f"p{n}", source_id=f"s{n}", seen=START + n * HOUR / 4) for n in range(MOMENTS + 4))
    paper = report(posts=posts)
    assert len(rows(section(paper, "时间线"))) == MOMENTS
    assert f"以上列出前{MOMENTS}项" in words(section(paper, "时间线"))
    assert len(rows(section(paper, "传播情况"))) == SOURCES


def test_spread_by_source_and_tier() -> None:
    paper = report()
    assert "市级2、区级6" in words(section(paper, "传播情况"))
    assert [row[:3] for row in rows(section(paper, "传播情况"))] == [["鹤鸣亭论坛", "区级", "6"], ["盐城晚报", "市级", "2"]]


@pytest.mark.parametrize(("hours", "label", "bars"), [(20, "7日", 21), (24 * 5, "6月", 6), (24 * 400, "6月", 30)])
def test_bars_are_hours_or_days(hours: int, label: str, bars: int) -> None:
    posts = (a_post("a", seen=START - (hours - 20) * HOUR), a_post("b", seen=START + 20 * HOUR))
    chart = next(b for b in section(report(posts=posts), "传播情况").blocks if isinstance(b, Chart))
    assert len(chart.labels) == bars
    assert label in chart.labels[-1] or "8日" in chart.labels[-1]
    assert sum(chart.series[0].values) <= 2


# views
def test_views_are_shares_of_posts_with_masked_words() -> None:
    table = rows(section(report(), "各方观点"))
    assert [row[:3] for row in table] == [["反映诉求，要求解决", "6", "75.0%"], ["询问、要求说明", "2", "25.0%"]]
    assert "〔电话〕" in table[0][3]
    assert "139" not in all_words(report())
    assert table[1][3] == "“为什么停水，能否说明”", "equal words once"


def test_the_loudest_words_are_quoted_first() -> None:
    posts = (a_post("a", text="轻声"), a_post("b", text="众声", reach=Reach(likes=9)), a_post("c", text="附和", reach=Reach(replies=3)))
    assert rows(section(report(posts=posts), "各方观点"))[0][3] == "“众声”；“附和”"


def test_quotations_name_nobody_and_nowhere_outside() -> None:
    part = section(report(), "各方观点")
    hrefs = [p.href for b in part.blocks for p in pieces_of(b) if isinstance(p, Link)]
    assert hrefs
    assert all(h.startswith("#") for h in hrefs)
    assert "不归纳人" in words(part)


# risk and advice
def test_risk_lists_reasons_on_record() -> None:
    late = a_running_case(deadlines=(a_deadline("respond", MADE - HOUR),))
    posts = (*the_posts(), a_post("p", source_id="prov", seen=END - HOUR))
    told = words(section(report(posts=posts, **late), "风险研判"))
    assert "系统初判Ⅲ级，理由：涉及小区。" in told
    assert "走势上升" in told
    assert "已有省级媒体报道" in told
    assert "已逾期" in told
    assert "不实认定" not in told


def test_a_doubtful_saying_is_not_called_false() -> None:
    told = words(section(report(said={"b1": an_assessment("b1", form="R6")}), "风险研判"))
    assert "未经权威来源印证前不作不实认定" in told


@pytest.mark.parametrize(
    ("level", "phase", "state", "wanted", "unwanted"),
    [
        (OpinionLevel.II, EventPhase.PEAK, CaseState.CHECKING, ("督促反馈核查情况", "每日续报", "及时公开回应"), ("防止办结后再起",)),
        (OpinionLevel.IV, EventPhase.FADING, CaseState.ANSWERED, ("跟踪公众反馈", "防止办结后再起"), ("每日续报", "及时公开回应")),
    ],
)
def test_advice_by_state(level: OpinionLevel, phase: EventPhase, state: CaseState, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    facts, event = the_facts(**a_running_case(state=state))
    event = replace(event, opinion_level=level, phase=phase)
    told = words(section(build_special(replace(facts, events=(event,)), event), "处置建议"))
    assert [w for w in wanted if w not in told] == []
    assert [w for w in unwanted if w in told] == []


@pytest.mark.parametrize("never", ["删帖", "封号", "屏蔽", "下架"])
def test_no_advice_silences(never: str) -> None:
    assert never not in all_words(report(ANSWER, **a_running_case()))


# answer
def test_the_answer_is_shown_with_what_came_after() -> None:
    paper = report(ANSWER)
    told = words(section(paper, "回应情况"))
    assert "6月7日16:00在区政府网站公开回应" in told
    assert "经核实，已于当日恢复供水。" in told
    assert value(paper, "回应后新增帖文") == 2
    assert "尚未公开回应" in words(section(report(), "回应情况"))


@pytest.mark.parametrize("url", ["", "javascript:alert(1)"])
def test_an_answer_without_an_address_says_so(url: str) -> None:
    assert "未登记链接" in words(section(report(replace(ANSWER, url=url)), "回应情况"))


def test_a_whistle_has_no_report() -> None:
    with pytest.raises(WithheldEventError, match="另行报送"):
        report(said={"b1": an_assessment("b1", whistleblowing=True)})


@pytest.mark.parametrize("odd", ["<script>alert(1)</script>", "停\x00水\ud800", "{{7*7}}"])
def test_hostile_words_stay_words(odd: str) -> None:
    facts, event = the_facts(**a_running_case())
    day = hostile(facts, odd)
    paper = build_special(day, replace(event, title=odd), replace(ANSWER, text=odd, title=odd, channel=odd))
    page = render_html(paper)
    assert "<script" not in page
    page.encode("utf-8")
    assert render_word(paper)[:2] == b"PK"


def test_a_report_of_one_moment_is_made() -> None:
    assert "100.0%" in all_words(report(posts=(a_post("only", seen=END - timedelta(minutes=1)),)))
