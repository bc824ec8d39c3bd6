"""Fetching from honest servers: pages, validators, statuses, redirects, robots.txt, turns."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import brotli
import pytest
import zstandard

from monitor.fetch import Fetched, Fetcher, Limits
from monitor.fetch_error import After, FetchError
from tests.monitor.loopback_site import AGENT, Clock, Request, Site, answer, fetcher, public_fetcher, redirect

PAGE = "<h1>青年路停水通知</h1>"


async def caught(made: Awaitable[Fetched]) -> FetchError:
    with pytest.raises(FetchError) as info:
        await made
    assert info.value.__cause__ is not None or info.value.status is not None or "重定向" in str(info.value) or "robots" in str(info.value)
    return info.value


def on_site(site: Site, work: Callable[[Fetcher], Awaitable[object]], **settings: object) -> object:
    """The result of `work` with a fetcher whose own site `site` is."""

    async def run() -> object:
        async with site, fetcher(site, **settings) as made:
            return await work(made)

    return asyncio.run(run())


def get(route: bytes | Callable[[Request], bytes], **settings: object) -> Fetched:
    site = Site({"/x": route})
    found = on_site(site, lambda made: made.get(site.url("/x")), **settings)
    assert isinstance(found, Fetched)
    return found


def error(route: bytes | Callable[[Request], bytes], **settings: object) -> FetchError:
    site = Site({"/x": route})
    found = on_site(site, lambda made: caught(made.get(site.url("/x"))), **settings)
    assert isinstance(found, FetchError)
    assert f":{site.port}/x" in found.message
    return found


def test_a_page_with_its_validators() -> None:
    found = get(answer(PAGE, ETag='"a1"', Last_Modified="Fri, 08 Jun 2018 04:00:00 GMT"))
    assert (found.status, found.body.decode(), found.content_type) == (200, PAGE, "text/html; charset=utf-8")
    assert (found.etag, found.last_modified, found.not_modified) == ('"a1"', "Fri, 08 Jun 2018 04:00:00 GMT", False)
    assert found.url.endswith("/x")


@pytest.mark.parametrize(("headers", "etag"), [({}, ""), ({"ETag": "x" * 2000}, ""), ({"ETag": '"é"'}, ""), ({"ETag": 'W/"7"'}, 'W/"7"')])
def test_only_sound_validators_are_kept(headers: dict[str, str], etag: str) -> None:
    assert get(answer(PAGE, **headers)).etag == etag


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstandard.compress), ("gzip, br", lambda d: brotli.compress(gzip.compress(d)))],
)
def test_packed_pages_are_unpacked_once(coding: str, pack: Callable[[bytes], bytes]) -> None:
    assert get(answer(pack(PAGE.encode()), Content_Encoding=coding)).body.decode() == PAGE


def test_what_we_say_of_ourselves() -> None:
    site = Site({"/x": answer(PAGE)})
    on_site(site, lambda made: made.get(site.url("/x")))
    assert [r.path for r in site.asked] == ["/robots.txt", "/x"]
    sent = site.asked[1].headers
    assert (sent["user-agent"], sent["accept-encoding"], sent["host"]) == (AGENT, "gzip, deflate, br, zstd", site.authority)
    assert not {"cookie", "authorization", "referer", "if-none-match"} & set(sent)


@pytest.mark.parametrize("agent", ["", "  ", "回应/0.1", "Huiying\r\nX: y"])
def test_a_user_agent_must_be_plain(agent: str) -> None:
    with pytest.raises(ValueError, match="User-Agent"):
        Fetcher(user_agent=agent)


def test_cookies_are_not_kept() -> None:
    """By name: cookie jars keep nothing for bare addresses, so that an address would prove nothing."""

    async def here(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async def run() -> list[Request]:
        async with Site({"/x": answer(PAGE, Set_Cookie="sid=1; Path=/")}) as site:
            own = frozenset({f"own.example:{site.port}"})
            async with Fetcher(user_agent=AGENT, private_allow=own, lookup=here) as made:
                for _ in range(2):
                    await made.get(site.url("/x", "own.example"))
            return site.asked

    asked = asyncio.run(run())
    assert [request.path for request in asked] == ["/robots.txt", "/x", "/x"]
    assert all("cookie" not in request.headers for request in asked)


def conditional(request: Request) -> bytes:
    same = request.headers.get("if-none-match") == '"a1"' or "if-modified-since" in request.headers
    return b"HTTP/1.1 304 Not Modified\r\nETag: \"a1\"\r\nConnection: close\r\n\r\n" if same else answer(PAGE, ETag='"a1"')


@pytest.mark.parametrize(
    ("validators", "not_modified"),
    [({}, False), ({"etag": '"a1"'}, True), ({"etag": '"old"'}, False), ({"last_modified": "Fri, 08 Jun 2018 04:00:00 GMT"}, True)],
)
def test_conditional_requests(validators: dict[str, str], not_modified: bool) -> None:
    site = Site({"/x": conditional})
    found = on_site(site, lambda made: made.get(site.url("/x"), **validators))
    assert isinstance(found, Fetched)
    assert (found.not_modified, found.body == b"", found.etag) == (not_modified, not_modified, '"a1"')


def test_an_unasked_304_is_an_error() -> None:
    assert error(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n").status == 304


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (400, After.SKIP, "没有给出页面"),
        (401, After.STOP, "要求登录"),
        (403, After.STOP, "拒绝访问"),
        (404, After.SKIP, "页面不存在"),
        (408, After.RETRY, "等待超时"),
        (410, After.SKIP, "已删除"),
        (418, After.SKIP, "没有给出页面"),
        (451, After.STOP, "法律"),
        (500, After.RETRY, "服务器出错"),
        (502, After.RETRY, "服务器出错"),
        (503, After.RETRY, "服务器出错"),
        (599, After.RETRY, "服务器出错"),
        (300, After.SKIP, "没有给出页面"),
        (305, After.SKIP, "没有给出页面"),
    ],
)
def test_statuses_are_classed(status: int, kind: After, words: str) -> None:
    found = error(answer("出错了", status=status))
    assert (found.status, found.kind, words in found.message, f"HTTP {status}" in found.message) == (status, kind, True, True)


NOON = datetime(2018, 6, 8, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "120", 120.0),
        (503, "7", 7.0),
        (429, "86400", 3600.0),
        (429, "Fri, 08 Jun 2018 04:02:00 GMT", 120.0),
        (503, "Fri, 08 Jun 2018 03:00:00 GMT", 0.0),
        (429, "稍后", 60.0),
        (429, None, 60.0),
        (503, None, None),
        (500, "120", None),
    ],
)
def test_retry_after(status: int, header: str | None, seconds: float | None) -> None:
    headers = {} if header is None else {"Retry_After": header.encode().decode("latin-1")}
    found = error(answer("忙", status=status, **headers), wall=lambda: NOON)
    assert (found.kind, found.retry_after) == (After.RETRY, seconds)


def test_nobody_asks_early_while_a_host_asks_to_wait() -> None:
    clock, site = Clock(), Site({"/busy": answer("忙", status=429, Retry_After="600"), "/x": answer(PAGE)})

    async def work(made: Fetcher) -> list[float | None]:
        first = await caught(made.get(site.url("/busy")))
        clock.now += 590
        with pytest.raises(FetchError, match="10 秒后再来") as second:
            await made.get(site.url("/x"))
        clock.now += 11
        assert (await made.get(site.url("/x"))).status == 200
        return [first.retry_after, second.value.retry_after]

    assert on_site(site, work, clock=clock, sleep=clock.sleep) == [600.0, 10.0]
    assert site.paths() == ["/busy", "/x"]


# redirects
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_the_end_is_named(status: int) -> None:
    site = Site({"/x": redirect("/y?a=1", status), "/y?a=1": redirect("z"), "/z": answer(PAGE)})
    found = on_site(site, lambda made: made.get(site.url("/x")))
    assert isinstance(found, Fetched)
    assert (found.url, site.paths()) == (site.url("/z"), ["/x", "/y?a=1", "/z"])


@pytest.mark.parametrize(("hops", "passes"), [(1, True), (5, True), (6, False), (50, False)])
def test_five_redirects_and_no_more(hops: int, passes: bool) -> None:
    site = Site({f"/{n}": redirect(f"/{n + 1}") for n in range(hops)} | {f"/{hops}": answer(PAGE)})
    site.routes["/robots.txt"] = answer(status=404)

    async def work(made: Fetcher) -> str:
        try:
            return (await made.get(site.url("/0"))).url
        except FetchError as exc:
            return f"{exc.kind}{exc.message}"

    found = str(on_site(site, work))
    assert (found == site.url(f"/{hops}")) is passes
    assert passes or ("重定向超过 5 次" in found and found.startswith("skip"))
    assert len(site.paths()) == min(hops, 5) + 1


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/x", "绕回"),
        ("", "没有给出去处"),
        ("file:///etc/passwd", "file"),
        ("data:text/html,hi", "去处写法"),
        ("javascript:alert(1)", "去处写法"),
        ("ftp://example.cn/", "ftp"),
        ("http://127.0.0.1:1/", "本机"),
        ("http://[::1]:1/", "本机"),
        ("http://0x7f000001/", "规范"),
        ("http://user:pw@example.cn/", "用户名"),
        ("//169.254.169.254/latest/meta-data/", "链路本地"),
        ("http://[bad", "写法"),
        ("http:\\\\127.0.0.1\\x", "去处写法"),
    ],
)
def test_redirects_to_where_nobody_should_go(location: str, words: str) -> None:
    found = error(redirect(location))
    assert found.kind is After.SKIP
    assert words in found.message


def test_a_longer_loop_is_seen() -> None:
    site = Site({"/x": redirect("/y"), "/y": redirect("/x")})
    found = on_site(site, lambda made: caught(made.get(site.url("/x"))))
    assert "绕回" in str(found)
    assert site.paths() == ["/x", "/y"]


def test_validators_stay_with_their_origin() -> None:
    async def run() -> list[Request]:
        async with Site({"/y": answer(PAGE)}) as other, Site({"/x": redirect("/here")}) as site:
            site.routes["/here"] = redirect(other.url("/y"))
            async with fetcher(site, other) as made:
                await made.get(site.url("/x"), etag='"secret"', last_modified="Fri, 08 Jun 2018 04:00:00 GMT")
            return [r for r in (*site.asked, *other.asked) if r.path != "/robots.txt"]

    first, second, third = asyncio.run(run())
    assert first.headers["if-none-match"] == second.headers["if-none-match"] == '"secret"'
    assert not {"if-none-match", "if-modified-since"} & set(third.headers)
    assert "referer" not in third.headers


# robots.txt
DENY_MAIL = answer("User-agent: *\nDisallow: /mail/\n", kind="text/plain")


def test_a_forbidden_path_is_never_asked_for() -> None:
    site = Site({"/robots.txt": DENY_MAIL, "/mail/1": answer(PAGE), "/news/1": answer(PAGE)})

    async def work(made: Fetcher) -> FetchError:
        await made.get(site.url("/news/1"))
        return await caught(made.get(site.url("/mail/1")))

    found = on_site(site, work)
    assert isinstance(found, FetchError)
    assert found.kind is After.SKIP
    assert f"{site.url('/robots.txt')} 不允许采集" in found.message
    assert [r.path for r in site.asked] == ["/robots.txt", "/news/1"]


def test_a_redirect_does_not_lead_around_robots() -> None:
    site = Site({"/robots.txt": DENY_MAIL, "/x": redirect("/mail/1"), "/mail/1": answer(PAGE)})
    assert "不允许采集" in str(on_site(site, lambda made: caught(made.get(site.url("/x")))))
    assert site.paths() == ["/x"]


def test_the_other_hosts_robots_are_asked_too() -> None:
    async def run() -> tuple[FetchError, list[str]]:
        async with Site({"/robots.txt": DENY_MAIL, "/mail/1": answer(PAGE)}) as other, Site() as site:
            site.routes["/x"] = redirect(other.url("/mail/1"))
            async with fetcher(site, other) as made:
                return await caught(made.get(site.url("/x"))), [r.path for r in other.asked]

    found, asked = asyncio.run(run())
    assert found.kind is After.SKIP
    assert asked == ["/robots.txt"]


@pytest.mark.parametrize(
    ("robots", "words"),
    [
        (answer(status=404), ""),
        (answer(status=403), ""),
        (answer(status=410), ""),
        (answer("<html>首页</html>"), ""),
        (redirect("/robots2.txt"), ""),
        (answer(status=500), "HTTP 500"),
        (answer(status=503, Retry_After="300"), "HTTP 503"),
        (answer(status=429), "HTTP 429"),
        (redirect("/robots.txt"), "绕回"),
        (redirect("http://127.0.0.1:1/robots.txt"), "本机"),
        (b"not http at all\r\n\r\n", "HTTP"),
    ],
)
def test_what_an_unreadable_robots_means(robots: bytes, words: str) -> None:
    site = Site({"/robots.txt": robots, "/x": answer(PAGE)})

    async def work(made: Fetcher) -> FetchError | None:
        try:
            await made.get(site.url("/x"))
        except FetchError as exc:
            return exc
        return None

    found = on_site(site, work)
    if not words:
        assert found is None
        return
    assert isinstance(found, FetchError)
    assert found.kind is After.RETRY
    assert "robots.txt 读不到，本轮不采集" in found.message
    assert words in found.message
    assert "/x" not in site.paths()


def test_robots_are_asked_once_an_hour_also_by_many_at_once() -> None:
    clock = Clock()
    site = Site({"/robots.txt": DENY_MAIL} | {f"/{n}": answer(PAGE) for n in range(6)})

    async def work(made: Fetcher) -> None:
        await asyncio.gather(*(made.get(site.url(f"/{n}")) for n in range(6)))
        clock.now += 3599
        await made.get(site.url("/0"))
        clock.now += 2
        await made.get(site.url("/0"))

    on_site(site, work, clock=clock, sleep=clock.sleep)
    assert [r.path for r in site.asked].count("/robots.txt") == 2


def test_a_refusal_is_kept_for_minutes_and_then_asked_again() -> None:
    clock = Clock()
    site = Site({"/robots.txt": answer(status=500), "/x": answer(PAGE)})

    async def work(made: Fetcher) -> Fetched:
        for _ in range(3):
            await caught(made.get(site.url("/x")))
        site.routes["/robots.txt"] = answer(status=404)
        clock.now += 301
        return await made.get(site.url("/x"))

    assert isinstance(on_site(site, work, clock=clock, sleep=clock.sleep), Fetched)
    assert [r.path for r in site.asked] == ["/robots.txt", "/robots.txt", "/x"]


def test_a_letter_covers_its_authority_only() -> None:
    async def run() -> list[str]:
        async with Site({"/robots.txt": DENY_MAIL, "/mail/1": answer(PAGE)}) as site, Site({"/robots.txt": DENY_MAIL}) as other:
            async with fetcher(site, other) as made:
                await made.get(site.url("/mail/1"), robots_exempt=site.authority)
                await caught(made.get(other.url("/mail/1"), robots_exempt=site.authority))
            return [r.path for r in (*site.asked, *other.asked)]

    assert asyncio.run(run()) == ["/mail/1", "/robots.txt"]


# turns
def spaced(hosts: list[str], *, robots: bytes = answer(status=404), **settings: object) -> list[float]:
    """What a fetcher slept while all `hosts` were asked at once, all of them on one public site."""
    clock = Clock()

    async def run() -> None:
        async with Site({"/robots.txt": robots, "/x": answer(PAGE)}) as site, public_fetcher(clock, **settings) as made:
            found = await asyncio.gather(*(made.get(site.url("/x", host)) for host in hosts))
            assert [one.status for one in found] == [200] * len(hosts)

    asyncio.run(run())
    return clock.slept


def test_requests_to_one_host_keep_five_seconds() -> None:
    assert spaced(["news.example"] * 3) == [5.0, 5.0, 5.0]  # robots.txt, then three pages


def test_hosts_do_not_wait_for_each_other() -> None:
    clock_time = sum(spaced(["a.example", "b.example"]))
    assert clock_time <= 10.0


@pytest.mark.parametrize(("delay", "gap"), [("2", 5.0), ("12", 12.0), ("900", 60.0)])
def test_a_crawl_delay_lengthens_the_pause(delay: str, gap: float) -> None:
    robots = answer(f"User-agent: *\nCrawl-delay: {delay}\n", kind="text/plain")
    assert spaced(["news.example"] * 3, robots=robots) == [5.0, gap, gap]


def test_own_authorities_are_not_spaced() -> None:
    clock = Clock()
    site = Site({"/x": answer(PAGE)})

    async def work(made: Fetcher) -> None:
        await asyncio.gather(*(made.get(site.url("/x")) for _ in range(5)))

    on_site(site, work, clock=clock, sleep=clock.sleep)
    assert clock.slept == []
    assert len(site.paths()) == 5


def test_no_more_than_eight_at_once() -> None:
    running = most = 0

    async def slow(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.03)
        running -= 1
        writer.write(answer(PAGE))

    site = Site({"/x": slow, "/robots.txt": answer(status=404)})

    async def work(made: Fetcher) -> None:
        await asyncio.gather(*(made.get(site.url("/x")) for _ in range(30)))

    on_site(site, work)
    assert most == 8


def test_a_failed_request_gives_the_turn_back() -> None:
    clock = Clock()

    async def run() -> None:
        async with Site({"/x": answer(PAGE)}) as site, public_fetcher(clock) as made:
            await caught(made.get(site.url("/missing", "news.example")))
            await made.get(site.url("/x", "news.example"))

    asyncio.run(run())
    assert clock.slept == [5.0, 5.0]


def test_limits_state_what_the_office_was_promised() -> None:
    limits = Limits()
    assert (limits.deadline, limits.body, limits.redirects, limits.headers) == (30.0, 10 * 2**20, 5, 100)
    assert (limits.header_bytes, limits.spacing, limits.concurrency) == (65536, 5.0, 8)
