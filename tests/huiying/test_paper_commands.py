"""The paper commands as typed: what they print, how they end, and that a refusal changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.office import Desk
from huiying.settings import Settings
from tests.huiying.desk import SIGNER, desk_in, take, waiting_case
from tests.huiying.test_answer_files import GOOD, REPORT

NUMBER, RUNNER = "TH-20180608-001", CliRunner()
COMMANDS = {
    "answer": ["FILE"], "vet": ["--why", "不涉密"], "grade": ["重大", "--basis", "来电"],
    "extend": ["close", "--until", "2030-01-01 10:00", "--approved-by", SIGNER, "--why", "等检测"],
    "task": ["--unit", "zjj", "--what", "核查", "--due", "2099-01-01 10:00"], "report": ["REPORT"],
    "conference": ["--at", "2018-06-08 12:00", "--place", "三楼", "--spokesperson", "发布人"],
    "transfer": ["--to", "公安分局", "--proposed-by", "甲", "--approved-by", "乙"], "supervise": ["--asked", "今日办结"],
    "submit": ["--to", "分管副区长", "--matter", "停水", "--advice", "公开"], "follow": ["--what", "平息"],
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    (tmp_path / "FILE").write_text(GOOD, encoding="utf-8")
    (tmp_path / "REPORT").write_text(REPORT, encoding="utf-8")
    with desk_in(tmp_path / "data", settings) as opened:
        waiting_case(opened)
        yield opened


def run(desk: Desk, name: str, *more: str, by: str = "联络员", number: str = NUMBER) -> Result:
    files = [str(desk.data.parent / m) if m in ("FILE", "REPORT") else m for m in more]
    return RUNNER.invoke(app, ["case", name, number, *files, "--by", by, "--data", str(desk.data)])


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_case_is_exit_1(desk: Desk, name: str) -> None:
    done = run(desk, name, *COMMANDS[name], number="TH-19990101-001")
    assert (done.exit_code, done.stderr) == (1, "没有交办件 TH-19990101-001\n")


@pytest.mark.parametrize("name", sorted(set(COMMANDS)))
@pytest.mark.parametrize("by", ["", " ", "系统"])
def test_nobody_files_anything(desk: Desk, name: str, by: str) -> None:
    take(desk, NUMBER, "交办", "签收", "核查", "反馈")
    before = len(desk.ledger.papers("c-e1"))
    done = run(desk, name, *COMMANDS[name], by=by)
    assert done.exit_code == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert len(desk.ledger.papers("c-e1")) == before


def test_each_way_a_paper_is_filed(desk: Desk) -> None:
    take(desk, NUMBER, "交办", "签收", "核查")
    for name, kind in (("answer", "反馈单"), ("report", "重大政务舆情信息报告"), ("task", "子任务"), ("follow", "跟踪记录"), ("supervise", "督办单")):
        done = run(desk, name, *COMMANDS[name])
        assert done.exit_code == 0, name
        assert done.stdout.startswith(f"{NUMBER} 已归入{kind} ")
    done = run(desk, "vet", *COMMANDS["vet"], by="保密员")
    assert "已归入保密审查" in done.stdout
    assert desk.ledger.verify_audit() == []


def test_grading_shows_the_clocks_and_a_conference_meets_its_own(desk: Desk) -> None:
    shown = run(desk, "grade", *COMMANDS["grade"])
    assert (shown.exit_code, "release" in shown.stdout, "press" in shown.stdout) == (0, True, True)
    held = run(desk, "conference", *COMMANDS["conference"])
    assert held.exit_code == 0
    assert "press 6月9日09:02 已满足" in held.stdout
    event = desk.ledger.event("e1")
    assert event is not None
    assert event.event_level.value == "重大"


@pytest.mark.parametrize(
    ("name", "more", "code", "said"),
    [
        ("grade", ["天大", "--basis", "来电"], 2, "没有突发事件等级“天大”；可用："),
        ("extend", ["close", "--until", "明天", "--approved-by", SIGNER, "--why", "等"], 2, "--until '明天': 应为 YYYY-MM-DD HH:MM"),
        ("extend", ["close", "--until", "2018-06-20 10:00", "--approved-by", SIGNER, "--why", "等"], 1, "没有正在计时的时限 close"),
        ("task", ["--unit", "zjj"], 2, "布置子任务须有"),
        ("task", ["--unit", "月亮局", "--what", "核查", "--due", "2099-01-01 10:00"], 1, "月亮局"),
        ("task", ["--unit", "zjj", "--what", "核查", "--due", "2001-01-01 10:00"], 1, "时限已过"),
        ("task", ["--unit", "cgj", "--what", "核查", "--due", "2099-01-01 10:00"], 1, "不是本件的牵头、协办或抄送单位"),
        ("task", ["--done", "不存在", "--what", "已办"], 1, "没有未完成的子任务 不存在"),
        ("conference", ["--at", "2099-01-01 10:00", "--place", "三楼", "--spokesperson", "人"], 1, "在将来"),
        ("conference", ["--at", "2018-06-08 12:00", "--place", " ", "--spokesperson", "人"], 1, "须登记地点和发布人"),
        ("answer", ["FILE"], 1, "不能提交反馈单"), ("answer", ["没有.toml"], 1, "没有.toml: 读不出"), ("vet", ["--why", "可"], 1, "还没有反馈单"),
        ("submit", COMMANDS["submit"], 1, "只有Ⅰ、Ⅱ级"), ("supervise", ["--asked", "快办"], 1, "没有逾期的时限"),
        ("transfer", COMMANDS["transfer"], 1, "只有已签批的 R6"),
        ("transfer", ["--to", "公安", "--proposed-by", "甲", "--approved-by", "甲 "], 1, "三人分别经手"),
    ],
)  # fmt: skip
def test_refusals(desk: Desk, name: str, more: list[str], code: int, said: str) -> None:
    done = run(desk, name, *more)
    assert done.exit_code == code
    assert said in done.stderr
    assert desk.ledger.papers("c-e1") == []


def test_a_time_without_a_zone_is_shanghais_and_one_with_it_is_kept(desk: Desk) -> None:
    take(desk, NUMBER, "交办")
    for due in ("2099-01-01 10:00", "2099-01-01T02:00+00:00"):
        assert run(desk, "task", "--unit", "zjj", "--what", due, "--due", due).exit_code == 0
    ends = [p.content.due_at for p in desk.ledger.papers("c-e1")[-2:]]  # type: ignore[union-attr]
    assert ends[0] == ends[1]


def test_the_drafter_does_not_review(desk: Desk) -> None:
    take(desk, NUMBER, "交办", "签收", "核查")
    run(desk, "answer", "FILE")
    done = run(desk, "vet", *COMMANDS["vet"], by="联 络员")
    assert (done.exit_code, "保密审查须由另一人进行" in done.stderr) == (1, True)


def test_reports_come_in_order_and_begin_anew_when_a_case_is_taken_up_again(desk: Desk) -> None:
    take(desk, NUMBER, "交办")
    file = desk.data.parent / "REPORT"
    file.write_text(REPORT.replace("首报", "续报", 1), encoding="utf-8")
    assert "须先有首报" in run(desk, "report", "REPORT").stderr
    file.write_text(REPORT, encoding="utf-8")
    assert run(desk, "report", "REPORT").exit_code == 0
    assert "首报已报过" in run(desk, "report", "REPORT").stderr
