"""Loopback receivers for tests: group robots and a mail server that refuse what the real ones refuse, with the real ones' words.

Written from the providers' documents, not from our senders: signatures are computed here a second time, by other means.
"""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = web.StreamResponse | None


@dataclass
class Robot:
    """One robot. `script` are answers given before anything is checked: an HTTP status, "not-json", "hang", "drip" or a JSON body."""

    key: str = "KEY-never-shown"
    secret: str = ""
    limit: int = 1_000  # messages a minute
    clock: Callable[[], float] = time.time  # seconds
    script: list[object] = field(default_factory=list)
    accepted: list[dict[str, object]] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    redirected: int = 0
    url: str = ""

    def crowded(self) -> bool:
        """Counts this message; True above the minute's limit."""
        self.seen = [at for at in self.seen if at > self.clock() - 60]
        if len(self.seen) >= self.limit:
            return True
        self.seen.append(self.clock())
        return False

    async def scripted(self, request: web.Request) -> Answer:
        """The next answer of the script, if any."""
        if not self.script:
            return None
        step = self.script.pop(0)
        if step == "not-json":
            return web.Response(text="<html>gateway</html>", content_type="text/html")
        if step == "redirect":
            return web.Response(status=302, headers={"Location": f"{self.url}/elsewhere"})
        if step == "hang":
            await asyncio.sleep(30)
        if step == "accept, then hang":
            self.accepted.append(await request.json())
            await asyncio.sleep(30)
        if step == "accept, then dawdle":
            self.accepted.append(await request.json())
            await asyncio.sleep(0.5)
            return web.json_response({"errcode": 0, "code": 0})
        if step == "drip":
            return await self._drip(request)
        if step == "endless":
            return web.Response(text='{"errcode":0,"pad":"' + "x" * 200_000 + '"}', content_type="application/json")
        if isinstance(step, int):
            return web.json_response({"errcode": 0, "code": 0}, status=step, headers=self.headers)
        return web.json_response(step)

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(300):
            await response.write(b" ")
            await asyncio.sleep(0.1)
        return response

    async def elsewhere(self, request: web.Request) -> web.Response:
        """Where a redirect leads: nothing may arrive here."""
        self.redirected += 1
        return web.json_response({"errcode": 0})


def _sha256_hmac(key: str, words: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), words.encode(), "sha256")).decode()


def wecom(robot: Robot) -> Callable[[web.Request], object]:
    """企业微信."""

    async def answer(request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        robot.raw.append(raw)
        if (said := await robot.scripted(request)) is not None:
            return said
        body = json.loads(raw)
        if request.query.get("key") != robot.key:
            return web.json_response({"errcode": 93000, "errmsg": f"invalid webhook url {request.query.get('key')}"})
        if len(body["markdown"]["content"].encode()) > 4096:
            return web.json_response({"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"})
        if robot.crowded():
            return web.json_response({"errcode": 45009, "errmsg": "api freq out of limit"})
        robot.accepted.append(body)
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    return answer


def dingtalk(robot: Robot) -> Callable[[web.Request], object]:
    """钉钉. Above the limit it is silent for ten minutes."""
    blocked = {"until": 0.0}

    async def answer(request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        robot.raw.append(raw)
        if (said := await robot.scripted(request)) is not None:
            return said
        if request.query.get("access_token") != robot.key:
            return web.json_response({"errcode": 300005, "errmsg": "token is not exist"})
        if robot.secret and not _dingtalk_signed(robot, request):
            return web.json_response({"errcode": 310000, "errmsg": "sign not match"})
        if len(raw) > 20_000:
            return web.json_response({"errcode": 460101, "errmsg": "message too long"})
        if robot.clock() < blocked["until"]:
            return web.json_response({"status": 1111, "wait": 5, "source": "x5", "punish": "deny"})
        if robot.crowded():
            blocked["until"] = robot.clock() + 600
            return web.json_response({"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})
        robot.accepted.append(json.loads(raw))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    return answer


def _dingtalk_signed(robot: Robot, request: web.Request) -> bool:
    stamp = request.query.get("timestamp", "0")
    fresh = abs(robot.clock() * 1000 - int(stamp)) <= 3_600_000
    raw_sign = request.rel_url.raw_query_string.partition("sign=")[2].partition("&")[0]
    return fresh and unquote(raw_sign) == _sha256_hmac(robot.secret, f"{stamp}\n{robot.secret}")


def feishu(robot: Robot) -> Callable[[web.Request], object]:
    """飞书."""

    async def answer(request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        robot.raw.append(raw)
        if (said := await robot.scripted(request)) is not None:
            return said
        body = json.loads(raw)
        if request.match_info["key"] != robot.key:
            return web.json_response({"code": 19001, "msg": "param invalid: incoming webhook access token invalid"})
        if len(raw) > 20 * 1024:
            return web.json_response({"code": 9499, "msg": "Bad Request", "data": {}})
        stamp = str(body.get("timestamp", "0"))
        fresh = abs(robot.clock() - int(stamp)) <= 3_600
        if robot.secret and not (fresh and body.get("sign") == _sha256_hmac(f"{stamp}\n{robot.secret}", "")):
            return web.json_response({"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"})
        if robot.crowded():
            return web.json_response({"code": 11232, "msg": "frequency limited"})
        robot.accepted.append(body)
        return web.json_response({"code": 0, "msg": "success", "StatusCode": 0})

    return answer


_PATHS = {wecom: "/cgi-bin/webhook/send", dingtalk: "/robot/send", feishu: "/open-apis/bot/v2/hook/{key}"}


@asynccontextmanager
async def serve(robot: Robot, kind: Callable[[Robot], Callable[[web.Request], object]]) -> AsyncIterator[Robot]:
    """The robot listening on a free port of 127.0.0.1; `robot.url` is its base URL."""
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post(_PATHS[kind], kind(robot))  # type: ignore[arg-type]
    app.router.add_route("*", "/elsewhere", robot.elsewhere)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    robot.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield robot
    finally:
        await runner.cleanup()


@dataclass
class Mailbox:
    """A mail server. `refuse` maps a command (EHLO, MAIL, RCPT, DATA) to replies given before it works again."""

    refuse: dict[str, list[str]] = field(default_factory=dict)
    received: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    hang: bool = False
    port: int = 0

    def letters(self) -> list[EmailMessage]:
        """The letters as a mail reader parses them."""
        return [message_from_bytes(raw, policy=policy.default) for _, _, raw in self.received]  # type: ignore[misc]

    def _refusal(self, command: str) -> str | None:
        queue = self.refuse.get(command, [])
        return queue.pop(0) if queue else None

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """EHLO."""
        if self.hang:
            await asyncio.sleep(30)
        session.host_name = hostname
        refusal = self._refusal("EHLO")
        return [refusal] if refusal else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """MAIL FROM."""
        envelope.mail_from = address
        return self._refusal("MAIL") or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """RCPT TO."""
        refusal = self._refusal("RCPT")
        if refusal is None and not address.endswith("@tinghu.example"):
            refusal = "550 5.1.1 no such user"
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """DATA."""
        refusal = self._refusal("DATA")
        if refusal is None:
            content = envelope.original_content or b""
            self.received.append((envelope.mail_from or "", list(envelope.rcpt_tos), content))
        return refusal or "250 OK: queued"


@asynccontextmanager
async def serve_mail(mailbox: Mailbox) -> AsyncIterator[Mailbox]:
    """The mail server listening on a free port of 127.0.0.1."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="mail.tinghu.example", ident="ESMTP", loop=loop), "127.0.0.1", 0
    )
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await asyncio.sleep(0)
