"""The town's site (示例站点): the pages over HTTP with ETag and Last-Modified, and a few broken addresses on purpose.

`/broken/404` and `/broken/500` answer so; `/broken/slow` sends nothing for `slow_seconds`: a source with these addresses shows
what the system says of bad input. `/private/` is served but forbidden in robots.txt.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ETag, web

from huiying.town.content import Item, load_items
from huiying.town.loopback import on_loopback
from huiying.town.pages import Page, Pages

Clock = Callable[[], datetime]
SLOW_SECONDS = 60.0  # twice the collector's deadline of 30 s


def town_app(
    items: Sequence[Item], now: datetime, *, clock: Clock | None = None, slow_seconds: float = SLOW_SECONDS, published: Path | None = None
) -> web.Application:
    """The site of a town opened at `now` (aware): ages count from there; relative times are as seen by `clock`, else at `now`."""
    pages = Pages(items, now)

    async def show(request: web.Request) -> web.Response:
        found = pages.page(request.path, base=str(request.url.origin()), now=clock() if clock else now)
        return answer(request, found) if found else missing()

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(slow_seconds)
        return web.Response(text="终于等到你")

    app = web.Application()
    app.router.add_get("/broken/slow", slow)
    app.router.add_get("/broken/500", _failing)
    if published is not None:
        published.mkdir(parents=True, exist_ok=True)
        app.router.add_static("/published/", published)
    app.router.add_get("/{path:.*}", show)
    return app


@asynccontextmanager
async def serve_town(now: datetime, *, clock: Clock | None = None, port: int = 0, published: Path | None = None) -> AsyncIterator[str]:
    """The base URL (no trailing slash) of the bundled town, opened at `now` and served on loopback while the block runs.

    `port` 0 lets the system choose; `published` is the folder of the office's own answers, served under /published/.

    Raises: OSError when the port is taken; BadItem when the content is broken.
    """
    async with on_loopback(town_app(load_items(), now, clock=clock, published=published), port=port) as base:
        yield base


def answer(request: web.Request, page: Page) -> web.Response:
    """200 with the page, or 304 when the reader has it already; both carry the validators."""
    tag = ETag(value=hashlib.sha256(page.body).hexdigest()[:32])
    changed = page.changed_at.astimezone(UTC).replace(microsecond=0)
    if unchanged(request, tag.value, changed):
        response = web.Response(status=304)
    else:
        response = web.Response(body=page.body, headers={"Content-Type": page.content_type})
    response.etag, response.last_modified = tag, changed
    return response


def unchanged(request: web.Request, tag: str, changed: datetime) -> bool:
    """True when the reader's copy is good: If-None-Match decides alone where it is given (weak comparison).

    Source: RFC 9110, 13.1.2, 13.1.3 and 13.2.2.
    """
    if request.if_none_match is not None:
        return any(one.value in (tag, "*") for one in request.if_none_match)
    since = request.if_modified_since
    return since is not None and changed <= since


def missing() -> web.Response:
    """404, as a Chinese site words it."""
    return web.Response(status=404, text="<h1>404</h1><p>您访问的页面不存在或已被删除</p>", content_type="text/html")


async def _failing(request: web.Request) -> web.Response:
    return web.Response(status=500, text="<h1>500</h1><p>系统繁忙，请稍后再试</p>", content_type="text/html")
