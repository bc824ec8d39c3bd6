"""`huiying case form` as a person types it: the file, the path printed, how it ends."""

import shutil
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner, Result

from huiying import case_verbs
from huiying.__main__ import app
from huiying.settings import Settings
from tests.huiying.desk import desk_in, waiting_case

ROOT = Path(__file__).resolve().parents[2]
NUMBER = "TH-20180608-001"


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data folder with one case that has been dispatched."""
    with desk_in(tmp_path / "data", settings) as desk:
        case_verbs.move(desk, waiting_case(desk).number, "交办", by="演示值班员", why="按流程办理")
    return tmp_path / "data"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def cells(path: Path) -> str:
    return "\n".join(cell.text for row in Document(str(path)).tables[0].rows for cell in row.cells)


def test_the_form_is_written_and_its_path_printed(data: Path) -> None:
    done = run("case", "form", NUMBER, "交办单", "--data", data)
    path = data / "forms" / f"{NUMBER}-交办单.docx"
    assert (done.exit_code, done.stdout.replace("\n", "")) == (0, str(path))
    assert "演示值班员" in cells(path)
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # no part left


def test_out_and_serial(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "送审" / "a.docx"
    done = run("case", "form", NUMBER, "专报", "--data", data, "--out", out, "--serial", "亭政舆交〔2018〕12号")
    assert done.exit_code == 0
    assert any("亭政舆交〔2018〕12号" in p.text for p in Document(str(out)).paragraphs)


@pytest.mark.parametrize(("number", "kind", "code", "said"), [
    ("TH-20180608-999", "交办单", 2, f"没有交办件 TH-20180608-999；现有：{NUMBER}"),
    (NUMBER, "罚单", 2, "没有文书“罚单”；可用：交办单"),
    (NUMBER, "反馈单", 1, "没有反馈单"),
    (NUMBER, "../../x", 2, "没有文书"),
])  # fmt: skip
def test_what_cannot_be_made(data: Path, number: str, kind: str, code: int, said: str) -> None:
    done = run("case", "form", number, kind, "--data", data)
    assert done.exit_code == code
    assert said in done.stderr
    assert not (data / "forms").exists()


def test_the_office_s_own_template_and_a_broken_one(data: Path, tmp_path: Path) -> None:
    config = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    (config / "forms").mkdir()
    own = Document()
    own.add_paragraph("本单位 {{ number }}")
    own.save(str(config / "forms" / "交办单.docx"))
    out = tmp_path / "own.docx"
    assert run("case", "form", NUMBER, "交办单", "--data", data, "--config", config, "--out", out).exit_code == 0
    assert Document(str(out)).paragraphs[0].text == f"本单位 {NUMBER}"
    (config / "forms" / "交办单.docx").write_bytes(b"broken")
    done = run("case", "form", NUMBER, "交办单", "--data", data, "--config", config)
    assert done.exit_code == 2
    assert "forms/交办单.docx" in done.stderr


@pytest.mark.parametrize("out", ["file/a.docx", "folder", "/"])
def test_a_place_that_cannot_be_written_is_named(data: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    done = run("case", "form", NUMBER, "交办单", "--data", data, "--out", tmp_path / out)
    assert done.exit_code == 2
    assert "写不进去" in done.stderr
    assert not list(tmp_path.rglob("*.part"))
