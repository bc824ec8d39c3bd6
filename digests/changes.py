"""Changes (较昨日): what is different since the issue before: new events, raised levels, cases answered, closed and newly overdue, what recedes."""

from digests.clocks import running
from digests.document import Count, Manner, Paragraph, Piece, Text, Tone
from digests.reading import Kind, Reading
from records.assessment import OpinionLevel
from records.case import Case, CaseState
from records.event import Event, EventPhase


def changed(reading: Reading) -> Paragraph:
    """One line of numbers, each leading to its rows; zeros are left out, and a day without any change says so."""
    counts = [(name, count, unit) for name, count, unit in _counts(reading) if count.value]
    pieces: list[Piece] = [Text("较上期：", Tone.STRONG)]
    for n, (name, count, unit) in enumerate(counts):
        pieces += [Text(("，" if n else "") + name), count, Text(unit)]
    return Paragraph((*pieces, Text("。" if counts else "无新事件，等级、办理情况均无变化。")), Manner.SMALL)


def _counts(reading: Reading) -> tuple[tuple[str, Count, str], ...]:
    """Name, number and measure of each change, in the order read."""
    return (
        ("新事件", reading.count(Kind.EVENT, (e.id for e in reading.events if _is_new(reading, e)), "较上期·新事件"), "起"),
        ("等级上调", reading.count_cases(lambda c: raised(reading.facts.regraded.get(c.number, "")), "较上期·等级上调"), "件"),
        ("已公开回应", reading.count_cases(lambda c: _came_to(reading, c, CaseState.ANSWERED), "较上期·公开回应"), "件"),
        ("办结", reading.count_cases(lambda c: _came_to(reading, c, CaseState.CLOSED), "较上期·办结"), "件"),
        ("新逾期", reading.count_cases(lambda c: _newly_late(reading, c), "较上期·新逾期", Tone.OVERDUE), "件"),
        ("回落", reading.count(Kind.EVENT, (e.id for e in reading.events if _recedes(reading, e)), "较上期·回落"), "起"),
    )


def raised(change: str) -> bool:
    """True when "Ⅲ→Ⅱ" tells of a graver level.

    >>> raised("Ⅲ→Ⅱ"), raised("Ⅱ→Ⅲ"), raised("Ⅱ→Ⅱ"), raised("")
    (True, False, False, False)
    """
    before, _, now = change.partition("→")
    levels = [level.value for level in OpinionLevel]
    return before in levels and now in levels and levels.index(now) < levels.index(before)


def _is_new(reading: Reading, event: Event) -> bool:
    return reading.facts.in_span(event.created_at)


def _came_to(reading: Reading, case: Case, state: CaseState) -> bool:
    return any(t.to_state is state and reading.facts.in_span(t.at) for t in reading.facts.transitions.get(case.id, ()))


def _newly_late(reading: Reading, case: Case) -> bool:
    """A clock ran out since the span began; one that had run out before was in the issue before."""
    return any(c.overdue and c.deadline.due_at >= reading.facts.start for c in running(case, reading.facts.made_at))


def _recedes(reading: Reading, event: Event) -> bool:
    """An older event that drew fewer posts than the day before, or is 回落 and still drew some."""
    if event.created_at >= reading.facts.start:
        return False
    now, before = len(reading.posts_within(event)), len(reading.posts_within(event, 24))
    return now < before or (event.phase is EventPhase.FADING and bool(now))
