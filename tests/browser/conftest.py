"""A real Chromium on a real server: the office stands in a thread of its own with its own ledger connection, the test reads through another."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, sync_playwright

from huiying.bench_actions import BenchActions
from huiying.office import Desk
from huiying.serving import serve
from huiying.settings import Settings
from records.account import Role
from records.case import Case
from records.paper import Paper
from tests.huiying.desk import SIGNER, desk_in
from tests.makers import NOW
from workbench import passwords
from workbench.admin_pages import new_account

CHROMIUM = Path("/usr/bin/chromium")
DESKTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
PASSWORD = "梧桐叶落满旧城墙外三更天"
PEOPLE = {  # login → name, unit ("" the office's own), role
    "duty": ("值班员甲", "", Role.DUTY), "analyst": ("研判员甲", "", Role.ANALYST), "reviewer": ("审签领导甲", "", Role.REVIEWER),
    "contact": ("联络员甲", "gs", Role.CONTACT), "vetter": ("保密员甲", "gs", Role.CONTACT), "signer": (SIGNER, "gs", Role.SIGNER),
    "joint": ("协办联络员甲", "zjj", Role.CONTACT), "publicity": ("网信联络员甲", "", Role.PUBLICITY),
    "manager": ("系统管理员甲", "", Role.ADMINISTRATOR), "auditor": ("安全审计员甲", "", Role.AUDITOR),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Served:
    """An office that is served: its address, and a desk of the test's own on the same ledger."""

    address: str
    desk: Desk

    def case(self, number: str) -> Case:
        """The case as the ledger holds it."""
        case = self.desk.ledger.case(number)
        assert case is not None
        return case

    def papers(self, number: str, kind: str) -> list[Paper]:
        """The papers of a kind on file of a case."""
        return [p for p in self.desk.ledger.papers(self.case(number).id) if p.kind == kind]

    def audited(self, action: str) -> list[tuple[str, str]]:
        """(actor, subject) of the audit entries of an action."""
        return [(r.actor, r.subject) for r in BenchActions(self.desk).audit(1000) if r.action == action]


def ticking() -> Callable[[], datetime]:
    """A clock that began at NOW when it was made, and runs."""
    began = monotonic()
    return lambda: NOW + timedelta(seconds=monotonic() - began)


@contextmanager
def served(settings: Settings, folder: Path, prepare: Callable[[Desk], None], now: Callable[[], datetime]) -> Iterator[Served]:
    """The office, served until the block ends. `prepare` runs on the server's own desk before the first request."""
    ready, said, stop = threading.Event(), [], []
    failed: list[BaseException] = []

    async def until_stopped(desk: Desk) -> None:
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        async with serve(desk, port=0) as address:
            said.append(address)
            stop.append(lambda: loop.call_soon_threadsafe(stopped.set))
            ready.set()
            await stopped.wait()

    def run() -> None:
        try:
            with desk_in(folder, settings, now) as desk:
                prepare(desk)
                asyncio.run(until_stopped(desk))
        except BaseException as error:  # noqa: BLE001  # told to the waiting test
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    if failed:
        raise failed[0]
    try:
        with desk_in(folder, settings, now) as desk:
            yield Served(address=said[0], desk=desk)
    finally:
        stop[0]()
        thread.join()


def add_people(desk: Desk, *, must_change: bool = False) -> dict[str, str]:
    """One account a role, with PASSWORD; with `must_change` login → one-time password, to be changed."""
    actions, found, known = BenchActions(desk), {}, passwords.hashed(PASSWORD)
    for login, (name, unit, role) in PEOPLE.items():
        user, found[login] = new_account(actions, login, name, unit or desk.settings.units.office, (role,))
        if not must_change:
            actions.accounts.set_password(user.id, known, must_change=False)
    return found


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright, for one module: its loop would stand in the way of other tests' own."""
    if not CHROMIUM.exists():
        pytest.skip("chromium not installed")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser."""
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
    yield browser
    browser.close()


def looking(chromium: Browser, size: ViewportSize, *, script: bool = True) -> BrowserContext:
    """A browser window of a size, with or without JavaScript, that knows nobody."""
    context = chromium.new_context(viewport=size, java_script_enabled=script, locale="zh-CN", is_mobile=size is PHONE, has_touch=size is PHONE)
    context.set_default_timeout(15_000)
    return context


def log_in(page: Page, address: str, login: str, password: str = PASSWORD) -> Page:
    """The page, with the account logged in."""
    page.goto(f"{address}/login")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("口令").fill(password)
    page.get_by_role("button", name="登录").click()
    return page
