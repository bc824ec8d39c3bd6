"""Binding (装订): sections, annexes and the index of numbers made one paper, the same way for every kind."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from digests.annexes import annexes_of, row_name
from digests.document import Block, Daily, Head, Link, Manner, Paragraph, Piece, Section, Text, Tone, counts_in, is_listed
from digests.facts import DayFacts
from digests.quoting import clean
from digests.reading import Reading
from records.instant import in_words

NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
Run = tuple[str, str]


def bind(reading: Reading, head: Head, sections: Sequence[Section]) -> Daily:
    """The paper. Every number in it is the sum of the rows it leads to."""
    annexes = annexes_of(reading)
    several = dict.fromkeys((c.label, c.rows) for c in counts_in((*sections, *annexes)) if len(c.rows) > 1)
    targets = {key: f"n{n}" for n, key in enumerate(several, start=1)}
    index = _index(reading, targets)
    return Daily(head=head, sections=tuple(sections), annexes=(*annexes, index), amounts=reading.amounts, targets=targets)


def head_of(facts: DayFacts, title: str, issue: str) -> Head:
    """报头. The day, the span, who compiled and who reviewed."""
    day = facts.day
    return Head(
        mark="内部资料　注意保存",
        title=title,
        issue=issue,
        day=day,
        day_words=f"{day.year}年{day.month}月{day.day}日",
        span_words=f"{in_words(facts.start, year=True)}至{in_words(facts.end, year=True)}",
        office=clean(facts.office_name),
        compiled=clean(facts.compiled_by) or "系统自动生成",
        review=clean(facts.reviewed_by) or "未经审核",
        reviewed=bool(clean(facts.reviewed_by)),
        made_at=facts.made_at,
    )


def numbered(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections as 一、二、三、 in their order, whatever number each had where it came from.

    >>> [s.heading for s in numbered((Section("sec6", "六、", "苗头性问题", ()), Section("sec10", "十、", "监测运行", ())))]
    ['一、苗头性问题', '二、监测运行']
    """
    return tuple(
        replace(s, anchor=f"sec{n}", number=f"{numeral}、") for n, (numeral, s) in enumerate(zip(NUMERALS, sections, strict=False), start=1)
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
    listed = tuple(row for row in rows if is_listed(row))
    yield Text(f"{label}（{total}）：", Tone.STRONG)
    for n, (first, last) in enumerate(runs(listed)):
        if n:
            yield Text("、")
        yield Link(row_name(first), f"#{first}")
        if last != first:
            yield Text("—")
            yield Link(row_name(last), f"#{last}")
    if hidden := len(rows) - len(listed):
        yield Text(f"{'；' if listed else ''}另有附表未列出的{hidden}条")


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
