"""A loopback server (本机服务) for an aiohttp application: 127.0.0.1, a port the system chooses, gone when the block ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

HOST = "127.0.0.1"
GRACE = 0.2  # seconds a request still running gets when the server closes


@asynccontextmanager
async def on_loopback(app: web.Application, *, port: int = 0) -> AsyncIterator[str]:
    """The base URL ("http://127.0.0.1:PORT", no trailing slash) while `app` is served. Raises: OSError when the port is taken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
