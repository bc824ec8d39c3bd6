"""For administrators and auditors: accounts, sources, the audit chain, how the system stands. Who administers reads no case."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ledger.accounts import LoginTakenError
from records.account import ConflictingRolesError, Role, User, check_roles
from workbench import passwords
from workbench.actions import Actions, RefusedError
from workbench.asking import asked, posted
from workbench.bench import bench
from workbench.door import HiddenError, Visitor

router = APIRouter()
SHOWN = 500  # audit entries on a page
DONE = {
    "open": "立案", "regrade": "调整等级", "login": "登录", "login:refused": "登录未成", "account:password": "修改口令", "account:add": "新建账号",
    "account:disable": "停用账号", "account:reset": "重置口令", "account:first": "建立首个账号", "form": "出具文书", "review:digest": "审核日报",
    "move": "转为", "paper": "归入案卷：", "review": "纠正研判：",
}  # fmt: skip


@router.get("/accounts")
async def accounts(request: Request) -> Response:
    """Every account, its roles and unit."""
    return _accounts(request, asked(request, bench(request).actions))


def _accounts(request: Request, who: Visitor, fresh: User | None = None, made: str = "") -> Response:
    """The list; with a `fresh` account its one-time password `made`, this once."""
    wb = bench(request)
    facts: dict[str, Any] = {"users": wb.actions.accounts.users(), "roles": list(Role), "units": wb.actions.units.units, "fresh": fresh, "made": made}
    return wb.pages.page(request, "accounts.html", who, names={u.id: u.name for u in wb.actions.units.units}, **facts)


@router.post("/accounts")
async def add(request: Request) -> Response:
    """A new account; its one-time password is shown this once."""
    wb = bench(request)
    who = asked(request, wb.actions)
    fields = await posted(request, who)
    roles = tuple(role for role in Role if fields.get(f"role.{role.name}") == "1")
    user, password = new_account(wb.actions, fields.get("login", ""), fields.get("name", ""), fields.get("unit", ""), roles)
    wb.actions.log(who.user.name, "account:add", user.login, "、".join(roles))
    return _accounts(request, who, user, password)


def new_account(actions: Actions, login: str, name: str, unit: str, roles: tuple[Role, ...]) -> tuple[User, str]:
    """The stored account and its one-time password. Raises: RefusedError with what is wrong."""
    if not login.isascii() or not login.replace("-", "").replace("_", "").isalnum() or not 2 <= len(login) <= 40:
        raise RefusedError("登录名须为2至40个字母、数字、- 或 _")
    if not name.strip() or not roles or unit not in {u.id for u in actions.units.units}:
        raise RefusedError("须写姓名，选一个单位和至少一个角色")
    password = passwords.one_time()
    user = User(
        id=actions.new_id(), login=login, name=name.strip(), unit=unit, roles=roles, password_hash=passwords.hashed(password),
        created_at=actions.now(),
    )  # fmt: skip
    try:
        check_roles(roles)
        actions.accounts.add(user)
    except (ConflictingRolesError, LoginTakenError) as error:
        raise RefusedError(str(error)) from error
    return user, password


@router.post("/accounts/{login}/{what}")
async def change(request: Request, login: str, what: str) -> Response:
    """disable: at once, sessions and all; reset: a new one-time password, shown this once."""
    wb = bench(request)
    who = asked(request, wb.actions)
    await posted(request, who)
    user = wb.actions.accounts.by_login(login)
    if user is None or what not in ("disable", "reset"):
        raise HiddenError
    if user.id == who.user.id:
        raise RefusedError("不能停用或重置自己的账号，请由另一位管理员办理")
    wb.actions.log(who.user.name, f"account:{what}", login, "")
    if what == "disable":
        wb.actions.accounts.disable(user.id, wb.actions.now())
        return RedirectResponse(f"/accounts#{quote(login)}", 303)
    password = passwords.one_time()
    wb.actions.accounts.set_password(user.id, passwords.hashed(password), must_change=True)
    return _accounts(request, who, user, password)


@router.get("/sources")
async def sources(request: Request) -> Response:
    """Sources: on or off, last fetch, errors, what was found when."""
    wb = bench(request)
    return wb.pages.page(request, "sources.html", asked(request, wb.actions), rows=wb.actions.sources(), now=wb.actions.now())


def done(action: str) -> str:
    """An audit action in words; one this table does not know as it stands.

    >>> done("move:交办"), done("login:refused"), done("new:thing")
    ('转为交办', '登录未成', 'new:thing')
    """
    kind, _, what = action.partition(":")
    return DONE.get(action) or (f"{DONE[kind]}{what}" if kind in DONE else action)


@router.get("/audit")
async def audit(request: Request) -> Response:
    """The newest entries of the chain."""
    wb = bench(request)
    return wb.pages.page(request, "audit.html", asked(request, wb.actions), rows=wb.actions.audit(SHOWN), shown=SHOWN, done=done)


@router.get("/system")
async def system(request: Request) -> Response:
    """How the system stands; cases as counts alone."""
    wb = bench(request)
    who = asked(request, wb.actions)
    return wb.pages.page(request, "system.html", who, health=wb.actions.health(), dead=wb.actions.dead_letters())
