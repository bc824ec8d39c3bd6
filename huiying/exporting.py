"""台账 export: one row a case, move or paper, as Excel or CSV, that no spreadsheet can run.

A cell that begins like a formula (also after spaces or line breaks, also in full-width signs) gets an apostrophe before it and is stored
as text. Private numbers are masked. Names of who moved what stand in the file of moves and papers: it is the office's own account.
Source: OWASP CSV Injection; reliability 35.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from digests.quoting import clean
from huiying.case_verbs import unit_name
from huiying.office import Desk
from ledger.chain import seal
from records.case import Case
from records.case import CaseState as S
from records.instant import shanghai
from records.masking import mask
from records.paper import Answer, Publication, Receipt, Submission, Supervision

Cell = str | int | datetime | None
LONGEST = 32_000  # characters; Excel holds 32,767 in a cell
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n]")
KINDS = ("cases", "moves", "papers")
HEADS: dict[str, tuple[tuple[str, int], ...]] = {
    "cases": (
        ("编号", 18), ("等级", 6), ("状态", 10), ("标题", 40), ("类别", 10), ("回应形式", 9), ("来源", 18), ("首发时间", 17), ("链接", 40),
        ("帖文数", 8), ("主办", 18), ("协办", 24), ("研判意见", 40), ("领导批示", 30), ("立案时间", 17), ("交办时间", 17), ("签收时间", 17),
        ("签收单位", 18), ("首应期限", 17), ("回应期限", 17), ("办结期限", 17), ("核查情况", 10), ("处置措施", 40), ("公开属性", 10),
        ("回应渠道", 18), ("回应链接", 40), ("回应时间", 17), ("办结时间", 17), ("退回次数", 9), ("督办次数", 9), ("迟发现", 8),
    ),
    "moves": (("编号", 18), ("时间", 17), ("自", 10), ("至", 10), ("办理人", 14), ("理由", 60)),
    "papers": (("编号", 18), ("时间", 17), ("文书", 20), ("单位", 18), ("经办人", 14), ("文书号", 38)),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is asked for: `kind` one of KINDS; cases opened in [since, until); who, what for, where to."""

    kind: str
    since: datetime
    until: datetime
    by: str
    purpose: str
    out: Path


def export(desk: Desk, asked: Export) -> int:
    """The number of rows written. The deed is sealed in the audit chain before the file appears: no export without its entry.

    Raises: ValueError without a name or a purpose, for another kind or file ending; OSError when the file cannot be written.
    """
    _check(asked)
    rows = [tuple(map(safe, row)) for row in _rows(desk, asked)]
    content = as_xlsx(asked.kind, rows) if asked.out.suffix == ".xlsx" else as_csv(asked.kind, rows)
    part = asked.out.with_name(f".{asked.out.name}.part")
    part.write_bytes(content)
    detail = f"用途：{asked.purpose.strip()}；{len(rows)}行；{shanghai(asked.since):%Y-%m-%d}至{shanghai(asked.until):%Y-%m-%d}"
    seal(desk.ledger.engine, actor=asked.by.strip(), action=f"export:{asked.kind}", subject=asked.out.name, detail=detail, at=desk.now())
    part.replace(asked.out)
    return len(rows)


def _check(asked: Export) -> None:
    if not asked.by.strip() or not asked.purpose.strip():
        raise ValueError("--by、--purpose: 导出须有导出人姓名与用途")
    if asked.kind not in KINDS:
        raise ValueError(f"--kind {asked.kind!r}: 应为 {'、'.join(KINDS)}")
    if asked.out.suffix not in (".xlsx", ".csv"):
        raise ValueError(f"--out {asked.out.name}: 应以 .xlsx 或 .csv 结尾")
    if asked.since >= asked.until:
        raise ValueError("--since 应早于 --until")


def safe(value: Cell) -> Cell:
    """The value as a cell that is no formula: text cleaned, masked, cut; times on the office's wall clock, zoneless as Excel wants them.

    >>> safe("=HYPERLINK(1)"), safe(" ＝1+1"), safe("停水"), safe("电话139-0000-0000")
    ("'=HYPERLINK(1)", "' ＝1+1", '停水', '电话〔电话〕')
    """
    if isinstance(value, datetime):
        return shanghai(value).replace(tzinfo=None, microsecond=0)
    if not isinstance(value, str):
        return value
    suspect = bool(_FORMULA.match(value.lstrip("\0")))
    text = mask(clean(value))[:LONGEST]
    return f"'{text}" if suspect or _FORMULA.match(text) else text


def as_xlsx(kind: str, rows: Sequence[Sequence[Cell]]) -> bytes:
    """The workbook: head frozen and filterable, widths set, times as times."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.freeze_panes = "B2"
    for number, (_, width) in enumerate(HEADS[kind], start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(HEADS[kind]))}{len(rows) + 1}"
    sheet.append([_cell(sheet, title, bold=True) for title, _ in HEADS[kind]])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _cell(sheet: object, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    cell.font = Font(name="宋体", size=11, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, str):
        cell.data_type = "s"
    return cell


def as_csv(kind: str, rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with the byte order mark that Excel needs; every field quoted."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([title for title, _ in HEADS[kind]])
    writer.writerows([f"{v:%Y-%m-%d %H:%M}" if isinstance(v, datetime) else "" if v is None else v for v in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _rows(desk: Desk, asked: Export) -> Iterator[tuple[Cell, ...]]:
    cases = [c for c in desk.ledger.cases() if asked.since <= c.opened_at < asked.until]
    for case in cases:
        if asked.kind == "cases":
            yield _case_row(desk, case)
        elif asked.kind == "moves":
            for m in desk.ledger.transitions(case.id):
                yield case.number, m.at, m.from_state.value if m.from_state else "", m.to_state.value, m.actor, m.why
        else:
            for p in desk.ledger.papers(case.id):
                yield case.number, p.at, p.kind, unit_name(desk, p.unit) if p.unit else "", p.by, p.id


def _case_row(desk: Desk, case: Case) -> tuple[Cell, ...]:
    return (*_found(desk, case), *_handled(desk, case))


def _found(desk: Desk, case: Case) -> tuple[Cell, ...]:
    """What was said, where, and who is to answer it."""
    event, routing = desk.ledger.event(case.event_id), case.routing
    first = next(iter(desk.ledger.posts([event.first_post_id])), None) if event else None
    source = desk.sources.get(first.source_id) if first else None
    return (
        case.number, case.opinion_level.value, case.state.value, case.title, "、".join(case.labels), case.form,
        source.name if source else "", event.first_said_at if event else None, first.url if first else "", len(event.post_ids) if event else 0,
        unit_name(desk, routing.lead), "、".join(unit_name(desk, u) for u in routing.joint),
        "；".join((*(event.level_reasons if event else ()), *routing.reasons)),
    )  # fmt: skip


def _handled(desk: Desk, case: Case) -> tuple[Cell, ...]:
    """What became of it: the newest paper of each kind counts."""
    papers, moves = {p.kind: p.content for p in desk.ledger.papers(case.id)}, desk.ledger.transitions(case.id)
    at = {m.to_state: m.at for m in moves}
    ends = {d.kind: d.due_at for d in case.deadlines}
    said, receipt, answer, told, press = (papers.get(k.kind) for k in (Submission, Receipt, Answer, Publication, Supervision))
    one = answer if isinstance(answer, Answer) else None
    out = told if isinstance(told, Publication) else None
    return (
        said.instruction if isinstance(said, Submission) else "", case.opened_at, case.dispatched_at, at.get(S.SIGNED_FOR),
        unit_name(desk, receipt.unit) if isinstance(receipt, Receipt) else "", ends.get("reply"), ends.get("respond"), ends.get("close"),
        one.finding.value if one else "", "\n".join(one.measures) if one else "", one.disclosure.value if one else "",
        out.channel if out else "", out.url if out else "", out.published_at if out else at.get(S.ANSWERED), at.get(S.CLOSED),
        sum(m.to_state is S.RETURNED for m in moves), press.serial if isinstance(press, Supervision) else 0,
        "是" if any(d.late_found for d in case.deadlines) else "",
    )  # fmt: skip
