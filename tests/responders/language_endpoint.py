"""A language model's endpoint for tests, on loopback in a thread of its own: it says what it is told to, and keeps what it was sent."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web

Said = Callable[[dict[str, object]], object]


def chat(content: object, **more: object) -> dict[str, object]:
    """A well-formed reply."""
    return {"choices": [{"message": {"role": "assistant", "content": content} | more}]}


@dataclass
class Endpoint:
    """`says` makes the reply of a request's body: a dict or list as JSON, bytes as they are, an int as a status, or "hang", "drip", "redirect"."""

    says: Said = lambda body: chat("停水问题正在核实。")  # noqa: E731
    bodies: list[dict[str, object]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    redirected: int = 0
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        body = await request.json()
        self.bodies.append(body)
        self.keys.append(request.headers.get("Authorization", ""))
        said = self.says(body)
        if said == "hang":
            await asyncio.sleep(60)
        if said == "drip":
            return await self._drip(request)
        if said == "redirect":
            return web.Response(status=307, headers={"Location": f"{self.url}/elsewhere"})
        if isinstance(said, int):
            return web.json_response(chat("停水问题正在核实。"), status=said)
        if isinstance(said, bytes):
            return web.Response(body=said, content_type="application/json")
        return web.Response(text=json.dumps(said), content_type="application/json")

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        """A byte a second, for a minute."""
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(60):
            await response.write(b" ")
            await asyncio.sleep(1)
        return response

    async def elsewhere(self, request: web.Request) -> web.Response:
        """Where a redirect leads: nothing may arrive here."""
        self.redirected += 1
        return web.json_response(chat("停水问题正在核实。"))

    @property
    def sent(self) -> list[dict[str, str]]:
        """The messages of the last request."""
        return self.bodies[-1]["messages"]  # type: ignore[return-value]


async def _up(endpoint: Endpoint) -> web.AppRunner:
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post("/v1/chat/completions", endpoint.answer)
    app.router.add_route("*", "/elsewhere", endpoint.elsewhere)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner


@contextmanager
def listening(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint, listening on a free port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(_up(endpoint), loop).result(10)
    try:
        yield endpoint
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
