"""An analyst edits a digest: events named three ways, refusals that say why, the paper made anew, the cut-off, the commands."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiying.__main__ import app
from huiying.digesting import KIND, is_closed, issue_digest, make_digest, review_digest
from huiying.editing import EditRefusedError, edit_digest
from huiying.office import Desk
from huiying.settings import Settings
from ledger.editions import EditionShelf, ReviewedIssueError
from records.edition import REMARK, EditKind
from records.notice import NoticeKind
from tests.huiying.desk import desk_in, waiting_case
from tests.makers import NOW

DAY = date(2018, 6, 9)  # NOW is 6月8日 09:02
CONFIG = Path(__file__).parents[2] / "config"
K = EditKind


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(hours=1)

    def __call__(self) -> object:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, settings: Settings, clock: Clock) -> Iterator[Desk]:
    with desk_in(tmp_path, settings, clock) as opened:  # type: ignore[arg-type]
        waiting_case(opened)
        yield opened


def page(desk: Desk) -> str:
    return make_digest(desk, DAY).html.read_text(encoding="utf-8")


# naming
@pytest.mark.parametrize("name", ["事1", "e1", "TH-20180608-001", " 事1 "])
def test_an_event_is_named_by_row_id_or_case(desk: Desk, name: str) -> None:
    edit = edit_digest(desk, DAY, K.DROP, [name], "已办妥", by="演示值班员")
    assert edit.events == ("e1",)
    assert "略去“停水”" in page(desk)


@pytest.mark.parametrize(
    ("action", "items", "words", "by", "why"),
    [
        (K.DROP, ["事9"], "重复", "演示值班员", "没有这一事件（附表3 共 1 项）"),
        (K.DROP, ["nowhere"], "重复", "演示值班员", "没有事件或交办件 nowhere"),
        (K.DROP, ["事1"], "  ", "演示值班员", "须写明理由"),
        (K.DROP, ["事1"], "重" * 201, "演示值班员", "不超过200字，现有201字"),
        (K.RESTORE, ["事1"], "", "演示值班员", "没有被略去"),
        (K.REMARK, [], "按" * (REMARK + 1), "演示值班员", f"不超过{REMARK}字"),
        (K.REMARK, [], "请关注", " ", "须写明姓名"),
        (K.DROP, ["事" + "9" * 400], "重复", "演示值班员", "没有事件或交办件"),
    ],
)  # fmt: skip
def test_refusals_say_why_and_keep_nothing(desk: Desk, action: EditKind, items: list[str], words: str, by: str, why: str) -> None:
    with pytest.raises(EditRefusedError, match=why):
        edit_digest(desk, DAY, action, items, words, by=by)
    assert EditionShelf(desk.ledger.engine).edits(str(DAY), KIND) == []


def test_dropping_twice_is_refused_and_restoring_brings_back(desk: Desk) -> None:
    edit_digest(desk, DAY, K.DROP, ["事1"], "重复", by="演示值班员")
    assert "未发现需要报告的要情" in page(desk)
    with pytest.raises(EditRefusedError, match="已略去"):
        edit_digest(desk, DAY, K.DROP, ["事1"], "重复", by="演示值班员")
    edit_digest(desk, DAY, K.RESTORE, ["事1"], "", by="演示值班员")
    assert "未发现需要报告的要情" not in page(desk)


def test_an_order_names_each_event_once(desk: Desk) -> None:
    assert edit_digest(desk, DAY, K.ORDER, ["事1", "e1", "TH-20180608-001"], "", by="演示值班员").events == ("e1",)


@pytest.mark.parametrize("issue", ["weekly", "monthly", "special-e1"])
def test_other_kinds_are_edited_for_themselves(desk: Desk, issue: str) -> None:
    edit_digest(desk, DAY, K.REMARK, [], "请关注", by="演示值班员", issue=issue)
    assert "编者按：</strong>请关注" in make_digest(desk, DAY, kind=issue).html.read_text(encoding="utf-8")
    assert "编者按" not in page(desk)


def test_what_leaders_have_is_not_edited(desk: Desk) -> None:
    edit_digest(desk, DAY, K.REMARK, [], "送审前", by="演示值班员")
    made, _ = review_digest(desk, DAY, "审核员甲")
    assert "送审前" in made.html.read_text(encoding="utf-8")
    with pytest.raises(ReviewedIssueError, match="已由审核员甲审核"):
        edit_digest(desk, DAY, K.REMARK, [], "送审后", by="演示值班员")
    assert desk.ledger.verify_audit() == []


# cut-off
def letters(desk: Desk) -> list[tuple[str, str]]:
    found = [n for n in desk.ledger.notices() if n.kind is NoticeKind.DIGEST]
    return [(n.address.partition("@")[0], n.subject[:6], n.text.splitlines()[1][:11]) for n in found]  # type: ignore[misc]


def test_still_unreviewed_at_the_cut_off_it_goes_to_the_reviewer_once_more_and_to_no_leader(desk: Desk, clock: Clock) -> None:
    issue_digest(desk, DAY)
    clock.now = NOW + timedelta(hours=24, minutes=30)  # 6月9日 09:32
    edit_digest(desk, DAY, K.REMARK, [], "截稿前所加", by="演示值班员")
    made = issue_digest(desk, DAY)
    issue_digest(desk, DAY)
    assert letters(desk) == [("yanpan", "【未经审核】", "未经审核：请审核员核对"), ("yanpan", "【未经审核】", "未经审核：已过截稿时间")]
    assert "截稿前所加" in made.html.read_text(encoding="utf-8")
    review_digest(desk, DAY, "审核员甲")
    assert [name for name, *_ in letters(desk)] == ["yanpan", "yanpan", "ld"]


def test_a_reviewed_issue_gets_no_letter_at_the_cut_off(desk: Desk, clock: Clock) -> None:
    review_digest(desk, DAY, "审核员甲")
    before = letters(desk)
    clock.now = NOW + timedelta(hours=25)
    issue_digest(desk, DAY)
    assert letters(desk) == before


@pytest.mark.parametrize(("minutes", "kind", "closed"), [(27, KIND, False), (28, KIND, True), (600, KIND, True), (600, "weekly", False)])
def test_the_cut_off_is_half_past_nine_of_the_day(desk: Desk, clock: Clock, minutes: int, kind: str, closed: bool) -> None:
    clock.now = NOW.replace(second=0, microsecond=0) + timedelta(hours=24, minutes=minutes)  # 6月9日 09:02 and on
    assert is_closed(desk, DAY, kind) is closed


# commands
@pytest.fixture
def data(desk: Desk) -> Path:
    return desk.data


def run(*arguments: object) -> object:
    return CliRunner().invoke(app, [str(a) for a in ("digest-edit", *arguments)])


def test_the_commands_edit_and_list(data: Path) -> None:
    by = ("--by", "演示值班员", "--data", data, "--config", CONFIG)
    for arguments in (
        ("order", "2018-06-09", "事1"), ("drop", "2018-06-09", "事1", "--why", "重复"), ("restore", "2018-06-09", "e1"),
        ("remark", "2018-06-09", "请关注"), ("remark", "2018-06-09", "已派员", "--on", "事1"),
    ):  # fmt: skip
        done = run(*arguments, *by)
        assert done.exit_code == 0, done.output  # type: ignore[attr-defined]
        assert "huiying digest --date 2018-06-09" in done.stdout  # type: ignore[attr-defined]
    listed = run("list", "2018-06-09", "--data", data, "--config", CONFIG).stdout.splitlines()  # type: ignore[attr-defined]
    assert [line.split("  ")[2] for line in listed] == ["调整次序", "略去", "恢复", "按语", "按语"]
    assert listed[1].endswith("停水  重复")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("drop", "2018-06-09", "事7", "--why", "重复"), 1, "没有这一事件"),
        (("remark", "6月9日", "请关注"), 2, "应为 YYYY-MM-DD"),
        (("remark", "2018-06-09", "请关注", "--kind", "yearly"), 2, "应为 daily、weekly、monthly"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_code(data: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = run(*arguments, "--by", "演示值班员", "--data", data, "--config", CONFIG)
    assert done.exit_code == code  # type: ignore[attr-defined]
    assert said in done.stderr  # type: ignore[attr-defined]


def test_no_edits_is_said(data: Path) -> None:
    assert "没有编辑记录" in run("list", "2018-06-09", "--data", data, "--config", CONFIG).stdout  # type: ignore[attr-defined]
