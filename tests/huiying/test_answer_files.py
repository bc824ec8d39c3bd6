"""Answer files as units write them: a good one becomes an answer, every mistake is named by file and key, in Chinese."""

import hashlib
import re
from pathlib import Path

import pytest

from huiying.answer_files import LARGEST, AnswerFileError, read_answer, read_report, scanned
from records.paper import Disclosure, Finding, Stage
from records.unit import Capacity
from responders.answers import faults

GOOD = """
form = "R2"
finding = "属实"
title = "关于停水的说明"
text = "主管道破裂，已恢复供水。"
measures = ["更换破裂管段"]
channel = "区政府网站"
stance = { text = "致歉" }
facts = { text = "主管道破裂" }
policy = { not_applicable = "不涉及政策" }
outcome = { text = "已恢复" }
proof = { solved = "更换管段", solved_when = "6月9日", responsible = "区供水公司" }
"""


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "回应.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf"])
def test_a_whole_file_is_a_whole_answer(tmp_path: Path, begin: bytes) -> None:
    answer = read_answer(written(tmp_path, begin + GOOD.encode()))
    assert (answer.form, answer.finding, answer.disclosure, answer.measures) == ("R2", Finding.TRUE, Disclosure.PUBLIC, ("更换破裂管段",))
    assert faults(answer) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('form = "R2"', "", "form: 缺这一项"),
        ('form = "R2"', 'form = "R2"\nforn = "R2"', "forn: 没有这个键"),
        ('{ text = "致歉" }', '{ txet = "致歉" }', "stance.txet: 没有这个键"),
        ('"属实"', '"真的"', "finding: 应为 属实、部分属实、不实"),
        ('title = "关于停水的说明"', "title = 5", "title: 应为文字"),
        ('["更换破裂管段"]', '"更换破裂管段"', "measures: 应为数组"),
        ('"6月9日"', "2018-06-09", "proof.solved_when: 应为文字"),
        ('{ text = "致歉" }', '"致歉"', "stance: 应为表"),
        ('form = "R2"', "form =", "不是合格的 TOML"),
        ('form = "R2"', 'form = "R2"\nform = "R3"', "不是合格的 TOML"),
        ('form = "R2"', "n = " + "9" * 5000, "不是合格的 TOML"),
        ('form = "R2"', "n = " + "[" * 20_000, "不是合格的 TOML"),
    ],
)
def test_each_mistake_names_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(AnswerFileError) as refused:
        read_answer(written(tmp_path, GOOD.replace(old, new, 1)))
    message = str(refused.value)
    assert said in message
    assert message.startswith(f"{tmp_path}/回应.toml: ")
    if "TOML" not in said:
        assert not re.search(r"[A-Z][a-z]+ should|Input", message), "in Chinese"


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(AnswerFileError) as refused:
        read_answer(written(tmp_path, GOOD.replace('form = "R2"', "").replace('"属实"', '"真的"')))
    assert len(str(refused.value).splitlines()) == 2


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.toml", tmp_path, written(tmp_path, "form = '回应'".encode("gb18030"))):
        with pytest.raises(AnswerFileError, match="读不出"):
            read_answer(path)
    with pytest.raises(AnswerFileError, match="文件过大"):
        read_answer(written(tmp_path, b"#" * (LARGEST + 1)))


REPORT = 'stage = "首报"\nhappened = "停水"\npublic_view = "盼通水"\ndone = "抢修"\nplanned = "续报"\n'


def test_a_report_needs_no_number(tmp_path: Path) -> None:
    assert read_report(written(tmp_path, REPORT)).stage is Stage.FIRST
    with pytest.raises(AnswerFileError, match="stage: 应为 首报、续报、终报"):
        read_report(written(tmp_path, REPORT.replace("首报", "快报", 1)))


def test_a_scan_is_kept_by_its_hash(tmp_path: Path) -> None:
    scan = tmp_path / "呈批件.pdf"
    scan.write_bytes(b"%PDF-1.4")
    paper = scanned(tmp_path / "data", scan, Capacity.HEAD, "登记员")
    digest = hashlib.sha256(b"%PDF-1.4").hexdigest()
    assert (paper.scan_sha256, paper.registered_by) == (digest, "登记员")
    assert [p.name for p in (tmp_path / "data" / "scans").iterdir()] == [f"{digest}.pdf"]
    scanned(tmp_path / "data", scan, Capacity.HEAD, "登记员")
    assert len(list((tmp_path / "data" / "scans").iterdir())) == 1


def test_no_scan_and_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "空.pdf").touch()
    for name in ("空.pdf", "没有.pdf"):
        with pytest.raises(AnswerFileError, match=name):
            scanned(tmp_path, tmp_path / name, Capacity.HEAD, "登记员")
    assert not (tmp_path / "scans").exists()
