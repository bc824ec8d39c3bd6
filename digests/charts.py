"""Charts (附图): counts drawn as bars, the same bytes for the same chart. Black on white, no gradient, nothing told by colour.

matplotlib is loaded by the first drawing (half a second). It finds the fonts; without a Chinese one there is no picture, and the
renderers say so in its place. The numbers always stand in words beside it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from digests.document import Chart, Series
from digests.quoting import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = (  # names as fontconfig gives them, the first found is taken
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei",
    "Microsoft YaHei", "PingFang SC", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "FangSong", "Droid Sans Fallback",
)  # fmt: skip
NO_FONT = "本机未装中文字体，此图从略；数据见图下文字。"
WIDTH = 156.0  # mm, the text width of GB/T 9704-2012
MM_PER_INCH = 25.4
DPI = 200
ROW, FRAME, COLUMNS = 6.5, 14.0, 52.0  # mm: a bar lying down, what stands around the bars, a chart of standing bars
MARKED = 8  # standing bars that each have room for date and number
NAME = 12  # characters of a bar's name
SETTINGS: Any = {
    "text.parse_math": False, "svg.fonttype": "path", "svg.hashsalt": "huiying", "font.size": 9.0, "axes.unicode_minus": False,
    "hatch.linewidth": 0.6,
}  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart: PNG bytes and its size in mm."""

    png: bytes
    width: float
    height: float


@cache
def chinese_font(names: tuple[str, ...] = FONTS) -> str:
    """The first of `names` this machine has; "" when it has none."""
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    return next((name for name in names if name in known), "")


def draw_svg(chart: Chart, number: int, names: tuple[str, ...] = FONTS) -> str:
    """An <svg> to stand inside a page, ids prefixed with `number`, letters as outlines; "" without a font."""
    raw = _drawn(chart, "svg", names, {"Date": None, "Creator": None})
    return _inline(raw, chart, number) if raw else ""


def draw_png(chart: Chart, names: tuple[str, ...] = FONTS) -> Picture | None:
    """The chart for paper; None without a font."""
    raw = _drawn(chart, "png", names, {"Software": None})
    return Picture(raw, WIDTH, height_of(chart)) if raw else None


def height_of(chart: Chart) -> float:
    """Height in mm: lying bars need a line each."""
    return FRAME + ROW * max(1, len(chart.labels)) if chart.lying else COLUMNS


def _drawn(chart: Chart, form: str, names: tuple[str, ...], metadata: dict[str, None]) -> bytes:
    font = chinese_font(names)
    if not font:
        return b""
    import matplotlib
    from matplotlib.figure import Figure

    out = io.BytesIO()
    with matplotlib.rc_context(SETTINGS | {"font.family": [font]}):
        figure = Figure(figsize=(WIDTH / MM_PER_INCH, height_of(chart) / MM_PER_INCH), layout="constrained")
        _fill(figure, chart, _letters(font))
        figure.savefig(out, format=form, dpi=DPI, metadata=metadata)
    return out.getvalue()


@cache
def _letters(font: str) -> frozenset[int]:
    """Code points the font can draw: others would leave an empty box and a warning."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties(family=[font]))).get_charmap())


def _fill(figure: "Figure", chart: Chart, letters: frozenset[int]) -> None:
    """One panel a series, side by side: amounts of different size each keep their own scale."""
    labels = [_name(label, letters) for label in chart.labels]
    panels = figure.subplots(1, len(chart.series), squeeze=False)[0]
    for n, (axes, series) in enumerate(zip(panels, chart.series, strict=True)):
        axes.set_title(_name(f"{series.name}（{chart.unit}）", letters), fontsize=9.0)
        draw = _lying if chart.lying else _standing
        draw(axes, labels, series, {"color": "white", "hatch": "////"} if n % 2 == 0 else {"color": "0.35"})
        axes.spines[["top", "right"]].set_visible(False)


def _name(text: str, letters: frozenset[int]) -> str:
    kept = "".join(c if ord(c) in letters else "□" for c in text if c.isprintable())
    return kept if len(kept) <= NAME else kept[: NAME - 1] + "…"


def _lying(axes: "Axes", labels: Sequence[str], series: Series, look: dict[str, Any]) -> None:
    places = range(len(labels))
    bars = axes.barh(places, series.values, height=0.62, edgecolor="black", linewidth=0.7, **look)
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.set_xlim(0, _room(series))
    axes.spines["bottom"].set_visible(False)
    axes.bar_label(bars, [str(v) for v in series.values], padding=3, fontsize=9.0)


def _standing(axes: "Axes", labels: Sequence[str], series: Series, look: dict[str, Any]) -> None:
    places = range(len(labels))
    bars = axes.bar(places, series.values, width=0.62, edgecolor="black", linewidth=0.7, **look)
    every = 1 if len(labels) <= MARKED else -(-len(labels) // 5)  # five dates with room between them
    axes.set_xticks(list(places)[::every], list(labels)[::every], fontsize=7.5)
    axes.set_yticks([])
    axes.set_ylim(0, _room(series))
    axes.spines["left"].set_visible(False)
    if len(labels) <= MARKED:
        axes.bar_label(bars, [str(v) for v in series.values], padding=2, fontsize=7.5)
    else:
        _mark_peak(axes, series)


def _mark_peak(axes: "Axes", series: Series) -> None:
    """Names the highest of many bars: numbers over every one would run together."""
    top = max(range(len(series.values)), key=lambda n: series.values[n])
    axes.annotate(str(series.values[top]), (top, series.values[top]), ha="center", va="bottom", fontsize=7.5)


def _room(series: Series) -> float:
    """The scale's end: the longest bar and its number."""
    return max(1.0, max(series.values, default=0) * 1.15)


def _inline(raw: bytes, chart: Chart, number: int) -> str:
    """matplotlib's file as an element of a page: no prologue, comments or metadata; ids of its own; named for who cannot see it."""
    root = etree.fromstring(raw, etree.XMLParser(remove_comments=True))
    for old in root.findall(f"{SVG}metadata"):
        root.remove(old)
    for element in root.iter():
        for name, value in element.attrib.items():
            element.set(name, _own_ids(str(name), str(value), number))
    root.set("role", "img")
    root.set("aria-label", clean(chart.alternative))
    return etree.tostring(root, encoding="unicode")


def _own_ids(name: str, value: str, number: int) -> str:
    """An attribute's value with the id in it, or that it refers to, prefixed.

    >>> _own_ids("id", "p1", 2), _own_ids(HREF, "#p1", 2), _own_ids("style", "fill: url(#h1)", 2), _own_ids("width", "7", 2)
    ('g2-p1', '#g2-p1', 'fill: url(#g2-h1)', '7')
    """
    if name == "id":
        return f"g{number}-{value}"
    if name == HREF:
        return value.replace("#", f"#g{number}-", 1)
    return value.replace("url(#", f"url(#g{number}-")
