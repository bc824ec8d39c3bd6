"""The access matrix: every route × eight roles × units × method against a table of this file's own; 检举控告 in every listing."""

from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from huiying.settings import Settings
from records.account import ConflictingRolesError, Role
from records.case import Case, CaseState
from records.digest import DigestIssue
from tests.huiying.desk import SIGNER, take
from tests.makers import NOW
from tests.workbench.bench import DISCIPLINE, JOINT, LEAD, OFFICE, OTHER, Bench, Browser, bench_in
from workbench.access import NAVIGATION, OPEN, ROUTES

UNITS = (LEAD, JOINT, OTHER, OFFICE, DISCIPLINE)
EVERYBODY = "ADMINISTRATOR AUDITOR ANALYST DUTY REVIEWER CONTACT SIGNER PUBLICITY"
CASE_READERS = "ANALYST DUTY REVIEWER CONTACT SIGNER PUBLICITY"
OFFICE_READERS = "ANALYST DUTY REVIEWER PUBLICITY"
WHO = {  # who may open what, as the office would say it; nothing of access.py is read here
    "GET /": EVERYBODY, "GET /today": EVERYBODY, "GET /account": EVERYBODY, "GET /units": EVERYBODY, "GET /standard": EVERYBODY,
    "POST /logout": EVERYBODY, "POST /account/password": EVERYBODY,
    "GET /cases": CASE_READERS, "GET /cases/{number}": CASE_READERS, "GET /cases/{number}/sign": CASE_READERS,
    "GET /cases/{number}/brief": CASE_READERS, "GET /cases/{number}/form/{kind}": CASE_READERS, "POST /cases/{number}/move": CASE_READERS,
    "POST /cases/{number}/answer": "CONTACT", "POST /cases/{number}/vet": "CONTACT", "POST /cases/{number}/draft": "CONTACT",
    "POST /cases/{number}/unmask": "CONTACT", "POST /cases/{number}/papers/{kind}": CASE_READERS,
    "GET /events": OFFICE_READERS, "GET /events/{event_id}": OFFICE_READERS, "GET /search": OFFICE_READERS, "GET /digests": OFFICE_READERS,
    "GET /digests/{day}/{kind}/{form}": OFFICE_READERS, "GET /evaluation": OFFICE_READERS, "GET /roster": OFFICE_READERS,
    "GET /review": "ANALYST DUTY", "POST /review/{post_id}": "ANALYST DUTY",
    "POST /digests/{day}/review": "ANALYST DUTY",
    "GET /sources": "ADMINISTRATOR", "GET /system": "ADMINISTRATOR", "GET /accounts": "ADMINISTRATOR", "POST /accounts": "ADMINISTRATOR",
    "POST /accounts/{login}/{what}": "ADMINISTRATOR", "GET /audit": "AUDITOR",
}  # fmt: skip
FREE = (
    "GET /static/{mark}/{name}", "GET /healthz", "GET /readyz", "GET /metrics", "GET /login", "POST /login", "GET /qs/{token}", "POST /qs/{token}",
)  # fmt: skip
OF_OFFICE = ("交办", "不交办", "撤销", "跟踪", "办结", "评估", "归档")
FILLED = {"{day}": "2018-06-08", "{kind}/{form}": "daily/html", "{login}/{what}": "nobody/reset", "{event_id}": "e1", "{post_id}": "unknown",
          "{token}": "t", "{mark}/{name}": "0/none.css"}  # fmt: skip
WAYS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Bench]:
    """Three cases (led by gs with zjj, by cgj, by discipline), each role in each unit, one digest."""
    with bench_in(tmp_path_factory.mktemp("access"), settings) as opened:
        for name, lead, joint in (("1", LEAD, (JOINT,)), ("2", OTHER, ()), ("3", DISCIPLINE, ())):
            opened.case(name, lead, joint)
        for role, unit in product(Role, UNITS):
            opened.account(role, unit=unit)
        (opened.desk.data / "d.html").write_bytes("<p>日报</p>".encode())
        issue = DigestIssue(day="2018-06-08", kind="daily", made_at=NOW, html_path="d.html", word_path="")
        opened.desk.ledger.add_digest(issue)
        yield opened


@pytest.fixture(scope="module")
def people(bench: Bench) -> dict[tuple[Role, str], Browser]:
    users = {u.login: u for u in bench.actions.accounts.users()}
    return {(role, unit): bench.browser(users[f"{role.name}-{unit}".lower()]) for role, unit in product(Role, UNITS)}


def in_unit(case: Case) -> set[str]:
    return {case.routing.lead, *case.routing.joint}


def may_see(role: Role, unit: str, case: Case) -> bool:
    """The office's rule, said again: 检举控告 is discipline's and the duty officer's; units see their own; the office sees the rest."""
    if role.name not in CASE_READERS.split():
        return False
    if case.routing.lead == DISCIPLINE:
        return unit == DISCIPLINE or role is Role.DUTY
    return role not in (Role.CONTACT, Role.SIGNER) or unit in in_unit(case)


def may_step(role: Role, unit: str, case: Case, to: str) -> bool:
    if not may_see(role, unit, case):
        return False
    if to in OF_OFFICE:
        return role is Role.DUTY
    if to == "签批":
        return role in (Role.SIGNER, Role.REVIEWER) and unit in (case.routing.lead, OFFICE)
    return role is Role.CONTACT and unit == case.routing.lead


def cases_of(bench: Bench) -> list[Case]:
    return list(bench.actions.cases())


def address(route: str, number: str = "") -> str:
    for part, value in FILLED.items():
        route = route.replace(part, value)
    return route.replace("{number}", number).replace("{kind}", "交办单")


def walked(routes: Iterable[object]) -> Iterator[object]:
    """Every route, those of included routers too (FastAPI keeps them nested from 0.165 on)."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        yield from walked(inner.routes) if inner is not None else (route,)


def routes(bench: Bench) -> set[tuple[str, str]]:
    return {(method, r.path) for r in walked(bench.app.routes) if isinstance(r, APIRoute) for method in r.methods or ()}


def test_every_route_is_in_the_table_and_every_row_is_a_route(bench: Bench) -> None:
    assert routes(bench) == set(ROUTES)
    assert {f"{m} {p}" for m, p in ROUTES} == {*WHO, *FREE}
    assert {f"{m} {p}" for (m, p), asks in ROUTES.items() if asks == OPEN} == set(FREE)
    assert all(isinstance(r, APIRoute) for r in walked(bench.app.routes)), "a mount or a websocket would go round the table"


@pytest.mark.parametrize("route", [r for r in WHO if r != "POST /logout"])
def test_nobody_gets_past_the_login(bench: Bench, route: str) -> None:
    method, path = route.split()
    answer = bench.browser().ask(method, address(path, cases_of(bench)[0].number), {} if method == "POST" else None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("route", [r for r in WHO if r.startswith("GET ") and "{number}" not in r])
def test_pages_by_role(bench: Bench, people: dict[tuple[Role, str], Browser], route: str) -> None:
    path = address(route.split()[1])
    good = 303 if path == "/" else 200
    for (role, unit), browser in people.items():
        wanted = good if role.name in WHO[route].split() else 403
        assert browser.get(path).status_code == wanted, (role, unit, path)


@pytest.mark.parametrize("route", [r for r in WHO if r.startswith("POST ") and "{number}" not in r and r != "POST /logout"])
def test_forms_by_role(bench: Bench, people: dict[tuple[Role, str], Browser], route: str) -> None:
    """An allowed form that holds nothing is refused for what it holds: 400, 404, 409; never 403."""
    for (role, unit), browser in people.items():
        if route == "POST /digests/{day}/review" and role.name in WHO[route].split():
            continue  # it would succeed
        if route == "POST /account/password" and unit != OFFICE:
            continue  # argon2 takes its time
        answer = browser.post(address(route.split()[1]))
        assert answer.status_code in ({400, 404, 409} if role.name in WHO[route].split() else {403}), (role, unit, answer.status_code)


@pytest.mark.parametrize("what", ["", "/brief", "/form/交办单"])
def test_a_case_is_read_by_who_may_see_it(bench: Bench, people: dict[tuple[Role, str], Browser], what: str) -> None:
    for case, ((role, unit), browser) in product(cases_of(bench), people.items()):
        if what.startswith("/form") and unit not in (LEAD, OFFICE) and may_see(role, unit, case):
            continue  # a Word form takes a while: two units will do
        wanted = 403 if role.name not in CASE_READERS.split() else 200 if may_see(role, unit, case) else 404
        answer = browser.get(f"/cases/{case.number}{what}")
        assert answer.status_code in ({wanted, 409} if what.startswith("/form") and wanted == 200 else {wanted}), (role, unit, case.number)


def test_the_sign_off_page_is_hidden_from_who_cannot_sign_now(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    for case, ((role, unit), browser) in product(cases_of(bench), people.items()):
        assert browser.get(f"/cases/{case.number}/sign").status_code == (404 if role.name in CASE_READERS.split() else 403), (role, unit)


@pytest.mark.parametrize("to", [*(s.value for s in CaseState), "删除", ""])
def test_moves_by_role_unit_and_state(bench: Bench, people: dict[tuple[Role, str], Browser], to: str) -> None:
    """Without a reason an allowed step is refused by the office's own rules (409); a step of others is 403, a case of others 404."""
    for case, ((role, unit), browser) in product(cases_of(bench), people.items()):
        answer = browser.post(f"/cases/{case.number}/move", to=to)
        seen = may_see(role, unit, case)
        allowed = to in [s.value for s in CaseState] and may_step(role, unit, case, to)
        wanted = 403 if role.name not in CASE_READERS.split() else 404 if not seen else 409 if allowed else 403
        assert answer.status_code == wanted, (role, unit, case.number, to)
    assert {c.state for c in cases_of(bench)} == {CaseState.ALERTED}


@pytest.mark.parametrize("what", ["answer", "vet", "draft"])
def test_answers_and_secrecy_reviews_wait_for_the_receipt(bench: Bench, people: dict[tuple[Role, str], Browser], what: str) -> None:
    for case, ((role, unit), browser) in product(cases_of(bench), people.items()):
        wanted = 404 if role is Role.CONTACT and not may_see(role, unit, case) else 403
        assert browser.post(f"/cases/{case.number}/{what}", why="不涉密", passed="1").status_code == wanted, (role, unit)


def test_another_units_case_is_as_unknown_as_no_case(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    hidden = cases_of(bench)[1].number
    for what in ("", "/sign", "/brief", "/form/交办单", "/form/没有"):
        one, other = (people[Role.CONTACT, LEAD].get(f"/cases/{n}{what}") for n in (hidden, "TH-19990101-001"))
        assert (one.status_code, one.content, dict(one.headers)) == (404, other.content, dict(other.headers)), what
    for what in ("move", "answer", "vet", "draft", "unmask", "papers/task", "papers/nothing"):
        one, other = (people[Role.CONTACT, LEAD].post(f"/cases/{n}/{what}", to="签收") for n in (hidden, "TH-19990101-001"))
        assert (one.status_code, one.content) == (other.status_code, other.content) == (404, other.content), what


def test_ways_the_table_does_not_hold_are_405(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    table = [*WHO, *FREE]
    for path, method in product({r.split()[1] for r in table}, WAYS):
        if f"{method} {path}" not in table:
            answer = people[Role.DUTY, OFFICE].ask(method, address(path, "TH-1"))
            assert answer.status_code == 405, (method, path)


# 检举控告


def listings(browser: Browser, case: Case, post: str) -> dict[str, bool]:
    """Page → whether the 检举控告 (its number, its title, its text) shows there."""
    pages = ("/today", "/cases", "/cases?unit=jwjw", "/events", "/search?q=正文3号停水三天", "/search?q=停水", "/review", f"/events/{case.event_id}")
    words = (case.number, "标题3号", "正文3号")
    return {p: any(w in browser.get(p).text.replace('value="正文3号停水三天"', "") for w in words) for p in pages}


def test_a_complaint_against_officials_shows_to_discipline_and_duty_alone(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    case = cases_of(bench)[2]
    for (role, unit), browser in people.items():
        shown = listings(browser, case, "p3")
        if not may_see(role, unit, case):
            assert not any(shown.values()), (role, unit, shown)


def test_who_may_see_it_finds_it(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    case = cases_of(bench)[2]
    assert all(listings(people[Role.DUTY, OFFICE], case, "p3").values())
    of_discipline = listings(people[Role.CONTACT, DISCIPLINE], case, "p3")
    assert [p for p, there in of_discipline.items() if there] == ["/today", "/cases", "/cases?unit=jwjw"]
    assert listings(people[Role.ANALYST, DISCIPLINE], case, "p3")["/events/e3"]


def test_nobody_corrects_a_post_they_may_not_read(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    one, other = (people[Role.ANALYST, OFFICE].post(f"/review/{p}", task="level", value="Ⅳ") for p in ("p3", "unknown"))
    assert (one.status_code, one.content) == (404, other.content)
    assert bench.desk.ledger.reviews() == []
    assert people[Role.ANALYST, OFFICE].post("/review/http://a.example/p3", task="level", value="Ⅳ").status_code == 404


def test_a_hidden_event_is_as_unknown_as_no_event(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    one, other = (people[Role.REVIEWER, OFFICE].get(f"/events/{e}") for e in ("e3", "unknown"))
    assert (one.status_code, one.content) == (404, other.content)


# separation of duties


def test_the_administrator_reads_no_case_no_event_no_digest(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    for unit in UNITS:
        browser = people[Role.ADMINISTRATOR, unit]
        for path in ("/today", "/account", "/units", "/standard", "/sources", "/system", "/accounts"):
            said = browser.get(path).text
            assert not any(word in said for word in ("标题1号", "标题2号", "标题3号", "号停水", "TH-2018")), path


@pytest.mark.parametrize("roles", [
    (Role.DUTY, Role.REVIEWER), (Role.DUTY, Role.SIGNER), (Role.ADMINISTRATOR, Role.ANALYST), (Role.ADMINISTRATOR, Role.AUDITOR),
    (Role.ADMINISTRATOR, Role.CONTACT), tuple(Role),
])  # fmt: skip
def test_duties_that_exclude_each_other(tmp_path: Path, settings: Settings, roles: tuple[Role, ...]) -> None:
    with bench_in(tmp_path, settings) as bench:
        with pytest.raises(ConflictingRolesError):
            bench.account(*roles)
        administrator = bench.browser(bench.account(Role.ADMINISTRATOR))
        answer = administrator.post("/accounts", login="both", name="两任", unit=OFFICE, **{f"role.{r.name}": "1" for r in roles})
        assert answer.status_code == 409
        assert "不能兼任" in answer.text
        assert bench.actions.accounts.by_login("both") is None


def test_who_dispatches_cannot_sign_and_each_step_is_somebody_elses(tmp_path: Path, settings: Settings) -> None:
    """One case from 预警提示 to 办结 through the pages, each step by the one role that may, and by nobody else."""
    with bench_in(tmp_path, settings) as bench:
        number = bench.case("1", joint=()).number
        duty, contact, other = (bench.browser(bench.account(*r, unit=u)) for r, u in (
            ((Role.DUTY,), OFFICE), ((Role.CONTACT,), LEAD), ((Role.CONTACT,), OTHER)
        ))  # fmt: skip
        signer = bench.browser(bench.account(Role.SIGNER, unit=LEAD, name=SIGNER))
        moves = {"交办": duty, "签收": contact, "核查": contact}
        for to, right in moves.items():
            for wrong in (b for b in (duty, contact, other, signer) if b is not right):
                assert wrong.post(f"/cases/{number}/move", to=to, why="试").status_code in (403, 404)
            assert right.post(f"/cases/{number}/move", to=to, why="按流程办理").status_code == 303
        take(bench.desk, number, "反馈")
        assert contact.get(f"/cases/{number}/sign").status_code == 404
        assert signer.get(f"/cases/{number}/sign").status_code == 200
        assert signer.post(f"/cases/{number}/move", to="签批", why="同意").status_code == 409, "保密审查 is missing"
        second = bench.browser(bench.account(Role.CONTACT, unit=LEAD, login="second", name="另一联络员"))
        assert second.post(f"/cases/{number}/vet", passed="1", why="不涉密").status_code == 303
        for wrong in (duty, contact, other):
            assert wrong.post(f"/cases/{number}/move", to="签批", why="同意").status_code in (403, 404)
        assert signer.post(f"/cases/{number}/move", to="签批", why="同意").status_code == 303
        assert bench.desk.ledger.verify_audit() == []


def test_the_navigation_offers_what_may_be_opened(bench: Bench, people: dict[tuple[Role, str], Browser]) -> None:
    for (role, unit), browser in people.items():
        said = browser.get("/account").text
        for path, name, _ in NAVIGATION:
            offered = f'<a href="{path}"' in said
            assert offered == (role.name in WHO[f"GET {path}"].split()), (role, unit, name)


def test_a_form_a_person_cannot_send_is_not_shown(tmp_path: Path, settings: Settings) -> None:
    with bench_in(tmp_path, settings) as bench:
        number = bench.case("1").number
        take(bench.desk, number, "交办", "签收")
        asks = {(Role.CONTACT, LEAD): True, (Role.CONTACT, JOINT): True, (Role.SIGNER, LEAD): False, (Role.ANALYST, LEAD): False}
        for (role, unit), shown in asks.items():
            said = bench.browser(bench.account(role, unit=unit)).get(f"/cases/{number}").text
            assert (f'action="/cases/{number}/answer"' in said) == shown, (role, unit)


def test_a_joint_unit_answers_but_does_not_vet_for_the_lead(tmp_path: Path, settings: Settings) -> None:
    with bench_in(tmp_path, settings) as bench:
        number = bench.case("1").number
        take(bench.desk, number, "交办", "签收", "核查", "反馈")
        joint, lead = (bench.browser(bench.account(Role.CONTACT, unit=unit)) for unit in (JOINT, LEAD))
        assert joint.post(f"/cases/{number}/vet", passed="1", why="不涉密").status_code == 403
        assert f'action="/cases/{number}/vet"' not in joint.get(f"/cases/{number}").text
        assert lead.post(f"/cases/{number}/vet", passed="1", why="不涉密").status_code == 303
