"""Login, logout, one's own account, and 今日: what needs me now."""

import hmac
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from records.account import Permission as P  # noqa: N817
from records.case import Case
from records.case import CaseState as S
from records.instant import micros
from records.unit import Units
from responders.gates import MAJOR
from workbench import passwords
from workbench.access import MOVES, handles
from workbench.actions import Actions
from workbench.asking import asked, posted, seen, sent
from workbench.bench import bench
from workbench.door import (
    COOKIE,
    PRE,
    ForbiddenError,
    LoginRefusedError,
    Visitor,
    begin,
    digest_of,
    is_locked,
    log_in,
    subject_of,
)

router = APIRouter()


@router.get("/")
async def home(request: Request) -> Response:
    """To 今日."""
    asked(request, bench(request).actions)
    return RedirectResponse("/today", 303)


@router.get("/login")
async def login_page(request: Request) -> Response:
    """The login, with a token of its own against forged logins."""
    token = secrets.token_urlsafe(24)
    response = bench(request).pages.page(request, "login.html", None, token=token, problem="", login="", office=bench(request).actions.office_name)
    response.set_cookie(PRE, token, max_age=1800, httponly=True, samesite="strict", secure=bench(request).secure)
    return response


@router.post("/login")
async def log_in_now(request: Request) -> Response:
    """A new session, or the same words for every failure."""
    fields, wb = await sent(request), bench(request)
    pre = request.cookies.get(PRE, "")
    if not pre or not hmac.compare_digest(pre.encode(), fields.get("token", "").encode()):
        raise ForbiddenError("登录页面已过期，请返回刷新后重试")
    address = request.client.host if request.client else ""
    try:
        done = log_in(wb.actions, fields.get("login", ""), fields.get("password", ""), address)
    except LoginRefusedError as error:
        facts = {"token": pre, "problem": str(error), "login": fields.get("login", ""), "office": wb.actions.office_name}
        return wb.pages.page(request, "login.html", None, 401, **facts)
    if old := request.cookies.get(COOKIE):
        wb.actions.accounts.end(digest_of(old))  # whoever planted or left a session in this browser has lost it (ASVS 5, 7.2.4)
    response = RedirectResponse("/account" if done.user.must_change else "/today", 303)
    _set_session(response, done.token, secure=wb.secure)
    response.delete_cookie(PRE)
    return response


def _set_session(response: Response, token: str, *, secure: bool) -> None:
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")


@router.post("/logout")
async def logout(request: Request) -> Response:
    """Ends this session."""
    wb = bench(request)
    who = asked(request, wb.actions)
    await posted(request, who)
    wb.actions.accounts.end(who.session.digest)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/account")
async def account(request: Request) -> Response:
    """One's own account."""
    wb = bench(request)
    return wb.pages.page(request, "account.html", asked(request, wb.actions), problems=(), done=False)


@router.post("/account/password")
async def change_password(request: Request) -> Response:
    """A new password ends every session of the account but the new one."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    problems = _password_problems(wb.actions, who, fields.get("old", ""), fields.get("new", ""), fields.get("again", ""))
    if problems:
        return wb.pages.page(request, "account.html", who, 400, problems=problems, done=False)
    wb.actions.accounts.set_password(who.user.id, passwords.hashed(fields["new"]), must_change=False)
    wb.actions.log(who.user.name, "account:password", "账号", who.user.login)
    response = RedirectResponse("/today", 303)
    _set_session(response, begin(wb.actions, who.user, wb.actions.now()), secure=wb.secure)
    return response


def _password_problems(actions: Actions, who: Visitor, old: str, new: str, again: str) -> tuple[str, ...]:
    """What bars the change. A wrong old password counts as a failed login: an unattended session is no place to guess."""
    subject = subject_of(who.user.login)
    if is_locked(actions, subject):
        return ("尝试次数过多，请十五分钟后再试",)
    if not passwords.matches(who.user.password_hash, old):
        actions.accounts.failed(actions.new_id(), subject, actions.now())
        return ("现在的口令不对",)
    if new != again:
        return ("两次输入的新口令不一样",)
    return ("新口令不能与旧口令相同",) if new == old else passwords.faults(new, who.user.login)


@router.get("/today")
async def today(request: Request) -> Response:
    """What needs me now, the gravest and most pressing first."""
    wb = bench(request)
    who, actions = asked(request, wb.actions), wb.actions
    cases = seen(actions, who) if who.may(P.READ_CASES) else []
    mine = sorted((c for c in cases if _needs(who, c, wb.actions.units)), key=_pressing)
    others = [c for c in cases if c not in mine and c.state not in (S.SHELVED, S.WITHDRAWN, S.CLOSED, S.EVALUATED, S.ARCHIVED)]
    facts: dict[str, Any] = {"mine": mine, "running": sorted(others, key=_pressing), "now": actions.now()}
    facts["late"] = sum(_late(c, actions.now()) for c in (*mine, *others))
    host = urlsplit(actions.public_url).hostname or ""
    checklist = _checklist(host, actions) if who.may(P.ADMINISTER) else ()
    return wb.pages.page(request, "today.html", who, names=_names(actions), checklist=checklist, **facts)


def _needs(who: Visitor, case: Case, units: Units) -> bool:
    """True when the account may take the case's next step."""
    nexts = {
        S.ALERTED: S.DISPATCHED, S.RETURNED: S.DISPATCHED, S.DISPATCHED: S.SIGNED_FOR, S.SIGNED_FOR: S.CHECKING, S.CHECKING: S.REPORTED,
        S.PAUSED: S.CHECKING, S.REPORTED: S.APPROVED, S.APPROVED: S.ANSWERED, S.ANSWERED: S.FOLLOWING, S.NOT_PUBLISHED: S.CLOSED,
        S.FOLLOWING: S.CLOSED,
    }  # fmt: skip
    step = nexts.get(case.state)
    return step is not None and MOVES[step] in {p for p in P if who.may(p)} and handles(who.user, case, step, units)


def _pressing(case: Case) -> tuple[bool, int, int]:
    due = min((micros(d.due_at) for d in case.deadlines if d.met_at is None and not d.late_found), default=1 << 62)
    return (not (case.state is S.ALERTED and case.opinion_level in MAJOR), due, case.opinion_level.rank)


def _late(case: Case, now: datetime) -> bool:
    """True when a clock has run out that is still to be met."""
    return any(d.met_at is None and not d.late_found and d.due_at < now for d in case.deadlines)


def _names(actions: Actions) -> dict[str, str]:
    return {u.id: u.name for u in actions.units.units}


def _checklist(host: str, actions: Actions) -> tuple[tuple[bool, str], ...]:
    """The first steps of a new office: (done, what)."""
    return (
        (actions.standard.approved, "监测标准经区政府办批准（standard.toml 的 approved、文号）"),
        (any(u.signers for u in actions.units.units), "单位名录逐项确认，登记联系人与签批人（units.toml）"),
        (any(s.enabled for s, _ in actions.sources()), "启用至少一个核实过的信息源（sources.toml）"),
        (host not in ("127.0.0.1", "localhost"), "public_url 改为单位能打开的内网地址，启用通道后 huiying check --send 试发"),
    )
