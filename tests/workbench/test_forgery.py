"""Forged requests: forms of other sites, methods that must change nothing, false hosts, bodies without measure, paths and names that climb out."""

import asyncio
import hashlib
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest

from huiying.serving import serve
from records.account import Role
from records.digest import DigestIssue
from tests.huiying.desk import take
from tests.makers import NOW
from tests.workbench.bench import HASH, LEAD, OFFICE, PASSWORD, SITE, Bench, Browser
from workbench.access import OPEN, ROUTES
from workbench.app import LARGEST

DOCX, NEW = "交办单", "秋水共长天一色落霞孤鹜"


def ledger(bench: Bench) -> dict[str, str]:
    """Table → digest of its rows; when a session was last seen left out, for every page notes that."""
    engine = bench.desk.ledger.engine
    names = [r["name"] for r in engine.query("select name from sqlite_master where type = 'table' and sql not like 'create virtual%' order by name")]
    found = {}
    for name in names:
        rows = [{k: v for k, v in row.items() if (name, k) != ("sessions", "seen_at")} for row in engine.query(f'select * from "{name}"')]
        found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def furnished(bench: Bench) -> str:
    """One case put up for signature, one waiting, a digest on file; the first one's number."""
    first = bench.case("1", joint=()).number
    bench.case("2")
    take(bench.desk, first, "交办", "签收", "核查")
    (bench.desk.data / "d.html").write_bytes(b"<p>d</p>")
    (bench.desk.data / "d.docx").write_bytes(b"PK")
    bench.desk.ledger.add_digest(DigestIssue(day="2018-06-08", kind="daily", made_at=NOW, html_path="d.html", word_path="d.docx"))
    return first


def who(bench: Bench, path: str) -> Browser:
    """Somebody who may send the form of this path."""
    role, unit = {"/accounts": (Role.ADMINISTRATOR, OFFICE), "/cases": (Role.CONTACT, LEAD)}.get("/" + path.split("/")[1], (Role.DUTY, OFFICE))
    return bench.browser(bench.actions.accounts.by_login(f"{role.name}-{unit}".lower()) or bench.account(role, unit=unit))


FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "/logout": ("/logout", {}),
    "/account/password": ("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW}),
    "/cases/{number}/move": ("/cases/TH-20180608-001/move", {"to": "撤销", "why": "x"}),
    "/cases/{number}/answer": ("/cases/TH-20180608-001/answer", {"form": "R2", "finding": "属实"}),
    "/cases/{number}/vet": ("/cases/TH-20180608-001/vet", {"passed": "1", "why": "x"}),
    "/cases/{number}/draft": ("/cases/TH-20180608-001/draft", {}),
    "/cases/{number}/unmask": ("/cases/TH-20180608-001/unmask", {"post": "p1", "purpose": "回访"}),
    "/cases/{number}/papers/{kind}": ("/cases/TH-20180608-001/papers/extension", {"clock": "close", "until": "2018-06-20T10:00", "why": "x"}),
    "/review/{post_id}": ("/review/p1", {"task": "level", "value": "Ⅳ"}), "/digests/{day}/review": ("/digests/2018-06-08/review", {}),
    "/accounts": ("/accounts", {"login": "new", "name": "新", "unit": OFFICE, "role.DUTY": "1"}),
    "/accounts/{login}/{what}": ("/accounts/duty-qzfb/disable", {}),
}  # fmt: skip


def test_every_form_behind_the_login_is_tried_here() -> None:
    assert set(FORMS) == {path for (method, path), asks in ROUTES.items() if method == "POST" and asks != OPEN}


@pytest.mark.parametrize("route", FORMS)
def test_a_form_without_this_sessions_token_changes_nothing(bench: Bench, route: str) -> None:
    furnished(bench)
    path, fields = FORMS[route]
    bench.account(Role.DUTY)
    browser, other = who(bench, path), who(bench, path)
    before = ledger(bench)
    for csrf in (None, "", "x", "令牌", other.csrf, browser.csrf[:-1], browser.csrf + "x", browser.token):
        answer = browser.ask("POST", path, fields | ({"csrf": csrf} if csrf is not None else {}))
        assert answer.status_code == 403, csrf
        assert ledger(bench) == before, csrf
    assert browser.ask("POST", f"{path}?csrf={browser.csrf}", fields).status_code == 403, "a token in the address is none"
    assert ledger(bench) == before


FOREIGN = (
    {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:9999"},
    {"origin": "https://127.0.0.1:8700"}, {"origin": "http://["},
    {"origin": f"{SITE}.evil.example"}, {"origin": "http://127.0.0.1:8700@evil.example"}, {"origin": "file://"}, {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"}, {"sec_fetch_site": "cross-site", "origin": SITE},
)  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_of_another_site_changes_nothing_even_with_the_token(bench: Bench, headers: dict[str, str]) -> None:
    furnished(bench)
    bench.account(Role.DUTY)
    for path, fields in FORMS.values():
        browser = who(bench, path)
        before = ledger(bench)
        answer = browser.ask("POST", path, fields | {"csrf": browser.csrf}, **headers)
        assert (answer.status_code, ledger(bench)) == (403, before), path


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_logins_and_receipts_of_another_site_too(bench: Bench, headers: dict[str, str]) -> None:
    bench.case("1", joint=())
    case = take(bench.desk, "TH-20180608-001", "交办")
    bench.account(Role.DUTY, login="zhiban")
    browser = bench.browser()
    browser.get("/login")
    before = ledger(bench)
    login = {"login": "zhiban", "password": PASSWORD, "token": browser.cookies["huiying-pre"]}
    assert browser.ask("POST", "/login", login, **headers).status_code == 403
    assert browser.ask("POST", f"/qs/{bench.links.make(case)}", {"act": "签收", "name": "张"}, **headers).status_code == 403
    assert ledger(bench) == before


@pytest.mark.parametrize("headers", [
    {"origin": SITE}, {"sec_fetch_site": "same-origin"}, {"sec_fetch_site": "none"}, {"origin": SITE, "sec_fetch_site": "same-origin"},
])  # fmt: skip
def test_our_own_form_is_taken(bench: Bench, headers: dict[str, str]) -> None:
    furnished(bench)
    duty = bench.browser(bench.account(Role.DUTY))
    answer = duty.ask("POST", "/review/p1", {"csrf": duty.csrf, "task": "level", "value": "Ⅳ"}, **headers)
    assert (answer.status_code, len(bench.desk.ledger.reviews())) == (303, 1)


def gets(number: str) -> list[str]:
    return [
        "/", "/login", "/healthz", "/readyz", "/metrics", "/account", "/today", "/cases", "/cases?state=交办&level=Ⅰ&unit=gs", f"/cases/{number}",
        f"/cases/{number}/sign", f"/cases/{number}/brief", "/cases/none", "/events", "/events/e1", "/search?q=停水", "/review", "/digests",
        "/digests/2018-06-08/daily/html", "/digests/2018-06-08/daily/docx", "/units", "/standard", "/sources", "/system", "/accounts", "/audit",
        "/static/0/none.css", "/none", f"/cases/{number}/move", "/logout", "/accounts/duty-qzfb/disable", "/review/p1", "/digests/2018-06-08/review",
        f"/cases/{number}?to=撤销&why=x&act=签收", f"/cases/{number}/form/没有",
    ]  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_looking_changes_no_row(bench: Bench, role: Role) -> None:
    number = furnished(bench)
    link = f"/qs/{bench.links.make(take(bench.desk, bench.case('3').number, '交办'))}"
    browser = bench.browser(bench.account(role, unit=LEAD))
    before = ledger(bench)
    for path in (*gets(number), link):
        for method in ("GET", "HEAD"):
            answer = browser.ask(method, path)
            assert answer.status_code < 500 or path == "/readyz", (method, path)
            assert ledger(bench) == before, (method, path)


def test_the_two_looks_that_are_noted(bench: Bench) -> None:
    """A Word form taken away is in the audit chain; a wrong link is counted against its address. Nothing else moves."""
    number = furnished(bench)
    browser = bench.browser(bench.account(Role.DUTY))
    before = ledger(bench)
    assert browser.get(f"/cases/{number}/form/{bench.actions.form_kinds()[0]}").status_code in (200, 409)
    browser.get("/qs/wrong")
    after = ledger(bench)
    assert {name for name in after if after[name] != before[name]} <= {"audit", "login_failures"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "CONNECT", "GETT", "POST"])
def test_tampered_verbs_change_nothing(bench: Bench, method: str) -> None:
    number = furnished(bench)
    browser = bench.browser(bench.account(Role.DUTY))
    before = ledger(bench)
    for path in (f"/cases/{number}", "/accounts", "/today", "/review", f"/cases/{number}/form/{DOCX}"):
        answer = browser.ask(method, path, {"csrf": browser.csrf, "_method": "GET"}, x_http_method_override="GET")
        assert answer.status_code in (403, 405), (method, path)
        assert ledger(bench) == before


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:8700", "127.0.0.1.evil.example", "127.0.0.1:8700.evil.example", "evil.example#127.0.0.1",
    "127.0.0.1@evil.example", "localhost:80@evil.example", "localhost:80/x", "127.0.0.1:8700/account?", "127.0.0.1:", "127.0.0.1:999999", "", " ",
    "127.0.0.1, evil.example", "[::1",
    "0.0.0.0:8700", "169.254.169.254",
])  # fmt: skip
def test_a_host_that_is_not_ours_is_refused(bench: Bench, host: str) -> None:
    browser = bench.browser(bench.account(Role.DUTY))
    answer = browser.get("/today", host=host)
    assert (answer.status_code, "evil" in answer.text) == (400, False)


@pytest.mark.parametrize("host", ["127.0.0.1:8700", "127.0.0.1", "localhost:8700", "LOCALHOST", "[::1]", "[::1]:8700"])
def test_a_host_that_is_ours_is_taken(bench: Bench, host: str) -> None:
    assert bench.browser().get("/healthz", host=host).status_code == 200


def test_forwarded_headers_choose_nothing(bench: Bench) -> None:
    bench.account(Role.DUTY, login="zhiban")
    browser = bench.browser()
    forwarded = {"x_forwarded_host": "evil.example", "x_forwarded_proto": "https", "x_original_url": "/accounts", "forwarded": "host=evil.example"}
    answer = browser.get("/today", **forwarded)
    assert answer.headers["location"] == "/login"


# over the wire


def talked(bench: Bench, request: Callable[[str], bytes]) -> bytes:
    """What the real server answers to these bytes."""

    async def talk() -> bytes:
        async with serve(bench.desk, port=0) as address:
            host, port = address.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(request(f"{host}:{port}"))
            await writer.drain()
            answer = await asyncio.wait_for(reader.read(), 20)
            writer.close()
            await writer.wait_closed()
            return answer

    return bench.loop.run(talk())


BODY = b"login=a&password=b&token=c"


@pytest.mark.parametrize(("head", "body", "status"), [
    ("Transfer-Encoding: chunked\r\n", b"5\r\nlogin\r\n0\r\n\r\n", 411), ("", b"", 411), (f"Content-Length: {LARGEST + 1}\r\n", b"", 413),
    ("Content-Length: -1\r\n", b"", 400), ("Content-Length: 1_0\r\n", b"0123456789", 400), ("Content-Length: x\r\n", b"", 400),
    ("Content-Length: 26\r\nContent-Length: 3\r\n", BODY, 400), ("Content-Length: 26\r\n", BODY, 403),
    ("Content-Length: 26\r\nContent-Type: application/x-www-form-urlencoded\r\n", BODY, 403),
])  # fmt: skip
def test_bodies_without_measure(bench: Bench, head: str, body: bytes, status: int) -> None:
    bench.account(Role.DUTY)  # so that no first administrator is made
    answer = talked(bench, lambda host: f"POST /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{head}\r\n".encode() + body)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:80]


@pytest.mark.parametrize("line", [
    "GET /../../etc/passwd HTTP/1.1", "GET /static/../../app.py HTTP/1.1", "GET //etc/passwd HTTP/1.1", "GET http://evil.example/today HTTP/1.1",
    "GET /static/0/..%2f..%2fapp.py HTTP/1.1", "GET /static/0/%2e%2e HTTP/1.1", "GET /%00 HTTP/1.1", "GET /static/%ff/%ff HTTP/1.1",
])  # fmt: skip
def test_raw_request_lines_that_climb(bench: Bench, line: str) -> None:
    bench.account(Role.DUTY)
    answer = talked(bench, lambda host: f"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.split()[1] in (b"404", b"303", b"400"), answer[:80]
    assert b"create_app" not in answer
    assert b"root:" not in answer


@pytest.mark.parametrize("body", [
    b"a=1&" * 5000, b"csrf=" + b"%" * 1000, b"\xff\xfe=%ff%fe", b"&" * 1000, b"=", b"a[b][c]=1", b"csrf=%00", b"csrf" * 9999,
])  # fmt: skip
@pytest.mark.parametrize("kind", [
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "",
])  # fmt: skip
def test_malformed_forms_are_refused_not_broken_over(bench: Bench, body: bytes, kind: str) -> None:
    browser = bench.browser(bench.account(Role.DUTY))

    async def sent() -> httpx.Response:
        way = httpx.ASGITransport(bench.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=way, base_url=SITE, cookies=browser.cookies) as client:
            return await client.post("/review/p1", content=body, headers={"content-type": kind})

    assert bench.loop.run(sent()).status_code in (400, 403, 413)


def test_an_uploaded_file_is_no_field(bench: Bench) -> None:
    browser = bench.browser(bench.account(Role.DUTY))
    body = f'--x\r\nContent-Disposition: form-data; name="csrf"; filename="a"\r\n\r\n{browser.csrf}\r\n--x--\r\n'.encode()

    async def sent() -> httpx.Response:
        way = httpx.ASGITransport(bench.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=way, base_url=SITE, cookies=browser.cookies) as client:
            return await client.post("/review/p1", content=body, headers={"content-type": "multipart/form-data; boundary=x"})

    assert bench.loop.run(sent()).status_code == 400


# paths and names


CLIMBS = (
    "..", "../..", "../receipt.key", "..\\receipt.key", "%2e%2e", "....//", "/etc/passwd", "receipt.key", "d.html", "html/../../receipt.key", "。。/",
)  # fmt: skip


@pytest.mark.parametrize("climb", CLIMBS)
def test_no_path_leaves_the_static_files_or_the_digests(bench: Bench, climb: str) -> None:
    furnished(bench)
    assert bench.links is not None
    secret = (bench.desk.data / "receipt.key").read_text(encoding="ascii")
    browser = bench.browser(bench.account(Role.DUTY))
    one = quote(climb, safe="")
    for path in (
        f"/static/0/{one}", f"/static/{one}/style.css", f"/static/{climb}", f"/digests/{one}/daily/html", f"/digests/2018-06-08/{one}/html",
        f"/digests/2018-06-08/daily/{one}", f"/digests/{climb}/daily/html", f"/cases/{one}", f"/cases/{one}/form/{one}", f"/events/{one}",
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code in (303, 404, 405), path
        assert answer.headers.get("location") in (None, "/today"), path
        assert secret not in answer.text


@pytest.mark.parametrize("path", ["/cases/%00", "/search?q=a%00b", "/cases?state=%00", "/events/e1%00", "/qs/%00", "/%00"])
def test_an_address_with_nul_is_refused(bench: Bench, path: str) -> None:
    """PostgreSQL would break over it, SQLite would not: refused before either is asked."""
    assert bench.browser(bench.account(Role.DUTY)).get(path).status_code == 400


def test_nul_in_a_form_becomes_the_replacement_character(bench: Bench) -> None:
    number = bench.case("1", joint=()).number
    duty = bench.browser(bench.account(Role.DUTY))
    assert duty.post(f"/cases/{number}/move", to="交办", why="按\0职责").status_code == 303
    assert bench.desk.ledger.transitions("c-e1")[-1].why == "按\ufffd职责"


def test_a_digest_whose_file_is_gone_is_404(bench: Bench) -> None:
    furnished(bench)
    (bench.desk.data / "d.html").unlink()
    assert bench.browser(bench.account(Role.DUTY)).get("/digests/2018-06-08/daily/html").status_code == 404


@pytest.mark.parametrize("name", ['x"; filename="evil.html', "x\r\nX-Evil: 1", "x\nSet-Cookie: a=b", "日报", "x;y", "x%0d%0aX-Evil: 1", "x'y", "x y"])
def test_names_bring_no_header(bench: Bench, name: str) -> None:
    (bench.desk.data / "d.docx").write_bytes(b"PK")
    bench.desk.ledger.add_digest(DigestIssue(day=name, kind="daily", made_at=NOW, html_path="d.html", word_path="d.docx"))
    browser = bench.browser(bench.account(Role.DUTY))
    answer = browser.get(f"/digests/{quote(name, safe='')}/daily/docx")
    disposition = answer.headers["content-disposition"]
    assert answer.status_code == 200
    assert disposition.isascii()
    assert disposition == f"attachment; filename*=UTF-8''{quote(name + '-daily.docx')}"
    assert not {"x-evil", "set-cookie"} & set(answer.headers)
    assert browser.get("/digests").status_code == 200


@pytest.mark.parametrize("number", ["TH\r\nX-Evil: 1", 'TH"-1', "TH-<script>-1", "TH 1", "一号件"])
def test_numbers_bring_no_header(bench: Bench, number: str) -> None:
    """The office may write its numbers as it likes: in addresses and names they are encoded."""
    bench.case("1", joint=())
    bench.desk.ledger.engine.execute("update cases set number = :number", number=number)
    duty = bench.browser(bench.account(Role.DUTY))
    kind = bench.actions.form_kinds()[0]
    moved = duty.post(f"/cases/{quote(number, safe='')}/move", to="交办", why="按职责")
    assert moved.status_code == 303
    assert moved.headers["location"] == f"/cases/{quote(number)}"
    form = duty.get(f"/cases/{quote(number, safe='')}/form/{quote(kind)}")
    assert "x-evil" not in {**form.headers, **moved.headers}
    assert "<script>-1" not in duty.get("/cases").text


def test_accounts_of_strange_logins_are_not_made(bench: Bench) -> None:
    administrator = bench.browser(bench.account(Role.ADMINISTRATOR))
    for login in ("a\r\nX: 1", "<b>", "管理员", "a b", "a", "x" * 41, "../x", "a/b", "", "a'--", "a\0b"):
        answer = administrator.post("/accounts", login=login, name="新人", unit=OFFICE, **{"role.DUTY": "1"})
        assert answer.status_code == 409, login
    assert len(bench.actions.accounts.users()) == 1
    assert HASH not in administrator.get("/accounts").text
