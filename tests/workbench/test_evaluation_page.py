"""考核 and 值班: a month's figures and who is on, for the office alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying.settings import Settings
from ledger.handovers import Handovers
from records.account import Role
from records.instant import SHANGHAI
from records.roster import Handover
from tests.huiying.desk import take
from tests.makers import NOW
from tests.workbench.bench import LEAD, OFFICE, Bench, bench_in
from workbench.office_pages import month_span


@pytest.fixture
def bench(tmp_path: Path, settings: Settings) -> Iterator[Bench]:
    with bench_in(tmp_path, settings) as opened:
        yield opened


@pytest.mark.parametrize("month", ["", "2018-13", "2018-1", "二〇一八", "9999-12", "2018-06-08", "../../x", "2018-06'"])
def test_whatever_is_asked_a_month_is_shown(bench: Bench, month: str) -> None:
    browser = bench.browser(bench.account(Role.DUTY, unit=OFFICE))
    shown = browser.get("/evaluation?month=" + month)
    assert shown.status_code == 200
    assert "考核 2018-06" in shown.text


@pytest.mark.parametrize(("month", "first", "last"), [("2018-02", (2, 1), (3, 1)), ("2018-12", (12, 1), (1, 1)), ("2018-01", (1, 1), (2, 1))])
def test_a_month_is_whole(month: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    since, until = month_span(month, NOW)
    assert ((since.month, since.day), (until.month, until.day)) == (first, last)
    assert since.tzinfo is SHANGHAI
    assert (until - since).days in (28, 31)


def test_units_are_told_by_counts_and_nobody_by_name(bench: Bench) -> None:
    number = bench.case("1", LEAD, ()).number
    take(bench.desk, number, "交办", "签收", "核查", "反馈", "签批", "公开回应")
    text = bench.browser(bench.account(Role.ANALYST, unit=OFFICE)).get("/evaluation").text
    assert "盐城汇津水务" in text
    assert "1/1（样本不足10件，不列率）" in text
    assert "联络员" not in text.split("<main")[1]


def test_who_is_on_and_the_last_handover(bench: Bench) -> None:
    note = Handover(id="h", at=NOW, giver="白班", taker="夜班", note="请跟进停水，电话13900000000", grave=("TH-1 待签批",))
    Handovers(bench.desk.ledger.engine).add(note)
    text = bench.browser(bench.account(Role.DUTY, unit=OFFICE)).get("/roster").text
    assert "值班表上此刻无人" in text
    assert "白班 → 夜班" in text
    assert "TH-1 待签批" in text
    assert "13900000000" not in text
