"""What a reader sees of a document model: words, numbers, links; used by the tests only."""

from digests.document import Count, Daily, Heading, Link, Piece, Section, Table, TableRow, Text, Tone, counts_in, pieces_of


def section(daily: Daily, title: str) -> Section:
    """The section or annex whose title begins so."""
    return next(s for s in daily.parts if s.title.startswith(title))


def words_of(piece: Piece) -> str:
    return str(piece.value) if isinstance(piece, Count) else piece.text


def words(part: Section) -> str:
    """Headings, paragraphs and cells in reading order, without breaks."""
    return "".join(words_of(p) if p else "" for block in part.blocks for p in pieces_of(block)) + "".join(
        b.text for b in part.blocks if isinstance(b, Heading)
    )


def all_words(daily: Daily) -> str:
    return "".join(words(part) for part in daily.parts)


def count(daily: Daily, label: str) -> Count:
    """The first number with that label."""
    return next(c for c in counts_in(daily.parts) if c.label == label)


def value(daily: Daily, label: str) -> int:
    return count(daily, label).value


def overdue(part: Section) -> list[str]:
    """The words in red."""
    red = [p for block in part.blocks for p in pieces_of(block) if isinstance(p, Text | Count) and p.tone is Tone.OVERDUE]
    return [words_of(p) for p in red]


def links(part: Section) -> list[str]:
    """Every address and anchor a section's links lead to."""
    return [p.href for block in part.blocks for p in pieces_of(block) if isinstance(p, Link) and p.href]


def rows(part: Section, table: int = 0) -> list[list[str]]:
    """The cells' words of the n-th table."""
    tables = [b for b in part.blocks if isinstance(b, Table)]
    return [cells(row) for row in tables[table].rows]


def cells(row: TableRow) -> list[str]:
    return ["".join(map(words_of, cell)) for cell in row.cells]


def row_at(daily: Daily, anchor: str) -> list[str]:
    """The cells of the row at an anchor."""
    return next(
        cells(row)
        for part in daily.parts
        for block in part.blocks
        if isinstance(block, Table)
        for row in block.rows
        if row.anchor == anchor
    )
