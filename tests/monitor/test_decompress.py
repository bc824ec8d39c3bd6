"""Codings undone: whole, in crumbs, stacked, broken off, damaged, and packed to burst."""

import gzip
import os
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.decompress import PIECE, Body, CodingError, TooLargeError, codings, size

CAP = 10 * 1024 * 1024
TEXT = "先锋街道停水通知：请居民储水。".encode() * 2000 + os.urandom(3000)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def brotlied(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=4))


def undone(coding: str, data: bytes, *, step: int = 16384, cap: int = CAP) -> bytes:
    body = Body(coding, cap)
    for start in range(0, len(data), step):
        body.feed(data[start : start + step])
    return body.close()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("", bytes),
    ("identity", bytes),
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotlied),
    ("zstd", zstandard.compress),
    ("gzip, br", lambda data: brotlied(gzip.compress(data))),
    ("br, gzip", lambda data: gzip.compress(brotlied(data))),
    ("zstd, deflate", lambda data: zlib.compress(zstandard.compress(data))),
    ("GZIP , identity", gzip.compress),
]


@pytest.mark.parametrize("step", [1, 2, 3, 64, 16384, 10**7])
@pytest.mark.parametrize(("coding", "pack"), PACKERS)
def test_what_was_packed_comes_back(coding: str, pack: Callable[[bytes], bytes], step: int) -> None:
    assert undone(coding, pack(TEXT), step=step) == TEXT


@pytest.mark.parametrize(("coding", "pack"), PACKERS)
def test_an_empty_body_is_empty_whatever_its_header_says(coding: str, pack: Callable[[bytes], bytes]) -> None:
    assert undone(coding, b"") == b""
    assert undone(coding, pack(b"")) == b""


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000), st.sampled_from(PACKERS), st.integers(1, 700))
def test_any_bytes_come_back(data: bytes, packer: tuple[str, Callable[[bytes], bytes]], step: int) -> None:
    assert undone(packer[0], packer[1](data), step=step) == data


@pytest.mark.parametrize("step", [1, 5, 16384])
@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_members_follow_each_other_and_padding_is_dropped(coding: str, pack: Callable[[bytes], bytes], step: int) -> None:
    assert undone(coding, pack(b"abc") + pack(b"") + pack(b"def"), step=step) == b"abcdef"
    assert undone(coding, pack(b"abc") + b"\0" * 100, step=step) == b"abc"
    assert undone(coding, pack(b"abc") + b"x", step=step) == b"abc"


@pytest.mark.parametrize(("coding", "pack"), [packer for packer in PACKERS if packer[0] not in ("", "identity")])
@pytest.mark.parametrize("missing", [1, 7, 200])
def test_data_broken_off_are_an_error(coding: str, pack: Callable[[bytes], bytes], missing: int) -> None:
    with pytest.raises(CodingError, match=r"不完整|损坏"):
        undone(coding, pack(TEXT)[:-missing])


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("damage", ["<html>不是压缩数据</html>".encode(), b"\xff" * 64])
def test_bytes_that_are_not_what_the_header_says_are_an_error(coding: str, damage: bytes) -> None:
    with pytest.raises(CodingError, match=r"损坏|不完整"):
        undone(coding, damage)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@settings(max_examples=80, deadline=None)
@given(junk=st.binary(max_size=400))
def test_junk_raises_nothing_else(coding: str, junk: bytes) -> None:
    try:
        plain = undone(coding, junk, step=7)
    except (CodingError, TooLargeError):
        return
    assert undone(coding, junk) == plain  # what is read does not hang on how it came


@pytest.mark.parametrize(
    ("header", "want"),
    [("", ()), ("identity", ()), (" gzip ", ("gzip",)), ("BR", ("br",)), ("deflate,gzip", ("deflate", "gzip")), (",,", ())],
)
def test_headers_read(header: str, want: tuple[str, ...]) -> None:
    assert codings(header) == want


@pytest.mark.parametrize(
    ("header", "words"),
    [("compress", "compress"), ("gzip, rot13", "rot13"), ("gzip, gzip, gzip", "叠了 3 层"), ("gzip, br, zstd, deflate, gzip", "叠了 5 层")],
)
def test_headers_refused(header: str, words: str) -> None:
    with pytest.raises(CodingError, match=words):
        Body(header, CAP)


def zeros(pack: Callable[[], object], megabytes: int) -> bytes:
    """A bomb: `megabytes` of zeros through a streaming packer."""
    packer = pack()
    feed = getattr(packer, "compress", None) or packer.process  # type: ignore[attr-defined]
    parts = [feed(b"\0" * 2**20) for _ in range(megabytes)]
    finish = getattr(packer, "flush", None) if hasattr(packer, "compress") else packer.finish  # type: ignore[attr-defined]
    return b"".join(parts) + finish()  # type: ignore[misc]


BOMBS: list[tuple[str, Callable[[], object]]] = [
    ("gzip", lambda: zlib.compressobj(9, zlib.DEFLATED, 31)),
    ("deflate", lambda: zlib.compressobj(9, zlib.DEFLATED, 15)),
    ("deflate", lambda: zlib.compressobj(9, zlib.DEFLATED, -15)),
    ("br", lambda: brotli.Compressor(quality=5)),
    ("zstd", lambda: zstandard.ZstdCompressor(level=3).compressobj()),
]


@pytest.mark.parametrize(("coding", "pack"), BOMBS)
def test_a_bomb_stops_at_the_cap_with_little_memory(coding: str, pack: Callable[[], object]) -> None:
    bomb = zeros(pack, 200)
    assert len(bomb) < 300_000
    tracemalloc.start()
    with pytest.raises(TooLargeError, match="解压后超过 10 MiB 上限"):
        undone(coding, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < CAP + 8 * 2**20


@pytest.mark.parametrize("step", [1, 4096])
def test_a_bomb_in_a_bomb_stops_too(step: int) -> None:
    inner = zeros(lambda: zlib.compressobj(9, zlib.DEFLATED, 31), 100)
    with pytest.raises(TooLargeError):
        undone("gzip, gzip", gzip.compress(inner), step=step)


def test_an_inner_layer_that_only_pads_is_counted() -> None:
    padded = gzip.compress(b"x") + b"\0" * (CAP + 1)  # the inner gzip ends at once; what follows yields nothing
    with pytest.raises(TooLargeError):
        undone("gzip, br", brotlied(padded))


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_raw_bytes_are_counted(coding: str) -> None:
    with pytest.raises(TooLargeError, match="正文超过"):
        undone(coding, (gzip.compress(b"") if coding else b"0123456789") * 200, step=10, cap=1000)


@pytest.mark.parametrize("over", [0, 1])
def test_the_cap_is_exact(over: int) -> None:
    data = gzip.compress(b"a" * (50_000 + over))
    if over:
        with pytest.raises(TooLargeError):
            undone("gzip", data, cap=50_000)
    else:
        assert len(undone("gzip", data, cap=50_000)) == 50_000


def test_zstd_windows_beyond_the_norm_are_refused() -> None:
    params = zstandard.ZstdCompressionParameters(window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=params).compressobj()
    with pytest.raises(CodingError, match="zstd"):
        undone("zstd", packer.compress(os.urandom(1000)) + packer.flush())


def test_pieces_are_small() -> None:
    body = Body("gzip", CAP)
    body.feed(gzip.compress(b"\0" * 5_000_000))
    assert max(len(piece) for piece in body._kept) <= PIECE


@pytest.mark.parametrize(("count", "words"), [(1024, "1 KiB"), (1536, "1.5 KiB"), (10 * 2**20, "10 MiB"), (2**20 + 2**19, "1.5 MiB")])
def test_sizes_in_words(count: int, words: str) -> None:
    assert size(count) == words
