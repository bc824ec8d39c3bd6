"""Builds the forms' templates, templates/forms/*.docx: `python -m responders.form_templates` writes them anew.

A form is told here as rows of cells; in the file stand docxtpl's marks. An office that wants another look edits a copy in Word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docx.document import Document as OpenDocument
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table, _Cell

from responders.form_layout import TEXT_WIDTH, blank_form

FOLDER = Path(__file__).parent / "templates" / "forms"
GRID = (27, 51, 27, 51)  # mm: label, value, label, value
CELL_PADDING = 60  # twentieths of a point


@dataclass(frozen=True, slots=True)
class One:
    """A label and a one-line field."""

    label: str
    field: str


@dataclass(frozen=True, slots=True)
class Many:
    """A label and paragraphs over the whole width; at least `height` mm, for handwriting."""

    label: str
    field: str
    height: int = 0


Row = tuple[One, One] | One | Many
TABLES: dict[str, tuple[str, tuple[Row, ...]]] = {
    "交办单": ("政务舆情交办单", (
        One("事项", "title"), (One("舆情等级", "level"), One("来源平台", "platform")), (One("首发时间", "first_at"), One("主办单位", "lead")),
        Many("链接", "links"), Many("内容摘要", "summary"), Many("传播数据", "spread"), Many("研判意见", "judged"),
        Many("领导批示", "instruction", 16), One("协办单位", "joint"), One("抄送单位", "informed"), Many("办理要求", "asked"),
        (One("签收期限", "sign_due"), One("首应期限", "reply_due")), (One("公开回应期限", "respond_due"), One("办结期限", "close_due")),
        (One("交办人", "by"), One("交办时间", "at")), (One("签收人", "signer"), One("签收时间", "signed_at")),
        (One("交办联系", "contact"), One("承办电话", "phone")), Many("附件", "attached"),
    )),
    "反馈单": ("政务舆情办理反馈单", (
        One("事项", "title"), (One("承办单位", "unit"), One("核查结论", "finding")), Many("处置措施", "measures", 16),
        One("回应标题", "answer_title"), Many("回应口径（送审稿）", "text", 24), Many("四项说明", "four"),
        (One("拟回应形式", "form"), One("拟回应渠道", "channel")), (One("拟回应时间", "planned_at"), One("公开属性", "disclosure")),
        Many("未办结原因及计划", "unfinished", 12), (One("填报人", "by"), One("反馈时间", "at")),
        (One("联系人", "contact"), One("单位负责人签字", "signed_by")), Many("依据及附件", "attached"),
    )),
    "呈批件": ("政务舆情呈批件", (
        One("事项", "title"), (One("呈送", "to"), One("舆情等级", "level")), One("来文", "origin"), Many("事由", "matter", 24),
        Many("拟办意见", "advice", 24), Many("领导批示", "instruction", 45), Many("承办结果", "result", 20),
        (One("呈报人", "by"), One("呈报时间", "at")),
    )),
    "督办单": ("政务舆情督办单", (
        One("事项", "title"), (One("承办单位", "lead"), One("督办次数", "serial")), (One("舆情等级", "level"), One("当前状态", "state")),
        (One("交办时间", "dispatched_at"), One("逾期时限", "clock")), (One("应于", "due"), One("逾期时长", "overdue")),
        Many("督办要求", "asked", 24),
        Many("承办单位说明及签字", "blank", 40), (One("督办人", "by"), One("督办时间", "at")), One("联系", "contact"),
    )),
    "签批单": ("政务舆情公开回应签批单", (
        One("事项", "title"), One("回应单位", "unit"), One("联合答复", "joint"), (One("回应形式", "form"), One("发布渠道", "channel")),
        One("公开属性", "disclosure"), One("回应标题", "answer_title"), Many("回应全文", "text", 30), Many("四项说明", "four"),
        (One("拟稿人", "by"), One("送签时间", "at")), Many("保密审查", "secrecy", 20), Many("负责人签批", "signature", 32),
    )),
    "延期审批": ("政务舆情延期办理审批单", (
        One("事项", "title"), (One("申请单位", "unit"), One("舆情等级", "level")), One("申请延期", "what"),
        (One("原定期限", "before"), One("延至", "after")), Many("延期理由", "why", 40), (One("申请人", "by"), One("申请时间", "at")),
        One("批准人", "approved_by"), Many("区政府办审批意见", "blank", 40),
    )),
    "暂缓办理审批": ("政务舆情暂缓办理审批单", (
        One("事项", "title"), (One("申请单位", "unit"), One("舆情等级", "level")), (One("原办理状态", "came_from"), One("复核日期", "until")),
        Many("暂缓理由", "why", 40), (One("申请人", "by"), One("申请时间", "at")), One("批准人", "approved_by"),
        Many("区政府办审批意见", "blank", 40),
    )),
    "线索移交单": ("不实信息线索移交单", (
        One("事项", "title"), One("移交单位", "office"), One("接收单位", "to"), Many("证据链接及文本散列", "evidence"),
        Many("权威反证", "refuted_by", 24),
        (One("提出人", "proposed_by"), One("批准人", "approved_by")), (One("确认人", "by"), One("移交时间", "at")), Many("接收单位签收", "blank", 24),
    )),
}  # fmt: skip

# style, then the text with its marks; "*field" is a list, a paragraph each; "?field" opens a part that stands only where the list has words
REPORTS: dict[str, tuple[tuple[str, str], ...]] = {
    "重大政务舆情信息报告": (
        ("Form Mark", "{{ mark }}"), ("Title", "重大政务舆情信息报告"), ("Title", "（{{ stage }}　第{{ serial }}号）"),
        ("Form Number", "编号：{{ number }}"), ("Form Number", "报告单位：{{ unit }}"), ("Form Addressee", "区委、区政府："),
        ("Heading 1", "一、事件概况"), ("Normal", "*happened"), ("Heading 1", "二、舆情态势"), ("Normal", "*public_view"),
        ("Heading 1", "三、已采取的措施"), ("Normal", "*done"), ("Heading 1", "四、下一步打算"), ("Normal", "*planned"),
        ("Heading 1", "?asked 五、请求事项"), ("Normal", "*asked"), ("Form Date", "{{ unit }}"), ("Form Date", "{{ day }}"),
        ("Annex", "报告人：{{ by }}　报告时间：{{ at }}"),
    ),
    "专报": (
        ("Form Mark", "{{ mark }}"), ("Title", "政务舆情专报"), ("Form Number", "编号：{{ number }}"), ("Form Number", "{{ office }}　{{ day }}"),
        ("Title", "{{ title }}"), ("Heading 1", "一、事件概况"), ("Normal", "*happened"), ("Heading 1", "二、传播情况"), ("Normal", "*spread"),
        ("Heading 1", "三、主要观点"), ("Heading 2", "（一）媒体观点"), ("Normal", "*media"), ("Heading 2", "（二）网民观点"), ("Normal", "*people"),
        ("Heading 1", "四、风险研判"), ("Normal", "*risk"), ("Heading 1", "五、处置建议"), ("Normal", "*advice"), ("Heading 1", "附件：原文链接"),
        ("Annex", "*originals"),
    ),
}  # fmt: skip


def build(kind: str) -> OpenDocument:
    """The template of one form. Raises: KeyError for an unknown one."""
    return _table_form(*TABLES[kind]) if kind in TABLES else _report(kind, REPORTS[kind])


def write_all(folder: Path = FOLDER) -> None:
    """Writes every template."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in (*TABLES, *REPORTS):
        build(kind).save(str(folder / f"{kind}.docx"))


def _table_form(title: str, rows: Sequence[Row]) -> OpenDocument:
    document = blank_form(title)
    document.add_paragraph("{{ mark }}", "Form Mark")
    document.add_paragraph(title, "Title")
    document.add_paragraph("编号：{{ number }}", "Form Number")
    table = document.add_table(0, len(GRID))
    _frame(table)
    for row in rows:
        _row(table, row)
    document.add_paragraph("{{ office }}制", "Annex").paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return document


def _frame(table: Table) -> None:
    """Fixed widths, single lines all round."""
    table.autofit = False
    properties = table._tbl.tblPr
    for column, width in zip(table.columns, GRID, strict=True):
        column.width = Mm(width)
    assert sum(GRID) == TEXT_WIDTH
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        edge_margin = OxmlElement(f"w:{side}")
        edge_margin.set(qn("w:w"), str(CELL_PADDING))
        edge_margin.set(qn("w:type"), "dxa")
        margins.append(edge_margin)
    properties.append(margins)


def _row(table: Table, row: Row) -> None:
    added = table.add_row()  # type: ignore[no-untyped-call]
    for cell, width in zip(added.cells, GRID, strict=True):
        cell.width = Mm(width)
    if isinstance(row, tuple):
        for place, one in enumerate(row):
            _label(added.cells[2 * place], one.label)
            _value(added.cells[2 * place + 1], one.field)
        return
    _label(added.cells[0], row.label)
    wide = added.cells[1].merge(added.cells[3])
    for extra in wide.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    _value(wide, row.field) if isinstance(row, One) else _paragraphs(wide, row.field)
    if isinstance(row, Many) and row.height:
        added.height = Mm(row.height)


def _label(cell: _Cell, text: str) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    cell.paragraphs[0].text, cell.paragraphs[0].style = text, "Form Label"  # type: ignore[assignment]


def _value(cell: _Cell, field: str) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    cell.paragraphs[0].text, cell.paragraphs[0].style = f"{{{{ {field} }}}}", "Form Cell"  # type: ignore[assignment]


def _paragraphs(cell: _Cell, field: str) -> None:
    """docxtpl takes away the paragraphs that hold {%p …; the list is never empty, so one stays."""
    marks = _loop(field)
    cell.paragraphs[0].text, cell.paragraphs[0].style = marks[0], "Form Cell"  # type: ignore[assignment]
    for mark in marks[1:]:
        cell.add_paragraph(mark, "Form Cell")


def _loop(field: str) -> tuple[str, str, str]:
    return f"{{%p for line in {field} %}}", "{{ line }}", "{%p endfor %}"


def _report(title: str, rows: Sequence[tuple[str, str]]) -> OpenDocument:
    document = blank_form(title)
    asked = ""
    for style, text in rows:
        if text.startswith("?"):
            asked, text = text[1:].split(" ", 1)
            document.add_paragraph(f"{{%p if {asked}[0] %}}", style)
        for part in _loop(text[1:]) if text.startswith("*") else (text,):
            document.add_paragraph(part, style)
        if asked and text == f"*{asked}":
            document.add_paragraph("{%p endif %}", style)
    return document


if __name__ == "__main__":
    write_all()
