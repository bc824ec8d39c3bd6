"""Answer files (回应口径文件): TOML a unit's contact writes or edits → Answer, every mistake named by file and key."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from records import paper
from records.paper import Answer, GraveReport
from records.unit import Capacity
from responders.answers import BLANK
from responders.signing import OnPaper

LARGEST, LARGEST_SCAN = 1 << 20, 64 << 20  # bytes
for _record in (Answer, paper.Statement, GraveReport):
    _record.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[union-attr]


class AnswerFileError(ValueError):
    """A file that is no answer (or other record asked for); a line for each mistake, naming file and key."""


def read_answer(path: Path) -> Answer:
    """The answer of a TOML file. Raises: AnswerFileError."""
    found: Answer = read_record(path, Answer)
    return found


def read_report(path: Path) -> GraveReport:
    """The 《重大政务舆情信息报告》 of a TOML file. Raises: AnswerFileError."""
    found: GraveReport = read_record(path, GraveReport)
    return found


def read_record(path: Path, record: type) -> Any:
    """The record of a TOML file, unknown keys refused where the record says so. Raises: AnswerFileError."""
    try:
        if path.stat().st_size > LARGEST:
            raise AnswerFileError(f"{path}: 文件过大（上限 {LARGEST >> 20} MiB）")
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise AnswerFileError(f"{path}: 读不出（{error}）") from error
    except AnswerFileError:
        raise
    except RecursionError as error:
        raise AnswerFileError(f"{path}: 不是合格的 TOML：嵌套过深") from error
    except ValueError as error:
        raise AnswerFileError(f"{path}: 不是合格的 TOML：{error}") from error
    try:
        return TypeAdapter(record).validate_python(raw)
    except ValidationError as error:
        raise AnswerFileError("\n".join(f"{path}: {_said(one)}" for one in error.errors())) from error


def _said(one: Any) -> str:
    key = ".".join(str(part) for part in one["loc"])
    if one["type"] == "unexpected_keyword_argument":
        return f"{key}: 没有这个键"
    if one["type"] in ("missing", "missing_argument"):
        return f"{key}: 缺这一项"
    if isinstance(one["input"], str) and BLANK.search(one["input"]):
        return f"{key}: 还没有填写，现为{one['input']}"
    if one["type"] == "enum":
        values = "、".join(re.findall(r"'([^']*)'", one["ctx"]["expected"]))
        return f"{key}: 应为 {values} 之一"
    if one["type"].startswith("date_"):
        return f"{key}: 应为日期，如 2018-05-01，不加引号"
    return f"{key}: {_WANTED.get(one['type'], one['msg'])}"


_WANTED = {
    "string_type": "应为文字，写在引号里", "tuple_type": "应为数组 [ … ]", "mapping_type": "应为表 [ … ] 或 { … }", "dict_type": "应为表 { … }",
    "int_parsing": "应为整数", "int_type": "应为整数", "dataclass_type": "应为表 { … }", "dataclass_exact_type": "应为表 { … }",
}  # fmt: skip


def scanned(data: Path, scan: Path, capacity: Capacity, registered_by: str) -> OnPaper:
    """A scanned 呈批件, kept under DATA/scans by its sha256. Raises: AnswerFileError when it cannot be read."""
    try:
        if not 0 < scan.stat().st_size <= LARGEST_SCAN:
            raise AnswerFileError(f"{scan}: 扫描件为空，或超过 {LARGEST_SCAN >> 20} MiB")
        body = scan.read_bytes()
    except OSError as error:
        raise AnswerFileError(f"{scan}: 读不出（{error}）") from error
    digest = hashlib.sha256(body).hexdigest()
    kept = data / "scans" / f"{digest}{scan.suffix[:8]}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_name(kept.name + ".part")
    part.write_bytes(body)
    part.replace(kept)
    return OnPaper(scan_sha256=digest, capacity=capacity, registered_by=registered_by)
