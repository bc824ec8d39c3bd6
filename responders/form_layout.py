"""Layout (版式) of the forms' templates: page, styles, page numbers.

Source: GB/T 9704-2012 (A4, 版心156×225, 正文3号仿宋, 标题2号小标宋, 一级黑体, 页码4号宋体 "— 1 —" 单页居右 双页居左). Fonts are named, never
shipped; a run's Chinese typeface is w:eastAsia, which python-docx does not set. Tables stand in 小四, as offices print them.
"""

from dataclasses import dataclass

from docx import Document
from docx.document import Document as OpenDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

BODY_FONT, HEAD_FONT, SUB_FONT, TITLE_FONT, NUMBER_FONT = "仿宋", "黑体", "楷体", "方正小标宋简体", "宋体"
LATIN = "Times New Roman"
TEXT_WIDTH = 210 - 28 - 26  # mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One paragraph style: sizes in pt, `indent` in hundredths of a character."""

    name: str
    font: str = BODY_FONT
    size: float = 16.0
    line: float = 28.0
    indent: int = 0
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
    keep: bool = False  # with the next paragraph


_CENTRE, _RIGHT, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
LOOKS = (
    Look(name="Normal", indent=200, align=_BOTH),
    Look(name="Title", font=TITLE_FONT, size=22, line=36, align=_CENTRE, keep=True),
    Look(name="Heading 1", font=HEAD_FONT, indent=200, keep=True),
    Look(name="Heading 2", font=SUB_FONT, indent=200, keep=True),
    Look(name="Form Mark", font=HEAD_FONT),
    Look(name="Form Number", size=14, line=28),
    Look(name="Form Addressee"),
    Look(name="Form Date", align=_RIGHT),
    Look(name="Form Label", font=HEAD_FONT, size=12, line=20, align=_CENTRE),
    Look(name="Form Cell", size=12, line=20),
    Look(name="Annex", size=12, line=20),
    Look(name="Page Number", font=NUMBER_FONT, size=14, line=18),
)


def blank_form(title: str) -> OpenDocument:
    """An empty document with page, styles and page numbers set."""
    document = Document()
    _drop_theme_fonts(document)
    for look in LOOKS:
        _style(document, look)
    _page(document)
    core = document.core_properties
    core.title, core.author, core.comments, core.language = title, "回应 Huiying", "", "zh-CN"
    return document


def _drop_theme_fonts(document: OpenDocument) -> None:
    """Theme fonts outrank named ones: take them out of the defaults."""
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{name}"), None)
    for language in document.styles.element.iter(qn("w:lang")):  # else "，" may be drawn the Hong Kong or Japanese way
        language.set(qn("w:eastAsia"), "zh-CN")


def _style(document: OpenDocument, look: Look) -> None:
    names = {s.name for s in document.styles}
    style = document.styles[look.name] if look.name in names else document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    for old in ("w:rPr", "w:pPr"):
        for element in style.element.findall(qn(old)):
            style.element.remove(element)
    style.base_style = None if look.name == "Normal" else document.styles["Normal"]
    _fonts(style.element.get_or_add_rPr(), look.font)
    style.font.size, style.font.bold = Pt(look.size), False
    shape = style.paragraph_format
    shape.line_spacing, shape.space_before, shape.space_after = Pt(look.line), Pt(0), Pt(0)
    shape.alignment, shape.keep_with_next, shape.widow_control = look.align, look.keep, True
    _indent(style.element.get_or_add_pPr(), {"firstLineChars": str(look.indent), "firstLine": str(int(look.size * look.indent / 5))})


def _fonts(properties: BaseOxmlElement, chinese: str) -> None:
    latin = NUMBER_FONT if chinese == NUMBER_FONT else LATIN
    fonts = OxmlElement("w:rFonts")
    for attribute, name in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese), ("cs", latin)):
        fonts.set(qn(f"w:{attribute}"), name)
    fonts.set(qn("w:hint"), "eastAsia")
    properties.insert(0, fonts)


def _indent(properties: BaseOxmlElement, values: dict[str, str]) -> None:
    indent = properties.get_or_add_ind()  # type: ignore[attr-defined]
    for name, value in values.items():
        indent.set(qn(f"w:{name}"), value)


def _page(document: OpenDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    for grid in section._sectPr.findall(qn("w:docGrid")):  # a grid would stretch the fixed lines
        section._sectPr.remove(grid)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT, "right")
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT, "left")


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH, indent: str) -> None:
    """ "— 1 —" at the outer side, one character in."""
    paragraph.style = "Page Number"
    paragraph.alignment = side
    _indent(paragraph._p.get_or_add_pPr(), {f"{indent}Chars": "100", indent: "280"})
    paragraph.add_run("— ")
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(mark)
        if kind == "begin":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = " PAGE "
            paragraph.add_run()._r.append(code)
        elif kind == "separate":
            paragraph.add_run("1")
    paragraph.add_run(" —")
