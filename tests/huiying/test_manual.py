"""The manual: its examples are whole, its tables say what the program says, its commands exist."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiying.__main__ import app
from huiying.answer_files import read_answer, read_report
from records.case import CaseState
from records.paper import Stage
from responders.answers import PROOFS, faults

DOCS = Path(__file__).resolve().parents[2] / "docs"
MANUAL = (DOCS / "manual.md").read_text(encoding="utf-8")


def test_the_example_answer_may_be_signed() -> None:
    assert faults(read_answer(DOCS / "examples" / "answer.toml")) == ()
    assert read_report(DOCS / "examples" / "report.toml").stage is Stage.FIRST


@pytest.mark.parametrize("form", PROOFS)
def test_the_table_of_proofs_is_the_programs(form: str) -> None:
    (row,) = [line for line in MANUAL.splitlines() if line.startswith(f"| {form} ")]
    assert re.findall(r"`(\w+)`", row) == [key for key, _ in PROOFS[form]]


def test_every_state_is_told() -> None:
    assert [s.value for s in CaseState if s.value not in MANUAL] == []


@pytest.mark.parametrize("command", sorted(set(re.findall(r"huiying (case \w+|check|verify)", MANUAL))))
def test_every_command_exists(command: str) -> None:
    assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`(?:huiying )?(case \w+ N[^`]*--[^`]*)`", MANUAL))))
def test_every_option_exists(command: str) -> None:
    name = command.split()[1]
    told = CliRunner().invoke(app, ["case", name, "--help"], env={"COLUMNS": "300"}).output
    assert [o for o in re.findall(r"--[a-z-]+", command) if o not in told] == []
