"""The duty ladder (值班逐级通知): a Ⅰ or Ⅱ that nobody has confirmed goes to 值班员, then 带班领导, then 审签领导, each once. Composed, not sent.

The machine never dispatches (design decision 2): it reaches the person who may. After a standstill only the newest rung goes out. A post that
nobody holds at that hour, and an empty roster, fall back to the office's own contacts. 检举控告 is pressed with discipline alone.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from records.case import Case, CaseState, Deadline
from records.event import Event
from records.instant import micros
from records.notice import NoticeKind
from records.post import Post
from records.roster import Roster, Rung
from records.standard import Holidays, Standard
from records.unit import Contact, Unit, Units
from responders.duty import Duty, Part, confidential
from responders.notices import Composed, Writing, facts_of, together, written
from responders.reminders import open_clocks
from responders.roster import OnDuty, holders

NOTHING = Composed(notices=(), problems=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """The rung that is due on a case, and since when."""

    case_id: str
    rung: Rung
    clock: Deadline

    @property
    def key(self) -> str:
        """What its notices' idempotency keys begin with."""
        return f"{NoticeKind.REMINDER}|{self.case_id}|duty{micros(self.clock.anchor_at)}|{self.rung.times:g}{self.rung.post}"


def due_rung(case: Case, standard: Standard, now: datetime) -> Climb | None:
    """The newest rung whose moment has come; None for a case that is confirmed, or not Ⅰ or Ⅱ."""
    if case.state is not CaseState.ALERTED:
        return None
    for clock in open_clocks(case, standard):
        come = [rung for rung in standard.ladder if clock.anchor_at + (clock.due_at - clock.anchor_at) * rung.times <= now]
        if come:
            return Climb(case_id=case.id, rung=max(come, key=lambda rung: rung.times), clock=clock)
    return None


def compose_ladder(
    case: Case, event: Event, posts: tuple[Post, ...] | list[Post], by: Writing, *, roster: Roster, holidays: Holidays,
    told: Collection[str] = (),
) -> Composed:  # fmt: skip
    """The notices of the rung that is due. `told` are the keys already in the outbox: a rung told to one shift is not told again to the next."""
    climb = due_rung(case, by.standard, by.now)
    if climb is None or any(key.startswith(f"{climb.key}|") for key in told):
        return NOTHING
    desk = case.routing.lead if confidential(case.routing, by.units) else by.units.office
    unit = next((u for u in by.units.units if u.id == desk), None)
    if unit is None:
        return Composed(notices=(), problems=(f"{case.number}：单位 {desk} 不在名录中，无法逐级通知",))
    on = holders(roster, climb.rung.post, _on_roster(unit, by.units), by.now, holidays)
    readers = [_reached(unit, one) for one in on] or [unit]
    made = [_told(case, event, posts, by, climb, reader, on) for reader in readers]
    if sum(len(one.notices) for one in made) or not on:
        return together(made)
    return together([*made, _told(case, event, posts, by, climb, unit, ())])


def _on_roster(unit: Unit, units: Units) -> str:
    return "" if unit.id == units.office else unit.id


def _reached(unit: Unit, on: OnDuty) -> Unit:
    """The unit with the contacts of the shift, and its channels where it names some."""
    named = tuple(replace(c, role=c.role or on.shift.post) for c in on.shift.contacts)
    contacts: tuple[Contact, ...] = named or unit.contacts
    return replace(unit, contacts=contacts, channels=on.shift.channels or unit.channels)


def _told(
    case: Case, event: Event, posts: tuple[Post, ...] | list[Post], by: Writing, climb: Climb, unit: Unit, on: tuple[OnDuty, ...]
) -> Composed:
    headline = f"请{climb.rung.post}：{case.opinion_level}级预警尚未确认是否交办，请立即确认"
    why = "" if on else f"（此刻无{climb.rung.post}在值班表上，按单位联系人通知）"
    estimated = tuple(dict.fromkeys(one.warning for one in on if one.warning))
    duty = Duty(unit_id=unit.id, part=Part.LEAD, headline=headline, tasks=(f"{headline}{why}（{climb.clock.basis}）", *estimated))
    facts = facts_of(case, event, posts, by, unit, kind=NoticeKind.REMINDER, level=case.opinion_level, told=duty)
    return written(facts, by, about=f"逐级通知·{climb.rung.post}", key=partial(_key, climb, unit))


def _key(climb: Climb, unit: Unit, channel: str, address: str) -> str:
    return f"{climb.key}|{unit.id}|{channel}|{address.casefold()}"
