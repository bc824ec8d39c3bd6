"""Weekly and monthly digests (周报, 月报): the facts of a longer span, told as a course and not as a day. Pure.

`DayFacts.previous` holds the days of the span (and none outside it are drawn); a missing day is left out, never taken as zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from digests.binding import bind, head_of, numbered
from digests.clocks import is_overdue
from digests.document import Block, Column, Count, Daily, Link, Manner, Paragraph, Pieces, Section, Table, TableRow, Text, Tone
from digests.facts import DayCount, DayFacts, UnitFigures
from digests.figures import course_of, figures, unit_counts
from digests.following import doubtful, trends
from digests.front import (
    NO_COMPARISON,
    NOT_HEARD,
    advice,
    aside,
    categories,
    dispatched_in,
    level,
    next_clock,
    remark,
    split,
    streets,
    tiers,
)
from digests.quoting import clean
from digests.reading import Kind, Reading, read, said_words
from digests.running import watching
from records.case import Case, CaseState
from records.event import Event

UNITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a period's paper is called, how many events it tells, and the figures of the period before (None: not on record)."""

    title: str
    issue: str
    now: str  # 本周, 本月
    before_name: str  # 上周, 上月
    events: int
    before: DayCount | None = None


def build_weekly(facts: DayFacts, before: DayCount | None = None) -> Daily:
    """周报: the seven days ending with `facts.day`; `before` sums up the week before."""
    span = Span(title="舆情周报", issue=week_of(facts.day), now="本周", before_name="上周", events=5, before=before)
    return _build(facts, span, ())


def build_monthly(facts: DayFacts, before: DayCount | None = None, performance: Sequence[UnitFigures] = ()) -> Daily:
    """月报: the month of `facts.day`, with the units' 考核 figures where they are given."""
    issue = f"〔{facts.day.year}〕第{facts.day.month}期"
    return _build(facts, Span(title="舆情月报", issue=issue, now="本月", before_name="上月", events=10, before=before), performance)


def week_of(day: date) -> str:
    """The issue number: the calendar week (GB/T 7408.1-2023, as ISO 8601) the day is in.

    >>> week_of(date(2018, 6, 8)), week_of(date(2018, 12, 31))
    ('〔2018〕第23期', '〔2019〕第1期')
    """
    year, week, _ = day.isocalendar()
    return f"〔{year}〕第{week}期"


def _build(facts: DayFacts, span: Span, performance: Sequence[UnitFigures]) -> Daily:
    reading = read(facts)
    parts = [_summary(reading, span), _events(reading, span), _handled(reading, span), trends(reading), doubtful(reading), watching(reading)]
    if performance:
        parts.insert(3, _performance(reading, performance))
    return bind(reading, head_of(facts, span.title, span.issue), (*numbered(parts), _figures(reading, span)))


def _summary(reading: Reading, span: Span) -> Section:
    """Totals beside the period before, then the splits."""
    opened = reading.count_cases(lambda c: dispatched_in(c, reading.facts), f"{span.now}新增交办")
    total = reading.count_seen(f"{span.now}监测到的帖文（按信息源）")
    valid = reading.count_posts(reading.relevant, f"{span.now}有效帖文")
    before = span.before
    told: Pieces = (
        Text(f"{span.now}监测到帖文"), total, _versus(span, total, before.posts if before else None), Text("条，有效"), valid,
        _versus(span, valid, before.relevant if before else None), Text("条，新增交办"), opened,
        _versus(span, opened, before.cases if before else None), Text("件。"),
    )  # fmt: skip
    splits = (("分级别", tiers(reading)), ("分类别", categories(reading)), ("分街镇", streets(reading)))
    rows = tuple(Paragraph(split(title, counts, most=8), Manner.SMALL) for title, counts in splits)
    return Section("sec1", "一、", f"{span.now}综述", (Paragraph(told), *rows))


def _versus(span: Span, now: Count, before: int | None) -> Text:
    """ "（上周48，增25.0%）"; a period before that is not on record is said to be so."""
    if before is None:
        return Text(f"（{span.before_name}{NO_COMPARISON}）")
    if not before:
        return Text(f"（{span.before_name}0）")
    change = 100 * (now.value - before) / before
    words = f"{'增' if change > 0 else '减'}{abs(change):.1f}%" if change else "持平"
    return Text(f"（{span.before_name}{before}，{words}）")


def _events(reading: Reading, span: Span) -> Section:
    """The gravest events that drew posts in the span."""
    title = f"{span.now}重点事件"
    found = reading.arranged(e for e in reading.events if reading.posts_within(e))
    said = remark(reading)
    if not found:
        return Section("sec2", "二、", title, (Paragraph((Text(f"{span.now}未发现需要报告的事件。{NOT_HEARD}。"),)), *said))
    columns = (Column("初判", 9), Column("事件与建议", 34), Column("首发与传播", 29), Column("办理情况", 28))
    rows = tuple(_event_row(reading, span, e) for e in found[: span.events])
    rest = (Paragraph((Text("其余见"), Link("附表3", "#annex3"), Text("。"))),) if len(found) > span.events else ()
    return Section("sec2", "二、", title, (Table(title, columns, rows), *rest, *said))


def _event_row(reading: Reading, span: Span, event: Event) -> TableRow:
    name, case = reading.event_title(event, 12), reading.case_by_event.get(event.id)
    posts = reading.posts_of(event)
    first = min(posts, key=lambda p: p.said_at)
    source = "首发情况另行报送" if reading.withheld(first) else f"{said_words(first)} {reading.source(first.source_id)}首发"
    told: Pieces = (
        Link(reading.event_title(event, 36), f"#{reading.anchors[Kind.EVENT, event.id]}"),
        Text(f"。建议{advice(reading, event, case)}。{aside(reading, event)}"),
    )  # fmt: skip
    spread: Pieces = (
        Text(f"{source}；累计"), reading.count_posts(posts, f"事件“{name}”累计帖文"), Text(f"条，{span.now}新增"),
        reading.count_posts(reading.posts_within(event), f"事件“{name}”{span.now}新增"), Text(f"条，{event.phase}期"),
    )  # fmt: skip
    return TableRow((level(event.opinion_level), told, spread, _handling(reading, case)))


def _handling(reading: Reading, case: Case | None) -> Pieces:
    if case is None:
        return (Text("尚未形成交办件"),)
    unit = "承办单位另行报送" if case.event_id in reading.secret_events else reading.unit(case.routing.lead)
    return (Text(f"{unit}；{case.state}；"), next_clock(reading, case))


def _moved(reading: Reading, case: Case, states: frozenset[CaseState]) -> bool:
    """True when the case came into one of the states in the span."""
    return any(t.to_state in states and reading.facts.in_span(t.at) for t in reading.facts.transitions.get(case.id, ()))


def _handled(reading: Reading, span: Span) -> Section:
    """Opened, answered, closed, overdue; then the same by unit."""
    now, facts = span.now, reading.facts
    answered = reading.count_cases(lambda c: _moved(reading, c, frozenset({CaseState.ANSWERED})), f"{now}公开回应")
    closed = reading.count_cases(lambda c: _moved(reading, c, frozenset({CaseState.CLOSED})), f"{now}办结")
    late = reading.count_cases(lambda c: is_overdue(c, facts.made_at), "逾期", Tone.OVERDUE)
    told: Pieces = (Text(f"{now}公开回应"), answered, Text("件，办结"), closed, Text("件；截至本期仍逾期"), late, Text("件。"))
    columns = (Column("承办单位", 40), Column(f"{now}交办", 15), Column("公开回应", 15), Column("办结", 15), Column("逾期", 15))
    rows = _unit_rows(reading, now)
    blocks: tuple[Block, ...] = (Table(f"{now}各单位办理情况", columns, rows[:UNITS]),) if rows else ()
    rest = (Paragraph((Text(f"以上列出前{UNITS}个单位，其余见"), Link("附表2", "#annex2"), Text("。"))),) if len(rows) > UNITS else ()
    return Section("sec3", "三、", "交办与回应", (Paragraph(told), *blocks, *rest))


def _unit_rows(reading: Reading, now: str) -> tuple[TableRow, ...]:
    """A row a unit with any case at hand, most cases first; cases whose unit is 另行报送 stand in none."""
    rows = (_unit_row(reading, now, unit) for unit in unit_counts(reading, lambda c: True))
    return tuple(row for row in rows if row)


def _unit_row(reading: Reading, now: str, unit: Count) -> TableRow | None:
    """New, answered, closed and overdue of the cases of one unit; None where all are zero."""
    name, facts = unit.label.partition("·")[2], reading.facts
    own = [c for c in reading.cases if reading.anchors[Kind.CASE, c.id] in set(unit.rows)]
    kinds = (
        ("交办", [c for c in own if dispatched_in(c, facts)]),
        ("公开回应", [c for c in own if _moved(reading, c, frozenset({CaseState.ANSWERED}))]),
        ("办结", [c for c in own if _moved(reading, c, frozenset({CaseState.CLOSED}))]),
        ("逾期", [c for c in own if is_overdue(c, facts.made_at)]),
    )
    cells = [reading.count(Kind.CASE, (c.id for c in cases), f"{name}·{now}{what}") for what, cases in kinds]
    return TableRow(((Text(name),), *((c,) for c in cells))) if any(c.value for c in cells) else None


def _performance(reading: Reading, performance: Sequence[UnitFigures]) -> Section:
    """考核: the figures as they were given, a column each. Counts stand beside every rate; a unit never stands in for a person."""
    names = [name for name, _ in performance[0].figures]
    share = 72 // max(1, len(names))
    columns = (Column("单位", 100 - share * len(names)), *(Column(clean(name), share) for name in names))
    rows = tuple(TableRow(((Text(reading.unit(one.unit)),), *((Text(clean(words)),) for _, words in one.figures))) for one in performance)
    note = Paragraph((Text("率后均附件数，件数少的不作比较；迟发现计入监测责任，不计入单位。", Tone.QUIET),), Manner.SMALL)
    return Section("sec4", "四、", "考核", (Table("各单位考核", columns, rows), note))


def _figures(reading: Reading, span: Span) -> Section:
    days = sorted((c for c in reading.facts.previous), key=lambda c: c.day)
    return figures(reading, course_of(reading, days, f"{span.now}走势") if days else ())
