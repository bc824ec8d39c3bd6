"""Sheet (首页): how much of the first A4 page a section takes, so that what a leader reads stays on one sheet.

An estimate on the careful side, from the sizes of digests/layout.py: 中文 one character wide, Latin letters and digits a little over half.
"""

import math
from collections.abc import Iterable

from digests.document import Block, Manner, Paragraph, Pieces, Section, Table
from digests.layout import LINE, LOOKS, TEXT_WIDTH

POINTS = 72 / 25.4  # in a millimetre
SHEET = 225 * POINTS  # the text area's height: GB/T 9704-2012, 版心 156 × 225 mm
HEAD = 28 + 36 + 3 * 18 + 8  # mark, title, three lines and the rule
SPACER = 6.0
MARGIN = 1.1  # mm, a cell's left and right together are two of them
NARROW = 0.55  # of a character: Latin letters, digits
SIZES = {look.name: look for look in LOOKS}


def height_of(section: Section) -> float:
    """Points of a section with its heading."""
    return LINE + sum(map(_block, section.blocks))


def heights(blocks: Iterable[Block]) -> float:
    """Points of blocks alone."""
    return sum(map(_block, blocks))


def _block(block: Block) -> float:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Paragraph):
        look = SIZES["Normal" if block.manner is Manner.BODY else "Small Text"]
        return look.line * lines(block.pieces, TEXT_WIDTH * POINTS / look.size, look.indent / 100)
    return LINE


def _table(table: Table) -> float:
    look = SIZES["Table Small" if table.small else "Table Text"]
    widths = [(TEXT_WIDTH * column.share / 100 - 2 * MARGIN) * POINTS / look.size for column in table.columns]
    rows = (max(lines(cell, width) for cell, width in zip(row.cells, widths, strict=True)) for row in table.rows)
    return SIZES["Table Head"].line + look.line * sum(rows) + SPACER


def lines(pieces: Pieces, width: float, indent: float = 0.0) -> int:
    """Lines that words take where `width` characters stand on one.

    >>> from digests.document import Text
    >>> lines((Text("先锋街道停水三天"),), 5.0), lines((Text("先锋街道"),), 5.0), lines((), 5.0)
    (2, 1, 1)
    """
    words = "".join(str(getattr(p, "text", getattr(p, "value", ""))) for p in pieces)
    return max(1, math.ceil((indent + sum(NARROW if ord(c) < 0x2E80 else 1.0 for c in words)) / math.floor(width)))

