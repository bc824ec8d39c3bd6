"""Thousands of seeded hostile requests against every route, as every role: no answer of 500 or more, no exception that gets out.

The application publishes no OpenAPI schema (docs/openapi addresses are off), so schemathesis has nothing to read; the routes come from the
application itself and the requests from one seeded generator: a failure names the seed's number and repeats.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from fastapi import FastAPI

from huiying.bench_actions import BenchActions
from huiying.office import Desk
from huiying.settings import Settings
from records.account import Role
from records.case import CaseState
from tests.huiying.desk import SIGNER, desk_in, take, waiting_case
from workbench.access import ROUTES
from workbench.admin_pages import new_account
from workbench.app import create_app
from workbench.door import COOKIE, begin, digest_of
from workbench.receipt_links import LinkSigner, signer_in

REQUESTS, SEED = 6_000, 20181218
HOSTILE = (
    "", " ", "0", "-1", "1" * 400, "null", "None", "true", "NaN", "1e309", "../../etc/passwd", "..%2f..%2f", "%00", "\x00", "\r\nSet-Cookie: a=b",
    "' OR 1=1 --", '"; DROP TABLE cases; --', "%", "_", "*", "a\" OR \"b", "NEAR(", "NOT", "^", "{{7*7}}", "{% raw %}", "<script>alert(1)</script>",
    "javascript:alert(1)", "\ud83d\ude00", "\u202e反转", "\ufeff", "ﬀ", "停水" * 4000, "Ⅲ", "१२३", "2018-02-30", "9999-12-31T23:59:59", "0001-01-01",
    "2018-06-08 10:00+99:99", "2018-06-08T10:00:00Z", "²", "不适用：", "系统", "交办", "huiying", "a" * 21_000,
)  # fmt: skip
METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")
FIELDS = (
    "csrf", "token", "login", "password", "to", "why", "unit", "ground", "into", "channel", "url", "published_at", "until", "approved_by", "form",
    "finding", "disclosure", "title", "text", "stance", "facts", "policy", "outcome", "proof.solved", "proof.evidence", "measures", "contact",
    "withheld_why", "unfinished", "passed", "task", "value", "old", "new", "again", "name", "act", "role.DUTY", "role.AUDITOR", "what", "q", "state",
)  # fmt: skip
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain", "")


@dataclass(frozen=True)
class Known:
    """What a request may say that is right: a cookie and its form token a role, numbers, ids, words of the office."""

    cookies: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    paths: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sent:
    """One request, readable in a failure."""

    number: int
    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"#{self.number} {self.method} {self.url[:200]} {self.body[:200]!r}"


def prepared(desk: Desk, actions: BenchActions, signer: LinkSigner) -> Known:
    """Cases in several states, a session of each role."""
    cases = [waiting_case(desk, str(n)) for n in range(6)]
    take(desk, cases[1].number, "交办")
    take(desk, cases[2].number, "交办", "签收", "核查")
    take(desk, cases[3].number, "交办", "签收", "核查", "反馈")
    take(desk, cases[4].number, "交办", "签收", "核查", "反馈", "签批", "公开回应")
    cookies = []
    for n, role in enumerate(Role):
        user, _ = new_account(actions, f"one{n}", SIGNER if role is Role.SIGNER else f"{role}甲", "gs" if "单位" in role else "qzfb", (role,))
        actions.accounts.set_password(user.id, user.password_hash, must_change=False)
        token = begin(actions, user, actions.now())
        session = actions.accounts.session(digest_of(token), actions.now())
        assert session is not None
        cookies.append((token, session[0].csrf))
    link = signer.make(desk.ledger.cases()[1])
    ids = (*[c.number for c in cases], *[f"e{n}" for n in range(6)], "p0", link)
    words = (*ids, "gs", "qzfb", *CaseState, "R2", "属实", "主动公开", "primary", "C3")
    return Known(tuple(cookies), words, tuple(ROUTES))


def requests(known: Known, seed: int, count: int) -> Iterator[Sent]:
    """`count` requests of a seed. None logs out rightly: the sessions are to last."""
    chance = random.Random(seed)

    def value() -> str:
        return chance.choice(known.words if chance.random() < 0.55 else HOSTILE)

    for number in range(count):
        method, path = chance.choice(known.paths)
        if chance.random() < 0.15:
            method = chance.choice(METHODS)
        parts = [quote(value()[:700], safe="", errors="surrogatepass") if "{" in part else part for part in path.split("/")]
        query = "?" + urlencode({chance.choice(FIELDS): value()[:700] for _ in range(3)}, errors="surrogatepass") if chance.random() < 0.3 else ""
        cookie, csrf = chance.choice(known.cookies)
        headers = {"cookie": f"{COOKIE}={cookie if chance.random() < 0.9 else 'x'}"}
        fields = {name: value() for name in chance.sample(FIELDS, chance.randint(0, 12))}
        fields |= {"csrf": csrf} if path != "/logout" and chance.random() < 0.85 else {}
        body, kind = b"", KINDS[0] if chance.random() < 0.85 else chance.choice(KINDS)
        if method not in ("GET", "HEAD"):
            body = urlencode(fields, errors="surrogatepass").encode() if chance.random() < 0.9 else chance.randbytes(chance.randint(0, 300))
            headers |= {"content-type": kind} if kind else {}
        yield Sent(number, method, "/".join(parts) + query, headers, body)


async def answers(app: FastAPI, sent: list[Sent]) -> Counter[int]:
    """Answers by status. Raises: AssertionError naming the request that made the server fail."""
    found: Counter[int] = Counter()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8700") as client:
        for one in sent:
            try:
                answer = await client.request(one.method, one.url, headers=one.headers, content=one.body)
            except Exception as error:
                raise AssertionError(f"{one}: {error!r}") from error
            assert answer.status_code < 500 or one.url.startswith("/readyz"), f"{one}: {answer.status_code}"
            found[answer.status_code] += 1
    return found


@pytest.mark.timeout(300)
def test_no_request_makes_the_server_fail(settings: Settings, tmp_path: Path) -> None:
    with desk_in(tmp_path, settings) as desk:
        actions, signer = BenchActions(desk), signer_in(desk.data)
        known = prepared(desk, actions, signer)
        sent = list(requests(known, SEED, REQUESTS))
        found = asyncio.run(answers(create_app(actions, signer), sent))
    assert found.total() == REQUESTS
    assert {200, 303, 403, 404, 405, 409} <= set(found), found
    assert found[200] > REQUESTS // 20, found


def test_the_same_seed_sends_the_same(tmp_path: Path) -> None:
    known = Known((("cookie", "csrf"),), ("one", "two"), tuple(ROUTES))
    assert list(requests(known, 1, 200)) == list(requests(known, 1, 200))
    assert list(requests(known, 1, 200)) != list(requests(known, 2, 200))
    sent = list(requests(known, 1, 3_000))
    reached = {(method, path) for method, path in ROUTES for one in sent if one.method == method and one.url.startswith(path.split("{")[0])}
    assert reached == set(ROUTES)
