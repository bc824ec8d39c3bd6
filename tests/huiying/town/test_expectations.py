"""Expectations are for tests: read strictly, imported by nothing of the program."""

import ast
from pathlib import Path

import pytest

from huiying.town import expectations
from huiying.town.content import BadItem
from huiying.town.expectations import Expectation, load_expectations

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("records", "monitor", "classifiers", "responders", "digests", "ledger", "workbench", "huiying")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "no expect"),
        ([], "no expect"),
        ({}, "case must be true or false"),
        ({"case": 1}, "case must be true or false"),
        ({"case": "是"}, "case must be true or false"),
        ({"case": True, "leads": ["gs"]}, "unknown leads"),
    ],
)
def test_a_bad_expectation_is_named(value: object, said: str) -> None:
    with pytest.raises(BadItem, match=r"forum\.jsonl:7: ") as caught:
        expectations._parse("forum.jsonl:7", value)
    assert said in str(caught.value)


def test_lists_become_tuples() -> None:
    found = expectations._parse("甲:1", {"case": True, "lead": ["gs", "zjj"], "categories": ["C3"], "form": "R2"})
    assert found == Expectation(case=True, lead=("gs", "zjj"), categories=("C3",), form="R2")


def test_every_line_has_one() -> None:
    assert all(isinstance(one, Expectation) for one in load_expectations().values())


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_nothing_of_the_program_imports_them() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 50, "the search looked somewhere"
    guilty = [str(path) for path in files if "huiying.town.expectations" in imported(path)]
    assert guilty == []


def test_nothing_else_reads_the_word() -> None:
    """`expect` stands in the content and in expectations.py; content.py only drops it."""
    named = {path.name for path in (ROOT / "huiying").rglob("*.py") if '"expect"' in path.read_text(encoding="utf-8")}
    assert named == {"content.py", "expectations.py"}
