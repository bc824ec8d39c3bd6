"""huiying erase as a person types it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.digesting import current_day, make_digest
from huiying.office import Desk
from huiying.settings import Settings
from records.assessment import OpinionLevel
from tests.huiying.desk import desk_in
from tests.makers import PAGE, STATE, a_case, a_post, an_assessment, an_event, opening

ROOT = Path(__file__).resolve().parents[2]
URL = "http://bbs.example/thread-777-1-1.html"
TITLE = "先锋街道停水三天无人管"


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path / "data", settings) as opened:
        opened.ledger.add_collected([a_post(url=URL, title=TITLE)], [PAGE], STATE)
        opened.ledger.add_assessments([an_assessment("p1")])
        opened.ledger.save_events([an_event(title=TITLE)])
        case = a_case(title=TITLE)
        opened.ledger.open_case(case, opening(case), lambda c: [], ["p1"], opened.settings.office.case_number_format, opened.now())
        yield opened


def erase(desk: Desk, url: str, by: str = "演示值班员", why: str = "作者申请删除") -> Result:
    return CliRunner().invoke(app, ["erase", url, "--by", by, "--why", why, "--data", str(desk.data)])


@pytest.mark.parametrize("url", [URL, "HTTP://bbs.example:80/forum.php?mod=viewthread&tid=777&extra=page%3D1"])
def test_a_post_goes_by_any_spelling_of_its_url(desk: Desk, url: str) -> None:
    done = erase(desk, url)
    assert (done.exit_code, done.stdout.splitlines()) == (
        0, ["已删除帖文1条、原始页面1个，清空通知0条", f"涉及交办件 {desk.ledger.cases()[0].number}"],
    )  # fmt: skip
    assert desk.ledger.posts(["p1"]) == []
    assert CliRunner().invoke(app, ["verify", "--data", str(desk.data)]).exit_code == 0


def test_files_that_show_it_are_named(desk: Desk) -> None:
    made = make_digest(desk, current_day(desk.now()))
    assert TITLE in made.html.read_text("utf-8")
    form = Document()
    form.add_paragraph(TITLE)
    (desk.data / "received").mkdir()
    form.save(str(desk.data / "received" / "来函.docx"))
    (desk.data / "received" / "无关.txt").write_text("路灯不亮", encoding="utf-8")
    named = [line for line in erase(desk, URL).stdout.splitlines() if "文件" in line]
    files = ("digests/2018-06-09-daily.docx", "digests/2018-06-09-daily.html", "received/来函.docx")
    assert named == [f"请人工处理：文件 {name} 含有该帖" for name in files]


def test_erased_twice_is_no_error(desk: Desk) -> None:
    erase(desk, URL)
    again = erase(desk, URL)
    assert (again.exit_code, again.stdout.strip()) == (0, "此前已删除")


@pytest.mark.parametrize(
    ("url", "by", "why", "said"),
    [
        ("http://bbs.example/thread-778-1-1.html", "演示值班员", "申请", "没有这条帖文"),
        ("停水", "演示值班员", "申请", "没有这条帖文"),
        (URL, " ", "申请", "--by"),
        (URL, "演示值班员", "", "--why"),
    ],
)
def test_what_cannot_be_erased_is_said(desk: Desk, url: str, by: str, why: str, said: str) -> None:
    done = erase(desk, url, by, why)
    assert done.exit_code == 1
    assert said in done.stderr
    assert len(desk.ledger.posts(["p1"])) == 1


@pytest.mark.parametrize("level", list(OpinionLevel))
def test_the_digest_of_a_day_on_which_all_was_erased_can_still_be_made(desk: Desk, level: OpinionLevel) -> None:
    desk.ledger.engine.execute("update events set opinion_level = :level", level=level.value)
    desk.ledger.engine.execute("update cases set opinion_level = :level", level=level.value)
    erase(desk, URL)
    made = make_digest(desk, current_day(desk.now()))
    assert TITLE not in made.html.read_text("utf-8")
    assert "〔已删除〕" in made.html.read_text("utf-8")


def test_two_people_at_once_erase_it_once(desk: Desk) -> None:
    command = [sys.executable, "-m", "huiying", "erase", URL, "--by", "演示值班员", "--why", "申请", "--data", str(desk.data)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)]
    said = sorted(one.communicate()[0].splitlines()[0] for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert said == ["已删除帖文1条、原始页面1个，清空通知0条", "此前已删除"]
    assert [row["action"] for row in desk.ledger.engine.rows("audit.all")].count("erase") == 1
