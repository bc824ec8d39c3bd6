"""A small HTTP server on loopback for the collector's tests, honest or nasty as its routes say, and a clock that does not wait."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from monitor.addresses import CheckedResolver
from monitor.fetch import Fetcher, Limits

AGENT = "Huiying/0.1 (+mailto:office@example.cn)"
PUBLIC = "114.114.114.114"  # an address the rules allow; `detoured` leads it to loopback


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    path: str  # with the query
    headers: Mapping[str, str]  # names in lower case


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]
Route = bytes | Handler | Callable[[Request], bytes]


def answer(body: bytes | str = b"", *, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """A whole response; `headers` with _ for -."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {len(data)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def redirect(location: str, status: int = 302) -> bytes:
    return answer(status=status, Location=location)


@dataclass
class Site:
    """Serves `routes` by path and query; anything else is 404. `asked` are the requests, `connections` their connections."""

    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def __aenter__(self) -> "Site":
        self._running: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        self._server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths asked for, robots.txt left out."""
        return [request.path for request in self.asked if request.path != "/robots.txt"]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._serve(reader, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *rest = head.rstrip().split("\r\n")
            pairs = (line.split(": ", 1) for line in rest)
            request = Request(first.split(" ")[1], {name.lower(): value for name, value in pairs})
            self.asked.append(request)
            await self._reply(self.routes.get(request.path, answer("没有", status=404)), request, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client went away: that is what many tests are about
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(writer.wait_closed(), 0.2)
            writer.transport.abort()

    async def _reply(self, route: Route, request: Request, writer: asyncio.StreamWriter) -> None:
        if callable(route):
            made = route(request, writer) if asyncio.iscoroutinefunction(route) else route(request)  # type: ignore[call-arg]
            if not isinstance(made, bytes):
                await made
                return
            route = made
        writer.write(route)
        await writer.drain()


class Clock:
    """Monotonic seconds that pass only when someone sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds
        await asyncio.sleep(0)


def fetcher(*sites: Site, **settings: object) -> Fetcher:
    """A fetcher that counts the sites among the office's own."""
    wanted: dict[str, object] = {"user_agent": AGENT, "private_allow": frozenset(site.authority for site in sites)}
    return Fetcher(**(wanted | settings))  # type: ignore[arg-type]


async def always_public(host: str, port: int) -> Sequence[str]:
    """Every name has one public address."""
    return [PUBLIC]


class _Detour(CheckedResolver):
    """Checks as the real one does, then leads to loopback: the public network of a test."""

    async def resolve(self, host: str, port: int = 0, family: object = None) -> list[aiohttp.abc.ResolveResult]:  # type: ignore[override]
        return [{**one, "host": "127.0.0.1"} for one in await super().resolve(host, port)]


def detoured(resolver: CheckedResolver, limits: Limits) -> httpx.AsyncClient:
    """The client of a network where every public address is this machine."""

    def session() -> aiohttp.ClientSession:
        real = _Detour(resolver._lookup, resolver._allow)
        connector = aiohttp.TCPConnector(resolver=real, use_dns_cache=False)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return httpx.AsyncClient(transport=AiohttpTransport(client=session), trust_env=False, timeout=None)


def public_fetcher(clock: Clock, **settings: object) -> Fetcher:
    """A fetcher to which every host name is a public site on loopback: all of politeness applies, in `clock`'s time."""
    wanted: dict[str, object] = {
        "user_agent": AGENT, "lookup": always_public, "open_client": detoured, "clock": clock, "sleep": clock.sleep,
    }  # fmt: skip
    return Fetcher(**(wanted | settings))  # type: ignore[arg-type]
