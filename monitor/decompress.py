"""Content codings undone in small pieces, so that no page, however packed, fills the memory.

841 bytes of brotli can stand for 1 GiB. Every stage here gives at most 64 KiB at a time (zstd: one 64-byte slice of input, at most
16 blocks of 128 KiB) and stops at its cap; two stacked codings are the most a page may carry. Source: RFC 9110 §8.4, RFC 9659.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli
import zstandard

PIECE = 64 * 1024  # bytes a stage may give at once
MOST_CODINGS = 2
_ZSTD_SLICE = 64  # bytes of input at once: a 4-byte block can stand for 128 KiB
_ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 9659: the most a sender may use on the web
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


class TooLargeError(ValueError):
    """The page, or a coding inside it, is larger than the cap."""


class CodingError(ValueError):
    """The bytes are not what Content-Encoding says, or it names what is not read."""


class Stage(Protocol):
    """One coding undone."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The plain bytes `data` stands for, in bounded pieces. Raises: CodingError."""

    def complete(self) -> bool:
        """True when nothing is missing at the end of the input."""


class _Plain:
    """No coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def complete(self) -> bool:
        return True


class _Zlib:
    """gzip (several members too) and deflate, with or without the zlib header: servers send both under one name."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._head = b""  # at most one byte: two decide what begins
        self._inner: zlib._Decompress | None = None
        self._members = 0
        self._done = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        data, self._head = self._head + data, b""
        full = False  # a full piece may leave output inside zlib though all input is taken
        while (data or full) and not self._done:
            if self._inner is None and not self._begin(data):
                return
            piece, data = self._step(data)
            full = len(piece) == PIECE and self._inner is not None
            if piece:
                yield piece

    def _begin(self, data: bytes) -> bool:
        """True when a member begins with `data`; padding after the last member ends the reading."""
        if len(data) < 2:
            self._head = data
            return False
        self._done = bool(self._members) and not data.startswith(_MAGIC["gzip"])
        self._inner = None if self._done else zlib.decompressobj(self._wbits(data))
        return not self._done

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        """One piece, and the input still to be read."""
        assert self._inner is not None
        try:
            piece = self._inner.decompress(data, PIECE)
        except zlib.error as exc:
            raise CodingError(f"{self._coding} 数据损坏（{exc}）") from exc
        if not self._inner.eof:
            return piece, self._inner.unconsumed_tail
        rest, self._inner = self._inner.unused_data, None
        self._members += 1
        self._done = self._coding != "gzip"
        return piece, rest

    def _wbits(self, data: bytes) -> int:
        if self._coding == "gzip":
            return 31
        has_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0  # RFC 1950 §2.2
        return 15 if has_header else -15

    def complete(self) -> bool:
        return self._done or (self._inner is None and (self._members > 0 or not self._head))


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        full = False  # after a full piece more may wait inside, whatever can_accept_more_data says (brotli 1.2.0)
        while (data or full or not self._inner.can_accept_more_data()) and not self._inner.is_finished():
            self._begun = True
            try:
                piece = self._inner.process(data, output_buffer_limit=PIECE)
            except brotli.error as exc:
                raise CodingError(f"br 数据损坏（{exc}）") from exc
            data, full = b"", len(piece) >= PIECE
            if piece:
                yield piece

    def complete(self) -> bool:
        return not self._begun or bool(self._inner.is_finished())


class _Zstd:
    def __init__(self) -> None:
        self._inner: zstandard.ZstdDecompressionObj | None = None
        self._head = b""  # at most three bytes: four decide whether a frame begins
        self._frames = 0
        self._done = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE):
            rest = data[start : start + _ZSTD_SLICE]
            while rest and not self._done:
                piece, rest = self._step(rest)
                if piece:
                    yield piece

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        if self._inner is None:
            data, self._head = self._head + data, b""
            if len(data) < len(_MAGIC["zstd"]):
                self._head = data
                return b"", b""
            self._done = bool(self._frames) and not data.startswith(_MAGIC["zstd"])  # what trails is padding
            if self._done:
                return b"", b""
            self._inner = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        return self._decompress(self._inner, data)

    def _decompress(self, inner: "zstandard.ZstdDecompressionObj", data: bytes) -> tuple[bytes, bytes]:
        try:
            piece = inner.decompress(data)
        except zstandard.ZstdError as exc:
            raise CodingError(f"zstd 数据损坏（{exc}）") from exc
        if not inner.eof:
            return piece, b""
        self._inner = None
        self._frames += 1
        return piece, inner.unused_data

    def complete(self) -> bool:
        return self._done or (self._inner is None and (self._frames > 0 or not self._head))


_STAGES: dict[str, Callable[[], Stage]] = {
    "gzip": lambda: _Zlib("gzip"),
    "x-gzip": lambda: _Zlib("gzip"),
    "deflate": lambda: _Zlib("deflate"),
    "br": _Brotli,
    "zstd": _Zstd,
}
ACCEPTED = "gzip, deflate, br, zstd"


def codings(header: str) -> tuple[str, ...]:
    """The codings of a Content-Encoding header in the order they were applied.

    >>> codings("GZIP, identity, br")
    ('gzip', 'br')

    Raises: CodingError for an unknown one, or more than two.
    """
    named = tuple(c for c in (part.strip().lower() for part in header.split(",")) if c and c != "identity")
    unknown = [c for c in named if c not in _STAGES]
    if unknown:
        raise CodingError(f"不认识的压缩方式“{unknown[0][:40]}”")
    if len(named) > MOST_CODINGS:
        raise CodingError(f"叠了 {len(named)} 层压缩，最多 {MOST_CODINGS} 层")
    return named


class Body:
    """One response body, undone and counted. Raw bytes, each stage's output and the whole are each held under `cap` bytes."""

    def __init__(self, content_encoding: str, cap: int) -> None:
        """Raises: CodingError as `codings` does."""
        names = codings(content_encoding)
        self._stages = [_STAGES[name]() for name in reversed(names)] or [_Plain()]
        self._counts = [0] * (len(self._stages) + 1)  # raw bytes, then each stage's output
        self._cap = cap
        self._kept: list[bytes] = []

    def feed(self, chunk: bytes) -> None:
        """Takes raw bytes. Raises: TooLargeError, CodingError."""
        self._count(0, len(chunk))
        self._kept += self._through(0, chunk)

    def _through(self, level: int, data: bytes) -> Iterator[bytes]:
        if level == len(self._stages):
            yield data
            return
        for piece in self._stages[level].feed(data):
            self._count(level + 1, len(piece))
            yield from self._through(level + 1, piece)

    def _count(self, level: int, more: int) -> None:
        self._counts[level] += more
        if self._counts[level] > self._cap:
            raise TooLargeError(f"解压后超过 {size(self._cap)} 上限" if level else f"正文超过 {size(self._cap)} 上限")

    def close(self) -> bytes:
        """The whole plain body. Raises: CodingError when the coded data break off."""
        if not all(stage.complete() for stage in self._stages):
            raise CodingError("压缩数据不完整")
        return b"".join(self._kept)


def size(count: int) -> str:
    """A count of bytes as people say it.

    >>> size(10 * 1024 * 1024), size(2048)
    ('10 MiB', '2 KiB')
    """
    return f"{count / 2**20:g} MiB" if count >= 2**20 else f"{count / 2**10:g} KiB"
