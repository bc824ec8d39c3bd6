"""督办: the notice that goes with a 督办单, to the leading unit with its leaders and to 区政府办. Composed, not sent."""

from collections.abc import Sequence
from functools import partial

from records.case import Case
from records.event import Event
from records.notice import NoticeKind
from records.paper import Supervision
from records.post import Post
from records.unit import Unit, Units
from responders.duty import Duty, Part, confidential
from responders.notices import Composed, Writing, facts_of, together, written
from responders.reminders import ASKED


def compose_supervision(case: Case, event: Event, posts: Sequence[Post], by: Writing, *, paper_id: str, content: Supervision) -> Composed:
    """One notice a way for the unit under supervision and for the office. The key holds the paper's id: each 督办单 is told once."""
    made = []
    for unit in _readers(case, by.units):
        told = _duty(case, content, unit)
        facts = facts_of(case, event, posts, by, unit, kind=NoticeKind.SUPERVISION, level=case.opinion_level, told=told)
        made.append(written(facts, by, about="督办", key=partial(_key, paper_id, unit)))
    return together(made)


def _key(paper_id: str, unit: Unit, channel: str, address: str) -> str:
    return "|".join((NoticeKind.SUPERVISION, paper_id, unit.id, channel, address.casefold()))


def _readers(case: Case, units: Units) -> list[Unit]:
    """检举控告 tells nobody beside discipline."""
    wanted = (case.routing.lead,) if confidential(case.routing, units) else tuple(dict.fromkeys((case.routing.lead, units.office)))
    return [u for u in units.units if u.id in wanted]


def _duty(case: Case, content: Supervision, unit: Unit) -> Duty:
    asked = ASKED.get(content.clock, content.clock)
    headline = f"督办（第{content.serial}次）：{asked}已逾期{overdue_words(content.overdue_seconds)}"
    own = unit.id == case.routing.lead
    return Duty(unit_id=unit.id, part=Part.LEAD if own else Part.ESCALATED, headline=headline, tasks=(headline, content.asked))


def overdue_words(seconds: int) -> str:
    """A span in words, in its two largest units.

    >>> overdue_words(93_900)
    '1天2小时'
    >>> overdue_words(300)
    '5分钟'
    """
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3_600, seconds % 3_600 // 60
    parts = [f"{n}{name}" for n, name in ((days, "天"), (hours, "小时"), (minutes, "分钟")) if n]
    return "".join(parts[:2]) or "不足1分钟"
