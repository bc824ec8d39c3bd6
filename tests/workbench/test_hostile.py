"""What people write stays text: every page, as every role, holding texts that try to be more; and no secret in logs or addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from huiying import case_papers, case_verbs
from huiying.settings import Settings
from records.account import Role
from records.assessment import Speaker, Verdict
from records.case import Case, Routing
from records.paper import Statement
from records.source import FetchState
from tests.huiying.desk import with_mail
from tests.makers import NOW, PAGE, PROOF, STATE, a_case, a_post, an_answer, an_assessment, an_event, opening
from tests.workbench.bench import DISCIPLINE, JOINT, LEAD, OFFICE, PASSWORD, Bench, Browser, bench_in
from tests.workbench.hostile_texts import LINKS, TEXTS

HARMLESS, LINK = "停水三天", "http://a.example/1"
LISTS = (
    "/today", "/cases", "/events", "/search?q=alert", "/search?q=停水", "/review", "/digests", "/units", "/standard", "/sources", "/system",
    "/accounts", "/audit", "/account",
)  # fmt: skip


@dataclass
class Seen(HTMLParser):
    """What a browser would make of a page: elements with their attributes, addresses, text inside script and style, comments."""

    pairs: set[tuple[str, str]] = field(default_factory=set)
    addresses: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.pairs |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "background", "xlink:href"):
                self.wrong.append(f"<{tag} {name}>")
            if name in ("href", "src", "action"):
                self.addresses.append((tag, name, value or ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style") and data.strip():
            self.wrong.append(f"text in {self.inside}: {data[:40]}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data[:40]}")

    def handle_decl(self, decl: str) -> None:
        if decl != "doctype html":
            self.wrong.append(f"declaration {decl[:40]}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"instruction {data[:40]}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"declaration {data[:40]}")


def parsed(page: str) -> Seen:
    seen = Seen()
    seen.feed(page)
    seen.close()
    return seen


def hostile_case(bench: Bench, name: str, text: str, url: str, source: str = "") -> Case:
    """A case whose every text is `text`: post, event, reasons, verdicts; waiting in 预警提示."""
    ledger, said, code = bench.desk.ledger, f"{text}停水", source or text
    ledger.add_collected([a_post(f"p{name}", title=text, text=f"{text} alert 停水", url=url, source_id=code)], [PAGE], STATE)
    why = Verdict(what=code, value=code, probability=0.8, reason=said, speaker=Speaker.RULE, span=(0, 2), evidence=said)
    ledger.add_assessments([an_assessment(f"p{name}", abstain=("level",), verdicts=(why,), labels=(code,), form=code)])
    ledger.save_events([an_event(f"e{name}", (f"p{name}",), title=text, level_reasons=(said,), areas=(code,), keywords=(text,))])
    clock = replace(a_case().deadlines[0], basis=f"{code}停水")
    routing = Routing(lead=LEAD, joint=(JOINT,), reasons=(said,))
    case = a_case(f"e{name}", title=text, labels=(code,), form=code, routing=routing, deadlines=(clock,))
    return ledger.open_case(case, opening(case), lambda c: [], [f"p{name}"], bench.desk.settings.office.case_number_format, NOW)


def worked(bench: Bench, case: Case, text: str, name: str | None = None) -> str:
    """The case put up for signature, each reason, name and line of its answer hostile; its receipt link."""
    desk, said = bench.desk, f"{text}停水"
    who = "甲" + "".join(c for c in (text if name is None else name) if c.isprintable())[:30]
    moved = case_verbs.move(desk, case.number, "交办", by=who, why=said)
    link = f"/qs/{bench.links.make(moved)}"
    statement = Statement(text=said)
    answer = an_answer(
        title=said, text=said, stance=statement, facts=statement, policy=Statement(not_applicable=said), outcome=statement, measures=(said,),
        proof=dict.fromkeys(PROOF["R2"], said), withheld_why=said, channel=said, contact=said, unfinished=said,
    )  # fmt: skip
    for to in ("签收", "核查"):
        case_verbs.move(desk, case.number, to, by=who, why=said)
    for unit in (LEAD, JOINT):
        case_papers.file_answer(desk, case.number, answer, by=who, unit=unit)
    case_papers.vet(desk, case.number, passed=True, by=f"乙{who}", why=said)
    case_verbs.move(desk, case.number, "反馈", by=who, why=said)
    return link


@dataclass
class Stage:
    """A furnished office and a browser for each role."""

    bench: Bench
    people: dict[Role, Browser]
    cases: dict[str, Case]
    links: dict[str, str]

    def details(self) -> Iterator[tuple[str, httpx.Response]]:
        """Pages of single cases, events, receipts and the queue."""
        for text, case in self.cases.items():
            for role in (Role.DUTY, Role.CONTACT):
                yield text, self.people[role].get(f"/cases/{case.number}")
            yield text, self.people[Role.SIGNER].get(f"/cases/{case.number}/sign")
            yield text, self.people[Role.ANALYST].get(f"/events/{case.event_id}")
            yield text, self.people[Role.DUTY].get("/review")
            yield text, self.people[Role.DUTY].post("/review/p" + case.event_id[1:], task="level", value="Ⅳ", why=text)

    def lists(self) -> Iterator[tuple[str, httpx.Response]]:
        for browser in self.people.values():
            for path in LISTS:
                yield path, browser.get(path)

    def echoes(self, text: str) -> Iterator[tuple[str, httpx.Response]]:
        """Pages that repeat what was just sent."""
        one, number = quote(text, safe=""), next(iter(self.cases.values())).number
        duty, admin, contact = self.people[Role.DUTY], self.people[Role.ADMINISTRATOR], self.people[Role.CONTACT]
        yield text, duty.get(f"/search?q={one}")
        yield text, duty.get(f"/cases?state={one}&level={one}&unit={one}")
        for path in (f"/cases/{one}", f"/events/{one}", f"/digests/{one}/{one}/html", f"/{one}", f"/qs/{one}", f"/static/{one}/{one}"):
            yield text, duty.get(path)
        yield text, duty.post(f"/cases/{number}/move", to="撤销", why="x", published_at=text)
        yield text, duty.post(f"/cases/{number}/move", to=text, why=text)
        yield text, duty.post(f"/review/{one}", task=text, value=text)
        yield text, duty.post(f"/digests/{one}/review")
        yield text, contact.post(f"/cases/{number}/answer", form=text, finding=text)
        yield text, admin.post("/accounts", login=text, name=text, unit=text)
        yield text, admin.post(f"/accounts/{one}/{one}")


def furnished(bench: Bench, texts: dict[str, str]) -> Stage:
    """Cases of each text with its link, accounts named by it, sources that failed with it."""
    cases, links = {}, {}
    users = {role: bench.account(role, unit=LEAD if role in (Role.CONTACT, Role.SIGNER) else OFFICE, name=f"{next(iter(texts))}") for role in Role}
    for n, (text, url) in enumerate(texts.items()):
        cases[text] = hostile_case(bench, str(n), text, url)
        links[text] = worked(bench, cases[text], text)
        bench.account(Role.PUBLICITY, login=f"named{n}", name=text or "名")
        bench.actions.log(text, text, text, text)
    state = FetchState(source_id=bench.desk.settings.sources[0].id, due_at=NOW, failures=3, last_error=next(iter(texts)))
    bench.desk.ledger.add_collected([], [], state)
    return Stage(bench, {role: bench.browser(user) for role, user in users.items()}, cases, links)


def named(settings: Settings, text: str) -> Settings:
    """The settings with a source of that name."""
    return replace(with_mail(settings), sources=tuple(replace(s, name=text) for s in settings.sources[:3]))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> set[tuple[str, str]]:
    """The elements and attributes of the templates themselves: all pages with nothing hostile in them."""
    with bench_in(tmp_path_factory.mktemp("own"), named(settings, HARMLESS)) as bench:
        stage = furnished(bench, {HARMLESS: LINK})
        pages = [*stage.details(), *stage.lists(), *stage.echoes(HARMLESS), *unlogged(bench, HARMLESS)]
        return set().union(*(parsed(page.text).pairs for _, page in pages if is_html(page)))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Stage]:
    with bench_in(tmp_path_factory.mktemp("hostile"), named(settings, TEXTS[0])) as bench:
        links = [*LINKS, *(LINK for _ in TEXTS)]
        yield furnished(bench, dict(zip(TEXTS, links, strict=False)))


def unlogged(bench: Bench, text: str) -> Iterator[tuple[str, httpx.Response]]:
    """Pages for who is not logged in: a receipt and what its form gives back, the login and its refusal."""
    moved = case_verbs.move(bench.desk, hostile_case(bench, "unlogged", text, LINK).number, "交办", by="甲", why="按职责")
    link, browser = f"/qs/{bench.links.make(moved)}", bench.browser()
    yield text, browser.get(link)
    for fields in ({"act": "签收", "name": ""}, {"act": text, "name": text}, {"act": "退回", "name": text, "unit": text, "why": text}):
        yield text, browser.ask("POST", link, fields)
    yield text, browser.get("/login")
    yield text, bench.login(text, text)[1]


def is_html(page: httpx.Response) -> bool:
    return str(page.headers.get("content-type", "")).startswith("text/html")


def check(pages: Iterable[tuple[str, httpx.Response]], own: set[tuple[str, str]], texts: tuple[str, ...] = ()) -> int:
    """Holds each page against the rules; how many there were."""
    count = 0
    for said, page in pages:
        assert page.status_code < 500, (said, page.url)
        assert page.headers["x-content-type-options"] == "nosniff"
        if not is_html(page):
            assert page.status_code in (303, 400, 404, 405) or page.headers["content-type"].startswith(("text/plain", "application/")), page.url
            continue
        seen, where = parsed(page.text), (said, str(page.url))
        count += 1
        assert seen.wrong == [], where
        assert seen.pairs <= own, (where, seen.pairs - own)
        for tag, name, value in seen.addresses:
            assert urlsplit(value).scheme in ("", "http", "https"), (where, value)
            assert not value.startswith(("//", "/\\")), (where, value)
            assert tag == "a" or value.startswith("/"), (where, tag, name, value)
        for text in (*texts, said):
            assert not any(c in text for c in "<>\"'") or text not in page.text, where
    return count


def test_the_corpus_is_large_and_each_text_is_its_own() -> None:
    assert len(set(TEXTS)) == len(TEXTS) >= 80
    assert len(set(LINKS)) == len(LINKS) >= 20


def test_the_check_finds_what_it_looks_for(own: set[tuple[str, str]]) -> None:
    """A page that did not escape would be caught: the corpus is not harmless to the parser itself."""
    caught = [text for text in TEXTS if (seen := parsed(f"<p>{text}</p>")).wrong or not seen.pairs <= own]
    assert len(caught) >= 55


def test_lists_as_every_role(stage: Stage, own: set[tuple[str, str]]) -> None:
    pages = list(stage.lists())
    assert check(pages, own, TEXTS) == len(Role) * len(LISTS)
    shown = {path for path, page in pages if "alert(1)" in page.text}
    assert shown >= {"/today", "/cases", "/events", "/search?q=alert", "/review", "/sources", "/accounts", "/audit", "/account"}


def test_cases_sign_off_events_and_the_queue(stage: Stage, own: set[tuple[str, str]]) -> None:
    pages = list(stage.details())
    assert check(pages, own) >= 5 * len(TEXTS)
    assert all(page.status_code in (200, 303, 409) for _, page in pages), {page.status_code for _, page in pages}


def test_briefs_are_plain_text(stage: Stage) -> None:
    for case in stage.cases.values():
        page = stage.people[Role.DUTY].get(f"/cases/{case.number}/brief")
        assert (page.status_code, page.headers["content-type"], "\n" in page.text) == (200, "text/plain; charset=utf-8", False)
        assert len(page.text) <= 300


def test_what_was_just_sent_comes_back_as_text(stage: Stage, own: set[tuple[str, str]]) -> None:
    for text in TEXTS:
        assert check(stage.echoes(text), own) >= 9, text


@pytest.mark.parametrize("text", [t for t in TEXTS if any(c in t for c in "<\"'")][::4])
def test_the_login_page_and_receipts_repeat_text_as_text(bench: Bench, own: set[tuple[str, str]], text: str) -> None:
    assert check(unlogged(bench, text), own) == 6


@pytest.mark.parametrize("url", LINKS)
def test_no_link_but_http_is_offered(bench: Bench, url: str) -> None:
    case = hostile_case(bench, "1", HARMLESS, url)
    duty = bench.browser(bench.account(Role.DUTY))
    for path in (f"/cases/{case.number}", "/events/e1", "/search?q=停水"):
        page = duty.get(path).text
        outside = [a for _, _, a in parsed(page).addresses if urlsplit(a).netloc]
        assert outside == [], path
        assert HARMLESS in page


def test_a_good_link_leaves_no_trace_of_where_it_was_followed_from(bench: Bench) -> None:
    case = hostile_case(bench, "1", HARMLESS, LINK)
    for path in (f"/cases/{case.number}", "/events/e1", "/search?q=停水"):
        page = bench.browser(bench.actions.accounts.by_login("duty-qzfb") or bench.account(Role.DUTY)).get(path).text
        assert f'<a href="{LINK}" rel="noreferrer noopener" target="_blank">' in page


def test_private_numbers_are_masked_on_every_page(bench: Bench) -> None:
    case = hostile_case(bench, "1", "电话13912345678证件320902199001011234", LINK, "bbs")
    worked(bench, case, "电话13912345678证件320902199001011234", "某")
    writes = (Role.CONTACT, LEAD)  # the form in which a unit changes its own words shows them as they are
    people = [bench.browser(bench.account(role, unit=unit)) for role in Role for unit in (LEAD, DISCIPLINE) if (role, unit) != writes]
    for browser in people:
        for path in (*LISTS, f"/cases/{case.number}", f"/cases/{case.number}/brief", f"/cases/{case.number}/sign", "/events/e1"):
            page = browser.get(path).text
            assert "13912345678" not in page, path
            assert "320902199001011234" not in page, path


# secrets


def test_no_secret_stands_in_an_address(stage: Stage) -> None:
    for role, browser in stage.people.items():
        secrets = (browser.token, browser.csrf, PASSWORD)
        for path in ("/today", "/account", "/cases", "/accounts", "/review"):
            page = browser.get(path).text
            assert not any(secret in value for secret in secrets for _, _, value in parsed(page).addresses), (role, path)
            assert browser.token not in page, "the cookie's token is no page's business"


def test_no_secret_stands_in_the_log(tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with bench_in(tmp_path, settings) as bench:
        case = case_verbs.move(bench.desk, bench.case("1").number, "交办", by="甲", why="按职责")
        link = bench.links.make(case)
        bench.account(Role.DUTY, login="zhiban")
        bench.login("zhiban", "错的口令错的口令错的口令")
        browser, _ = bench.login("zhiban")
        secrets = [PASSWORD, "错的口令", browser.token, browser.csrf, link, (tmp_path / "receipt.key").read_text(encoding="ascii")]
        browser.post("/account/password", old=PASSWORD, new="秋水共长天一色落霞孤鹜", again="秋水共长天一色落霞孤鹜")
        bench.desk.ledger.engine.execute("alter table cases rename to gone")
        assert [browser.get(p).status_code for p in ("/cases", "/today")] == [500] * 2
        browser.get(f"/qs/{link}")
        written = "".join(capsys.readouterr())
        assert "page.failed" in written
        assert [s for s in (*secrets, "秋水共长天", browser.token, browser.csrf, "停水三天") if s in written] == []
