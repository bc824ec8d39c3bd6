"""Every page as every role sees it, on a desktop and on a phone: nothing overflows, nothing fails, nothing leaves, the keyboard gets everywhere,
axe finds nothing serious. Pictures go to build/screenshots."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from classifiers.model import LinearModel
from huiying import case_papers, case_verbs
from huiying.demo import open_demo, run_once
from huiying.office import Desk, utc_now
from huiying.settings import Settings
from records.account import PERMISSIONS
from tests.browser.conftest import DESKTOP, PEOPLE, PHONE, Served, add_people, log_in, looking, served, ticking
from tests.huiying.desk import take, waiting_case
from tests.makers import PAGE, STATE, a_case, a_post, an_answer, an_assessment, an_event, opening
from workbench.access import NAVIGATION, ROUTES
from workbench.receipt_links import signer_in

PICTURES = Path(__file__).resolve().parents[2] / "build" / "screenshots"
SIZES = {"desktop": DESKTOP, "phone": PHONE}
LONG = "停水停电停气停暖无人管" * 9 + "A" * 101  # 200 characters without a blank, half of them Latin
SEEN_ELSEWHERE = {"/", "/healthz", "/readyz", "/metrics", "/static/{mark}/{name}", "/cases/{number}/brief", "/cases/{number}/form/{kind}",
                  "/digests/{day}/{kind}/{form}"}  # fmt: skip  # no page of the workbench's own
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
LEFT = "net::ERR_ABORTED"  # the icon of a page that was left before it came
SHOWN = f"[...document.querySelectorAll({FOCUSABLE!r})].filter(e => e.checkVisibility() && !e.disabled)"
OUTLINED = "e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
ARRIVED = f"(() => {{ const e = document.activeElement; delete e.dataset.unreached; return e === document.body || ({OUTLINED})(e) }})()"


@pytest.fixture(scope="module")
def demo(settings: Settings, model: LinearModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one whole demo run, made in a thread: this one has Playwright's loop."""
    folder = tmp_path_factory.mktemp("demo")

    async def go() -> None:
        async with open_demo(settings, folder, model) as office:
            await run_once(office, lambda what: None)

    thread = threading.Thread(target=lambda: asyncio.run(go()))
    thread.start()
    thread.join()
    return folder


def put_up(desk: Desk) -> None:
    """One account a role, and one of the demo's dispatched cases put up for signature."""
    add_people(desk)
    case = next(c for c in desk.ledger.cases() if c.state.value == "交办" and c.routing.lead == "gs")
    for state in ("签收", "核查"):
        case_verbs.move(desk, case.number, state, by="联络员甲", why="派员到现场核查")
    case_papers.file_answer(desk, case.number, an_answer(), by="联络员甲")
    case_verbs.move(desk, case.number, "反馈", by="联络员甲", why="属实，已处置")
    case_papers.vet(desk, case.number, passed=True, by="保密员甲", why="不涉密")


@pytest.fixture(scope="module")
def office(settings: Settings, demo: Path) -> Iterator[Served]:
    """The demo's office, one case put up for signature."""
    with served(settings, demo, put_up, utc_now) as running:
        yield running


@dataclass
class Heard:
    """What a page said and asked for while it was open."""

    page: Page
    origin: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.wrong.append(f"console: {said.text}") if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("requestfailed", lambda asked: self.wrong.append(f"failed: {asked.url}") if asked.failure != LEFT else None)
        self.page.on("request", lambda asked: None if asked.url.startswith(self.origin) else self.wrong.append(f"leaves: {asked.url}"))

    def look(self, path: str, picture: str) -> list[str]:
        """What is wrong with the page; its picture is taken."""
        self.wrong.clear()
        answer = self.page.goto(f"{self.origin}{path}")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{picture}.png", full_page=True)
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found = [*self.wrong, *([f"{wide} px too wide"] if wide > 0 else []), *grave(self.page)]
        return [f"{path}: {one}" for one in found]


def grave(page: Page) -> list[str]:
    """The serious and critical findings of axe."""
    found = Axe().run(page).response["violations"]
    return [f"axe {v['id']}: {v['nodes'][0]['html'][:150]}" for v in found if v["impact"] in ("serious", "critical")]


def paths(office: Served, login: str) -> dict[str, str]:
    """Name → address of every page the account may open."""
    _, unit, role = PEOPLE[login]
    asks = {path: wanted for (method, path), wanted in ROUTES.items() if method == "GET"}
    allowed = {path for path, wanted in asks.items() if wanted in PERMISSIONS[role]}
    put = next(c for c in office.desk.ledger.cases() if c.state.value == "反馈")
    found = {path.strip("/"): path for path in allowed if "{" not in path and path not in SEEN_ELSEWHERE}
    if "/cases/{number}" in allowed and (not unit or unit in (put.routing.lead, *put.routing.joint)):
        found["case"] = f"/cases/{put.number}"
        found |= {"sign": f"/cases/{put.number}/sign"} if login == "signer" else {}
    if "/events/{event_id}" in allowed:
        found |= {"event": f"/events/{put.event_id}", "found": "/search?q=停水"}
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("login", PEOPLE)
def test_every_page_of_a_role(office: Served, chromium: Browser, login: str, size: str) -> None:
    context = looking(chromium, SIZES[size])
    page = log_in(context.new_page(), office.address, login)
    page.wait_for_url("**/today")
    heard = Heard(page, office.address)
    wrong = [one for name, path in paths(office, login).items() for one in heard.look(path, f"{size}-{login}-{name}")]
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", SIZES)
def test_pages_nobody_is_logged_in_for(office: Served, chromium: Browser, size: str) -> None:
    waiting = next(c for c in office.desk.ledger.cases() if c.state.value == "交办")
    context = looking(chromium, SIZES[size])
    heard = Heard(context.new_page(), office.address)
    wrong = heard.look("/login", f"{size}-nobody-login")
    wrong += heard.look(f"/qs/{signer_in(office.desk.data).make(waiting)}", f"{size}-nobody-receipt")
    context.close()
    assert not wrong, "\n".join(wrong)


def test_every_page_of_the_table_is_looked_at(office: Served) -> None:
    looked = {"/login", "/qs/{token}"} | {path for login in PEOPLE for path in paths(office, login).values()}
    pages = {path for method, path in ROUTES if method == "GET"} - SEEN_ELSEWHERE
    assert {p for p in pages if "{" not in p} <= looked
    assert {path for path, _, _ in NAVIGATION} <= looked
    assert {p for p in pages if "{" in p} == {"/cases/{number}", "/cases/{number}/sign", "/events/{event_id}", "/qs/{token}"}
    assert {"case", "sign", "event"} <= {name for login in PEOPLE for name in paths(office, login)}


@pytest.mark.parametrize("login", PEOPLE)
def test_the_keyboard_gets_everywhere(office: Served, chromium: Browser, login: str) -> None:
    context = looking(chromium, DESKTOP)
    page = log_in(context.new_page(), office.address, login)
    page.wait_for_url("**/today")
    for path in paths(office, login).values():
        page.goto(f"{office.address}{path}")
        skipped(page)
        page.goto(f"{office.address}{path}")
        unreached = tabbed(page)
        assert not unreached, f"{path}: {unreached}"
    context.close()


def skipped(page: Page) -> None:
    """The first Tab shows the skip link; Enter goes past the navigation."""
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    box = skip.bounding_box()
    assert box is not None
    assert (skip.evaluate("e => e === document.activeElement"), box["x"] >= 0, box["y"] >= 0) == (True, True, True)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('header')"), page.url


def tabbed(page: Page) -> list[str]:
    """What Tab does not reach, or reaches without showing it."""
    count, missed = page.evaluate(f"{SHOWN}.length"), []
    page.evaluate(f"{SHOWN}.forEach(e => e.dataset.unreached = '1')")
    for _ in range(count + 1):
        page.keyboard.press("Tab")
        seen = page.evaluate(ARRIVED)
        missed += [] if seen else [page.evaluate("document.activeElement.outerHTML.slice(0, 120)")]
    return [*missed, *page.evaluate("[...document.querySelectorAll('[data-unreached]')].map(e => e.outerHTML.slice(0, 120))")]


def crowded(desk: Desk) -> None:
    """Thirty cases whose titles are two hundred characters without a blank, one of them put up for signature; a post that says nothing."""
    for n in range(30):
        name, title = f"long{n}", LONG
        desk.ledger.add_collected([a_post(name, title=title, text=LONG * 3)], [PAGE], STATE)
        desk.ledger.add_assessments([an_assessment(name, abstain=("primary",))])
        desk.ledger.save_events([an_event(name, (name,), title=title, keywords=(LONG[:40],))])
        case = a_case(name, title=title)
        desk.ledger.open_case(case, opening(case), lambda c: [], [name], desk.settings.office.case_number_format, desk.now())
    desk.ledger.add_collected([a_post("bare", title="", text="")], [PAGE], STATE)
    waiting_case(desk, "short")
    take(desk, desk.ledger.cases()[0].number, "交办", "签收", "核查", "反馈")
    add_people(desk)


def nothing(desk: Desk) -> None:
    """An office on its first day."""
    add_people(desk)


LOOKED_AT = {
    "duty": ("today", "cases", "events", "search?q=停水", "review", "digests", "case", "event"),
    "manager": ("today", "sources", "system", "accounts"),
    "signer": ("today", "cases", "case", "sign"), "contact": ("today", "case"), "auditor": ("audit",),
}  # fmt: skip


@pytest.mark.parametrize("prepare", [crowded, nothing], ids=["crowded", "nothing"])
@pytest.mark.parametrize("size", SIZES)
def test_an_office_with_too_much_and_one_with_nothing(
    settings: Settings, tmp_path: Path, chromium: Browser, size: str, prepare: Callable[[Desk], None]
) -> None:
    wrong = []
    with served(settings, tmp_path, prepare, ticking()) as office:
        case = next(iter(office.desk.ledger.cases()), None)
        special = {"case": f"cases/{case.number}", "sign": f"cases/{case.number}/sign", "event": f"events/{case.event_id}"} if case else {}
        for login, names in LOOKED_AT.items():
            context = looking(chromium, SIZES[size])
            page = log_in(context.new_page(), office.address, login)
            page.wait_for_url("**/today")
            heard = Heard(page, office.address)
            for name in names:
                if name not in ("case", "sign", "event") or name in special:
                    wrong += heard.look(f"/{special.get(name, name)}", f"{size}-{prepare.__name__}-{login}-{name.partition('?')[0]}")
            context.close()
    assert not wrong, "\n".join(wrong)
