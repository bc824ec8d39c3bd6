"""The demo's account on a small ledger: it says what is on record, in the words on record, and no word is taken for markup."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from classifiers.model import LinearModel
from huiying import case_verbs, demo_account
from huiying.demo import Demo, town_sources
from huiying.digesting import make_digest
from huiying.office import Office, open_office
from huiying.pipeline import Account
from huiying.settings import Settings
from records.case import Case, CaseState, Deadline
from records.digest import DigestIssue
from records.instant import shanghai
from tests.huiying.desk import take, waiting_case, with_mail
from tests.makers import NOW, STATE, a_case, a_post, an_assessment, an_event, opening

WAY = ("交办", "签收", "核查", "反馈", "签批", "公开回应", "办结")
Prepared = Callable[[Office], Account]


def told(settings: Settings, model: LinearModel, folder: Path, prepare: Prepared, width: int = 200) -> str:
    """The account after `prepare` has put something into the ledger."""
    office_settings = replace(with_mail(settings), sources=town_sources("http://127.0.0.1:1"))
    heard = io.StringIO()

    async def go() -> None:
        async with open_office(office_settings, folder, model, lambda: NOW) as office:
            account = prepare(office)
            made = make_digest(office, shanghai(NOW).date())
            done = Demo(office=office, began_at=NOW, account=account, confirmed=(), digest=made)
            demo_account.tell(done, Console(file=heard, width=width, highlight=False))
            assert isinstance(made.issue, DigestIssue)

    asyncio.run(go())
    return heard.getvalue()


def line_of(text: str, word: str) -> str:
    return next(line for line in text.splitlines() if word in line)


def test_an_empty_ledger_is_told_as_one(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    text = told(settings, model, tmp_path, lambda office: Account())
    assert "0 条帖文，相关 0 条，归并为 0 个事件，立案 0 件" in text
    assert "未预警的事件 0 个" in text
    for source in town_sources("http://127.0.0.1:1"):
        assert line_of(text, source.name).split()[-2:] == ["0", "0"], "nothing collected, nothing new, no times"
    assert "确认交办 0 件；办结 0 件" in text
    assert f"{tmp_path}/digests/2018-06-08-daily.html" in text
    assert f"sqlite:///{tmp_path}/ledger.db" in text


def test_a_case_says_level_number_title_units_reason_and_limits(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    def prepare(office: Office) -> Account:
        waiting_case(office)
        return Account()

    text = told(settings, model, tmp_path, prepare)
    assert "Ⅲ级 TH-20180608-001《停水》　C3　R2　1 条帖文、1 个信息源" in text
    assert f"牵头 {settings.units.get('gs').name}，协办 {settings.units.get('zjj').name}　状态 预警提示" in text
    assert "为何：停水归供水企业；内容：涉及小区" in text
    assert "时限：公开回应 6月10日09:02前" in text


def test_new_posts_and_old_ones_are_counted_apart(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    def prepare(office: Office) -> Account:
        early = NOW - timedelta(hours=5)
        posts = [
            a_post("new", source_id="town-bbs"),
            a_post("old", source_id="town-bbs", first_seen_at=early, published_at=early),
            a_post("undated", source_id="town-bbs", published_at=None),
        ]
        office.ledger.add_collected(posts, [], STATE)
        return Account()

    row = line_of(told(settings, model, tmp_path, prepare), "示例小城 论坛").split()
    assert row[-4:] == ["3", "2", "6月8日04:02", "6月8日09:02"]


def test_titles_and_reasons_are_never_markup(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    title, reason = "[bold]停水[/bold][/red] [link=x]点这里", "事项[/] 供水"

    def prepare(office: Office) -> Account:
        office.ledger.add_collected([a_post("p1", title=title)], [], STATE)
        office.ledger.save_events([an_event("e1", ("p1",), title=title)])
        case = a_case("e1", title=title, routing=replace(a_case().routing, reasons=(reason,)))
        office.ledger.open_case(case, opening(case), lambda c: [], ["p1"], office.settings.office.case_number_format, NOW)
        return Account(problems=["示例 http://a.example/[/x]: 500"])

    text = told(settings, model, tmp_path, prepare)
    assert f"《{title}》" in text
    assert reason in text
    assert "采集问题 示例 http://a.example/[/x]: 500" in text


def test_quiet_events_are_counted_and_some_shown_with_their_reason(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    def prepare(office: Office) -> Account:
        for n in range(8):
            office.ledger.add_collected([a_post(f"p{n}")], [], STATE)
            office.ledger.save_events([an_event(f"e{n}", (f"p{n}",), title=f"小事{n}")])
            office.ledger.mark_decided(f"e{n}", NOW, f"只有一条，理由{n}")
        return Account()

    text = told(settings, model, tmp_path, prepare)
    assert "未预警的事件 8 个" in text
    assert text.count("《小事") == demo_account.SHOWN_QUIET
    shown = [line for line in text.splitlines() if "《小事" in line]
    assert all(f"《小事{n}》——只有一条，理由{n}" in line for line in shown for n in (line.split("《小事")[1][0],))


def test_a_closed_case_shows_every_step_with_who_and_why(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    def prepare(office: Office) -> Account:
        case = waiting_case(office)
        take(office, case.number, *WAY[:-1])
        case_verbs.move(office, case.number, "办结", by="演示[甲]", why="办到[办结]" + "长" * 80)
        return Account()

    text = told(settings, model, tmp_path, prepare)
    assert "办结 1 件" in text
    handled = text.split("四、办理")[1]
    assert all(f"09:02:03  {state}  " in handled for state in WAY)
    assert "办结  演示[甲]：办到[办结]" in handled
    assert "公开回应：区政府网站 http://www.tinghu.example/1.html" in handled
    assert "案卷：子任务 1、反馈单 2、保密审查 1、签批单 1、公开回应登记 1" in handled
    assert "长" * 60 not in handled, "a long reason is cut"
    assert line_of(text.split("三、通知")[1], "mail").strip("│ ").split()[-1] == "2", "the units' letters wait: nothing has been sent"


@pytest.mark.parametrize(
    ("clocks", "said"),
    [
        ((), []),
        ((("close", 240, False), ("sign", 1, False)), ["签收 6月8日10:02前", "办结 6月18日09:02前"]),
        ((("respond", -2, True),), ["公开回应 6月8日07:02前（迟发现，记监测责任）"]),
        ((("release", 5, False), ("press", 24, False)), ["权威发布 6月8日14:02前", "新闻发布会 6月9日09:02前"]),
    ],
)
def test_clocks_in_order_each_by_its_name(clocks: tuple[tuple[str, int, bool], ...], said: list[str]) -> None:
    limits = tuple(
        Deadline(kind=kind, anchor_at=NOW, due_at=NOW + timedelta(hours=hours), basis="x", late_found=late) for kind, hours, late in clocks
    )
    case: Case = a_case(deadlines=limits)
    assert list(demo_account._clocks(case)) == said


def test_a_case_without_a_clock_is_not_left_blank(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    def prepare(office: Office) -> Account:
        office.ledger.add_collected([a_post("p1")], [], STATE)
        office.ledger.add_assessments([an_assessment("p1")])
        office.ledger.save_events([an_event("e1", ("p1",))])
        case = a_case("e1", deadlines=(), routing=replace(a_case().routing, lead="gone_unit", joint=()))
        office.ledger.open_case(case, opening(case), lambda c: [], ["p1"], office.settings.office.case_number_format, NOW)
        assert [c.state for c in office.ledger.cases()] == [CaseState.ALERTED]
        return Account()

    text = told(settings, model, tmp_path, prepare)
    assert "时限：无" in text
    assert "牵头 gone_unit　状态" in text, "a unit no longer in units.toml is told by its id, without 协办"
