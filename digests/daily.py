"""The daily digest (每日舆情): facts of one day → document. Pure; the same facts always give the same document."""

from collections.abc import Iterator
from datetime import date

from digests.annexes import annexes_of, row_name
from digests.document import Block, Count, Daily, Head, Link, Manner, Paragraph, Piece, Section, Text, Tone, counts_in
from digests.facts import DayFacts
from digests.figures import figures
from digests.following import answers, around, doubtful, tomorrow, trends, watched
from digests.front import count_of, dispatches, headlines, overview
from digests.quoting import clean
from digests.reading import Reading, read
from digests.running import watching
from records.instant import in_words

__all__ = ["build_daily", "count_of", "issue_of"]

SECTIONS = (headlines, overview, dispatches, watched, answers, trends, around, doubtful, tomorrow, watching, figures)
Run = tuple[str, str]


def build_daily(facts: DayFacts) -> Daily:
    """The digest of one day. Every number in it is the sum of the rows it leads to."""
    reading = read(facts)
    sections = tuple(section(reading) for section in SECTIONS)
    annexes = annexes_of(reading)
    several = dict.fromkeys((c.label, c.rows) for c in counts_in(sections + annexes) if len(c.rows) > 1)
    targets = {key: f"n{n}" for n, key in enumerate(several, start=1)}
    index = _index(reading, targets)
    return Daily(head=_head(facts), sections=sections, annexes=(*annexes, index), amounts=reading.amounts, targets=targets)


def issue_of(day: date) -> str:
    """The issue number: the day of the year.

    >>> issue_of(date(2018, 6, 8))
    '〔2018〕第159期'
    """
    return f"〔{day.year}〕第{day.timetuple().tm_yday}期"


def _head(facts: DayFacts) -> Head:
    day = facts.day
    return Head(
        mark="内部资料　注意保存",
        title="每日舆情",
        issue=issue_of(day),
        day=day,
        day_words=f"{day.year}年{day.month}月{day.day}日",
        span_words=f"{in_words(facts.start, year=True)}至{in_words(facts.end, year=True)}",
        office=clean(facts.office_name),
        compiled=clean(facts.compiled_by) or "系统自动生成",
        review=clean(facts.reviewed_by) or "未经审核",
        reviewed=bool(clean(facts.reviewed_by)),
        made_at=facts.made_at,
    )


def _index(reading: Reading, targets: dict[tuple[str, tuple[str, ...]], str]) -> Section:
    """附表9: for each number of several rows, the rows."""
    blocks: tuple[Block, ...] = tuple(
        Paragraph(tuple(_entry(reading, label, rows)), Manner.INDEX, anchor) for (label, rows), anchor in targets.items()
    )
    nothing = Paragraph((Text("无。"),), Manner.SMALL)
    return Section("annex9", "附表9　", "数字索引", blocks or (nothing,))


def _entry(reading: Reading, label: str, rows: tuple[str, ...]) -> Iterator[Piece]:
    total = sum(reading.amounts[row] for row in rows)
    yield Text(f"{label}（{total}）：", Tone.STRONG)
    for n, (first, last) in enumerate(runs(rows)):
        if n:
            yield Text("、")
        yield Link(row_name(first), f"#{first}")
        if last != first:
            yield Text("—")
            yield Link(row_name(last), f"#{last}")


def runs(rows: tuple[str, ...]) -> list[Run]:
    """Neighbouring rows drawn together, as (first, last).

    >>> runs(("p1", "p2", "p3", "p7", "q1"))
    [('p1', 'p3'), ('p7', 'p7'), ('q1', 'q1')]
    """
    found: list[Run] = []
    for row in rows:
        if found and row == f"{row[0]}{int(found[-1][1][1:]) + 1}" and row[0] == found[-1][1][0]:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def rows_of(daily: Daily, count: Count) -> int:
    """What a count's rows add up to; equal to its value in every document built here."""
    return sum(daily.amounts[row] for row in count.rows)
