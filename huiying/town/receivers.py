"""Receivers (群机器人接收端): 企业微信, 钉钉 and 飞书 on loopback, with the rules of the real ones; what they accept is kept as JSON."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from huiying.town.loopback import on_loopback
from huiying.town.received import Received
from huiying.town.robots import ADDRESSES, Call, DingTalk, Feishu, Robot, Token, WeCom, call

Handler = Callable[[web.Request], Awaitable[web.Response]]
LARGEST = 1 << 20  # bytes of a request body that are read at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Where the three robots are (`*_url` without a trailing slash) and what opens them, made anew each time.

    `key` is 企业微信's key, 钉钉's access_token and 飞书's hook; `secret` signs for the last two.
    """

    wecom_url: str
    dingtalk_url: str
    feishu_url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)


def now_utc() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


def receiver_app(robot: Robot, folder: Path, *, clock: Callable[[], datetime] = now_utc) -> web.Application:
    """One robot over HTTP; accepted messages go to `folder`/NNN.json before the sender hears so."""
    app = web.Application(client_max_size=LARGEST)
    address, token = next((address, token) for name, address, token in ADDRESSES if name == robot.name)
    app.router.add_post(address, _handler(robot, token, Received(folder, ".json"), clock))
    return app


def _handler(robot: Robot, token: Token, kept: Received, clock: Callable[[], datetime]) -> Handler:
    turn = asyncio.Lock()  # one at a time: check, keep and count belong together, and files come in order of arrival

    async def receive(request: web.Request) -> web.Response:
        asked = call(token(request.match_info, request.query), request.query, await request.read())
        async with turn:
            now = clock()
            refused = robot.refuse(asked, now)
            if refused is None:
                await asyncio.to_thread(kept.put, pretty(asked))
                robot.take(now)
        return web.json_response(robot.ok if refused is None else refused)

    return receive


def pretty(asked: Call) -> bytes:
    """The message as kept: its JSON as sent, without the signature, indented for people.

    >>> print(pretty(call("k", {}, '{"sign":"x","text":{"content":"停水"}}'.encode())).decode(), end="")
    {
      "text": {
        "content": "停水"
      }
    }
    """
    message = {name: value for name, value in (asked.body or {}).items() if name != "sign"}
    return (json.dumps(message, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


@asynccontextmanager
async def serve_receivers(folder: Path, *, clock: Callable[[], datetime] = now_utc) -> AsyncIterator[Receivers]:
    """The three receivers on loopback while the block runs, keeping what they accept in `folder`/{wecom,dingtalk,feishu}.

    Raises: OSError when the folder cannot be written.
    """
    key, secret = secrets.token_urlsafe(18), secrets.token_urlsafe(18)
    robots: tuple[Robot, ...] = (WeCom(key), DingTalk(key, secret), Feishu(key, secret))
    async with AsyncExitStack() as stack:
        urls = [
            await stack.enter_async_context(on_loopback(receiver_app(robot, folder / robot.name, clock=clock)))
            for robot in robots
        ]
        yield Receivers(wecom_url=urls[0], dingtalk_url=urls[1], feishu_url=urls[2], key=key, secret=secret)
