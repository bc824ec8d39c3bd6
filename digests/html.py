"""The digest as one HTML file: no script, nothing loaded from outside; every number leads to its rows in the same file."""

from collections.abc import Callable
from itertools import count

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from digests.charts import NO_FONT, draw_svg
from digests.document import Block, Chart, Count, Daily, Heading, Link, Paragraph, Piece, Pieces, Table, Text, Tone
from digests.quoting import clean, web_address

_INSIDE = Markup('<a href="{href}">{text}</a>')
_OUTSIDE = Markup('<a class="out" href="{href}" rel="noopener noreferrer">{text}</a>')
_NUMBER = Markup('<a class="n{tone}" href="#{anchor}" aria-label="{value}，{label}，看条目">{value}</a>')
_ZERO = Markup('<span class="n">{value}</span>')
_TONED = {
    Tone.STRONG: Markup("<strong>{text}</strong>"),
    Tone.OVERDUE: Markup('<strong class="overdue">{text}</strong>'),
    Tone.QUIET: Markup('<span class="quiet">{text}</span>'),
}


def render_html(daily: Daily) -> str:
    """The whole page, UTF-8 text. Prints on A4; readable on a phone, where each table row becomes a card."""
    pages = Environment(loader=PackageLoader("digests"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.globals |= {"kind_of": _kind_of, "written": _writer(daily), "drawn": _drawer()}
    return clean(pages.get_template("daily.html").render(daily=daily, head=daily.head))


def _kind_of(block: Block) -> str:
    """Which macro sets the block."""
    return {Paragraph: "paragraph", Heading: "heading", Table: "table", Chart: "chart"}[type(block)]


def _writer(daily: Daily) -> Callable[[Pieces], Markup]:
    """Pieces → markup; a function, not a macro, because an annex has a hundred thousand pieces."""

    def written(pieces: Pieces) -> Markup:
        return Markup("").join(_piece(daily, piece) for piece in pieces)

    return written


def _drawer() -> Callable[[Chart], Markup]:
    """Charts → inline pictures, each with ids of its own."""
    numbers = count(1)

    def drawn(chart: Chart) -> Markup:
        return Markup(draw_svg(chart, next(numbers))) or Markup.escape(NO_FONT)  # noqa: S704  made by us, words as outlines

    return drawn


def _piece(daily: Daily, piece: Piece) -> Markup:
    if isinstance(piece, Count):
        return _number(daily, piece)
    if isinstance(piece, Link):
        return _link(piece)
    return _text(piece)


def _text(piece: Text) -> Markup:
    form = _TONED.get(piece.tone)
    return form.format(text=piece.text) if form else Markup.escape(piece.text)


def _link(piece: Link) -> Markup:
    if piece.href.startswith("#"):
        return _INSIDE.format(href=piece.href, text=piece.text)
    address = web_address(piece.href)
    return _OUTSIDE.format(href=address, text=piece.text) if address else Markup.escape(piece.text)


def _number(daily: Daily, count: Count) -> Markup:
    anchor = daily.target(count)
    if not anchor:
        return _ZERO.format(value=count.value)
    tone = " overdue" if count.tone is Tone.OVERDUE else ""
    return _NUMBER.format(anchor=anchor, value=count.value, label=count.label, tone=tone)
