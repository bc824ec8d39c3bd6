"""What the whole district says: events, search, the queue to be judged, digests; and the standard and units everybody may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from records.assessment import Assessment
from records.case import Case
from records.instant import SHANGHAI, shanghai
from records.standard import Standard
from records.unit import Units
from workbench.access import sees
from workbench.actions import Actions
from workbench.asking import asked, concealed, posted
from workbench.bench import bench
from workbench.case_pages import DOCX, names_of, sources_of, words_of
from workbench.door import HiddenError, Visitor
from workbench.paper_lines import CLOCKS

router = APIRouter()
MONTHS = tuple(f"{n:02d}" for n in range(1, 13))
PAPER_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)
DOUBTS = {"relevant": "是否相关", "category": "类别", "lead": "主办单位"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer of the review queue: what it says of which task, how it is called, its key, and whether the machine says so too."""

    task: str
    value: str
    name: str
    key: str
    judged: bool


def choices(judged: Assessment, standard: Standard, units: Units) -> dict[str, list[Choice]]:
    """Question → its choices, every one with a key of its own. The lead is asked of the three likeliest units."""
    groups = {u.id: (u.group, u.name) for u in units.units}
    leads = list(dict.fromkeys(groups[unit] for unit, _ in judged.leads if unit in groups))[:3]
    questions: dict[str, tuple[str, str, list[tuple[str, str]], str]] = {
        "是否相关": ("relevant", "1", [("0", "不相关"), ("1", "相关")], "nr"),
        "主类别": ("primary", judged.primary, [(c.code, f"{c.code} {c.name}") for c in standard.categories], "1234567"),
        "等级": ("level", judged.level.value, [(one.code.value, f"{one.code.value}级 {one.name}") for one in standard.levels], "asdf"),
        "回应形式": ("form", judged.form, [(f.code, f"{f.code} {f.name}") for f in standard.forms], "zxcvbg"),
        "主办单位": ("lead", leads[0][0] if leads else "", leads, "uio"),
    }
    return {
        title: [Choice(task=task, value=v, name=name, key=key, judged=v == said) for (v, name), key in zip(values, keys, strict=False)]
        for title, (task, said, values, keys) in questions.items()
    }


def confirmed(judged: Assessment, found: Mapping[str, list[Choice]]) -> Choice:
    """无误: the machine's own answer to what it was least sure of."""
    title = next((name for doubt, name in {"lead": "主办单位", "category": "主类别"}.items() if doubt in judged.abstain), "是否相关")
    return next((one for one in found[title] if one.judged), found["是否相关"][1])


@router.get("/events")
async def events(request: Request) -> Response:
    """Events of the week, newest first."""
    wb = bench(request)
    who = asked(request, wb.actions)
    cases = {c.event_id: c for c in wb.actions.cases()}
    found = [e for e in wb.actions.events() if not _hidden(wb.actions, who, cases.get(e.id))]
    return wb.pages.page(request, "events.html", who, events=found, cases=cases)


def _hidden(actions: Actions, who: Visitor, case: Case | None) -> bool:
    """True for an event whose case the account may not see: a 检举控告 is read by discipline and by who dispatches."""
    return case is not None and not sees(who.user, case, actions.units)


@router.get("/events/{event_id}")
async def event(request: Request, event_id: str) -> Response:
    """One event: why its level, its timeline, its posts with what was judged of each."""
    wb = bench(request)
    who, found = asked(request, wb.actions), wb.actions.event(event_id)
    case = next((c for c in wb.actions.cases() if c.event_id == event_id), None)
    if found is None or _hidden(wb.actions, who, case):
        raise HiddenError
    posts = sorted(wb.actions.posts(found.post_ids), key=lambda p: p.said_at)
    facts: dict[str, Any] = {"event": found, "posts": posts, "judged": wb.actions.assessments(found.post_ids), "case": case}
    return wb.pages.page(request, "event.html", who, words=words_of(wb.actions), sources=sources_of(wb.actions), **facts)


@router.get("/search")
async def search(request: Request, q: str = "") -> Response:
    """Posts that hold every word; a telephone or card number finds nothing."""
    wb = bench(request)
    who = asked(request, wb.actions)
    hidden = concealed(wb.actions, who)
    found = [p for p in wb.actions.search(q[:200]) if p.id not in hidden] if q.strip() else []
    return wb.pages.page(request, "search.html", who, q=q[:200], posts=found, sources=sources_of(wb.actions))


@router.get("/review")
async def review(request: Request) -> Response:
    """The next post a person should look at, with its reasons; one key a label."""
    wb = bench(request)
    who = asked(request, wb.actions)
    hidden = concealed(wb.actions, who)
    queue = [p for p in wb.actions.to_review() if p.id not in hidden]
    post = queue[0] if queue else None
    judged = wb.actions.assessments([post.id]).get(post.id) if post else None
    found = choices(judged, wb.actions.standard, wb.actions.units) if judged else {}
    facts: dict[str, Any] = {
        "post": post, "judged": judged, "left": len(queue), "choices": found, "right": confirmed(judged, found) if judged else None,
        "names": names_of(wb.actions), "words": words_of(wb.actions), "sources": sources_of(wb.actions), "doubts": DOUBTS,
    }  # fmt: skip
    return wb.pages.page(request, "review.html", who, **facts)


@router.post("/review/{post_id}")
async def correct(request: Request, post_id: str) -> Response:
    """One correction, or 无误: both teach, and the post leaves the queue."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    if not wb.actions.posts([post_id]) or post_id in concealed(wb.actions, who):
        raise HiddenError
    wb.actions.correct(post_id, fields.get("task", ""), fields.get("value", ""), by=who.user, why=fields.get("why", ""))
    return RedirectResponse("/review", 303)


@router.get("/digests")
async def digests(request: Request) -> Response:
    """Digests made."""
    wb = bench(request)
    return wb.pages.page(request, "digests.html", asked(request, wb.actions), issues=wb.actions.digests())


@router.get("/digests/{day}/{kind}/{form}")
async def digest(request: Request, day: str, kind: str, form: str) -> Response:
    """A digest as it was made: the page in a sandbox of its own, the Word file as a download."""
    wb = bench(request)
    asked(request, wb.actions)
    body = wb.actions.digest_file(day, kind, form)
    if body is None:
        raise HiddenError
    if form == "html":
        return Response(body, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": PAPER_CSP})
    name = quote(f"{day}-{kind}.docx")
    return Response(body, media_type=DOCX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


@router.post("/digests/{day}/review")
async def review_digest(request: Request, day: str) -> Response:
    """审核: from now on leaders get it."""
    wb = bench(request)
    who = asked(request, wb.actions)
    await posted(request, who)
    wb.actions.review_digest(day, by=who.user)
    return RedirectResponse("/digests", 303)


@router.get("/units")
async def units(request: Request) -> Response:
    """Units, duties, whether they can be reached; no contact's address."""
    wb = bench(request)
    return wb.pages.page(request, "units.html", asked(request, wb.actions), units=wb.actions.units.units)


@router.get("/standard")
async def standard(request: Request) -> Response:
    """监测标准 in force."""
    wb = bench(request)
    return wb.pages.page(request, "standard.html", asked(request, wb.actions), standard=wb.actions.standard, names=names_of(wb.actions))


@router.get("/evaluation")
async def evaluation(request: Request, month: str = "") -> Response:
    """考核: a month's figures, counts beside rates, units in their fixed order."""
    wb = bench(request)
    who = asked(request, wb.actions)
    since, until = month_span(month, wb.actions.now())
    found = wb.actions.evaluation(since, until)
    return wb.pages.page(request, "evaluation.html", who, found=found, month=f"{since:%Y-%m}", names=names_of(wb.actions), clocks=CLOCKS)


def month_span(month: str, now: datetime) -> tuple[datetime, datetime]:
    """[first instant of the month YYYY-MM, of the next one), Shanghai; this month for anything else.

    >>> [at.strftime("%m-%d") for at in month_span("2018-12", datetime(2018, 6, 8, tzinfo=SHANGHAI))]
    ['12-01', '01-01']
    """
    year, _, number = month.partition("-")
    known = len(month) == 7 and year.isascii() and year.isdigit() and 1990 <= int(year) <= 2900 and number in MONTHS
    first = datetime(int(year), int(number), 1, tzinfo=SHANGHAI) if known else shanghai(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, (first + timedelta(days=32)).replace(day=1)


@router.get("/roster")
async def roster(request: Request) -> Response:
    """值班: who is on now, and the latest handovers."""
    wb = bench(request)
    who = asked(request, wb.actions)
    facts: dict[str, Any] = {"on": wb.actions.on_duty(), "handovers": wb.actions.handovers(), "office": wb.actions.office_name}
    return wb.pages.page(request, "roster.html", who, names=names_of(wb.actions), **facts)
