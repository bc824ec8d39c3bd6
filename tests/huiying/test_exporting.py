"""The exported account: no cell runs, nothing private stands in it, and each export is in the chain."""

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from huiying.__main__ import app
from huiying.exporting import HEADS, Cell, Export, as_csv, as_xlsx, export, safe
from huiying.office import Desk
from huiying.settings import Settings
from tests.huiying.desk import desk_in, waiting_case

BAD = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1", "＋1", "－1", "＠1", "  =1", "\n=1",
    "\u200b=1", "\u3000=1", "\ud800=1", '=cmd|"/c calc"!A1',
)  # fmt: skip
SOFFICE = shutil.which("soffice")
CALC = SOFFICE is not None and (Path(SOFFICE).resolve().parent / "libsclo.so").exists()  # Writer alone cannot read a table


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path / "data", settings) as opened:
        yield opened


def asked(folder: Path, name: str = "台账.xlsx", **more: object) -> Export:
    base = Export(
        kind="cases", since=Desk.beginning_of_time, until=Desk.end_of_time, by="演示值班员", purpose="月度督查", out=folder / name
    )
    return replace(base, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", BAD)
def test_no_text_stays_a_formula(text: str) -> None:
    cell = safe(text)
    assert isinstance(cell, str)
    assert cell.startswith("'")


def _row(text: str) -> list[Cell]:
    return [safe(text)] * len(HEADS["moves"])


def test_reopened_the_workbook_holds_no_formula() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx("moves", [_row(t) for t in BAD]))).active
    assert sheet is not None
    cells = [c for row in sheet.iter_rows() for c in row]
    assert len(cells) == (len(BAD) + 1) * 6
    assert [c.coordinate for c in cells if c.data_type == "f"] == []
    assert sheet.freeze_panes == "B2"


@pytest.mark.skipif(not CALC, reason="LibreOffice Calc not installed")
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_libreoffice_finds_no_formula_either(tmp_path: Path, ending: str) -> None:
    write = {"xlsx": as_xlsx, "csv": as_csv}[ending]
    (tmp_path / f"in.{ending}").write_bytes(write("moves", [_row(t) for t in BAD]))
    command = [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fods", f"in.{ending}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=100)  # type: ignore[arg-type]
    assert "table:formula" not in (tmp_path / "in.fods").read_text(encoding="utf-8")


def test_one_row_a_case_with_real_times_and_its_link_in_the_chain(desk: Desk, tmp_path: Path) -> None:
    case = waiting_case(desk)
    assert export(desk, asked(tmp_path)) == 1
    sheet = load_workbook(tmp_path / "台账.xlsx").active
    assert sheet is not None
    head, row = ([c.value for c in cells] for cells in sheet.iter_rows())
    told = dict(zip(head, row, strict=True))
    assert (told["编号"], told["状态"], told["等级"], told["立案时间"]) == (case.number, "预警提示", "Ⅲ", datetime(2018, 6, 8, 9, 2, 3))  # noqa: DTZ001 - Excel's times have no zone
    entry = desk.ledger.engine.rows("audit.all")[-1]
    assert (entry["actor"], entry["action"], entry["subject"]) == ("演示值班员", "export:cases", "台账.xlsx")
    assert "月度督查；1行" in entry["detail"]
    assert desk.ledger.verify_audit() == []


@pytest.mark.parametrize("kind", list(HEADS))
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_an_empty_ledger_gives_the_head_alone(desk: Desk, tmp_path: Path, kind: str, name: str) -> None:
    assert export(desk, asked(tmp_path, name, kind=kind)) == 0
    assert (tmp_path / name).exists()


def test_private_numbers_are_masked_in_csv() -> None:
    (_, row) = csv.reader(io.StringIO(as_csv("moves", [_row("请联系139-0000-0000")]).decode("utf-8-sig")))
    assert row[5] == "请联系〔电话〕"


@pytest.mark.parametrize("more", [{"by": " "}, {"purpose": ""}, {"kind": "posts"}, {"until": Desk.beginning_of_time}])
def test_refused_without_name_purpose_kind_or_span(desk: Desk, tmp_path: Path, more: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="--"):
        export(desk, asked(tmp_path, "台账.xlsx", **more))
    assert not (tmp_path / "台账.xlsx").exists()
    assert desk.ledger.engine.rows("audit.all") == []


def test_the_command(desk: Desk, tmp_path: Path) -> None:
    waiting_case(desk)
    line = ["export", "--by", "演示值班员", "--purpose", "督查", "--data", str(desk.data), "--out"]
    done = CliRunner().invoke(app, [*line, str(tmp_path / "m.csv"), "--kind", "moves"])
    assert (done.exit_code, done.stdout.endswith("m.csv  1 行\n")) == (0, True)
    assert CliRunner().invoke(app, [*line, str(tmp_path / "m.txt")]).exit_code == 2
    assert CliRunner().invoke(app, [*line, str(tmp_path / "no" / "m.csv")]).exit_code == 1
    assert CliRunner().invoke(app, [*line, str(tmp_path / "m.csv"), "--since", "2018-02-30"]).exit_code == 2
