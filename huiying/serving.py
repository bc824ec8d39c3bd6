"""Serving the workbench: uvicorn in the event loop of whoever runs it, and the first administrator."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from urllib.parse import urlsplit

import uvicorn

from huiying.bench_actions import BenchActions
from huiying.office import Desk
from records.account import Role
from workbench.admin_pages import new_account
from workbench.app import create_app
from workbench.receipt_links import signer_in

PORT = 8700
ADMINISTRATOR = "admin"


class NotServedError(RuntimeError):
    """The workbench cannot be served; says why."""


def first_administrator(actions: BenchActions) -> str:
    """The one-time password of a new administrator; "" when there is an account already. Printed once, never logged."""
    if actions.accounts.users():
        return ""
    _, password = new_account(actions, ADMINISTRATOR, "系统管理员", actions.units.office, (Role.ADMINISTRATOR,))
    actions.log("系统", "account:first", ADMINISTRATOR, "首次启动建立系统管理员账号")
    return password


@asynccontextmanager
async def serve(desk: Desk, host: str = "127.0.0.1", port: int | None = None) -> AsyncIterator[str]:
    """The address the workbench is served at while the block runs. Raises: NotServedError when the port is taken."""
    actions = BenchActions(desk)
    wanted = port if port is not None else urlsplit(desk.settings.office.public_url).port or PORT
    listening = _listening(host, wanted)  # first: an administrator whose password nobody saw would lock the office out
    password = first_administrator(actions)
    config = uvicorn.Config(
        create_app(actions, signer_in(desk.data)), log_level="error", access_log=False, server_header=False, proxy_headers=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]  # signals are the daemon's
    task = asyncio.ensure_future(server.serve(sockets=[listening]))
    address = f"http://{host}:{listening.getsockname()[1]}"
    if password:
        print(f"工作台 {address}　登录名 {ADMINISTRATOR}　一次性口令 {password}（首次登录须修改）", file=sys.stderr)
    try:
        yield address
    finally:
        server.should_exit = True
        await task


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens: connections wait in it until the server takes them. Raises: NotServedError."""
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise NotServedError(f"工作台不能在 {host}:{port} 提供服务：{error.strerror or error}") from error
