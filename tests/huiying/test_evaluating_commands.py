"""evaluate and replay: figures on labelled rows, and what a changed standard would have raised or dropped; nothing is written."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classifiers.model import LinearModel
from huiying.__main__ import app
from huiying.evaluating import replay
from huiying.office import Desk
from huiying.settings import ConfigErrors, Settings, load_standard
from tests.huiying.desk import desk_in, waiting_case
from tests.makers import NOW, STATE, a_post, an_event

ROOT = Path(__file__).resolve().parents[2]
STANDARD = ROOT / "config" / "standard.toml"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def changed(folder: Path, old: str, new: str) -> Path:
    text = STANDARD.read_text(encoding="utf-8")
    assert old in text
    path = folder / "新标准.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


# evaluate


def test_evaluate_prints_every_figure() -> None:
    done = run("evaluate", ROOT / "classifiers" / "corpus" / "40-grave.jsonl")
    assert done.exit_code == 0, done.stderr
    figures = dict(line.split() for line in done.stdout.splitlines())
    assert set(figures) == {"rows", "relevant_f1", "false_alarms", "primary", "level", "form", "lead", "lead_top3"}
    assert figures["rows"] == "152"
    assert 0.5 < float(figures["lead"]) <= float(figures["lead_top3"]) <= 1


def test_evaluate_rules_prints_each_rule() -> None:
    done = run("evaluate", ROOT / "classifiers" / "corpus" / "40-grave.jsonl", "--rules")
    assert done.exit_code == 0
    assert "level.C5" in done.stdout
    assert "准确" in done.stdout


@pytest.mark.parametrize(("content", "said"), [(None, "rows.jsonl"), ("{", "rows.jsonl:1"), ('{"id":"1","text":"x","relevant":1}', "level")])
def test_evaluate_names_what_it_cannot_use(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "rows.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = run("evaluate", path)
    assert done.exit_code == 1
    assert said in done.stderr


# replay


def prepared(desk: Desk) -> None:
    """A case whose text tells of 60 people gathered, and an event that was not alerted."""
    text = "亭湖先锋街道六十多名业主聚集在售楼处门口，要求开发商按期交房，多次反映无果"
    desk.ledger.add_collected([a_post("p1", text=text, title="业主聚集"), a_post("p2", text=text, title="业主又聚集")], [], STATE)
    waiting_case(desk)
    desk.ledger.save_events([an_event("e2", ("p2",))])


def test_replay_says_what_would_change_and_writes_nothing(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    with desk_in(tmp_path, settings) as desk:
        prepared(desk)
        before = [(c.number, c.opinion_level, c.version) for c in desk.ledger.cases()], desk.ledger.assessments(["p1", "p2"])
        same = replay(desk, model, settings.standard, 7, NOW)
        assert {r.event.id: (r.was_alerted, r.would_alert) for r in same} == {"e1": (True, True), "e2": (False, True)}
        assert {r.event.id: r.would_level for r in same} == {"e1": "Ⅱ", "e2": "Ⅱ"}
        calmer = load_standard(changed(tmp_path, "gathering_ii = 50", "gathering_ii = 500"), settings.units, {})
        assert {r.would_level for r in replay(desk, model, calmer, 7, NOW)} == {"Ⅲ"}
        deaf = load_standard(changed(tmp_path, "alert = 0.5 ", "alert = 1.0 "), settings.units, {})
        assert {r.event.id: r.change for r in replay(desk, model, deaf, 7, NOW)} == {"e1": "不再预警", "e2": ""}
        assert ([(c.number, c.opinion_level, c.version) for c in desk.ledger.cases()], desk.ledger.assessments(["p1", "p2"])) == before


def test_replay_command(settings: Settings, tmp_path: Path) -> None:
    with desk_in(tmp_path / "d", settings) as desk:
        prepared(desk)
    done = run("replay", "--standard", STANDARD, "--days", 3, "--data", tmp_path / "d")
    assert done.exit_code == 0, done.stderr
    assert "回放 0 个事件" in done.stdout, "the events are of 2018"
    assert run("replay", "--standard", STANDARD, "--days", 0, "--data", tmp_path / "d").exit_code == 2
    assert run("replay", "--standard", STANDARD, "--data", tmp_path / "none").exit_code == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("deaths_i = 10", 'deaths_i = "many"', "thresholds.deaths_i"),
        ('escalate_to = ["qwb", "xcb", "wxb", "yjj"]', 'escalate_to = ["nobody"]', "unknown unit: nobody"),
        ('task = "accusation"', 'task = "gossip"', "'gossip'"),
        ('code = "C7"', 'code = "C8"', "missing: C7"),
        ("approved = false", "approved = maybe", "(syntax)"),
        ("hurt_i = 50", "hurt_i = 50\nhurts = 1", "unknown key"),
    ],
)
def test_a_wrong_standard_names_file_line_and_key(settings: Settings, tmp_path: Path, old: str, new: str, said: str) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(ConfigErrors) as caught:
        load_standard(path, settings.units, {})
    shown = str(caught.value)
    assert said in shown
    assert f"{tmp_path.name}/新标准.toml:" in shown
    with desk_in(tmp_path / "d", settings):
        pass
    done = run("replay", "--standard", path, "--data", tmp_path / "d")
    assert done.exit_code == 2
    assert said in done.stderr


def test_labelled_rows_are_json_lines(tmp_path: Path) -> None:
    row = {"id": "1", "text": "停水", "relevant": 1, "categories": ["C3"], "primary": "C3", "level": "Ⅳ", "form": "R2", "lead": "utility"}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    assert run("evaluate", path).stdout.splitlines()[0].split() == ["rows", "1"]
