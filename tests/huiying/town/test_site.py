"""The site over real HTTP on loopback: validators and 304, what is missing, what fails, what is slow, and a port kept."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from time import monotonic

import pytest
from aiohttp import ClientSession, ClientTimeout
from multidict import CIMultiDictProxy

from huiying.town.content import Item, Place, load_items
from huiying.town.loopback import on_loopback
from huiying.town.site import SLOW_SECONDS, serve_town, town_app

NOW = datetime(2018, 6, 8, 4, 0, 7, 500, tzinfo=UTC)
ONE = Item(id="n1", place=Place.NEWS, title="停水", text="三天没水了", age=30)
CHANGED = datetime(2018, 6, 8, 3, 30, 7, tzinfo=UTC)  # ONE's time in whole seconds
ARTICLE = "/news/art/2018/6/8/art_12219_1.html"


@asynccontextmanager
async def small_town(
    clock: Callable[[], datetime] | None = None, slow_seconds: float = SLOW_SECONDS
) -> AsyncIterator[tuple[str, ClientSession]]:
    thread = Item(id="t1", place=Place.FORUM, title="路灯", text="不亮", age=5, author="甲")
    app = town_app([ONE, thread], NOW, clock=clock, slow_seconds=slow_seconds)
    async with on_loopback(app) as base, ClientSession(timeout=ClientTimeout(total=4)) as client:
        yield base, client


def asked(path: str, headers: dict[str, str] | None = None) -> tuple[int, CIMultiDictProxy[str], bytes]:
    """Status, headers and body of one GET in the small town."""

    async def ask() -> tuple[int, CIMultiDictProxy[str], bytes]:
        async with small_town() as (base, client), client.get(base + path, headers=headers or {}) as answer:
            return answer.status, answer.headers, await answer.read()

    return asyncio.run(ask())


def test_a_page_with_its_validators() -> None:
    status, headers, body = asked(ARTICLE)
    assert status == 200
    assert "三天没水了" in body.decode("utf-8")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["ETag"].startswith('"')
    assert parsedate_to_datetime(headers["Last-Modified"]) == CHANGED


@pytest.mark.parametrize(
    "path", ["/", "/news/", ARTICLE, "/bbs/forum-2-1.html", "/bbs/thread-1-1-1.html", "/feed.xml", "/robots.txt"]
)
def test_the_same_tag_gives_304_and_no_body(path: str) -> None:
    async def twice() -> None:
        async with small_town() as (base, client):
            async with client.get(base + path) as first:
                tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
            async with client.get(base + path, headers={"If-None-Match": tag}) as second:
                assert second.status == 304
                assert await second.read() == b""
                assert (second.headers["ETag"], second.headers["Last-Modified"]) == (tag, modified)

    asyncio.run(twice())


def http_date(when: datetime) -> str:
    return format_datetime(when.astimezone(UTC), usegmt=True)


@pytest.fixture(scope="module")
def tag() -> str:
    return asked(ARTICLE)[1]["ETag"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"If-None-Match": "TAG"}, 304),
        ({"If-None-Match": "W/TAG"}, 304),
        ({"If-None-Match": '"another", TAG'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"another"'}, 200),
        ({"If-Modified-Since": http_date(CHANGED)}, 304),
        ({"If-Modified-Since": http_date(CHANGED + timedelta(days=1))}, 304),
        ({"If-Modified-Since": http_date(CHANGED - timedelta(seconds=1))}, 200),
        ({"If-Modified-Since": "昨天".encode().decode("latin-1")}, 200),
        ({"If-None-Match": '"another"', "If-Modified-Since": http_date(CHANGED)}, 200),
        ({"If-None-Match": "TAG", "If-Modified-Since": http_date(CHANGED - timedelta(days=9))}, 304),
    ],
)
def test_conditional_requests(headers: dict[str, str], status: int, tag: str) -> None:
    assert asked(ARTICLE, {name: value.replace("TAG", tag) for name, value in headers.items()})[0] == status


def test_a_changed_page_is_sent_again() -> None:
    """The board says 5 分钟前, later 半小时前: another body, another tag."""
    now = [NOW]

    async def read() -> None:
        async with small_town(clock=lambda: now[0]) as (base, client):
            async with client.get(f"{base}/bbs/forum-2-1.html") as first:
                tag = first.headers["ETag"]
                assert "5&nbsp;分钟前" in (await first.read()).decode("gbk")
            now[0] = NOW + timedelta(minutes=30)
            async with client.get(f"{base}/bbs/forum-2-1.html", headers={"If-None-Match": tag}) as second:
                assert second.status == 200
                assert "半小时前" in (await second.read()).decode("gbk")

    asyncio.run(read())


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/broken/404", 404, "页面不存在"),
        ("/nowhere", 404, "页面不存在"),
        ("/bbs/thread-77-1-1.html", 404, "页面不存在"),
        ("/broken/500", 500, "系统繁忙"),
        ("/private/", 200, "不供采集"),
    ],
)
def test_other_answers(path: str, status: int, word: str) -> None:
    found, _, body = asked(path)
    assert found == status
    assert word in body.decode()


def test_head_has_the_headers_alone(tag: str) -> None:
    async def ask() -> tuple[int, str, bytes]:
        async with small_town() as (base, client), client.head(base + ARTICLE) as answer:
            return answer.status, answer.headers["ETag"], await answer.read()

    assert asyncio.run(ask()) == (200, tag, b"")


def test_nobody_can_post() -> None:
    async def ask() -> int:
        async with small_town() as (base, client), client.post(base + ARTICLE, data="水") as answer:
            return answer.status

    assert asyncio.run(ask()) == 405


def test_the_slow_page_is_slow_and_does_not_hold_the_rest() -> None:
    async def ask() -> tuple[float, int, str]:
        async with small_town(slow_seconds=0.4) as (base, client):
            began = monotonic()
            slow = asyncio.create_task(client.get(f"{base}/broken/slow"))
            await asyncio.sleep(0.05)
            async with client.get(base + ARTICLE) as quick:
                took, status = monotonic() - began, quick.status
            answer = await slow
            assert monotonic() - began >= 0.4
            return took, status, await answer.text()

    took, status, words = asyncio.run(ask())
    assert (status, words) == (200, "终于等到你")
    assert took < 0.35


def test_closing_does_not_wait_for_a_slow_reader() -> None:
    async def ask() -> float:
        async with ClientSession() as client:
            async with on_loopback(town_app([], NOW, slow_seconds=30)) as base:
                waiting = asyncio.create_task(client.get(f"{base}/broken/slow"))
                await asyncio.sleep(0.1)
                began = monotonic()
            took = monotonic() - began
            await asyncio.gather(waiting, return_exceptions=True)
            return took

    assert asyncio.run(ask()) < 3


async def fetched(url: str) -> tuple[int, bytes]:
    async with ClientSession(timeout=ClientTimeout(total=4)) as client, client.get(url) as answer:
        return answer.status, await answer.read()


def run(ask: Callable[[str], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with serve_town(NOW) as base:
            await ask(base)

    asyncio.run(inside())


def test_the_bundled_town_is_served_whole() -> None:
    async def ask(base: str) -> None:
        assert base.startswith("http://127.0.0.1:")
        for item in load_items():
            if item.place is Place.FORUM:
                status, body = await fetched(f"{base}/bbs/thread-{item.number}-1-1.html")
                assert status == 200
                assert (item.title in body.decode("gbk")) == (not item.closed)

    run(ask)


def test_the_feed_links_to_where_it_was_read() -> None:
    async def ask(base: str) -> None:
        _, feed = await fetched(f"{base}/feed.xml")
        for item in load_items():
            if item.place is Place.FEED:
                link = f"{base}/wemedia/{item.number}.html"
                assert f"<link>{link}</link>" in feed.decode("gbk")
                assert (await fetched(link))[0] == 200

    run(ask)


def test_many_readers_at_once() -> None:
    async def ask(base: str) -> None:
        paths = ["/news/", "/bbs/forum-2-1.html", "/feed.xml", "/mailbox/"] * 10
        found = await asyncio.gather(*(fetched(base + path) for path in paths))
        assert {status for status, _ in found} == {200}
        assert len({body for _, body in found}) == 4

    run(ask)


def test_the_same_port_after_a_restart() -> None:
    """The addresses are the posts' identities: a second run on the same data must find the same ones."""

    async def twice() -> None:
        async with serve_town(NOW) as first:
            before = await fetched(f"{first}/feed.xml")
        with pytest.raises(OSError, match="Cannot connect"):
            await fetched(f"{first}/feed.xml")
        async with serve_town(NOW, port=int(first.rsplit(":", 1)[1])) as second:
            assert second == first
            assert await fetched(f"{second}/feed.xml") == before

    asyncio.run(twice())


def test_a_taken_port_is_said() -> None:
    async def both() -> None:
        async with serve_town(NOW) as base:
            with pytest.raises(OSError, match="address already in use"):
                async with serve_town(NOW, port=int(base.rsplit(":", 1)[1])):
                    pass
            assert (await fetched(f"{base}/news/"))[0] == 200, "the first goes on"

    asyncio.run(both())


def test_only_loopback_listens() -> None:
    async def ask(base: str) -> None:
        host, port = base.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        with pytest.raises(OSError):  # noqa: PT011  refused or unreachable, as the system words it
            await asyncio.open_connection("127.0.0.2", int(port))

    run(ask)
