"""Layout (版式) of the Word file: page, styles, page numbers.

Source: GB/T 9704-2012 (A4, 天头37 订口28, 正文3号仿宋, 标题2号小标宋, 一级黑体, 二级楷体, 页码4号宋体 "— 1 —" 单页居右 双页居左). Fonts are named,
never shipped. A run's Chinese typeface is w:eastAsia, which python-docx does not set; without it Word falls back to a Latin theme font.
"""

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph

BODY_FONT, HEAD_FONT, SUB_FONT, TITLE_FONT, NUMBER_FONT = "仿宋", "黑体", "楷体", "方正小标宋简体", "宋体"
LATIN = "Times New Roman"
LINE = 28.0  # pt, fixed
TEXT_WIDTH = 210 - 28 - 26  # mm
INK, LINK, RED, GREY = "000000", "0B4F8A", "C00000", "595959"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One paragraph style: sizes in pt, `indent` and `hang` in hundredths of a character."""

    name: str
    font: str = BODY_FONT
    size: float = 16.0
    line: float = LINE  # 0 = as high as what stands in it
    bold: bool = False
    indent: int = 0
    centred: bool = False
    keep: bool = False  # with the next paragraph
    latin: str = LATIN


LOOKS = (
    Look(name="Normal", indent=200),
    Look(name="Title", font=TITLE_FONT, size=22, line=36, centred=True),
    Look(name="Heading 1", font=HEAD_FONT, indent=200, keep=True),
    Look(name="Heading 2", font=SUB_FONT, indent=200, keep=True),
    Look(name="Head Mark", font=HEAD_FONT),
    Look(name="Head Line", size=12, line=18, centred=True),
    Look(name="Small Text", size=12, line=18),
    Look(name="Index Text", size=10.5, line=16),
    Look(name="Table Caption", font=SUB_FONT, size=12, line=20, keep=True),
    Look(name="Table Text", size=11, line=15),
    Look(name="Table Small", size=10.5, line=14),
    Look(name="Table Head", font=HEAD_FONT, size=10.5, line=15, keep=True),
    Look(name="Picture", line=0),
    Look(name="Page Number", font=NUMBER_FONT, size=14, line=18, latin=NUMBER_FONT),
)


def lay_out(document: Document) -> None:
    """Sets page, styles and page numbers of a new document."""
    _drop_theme_fonts(document)
    for look in LOOKS:
        _style(document, look)
    for name, colour, bold in (("Link", LINK, False), ("Overdue", RED, True), ("Strong Text", INK, True), ("Quiet", GREY, False)):
        _character_style(document, name, colour, bold)
    section = document.sections[0]
    _page(section)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT, "rightChars")
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT, "leftChars")


def _page(section: Section) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    for grid in section._sectPr.findall(qn("w:docGrid")):  # a grid would stretch the fixed lines
        section._sectPr.remove(grid)


def _drop_theme_fonts(document: Document) -> None:
    """Theme fonts outrank named ones: take them out of the defaults."""
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{name}"), None)
    for language in document.styles.element.iter(qn("w:lang")):  # else "，" may be drawn the Hong Kong or Japanese way
        language.set(qn("w:eastAsia"), "zh-CN")


def set_fonts(properties: BaseOxmlElement, chinese: str, latin: str) -> None:
    """Names the typefaces of a w:rPr, the Chinese one by w:eastAsia."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for attribute, name in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese), ("cs", latin)):
        fonts.set(qn(f"w:{attribute}"), name)
    fonts.set(qn("w:hint"), "eastAsia")
    properties.insert(0, fonts)


def _style(document: Document, look: Look) -> None:
    names = {s.name for s in document.styles}
    style = document.styles[look.name] if look.name in names else document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    for old in ("w:rPr", "w:pPr"):
        for element in style.element.findall(qn(old)):
            style.element.remove(element)
    style.base_style = None if look.name == "Normal" else document.styles["Normal"]
    style.quick_style = True
    set_fonts(style.element.get_or_add_rPr(), look.font, look.latin)
    style.font.size, style.font.bold = Pt(look.size), look.bold
    _spacing(style, look)


def _spacing(style: ParagraphStyle, look: Look) -> None:
    form = style.paragraph_format
    form.line_spacing, form.space_before, form.space_after = Pt(look.line) if look.line else 1.0, Pt(0), Pt(0)
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if look.centred else WD_ALIGN_PARAGRAPH.LEFT
    form.keep_with_next, form.widow_control = look.keep, True
    _indent(style.element.get_or_add_pPr(), {"firstLineChars": str(look.indent), "firstLine": str(int(look.size * 20 * look.indent / 100))})
    level = {"Heading 1": "0", "Heading 2": "1"}.get(look.name)
    if level:
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), level)
        style.element.get_or_add_pPr().append(outline)


def _indent(properties: BaseOxmlElement, values: dict[str, str]) -> None:
    indent = properties.get_or_add_ind()  # type: ignore[attr-defined]
    for name, value in values.items():
        indent.set(qn(f"w:{name}"), value)


def _character_style(document: Document, name: str, colour: str, bold: bool) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    assert isinstance(style, CharacterStyle)
    style.font.bold = bold or None
    element = OxmlElement("w:color")
    element.set(qn("w:val"), colour)
    style.element.get_or_add_rPr().append(element)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH, indent: str) -> None:
    """ "— 1 —" at the outer side, one character in."""
    paragraph.style = "Page Number"
    paragraph.alignment = side
    _indent(paragraph._p.get_or_add_pPr(), {indent: "100", indent.removesuffix("Chars"): "280"})
    paragraph.add_run("— ")
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif not kind:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)
    paragraph.add_run(" —")
