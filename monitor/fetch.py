"""The one door to the network for collecting: polite, bounded, and only to where it may go.

Every request: address checked → robots.txt obeyed → the host's turn awaited → sent → redirects followed by hand through the same
checks → body undone under a cap, all under one deadline. httpx and its aiohttp transport are imported here only.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import urljoin

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from monitor.addresses import CheckedResolver, Lookup, RefusedError, Target, check_literal, read_target
from monitor.decompress import ACCEPTED, Body, CodingError, TooLargeError, size
from monitor.fetch_error import After, FetchError, status_error
from monitor.retry_after import retry_after_seconds
from monitor.robots import RobotsCache, Rules, agent_token, read_rules
from monitor.spacing import Spacing

_REDIRECTS = {301, 302, 303, 307, 308}
_HOLD = 60.0  # s a host is left alone after 429 without Retry-After
_DNS_THREADS = 16  # twice the concurrency: a silent name server keeps its thread after the deadline has passed
_TAG_LIMIT = 1024  # characters of an ETag worth keeping
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one page may cost. Times in seconds, sizes in bytes."""

    deadline: float = 30.0  # connect, headers and body of all redirects together; waiting for a turn is not counted
    body: int = 10 * 1024 * 1024  # after decompression
    redirects: int = 5
    headers: int = 100
    header_bytes: int = 64 * 1024
    spacing: float = 5.0  # from the end of a request to a host to the start of the next
    concurrency: int = 8  # requests at once over all hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it came. `url` is where it was found after redirects; `body` is decompressed, b"" when not modified."""

    status: int
    url: str
    content_type: str
    body: bytes
    etag: str
    last_modified: str
    not_modified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """One call of `get`."""

    etag: str = ""
    last_modified: str = ""
    exempt: str = ""  # authority whose robots.txt is not asked
    robots: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


OpenClient = Callable[[CheckedResolver, Limits], httpx.AsyncClient]


def open_client(resolver: CheckedResolver, limits: Limits, tls: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """An httpx client on aiohttp: names only through `resolver`, no cookies, no proxies, raw bodies (the transport asks for them).

    `tls` is the trust store, the system's by default.
    """
    context = tls or ssl.create_default_context()

    def session() -> aiohttp.ClientSession:
        # no DNS cache: each new connection asks the resolver, which checks each answer
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, ssl=context, limit=limits.concurrency * 4)
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, max_headers=limits.headers + 1
        )

    return httpx.AsyncClient(transport=AiohttpTransport(client=session, verify=context), trust_env=False, timeout=None)


def system_lookup(pool: Executor) -> Lookup:
    """Names looked up by the system's resolver in threads of `pool`."""

    def ask(host: str, port: int) -> list[str]:
        return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

    async def lookup(host: str, port: int) -> Sequence[str]:
        return await asyncio.get_running_loop().run_in_executor(pool, ask, host, port)

    return lookup


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Fetcher:
    """Fetches pages. Used as an async context manager, in one event loop."""

    def __init__(
        self,
        *,
        user_agent: str,
        private_allow: frozenset[str] = frozenset(),
        limits: Limits = Limits(),  # noqa: B008, RUF009 (frozen)
        lookup: Lookup | None = None,
        open_client: OpenClient = open_client,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        wall: Callable[[], datetime] = _utc_now,
    ) -> None:
        """`user_agent` names the office and a contact (ASCII); `private_allow` holds authorities (host:port) of the office's own.

        Raises: ValueError when the user agent is empty or not plain ASCII.
        """
        if not user_agent.strip() or not (user_agent.isascii() and user_agent.isprintable()):
            raise ValueError(f"User-Agent 只能是非空的 ASCII 文字：{user_agent!r}")
        self._user_agent = user_agent
        self._agent = agent_token(user_agent)
        self._allow = private_allow
        self._limits = limits
        self._clock = clock
        self._wall = wall
        self._pool = ThreadPoolExecutor(_DNS_THREADS, thread_name_prefix="dns")
        self._client = open_client(CheckedResolver(lookup or system_lookup(self._pool), private_allow), limits)
        self._spacing = Spacing(clock, sleep)
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._robots = RobotsCache(clock)
        self._robots_asked: dict[str, asyncio.Lock] = {}
        self._held: dict[str, float] = {}  # authority → clock time before which it is left alone

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes connections. Name look-ups still under way are left to end by themselves."""
        await self._client.aclose()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def get(self, url: str, *, etag: str = "", last_modified: str = "", robots_exempt: str = "") -> Fetched:
        """The page at `url`; with `etag` or `last_modified` a conditional request, whose answer may be "not modified".

        `robots_exempt` is the authority a permission letter covers (`robots.exempt_authority`), or "".

        Raises: FetchError.
        """
        return await self._follow(url, _Ask(etag=etag, last_modified=last_modified, exempt=robots_exempt))

    async def _follow(self, url: str, ask: _Ask) -> Fetched:
        first = target = self._target(url)
        seen = {target.url}
        left = self._limits.deadline
        for _ in range(self._limits.redirects + 1):
            gap = await self._permitted_gap(target, ask)
            headers = self._headers(ask if target.origin == first.origin else _Ask())
            reply, took = await self._in_turn(target, gap, headers, left)
            left -= took
            if reply.status not in _REDIRECTS:
                return self._judged(target, reply, conditional="if-none-match" in headers or "if-modified-since" in headers)
            target = self._next_target(target, reply)
            if target.url in seen:
                raise FetchError(url, After.SKIP, f"重定向绕回 {target.url}", status=reply.status)
            seen.add(target.url)
        raise FetchError(url, After.SKIP, f"重定向超过 {self._limits.redirects} 次")

    def _target(self, url: str, shown: str = "") -> Target:
        """The checked target. Raises: FetchError."""
        try:
            target = read_target(url)
            check_literal(target, self._allow)
        except RefusedError as exc:
            raise FetchError(shown or url, After.SKIP, f"不采集：{exc}") from exc
        return target

    def _next_target(self, target: Target, reply: _Reply) -> Target:
        location = reply.headers.get("location", "").strip()
        if not location:
            raise FetchError(target.url, After.SKIP, f"重定向没有给出去处（HTTP {reply.status}）", status=reply.status)
        try:
            joined = urljoin(target.url, location)
        except ValueError as exc:
            raise FetchError(target.url, After.SKIP, f"重定向去处写法有误：{location[:200]}", status=reply.status) from exc
        return self._target(joined, shown=f"{target.url} 重定向到 {joined[:500]}")

    def _headers(self, ask: _Ask) -> dict[str, str]:
        headers = {
            "user-agent": self._user_agent,
            "accept": _ACCEPT,
            "accept-language": "zh-CN,zh;q=0.9",
            "accept-encoding": ACCEPTED,
        }
        if ask.etag:
            headers["if-none-match"] = ask.etag
        if ask.last_modified:
            headers["if-modified-since"] = ask.last_modified
        return headers

    # turns
    def _own_gap(self, target: Target) -> float:
        return 0.0 if target.authority in self._allow else self._limits.spacing

    async def _permitted_gap(self, target: Target, ask: _Ask) -> float:
        """Seconds to keep after this request. Raises: FetchError when robots.txt forbids it or cannot be read."""
        own = self._own_gap(target)
        if not ask.robots or (ask.exempt and target.authority == ask.exempt):
            return own
        rules = await self._rules(target)
        if rules.refused:
            raise FetchError(target.url, After.RETRY, f"{rules.url} 读不到，本轮不采集：{rules.refused}", retry_after=rules.retry_after)
        if not rules.allows(target.url):
            raise FetchError(target.url, After.SKIP, f"{rules.url} 不允许采集")
        return max(own, rules.delay()) if own else 0.0

    async def _in_turn(self, target: Target, gap: float, headers: dict[str, str], seconds: float) -> tuple[_Reply, float]:
        """The reply and the seconds it took. Raises: FetchError."""
        if seconds <= 0:
            raise FetchError(target.url, After.RETRY, f"超过 {self._limits.deadline:g} 秒没有取完")
        async with self._spacing.turn(target.origin, gap), self._slots:
            self._check_held(target)
            began = time.monotonic()
            reply = await self._send(target, headers, seconds)
            self._hold_if_asked(target, reply)
            return reply, time.monotonic() - began

    def _check_held(self, target: Target) -> None:
        wait = self._held.get(target.authority, float("-inf")) - self._clock()
        if wait > 0:
            raise FetchError(target.url, After.RETRY, f"服务器要求 {wait:.0f} 秒后再来", retry_after=wait)
        self._held.pop(target.authority, None)

    def _hold_if_asked(self, target: Target, reply: _Reply) -> None:
        wait = self._wait_asked(reply)
        if wait:
            self._held[target.authority] = self._clock() + wait

    def _wait_asked(self, reply: _Reply) -> float | None:
        if reply.status not in (429, 503):
            return None
        asked = retry_after_seconds(reply.headers.get("retry-after", ""), self._wall())
        return _HOLD if asked is None and reply.status == 429 else asked

    # robots.txt
    async def _rules(self, target: Target) -> Rules:
        lock = self._robots_asked.setdefault(target.origin, asyncio.Lock())
        try:
            async with lock:  # one asks, the others wait for its answer
                rules = self._robots.get(target.origin)
                if rules is None:
                    rules = await self._ask_rules(target)
                    self._robots.put(target.origin, rules)
                return rules
        finally:
            if not lock.locked():
                self._robots_asked.pop(target.origin, None)

    async def _ask_rules(self, target: Target) -> Rules:
        url = urljoin(target.url, "/robots.txt")
        try:
            page = await self._follow(url, _Ask(robots=False))
        except FetchError as exc:
            if exc.status is not None and 400 <= exc.status < 500 and exc.status != 429:
                return Rules(url=url, agent=self._agent)
            return Rules(url=url, agent=self._agent, refused=exc.message.removeprefix(f"{url}："), retry_after=exc.retry_after)
        return read_rules(page.body, url=url, agent=self._agent)

    # the wire
    async def _send(self, target: Target, headers: dict[str, str], seconds: float) -> _Reply:
        """One request, no redirect followed. Raises: FetchError."""
        request = httpx.Request("GET", target.url, headers=headers)
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.send(request, stream=True, follow_redirects=False)
                try:
                    return await self._read(response)
                finally:
                    await response.aclose()
        except TimeoutError as exc:
            raise FetchError(target.url, After.RETRY, f"超过 {self._limits.deadline:g} 秒没有取完") from exc
        except RefusedError as exc:
            raise FetchError(target.url, After.SKIP, f"不采集：{exc}") from exc
        except (TooLargeError, CodingError) as exc:
            raise FetchError(target.url, After.SKIP, str(exc)) from exc
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError) as exc:
            kind, words = _broken(exc)
            raise FetchError(target.url, kind, words) from exc

    async def _read(self, response: httpx.Response) -> _Reply:
        """Status, headers and, for 2xx, the body. Raises: TooLargeError, CodingError."""
        raw = response.headers.raw
        total = sum(len(name) + len(value) + 4 for name, value in raw)
        if len(raw) > self._limits.headers or total > self._limits.header_bytes:
            raise TooLargeError(f"响应头过多（{len(raw)} 个，{total} 字节）")
        if not response.is_success:
            return _Reply(status=response.status_code, headers=response.headers, body=b"")
        stated = response.headers.get("content-length", "")
        if stated.isdigit() and int(stated[:18]) > self._limits.body:
            raise TooLargeError(f"正文超过 {size(self._limits.body)} 上限")
        body = Body(response.headers.get("content-encoding", ""), self._limits.body)
        async for chunk in response.aiter_raw():
            body.feed(chunk)
        return _Reply(status=response.status_code, headers=response.headers, body=body.close())

    def _judged(self, target: Target, reply: _Reply, *, conditional: bool) -> Fetched:
        """The page a final reply brings. Raises: FetchError for every status but 2xx, and 304 to a conditional request."""
        if not (200 <= reply.status < 300 or (reply.status == 304 and conditional)):
            raise status_error(target.url, reply.status, self._wait_asked(reply))
        return Fetched(
            status=reply.status,
            url=target.url,
            content_type=reply.headers.get("content-type", ""),
            body=reply.body,
            etag=_kept(reply.headers.get("etag", "")),
            last_modified=_kept(reply.headers.get("last-modified", "")),
            not_modified=reply.status == 304,
        )


def _kept(validator: str) -> str:
    """A validator fit to be sent back, else ""."""
    return validator if len(validator) <= _TAG_LIMIT and validator.isascii() and validator.isprintable() else ""


_BROKEN: tuple[tuple[type[BaseException], After, str], ...] = (
    (aiohttp.ClientConnectorDNSError, After.RETRY, "域名解析失败"),
    (aiohttp.ClientConnectorCertificateError, After.STOP, "证书有误"),
    (aiohttp.ClientSSLError, After.RETRY, "加密连接失败"),
    (aiohttp.ServerDisconnectedError, After.RETRY, "服务器断开了连接"),
    (aiohttp.ClientConnectorError, After.RETRY, "连不上服务器"),
    (aiohttp.ClientPayloadError, After.RETRY, "正文传输中断或分块有误"),
    (aiohttp.ClientResponseError, After.SKIP, "响应不合 HTTP 规范"),
    (aiohttp.InvalidURL, After.SKIP, "网址写法有误"),
    # httpx parses Location even where redirects are not followed; our own URL is sound
    (httpx.InvalidURL, After.SKIP, "重定向去处写法有误"),
    (httpx.RemoteProtocolError, After.SKIP, "重定向去处写法有误"),
)


def _broken(exc: BaseException) -> tuple[After, str]:
    """What went wrong, read from the exception and its causes: the transport maps several aiohttp errors to one of httpx."""
    chain: list[BaseException] = []
    link: BaseException | None = exc
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    for kind, after, words in _BROKEN:
        if any(isinstance(one, kind) for one in chain):
            return after, f"{words}（{_short(chain)}）"
    return After.RETRY, f"连接中断（{_short(chain)}）"


def _short(chain: list[BaseException]) -> str:
    """The innermost error's own words, bounded."""
    words = (one.message if isinstance(one, aiohttp.ClientResponseError) else str(one) for one in reversed(chain))
    return next((said.strip().splitlines()[0][:200] for said in words if said.strip()), type(chain[-1]).__name__)
