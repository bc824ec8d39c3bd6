"""交办件: the list, one case with its clocks, moves, papers and the steps its visitor may take, the sign-off page, the brief, the Word forms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from records.account import Permission as P  # noqa: N817
from records.case import CaseState as S
from records.event import Event
from records.instant import SHANGHAI
from records.paper import Answer, Disclosure, Finding, Ground, Statement
from responders.answers import PROOFS, faults
from responders.case_file import CaseFile
from responders.lifecycle import MOVES as LEGAL
from responders.masking import masked
from workbench.access import handles
from workbench.actions import Actions, MoveAsked, RefusedError
from workbench.asking import asked, case_of, posted, seen
from workbench.bench import Workbench, bench
from workbench.door import ForbiddenError, HiddenError, Visitor
from workbench.paper_forms import View, offered

router = APIRouter()
BRIEF = 300  # characters
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/cases")
async def cases(request: Request, state: str = "", level: str = "", unit: str = "") -> Response:
    """The cases the account may see, filtered."""
    wb = bench(request)
    who = asked(request, wb.actions)
    found = [
        c for c in seen(wb.actions, who)
        if state in ("", c.state.value) and level in ("", c.opinion_level.value) and unit in ("", c.routing.lead)
    ]  # fmt: skip
    facts: dict[str, Any] = {"cases": found[::-1], "state": state, "level": level, "unit": unit, "now": wb.actions.now()}
    return wb.pages.page(request, "cases.html", who, names=names_of(wb.actions), states=[s.value for s in S], **facts)


def names_of(actions: Actions) -> dict[str, str]:
    """Unit id → name."""
    return {u.id: u.name for u in actions.units.units}


def words_of(actions: Actions) -> dict[str, str]:
    """Code → "code name" of the plan's categories and response forms."""
    named = [(c.code, c.name) for c in actions.standard.categories] + [(f.code, f.name) for f in actions.standard.forms]
    return {code: f"{code} {name}" for code, name in named}


def sources_of(actions: Actions) -> dict[str, str]:
    """Source id → name."""
    return {source.id: source.name for source, _ in actions.sources()}


@router.get("/cases/{number}")
async def case(request: Request, number: str) -> Response:
    """One case."""
    wb = bench(request)
    who = asked(request, wb.actions)
    return wb.pages.page(request, "case.html", who, **_facts(wb, who, case_of(wb.actions, who, number)))


def case_address(number: str) -> str:
    """Where a case's page is."""
    return f"/cases/{quote(number)}"


def again(
    request: Request, wb: Workbench, who: Visitor, number: str, problem: str, fields: Mapping[str, str], status: int = 409,
    notes: Sequence[str] = (),
) -> Response:  # fmt: skip
    """The page a refused step was asked on, saying why, with what was typed still in its fields; `notes` of a draft on top."""
    file = case_of(wb.actions, who, number)
    signing = fields.get("to") == S.APPROVED.value and file.case.state is S.REPORTED
    facts = _facts(wb, who, file) | {"problem": problem, "typed": fields, "notes": notes}
    return wb.pages.page(request, "sign.html" if signing else "case.html", who, status, **facts)


def _facts(wb: Workbench, who: Visitor, file: CaseFile) -> dict[str, Any]:
    """What the case's pages show: `answer` is the lead's, `own` the visitor's unit's, `provided` those of joint units."""
    actions, found = wb.actions, file.case
    event = actions.event(found.event_id)
    steps = [to for to in LEGAL[found.state] if handles(who.user, found, to, actions.units)]
    answer = file.answer()
    return {
        "file": file, "case": found, "event": event, "posts": _originals(actions, event), "names": names_of(actions), "now": actions.now(),
        "steps": steps, "grounds": list(Ground), "answer": answer, "faults": faults(answer[1]) if answer else (), "review": _review(file),
        "contradictions": actions.contradictions(found.number), "open_tasks": file.open_tasks(), "forms": actions.form_kinds(),
        "may_answer": may_answer(who, file), "may_vet": answer is not None and _may_vet(who, file) and answer[0].by != who.user.name,
        "own": file.answer(who.user.unit) if may_answer(who, file) else None,
        "provided": [(unit, said) for unit in found.routing.joint if (said := file.answer(unit)) is not None],
        "proofs": PROOFS, "findings": list(Finding), "disclosures": list(Disclosure), "words": words_of(actions),
        "problem": "", "typed": {}, "notes": (),
        "papers": offered(View(file=file, user=who.user, units=actions.units, now=actions.now())),
        "may_unmask": who.may(P.HANDLE) and who.user.unit == found.routing.lead,
    }  # fmt: skip


def _originals(actions: Actions, event: Event | None) -> list[Any]:
    """One post an address: floors of a thread are one link."""
    posts = actions.posts(event.post_ids) if event else ()
    return list({p.url: p for p in reversed(posts)}.values())[::-1][:20]


def _review(file: CaseFile) -> Any:
    answer = file.answer()
    return file.review(answer[0].id) if answer else None


def may_answer(who: Visitor, file: CaseFile) -> bool:
    """True for a unit that takes part, from 签收 to 反馈."""
    part = (file.case.routing.lead, *file.case.routing.joint)
    return who.may(P.HANDLE) and file.case.state in (S.SIGNED_FOR, S.CHECKING, S.REPORTED) and who.user.unit in part


def _may_vet(who: Visitor, file: CaseFile) -> bool:
    """保密审查 of the leading unit's text is that unit's own."""
    return may_answer(who, file) and who.user.unit == file.case.routing.lead


@router.post("/cases/{number}/move")
async def move(request: Request, number: str) -> Response:
    """One step of the case, by its visitor's name."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    file = case_of(wb.actions, who, number)
    to = next((s for s in S if s.value == fields.get("to", "")), None)
    if to is None or not handles(who.user, file.case, to, wb.actions.units):
        raise ForbiddenError("您的职责不包括这一步")
    try:
        wb.actions.move(number, _asked_for(fields), by=who.user)
    except RefusedError as error:
        return again(request, wb, who, number, str(error), fields)
    return RedirectResponse(f"/cases/{quote(number)}", 303)


def _asked_for(fields: Mapping[str, str]) -> MoveAsked:
    said = {name: fields.get(name, "") for name in ("to", "why", "unit", "ground", "into", "channel", "url", "approved_by")}
    return replace(MoveAsked(to="", why=""), **said, published_at=instant(fields, "published_at"), until=instant(fields, "until"))  # type: ignore[arg-type]


def instant(fields: Mapping[str, str], name: str) -> datetime | None:
    """A time as a form gives it, Shanghai; None where it is empty. Raises: RefusedError."""
    text = fields.get(name, "")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) if text else None
    except ValueError as error:
        raise RefusedError(f"时间 {text[:30]!r} 应为 YYYY-MM-DD HH:MM") from error


@router.post("/cases/{number}/answer")
async def answer(request: Request, number: str) -> Response:
    """The unit's 反馈单 with its 回应口径."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    file = case_of(wb.actions, who, number)
    if not may_answer(who, file):
        raise ForbiddenError("只有承办、协办单位在签收后可以提交反馈单")
    try:
        wb.actions.answer(number, answer_of(fields), by=who.user, unit=who.user.unit)
    except RefusedError as error:
        return again(request, wb, who, number, str(error), fields)
    return RedirectResponse(f"/cases/{quote(number)}#answer", 303)


def answer_of(fields: Mapping[str, str]) -> Answer:
    """The answer a form holds; what is missing shows when it is put up for signature. Raises: RefusedError for a form or finding nobody knows."""
    form, finding, disclosure = fields.get("form", ""), fields.get("finding", ""), fields.get("disclosure", Disclosure.PUBLIC.value)
    if form not in PROOFS or finding not in list(Finding) or disclosure not in list(Disclosure):
        raise RefusedError("请选择回应形式、核查结论和公开属性")
    return Answer(
        form=form, finding=Finding(finding), title=fields.get("title", ""), text=fields.get("text", ""), stance=_statement(fields, "stance"),
        facts=_statement(fields, "facts"), policy=_statement(fields, "policy"), outcome=_statement(fields, "outcome"),
        proof={key: fields[f"proof.{key}"] for key, _ in PROOFS[form] if fields.get(f"proof.{key}")},
        measures=tuple(line.strip() for line in fields.get("measures", "").splitlines() if line.strip()), disclosure=Disclosure(disclosure),
        withheld_why=fields.get("withheld_why", ""), channel=fields.get("channel", ""), contact=fields.get("contact", ""),
        unfinished=fields.get("unfinished", ""),
    )  # fmt: skip


def _statement(fields: Mapping[str, str], key: str) -> Statement:
    text = fields.get(key, "")
    return Statement(not_applicable=text.removeprefix("不适用：").strip()) if text.startswith("不适用：") else Statement(text=text)


@router.post("/cases/{number}/vet")
async def vet(request: Request, number: str) -> Response:
    """保密审查."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    if not _may_vet(who, case_of(wb.actions, who, number)):
        raise ForbiddenError("只有承办单位可以登记保密审查")
    wb.actions.vet(number, passed=fields.get("passed") == "1", why=fields.get("why", ""), by=who.user)
    return RedirectResponse(f"/cases/{quote(number)}#answer", 303)


@router.get("/cases/{number}/sign")
async def sign(request: Request, number: str, back: str = "") -> Response:
    """审签: facts, the text put up, its grounds, secrecy review, clocks; 同意 or 退回修改 (`back`: its form open). One phone screen."""
    wb = bench(request)
    who = asked(request, wb.actions)
    file = case_of(wb.actions, who, number)
    if file.case.state is not S.REPORTED or not handles(who.user, file.case, S.APPROVED, wb.actions.units):
        raise HiddenError
    return wb.pages.page(request, "sign.html", who, **_facts(wb, who, file), back=bool(back))


@router.get("/cases/{number}/brief")
async def brief(request: Request, number: str) -> Response:
    """The event in at most 300 characters, to be copied into a message."""
    wb = bench(request)
    who = asked(request, wb.actions)
    file = case_of(wb.actions, who, number)
    return PlainTextResponse(brief_of(file, wb.actions)[:BRIEF])


def brief_of(file: CaseFile, actions: Actions) -> str:
    """Number, level, what, whose, how it stands, in one line."""
    found, names = file.case, names_of(actions)
    event = actions.event(found.event_id)
    size = f"，{len(event.post_ids)}条帖文、{event.source_count}个信息源" if event else ""
    joint = "、".join(names.get(u, u) for u in found.routing.joint)
    why = "；".join(event.level_reasons) if event else ""
    return masked(
        f"〔{found.number}〕{found.opinion_level}级（系统初判）《{found.title}》{size}。牵头{names.get(found.routing.lead, found.routing.lead)}"
        f"{f'，协办{joint}' if joint else ''}。现状：{found.state}。定级依据：{why or '未记录'}"
    )


@router.get("/cases/{number}/form/{kind}")
async def form(request: Request, number: str, kind: str) -> Response:
    """A Word form of the case; taking it is in the audit chain."""
    wb = bench(request)
    who = asked(request, wb.actions)
    case_of(wb.actions, who, number)
    if kind not in wb.actions.form_kinds():
        raise HiddenError
    body = wb.actions.form(number, kind)
    wb.actions.log(who.user.name, "form", number, kind)
    name = quote(f"{number}-{kind}.docx")
    return Response(body, media_type=DOCX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})
