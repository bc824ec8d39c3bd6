"""The case verbs of the lifecycle, for the command line, scripts and the demo's analyst: list, show, move."""

from typing import Any

from huiying.notifying import compose_notices
from huiying.office import Desk
from records.case import Case, CaseState, Deadline
from records.instant import in_words, shanghai
from records.notice import Notice, NoticeKind
from responders import cases
from responders.lifecycle import MOVES, check_move
from responders.rerouting import rerouted, returned_to, unit_called


class UnknownError(LookupError):
    """A case number or a state nobody knows; says which there are."""


def state_of(word: str) -> CaseState:
    """The state of its Chinese name or English key. Raises: UnknownError.

    >>> state_of("交办") is state_of("dispatched")
    True
    """
    for state in CaseState:
        if word in (state.value, state.name) or word.upper() == state.name:
            return state
    raise UnknownError(f"没有状态“{word}”；可用：{'、'.join(s.value for s in CaseState)}")


def find(desk: Desk, number: str) -> Case:
    """The case. Raises: UnknownError."""
    case = desk.ledger.case(number)
    if case is None:
        raise UnknownError(f"没有交办件 {number}")
    return case


def move(desk: Desk, number: str, to: str, *, by: str, why: str, unit: str = "") -> Case:
    """The case as moved by a named person; 交办 tells the units in the same transaction.

    `unit` (id or name): with 交办 it leads instead of the routing's (改派); with 退回 it is the one the case belongs to, and must be named.

    Raises: UnknownError; IllegalMoveError; MoveRefusedError; StaleCaseError.
    """
    case, state, settings = find(desk, number), state_of(to), desk.settings
    check_move(case.state, state)
    named = unit_called(unit, settings.units) if unit.strip() else None
    routing = None
    if state is CaseState.RETURNED:
        why = f"{why}（应由{returned_to(case, desk.ledger.transitions(case.id), named).name}办理）" if why.strip() else why
    elif state is CaseState.DISPATCHED and named is not None:
        routing = rerouted(case, named, settings.units, by=cases.person(by), why=cases.said(why))
    elif named is not None:
        raise cases.MoveRefusedError(f"{case.number}：单位只能随“交办”改派，或随“退回”写明")
    moved, transition = cases.move(
        case, state, by=by, why=why, now=desk.now(), standard=settings.standard, holidays=settings.holidays, routing=routing
    )
    return desk.ledger.move_case(moved, transition, _told(desk, moved, state))


def _told(desk: Desk, case: Case, state: CaseState) -> list[Notice]:
    event = desk.ledger.event(case.event_id)
    return compose_notices(desk, case, event, NoticeKind.DISPATCH) if state is CaseState.DISPATCHED and event else []


def summary(desk: Desk, case: Case) -> dict[str, Any]:
    """One line of `case list`: number, level, state, lead, the next limit, title."""
    soonest = next_limit(case)
    return {
        "number": case.number,
        "level": case.opinion_level.value,
        "state": case.state.value,
        "lead": case.routing.lead,
        "unit": unit_name(desk, case.routing.lead),
        "due": in_words(soonest.due_at) if soonest else "",
        "due_kind": soonest.kind if soonest else "",
        "title": case.title,
    }


def unit_name(desk: Desk, unit_id: str) -> str:
    """The unit's name; its id where the office has since taken it out of units.toml."""
    return next((u.name for u in desk.settings.units.units if u.id == unit_id), unit_id)


def next_limit(case: Case) -> Deadline | None:
    """The clock that runs out first, found-late ones left out."""
    return min((d for d in case.deadlines if not d.late_found), key=lambda d: d.due_at, default=None)


def show(desk: Desk, number: str) -> dict[str, Any]:
    """Everything on record of one case. Raises: UnknownError."""
    case = find(desk, number)
    event = desk.ledger.event(case.event_id)
    posts = desk.ledger.posts(event.post_ids) if event else []
    routing = case.routing
    return summary(desk, case) | {
        "labels": list(case.labels),
        "form": case.form,
        "joint": list(routing.joint),
        "informed": list(routing.informed),
        "escalate_to": list(routing.escalate_to),
        "reasons": list(routing.reasons),
        "level_reasons": list(event.level_reasons) if event else [],
        "keywords": list(event.keywords) if event else [],
        "deadlines": [
            {"kind": d.kind, "due_at": shanghai(d.due_at).isoformat(), "basis": d.basis, "late_found": d.late_found}
            for d in case.deadlines
        ],
        "posts": [{"id": p.id, "url": p.url, "title": p.title, "source": p.source_id} for p in posts],
        "evidence": sorted(desk.ledger.evidence(case.id)),
        "transitions": [
            {"at": shanghai(t.at).isoformat(), "to": t.to_state.value, "by": t.actor, "why": t.why}
            for t in desk.ledger.transitions(case.id)
        ],
        "next": [state.value for state in MOVES[case.state]],
    }
