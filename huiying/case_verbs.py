"""The case verbs of the lifecycle, for the command line, scripts and the demo's analyst: list, show, move."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from huiying.case_papers import OnDispatch, a_paper, authoritative, case_file
from huiying.comparing import contradictions, to_resolve
from huiying.notifying import compose_notices
from huiying.office import Desk
from records.case import Case, CaseState, Deadline, Routing
from records.instant import in_words, shanghai
from records.notice import Notice, NoticeKind
from records.paper import Answer, Content, Ground, Paper, Pause, Publication, Receipt, Shelving
from records.unit import Unit
from responders import cases
from responders.case_file import CaseFile
from responders.gates import Asked, check_gate
from responders.lifecycle import MOVES, check_move
from responders.rerouting import rerouted, returned_to, unit_called
from responders.signing import OnPaper, check_approver, responding, signature


class UnknownError(LookupError):
    """A case number or a state nobody knows; says which there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a move may bring beside name and reason. Texts are "" and instants None where not given.

    交办: `unit` leads instead (改派). 退回: `unit` it belongs to. 不交办: `ground`, `into`. 反馈: `answer`. 签批: `paper` (a scanned 呈批件).
    签收: `receipt`, how it came in. 公开回应: `channel`, `url`, `published_at`, `checked`. 暂缓办理: `until`, `approved_by`.
    """

    unit: str = ""
    ground: Ground = Ground.WATCHED
    into: str = ""
    answer: Answer | None = None
    paper: OnPaper | None = None
    channel: str = ""
    url: str = ""
    published_at: datetime | None = None
    checked: str = ""
    until: datetime | None = None
    approved_by: str = ""
    receipt: Receipt | None = None


NOTHING_MORE = Details()


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


def move(desk: Desk, number: str, to: str, *, by: str, why: str, unit: str = "", details: Details = NOTHING_MORE) -> Case:
    """The case as moved by a named person, with the papers the move needs; 交办 and 撤销 tell the units. All in one transaction.

    Raises: UnknownError; IllegalMoveError; MoveRefusedError naming everything that is missing; StaleCaseError.
    """
    file, state = case_file(desk, number), state_of(to)
    case, details = file.case, replace(details, unit=unit) if unit else details
    check_move(case.state, state)
    name, reason = cases.person(by), cases.said(why)
    named = unit_called(details.unit, desk.settings.units) if details.unit.strip() else None
    routing, reason = _where_to(desk, file, state, named, name, reason)
    contents = tuple(_contents(desk, file, state, name, reason, details))
    brought = [a_paper(desk, case, content, by=name, unit=_for_unit(case, content)) for content in contents]
    ready = replace(file, papers=(*file.papers, *brought))
    known = partial(authoritative, desk, case.routing.lead)
    against = to_resolve(contradictions(ready, desk.settings), desk.settings) if state is CaseState.APPROVED else ()
    check_gate(ready, Asked(to=state, by=name, units=desk.settings.units, authoritative=known, contradictions=against))
    moved, transition = cases.move(
        case, state, by=name, why=reason, now=desk.now(), standard=desk.settings.standard, holidays=desk.settings.holidays, routing=routing,
        standstill=file.standstill(), met_at=details.published_at if state is CaseState.ANSWERED else None,
    )  # fmt: skip
    started = OnDispatch(desk, moved, name).papers() if state is CaseState.DISPATCHED else []
    return desk.ledger.move_case(moved, transition, _told(desk, moved, state), [*brought, *started])


def _where_to(desk: Desk, file: CaseFile, state: CaseState, unit: Unit | None, by: str, why: str) -> tuple[Routing | None, str]:
    """The new routing, if any, and the reason as it is recorded."""
    if state is CaseState.RETURNED:
        return None, f"{why}（应由{returned_to(file.case, file.moves, unit).name}办理）"
    if state is CaseState.DISPATCHED and unit is not None:
        return rerouted(file.case, unit, desk.settings.units, by=by, why=why), why
    if unit is not None:
        raise cases.MoveRefusedError(f"{file.case.number}：单位只能随“交办”改派，或随“退回”写明")
    return None, why


def _contents(desk: Desk, file: CaseFile, state: CaseState, by: str, why: str, details: Details) -> Iterator[Content]:
    """The papers a move brings, made from its details."""
    if details.receipt is not None and state is CaseState.SIGNED_FOR:
        yield details.receipt
    if state is CaseState.SHELVED:
        _check_target(desk, file.case, details)
        yield Shelving(ground=details.ground, into=details.into)
    elif state is CaseState.REPORTED and details.answer is not None:
        yield details.answer
    elif state is CaseState.APPROVED:
        yield from _signature(desk, file, by, details)
    elif state is CaseState.ANSWERED:
        yield from _publication(desk, file, details)
    elif state is CaseState.PAUSED and details.until is not None:
        if details.approved_by.strip():  # that there is one is the gate's to ask
            check_approver(desk.settings.units, details.approved_by, shanghai(desk.now()).date())
        yield Pause(came_from=file.case.state.value, approved_by=details.approved_by, until=details.until, why=why)


def _check_target(desk: Desk, case: Case, details: Details) -> None:
    """并案 goes into a case that is on record and not itself shelved."""
    into = desk.ledger.case(details.into.strip()) if details.ground is Ground.MERGED and details.into.strip() else case
    if into is None or into.state is CaseState.SHELVED:
        raise cases.MoveRefusedError(f"{case.number}：不能并入 {details.into}：{'该件已不交办' if into else '没有这个交办件'}")


def _signature(desk: Desk, file: CaseFile, by: str, details: Details) -> Iterator[Content]:
    found = file.answer()
    if found is not None:
        unit = responding(found[1], file.case.routing.lead, desk.settings.units)
        yield signature(found[1], found[0].id, unit, by, shanghai(desk.now()).date(), details.paper)


def _publication(desk: Desk, file: CaseFile, details: Details) -> Iterator[Content]:
    signed = file.signed_answer()
    if signed is not None:
        when = details.published_at or desk.now()
        channel = details.channel or signed[1].channel
        yield Publication(answer_id=signed[0].id, channel=channel, url=details.url, published_at=when, checked=details.checked)


def _for_unit(case: Case, content: Content) -> str:
    """The unit a paper is written for: the lead's, but for what the office itself decides."""
    return "" if isinstance(content, Shelving | Pause) else case.routing.lead


def _told(desk: Desk, case: Case, state: CaseState) -> list[Notice]:
    kind = {CaseState.DISPATCHED: NoticeKind.DISPATCH, CaseState.WITHDRAWN: NoticeKind.WITHDRAWAL}.get(state)
    event = desk.ledger.event(case.event_id)
    return compose_notices(desk, case, event, kind) if kind and event else []


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
    """The clock still running that runs out first, found-late ones left out."""
    return min((d for d in case.deadlines if not d.late_found and d.met_at is None), key=lambda d: d.due_at, default=None)


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
            {
                "kind": d.kind, "due_at": shanghai(d.due_at).isoformat(), "basis": d.basis, "late_found": d.late_found,
                "met_at": shanghai(d.met_at).isoformat() if d.met_at else None,
            }
            for d in case.deadlines
        ],
        "posts": [{"id": p.id, "url": p.url, "title": p.title, "source": p.source_id} for p in posts],
        "evidence": sorted(desk.ledger.evidence(case.id)),
        "transitions": [
            {"at": shanghai(t.at).isoformat(), "to": t.to_state.value, "by": t.actor, "why": t.why}
            for t in desk.ledger.transitions(case.id)
        ],
        "papers": [_shown(p) for p in desk.ledger.papers(case.id)],
        "tasks": [
            {"id": p.id, "unit": t.unit, "what": t.what, "due_at": shanghai(t.due_at).isoformat()} for p, t in case_file(desk, number).open_tasks()
        ],
        "next": [state.value for state in MOVES[case.state]],
    }


def _shown(paper: Paper) -> dict[str, Any]:
    """A paper as `case show` prints it: every field of its content by name."""
    content: dict[str, Any] = TypeAdapter(type(paper.content)).dump_python(paper.content, mode="json")
    return {"id": paper.id, "kind": paper.kind, "unit": paper.unit, "by": paper.by, "at": shanghai(paper.at).isoformat(), "content": content}
