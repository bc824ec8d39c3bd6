"""The digest as a Word file (.docx): numbers lead to bookmarks of their rows, titles to the pages they stand on.

Tables are written as XML, not through python-docx's cells: reaching a cell costs a walk over the table, and an annex has thousands.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.document import Document as OpenDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from lxml import etree
from markupsafe import escape

from digests.charts import NO_FONT, Picture, draw_png
from digests.document import (
    Block,
    Chart,
    Count,
    Daily,
    Heading,
    Link,
    Manner,
    Paragraph,
    Piece,
    Pieces,
    Section,
    Table,
    TableRow,
    Text,
    Tone,
)
from digests.layout import TEXT_WIDTH, lay_out
from digests.quoting import clean, web_address
from records.instant import shanghai

MM = 1440 / 25.4  # twentieths of a point in a millimetre
EMU = 36_000  # English metric units in a millimetre
INDEX_LINKS = 400  # links of one number's list; a longer one names the web edition, or Word becomes slow
STYLE_IDS = {Manner.BODY: "Normal", Manner.SMALL: "SmallText", Manner.INDEX: "IndexText"}
RUN_STYLES = {Tone.STRONG: "StrongText", Tone.OVERDUE: "Overdue", Tone.QUIET: "Quiet"}


def render_word(daily: Daily) -> bytes:
    """The file's bytes; equal for equal digests (times are the digest's `made_at`)."""
    document = Document()
    lay_out(document)
    writer = _Writer(document, daily)
    _fill(document, "".join(writer.body()))
    _properties(document, daily)
    return _packed(document, daily)


def _fill(document: OpenDocument, xml: str) -> None:
    """Puts `xml` before the body's closing w:sectPr: as text, since moving parsed elements takes lxml time with their square."""
    whole = etree.tostring(document.element, encoding="unicode")
    document.part._element = parse_xml(whole.replace("<w:body>", f"<w:body>{xml}", 1))


def _properties(document: OpenDocument, daily: Daily) -> None:
    core, made = document.core_properties, daily.head.made_at.astimezone(UTC).replace(tzinfo=None)
    core.title = f"{daily.head.title}{daily.head.issue}"
    core.author = core.last_modified_by = core.category = daily.head.office[:200]
    core.comments, core.language, core.revision = daily.head.mark, "zh-CN", 1
    core.created = core.modified = core.last_printed = made.replace(microsecond=0)


def _packed(document: OpenDocument, daily: Daily) -> bytes:
    """The saved package with every entry's time set to the digest's making, so that equal digests are equal bytes."""
    raw, packed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    when = shanghai(daily.head.made_at)
    stamp = (max(1980, when.year), when.month, when.day, when.hour, when.minute, when.second)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return packed.getvalue()


class _Writer:
    """Turns the document model into WordprocessingML; keeps the bookmarks' numbers and the outside addresses' relations."""

    def __init__(self, document: OpenDocument, daily: Daily) -> None:
        self._part = document.part
        self._relations = document.part.rels
        self._daily = daily
        self._addresses: dict[str, str] = {}
        self._bookmarks = 0
        self._pictures = 0

    def body(self) -> Iterable[str]:
        """Every block-level element, in order."""
        yield from self._head()
        for section in self._daily.parts:
            yield from self._section(section)

    def _head(self) -> Iterable[str]:
        head = self._daily.head
        review = Text(f"审核：{head.review}", Tone.PLAIN if head.reviewed else Tone.OVERDUE)
        yield self._paragraph((Text(head.mark),), "HeadMark")
        yield self._paragraph((Text(head.title),), "Title")
        yield self._paragraph((Text(f"{head.issue}　{head.office}　{head.day_words}"),), "HeadLine")
        yield self._paragraph((Text(f"统计区间：{head.span_words}"),), "HeadLine")
        yield self._paragraph((Text(f"编报：{head.compiled}　　"), review), "HeadLine", extra=_RULE)

    def _section(self, section: Section) -> Iterable[str]:
        extra = "<w:pageBreakBefore/>" if section.anchor in ("charts", "annex1") else ""
        yield self._paragraph((Text(section.heading),), "Heading1", section.anchor, extra)
        for block in section.blocks:
            yield from self._block(block, section)

    def _block(self, block: Block, section: Section) -> Iterable[str]:
        if isinstance(block, Table):
            if block.caption != section.title:
                yield self._paragraph((Text(block.caption),), "TableCaption")
            yield self._table(block)
            yield _SPACER
        elif isinstance(block, Chart):
            yield from self._chart(block)
        elif isinstance(block, Heading):
            yield self._paragraph((Text(block.text),), "Heading2")
        else:
            yield self._paragraph(_shortened(block), STYLE_IDS[block.manner], block.anchor)

    def _chart(self, chart: Chart) -> Iterable[str]:
        """Caption and picture, kept on one page; without a Chinese font the line that says so."""
        yield self._paragraph((Text(chart.caption),), "TableCaption")
        picture = draw_png(chart)
        if picture is None:
            yield self._paragraph((Text(NO_FONT, Tone.QUIET),), "SmallText")
            return
        self._pictures += 1
        relation, _ = self._part.get_or_add_image(io.BytesIO(picture.png))
        drawing = _picture(self._pictures, relation, picture, clean(chart.alternative))
        yield f'<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r>{drawing}</w:r></w:p>'

    def _paragraph(self, pieces: Pieces, style: str, anchor: str = "", extra: str = "") -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{self._bookmark(anchor)}{self._runs(pieces)}</w:p>'

    def _bookmark(self, anchor: str) -> str:
        if not anchor:
            return ""
        self._bookmarks += 1
        number = self._bookmarks
        return f'<w:bookmarkStart w:id="{number}" w:name="{anchor}"/><w:bookmarkEnd w:id="{number}"/>'

    def _runs(self, pieces: Pieces) -> str:
        return "".join(map(self._piece, pieces))

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, Text):
            return _run(piece.text, RUN_STYLES.get(piece.tone, ""))
        if isinstance(piece, Count):
            anchor = self._daily.target(piece)
            return _inside(anchor, str(piece.value), "Overdue" if piece.tone is Tone.OVERDUE else "Link") if anchor else _run(str(piece.value))
        return self._link(piece)

    def _link(self, link: Link) -> str:
        if link.href.startswith("#"):
            return _inside(link.href[1:], link.text, "Link")
        address = web_address(link.href)
        if not address:
            return _run(link.text)
        return f'<w:hyperlink r:id="{self._relation(address)}" w:history="1">{_run(link.text, "Link")}</w:hyperlink>'

    def _relation(self, address: str) -> str:
        """The relation's id. Own names: python-docx looks for a free one by trying all, which thousands of links cannot afford."""
        if address not in self._addresses:
            self._addresses[address] = f"rIdLink{len(self._addresses) + 1}"
            self._relations.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, self._addresses[address], is_external=True)
        return self._addresses[address]

    def _table(self, table: Table) -> str:
        widths = [round(TEXT_WIDTH * MM * column.share / 100) for column in table.columns]
        grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
        head = "".join(
            _cell(w, f'<w:p><w:pPr><w:pStyle w:val="TableHead"/></w:pPr>{_run(c.title)}</w:p>')
            for w, c in zip(widths, table.columns, strict=True)
        )
        style = "TableSmall" if table.small else "TableText"
        rows = "".join(self._row(row, widths, style) for row in table.rows)
        repeated = f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
        return f"<w:tbl>{_TABLE.format(width=sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{repeated}{rows}</w:tbl>"

    def _row(self, row: TableRow, widths: list[int], style: str) -> str:
        cells = []
        for n, (pieces, width) in enumerate(zip(row.cells, widths, strict=True)):
            cells.append(_cell(width, self._paragraph(pieces, style, row.anchor if n == 0 else "")))
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


_RULE = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="C00000"/></w:pBdr>'
_SPACER = '<w:p><w:pPr><w:pStyle w:val="TableSmall"/><w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="808080"/>' for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE = (
    '<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders>' + _EDGES + '</w:tblBorders><w:tblLayout w:type="fixed"/>'
    '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
)  # fmt: skip


_INLINE = (
    '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr id="{number}" {described}/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:nvPicPr><pic:cNvPr id="{number}" {described}/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
)


def _cell(width: int, content: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>'


def _run(text: str, style: str = "") -> str:
    look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>'


def _picture(number: int, relation: str, picture: Picture, words: str) -> str:
    """DrawingML of a picture in the line of text, described for who cannot see it."""
    size = f'cx="{round(picture.width * EMU)}" cy="{round(picture.height * EMU)}"'
    described = f'name="chart{number}" descr={quoteattr(words)}'
    return _INLINE.format(size=size, number=number, described=described, relation=relation)


def _inside(anchor: str, text: str, style: str) -> str:
    return f'<w:hyperlink w:anchor={quoteattr(anchor)} w:history="1">{_run(text, style)}</w:hyperlink>'


def _shortened(block: Paragraph) -> Pieces:
    """The pieces; of an index entry with very many rows the first ones, saying so."""
    if block.manner is not Manner.INDEX or len(block.pieces) <= 2 * INDEX_LINKS:
        return block.pieces
    return (*block.pieces[: 2 * INDEX_LINKS], Text("……其余见网页版同名索引。", Tone.QUIET))
