"""The document model of a digest: sections of paragraphs and tables; every number is a Count that knows its rows.

An anchor names a place in the document: p1 a post of the span, q1 another post cited, c1 a case, e1 an event, s1 a source
(w1 its standing), d1 a notice, h1 an earlier day, n1 the list of rows behind one number, sec1 a section, annex1 an annex.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

POST_ROWS = 2_000  # of 有效 posts, and of other posts cited; more would make a paper nobody opens. Numbers beyond lead to the annex itself
ANNEX_OF = {"p": "annex4", "q": "annex5"}


def place_of(anchor: str) -> str:
    """Where a row can be read: itself, or its annex where it is beyond what the annex lists.

    >>> place_of("p12"), place_of("q2001"), place_of("s9999")
    ('p12', 'annex5', 's9999')
    """
    return anchor if is_listed(anchor) else ANNEX_OF[anchor[0]]


def is_listed(anchor: str) -> bool:
    """False for the row of a post beyond POST_ROWS."""
    return anchor[:1] not in ANNEX_OF or int(anchor[1:]) <= POST_ROWS


class Tone(StrEnum):
    """How a text stands out. Never by colour alone: the words say it too."""

    PLAIN = "plain"
    STRONG = "strong"
    OVERDUE = "overdue"  # red
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Text:
    """Words. The renderers escape them."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to `href`: "#anchor" in this document, or an http(s) address outside; "" = nowhere, plain words."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number and the anchors of the rows it is the sum of; `label` says what was counted."""

    value: int
    rows: tuple[str, ...]
    label: str
    tone: Tone = Tone.PLAIN


Piece = Text | Link | Count
Pieces = tuple[Piece, ...]


class Manner(StrEnum):
    """How a paragraph is set."""

    BODY = "body"
    SMALL = "small"  # smaller type: details on the first page
    INDEX = "index"  # the rows behind one number


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    pieces: Pieces
    manner: Manner = Manner.BODY
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A second-level heading; the words carry their own （一）."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """`share` is the column's part of the table's width, in percent; `whole` forbids line breaks inside its cells."""

    title: str
    share: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: a cell per column. `anchor` is what counts lead to, "" when nothing does."""

    cells: tuple[Pieces, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `small` is the annexes' smaller type."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    small: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars; as many values as the chart has labels."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts as bars, a panel a series; `lying` bars carry long names. The paragraph after it says the same in numbers that lead on."""

    caption: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    lying: bool = False

    @property
    def alternative(self) -> str:
        """The chart in words, for who cannot see it.

        >>> Chart("承办单位", "件", ("区城管局", "区住建局"), (Series("在办", (3, 1)),), lying=True).alternative
        '承办单位。在办（件）：区城管局3，区住建局1。'
        """
        rows = (f"{s.name}（{self.unit}）：" + "，".join(f"{n}{v}" for n, v in zip(self.labels, s.values, strict=True)) for s in self.series)
        return f"{self.caption}。{'；'.join(rows)}。"


Block = Paragraph | Heading | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """`number` as printed before the title: "一、" or "附表1　"."""

    anchor: str
    number: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str:
        """Number and title."""
        return f"{self.number}{self.title}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """报头. `made_at` is aware UTC; `reviewed` False prints 未经审核."""

    mark: str
    title: str
    issue: str
    day: date
    day_words: str
    span_words: str
    office: str
    compiled: str
    review: str
    reviewed: bool
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """One paper, of any kind. `amounts` is what each row counts for (a post 1, a source the posts it brought); `targets` leads a count of
    several rows to the paragraph that lists them."""

    head: Head
    sections: tuple[Section, ...]
    annexes: tuple[Section, ...]
    amounts: Mapping[str, int]
    targets: Mapping[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def target(self, count: Count) -> str:
        """The anchor a count leads to: its row, or the list of its rows; "" for a zero."""
        if len(count.rows) < 2:
            return place_of(count.rows[0]) if count.rows else ""
        return self.targets[count.label, count.rows]

    @property
    def parts(self) -> tuple[Section, ...]:
        """Sections, then annexes."""
        return self.sections + self.annexes


def counts_in(sections: tuple[Section, ...]) -> Iterator[Count]:
    """Every count, in reading order."""
    for section in sections:
        for block in section.blocks:
            yield from (piece for piece in pieces_of(block) if isinstance(piece, Count))


def pieces_of(block: Block) -> Iterator[Piece]:
    """Every piece of a block, in reading order."""
    if isinstance(block, Paragraph):
        yield from block.pieces
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row.cells:
                yield from cell


def anchors_in(sections: tuple[Section, ...]) -> Iterator[str]:
    """Every place a link may lead to."""
    for section in sections:
        yield section.anchor
        for block in section.blocks:
            if isinstance(block, Paragraph) and block.anchor:
                yield block.anchor
            elif isinstance(block, Table):
                yield from (row.anchor for row in block.rows if row.anchor)
