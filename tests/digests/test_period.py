"""Weekly and monthly papers: totals beside the period before, events, units, figures; every number still leads to its rows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from digests.daily import rows_of
from digests.document import Chart, Daily, Link, Table, anchors_in, counts_in, pieces_of
from digests.facts import DayCount, DayFacts, UnitFigures
from digests.html import render_html
from digests.period import UNITS, build_monthly, build_weekly, week_of
from digests.word import render_word
from records.case import CaseState, Routing
from tests.digests.reading_aloud import all_words, count, row_at, rows, section, value, words
from tests.digests.sample import (
    DAY,
    HOUR,
    START,
    a_case,
    a_day,
    a_move,
    a_post,
    an_assessment,
    an_event,
    facts,
    hostile,
    rich_day,
)

DAYS = tuple(DayCount(day=DAY - timedelta(days=n), posts=80 + 3 * n, relevant=50 + n, cases=2) for n in range(7))
FIGURES = (
    UnitFigures(unit="cgj", figures=(("按时签收", "9/12（75.0%）"), ("按时回应", "3/4（样本不足10件，不列率）"))),
    UnitFigures(unit="zjj", figures=(("按时签收", "12/12（100.0%）"), ("按时回应", "12/12（100.0%）"))),
)


def week() -> DayFacts:
    return replace(rich_day(), start=START - 6 * 24 * HOUR, previous=DAYS)


@pytest.fixture
def weekly() -> Daily:
    return build_weekly(week(), DayCount(day=DAY - timedelta(days=7), posts=100, relevant=60, cases=0))


def test_heads_and_sections() -> None:
    weekly, monthly = build_weekly(week()), build_monthly(week(), performance=FIGURES)
    assert (weekly.head.title, weekly.head.issue) == ("舆情周报", "〔2018〕第23期")
    assert (monthly.head.title, monthly.head.issue) == ("舆情月报", "〔2018〕第6期")
    assert "2018年6月1日08:00至2018年6月8日08:00" in weekly.head.span_words
    headings = [s.heading for s in weekly.sections]
    assert headings[:3] == ["一、本周综述", "二、本周重点事件", "三、交办与回应"]
    assert headings[-2:] == ["六、监测运行", "附图　走势、类别与承办单位"]
    assert [s.heading for s in monthly.sections][3] == "四、考核"
    assert len({s.anchor for s in monthly.parts}) == len(monthly.parts)


@pytest.mark.parametrize(
    ("day", "issue"),
    [(date(2018, 1, 1), "〔2018〕第1期"), (date(2018, 12, 31), "〔2019〕第1期"), (date(2017, 1, 1), "〔2016〕第52期"), (DAY, "〔2018〕第23期")],
)
def test_weeks_are_numbered_by_the_standard(day: date, issue: str) -> None:
    assert week_of(day) == issue


@pytest.mark.parametrize("make", [build_weekly, build_monthly], ids=["weekly", "monthly"])
@pytest.mark.parametrize("day", [week(), facts()], ids=["rich", "empty"])
def test_every_number_is_the_sum_of_its_rows_and_every_link_lands(make: object, day: DayFacts) -> None:
    paper = make(day)  # type: ignore[operator]
    places = set(anchors_in(paper.parts))
    for one in counts_in(paper.parts):
        assert rows_of(paper, one) == one.value, one.label
        assert not one.value or paper.target(one) in places
    links = [p.href for s in paper.parts for b in s.blocks for p in pieces_of(b) if isinstance(p, Link) and p.href.startswith("#")]
    assert {href[1:] for href in links} <= places


def test_totals_stand_beside_the_week_before(weekly: Daily) -> None:
    told = words(section(weekly, "本周综述"))
    assert "监测到帖文91（上周100，减9.0%）" in told
    assert "有效60（上周60，持平）" in told
    assert "新增交办6（上周0）" in told


def test_a_week_without_a_before_says_so() -> None:
    assert "（上周无可比数据）" in words(section(build_weekly(week()), "本周综述"))


def test_events_are_the_gravest_five_and_the_rest_is_named(weekly: Daily) -> None:
    part = section(weekly, "本周重点事件")
    table = rows(part)
    assert [row[0] for row in table] == ["Ⅱ级", "Ⅱ级", "Ⅲ级", "Ⅲ级", "Ⅳ级"]
    assert "本周新增7条" in table[0][2]
    assert "附表3" in words(part)


def test_an_event_without_posts_in_the_span_is_not_told() -> None:
    post = a_post("old", seen=START - 24 * HOUR)
    day = facts(events=(an_event("e", (post,)),), posts_by_event={"e": (post,)}, assessments={"old": an_assessment("old")})
    assert "未发现需要报告的事件" in words(section(build_weekly(day), "本周重点事件"))


def test_units_with_what_they_did(weekly: Daily) -> None:
    table = {row[0]: row[1:] for row in rows(section(weekly, "交办与回应"))}
    assert table["盐城汇津水务"] == ["1", "1", "0", "0"]
    assert table["区城市管理局"] == ["1", "0", "0", "1"]
    answered = count(weekly, "盐城汇津水务·本周公开回应")
    assert "TH-20180607-002" in row_at(weekly, answered.rows[0])


def test_only_moves_in_the_span_count() -> None:
    case = a_case("TH-1", state=CaseState.CLOSED, deadlines=(), dispatched_at=START - 90 * HOUR)
    moves = (a_move(case, CaseState.DISPATCHED, START - 90 * HOUR), a_move(case, CaseState.CLOSED, START - 80 * HOUR))
    outside = build_weekly(facts(cases=(case,), transitions={case.id: moves}))
    inside = build_weekly(facts(cases=(case,), transitions={case.id: moves}, start=START - 100 * HOUR))
    assert (value(outside, "本周办结"), value(inside, "本周办结")) == (0, 1)


def test_many_units_are_cut_and_the_rest_is_named() -> None:
    cases = tuple(a_case(f"TH-{n}", id=f"c{n}", routing=Routing(lead=f"unit{n}", reasons=("属地",))) for n in range(UNITS + 3))
    part = section(build_weekly(facts(cases=cases)), "交办与回应")
    assert len(rows(part)) == UNITS
    assert f"以上列出前{UNITS}个单位" in words(part)


def test_figures_are_printed_as_given_and_only_when_given() -> None:
    monthly = build_monthly(week(), performance=FIGURES)
    assert rows(section(monthly, "考核")) == [
        ["区城市管理局", "9/12（75.0%）", "3/4（样本不足10件，不列率）"],
        ["区住房和城乡建设局", "12/12（100.0%）", "12/12（100.0%）"],
    ]
    table = next(b for b in section(monthly, "考核").blocks if isinstance(b, Table))
    assert sum(c.share for c in table.columns) == 100
    assert "考核" not in all_words(build_monthly(week()))


def test_the_course_has_every_day_on_record(weekly: Daily) -> None:
    chart = next(b for b in section(weekly, "走势").blocks if isinstance(b, Chart))
    assert chart.caption == "本周走势"
    assert chart.labels[0] == "6月2日"
    assert chart.series[0].values == tuple(c.posts for c in reversed(DAYS))


def test_a_whistle_s_words_and_unit_stay_out() -> None:
    post = a_post("a", title="举报某局收钱")
    case = a_case("TH-1", event_id="e", title="举报某局收钱")
    day = a_day(
        (post,), said={"a": an_assessment("a", whistleblowing=True)}, events=(an_event("e", (post,), title="举报某局收钱"),),
        posts_by_event={"e": (post,)}, cases=(case,),
    )  # fmt: skip
    told = all_words(build_weekly(day))
    assert "收钱" not in told
    assert "区城市管理局" not in told


@pytest.mark.parametrize("odd", ["<script>alert(1)</script>", "停\x00水\ud800", "\u202e反"])
def test_hostile_words_stay_words(odd: str) -> None:
    paper = build_monthly(hostile(week(), odd), performance=(UnitFigures(unit=odd, figures=((odd, odd),)),))
    page = render_html(paper)
    assert "<script" not in page
    page.encode("utf-8")
    assert render_word(paper)[:2] == b"PK"
