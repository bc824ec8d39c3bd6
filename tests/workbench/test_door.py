"""The door: logins, locks, sessions and their ends, one-time passwords, cookie flags, HSTS."""

from pathlib import Path

import pytest

from huiying.settings import Settings
from records.account import Role
from tests.workbench.bench import PASSWORD, Bench, bench_in
from workbench.door import COOKIE, MOST_FAILURES, PRE, _ours, _place

NEW = "秋水共长天一色落霞孤鹜飞"
WRONG = "不是这个口令不是这个口令"


def rows(bench: Bench, table: str) -> list[dict[str, object]]:
    return bench.desk.ledger.engine.query(f"select * from {table}")


def test_right_and_wrong(bench: Bench) -> None:
    bench.account(Role.DUTY, login="zhiban")
    browser, answer = bench.login("zhiban")
    assert (answer.status_code, answer.headers["location"]) == (303, "/today")
    assert browser.get("/today").status_code == 200
    refused = {bench.login(login, password)[1] for login, password in (("zhiban", WRONG), ("nobody", PASSWORD), ("zhiban", ""), ("", ""))}
    assert {r.status_code for r in refused} == {401}
    assert all("登录名或口令不对" in r.text and COOKIE not in r.cookies for r in refused)


def test_an_unknown_login_is_told_as_a_wrong_password_is(bench: Bench) -> None:
    bench.account(Role.DUTY, login="zhiban")
    bench.account(Role.DUTY, login="gone", disabled_at=bench.clock())
    pages = set()
    for login in ("zhiban", "nobody", "gone"):
        browser, answer = bench.login(login, WRONG)
        pages.add((answer.status_code, answer.text.replace(login, "…").replace(browser.cookies[PRE], "…")))
    assert len(pages) == 1


def test_a_disabled_account_with_its_right_password(bench: Bench) -> None:
    bench.account(Role.DUTY, login="gone", disabled_at=bench.clock())
    assert bench.login("gone")[1].status_code == 401


@pytest.mark.parametrize("same", ["login", "address"])
def test_five_failures_lock_a_login_and_an_address_for_a_quarter_of_an_hour(bench: Bench, same: str) -> None:
    bench.account(Role.DUTY, login="zhiban")
    for n in range(MOST_FAILURES):
        login, address = ("zhiban", f"10.0.1.{n}") if same == "login" else (f"other{n}", "10.0.0.9")
        assert bench.login(login, WRONG, bench.browser(address=address))[1].status_code == 401
    last = "10.0.2.1" if same == "login" else "10.0.0.9"

    def tried(login: str = "zhiban") -> tuple[int, bool]:
        answer = bench.login(login, PASSWORD, bench.browser(address=last))[1]
        return answer.status_code, "尝试次数过多" in answer.text

    assert tried() == (401, True)
    assert tried("ZHIBAN") == (401, True), "written otherwise it is the same login"
    bench.clock.pass_by(minutes=14, seconds=59)
    assert tried() == (401, True)
    bench.clock.pass_by(seconds=1)
    assert tried() == (303, False)


def test_four_failures_and_a_success_begin_anew(bench: Bench) -> None:
    bench.account(Role.DUTY, login="zhiban")
    for n in range(2 * MOST_FAILURES):
        password = PASSWORD if n % MOST_FAILURES == MOST_FAILURES - 1 else WRONG
        wanted = 303 if password == PASSWORD else 401
        assert bench.login("zhiban", password, bench.browser(address=f"10.0.3.{n}"))[1].status_code == wanted


def test_every_login_and_refusal_is_in_the_audit_chain(bench: Bench) -> None:
    bench.account(Role.DUTY, login="zhiban", name="演示值班员")
    bench.login("zhiban", WRONG)
    bench.login("zhiban")
    assert [(r.actor, r.action) for r in bench.actions.audit(2)] == [("演示值班员", "login"), ("zhiban", "login:refused")]
    assert PASSWORD not in str(rows(bench, "audit"))
    assert WRONG not in str(rows(bench, "audit"))


@pytest.mark.parametrize("token", ["", "x", "另一个"])
def test_a_login_form_without_its_pages_token_is_refused(bench: Bench, token: str) -> None:
    bench.account(Role.DUTY, login="zhiban")
    browser = bench.browser()
    browser.get("/login")
    answer = browser.ask("POST", "/login", {"login": "zhiban", "password": PASSWORD, "token": token})
    assert (answer.status_code, browser.token) == (403, "")
    assert bench.browser().ask("POST", "/login", {"login": "zhiban", "password": PASSWORD, "token": token}).status_code == 403


def test_a_login_takes_a_new_token_and_ends_the_session_that_stood_in_the_browser(bench: Bench) -> None:
    planted = bench.browser(bench.account(Role.AUDITOR))
    bench.account(Role.DUTY, login="zhiban")
    victim = bench.browser()
    victim.cookies = planted.cookies
    old = planted.token
    _, answer = bench.login("zhiban", browser=victim)
    assert answer.status_code == 303
    assert victim.token not in ("", old)
    attacker = bench.browser()
    attacker.cookies.set(COOKIE, old, domain="127.0.0.1", path="/")
    assert attacker.get("/account").headers["location"] == "/login"


def test_a_chosen_token_is_no_session(bench: Bench) -> None:
    bench.account(Role.DUTY, login="zhiban")
    browser = bench.browser()
    browser.cookies.set(COOKIE, "chosen", domain="127.0.0.1", path="/")
    bench.login("zhiban", browser=browser)
    assert browser.token != "chosen"
    assert "chosen" not in str(rows(bench, "sessions"))


def test_the_ledger_holds_no_token_and_no_password(bench: Bench) -> None:
    bench.account(Role.DUTY, login="zhiban")
    browser, _ = bench.login("zhiban")
    stored = str([rows(bench, t) for t in ("sessions", "users", "login_failures", "audit")])
    assert browser.token not in stored
    assert PASSWORD not in stored


@pytest.mark.parametrize(("step", "steps", "alive"), [(29, 1, True), (30, 1, False), (29, 24, True), (29, 25, False)])
def test_a_session_ends_after_thirty_idle_minutes_and_twelve_hours(bench: Bench, step: int, steps: int, alive: bool) -> None:
    browser = bench.browser(bench.account(Role.DUTY))
    for _ in range(steps):
        bench.clock.pass_by(minutes=step)
        answer = browser.get("/account")
    assert answer.status_code == (200 if alive else 303)
    assert len(rows(bench, "sessions")) == alive


def test_logout_ends_this_session_alone(bench: Bench) -> None:
    user = bench.account(Role.DUTY)
    one, other = bench.browser(user), bench.browser(user)
    token = one.token
    assert one.post("/logout").headers["location"] == "/login"
    assert one.token == ""
    one.cookies.set(COOKIE, token, domain="127.0.0.1", path="/")
    assert one.get("/account").status_code == 303
    assert other.get("/account").status_code == 200


def test_disabling_holds_from_the_next_request(bench: Bench) -> None:
    user = bench.account(Role.DUTY, login="zhiban")
    administrator, browsers = bench.browser(bench.account(Role.ADMINISTRATOR)), [bench.browser(user) for _ in range(3)]
    assert administrator.post("/accounts/zhiban/disable").status_code == 303
    assert [b.get("/account").status_code for b in browsers] == [303] * 3
    assert bench.login("zhiban")[1].status_code == 401
    assert bench.actions.audit(2)[-1].action == "account:disable"


def test_an_administrator_does_not_disable_himself_nor_anybody_unknown(bench: Bench) -> None:
    user = bench.account(Role.ADMINISTRATOR, login="root")
    browser = bench.browser(user)
    assert browser.post("/accounts/root/disable").status_code == 409
    assert browser.post("/accounts/root/reset").status_code == 409
    assert browser.post("/accounts/nobody/disable").status_code == 404
    bench.account(Role.DUTY, login="zhiban")
    assert browser.post("/accounts/zhiban/delete").status_code == 404
    assert browser.get("/account").status_code == 200


def test_a_changed_password_ends_the_other_sessions_and_turns_this_ones_token(bench: Bench) -> None:
    user = bench.account(Role.DUTY, login="zhiban")
    one, other = bench.browser(user), bench.browser(user)
    token, csrf = one.token, one.csrf
    assert one.post("/account/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303
    assert one.token != token
    assert one.csrf != csrf
    assert one.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert bench.login("zhiban", PASSWORD)[1].status_code == 401
    assert bench.login("zhiban", NEW)[1].status_code == 303


@pytest.mark.parametrize(("old", "new", "again", "said"), [
    (WRONG, NEW, NEW, "现在的口令不对"), (PASSWORD, NEW, NEW + "了", "不一样"), (PASSWORD, PASSWORD, PASSWORD, "不能与旧口令相同"),
    (PASSWORD, "短", "短", "至少12个字符"), (PASSWORD, "zhiban梧桐叶落满旧城", "zhiban梧桐叶落满旧城", "不能含登录名"),
])  # fmt: skip
def test_changes_of_password_that_are_refused(bench: Bench, old: str, new: str, again: str, said: str) -> None:
    browser = bench.browser(bench.account(Role.DUTY, login="zhiban"))
    answer = browser.post("/account/password", old=old, new=new, again=again)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert browser.get("/account").status_code == 200
    assert bench.login("zhiban")[1].status_code == 303


def test_nobody_guesses_the_password_from_an_open_session(bench: Bench) -> None:
    browser = bench.browser(bench.account(Role.DUTY, login="zhiban"))
    for _ in range(MOST_FAILURES):
        browser.post("/account/password", old=WRONG, new=NEW, again=NEW)
    assert "尝试次数过多" in browser.post("/account/password", old=PASSWORD, new=NEW, again=NEW).text
    bench.clock.pass_by(minutes=15)
    assert bench.login("zhiban")[1].status_code == 303


def test_a_one_time_password_opens_nothing_but_its_change(bench: Bench) -> None:
    bench.account(Role.DUTY, login="zhiban", must_change=True)
    number = bench.case("1").number
    browser, answer = bench.login("zhiban")
    assert answer.headers["location"] == "/account"
    for path in ("/", "/today", "/cases", f"/cases/{number}", "/events", "/search?q=停水", "/units", "/accounts"):
        assert browser.get(path).status_code == 403, path
    assert browser.post(f"/cases/{number}/move", to="交办", why="试").status_code == 403
    for host in ("127.0.0.1:1/account?", "localhost:80/account#", "127.0.0.1:8700/account"):
        assert browser.get("/cases", host=host).status_code in (400, 403), "the address is not what the Host header says"
    assert browser.get("/account").status_code == 200
    assert browser.post("/account/password", old=PASSWORD, new=NEW, again=NEW).headers["location"] == "/today"
    assert browser.get("/cases").status_code == 200


def test_a_reset_gives_a_new_one_time_password_once_and_ends_the_sessions(bench: Bench) -> None:
    browser = bench.browser(bench.account(Role.DUTY, login="zhiban"))
    administrator = bench.browser(bench.account(Role.ADMINISTRATOR))
    page = administrator.post("/accounts/zhiban/reset").text
    secret = page.split('class="secret">')[1].split("<")[0]
    assert browser.get("/account").status_code == 303
    assert bench.login("zhiban")[1].status_code == 401
    assert bench.login("zhiban", secret)[1].headers["location"] == "/account"
    assert secret not in administrator.get("/accounts").text
    assert secret not in str(rows(bench, "audit"))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cookie_flags_and_hsts(tmp_path: Path, settings: Settings, scheme: str) -> None:
    site = f"{scheme}://yq.tinghu.example"
    with bench_in(tmp_path, settings, site) as bench:
        bench.account(Role.DUTY, login="zhiban")
        browser = bench.browser(site=site)
        page = browser.get("/login")
        _, answer = bench.login("zhiban", browser=browser)
        pre, session = page.headers["set-cookie"].lower(), answer.headers.get_list("set-cookie")[0].lower()
        assert (session.split("=")[0], pre.split("=")[0]) == (COOKIE, PRE)
        for cookie, same_site in ((pre, "strict"), (session, "lax")):
            assert "httponly" in cookie
            assert f"samesite={same_site}" in cookie
            assert "path=/" in cookie
            assert ("; secure" in cookie) == (scheme == "https")
            assert "domain" not in cookie
        assert "max-age" not in session, "a session ends with the browser"
        for path in ("/login", "/healthz", "/today", "/none"):
            assert ("strict-transport-security" in browser.get(path).headers) == (scheme == "https"), path


def test_every_answer_carries_the_guarding_headers(bench: Bench) -> None:
    browser = bench.browser(bench.account(Role.DUTY))
    static = "/static/" + browser.get("/login").text.split('href="/static/')[1].split('"')[0]
    for path in ("/login", "/today", "/none", "/healthz", "/metrics", "/qs/none", "/accounts", static):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == ("public, max-age=31536000, immutable" if path == static else "no-store")
        assert "server" not in headers


def test_a_page_that_breaks_says_so_and_no_more(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    browser = bench.browser(bench.account(Role.DUTY))
    bench.desk.ledger.engine.execute("alter table cases rename to hidden_cases")
    answer = browser.get("/cases")
    assert answer.status_code == 500
    assert "hidden_cases" not in answer.text
    assert "no such table" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "page.failed" in capsys.readouterr().err


@pytest.mark.parametrize(("host", "public_url", "origin", "ours"), [
    ("127.0.0.1:8700", "http://127.0.0.1:8700", "http://127.0.0.1:8700", True),
    ("localhost:8700", "http://127.0.0.1:8700", "http://localhost:8700", True),
    ("[::1]:8700", "http://127.0.0.1:8700", "http://[::1]:8700", True), ("127.0.0.1:8700", "http://127.0.0.1:8700", "https://127.0.0.1:8700", False),
    ("127.0.0.1:8700", "http://127.0.0.1:8700", "http://127.0.0.1:9999", False), ("yq.example", "https://yq.example", "https://yq.example", True),
    ("yq.example", "https://yq.example", "https://yq.example:443", True), ("yq.example", "https://yq.example", "http://yq.example", False),
    ("yq.example", "https://yq.example", "https://yq.example.evil", False), ("yq.example", "https://yq.example", "null", False),
    ("yq.example", "https://yq.example", "http://[", False), ("yq.example", "https://yq.example", "file://", False),
    ("yq.example", "", "null", False), ("127.0.0.1:8700", "https://yq.example", "http://127.0.0.1:8700", True),
])  # fmt: skip
def test_whose_pages_a_form_may_come_from(host: str, public_url: str, origin: str, ours: bool) -> None:
    place = _place(origin)
    assert (place is not None and place in _ours(host, public_url)) == ours
