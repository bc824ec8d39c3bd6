"""催办: reminders before and after each limit, to the unit, then its leaders, then 区政府办, each once whatever restarts happen. Composed, not sent.

A step's moment is a share of its clock (1.0 = the limit), so that fifteen minutes and five working days are pressed alike; which shares, and whom
they reach, stands in standard.toml. After a standstill only the newest step of a clock goes out: four messages at once help nobody.
A Ⅰ or Ⅱ that nobody has confirmed climbs the duty ladder instead (responders/ladder.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from records.assessment import OpinionLevel
from records.case import Case, CaseState, Deadline
from records.event import Event
from records.instant import micros
from records.notice import NoticeKind
from records.paper import Paper, Task
from records.post import Post
from records.standard import Reminder, Standard
from records.unit import Unit, Units
from responders.deadlines import NATIONAL_KINDS
from responders.duty import Duty, Part, confidential, time_in_words
from responders.notices import Composed, Writing, facts_of, together, written

PRESSED = (
    CaseState.ALERTED, CaseState.DISPATCHED, CaseState.SIGNED_FOR, CaseState.CHECKING, CaseState.REPORTED, CaseState.APPROVED, CaseState.ANSWERED,
    CaseState.NOT_PUBLISHED, CaseState.FOLLOWING,
)  # fmt: skip
# What a clock asks for, and the first state in which that is done (in the order of PRESSED).
ASKED = {
    "sign": "签收", "reply": "首次回应", "respond": "公开回应", "close": "办结", "release": "发布权威信息", "press": "召开新闻发布会",
    "ticket": "答复工单", "confirm": "确认是否交办",
}  # fmt: skip
_DONE = {"sign": 2, "reply": 4, "respond": 6, "release": 6, "ticket": 6, "close": 9, "press": 9}
_LEADERS = ("负责人", "领导", "局长", "主任", "书记", "镇长")
CONFIRMED = (OpinionLevel.I, OpinionLevel.II)


OpenTasks = Sequence[tuple[Paper, Task]]  # of responders/case_file.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reminder that is due: of which case and clock, and which of the standard's steps.

    `unit` is whose clock it is when not the lead's, `what` is asked (a sub-task's own words).
    """

    case_id: str
    clock: Deadline
    reminder: Reminder
    unit: str = ""
    what: str = ""

    @property
    def asked(self) -> str:
        """What the clock asks for, in words."""
        return self.what or ASKED[self.clock.kind]

    @property
    def key(self) -> str:
        """What its notices' idempotency keys begin with. A second 交办 has new clocks, so new steps; an edited step is another one."""
        return f"{NoticeKind.REMINDER}|{self.case_id}|{self.clock.kind}{micros(self.clock.due_at)}|{self.reminder.at:g}{self.reminder.to}"


def open_clocks(case: Case, standard: Standard) -> tuple[Deadline, ...]:
    """The clocks that run in the case's state; those that had run out before it was found press nobody."""
    if case.state is CaseState.PAUSED:  # the unit's clocks stand still, the national ones do not
        return tuple(d for d in case.deadlines if not d.late_found and d.met_at is None and d.kind in NATIONAL_KINDS)
    if case.state not in PRESSED:
        return ()
    if case.state is CaseState.ALERTED:
        return (_confirm(case, standard),) if case.opinion_level in CONFIRMED else ()
    here = PRESSED.index(case.state)
    return tuple(d for d in case.deadlines if not d.late_found and d.met_at is None and here < _DONE.get(d.kind, 0))


def _confirm(case: Case, standard: Standard) -> Deadline:
    minutes = standard.thresholds.confirm_minutes
    return Deadline(kind="confirm", anchor_at=case.opened_at, due_at=case.opened_at + timedelta(minutes=minutes), basis="监测标准 confirm_minutes")


def due_steps(case: Case, standard: Standard, now: datetime, tasks: OpenTasks = ()) -> tuple[Step, ...]:
    """For each open clock of a unit, and each open sub-task, the newest step whose moment has come."""
    found: list[Step] = []
    for clock in (c for c in open_clocks(case, standard) if c.kind != "confirm"):
        found += _come(Step(case_id=case.id, clock=clock, reminder=r) for r in standard.reminders if moment(clock, r) <= now)
    for paper, task in tasks if case.state in PRESSED else ():
        clock = Deadline(kind=f"task{paper.id}", anchor_at=paper.at, due_at=task.due_at, basis=task.basis)
        steps = standard.reminders
        found += _come(
            Step(case_id=case.id, clock=clock, reminder=r, unit=task.unit, what=task.what) for r in steps if moment(clock, r) <= now
        )
    return tuple(found)


def _come(steps: Iterable[Step]) -> list[Step]:
    """The newest alone."""
    return list(steps)[-1:]


def moment(clock: Deadline, reminder: Reminder) -> datetime:
    """When a step is due: its share of the clock after the clock's beginning."""
    return clock.anchor_at + (clock.due_at - clock.anchor_at) * reminder.at


def compose_reminders(case: Case, event: Event, posts: Sequence[Post], by: Writing, tasks: OpenTasks = ()) -> Composed:
    """The notices of every step that is due. Composing again gives the same keys, so the outbox stores each once."""
    steps = due_steps(case, by.standard, by.now, tasks)
    known = {u.id for u in by.units.units}
    unknown = sorted({s.unit or case.routing.lead for s in steps} - known)
    made = [Composed(notices=(), problems=(f"{case.number}：单位 {unit} 不在名录中，无法催办",)) for unit in unknown]
    for step in (s for s in steps if (s.unit or case.routing.lead) in known):
        for unit in _readers(case, step, by.units):
            told, level = _duty(case, step, unit, by.now), case.opinion_level
            facts = facts_of(case, event, posts, by, unit, kind=NoticeKind.REMINDER, level=level, told=told)
            about = f"{step.reminder.name}·{step.asked}"
            made.append(written(facts, by, about=about, key=partial(_key, step, unit)))
    return together(made)


def _key(step: Step, unit: Unit, channel: str, address: str) -> str:
    return f"{step.key}|{unit.id}|{channel}|{address.casefold()}"


def _readers(case: Case, step: Step, units: Units) -> list[Unit]:
    """Whom a step reaches. 检举控告 presses nobody but discipline."""
    lead = units.get(step.unit or case.routing.lead)
    if step.reminder.to == "leader":
        leaders = tuple(c for c in lead.contacts if any(word in c.role for word in _LEADERS))
        return [replace(lead, contacts=leaders or lead.contacts)]
    above = [units.get(units.office)] if step.reminder.to == "office" and lead.id != units.office and not confidential(case.routing, units) else []
    return [lead, *above]


def _duty(case: Case, step: Step, unit: Unit, now: datetime) -> Duty:
    asked, when = step.asked, time_in_words(step.clock.due_at, now)
    late = step.clock.due_at <= now
    own = unit.id == (step.unit or case.routing.lead)
    if own:
        headline = f"{step.reminder.name}：{asked}时限{when}已过，请立即办理" if late else f"{step.reminder.name}：请于{when}前{asked}"
    else:
        headline = f"{step.reminder.name}：承办单位逾期未{asked}（时限{when}），请督促"
    basis = f"（{step.clock.basis}）" if step.clock.basis else ""
    return Duty(unit_id=unit.id, part=Part.LEAD if own else Part.ESCALATED, headline=headline, tasks=(f"{headline}{basis}",))

