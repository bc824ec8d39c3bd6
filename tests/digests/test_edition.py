"""What an analyst changed, as the paper shows it; what changed since the issue before; and that the front stays on one sheet."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digests.changes import raised
from digests.daily import build_daily
from digests.document import Column, Daily, Heading, Manner, Paragraph, Section, Table, TableRow, Text
from digests.facts import DayFacts
from digests.period import build_weekly
from digests.sheet import HEAD, SHEET, height_of, heights
from digests.word import render_word
from records.case import CaseState
from records.edition import REMARK, DigestEdit, EditKind, edition_of
from records.event import EventPhase
from tests.digests.reading_aloud import count, row_at, rows, section, value, words
from tests.digests.sample import (
    HOUR,
    MADE,
    START,
    a_case,
    a_day,
    a_deadline,
    a_move,
    a_post,
    an_event,
    facts,
    rich_day,
)
from tests.digests.test_paper import OFFICE, READER, page, run

K = EditKind


def edited(*edits: tuple[EditKind, tuple[str, ...], str], day: DayFacts | None = None) -> DayFacts:
    made = (
        DigestEdit(id=f"d{n}", day="2018-06-08", issue="daily", kind=kind, events=events, words=said, by="演示值班员", at=MADE + n * HOUR / 60)
        for n, (kind, events, said) in enumerate(edits)
    )
    return replace(day or rich_day(), edition=edition_of(made))


def headlines(daily: Daily) -> list[str]:
    return [row[1].split("。")[0] for row in rows(section(daily, "今日要情"))]


# what an analyst changed
def test_an_order_puts_events_first_and_leaves_the_rest() -> None:
    plain = headlines(build_daily(rich_day()))
    moved = headlines(build_daily(edited((K.ORDER, ("e9", "e1"), ""))))
    assert moved == ["窗口排队两小时还让重新取号，态度也不好", "自来水发黄持续三天，水务公司说在冲洗管网", plain[0]]


def test_a_dropped_event_makes_room_and_is_still_counted() -> None:
    plain, daily = build_daily(rich_day()), build_daily(edited((K.DROP, ("e0",), "已办妥，不必上报")))
    assert headlines(daily)[:2] == headlines(plain)[1:]
    assert value(daily, "有效帖文") == value(plain, "有效帖文")
    assert "解放南路下穿通道积水" in words(section(daily, "事件"))
    log = words(section(daily, "监测运行"))
    assert "6月8日08:05 演示值班员 略去“解放南路下穿通道积水，…”（仍计入数据和附表）：已办妥，不必上报。" in log


def test_a_dropped_event_leaves_the_watched_list_too() -> None:
    watched = [row[0] for row in rows(section(build_daily(edited((K.DROP, ("e1",), "重复"))), "持续关注"))]
    assert watched
    assert not any("自来水发黄" in title for title in watched)


def test_remarks_stand_by_what_they_are_about() -> None:
    daily = build_daily(edited((K.REMARK, (), "今日高考第三天，电话13900000000"), (K.REMARK, ("e0",), "已派员")))
    front = section(daily, "今日要情")
    assert "编者按：今日高考第三天，电话〔电话〕" in words(front)
    assert rows(front)[0][1].endswith("。按：已派员")
    weekly = build_weekly(edited((K.REMARK, (), "本周平稳"), (K.DROP, ("e0",), "重复")))
    assert "编者按：本周平稳" in words(section(weekly, "本周重点事件"))
    assert not any("下穿通道" in row[1] for row in rows(section(weekly, "本周重点事件")))


def test_a_paper_without_edits_has_no_log() -> None:
    assert "编辑记录" not in words(section(build_daily(rich_day()), "监测运行"))


def test_all_dropped_is_an_empty_front_that_says_so() -> None:
    day = edited(*((K.DROP, (f"e{n}",), "重复") for n in range(10)))
    assert "未发现需要报告的要情" in words(section(build_daily(day), "今日要情"))


def test_an_edit_of_an_event_that_is_gone_does_no_harm() -> None:
    daily = build_daily(edited((K.ORDER, ("gone",), ""), (K.DROP, ("gone",), "重复")))
    assert headlines(daily) == headlines(build_daily(rich_day()))
    assert "略去本期以外的事件" in words(section(daily, "监测运行"))


# what changed since the issue before
@pytest.mark.parametrize(("change", "is_raised"), [("Ⅳ→Ⅲ", True), ("Ⅲ→Ⅰ", True), ("Ⅰ→Ⅱ", False), ("Ⅱ→Ⅱ", False), ("", False), ("x→Ⅰ", False)])
def test_raised(change: str, is_raised: bool) -> None:
    assert raised(change) is is_raised


def test_nothing_changed_is_said() -> None:
    assert "较上期：无新事件，等级、办理情况均无变化。" in words(section(build_daily(facts()), "数据概览"))


def test_new_events_are_those_first_gathered_in_the_span() -> None:
    new, old = a_post("new"), a_post("old", seen=START - HOUR)
    day = a_day((new, old), events=(an_event("n", (new,)), an_event("o", (old,))), posts_by_event={"n": (new,), "o": (old,)})
    found = count(build_daily(day), "较上期·新事件")
    assert found.value == 1
    assert row_at(build_daily(day), found.rows[0])[1] == "事件n"


def test_raised_answered_and_closed_cases() -> None:
    cases = tuple(a_case(f"TH-{n}", deadlines=()) for n in range(4))
    moves = {
        cases[0].id: (a_move(cases[0], CaseState.ANSWERED, START + HOUR),), cases[1].id: (a_move(cases[1], CaseState.CLOSED, START + HOUR),),
        cases[2].id: (a_move(cases[2], CaseState.CLOSED, START - HOUR),),
    }  # fmt: skip
    daily = build_daily(facts(cases=cases, transitions=moves, regraded={"TH-3": "Ⅲ→Ⅱ", "TH-0": "Ⅱ→Ⅲ"}))
    told = words(section(daily, "数据概览"))
    assert "等级上调1件，已公开回应1件，办结1件。" in told
    assert "TH-3" in row_at(daily, count(daily, "较上期·等级上调").rows[0])


def test_newly_late_is_what_ran_out_since_the_span_began() -> None:
    cases = tuple(a_case(f"TH-{n}", deadlines=(a_deadline("sign", at),)) for n, at in enumerate((START - HOUR, START + HOUR, MADE + HOUR)))
    found = count(build_daily(facts(cases=cases)), "较上期·新逾期")
    assert found.rows == ("c2",)


@pytest.mark.parametrize(
    ("now", "before", "phase", "recedes"),
    [(1, 3, EventPhase.PEAK, 1), (3, 1, EventPhase.PEAK, 0), (2, 2, EventPhase.FADING, 1), (0, 0, EventPhase.FADING, 0), (0, 2, EventPhase.PEAK, 1)],
)
def test_what_recedes(now: int, before: int, phase: EventPhase, recedes: int) -> None:
    posts = (*(a_post(f"b{n}", seen=START - (n + 1) * HOUR) for n in range(before)), *(a_post(f"n{n}", seen=START + n * HOUR) for n in range(now)))
    posts = posts or (a_post("x", seen=START - 90 * HOUR),)
    event = an_event("e", posts, phase=phase, created_at=START - timedelta(days=3))
    daily = build_daily(a_day(posts, events=(event,), posts_by_event={"e": posts}))
    assert value(daily, "较上期·回落") == recedes if recedes else "回落" not in words(section(daily, "数据概览"))


# one sheet
def test_heights() -> None:
    body = Paragraph((Text("一" * 30),))
    small = Paragraph((Text("一" * 30),), Manner.SMALL)
    table = Table("表", (Column("甲", 50), Column("乙", 50)), (TableRow(((Text("一" * 40),), (Text("一"),))),))
    assert heights((body,)) == 2 * 28
    assert heights((small,)) == 18
    assert heights((table,)) == 15 + 3 * 15 + 6
    assert heights((Heading("（一）"),)) == 28
    assert height_of(Section("s", "一、", "题", (small,))) == 28 + 18


def crowded() -> DayFacts:
    """Long titles, a remark on the paper and on each headline."""
    day = rich_day()
    long = "解放南路下穿通道与文港路交叉口因暴雨积水早高峰车辆行人均无法通行已有多辆车熄火"
    day = replace(day, events=tuple(replace(e, title=long) for e in day.events))
    asides = tuple((K.REMARK, (e.id,), "现场已派员处置，" * 11) for e in day.events)
    return edited((K.REMARK, (), "按" * REMARK), *asides, day=day)


@pytest.mark.parametrize("day", [rich_day(), facts(), edited((K.REMARK, (), "按" * REMARK))], ids=["rich", "empty", "remark"])
def test_the_front_is_estimated_to_fit(day: DayFacts) -> None:
    assert HEAD + sum(map(height_of, build_daily(day).sections[:3])) <= SHEET


def test_what_does_not_fit_gives_way_to_what_matters_more() -> None:
    told = words(section(build_daily(edited((K.REMARK, (), "按" * REMARK))), "新增交办"))
    assert "TH-20180607-001" in told
    assert "TH-20180607-006" not in told


@pytest.mark.skipif(not (OFFICE and READER), reason="libreoffice-writer or poppler-utils is not installed")
@pytest.mark.parametrize("day", [edited((K.REMARK, (), "按" * REMARK), (K.REMARK, ("e0",), "已派员")), crowded()], ids=["remark", "crowded"])
def test_an_edited_front_is_one_sheet_of_paper(day: DayFacts, tmp_path: Path) -> None:
    assert OFFICE is not None
    (tmp_path / "daily.docx").write_bytes(render_word(build_daily(day)))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    run(OFFICE, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "daily.docx"))
    first, second = (page(tmp_path / "daily.pdf", n) for n in (1, 2))
    assert "三、新增交办与到期" in first
    assert second.startswith("四、持续关注事件")


