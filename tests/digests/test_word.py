"""The Word file, opened again by python-docx: GB/T 9704 layout, bookmarks, links, hostile characters."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from time import perf_counter

import pytest
from docx import Document
from docx.document import Document as OpenDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from lxml import etree

from digests.daily import build_daily
from digests.document import POST_ROWS, Count, Daily, Link, Manner, Paragraph, Section, Table, Text, counts_in
from digests.facts import DayFacts
from digests.layout import TEXT_WIDTH
from digests.word import INDEX_LINKS, render_word
from tests.digests.sample import HOUR, MADE, a_day, a_post, facts, hostile, rich_day

HOSTILE = [
    "停水\x00三\x0b天",
    "半个\ud800代\udfff理",
    "\ufffe\uffff\x1f\x7f\x85",
    "]]></w:t></w:r><w:r><w:t>插入",
    '<w:fldSimple w:instr="DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"/>',
    "&amp;&#0;&lt;",
    '=HYPERLINK("http://evil.example/","点我")',
    "\u202e反\u2066向\u200b",
    "𠮷野家😀",
    "很长" * 5000,
    " \t\r\n ",
]


@cache
def rich_bytes() -> bytes:
    return render_word(build_daily(rich_day()))


def opened(day: DayFacts) -> OpenDocument:
    return Document(io.BytesIO(render_word(build_daily(day))))


@pytest.fixture(scope="module")
def rich() -> OpenDocument:
    return Document(io.BytesIO(rich_bytes()))


def style_of(document: OpenDocument, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def east_asian(element: BaseOxmlElement) -> str | None:
    fonts = element.find(f".//{qn('w:rFonts')}")
    return None if fonts is None else fonts.get(qn("w:eastAsia"))


def with_tag(document: OpenDocument, tag: str) -> Iterator[BaseOxmlElement]:
    return document.element.body.iter(qn(tag))


def text_of(element: BaseOxmlElement) -> str:
    return "".join(t.text or "" for t in element.iter(qn("w:t")))


# page
def test_the_page_is_a4_with_the_standard_s_margins(rich: OpenDocument) -> None:
    section = rich.sections[0]
    sizes = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    wanted = (210, 297, 37, 35, 28, 26)
    assert [round(size / Mm(1), 1) for size in sizes if size is not None] == list(wanted)
    assert section.orientation == WD_ORIENT.PORTRAIT
    assert len(rich.sections) == 1


@pytest.mark.parametrize(
    ("name", "font", "size", "line"),
    [
        ("Normal", "仿宋", 16, 28),
        ("Title", "方正小标宋简体", 22, 36),
        ("Heading 1", "黑体", 16, 28),
        ("Heading 2", "楷体", 16, 28),
        ("Head Mark", "黑体", 16, 28),
        ("Page Number", "宋体", 14, 18),
        ("Table Head", "黑体", 10.5, 15),
    ],
)
def test_styles(rich: OpenDocument, name: str, font: str, size: float, line: float) -> None:
    style = style_of(rich, name)
    assert east_asian(style.element) == font
    assert style.font.size == Pt(size)
    assert style.paragraph_format.line_spacing == Pt(line)
    assert style.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert (style.paragraph_format.space_before, style.paragraph_format.space_after) == (Pt(0), Pt(0))


def test_no_theme_font_outranks_the_named_ones(rich: OpenDocument) -> None:
    for fonts in rich.styles.element.iter(qn("w:rFonts")):
        assert not [name for name in fonts.attrib if "Theme" in name]


def test_every_style_in_use_exists(rich: OpenDocument) -> None:
    known = {s.style_id for s in rich.styles}
    used = {e.get(qn("w:val")) for tag in ("w:pStyle", "w:rStyle") for e in with_tag(rich, tag)}
    assert used <= known
    assert {"Title", "Heading1", "Heading2", "HeadMark", "TableHead", "Link", "Overdue"} <= used


def test_title_is_centred_and_body_indented_two_characters(rich: OpenDocument) -> None:
    assert style_of(rich, "Title").paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER
    indent = style_of(rich, "Normal").element.find(f".//{qn('w:ind')}")
    assert indent is not None
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_headings_stay_with_what_follows(rich: OpenDocument) -> None:
    for name in ("Heading 1", "Heading 2", "Table Head"):
        assert style_of(rich, name).paragraph_format.keep_with_next is True


def test_body_text_is_set_in_the_body_style(rich: OpenDocument) -> None:
    styles = {p.style.name for p in rich.paragraphs if p.style is not None}
    assert "Normal" in styles
    body = next(p for p in rich.paragraphs if text_of(p._p).startswith("监测到帖文91"))
    assert body.style is not None
    assert body.style.name == "Normal"


def test_the_language_is_chinese(rich: OpenDocument) -> None:
    assert {e.get(qn("w:eastAsia")) for e in rich.styles.element.iter(qn("w:lang"))} == {"zh-CN"}


# page numbers
@pytest.mark.parametrize(
    ("footer", "side", "indent"),
    [("footer", WD_ALIGN_PARAGRAPH.RIGHT, "rightChars"), ("even_page_footer", WD_ALIGN_PARAGRAPH.LEFT, "leftChars")],
)
def test_page_numbers_stand_outside_one_character_in(
    rich: OpenDocument, footer: str, side: WD_ALIGN_PARAGRAPH, indent: str
) -> None:
    paragraph = getattr(rich.sections[0], footer).paragraphs[0]
    assert paragraph.text == "— 1 —"
    assert paragraph.alignment == side
    assert paragraph.style.name == "Page Number"
    assert paragraph._p.pPr.find(qn("w:ind")).get(qn(f"w:{indent}")) == "100"
    assert [e.text for e in paragraph._p.iter(qn("w:instrText"))] == [" PAGE "]
    assert [e.get(qn("w:fldCharType")) for e in paragraph._p.iter(qn("w:fldChar"))] == ["begin", "separate", "end"]


def test_odd_and_even_pages_differ(rich: OpenDocument) -> None:
    assert rich.settings.odd_and_even_pages_header_footer is True


# head and sections
def test_head(rich: OpenDocument) -> None:
    first = [text_of(p._p) for p in rich.paragraphs[:6]]
    assert first == [
        "内部资料　注意保存",
        "每日舆情",
        "〔2018〕第159期　亭湖区政府办公室　2018年6月8日",
        "统计区间：2018年6月7日08:00至2018年6月8日08:00",
        "编报：区政府办信息科　　审核：未经审核",
        "一、今日要情",
    ]


def test_headings_name_every_section_in_order(rich: OpenDocument) -> None:
    found = [text_of(p._p) for p in rich.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert found == [s.heading for s in build_daily(rich_day()).parts]
    assert found[:3] == ["一、今日要情", "二、数据概览", "三、新增交办与到期"]


def test_figures_and_annexes_begin_on_a_new_page(rich: OpenDocument) -> None:
    broken = [text_of(p._p) for p in rich.paragraphs if p._p.find(f".//{qn('w:pageBreakBefore')}") is not None]
    assert broken == ["附图　走势、类别与承办单位", "附表1　分项数据"]


# tables
def test_tables_fit_the_page_and_repeat_their_heads(rich: OpenDocument) -> None:
    assert len(rich.tables) >= 8
    for table in rich.tables:
        widths = [int(c.get(qn("w:w"))) for c in table._tbl.tblGrid.iter(qn("w:gridCol"))]
        assert abs(sum(widths) - TEXT_WIDTH * 1440 / 25.4) < len(widths)
        first = table._tbl.tr_lst[0]
        assert first.find(f"./{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert table._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
        assert all(len(row.tc_lst) == len(widths) for row in table._tbl.tr_lst)
        assert all(row.find(f"./{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in table._tbl.tr_lst)


def test_tables_hold_the_model_s_rows(rich: OpenDocument) -> None:
    wanted = [b for part in build_daily(rich_day()).parts for b in part.blocks if isinstance(b, Table)]
    assert [len(t._tbl.tr_lst) - 1 for t in rich.tables] == [len(t.rows) for t in wanted]


def test_cells_end_with_a_paragraph_as_word_demands(rich: OpenDocument) -> None:
    assert all(cell[-1].tag == qn("w:p") for cell in with_tag(rich, "w:tc"))


def test_overdue_is_red(rich: OpenDocument) -> None:
    colour = rich.styles["Overdue"].element.find(f".//{qn('w:color')}")
    assert colour is not None
    assert colour.get(qn("w:val")) == "C00000"
    styles = (e for e in with_tag(rich, "w:rStyle") if e.get(qn("w:val")) == "Overdue")
    red = [text_of(e.getparent().getparent()) for e in styles]
    assert "已逾期：应于6月8日06:05前首次回应" in red
    assert "审核：未经审核" in red


# links
def bookmarks(document: OpenDocument) -> list[str]:
    return [str(b.get(qn("w:name"))) for b in with_tag(document, "w:bookmarkStart")]


@pytest.mark.parametrize(
    "day", [rich_day(), facts(), replace(rich_day(), withhold_accusations=False)], ids=["rich", "empty", "leaders"]
)
def test_inner_links_resolve_to_bookmarks(day: DayFacts) -> None:
    document = opened(day)
    names = bookmarks(document)
    assert len(names) == len(set(names))
    anchors = {h.get(qn("w:anchor")) for h in with_tag(document, "w:hyperlink")} - {None}
    assert anchors <= set(names)


def test_bookmarks_have_names_word_takes_and_own_numbers(rich: OpenDocument) -> None:
    assert all(name[0].isalpha() and name.isalnum() and len(name) <= 40 for name in bookmarks(rich))
    starts = [b.get(qn("w:id")) for b in with_tag(rich, "w:bookmarkStart")]
    assert len(starts) == len(set(starts))
    assert starts == [b.get(qn("w:id")) for b in with_tag(rich, "w:bookmarkEnd")]


def test_every_number_but_zero_is_a_link(rich: OpenDocument) -> None:
    daily = build_daily(rich_day())
    wanted = [(daily.target(c), str(c.value)) for c in counts_in(daily.parts) if c.rows]
    found = [(h.get(qn("w:anchor")), text_of(h)) for h in with_tag(rich, "w:hyperlink")]
    assert wanted
    for pair in wanted:
        assert pair in found


def test_outer_links_go_through_external_relations(rich: OpenDocument) -> None:
    ids = [h.get(qn("r:id")) for h in with_tag(rich, "w:hyperlink") if h.get(qn("r:id"))]
    relations = [rich.part.rels[i] for i in ids]
    assert all(r.is_external for r in relations)
    addresses = {r.target_ref for r in relations}
    assert "http://10.0.0.8:8700/cases/TH-20180607-001" in addresses
    assert "https://bbs.example.cn/thread-00-1-1.html" in addresses
    assert all(a.startswith(("http://", "https://")) for a in addresses)


def test_one_address_is_one_relation() -> None:
    document = opened(a_day((a_post("a", url="https://bbs.example.cn/1"), a_post("b", url="https://bbs.example.cn/1"))))
    ids = [h.get(qn("r:id")) for h in with_tag(document, "w:hyperlink") if h.get(qn("r:id"))]
    assert len(ids) > len(set(ids))


def test_an_address_with_ampersands_and_chinese_survives() -> None:
    url = "https://bbs.example.cn/forum.php?mod=viewthread&tid=1&from=亭湖"
    document = opened(a_day((a_post("a", url=url),)))
    assert url in {r.target_ref for r in document.part.rels.values() if r.is_external}


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "\\\\server\\share"])
def test_a_link_elsewhere_is_only_words(href: str) -> None:
    daily = build_daily(facts())
    bad = Section("sec1", "一、", "今日要情", (Paragraph((Link("点我", href),)),))
    document = Document(io.BytesIO(render_word(replace(daily, sections=(bad, *daily.sections[1:])))))
    assert any("点我" in p.text for p in document.paragraphs)
    assert [r for r in document.part.rels.values() if r.is_external] == []


# bytes
def test_equal_digests_are_equal_bytes() -> None:
    assert render_word(build_daily(rich_day())) == rich_bytes()


def test_times_are_the_digest_s_own(rich: OpenDocument) -> None:
    core = rich.core_properties
    assert core.created == core.modified
    assert core.created is not None
    assert core.created.replace(tzinfo=None) == MADE.replace(tzinfo=None)
    assert (core.author, core.title) == ("亭湖区政府办公室", "每日舆情〔2018〕第159期")
    with zipfile.ZipFile(io.BytesIO(rich_bytes())) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2018, 6, 8, 8, 5, 0)}


def test_another_making_is_another_file() -> None:
    later = replace(rich_day(), made_at=MADE + timedelta(minutes=1))
    assert render_word(build_daily(later)) != rich_bytes()


def test_the_package_is_whole() -> None:
    with zipfile.ZipFile(io.BytesIO(rich_bytes())) as package:
        assert package.testzip() is None
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
        assert not [n for n in package.namelist() if "vba" in n.lower() or "embed" in n.lower()]


# hostile words
@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_never_break_the_file(words: str) -> None:
    document = opened(hostile(rich_day(), words))
    plain = Document(io.BytesIO(rich_bytes()))
    assert len(document.tables) == len(plain.tables)
    assert list(with_tag(document, "w:fldSimple")) == []
    tags = {e.tag for e in document.element.body.iter()}
    assert tags == {e.tag for e in plain.element.body.iter()}


def test_hostile_words_are_still_readable() -> None:
    document = opened(a_day((a_post("a", title="停\x00水</w:t>&<b>\ud800三天"), a_post("b", title='=HYPERLINK("x")'))))
    text = text_of(document.element.body)
    assert "停水</w:t>&<b>三天" in text
    assert '=HYPERLINK("x")' in text


def test_spaces_inside_runs_are_kept(rich: OpenDocument) -> None:
    kept = {t.get("{http://www.w3.org/XML/1998/namespace}space") for t in with_tag(rich, "w:t")}
    assert kept == {"preserve"}
    assert "Ⅲ级 自来水发黄" in text_of(rich.element.body)


# honesty and size
def test_an_empty_day_opens_and_says_so() -> None:
    text = text_of(opened(facts()).element.body)
    assert "未监测到不等于没有" in text
    assert "无可比数据" in text
    assert "未经审核" in text


def many(number: int) -> Daily:
    posts = tuple(a_post(f"{n:05d}", seen=START_OF + n * HOUR / 3600) for n in range(number))
    return build_daily(a_day(posts))


START_OF = MADE - 20 * HOUR


def test_a_very_long_list_of_rows_names_the_web_edition() -> None:
    daily = build_daily(facts())
    pieces = tuple(p for n in range(2 * INDEX_LINKS) for p in (Link(f"帖{n}", "#sec1"), Text("、")))
    long = Section("annex9", "附表9　", "数字索引", (Paragraph(pieces, Manner.INDEX, "n1"),))
    document = Document(io.BytesIO(render_word(replace(daily, annexes=(*daily.annexes[:-1], long)))))
    last = text_of(document.paragraphs[-1]._p)
    assert last.endswith("……其余见网页版同名索引。")
    assert len(list(document.paragraphs[-1]._p.iter(qn("w:hyperlink")))) == INDEX_LINKS


def test_thousands_of_posts_take_time_in_proportion() -> None:
    """Twice: once python-docx's cells, once lxml's moving of elements made this quadratic (15 minutes for 20,000 rows)."""
    daily = many(3000)
    begun = perf_counter()
    document = Document(io.BytesIO(render_word(daily)))
    assert perf_counter() - begun < 5
    assert max(len(t._tbl.tr_lst) for t in document.tables) == POST_ROWS + 1


def test_a_zero_is_plain_text() -> None:
    daily = build_daily(facts())
    zero = Section("sec1", "一、", "今日要情", (Paragraph((Count(0, (), "逾期"),)),))
    document = Document(io.BytesIO(render_word(replace(daily, sections=(zero, *daily.sections[1:])))))
    assert document.paragraphs[6].text == "0"
    assert document.paragraphs[6].hyperlinks == []
