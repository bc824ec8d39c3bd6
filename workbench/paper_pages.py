"""The file of a case (案卷): papers by the forms of paper_forms.py, a draft to begin an answer with, and the numbers a unit must call back."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from responders.answers import PROOFS
from workbench.actions import RefusedError
from workbench.asking import asked, case_of, posted
from workbench.bench import bench
from workbench.case_pages import again, case_address, instant, may_answer
from workbench.door import ForbiddenError, HiddenError
from workbench.paper_actions import DraftText, PaperAsked
from workbench.paper_forms import Entry, Field, View, offered

router = APIRouter()
STATEMENTS = ("stance", "facts", "policy", "outcome")


@router.post("/cases/{number}/papers/{kind}")
async def paper(request: Request, number: str, kind: str) -> Response:
    """One paper filed by the visitor's name; a refused one comes back with what was typed."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    view = View(file=case_of(wb.actions, who, number), user=who.user, units=wb.actions.units, now=wb.actions.now())
    found = next((wanted for form, wanted in offered(view) if form.kind == kind), None)
    if found is None:
        raise ForbiddenError("现在不能由您办理这一项")
    try:
        wb.actions.papers.file(number, paper_of(kind, found, fields), by=who.user)
    except RefusedError as error:
        return again(request, wb, who, number, str(error), {**fields, "paper": kind})
    return RedirectResponse(f"{case_address(number)}#file", 303)


def paper_of(kind: str, wanted: tuple[Field, ...], fields: Mapping[str, str]) -> PaperAsked:
    """What a form asks for. Raises: RefusedError naming the field that is empty, no time, or none of its choices."""
    texts: dict[str, str] = {}
    times: dict[str, datetime] = {}
    for one in wanted:
        value = fields.get(one.name, "")
        if not value and not one.optional:
            raise RefusedError(f"请填写“{one.label}”")
        if one.entry is Entry.CHOICE and value not in {code for code, _ in one.choices}:
            raise RefusedError(f"“{one.label}”请从列出的选项中选")
        if one.entry is Entry.TIME:
            at = instant(fields, one.name)
            if at is not None:
                times[one.name] = at
        else:
            texts[one.name] = value
    return PaperAsked(kind=kind, texts=texts, times=times)


@router.post("/cases/{number}/draft")
async def draft(request: Request, number: str) -> Response:
    """The case's page with a draft in the answer's form; nothing is filed, the unit's own text is not lost (it stands on file)."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    if not may_answer(who, case_of(wb.actions, who, number)):
        raise ForbiddenError("只有承办、协办单位在签收后可以起草")
    form = fields.get("form", "")
    if form and form not in PROOFS:
        raise RefusedError("没有这种回应形式")
    made = wb.actions.papers.draft(number, form)
    return again(request, wb, who, number, "", typed(made), 200, made.notes)


def typed(made: DraftText) -> dict[str, str]:
    """A draft as the answer's form would send it."""
    proof = {f"proof.{key}": text for key, text in made.parts.items() if key not in STATEMENTS}
    said = {key: made.parts[key] for key in STATEMENTS}
    return {"form": made.form, "finding": "", "title": made.title, "text": made.text, "channel": "区政府网站", **said, **proof}


@router.post("/cases/{number}/unmask")
async def unmask(request: Request, number: str) -> Response:
    """The masked numbers of one post, shown once to who handles for the leading unit; the look is in the audit chain."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    file = case_of(wb.actions, who, number)
    found = next(iter(wb.actions.posts([fields.get("post", "")])), None)
    event = wb.actions.event(file.case.event_id)
    if found is None or event is None or found.id not in event.post_ids:
        raise HiddenError
    numbers = wb.actions.papers.unmask(number, found.id, by=who.user, purpose=fields.get("purpose", ""))
    return wb.pages.page(request, "numbers.html", who, case=file.case, post=found, numbers=numbers, purpose=fields.get("purpose", ""))
