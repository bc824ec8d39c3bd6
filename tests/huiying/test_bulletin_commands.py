"""The 督查通报 of a month, from a ledger to Word."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner

from digests.bulletin import build_bulletin
from digests.word import render_word
from huiying.__main__ import app
from huiying.bulletin_commands import gather, make_bulletin, span_of
from huiying.office import Desk
from huiying.settings import Settings
from records.case import ActorKind, CaseState
from responders.evaluation import evaluate
from tests.huiying.desk import desk_in, waiting_case
from tests.makers import NOW, opening

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path / "data", settings) as opened:
        yield opened


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def dispatched(desk: Desk) -> None:
    case = waiting_case(desk)
    move = replace(
        opening(case), from_state=case.state, to_state=CaseState.DISPATCHED, actor_kind=ActorKind.PERSON, actor="演示值班员", at=NOW + HOUR
    )
    desk.ledger.move_case(case, move)


def test_the_month_s_case_is_counted_and_no_person_named(desk: Desk) -> None:
    dispatched(desk)
    since, until = span_of("2018-06")
    assert gather(desk, since, until).district.accepted == 1
    told = words(make_bulletin(desk, since, until).read_bytes())
    assert "受理1件" in told
    assert "TH-20180608-001" in told
    assert "样本不足10件，不列率" in told
    assert "演示值班员" not in told


def test_another_month_and_an_empty_one_are_empty(desk: Desk) -> None:
    dispatched(desk)
    assert "受理0件" in words(make_bulletin(desk, *span_of("2018-07")).read_bytes())
    found = evaluate([], [], [], *span_of("2018-06"), NOW)
    assert "本期没有逾期件" in words(render_word(build_bulletin(found, {}, (), "演示办公室")))


def test_december_ends_in_january() -> None:
    assert [f"{t:%Y-%m-%d %H}" for t in span_of("2018-12")] == ["2018-11-30 16", "2018-12-31 16"]


@pytest.mark.parametrize(("month", "code"), [("2018-06", 0), ("2018-13", 2), ("2018", 2), ("9999-12", 2), ("", 0)])
def test_the_command(desk: Desk, month: str, code: int) -> None:
    assert CliRunner().invoke(app, ["bulletin", "--month", month, "--data", str(desk.data)]).exit_code == code
