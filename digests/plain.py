"""A document of the digest model as plain text: for a terminal, a mail or a chat where no Word file goes."""

from collections.abc import Iterator

from digests.document import Block, Chart, Count, Daily, Heading, Pieces, Table
from digests.quoting import clean


def render_text(daily: Daily) -> str:
    """The whole document, a line a paragraph; of a table a line a row, each cell after its column's name, empty cells left out."""
    head = daily.head
    lines = [head.mark, head.title, f"{head.issue}　{head.office}　{head.day_words}", f"统计区间：{head.span_words}"]
    lines.append(f"编报：{head.compiled}　审核：{head.review}")
    for section in daily.parts:
        lines += ["", section.heading]
        lines += [line for block in section.blocks for line in _block(block)]
    return clean("\n".join(lines)) + "\n"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield block.text
    elif isinstance(block, Chart):
        yield block.alternative
    elif isinstance(block, Table):
        for row in block.rows:
            cells = [(column.title, _words(pieces)) for column, pieces in zip(block.columns, row.cells, strict=True)]
            yield "；".join(f"{title}：{words}" for title, words in cells if words)
    else:
        yield _words(block.pieces)


def _words(pieces: Pieces) -> str:
    return "".join(str(piece.value) if isinstance(piece, Count) else piece.text for piece in pieces)
