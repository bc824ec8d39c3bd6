"""A workbench on a fresh ledger with a clock that is set by hand, and browsers that keep their cookies and send the forms' token."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import httpx
from fastapi import FastAPI

from huiying.bench_actions import BenchActions
from huiying.office import Desk
from huiying.settings import Settings
from records.account import Role, Session, User
from records.assessment import OpinionLevel
from records.case import Case, Routing
from tests.huiying.desk import desk_in
from tests.makers import NOW, PAGE, STATE, a_case, a_post, an_assessment, an_event, opening
from workbench import passwords
from workbench.app import create_app
from workbench.door import COOKIE, begin, digest_of
from workbench.receipt_links import LinkSigner, signer_in

SITE = "http://127.0.0.1:8700"
PASSWORD = "梧桐叶落满旧城墙外三更天"
HASH = passwords.hashed(PASSWORD)
LEAD, JOINT, OTHER, OFFICE, DISCIPLINE = "gs", "zjj", "cgj", "qzfb", "jwjw"


@dataclass
class Clock:
    """A clock set by hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Browser:
    """One browser: cookies kept, the session's token in each form unless told otherwise."""

    bench: "Bench"
    address: str = "10.0.0.1"
    site: str = SITE
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def ask(self, method: str, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> httpx.Response:
        return self.bench.loop.run(self._ask(method, path, fields, headers))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.ask("POST", path, {"csrf": self.csrf} | fields)

    async def _ask(self, method: str, path: str, fields: Mapping[str, str] | None, headers: Mapping[str, str]) -> httpx.Response:
        way = httpx.ASGITransport(self.bench.app, client=(self.address, 50000), raise_app_exceptions=False)
        body = {"data": fields} if fields is not None else {"content": b""} if method not in ("GET", "HEAD") else {}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(transport=way, base_url=self.site, cookies=self.cookies) as client:
            length = {"content-length": "0"} if body == {"content": b""} else {}
            answer = await client.request(method, path, headers=length | sent, **body)
            self.cookies = client.cookies
            return answer

    @property
    def token(self) -> str:
        return self.cookies.get(COOKIE) or ""

    @property
    def session(self) -> Session | None:
        found = self.bench.actions.accounts.session(digest_of(self.token), self.bench.clock())
        return found[0] if found else None

    @property
    def csrf(self) -> str:
        return self.session.csrf if self.session else ""


@dataclass
class Bench:
    """The workbench, its office and its clock."""

    desk: Desk
    clock: Clock
    loop: asyncio.Runner

    @cached_property
    def actions(self) -> BenchActions:
        return BenchActions(self.desk)

    @cached_property
    def links(self) -> LinkSigner:
        return signer_in(self.desk.data)

    @cached_property
    def app(self) -> FastAPI:
        return create_app(self.actions, self.links)

    def account(self, *roles: Role, unit: str = OFFICE, login: str = "", name: str = "", **more: object) -> User:
        """A stored account whose password is PASSWORD, to be used at once."""
        login = login or f"{'-'.join(r.name for r in roles)}-{unit}".lower()
        base = User(
            id=self.desk.new_id(), login=login, name=name or f"{unit}{roles[0].value}", unit=unit, roles=roles, password_hash=HASH,
            must_change=False, created_at=self.clock(),
        )  # fmt: skip
        user = replace(base, **more)  # type: ignore[arg-type]
        self.actions.accounts.add(user)
        return user

    def browser(self, user: User | None = None, address: str = "10.0.0.1", site: str = SITE) -> Browser:
        """A browser, in which the account is logged in."""
        opened = Browser(self, address, site)
        if user is not None:
            opened.cookies.set(COOKIE, begin(self.actions, user, self.clock()), domain=httpx.URL(opened.site).host, path="/")
        return opened

    def login(self, login: str, password: str = PASSWORD, browser: Browser | None = None) -> tuple[Browser, httpx.Response]:
        """A browser after the login page and its form, and the answer."""
        opened = browser or Browser(self)
        opened.get("/login")
        token = opened.cookies.get("huiying-pre") or ""
        return opened, opened.ask("POST", "/login", {"login": login, "password": password, "token": token})

    def case(self, name: str, lead: str = LEAD, joint: tuple[str, ...] = (JOINT,), **post: object) -> Case:
        """A case in 预警提示 with one post and its event, led by a unit."""
        ledger, found = self.desk.ledger, a_post(f"p{name}", **({"title": f"标题{name}号", "text": f"正文{name}号停水三天"} | post))
        ledger.add_collected([found], [PAGE], STATE)
        ledger.add_assessments([an_assessment(found.id, abstain=("level",))])
        ledger.save_events([an_event(f"e{name}", (found.id,), title=found.title)])
        case = a_case(f"e{name}", title=found.title, opinion_level=OpinionLevel.III, routing=Routing(lead=lead, joint=joint, reasons=("按职责",)))
        return ledger.open_case(case, opening(case), lambda c: [], [found.id], self.desk.settings.office.case_number_format, NOW)


@contextmanager
def bench_in(folder: Path, settings: Settings, public_url: str = SITE) -> Iterator[Bench]:
    """The workbench in a folder."""
    clock = Clock()
    office = replace(settings.office, public_url=public_url)
    with desk_in(folder, replace(settings, office=office), clock) as desk, asyncio.Runner() as loop:
        yield Bench(desk, clock, loop)
