"""Figures (附图): what the numbers of the paper look like: the course of a week, the categories, the units with most cases."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from digests.document import Block, Chart, Count, Link, Manner, Paragraph, Piece, Section, Series, Text, Tone
from digests.facts import DayCount
from digests.front import categories, count_of
from digests.reading import Kind, Reading
from records.case import Case, CaseState

DAYS = 7
UNITS = 8
DONE = frozenset({CaseState.ARCHIVED, CaseState.EVALUATED, CaseState.CLOSED, CaseState.SHELVED, CaseState.WITHDRAWN})


def figures(reading: Reading, course: tuple[Block, ...] | None = None) -> Section:
    """The figures' sheet: three charts, each with its numbers beneath. Without a `course`, that of the week up to the day."""
    shown = course_of(reading, (*_week(reading), count_of(reading.facts))) if course is None else course
    return Section("charts", "附图　", "走势、类别与承办单位", (*shown, *_categories(reading), *_units(reading)))


def _week(reading: Reading) -> list[DayCount]:
    first = reading.facts.day - timedelta(days=DAYS - 1)
    known = {c.day: c for c in reading.facts.previous}
    return [c for day, c in sorted(known.items()) if first <= day < reading.facts.day]


def course_of(reading: Reading, days: Sequence[DayCount], name: str = "近七日走势") -> tuple[Block, ...]:
    """Posts and 有效 posts by day; days without a record are left out, never drawn as zero."""
    labels = tuple(f"{c.day.month}月{c.day.day}日" for c in days)
    chart = Chart(name, "条", labels, (Series("帖文", tuple(c.posts for c in days)), Series("有效", tuple(c.relevant for c in days))))
    pieces: list[Piece] = [Text("帖文/有效（条）：", Tone.STRONG)]
    for n, (label, one) in enumerate(zip(labels, days, strict=True)):
        row = reading.anchors.get((Kind.EARLIER, one.day.isoformat()))
        pieces += [Text(("，" if n else "") + label), Link(f"{one.posts}/{one.relevant}", f"#{row}" if row else "#sec2")]
    return chart, Paragraph((*pieces, Text("。无记录的日期不列。")), Manner.SMALL)


def _categories(reading: Reading) -> tuple[Block, ...]:
    counts = [c for c in categories(reading) if c.value]
    return _lying("有效帖文的类别", "条", "有效", counts, "本期无有效帖文，类别图从略。")


def _units(reading: Reading) -> tuple[Block, ...]:
    """Units by open cases they lead, most first. A case whose unit is 另行报送 stands in none."""
    counts = unit_counts(reading, lambda case: case.state not in DONE)
    return _lying("在办交办件最多的单位", "件", "在办", counts[:UNITS], "无在办交办件，单位图从略。")


def unit_counts(reading: Reading, which: Callable[[Case], bool]) -> list[Count]:
    """For each unit that leads such cases, how many, most first."""
    named = [c for c in reading.cases if which(c) and c.event_id not in reading.secret_events]
    order = Counter(c.routing.lead for c in named).most_common()
    return [
        reading.count(Kind.CASE, (c.id for c in named if c.routing.lead == unit), f"单位·{reading.unit(unit)}")
        for unit, _ in sorted(order, key=lambda pair: (-pair[1], pair[0]))
    ]


def _lying(caption: str, unit: str, series: str, counts: Sequence[Count], nothing: str) -> tuple[Block, ...]:
    """Bars with long names, and the same numbers as ways to their rows."""
    if not counts:
        return (Paragraph((Text(nothing, Tone.QUIET),), Manner.SMALL),)
    names = tuple(c.label.partition("·")[2] for c in counts)
    chart = Chart(caption, unit, names, (Series(series, tuple(c.value for c in counts)),), lying=True)
    pieces: list[Piece] = [Text(f"{series}（{unit}）：", Tone.STRONG)]
    for n, (name, count) in enumerate(zip(names, counts, strict=True)):
        pieces += [Text(("，" if n else "") + name), count]
    return chart, Paragraph((*pieces, Text("。")), Manner.SMALL)
