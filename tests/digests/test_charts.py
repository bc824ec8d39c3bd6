"""Charts as pictures: the same bytes each time, nothing hostile inside, a line in their place where no Chinese font is."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import matplotlib.font_manager as fonts
import pytest
from lxml import etree

from digests import charts
from digests.charts import FONTS, NO_FONT, chinese_font, draw_png, draw_svg, height_of
from digests.daily import build_daily
from digests.document import Chart, Count, Link, Paragraph, Series, pieces_of
from digests.figures import DAYS, UNITS
from digests.html import render_html
from digests.word import render_word
from records.case import CaseState, Routing
from tests.digests.reading_aloud import section, value, words
from tests.digests.sample import DAY, a_case, a_day, a_post, an_assessment, an_event, facts, hostile, rich_day

TREND = Chart("近七日走势", "条", ("6月7日", "6月8日"), (Series("帖文", (83, 100_000)), Series("有效", (51, 60))))
UNIT = Chart("在办最多的单位", "件", ("区城市管理局", "盐城汇津水务"), (Series("在办", (3, 1)),), lying=True)
ODD = ["$x^2$", "<script>alert(1)</script>", "--><!--", "停\x00水\ud800", "长" * 200, "\U0001f525火", "", "'\"&amp;"]
needs_font = pytest.mark.skipif(not chinese_font(), reason="no Chinese font is installed")


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a Chinese font: matplotlib's own list holds only its own."""
    own = [f for f in fonts.fontManager.ttflist if f.name.startswith("DejaVu")]
    monkeypatch.setattr(fonts.fontManager, "ttflist", own)
    charts.chinese_font.cache_clear()
    yield
    charts.chinese_font.cache_clear()


# the picture
@needs_font
@pytest.mark.parametrize("chart", [TREND, UNIT], ids=["standing", "lying"])
def test_equal_charts_are_equal_bytes(chart: Chart) -> None:
    assert draw_svg(chart, 1) == draw_svg(chart, 1)
    assert draw_png(chart) == draw_png(chart)


@needs_font
def test_a_png_carries_no_date_and_no_program() -> None:
    picture = draw_png(TREND)
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    for word in (b"tEXt", b"Software", b"tIME", b"matplotlib"):
        assert word not in picture.png


@needs_font
def test_an_svg_loads_nothing_and_names_its_numbers() -> None:
    root = etree.fromstring(draw_svg(TREND, 7))
    assert root.get("role") == "img"
    assert root.get("aria-label") == TREND.alternative
    assert {str(i)[:3] for i in root.xpath("//@id")} == {"g7-"}
    hrefs = [str(h) for h in root.xpath("//@*[local-name()='href']")]
    assert hrefs
    assert all(h.startswith("#g7-") for h in hrefs)
    assert {h[1:] for h in hrefs} <= {str(i) for i in root.xpath("//@id")}
    assert root.xpath("//*[local-name()='script' or local-name()='image' or local-name()='metadata' or local-name()='text']") == []


@needs_font
def test_black_and_white_is_enough() -> None:
    """No gradient; of what is filled or drawn, every colour is grey."""
    drawn = draw_svg(TREND, 1) + draw_svg(UNIT, 2)
    assert "Gradient" not in drawn
    colours = set(re.findall(r"(?:fill|stroke): #([0-9a-f]{6})", drawn))
    assert colours
    assert all(c[:2] == c[2:4] == c[4:] for c in colours)


@needs_font
@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_drawn_without_a_warning(name: str) -> None:
    chart = replace(UNIT, labels=(name, name), series=(Series(name, (0, 1)),))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw_svg(chart, 1)
    assert "<script" not in drawn
    assert "<!--" not in drawn


@needs_font
@pytest.mark.parametrize("values", [(0, 0), (1, 10**9), (5, 5)])
def test_any_amounts_fit(values: tuple[int, int]) -> None:
    assert draw_png(replace(UNIT, series=(Series("在办", values),))) is not None


def test_lying_bars_have_a_line_each() -> None:
    many = replace(UNIT, labels=("区",) * 8, series=(Series("在办", (1,) * 8),))
    assert height_of(many) > height_of(UNIT)
    assert height_of(replace(TREND, labels=())) == height_of(TREND)


@needs_font
def test_a_month_of_days_names_every_fourth_and_the_peak() -> None:
    labels = tuple(f"6月{n}日" for n in range(1, 31))
    month = Chart("本月走势", "条", labels, (Series("帖文", tuple(range(30))),))
    assert draw_png(month) != draw_png(replace(month, series=(Series("帖文", (30, *range(1, 30))),)))


# no font
@pytest.mark.usefixtures("no_fonts")
def test_without_a_chinese_font_a_line_stands_in_its_place() -> None:
    assert chinese_font(FONTS) == ""
    daily = build_daily(rich_day())
    page = render_html(daily)
    assert "<svg" not in page
    assert page.count(NO_FONT) == 3
    with zipfile.ZipFile(io.BytesIO(render_word(daily))) as package:
        assert package.read("word/document.xml").decode().count(NO_FONT) == 3
        assert not [n for n in package.namelist() if n.startswith("word/media")]


# in the papers
@needs_font
def test_word_holds_three_described_pictures() -> None:
    with zipfile.ZipFile(io.BytesIO(render_word(build_daily(rich_day())))) as package:
        assert len([n for n in package.namelist() if n.startswith("word/media/")]) == 3
        xml = package.read("word/document.xml").decode()
    assert xml.count("<wp:inline") == 3
    assert 'descr="近七日走势。帖文（条）：6月2日98' in xml


@needs_font
def test_hostile_unit_and_category_names_stay_outside_the_pictures() -> None:
    page = render_html(build_daily(hostile(rich_day(), "</svg><script>alert(1)</script>")))
    assert "<script>" not in page


# which numbers
def test_the_course_shows_only_days_on_record() -> None:
    day = replace(rich_day(), previous=rich_day().previous[:2])
    course = next(b for b in section(build_daily(day), "走势").blocks if isinstance(b, Chart))
    assert course.labels == ("6月6日", "6月7日", "6月8日")
    assert [s.values for s in course.series] == [(86, 83, 91), (52, 51, 60)]


def test_the_course_ends_after_seven_days() -> None:
    course = next(b for b in section(build_daily(rich_day()), "走势").blocks if isinstance(b, Chart))
    assert len(course.labels) == DAYS


def test_the_line_beneath_says_what_the_chart_shows() -> None:
    part = section(build_daily(rich_day()), "走势")
    for chart, line in zip(part.blocks[::2], part.blocks[1::2], strict=True):
        assert isinstance(chart, Chart)
        assert isinstance(line, Paragraph)
        numbers = [str(p.value) if isinstance(p, Count) else p.text for p in pieces_of(line) if isinstance(p, Count | Link)]
        shown = zip(*(s.values for s in chart.series), strict=True)
        assert numbers == ["/".join(map(str, values)) for values in shown]


def case_of(number: int, unit: str, **other: object) -> object:
    return a_case(f"TH-{number:03d}", routing=Routing(lead=unit, reasons=("属地",)), **other)


def test_units_are_those_with_most_open_cases() -> None:
    cases = (case_of(1, "cgj"), case_of(2, "zjj"), case_of(3, "zjj"), case_of(4, "gs", state=CaseState.CLOSED))
    daily = build_daily(facts(cases=cases))
    chart = [b for b in section(daily, "走势").blocks if isinstance(b, Chart)][-1]
    assert chart.labels == ("区住房和城乡建设局", "区城市管理局")
    assert value(daily, "单位·区住房和城乡建设局") == 2


def test_at_most_eight_units_are_drawn() -> None:
    daily = build_daily(facts(cases=tuple(case_of(n, f"unit{n}") for n in range(UNITS + 4))))
    chart = [b for b in section(daily, "走势").blocks if isinstance(b, Chart)][-1]
    assert len(chart.labels) == UNITS


def test_a_unit_under_accusation_is_not_drawn() -> None:
    post = a_post("a")
    day = a_day(
        (post,), said={"a": an_assessment("a", whistleblowing=True)}, events=(an_event("e", (post,)),), posts_by_event={"e": (post,)},
        cases=(case_of(1, "cgj", event_id="e"),),
    )  # fmt: skip
    assert "区城市管理局" not in words(section(build_daily(day), "走势"))


def test_an_empty_day_says_that_there_is_nothing_to_draw() -> None:
    said = words(section(build_daily(facts()), "走势"))
    assert "类别图从略" in said
    assert "单位图从略" in said
    assert f"{DAY.month}月{DAY.day}日0/0" in said
