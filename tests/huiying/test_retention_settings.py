"""[retention] of huiying.toml: every bad period at its own line; and `huiying keep` as a person types it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiying.__main__ import app
from huiying.office import Desk
from huiying.settings import ConfigErrors, Settings, load_settings
from records.retention import Retention
from tests.huiying.desk import desk_in
from tests.makers import STATE, a_post, an_assessment

CONFIG = Path(__file__).resolve().parents[2] / "config"


def a_config(tmp_path: Path, section: str) -> Path:
    """The shipped config with another [retention]."""
    folder = Path(shutil.copytree(CONFIG, tmp_path / "config"))
    text = (folder / "huiying.toml").read_text("utf-8")
    before, rest = text.split("[retention]", 1)
    (folder / "huiying.toml").write_text(before + section + "\n[[channel]]" + rest.split("[[channel]]", 1)[1], encoding="utf-8")
    return folder


def errors(folder: Path) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        load_settings(folder, {})
    return [str(e) for e in caught.value.errors]


def test_the_shipped_periods_are_the_law_s() -> None:
    assert load_settings(CONFIG, {}).office.retention == Retention()


def test_without_the_section_the_law_s_hold(tmp_path: Path) -> None:
    assert load_settings(a_config(tmp_path, ""), {}).office.retention == Retention()


def test_every_bad_period_is_named_at_its_line(tmp_path: Path) -> None:
    folder = a_config(tmp_path, "[retention]\nirrelevant_days = 31\nrelevant_days = 365\npage_days = 0\nlog_days = 30\ncase_days = 1")
    lines = (folder / "huiying.toml").read_text("utf-8").splitlines()
    at = lines.index("[retention]") + 1
    assert errors(folder) == [
        f"config/huiying.toml:{at + 1}: retention.irrelevant_days: 31天，须在1至30天之间",
        f"config/huiying.toml:{at + 2}: retention.relevant_days: 365天，须在1至180天之间",
        f"config/huiying.toml:{at + 3}: retention.page_days: 0天，须在1至30天之间",
        f"config/huiying.toml:{at + 4}: retention.log_days: 30天，不得少于六个月（184天）",
        f"config/huiying.toml:{at + 5}: retention.case_days: unknown key",
    ]


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ('[retention]\npage_days = "long"', "retention.page_days"),
        ("[retention]\npage_days = 1.5", "retention.page_days"),
    ],
)
def test_what_is_no_number_of_days_is_named(tmp_path: Path, section: str, key: str) -> None:
    (said,) = errors(a_config(tmp_path, section))
    assert f": {key}: " in said


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path / "data", settings) as opened:
        now = datetime.now(UTC)
        ages = {"old": (40, 0.01), "older": (200, 0.99), "new": (1, 0.01)}
        opened.ledger.add_collected([a_post(name, first_seen_at=now - timedelta(days=days)) for name, (days, _) in ages.items()], [], STATE)
        opened.ledger.add_assessments([an_assessment(name, relevance) for name, (_, relevance) in ages.items()])
        yield opened


def test_keep_counts_first_and_deletes_then(desk: Desk) -> None:
    counted = CliRunner().invoke(app, ["keep", "--dry-run", "--data", str(desk.data)])
    assert counted.stdout.strip() == "到期：无关帖文1条，相关帖文1条，原始页面0个，事件0个"
    assert len(desk.ledger.posts(["old", "older", "new"])) == 3
    done = CliRunner().invoke(app, ["keep", "--data", str(desk.data)])
    assert (done.exit_code, done.stdout.strip()) == (0, "已删除：无关帖文1条，相关帖文1条，原始页面0个，事件0个")
    assert [p.id for p in desk.ledger.posts(["old", "older", "new"])] == ["new"]


def test_keep_obeys_the_office_s_own_periods(desk: Desk, tmp_path: Path) -> None:
    folder = a_config(tmp_path, "[retention]\nrelevant_days = 30\nirrelevant_days = 30")
    done = CliRunner().invoke(app, ["keep", "--data", str(desk.data), "--config", str(folder)])
    assert "相关帖文1条" in done.stdout


def test_keep_without_a_ledger_makes_none(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["keep", "--data", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert not (tmp_path / "none").exists()
