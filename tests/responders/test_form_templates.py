"""The builder: every field a template asks for is one the form gives, and the grid is the text's width."""

import re
from pathlib import Path

import pytest
from docx import Document

from responders.form_layout import TEXT_WIDTH
from responders.form_templates import GRID, TABLES, build, write_all
from responders.forms import FORMS, form
from tests.responders.form_files import a_file


def marks(kind: str) -> set[str]:
    xml = build(kind).element.xml
    return set(re.findall(r"\{\{ (\w+) \}\}", xml)) | set(re.findall(r"\{%p for line in (\w+) %\}", xml))


@pytest.mark.parametrize("kind", FORMS)
def test_a_template_asks_only_for_what_its_form_gives(kind: str) -> None:
    assert marks(kind) - {"line", "blank"} <= set(form(a_file(), kind))


@pytest.mark.parametrize("kind", FORMS)
def test_nothing_a_form_gives_of_its_own_is_left_out(kind: str) -> None:
    shared = {"number", "title", "office", "lead", "level", "mark"}
    assert set(form(a_file(), kind)) - shared <= marks(kind)


def test_the_grid_is_as_wide_as_the_text() -> None:
    assert sum(GRID) == TEXT_WIDTH == 156


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_has_lines_all_round(kind: str) -> None:
    (table,) = build(kind).tables
    assert re.findall(r'<w:(top|left|bottom|right|insideH|insideV) w:val="single"', table._tbl.xml) == [
        "top", "left", "bottom", "right", "insideH", "insideV",
    ]  # fmt: skip


def test_all_are_written_where_asked(tmp_path: Path) -> None:
    write_all(tmp_path / "new")
    assert {p.stem for p in (tmp_path / "new").iterdir()} == set(FORMS)
    assert all(Document(str(p)).paragraphs[0].text == "{{ mark }}" for p in (tmp_path / "new").iterdir())
