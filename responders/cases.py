"""Opening a case and moving it (立案与办理): decisions on records, each with its Transition. Reads no clock and writes nothing.

The machine only opens a case as 预警提示; every later move carries a person's name and a reason (design decision 2). Unit clocks begin
at 交办, not at 签收: not signing does not stop them (design decision 6).
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from records.case import ActorKind, Case, CaseState, Deadline, Routing, Transition
from records.event import Event
from records.standard import Holidays, Standard
from responders.deadlines import GRAVE_EVENTS, MET_BY, UNIT_KINDS, met, public_clocks, resumed, unit_clocks
from responders.lifecycle import REOPENED, check_move

MACHINE = "系统"
NOT_NAMES = frozenset({MACHINE, "自动", "机器", "机器人", "匿名", "无", "system", "machine", "huiying", "robot", "admin", "root"})
LONGEST_NAME = 40  # characters


class MoveRefusedError(ValueError):
    """A move without a person, a reason or a unit; says in Chinese what is missing."""


def open_case(
    event: Event, routing: Routing, standard: Standard, *, case_id: str, said_at: datetime, now: datetime, ticket: Deadline | None = None
) -> tuple[Case, Transition]:
    """A case in 预警提示 with the national clocks, and its opening. The number stays "": the ledger gives it.

    `ticket` is the clock of an imported ticket, which takes the place of the 48 h; it yields to the 5 h and 24 h of a grave emergency.

    `said_at` is the earlier of published and first seen over the event's posts (aware UTC): the anchor of the national limits. A
    limit that had run out before `now` is marked 迟发现.

    Raises: MoveRefusedError when the event was merged away or the routing names nobody.
    """
    if event.merged_into:
        raise MoveRefusedError(f"事件 {event.id} 已并入 {event.merged_into}：不再立案")
    _check_routing(routing, f"事件 {event.id}")
    clocks = public_clocks(said_at, event.event_level, standard.level(event.opinion_level), standard, now)
    if ticket is not None and event.event_level not in GRAVE_EVENTS:
        clocks = (ticket,)
    case = Case(
        id=case_id, number="", event_id=event.id, title=event.title, state=CaseState.ALERTED, opinion_level=event.opinion_level,
        labels=event.labels, form=event.form, routing=routing, deadlines=clocks, opened_at=now,
    )  # fmt: skip
    return case, _transition(case, None, CaseState.ALERTED, ActorKind.MACHINE, MACHINE, now, _why_opened(event, clocks))


def _why_opened(event: Event, clocks: tuple[Deadline, ...]) -> str:
    grounds = "；".join(event.level_reasons) or "达到预警条件"
    late = "；迟发现：公开回应时限在发现前已过" if any(c.late_found for c in clocks) else ""
    return f"舆情{event.opinion_level}级（系统初判）：{grounds}{late}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """A 暂缓办理 under way: since when, and the state the case goes back to."""

    since: datetime
    came_from: CaseState


def move(
    case: Case,
    to: CaseState,
    *,
    by: str,
    why: str,
    now: datetime,
    standard: Standard,
    holidays: Holidays,
    routing: Routing | None = None,
    standstill: Standstill | None = None,
    met_at: datetime | None = None,
) -> tuple[Case, Transition]:
    """The case after a person's move, and the move. `version` stays as read: the ledger compares and increments it.

    交办 sets `dispatched_at` and the unit's clocks (签收, 首次回应, 办结) from `now`; after 退回 they start anew, and `routing` may name
    other units. A move meets the clocks MET_BY names, at `met_at` where what met them was done before it was registered
    (公开回应). Leaving 暂缓办理 goes back where the case came from, the unit's clocks running on with what was left of them; national
    clocks never stand still.

    Raises: IllegalMoveError when the table does not hold the move; MoveRefusedError when name, reason or unit is missing.
    """
    check_move(case.state, to)
    name, reason = person(by), said(why)
    if routing is not None and to is not CaseState.DISPATCHED:
        raise MoveRefusedError(f"{case.number}：改派单位只能随“交办”办理，不能随“{to}”")
    clocks = met(case.deadlines, MET_BY.get(to, frozenset()), met_at or now)
    if case.state is CaseState.PAUSED and to is not CaseState.WITHDRAWN:
        clocks = _taken_up(case, to, standstill, now, standard, holidays)
    moved = replace(case, state=to, deadlines=clocks)
    if to is CaseState.DISPATCHED:
        moved = _dispatched(moved, routing or case.routing, now, standard, holidays, reopened=case.state in REOPENED)
    return moved, _transition(case, case.state, to, ActorKind.PERSON, name, now, reason)


def _taken_up(
    case: Case, to: CaseState, standstill: Standstill | None, now: datetime, standard: Standard, holidays: Holidays
) -> tuple[Deadline, ...]:
    if standstill is None:
        raise MoveRefusedError(f"{case.number}：没有暂缓办理的审批记录")
    if to is not standstill.came_from:
        raise MoveRefusedError(f"{case.number}：恢复办理只能回到暂缓前的状态“{standstill.came_from}”")
    return tuple(resumed(d, standstill.since, now, standard.working_hours, holidays) for d in case.deadlines)


def _dispatched(case: Case, routing: Routing, now: datetime, standard: Standard, holidays: Holidays, *, reopened: bool) -> Case:
    """Clocks the unit met before a 重新办理 stay on record; those of a unit that sent the case back do not."""
    _check_routing(routing, case.number)
    kept = tuple(d for d in case.deadlines if d.kind not in UNIT_KINDS or (reopened and d.met_at is not None))
    clocks = unit_clocks(now, standard.level(case.opinion_level), standard.working_hours, holidays)
    return replace(case, routing=routing, dispatched_at=now, deadlines=(*kept, *clocks))


def _check_routing(routing: Routing, where: str) -> None:
    if not routing.lead.strip():
        raise MoveRefusedError(f"{where}：没有牵头单位")
    if not routing.reasons:
        raise MoveRefusedError(f"{where}：交办去向没有写明理由")


def person(by: str) -> str:
    """The name of who acts, spaces trimmed.

    >>> person(" 值班员甲 ")
    '值班员甲'
    >>> person("系统")
    Traceback (most recent call last):
        ...
    responders.cases.MoveRefusedError: 办理人须为具体人员姓名，不能是“系统”

    Raises: MoveRefusedError for an empty, overlong or machine's name.
    """
    name = _one_line(by)
    if not name:
        raise MoveRefusedError("办理人姓名不能为空")
    if name.casefold() in NOT_NAMES:
        raise MoveRefusedError(f"办理人须为具体人员姓名，不能是“{name}”")
    if len(name) > LONGEST_NAME:
        raise MoveRefusedError(f"办理人姓名过长（{len(name)}字，最多{LONGEST_NAME}字）")
    return name


def same(one: str, other: str) -> bool:
    """True when two names are one person's, however spaced or wide.

    >>> same("值班员甲", "值班员　甲 ")
    True
    """
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isprintable() and not c.isspace())


def said(why: str) -> str:
    """The reason on one line, without control characters.

    >>> said("属实，\\n已派员核查")
    '属实， 已派员核查'

    Raises: MoveRefusedError when nothing is left.
    """
    reason = _one_line(why)
    if not reason:
        raise MoveRefusedError("办理理由不能为空")
    return reason


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _transition(
    case: Case, here: CaseState | None, to: CaseState, kind: ActorKind, actor: str, now: datetime, why: str
) -> Transition:
    return Transition(case_id=case.id, from_state=here, to_state=to, actor_kind=kind, actor=actor, at=now, why=why)
