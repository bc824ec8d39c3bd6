"""The daily digest as a document: every section, every number, honest on an empty day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.daily import build_daily, count_of, issue_of, rows_of, runs
from digests.document import Daily, Link, Table, anchors_in, counts_in, pieces_of
from digests.facts import DayCount, DayFacts
from records.assessment import OpinionLevel, Territory
from records.case import CaseState, Routing
from records.event import EventPhase
from records.notice import NoticeState
from records.post import Precision
from records.source import MediaTier
from tests.digests.reading_aloud import all_words, count, links, overdue, row_at, rows, section, value, words
from tests.digests.sample import (
    DAY,
    END,
    HOUR,
    MADE,
    SOURCES,
    STANDARD,
    START,
    a_case,
    a_day,
    a_deadline,
    a_move,
    a_notice,
    a_post,
    a_source,
    a_state,
    an_assessment,
    an_event,
    facts,
    hostile,
    masked_words,
    rich_day,
)

S = CaseState
TITLES = [
    "今日要情",
    "数据概览",
    "新增交办与到期",
    "持续关注事件",
    "回应情况",
    "苗头性问题",
    "上级与周边关注",
    "不实信息线索（疑似，待核实）",
    "明日敏感节点",
    "监测运行",
    "走势、类别与承办单位",
]


@pytest.fixture(scope="module")
def rich() -> Daily:
    return build_daily(rich_day())


DAYS = {
    "rich": rich_day(),
    "empty": facts(),
    "leaders": replace(rich_day(), withhold_accusations=False),
    "hostile": hostile(rich_day(), "<script>alert(1)</script>\x00\ud800"),
    "no sources": replace(rich_day(), sources=(), fetch_states={}),
    "no units": replace(rich_day(), units=replace(rich_day().units, units=())),
}


# the document as a whole
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_every_number_is_the_sum_of_its_rows(day: DayFacts) -> None:
    daily = build_daily(day)
    wrong = [c for c in counts_in(daily.parts) if rows_of(daily, c) != c.value or len(set(c.rows)) != len(c.rows)]
    assert wrong == []


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_every_number_and_every_inner_link_leads_somewhere(day: DayFacts) -> None:
    daily = build_daily(day)
    places = list(anchors_in(daily.parts))
    assert len(places) == len(set(places))
    wanted = {daily.target(c) for c in counts_in(daily.parts)} | {r for c in counts_in(daily.parts) for r in c.rows}
    inner = {h.removeprefix("#") for part in daily.parts for h in links(part) if h.startswith("#")}
    assert (wanted | inner) - {""} <= set(places)


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_rows_have_a_cell_for_every_column_and_columns_fill_the_page(day: DayFacts) -> None:
    tables = [b for part in build_daily(day).parts for b in part.blocks if isinstance(b, Table)]
    assert {sum(c.share for c in t.columns) for t in tables} == {100}
    assert all(len(row.cells) == len(t.columns) for t in tables for row in t.rows)
    assert all(t.rows for t in tables)


def test_sections_stand_in_the_order_of_the_paper(rich: Daily) -> None:
    assert [s.title for s in rich.sections] == TITLES
    assert "".join(s.number for s in rich.sections) == "一、二、三、四、五、六、七、八、九、十、附图　"
    assert [s.number.strip() for s in rich.annexes] == [f"附表{n}" for n in range(1, 10)]


def test_equal_facts_give_an_equal_document() -> None:
    assert build_daily(rich_day()) == build_daily(rich_day())


def test_a_count_of_many_rows_leads_to_the_list_of_all_of_them(rich: Daily) -> None:
    valid = count(rich, "有效帖文")
    entry = next(b for b in section(rich, "数字索引").blocks if getattr(b, "anchor", "") == rich.target(valid))
    assert [p.href for p in pieces_of(entry) if isinstance(p, Link)] == ["#p1", "#p60"]
    assert valid.value == 60


def test_a_count_of_one_row_leads_to_the_row(rich: Daily) -> None:
    assert rich.target(count(rich, "本期已公开回应")) == "c2"
    assert rich.target(count(rich, "本期不公开回应")) == ""


@pytest.mark.parametrize(
    ("given_rows", "expected"),
    [
        ((), []),
        (("p1",), [("p1", "p1")]),
        (("p9", "p10", "p11"), [("p9", "p11")]),
        (("p1", "q2"), [("p1", "p1"), ("q2", "q2")]),
        (("p1", "p3", "p4"), [("p1", "p1"), ("p3", "p4")]),
    ],
)
def test_neighbouring_rows_are_drawn_together(given_rows: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert runs(given_rows) == expected


@given(st.sets(st.integers(1, 60)))
def test_runs_lose_no_row(numbers: set[int]) -> None:
    found = runs(tuple(f"p{n}" for n in sorted(numbers)))
    assert {n for a, b in found for n in range(int(a[1:]), int(b[1:]) + 1)} == numbers


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_day_adds_up(data: st.DataObject) -> None:
    """Posts of any relevance, labels, areas, sources and times; numbers still equal their rows."""
    posts, said = [], {}
    for n in range(data.draw(st.integers(0, 12))):
        draw = data.draw
        posts.append(
            a_post(
                str(n),
                source_id=draw(st.sampled_from(["bbs", "city", "gone"])),
                seen=START + draw(st.integers(0, 1439)) * HOUR / 60,
            )
        )
        if draw(st.booleans()):
            said[str(n)] = an_assessment(
                str(n),
                relevant=draw(st.sampled_from([0.0, 0.49, 0.5, 1.0])),
                labels=tuple(draw(st.sets(st.sampled_from(["C1", "C3", "C7"])))),
                areas=tuple(draw(st.sets(st.sampled_from(["先锋街道", "外面"])))),
                territory=draw(st.sampled_from(list(Territory))),
                whistleblowing=draw(st.booleans()),
            )
    event = (an_event("e", tuple(posts)),) if posts else ()
    daily = build_daily(
        facts(posts=tuple(posts), assessments=said, sources=SOURCES, events=event, posts_by_event={"e": tuple(posts)})
    )
    assert all(rows_of(daily, c) == c.value for c in counts_in(daily.parts))
    assert count_of(facts(posts=tuple(posts), assessments=said)).posts == len(posts)


# 报头
@pytest.mark.parametrize(
    ("day", "issue"),
    [(date(2018, 1, 1), "〔2018〕第1期"), (date(2018, 12, 31), "〔2018〕第365期"), (date(2020, 12, 31), "〔2020〕第366期")],
)
def test_issue_is_the_day_of_the_year(day: date, issue: str) -> None:
    assert issue_of(day) == issue


def test_head_of_a_paper_nobody_has_reviewed() -> None:
    head = build_daily(facts()).head
    assert (head.mark, head.review, head.reviewed, head.compiled) == ("内部资料　注意保存", "未经审核", False, "系统自动生成")
    assert head.span_words == "2018年6月7日08:00至2018年6月8日08:00"


def test_head_of_a_reviewed_paper() -> None:
    head = build_daily(facts(reviewed_by="区政府办值班主任", compiled_by="信息科")).head
    assert (head.review, head.reviewed, head.compiled) == ("区政府办值班主任", True, "信息科")


def test_a_reviewer_of_invisible_characters_is_no_reviewer() -> None:
    assert build_daily(facts(reviewed_by="\u200b\x00")).head.reviewed is False


# 一、今日要情
def headline_day(**event: object) -> DayFacts:
    posts = (a_post("a", seen=START - 2 * HOUR), a_post("b"), a_post("c", seen=START + 3 * HOUR))
    return a_day(
        posts[1:],
        events=(an_event("e", posts, **({"title": "先锋街道停水"} | event)),),
        posts_by_event={"e": posts},
        said={"a": an_assessment("a")},
    )


def test_a_headline_tells_source_volume_change_and_the_lack_of_a_case() -> None:
    row = rows(section(build_daily(headline_day()), "今日要情"))[0]
    assert row == [
        "Ⅳ级",
        "先锋街道停水。建议研判后确定是否交办。",
        "6月7日05:50 鹤鸣亭论坛首发；累计3条，24小时新增2条（前日1条）",
        "尚未形成交办件",
    ]


def test_at_most_three_headlines_gravest_first(rich: Daily) -> None:
    table = rows(section(rich, "今日要情"))
    assert [row[0] for row in table] == ["Ⅱ级", "Ⅱ级", "Ⅲ级"]


def test_of_one_level_the_event_with_more_new_posts_stands_first() -> None:
    few, many = (a_post("f"),), tuple(a_post(f"m{n}") for n in range(3))
    day = a_day((*few, *many), events=(an_event("1", few, heat=999), an_event("2", many)), posts_by_event={"1": few, "2": many})
    assert [row[1][:3] for row in rows(section(build_daily(day), "今日要情"))] == ["事件2", "事件1"]


@pytest.mark.parametrize("gone", [{"merged_into": "other"}, {"territory": Territory.ELSEWHERE}])
def test_merged_events_and_those_of_elsewhere_are_no_headlines(gone: dict[str, object]) -> None:
    assert "未发现需要报告的要情" in words(section(build_daily(headline_day(**gone)), "今日要情"))


def test_an_event_without_new_posts_is_no_headline() -> None:
    old = (a_post("a", seen=START - 2 * HOUR),)
    day = a_day((), events=(an_event("e", old),), posts_by_event={"e": old}, said={"a": an_assessment("a")})
    assert "未发现需要报告的要情" in words(section(build_daily(day), "今日要情"))


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        (S.ALERTED, "建议尽快确定承办单位并交办"),
        (S.DISPATCHED, "建议提醒承办单位签收"),
        (S.RETURNED, "建议由区政府办指定承办单位"),
        (S.CHECKING, "建议督促反馈核查情况"),
        (S.REPORTED, "建议审核口径并按程序签批"),
        (S.APPROVED, "建议按签批口径公开回应"),
        (S.ANSWERED, "建议跟踪公众反馈"),
        (S.CLOSED, "建议关注是否再起"),
    ],
)
def test_advice_follows_the_state_of_the_case(state: CaseState, advice: str) -> None:
    day = replace(headline_day(), cases=(a_case("1", event_id="e", state=state),))
    assert advice in rows(section(build_daily(day), "今日要情"))[0][1]


def test_every_state_has_its_advice() -> None:
    for state in CaseState:
        day = replace(headline_day(), cases=(a_case("1", event_id="e", state=state),))
        assert state in rows(section(build_daily(day), "今日要情"))[0][3]


def test_an_overdue_case_is_red_with_the_absolute_time_and_asks_for_supervision() -> None:
    day = replace(headline_day(), cases=(a_case("1", event_id="e", deadlines=(a_deadline("sign", MADE - HOUR),)),))
    part = section(build_daily(day), "今日要情")
    assert overdue(part) == ["已逾期：应于6月8日07:05前签收"]
    assert "建议督办，并提醒承办单位签收" in words(part)


def test_a_grave_event_without_a_case_is_reported_at_once() -> None:
    part = section(build_daily(headline_day(opinion_level=OpinionLevel.I)), "今日要情")
    assert "建议立即研判并按权限呈报" in words(part)


def test_of_two_cases_of_one_event_the_newer_is_told() -> None:
    old, new = a_case("1", event_id="e", state=S.ARCHIVED), a_case("2", event_id="e", opened_at=START + 9 * HOUR)
    day = replace(headline_day(), cases=(new, old))
    assert "交办；" in rows(section(build_daily(day), "今日要情"))[0][3]


# 二、数据概览
def test_totals_and_splits(rich: Daily) -> None:
    expected = {
        "监测到的帖文（按信息源）": 91,
        "有效帖文": 60,
        "未研判帖文": 1,
        "分级别·市级": 10,
        "分级别·区级": 40,
        "分级别·自媒体": 10,
        "分类别·切身利益": 30,
        "分街镇·毓龙街道": 12,
        "新增交办": 6,
    }
    assert {label: value(rich, label) for label in expected} == expected


def test_comparison_with_yesterday_and_the_week(rich: Daily) -> None:
    text = words(section(rich, "数据概览"))
    assert text.startswith("监测到帖文91（昨日83，7日均92.0）条，有效60（昨日51，7日均54.0）条，新增交办6（昨日3，7日均3.0）件。")
    assert "#h1" in links(section(rich, "数据概览"))
    assert row_at(rich, "h1")[1:] == ["2018年6月7日", "83", "51", "3"]


@pytest.mark.parametrize(
    ("days_back", "said"),
    [
        ((), "监测到帖文0（无可比数据）条"),
        ((0, 8), "监测到帖文0（无可比数据）条"),
        ((2, 3), "监测到帖文0（昨日无可比数据，2日均10.0）条"),
        ((1,), "监测到帖文0（昨日10，1日均10.0）条"),
        ((1, 1, 7), "监测到帖文0（昨日10，2日均10.0）条"),
    ],
)
def test_only_known_days_are_compared(days_back: tuple[int, ...], said: str) -> None:
    previous = tuple(DayCount(day=DAY - timedelta(days=n), posts=10, relevant=5, cases=1) for n in days_back)
    assert words(section(build_daily(facts(previous=previous)), "数据概览")).startswith(said)


@pytest.mark.parametrize(("relevant", "counted"), [(0.49, 0), (0.5, 1), (1.0, 1)])
def test_the_standard_s_threshold_decides_what_counts(relevant: float, counted: int) -> None:
    day = a_day((a_post("a"),), said={"a": an_assessment("a", relevant=relevant)})
    assert count_of(day).relevant == value(build_daily(day), "有效帖文") == counted


def test_what_a_first_poll_brought_from_before_is_not_today_s_news() -> None:
    old = a_post("old", baseline=True, published_at=START - 100 * HOUR)
    new = a_post("new", baseline=True)
    assert count_of(a_day((old, new))).posts == 1


def test_a_post_gathered_twice_counts_once() -> None:
    assert count_of(a_day((a_post("a"), a_post("a")))).posts == 1


def test_posts_of_a_source_no_longer_listed_are_counted_and_named() -> None:
    daily = build_daily(a_day((a_post("a", source_id="gone"),)))
    assert value(daily, "分级别·未登记信息源") == 1
    assert "未登记信息源 gone" in words(section(daily, "信息源"))


def test_posts_without_place_or_category_are_said_to_be_so() -> None:
    daily = build_daily(a_day((a_post("a"),), said={"a": an_assessment("a", areas=(), labels=())}))
    assert (value(daily, "分类别·未归类"), value(daily, "分街镇·属地未明")) == (1, 1)


def test_a_place_outside_the_list_is_counted_under_its_name() -> None:
    daily = build_daily(a_day((a_post("a"),), said={"a": an_assessment("a", areas=("伍佑街道", "先锋街道"))}))
    assert (value(daily, "分街镇·伍佑街道"), value(daily, "分街镇·先锋街道")) == (1, 1)


def test_unassessed_posts_are_told_not_hidden() -> None:
    daily = build_daily(facts(posts=(a_post("a"), a_post("b"))))
    part = section(daily, "数据概览")
    assert "另有2条未研判" in words(part)
    assert overdue(part) == ["2"]
    assert row_at(daily, "q1")[4] == "—"


def test_count_of_is_what_the_paper_prints() -> None:
    day = rich_day()
    assert count_of(day) == DayCount(day=DAY, posts=91, relevant=60, cases=6)


# 三、新增交办与到期
def test_cases_new_waiting_due_and_overdue(rich: Daily) -> None:
    part = section(rich, "新增交办与到期")
    assert words(part).startswith("新增交办6件，待决定1件，24小时到期3件，逾期2件。")
    assert overdue(part) == ["2", "已逾期：应于6月8日06:05前首次回应", "已逾期：应于6月8日07:05前签收"]
    assert "其余见附表2" in words(part)


def test_a_case_sent_again_after_its_return_is_not_new() -> None:
    case = a_case("1", dispatched_at=END - HOUR)
    moves = (
        a_move(case, S.DISPATCHED, START - 9 * HOUR),
        a_move(case, S.RETURNED, START + HOUR),
        a_move(case, S.DISPATCHED, END - HOUR),
    )
    assert value(build_daily(facts(cases=(case,), transitions={case.id: moves})), "新增交办") == 0


@pytest.mark.parametrize(("at", "new"), [(START, 1), (END, 0), (START - HOUR, 0), (None, 0)])
def test_without_transitions_the_case_s_own_time_counts(at: object, new: int) -> None:
    assert value(build_daily(facts(cases=(a_case("1", dispatched_at=at),))), "新增交办") == new


# 四、持续关注事件
def test_watched_events_show_course_and_phase() -> None:
    posts = (a_post("a", seen=START - 30 * HOUR), a_post("b", seen=START - HOUR), a_post("c", seen=START - 2 * HOUR), a_post("d"))
    day = a_day(
        (posts[3],),
        events=(an_event("e", posts, phase=EventPhase.FADING),),
        posts_by_event={"e": posts},
        said={p.id: an_assessment(p.id) for p in posts},
    )
    assert rows(section(build_daily(day), "持续关注事件")) == [["事件e", "Ⅳ级", "4", "1（前2）", "回落·回落期", "未交办"]]


def test_a_new_event_is_not_a_watched_one() -> None:
    posts = (a_post("a"),)
    day = a_day(posts, events=(an_event("e", posts),), posts_by_event={"e": posts})
    assert words(section(build_daily(day), "持续关注事件")) == "无跨日持续传播的事件。"


def test_posts_seen_after_the_span_belong_to_tomorrow() -> None:
    posts = (a_post("a"), a_post("late", seen=END))
    daily = build_daily(a_day(posts[:1], events=(an_event("e", posts),), posts_by_event={"e": posts}))
    assert value(daily, "事件“事件e”累计帖文") == 1


# 五、回应情况
def answered(why: str = "按程序", url: str = "", **case: object) -> DayFacts:
    posts = (a_post("a"), a_post("b", seen=START + 9 * HOUR), a_post("c", seen=START + 10 * HOUR))
    one = a_case("TH-1", event_id="e", state=S.ANSWERED, **case)
    moves = (a_move(one, S.DISPATCHED, START + HOUR), a_move(one, S.ANSWERED, START + 8 * HOUR, why))
    return replace(
        a_day(posts, events=(an_event("e", posts),), posts_by_event={"e": posts}),
        cases=(one,),
        transitions={one.id: moves},
        answer_urls={one.id: url} if url else {},
    )


def test_an_answer_shows_time_link_and_what_was_said_since() -> None:
    part = section(build_daily(answered(url="https://www.example.gov.cn/1.html")), "回应情况")
    assert rows(part) == [["TH-1", "交办TH-1（区城市管理局）", "6月7日16:00", "2条", "查看"]]
    assert "https://www.example.gov.cn/1.html" in links(part)


def test_the_address_in_the_reason_serves_where_none_was_registered() -> None:
    part = section(build_daily(answered(why="已发布（https://www.example.gov.cn/2.html），完毕")), "回应情况")
    assert "https://www.example.gov.cn/2.html" in links(part)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)"])
def test_an_answer_without_a_proper_address_says_so(url: str) -> None:
    part = section(build_daily(answered(url=url)), "回应情况")
    assert rows(part)[0][4] == "未登记链接"
    assert overdue(part) == ["未登记链接"]


@pytest.mark.parametrize(("hours", "said"), [(7, "6月7日16:00，逾时"), (8, "6月7日16:00，按时")])
def test_whether_the_answer_came_in_time(hours: int, said: str) -> None:
    day = answered(deadlines=(a_deadline("respond", START + hours * HOUR),))
    assert rows(section(build_daily(day), "回应情况"))[0][2] == said


def test_an_answer_of_another_day_is_not_today_s() -> None:
    case = a_case("1", state=S.ANSWERED)
    day = facts(cases=(case,), transitions={case.id: (a_move(case, S.ANSWERED, START - HOUR),)})
    assert words(section(build_daily(day), "回应情况")).startswith("本期公开回应0件，按程序不公开回应0件")


def test_what_is_not_published_is_counted_apart() -> None:
    case = a_case("1", state=S.NOT_PUBLISHED)
    day = facts(cases=(case,), transitions={case.id: (a_move(case, S.NOT_PUBLISHED, START + HOUR),)})
    assert value(build_daily(day), "本期不公开回应") == 1


# 六、苗头性问题
def test_a_trend_reaches_back_to_earlier_posts() -> None:
    old = tuple(a_post(f"o{n}", seen=START - 50 * HOUR) for n in range(2))
    day = replace(a_day((a_post("new", title="又停水了"),), said={p.id: an_assessment(p.id) for p in old}), earlier_posts=old)
    daily = build_daily(day)
    part = section(daily, "苗头性问题")
    assert "近七日3条，其中本期1条。最近一条：“又停水了”" in words(part)
    assert count(daily, "苗头 先锋街道 · 切身利益 · 区城市管理局 近七日").rows == ("p1", "q1", "q2")


def test_without_trends_it_is_said() -> None:
    assert words(section(build_daily(facts()), "苗头性问题")) == "近七日未见同地同类三条以上的帖文。"


def test_trends_beyond_the_fifth_are_one_number(rich: Daily) -> None:
    assert value(rich, "苗头 其余较小的同类情况") > 0
    assert "另有较小的同类情况" in words(section(rich, "苗头性问题"))


# 七、上级与周边关注
def test_media_above_and_neighbours_are_told_apart() -> None:
    posts = (a_post("up", source_id="prov", title="省台报道"), a_post("near", title="邻区停水"), a_post("ours"))
    said = {"near": an_assessment("near", relevant=0.1, territory=Territory.NEIGHBOUR)}
    day = replace(a_day(posts, said=said), sources=SOURCES)
    daily = build_daily(day)
    assert (count(daily, "市级以上媒体涉区").rows, count(daily, "周边同类").rows) == (("p1",), ("q1",))
    text = words(section(daily, "上级与周边关注"))
    assert "省级·江苏民生频道（6月7日08:50）：省台报道" in text
    assert "邻区停水" in text


def test_a_neighbour_s_post_on_nothing_of_ours_is_left_out() -> None:
    said = {"near": an_assessment("near", relevant=0.1, territory=Territory.NEIGHBOUR, labels=())}
    text = words(section(build_daily(a_day((a_post("near"),), said=said)), "上级与周边关注"))
    assert text == "未监测到市级以上媒体涉区报道和周边同类情况。"


# 八、不实信息线索
@pytest.mark.parametrize("verdict", [{"labels": ("C7",)}, {"form": "R6"}])
def test_suspected_untruths_are_only_suspected(verdict: dict[str, object]) -> None:
    part = section(build_daily(a_day((a_post("a", title="网传要停供一周"),), said={"a": an_assessment("a", **verdict)})), "不实")
    assert "疑似线索1条，均待具名人员依据权威来源核实" in words(part)
    assert "疑似，待核实：区级·鹤鸣亭论坛" in words(part)


def test_complaint_alone_is_no_untruth() -> None:
    assert words(section(build_daily(a_day((a_post("a"),))), "不实")) == "无。批评、投诉、讽刺不属于不实信息。"


def test_a_long_list_of_suspected_untruths_names_the_annex() -> None:
    posts = tuple(a_post(f"{n:02d}") for n in range(12))
    part = section(build_daily(a_day(posts, said={p.id: an_assessment(p.id, labels=("C7",)) for p in posts})), "不实")
    assert "疑似线索12条" in words(part)
    assert words(part).count("疑似，待核实：") == 8
    assert "#annex4" in links(part)


# 九、明日敏感节点
def test_tomorrow_s_dates_are_listed_or_said_to_be_missing(rich: Daily) -> None:
    assert words(section(rich, "明日")).startswith("1. 高考第三天")
    assert words(section(build_daily(facts()), "明日")) == "未登记明日敏感节点（由区政府办登记）。"


# 十、监测运行
def test_sources_in_trouble_are_listed_worst_first(rich: Daily) -> None:
    table = rows(section(rich, "监测运行"))
    assert [row[:2] for row in table] == [
        ["盐都在线论坛", "采集失败"],
        ["市民留言板", "连续零产出"],
        ["黄尖镇便民网", "本期无新帖"],
    ]
    assert table[0][3] == "连续失败7次：HTTP 503 Service Unavailable"
    assert table[1][3] == "连续12次页面无条目"
    assert table[2][3] == "最近新帖：6月4日20:00"


@pytest.mark.parametrize("day", [facts(), rich_day(), a_day(())], ids=["no source", "trouble", "all well"])
def test_silence_is_never_taken_for_peace(day: DayFacts) -> None:
    assert "未监测到不等于没有" in words(section(build_daily(day), "监测运行"))


def test_standings_lead_to_rows_that_count_the_source_itself(rich: Daily) -> None:
    assert count(rich, "信息源·采集失败").rows == ("w7",)
    assert row_at(rich, "w7")[1:3] == ["盐都在线论坛", "采集失败"]
    assert value(rich, "信息源·正常") == 6


def test_gaps_name_tiers_and_streets(rich: Daily) -> None:
    text = words(section(rich, "监测运行"))
    assert "没有启用信息源的媒体级别：央级。" in text
    assert "本期无帖文提及：便仓镇、黄尖镇。" in text


def test_no_gap_of_tiers_when_each_has_a_source() -> None:
    sources = tuple(a_source(t.name, tier=t) for t in MediaTier)
    states = {s.id: a_state(s.id) for s in sources}
    assert "各媒体级别均有启用的信息源" in words(section(build_daily(facts(sources=sources, fetch_states=states)), "监测运行"))


def test_a_source_never_polled_says_so() -> None:
    table = rows(section(build_daily(facts(sources=(a_source("bbs"),))), "监测运行"))
    assert table == [["鹤鸣亭论坛", "从未采集成功", "无", "尚无采集记录"]]


def test_notices_and_versions(rich: Daily) -> None:
    part = section(rich, "监测运行")
    assert "通知已送达9件，待发送0件，未能送达1件。" in words(part)
    assert "模型版本m1，监测标准版本2026.1（草案，未经批准）" in words(part)
    assert row_at(rich, count(rich, "未能送达通知").rows[0])[5] == "未能送达"


@pytest.mark.parametrize("state", [NoticeState.PENDING, NoticeState.CLAIMED])
def test_what_still_waits_to_be_sent_is_counted(state: NoticeState) -> None:
    assert value(build_daily(facts(notices=(a_notice("n", state=state),))), "待发送通知") == 1


def test_an_approved_standard_is_not_called_a_draft() -> None:
    text = words(section(build_daily(facts(standard=replace(STANDARD, approved=True), model_version="")), "监测运行"))
    assert "模型版本未知，监测标准版本2026.1（已批准）" in text


# 附表
def test_a_post_s_row_leads_to_its_page_and_to_its_event_and_case(rich: Daily) -> None:
    first = row_at(rich, "p11")
    assert first[0] == "帖11"
    hrefs = links(section(rich, "有效帖文"))
    assert "https://bbs.example.cn/thread-00-1-1.html" in hrefs
    assert {"#e1", "#c1"} <= set(hrefs)


def test_a_case_s_row_leads_to_the_workbench(rich: Daily) -> None:
    assert "http://10.0.0.8:8700/cases/TH-20180607-001" in links(section(rich, "交办件"))
    assert row_at(rich, "c1")[3] == "区住房和城乡建设局（协办：区政府办公室）"
    assert len(overdue(section(rich, "交办件"))) == 2


@pytest.mark.parametrize("public_url", ["", "javascript:x", "ftp://x"])
def test_without_a_proper_workbench_address_the_number_is_plain(public_url: str) -> None:
    part = section(build_daily(facts(public_url=public_url, cases=(a_case("TH-1"),))), "交办件")
    assert [h for h in links(part) if not h.startswith("#")] == []
    assert rows(part)[0][1] == "TH-1"


def test_pasted_text_has_no_link_but_keeps_its_row() -> None:
    daily = build_daily(a_day((a_post("a", url="urn:huiying:paste:1"),)))
    assert links(section(daily, "有效帖文")) == []
    assert row_at(daily, "p1")[3] == "帖文a"


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        (Precision.MINUTE, "6月7日08:50"),
        (Precision.DAY, "6月7日"),
        (Precision.YEAR_GUESS, "6月7日"),
        (Precision.NONE, "6月7日09:00发现"),
    ],
)
def test_a_time_is_told_no_more_exactly_than_its_page_did(precision: Precision, said: str) -> None:
    assert row_at(build_daily(a_day((a_post("a", precision=precision),))), "p1")[1] == said


def test_a_post_without_a_title_shows_its_first_words() -> None:
    daily = build_daily(a_day((a_post("a", title="", text="楼上漏水半个月"), a_post("b", title="\x00", text=""))))
    assert {row_at(daily, r)[3] for r in ("p1", "p2")} == {"楼上漏水半个月", "（无标题）"}


def test_a_unit_the_list_lacks_is_shown_as_such() -> None:
    case = a_case("1", routing=Routing(lead="nowhere", reasons=("测试",)))
    assert "（名录外单位 nowhere）" in words(section(build_daily(facts(cases=(case,))), "交办件"))


def test_units_bear_the_name_of_the_day() -> None:
    assert "区城市管理局" in words(section(build_daily(facts(cases=(a_case("1"),))), "交办件"))


def test_posts_stand_by_tier_source_and_time() -> None:
    posts = (a_post("a", seen=START + 5 * HOUR), a_post("b"), a_post("c", source_id="prov"), a_post("d", source_id="self"))
    daily = build_daily(replace(a_day(posts), sources=SOURCES))
    assert [row[3] for row in rows(section(daily, "有效帖文"))] == ["帖文c", "帖文b", "帖文a", "帖文d"]


# people, not issues: what must not be printed
def test_phone_identity_and_plate_numbers_never_reach_the_paper() -> None:
    day = hostile(rich_day(), "打13912345678，证320902199001011234，车苏J12345")
    text = all_words(build_daily(replace(day, model_version="m1", area_names=())))  # these two are the office's own words
    assert text.count("〔电话〕") > 100
    assert masked_words().search(text) is None


def test_author_keys_never_reach_the_paper() -> None:
    day = replace(rich_day(), posts=tuple(replace(p, author_key="deadbeefcafe") for p in rich_day().posts))
    assert "deadbeef" not in repr(build_daily(day))


def accusation(**other: object) -> DayFacts:
    """An accused unit's post, another on the same happening, and the case made of both."""
    posts = (a_post("a", title="举报某局收钱"), a_post("b", title="同一件事的另一帖"))
    return replace(
        a_day(
            posts,
            said={"a": an_assessment("a", whistleblowing=True, accused=("cgj",), leads=(("jwjw", 0.9),))},
            events=(an_event("e", posts, title="举报某局收钱", level_reasons=("机关违法",)),),
            posts_by_event={"e": posts},
        ),
        cases=(a_case("TH-9", event_id="e", title="举报某局收钱", routing=Routing(lead="jwjw", reasons=("检举控告",))),),
        **other,
    )


def test_accusations_stand_without_words_source_unit_or_link() -> None:
    daily = build_daily(accusation())
    text = all_words(daily)
    for hidden in ("举报某局", "同一件事", "纪委", "机关违法"):
        assert hidden not in text
    assert [h for part in daily.parts for h in links(part) if "thread-" in h] == []
    assert row_at(daily, "p1")[1:3] == ["—", "—"]
    assert value(daily, "有效帖文") == 2
    assert "检举控告类线索（内容另行报送）" in text


def test_the_edition_of_those_entitled_shows_them() -> None:
    text = all_words(build_daily(accusation(withhold_accusations=False)))
    assert "举报某局收钱" in text
    assert "区纪委监委" in text


def test_a_public_answer_to_an_accusation_is_not_linked_either() -> None:
    day = accusation()
    case = replace(day.cases[0], state=S.ANSWERED)
    move = a_move(case, S.ANSWERED, START + HOUR, "见 https://www.example.gov.cn/9.html")
    part = section(build_daily(replace(day, cases=(case,), transitions={case.id: (move,)})), "回应情况")
    assert rows(part)[0][1] == "检举控告类线索（内容另行报送）"
    assert [h for h in links(part) if h.startswith("http")] == []


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_the_wording_is_peaceful(day: DayFacts) -> None:
    text = all_words(build_daily(day))
    for word in ("打击", "维稳", "敌对", "封堵", "删帖", "管控", "水军", "阵地", "战役", "刁民"):
        assert word not in text


# an empty day
def test_an_empty_day_is_told_honestly() -> None:
    daily = build_daily(facts())
    assert {c.value for c in counts_in(daily.parts)} == {0}
    said = {s.title: words(s) for s in daily.sections}
    assert said["今日要情"] == "统计区间内未发现需要报告的要情。未监测到不等于没有，监测运行情况见第十部分。"
    assert said["数据概览"].startswith("监测到帖文0（无可比数据）条，有效0（无可比数据）条")
    assert all(said.values())
    assert words(section(daily, "交办件")) == "无。"
    assert daily.targets == {}
