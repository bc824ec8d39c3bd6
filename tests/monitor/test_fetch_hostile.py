"""Fetching from hostile servers: bombs, floods, drips, broken protocol, private addresses behind public names."""

import asyncio
import contextlib
import gzip
import shutil
import socket
import ssl
import subprocess
import sys
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import brotli
import pytest
import zstandard

from monitor.fetch import Fetched, Fetcher, Limits
from monitor.fetch_error import After, FetchError
from tests.monitor.loopback_site import AGENT, PUBLIC, Clock, Request, Route, Site, answer, detoured, fetcher, redirect

ROOT = Path(__file__).resolve().parents[2]
PAGE = "<h1>青年路停水通知</h1>"
SHORT = Limits(deadline=0.5)
MEGABYTE = b"\0" * 2**20


def outcome(routes: dict[str, Route], path: str = "/x", **settings: object) -> Fetched | FetchError:
    async def run() -> Fetched | FetchError:
        async with Site({"/robots.txt": answer(status=404)} | routes) as site, fetcher(site, **settings) as made:
            try:
                return await made.get(site.url(path))
            except FetchError as exc:
                return exc

    return asyncio.run(run())


def failure(route: Route, **settings: object) -> FetchError:
    began = time.monotonic()
    found = outcome({"/x": route}, **settings)
    assert time.monotonic() - began < 2
    assert isinstance(found, FetchError)
    assert "/x：" in found.message
    assert found.__cause__ is not None or found.status is not None
    return found


def bomb(coding: str, megabytes: int = 1024) -> bytes:
    """`megabytes` of zeros, packed."""
    if coding == "br":
        packer = brotli.Compressor(quality=5)
        return b"".join(packer.process(MEGABYTE) for _ in range(megabytes)) + packer.finish()
    bits = {"gzip": 31, "deflate": 15, "raw": -15}
    made = zstandard.ZstdCompressor(level=3).compressobj() if coding == "zstd" else zlib.compressobj(9, zlib.DEFLATED, bits[coding])
    return b"".join(made.compress(MEGABYTE) for _ in range(megabytes)) + made.flush()


BOMBED = """
import asyncio, re, sys, time
from monitor.fetch_error import FetchError
from tests.monitor.loopback_site import Site, answer, fetcher

def peak():  # KiB; ru_maxrss would start at the parent's, VmHWM starts at this program's own
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1])

async def run(coding, path):
    with open(path, "rb") as file:
        body = file.read()
    async with Site({"/warm": answer("<p>" + "暖" * 1000)}) as site, fetcher(site) as made:
        site.routes["/x"] = answer(body, Content_Encoding=coding)
        await made.get(site.url("/warm"))
        before, began = peak(), time.monotonic()
        try:
            await made.get(site.url("/x"))
        except FetchError as exc:
            grown = (peak() - before) / 1024
            print(exc.kind, round(grown, 1), round(time.monotonic() - began, 2), exc.message)

asyncio.run(run(*sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("header", "made"),
    [
        ("gzip", lambda: bomb("gzip", 300)),
        ("deflate", lambda: bomb("raw", 300)),
        ("br", lambda: bomb("br")),
        ("zstd", lambda: bomb("zstd")),
        ("gzip, gzip", lambda: gzip.compress(bomb("gzip", 300))),
    ],
)
def test_a_bomb_costs_neither_memory_nor_time(header: str, made: Callable[[], bytes], tmp_path: Path) -> None:
    packed = tmp_path / "bomb"
    packed.write_bytes(made())
    command = [sys.executable, "-c", BOMBED, header, str(packed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    kind, grown, took, message = done.stdout.split(" ", 3)
    assert kind == "skip"
    assert "解压后超过 10 MiB 上限" in message
    assert float(grown) <= 64
    assert float(took) <= 2


def test_five_layers_are_refused_unread() -> None:
    body = PAGE.encode()
    for _ in range(5):
        body = gzip.compress(body)
    found = failure(answer(body, Content_Encoding="gzip, gzip, gzip, gzip, gzip"))
    assert (found.kind, "叠了 5 层" in found.message) == (After.SKIP, True)


@pytest.mark.parametrize(
    ("body", "coding", "words"),
    [(PAGE.encode(), "gzip", "损坏"), (PAGE.encode(), "rot13", "rot13"), (gzip.compress(PAGE.encode())[:-9], "gzip", "不完整")],
)
def test_codings_that_lie(body: bytes, coding: str, words: str) -> None:
    found = failure(answer(body, Content_Encoding=coding))
    assert (found.kind, words in found.message) == (After.SKIP, True)


def test_twenty_megabytes_are_refused_by_their_stated_length() -> None:
    async def large(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 20971520\r\nConnection: close\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(20):
                writer.write(b"a" * 2**20)
                await writer.drain()

    found = failure(large)
    assert (found.kind, "超过 10 MiB" in found.message) == (After.SKIP, True)


def endless(head: bytes, chunk: bytes) -> Route:
    async def serve(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(chunk)
                await writer.drain()

    return serve


@pytest.mark.parametrize(
    ("head", "chunk"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"a" * 65536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"a" * 65536 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 3000),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x"), b"\0" * 65536),
    ],
)
def test_endless_bodies_end_at_the_cap(head: bytes, chunk: bytes) -> None:
    found = failure(endless(head, chunk), limits=Limits(body=2**20))
    assert (found.kind, "超过 1 MiB" in found.message) == (After.SKIP, True)


def test_a_body_at_the_cap_passes() -> None:
    found = outcome({"/x": answer(b"a" * 2**20)}, limits=Limits(body=2**20))
    assert isinstance(found, Fetched)
    assert len(found.body) == 2**20


@pytest.mark.parametrize("stated", [b"Content-Length: 500", b"Transfer-Encoding: chunked"])
def test_a_body_shorter_than_stated_is_no_page(stated: bytes) -> None:
    found = failure(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + stated + b"\r\n\r\n5\r\nhello\r\n")
    assert (found.kind, "正文传输中断" in found.message) == (After.RETRY, True)


def test_a_body_longer_than_stated_is_no_page() -> None:
    found = failure(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhello")
    assert (found.kind, "不合 HTTP 规范" in found.message) == (After.SKIP, True)


async def _drip(writer: asyncio.StreamWriter, head: bytes) -> None:
    writer.write(head)
    with contextlib.suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)


async def drip_body(request: Request, writer: asyncio.StreamWriter) -> None:
    await _drip(writer, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")


async def drip_headers(request: Request, writer: asyncio.StreamWriter) -> None:
    await _drip(writer, b"HTTP/1.1 200 OK\r\nX-Long: ")


async def drip_gzip(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        for byte in gzip.compress(PAGE.encode() * 100):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)


async def silence(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(1.0)


@pytest.mark.parametrize("route", [drip_body, drip_headers, drip_gzip, silence])
def test_a_drip_is_cut_at_the_deadline(route: Route) -> None:
    began = time.monotonic()
    found = failure(route, limits=SHORT)
    assert (found.kind, "超过 0.5 秒" in found.message) == (After.RETRY, True)
    assert 0.4 < time.monotonic() - began < 1.5


def test_the_deadline_covers_all_redirects_together() -> None:
    def slow(target: str) -> Route:
        async def serve(request: Request, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.2)
            writer.write(redirect(target))

        return serve

    began = time.monotonic()
    found = outcome({"/x": slow("/1"), "/1": slow("/2"), "/2": slow("/3"), "/3": slow("/4"), "/4": answer(PAGE)}, limits=SHORT)
    assert isinstance(found, FetchError)
    assert found.kind is After.RETRY
    assert time.monotonic() - began < 1.0


def test_dripping_servers_do_not_hold_up_an_honest_one() -> None:
    async def run() -> tuple[float, int]:
        routes: dict[str, Route] = {f"/drip{n}": drip_body for n in range(20)}
        limits = Limits(deadline=1.0, concurrency=40)
        async with Site(routes | {"/x": answer(PAGE), "/robots.txt": answer(status=404)}) as site, fetcher(site, limits=limits) as made:
            await made.get(site.url("/x"))
            drips = [asyncio.create_task(made.get(site.url(f"/drip{n}"))) for n in range(20)]
            await asyncio.sleep(0.1)
            began = time.monotonic()
            for _ in range(10):
                await made.get(site.url("/x"))
            took = time.monotonic() - began
            ended = await asyncio.gather(*drips, return_exceptions=True)
            return took, sum(isinstance(one, FetchError) and one.kind is After.RETRY for one in ended)

    took, cut = asyncio.run(run())
    assert took < 0.5
    assert cut == 20


@pytest.mark.parametrize(
    ("raw", "kind", "words"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 5000 + b"\r\nhi", After.SKIP, "HTTP"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + b"".join(b"X-%d: b\r\n" % n for n in range(100)) + b"\r\nhi", After.SKIP, "响应头过多"),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 7000) for n in range(12)) + b"\r\nhi", After.SKIP, "响应头过多"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\nhi", After.SKIP, "HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n", After.RETRY, ""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", After.RETRY, ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", After.SKIP, "HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nhello", After.SKIP, "HTTP"),
        (b"HTTP/1.1 20x OK\r\n\r\nhello", After.SKIP, "HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", After.SKIP, "HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x16", After.SKIP, ""),
        (b"", After.RETRY, "断开了连接"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", After.RETRY, "断开了连接"),
    ],
)
def test_broken_protocol(raw: bytes, kind: After, words: str) -> None:
    found = failure(raw)
    assert words in found.message
    assert found.kind is kind or (not words and found.kind in (After.SKIP, After.RETRY))


def test_a_dead_port_is_tried_later() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, never listening
        authority = f"127.0.0.1:{held.getsockname()[1]}"

        async def run() -> FetchError:
            async with Fetcher(user_agent=AGENT, private_allow=frozenset({authority})) as made:
                with pytest.raises(FetchError) as info:
                    await made.get(f"http://{authority}/x", robots_exempt=authority)
                return info.value

        found = asyncio.run(run())
    assert (found.kind, "连不上服务器" in found.message) == (After.RETRY, True)


def test_plain_text_on_a_tls_port_is_named() -> None:
    def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run() -> FetchError:
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            authority = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with Fetcher(user_agent=AGENT, private_allow=frozenset({authority})) as made:
                return await _refused(made, f"https://{authority}/x", authority)

    found = asyncio.run(run())
    assert found.kind is After.RETRY
    assert "加密连接失败" in found.message


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_nobody_signed_stops_the_source(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    command += ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def run() -> FetchError:
        async with await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context) as server:
            authority = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with Fetcher(user_agent=AGENT, private_allow=frozenset({authority})) as made:
                return await _refused(made, f"https://{authority}/x", authority)

    found = asyncio.run(run())
    assert (found.kind, "证书有误" in found.message) == (After.STOP, True)


# names
async def no_such_name(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def server_failure(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


async def no_answer(host: str, port: int) -> Sequence[str]:
    return []


async def silent(host: str, port: int) -> Sequence[str]:
    await asyncio.sleep(30)
    return []


async def private(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def mixed(host: str, port: int) -> Sequence[str]:
    return [PUBLIC, "10.0.0.1"]


async def huge(host: str, port: int) -> Sequence[str]:
    return [f"114.{n >> 8}.{n & 255}.1" for n in range(4000)]


@pytest.mark.parametrize(
    ("lookup", "kind", "words"),
    [
        (no_such_name, After.RETRY, "域名解析失败"),
        (server_failure, After.RETRY, "域名解析失败"),
        (no_answer, After.RETRY, "域名解析失败"),
        (silent, After.RETRY, "超过 0.5 秒"),
        (private, After.SKIP, "127.0.0.1"),
        (mixed, After.SKIP, "10.0.0.1"),
        (huge, After.SKIP, "4000 个地址"),
    ],
)
def test_names(lookup: Callable[[str, int], Awaitable[Sequence[str]]], kind: After, words: str) -> None:
    async def run() -> FetchError:
        async with Site({"/x": answer(PAGE)}) as site, Fetcher(user_agent=AGENT, lookup=lookup, limits=SHORT) as made:
            with pytest.raises(FetchError) as info:
                await made.get(site.url("/x", "news.example"), robots_exempt=f"news.example:{site.port}")
            assert site.connections == 0
            return info.value

    found = asyncio.run(run())
    assert (found.kind, words in found.message) == (kind, True)


def test_a_rebinding_name_never_reaches_the_canary() -> None:
    """Public for the first answer, loopback for the next: each connection is made to the address that was checked."""
    turns = 0

    async def rebinding(host: str, port: int) -> Sequence[str]:
        nonlocal turns
        turns += 1
        return [PUBLIC] if turns == 1 else ["127.0.0.1"]

    async def run() -> tuple[int, list[FetchError], int]:
        async with Site({"/x": answer(PAGE)}) as canary, Site() as public:
            clock = Clock()
            made = Fetcher(user_agent=AGENT, lookup=rebinding, clock=clock, sleep=clock.sleep, open_client=detoured)
            async with made:  # the detour shows that the first answer, a public one, is let through
                await _refused(made, public.url("/x", "rebind.example"), f"rebind.example:{public.port}")
            reached = public.connections
            failed = []
            async with Fetcher(user_agent=AGENT, lookup=rebinding, clock=clock, sleep=clock.sleep) as strict:
                for _ in range(20):
                    failed.append(await _refused(strict, canary.url("/x", "rebind.example"), f"rebind.example:{canary.port}"))
            return reached, failed, canary.connections

    reached, failed, connections = asyncio.run(run())
    assert (reached, connections, len(failed)) == (1, 0, 20)
    assert all(one.kind is After.SKIP and "解析到 127.0.0.1" in one.message for one in failed)


async def _refused(made: Fetcher, url: str, exempt: str) -> FetchError:
    with pytest.raises(FetchError) as info:
        await made.get(url, robots_exempt=exempt)
    return info.value


@pytest.mark.parametrize(
    "form",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "１２７.0.0.1", "a@127.0.0.1"],
)
@pytest.mark.parametrize("way", ["asked", "redirected"])
def test_the_canary_hears_nothing(form: str, way: str) -> None:
    async def run() -> tuple[int, FetchError]:
        async with Site({"/x": answer(PAGE)}) as canary, Site({"/robots.txt": answer(status=404)}) as site:
            url = f"http://{form}:{canary.port}/x"
            if way == "redirected":
                site.routes["/go"] = redirect(url.encode().decode("latin-1"))
                url = site.url("/go")
            async with fetcher(site) as made:
                found = await _refused(made, url, "")
            return canary.connections, found

    connections, found = asyncio.run(run())
    assert connections == 0
    assert found.kind in (After.SKIP, After.RETRY)  # by name: robots.txt is what could not be read
    assert any(words in found.message for words in ("不采集", "写法有误"))


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> tuple[int, int]:
        async with Site() as proxy, Site({"/x": answer(PAGE)}) as site:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url())
            async with fetcher(site) as made:
                await made.get(site.url("/x"))
            return proxy.connections, len(site.paths())

    assert asyncio.run(run()) == (0, 1)
