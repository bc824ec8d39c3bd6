"""Hashed character 1–2-grams: one vectorisation that every task scores. Batch, numpy, no learned vocabulary.

Why: no segmentation to go wrong (character n-grams hold on short, misspelt, dialectal posts).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 20
MAX_CHARS = 1500  # the tail of a long letter repeats its head; bounds the time of one post
_UNI = np.uint64(0x9E3779B97F4A7C15)
_BI = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(44)  # 64 - log2(BUCKETS)


def fold(text: str) -> str:
    """The text with full-width forms and capitals folded, character by character: the length never changes, spans stay true.

    >>> fold("ＡＢＣ停水１２小时")
    'abc停水12小时'
    """
    return text.translate(_FOLDING)


_FOLDING = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FOLDING |= {c: c + 32 for c in range(ord("A"), ord("Z") + 1)} | {0xFF21 + i: 0x61 + i for i in range(26)}


def joined(title: str, text: str) -> str:
    """What every span refers to: title, newline, text. A text that begins with its title is not doubled.

    >>> joined("停水", "停水三天了")
    '\\n停水三天了'
    """
    head = "" if title and text.startswith(title) else title
    return _LONE.sub("\ufffd", f"{head}\n{text}")


_LONE = re.compile("[\ud800-\udfff]")  # half of a character: no encoding can write it; one mark for one, spans stay true


def codes(text: str) -> NDArray[np.uint64]:
    """Code points of the folded text, white space dropped, at most MAX_CHARS."""
    squeezed = "".join(fold(text).split())[:MAX_CHARS]
    return np.frombuffer(squeezed.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)


def buckets(text: str) -> NDArray[np.int64]:
    """Bucket of every 1-gram then every 2-gram of `text`, with repeats; empty for empty text."""
    points = codes(text)
    return np.concatenate([_singles(points), _pairs(points)]).astype(np.int64)


def pair_buckets(text: str) -> NDArray[np.int64]:
    """Bucket of every 2-gram of `text`, with repeats."""
    return _pairs(codes(text)).astype(np.int64)


def _singles(points: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        found: NDArray[np.uint64] = ((points + np.uint64(1)) * _UNI) >> _SHIFT
    return found


def _pairs(points: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        found: NDArray[np.uint64] = ((points[:-1] * np.uint64(0x110000) + points[1:]) * _BI) >> _SHIFT
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """One text's features: `columns` into a model's seen buckets, and their sublinear term frequency (1 + ln n)."""

    columns: NDArray[np.int64]
    values: NDArray[np.float32]


def counts(text: str, seen: NDArray[np.int64]) -> Counts:
    """Features of `text` among the sorted `seen` buckets; unseen n-grams are dropped."""
    if not len(seen):
        return Counts(np.empty(0, np.int64), np.empty(0, np.float32))
    found, times = np.unique(buckets(text), return_counts=True)
    at = np.minimum(np.searchsorted(seen, found), len(seen) - 1)
    hit = seen[at] == found
    return Counts(at[hit], (1.0 + np.log(times[hit])).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts folded all at once: `points` are the code points of all of them, each text followed by a 0; `starts` where each begins, and the end."""

    points: NDArray[np.uint32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Batch":
        """The batch of `texts` (as `joined` makes them)."""
        whole = "".join(f"{text}\x00" for text in texts)
        points = np.frombuffer(whole.encode("utf-32-le", "replace"), dtype="<u4")
        table = _folding_table()
        small = points < len(table)
        folded = np.where(small, table[np.where(small, points, 0)], points).astype(np.uint32)
        return cls(folded, np.cumsum([0, *(len(text) + 1 for text in texts)]))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def blanked(self, spans: Sequence[Sequence[tuple[int, int]]]) -> "Batch":
        """The same with white space where each text's spans (start, end) stand: what stood there is no feature."""
        points = self.points.copy()
        for start, places in zip(self.starts.tolist(), spans, strict=False):
            for first, last in places:
                points[start + first : start + last] = 0x20
        return Batch(points, self.starts)

    @property
    def text(self) -> str:
        """All folded texts, one after the other, each followed by U+0000."""
        return self.points.tobytes().decode("utf-32-le")

    def one(self, number: int) -> str:
        """One text, folded, with its blanks."""
        return self.points[self.starts[number] : self.starts[number + 1] - 1].tobytes().decode("utf-32-le")

    def squeezed(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """(code points without white space, at most MAX_CHARS a text; which text each belongs to)."""
        spaces = _space_table()
        small = self.points < len(spaces)
        kept = ~spaces[np.where(small, self.points, 0)] | ~small
        owner = np.repeat(np.arange(len(self)), np.diff(self.starts))[kept]
        place = np.arange(len(owner)) - np.searchsorted(owner, np.arange(len(self)))[owner]
        near = place < MAX_CHARS
        return self.points[kept][near].astype(np.uint64), owner[near]


@cache
def _folding_table() -> NDArray[np.uint32]:
    table = np.arange(1 << 16, dtype=np.uint32)
    table[list(_FOLDING)] = list(_FOLDING.values())
    return table


@cache
def _space_table() -> NDArray[np.bool_]:
    return np.array([chr(code).isspace() or code == 0 for code in range(1 << 16)])


class Vectoriser:
    """tf-idf over the sorted `seen` buckets with their `idf`, L2-normalised, for whole batches. Immutable after construction."""

    def __init__(self, seen: NDArray[np.int64], idf: NDArray[np.float32]) -> None:
        self.size, self._idf = len(seen), idf
        self._column = np.full(BUCKETS, -1, dtype=np.int32)
        self._column[seen] = np.arange(len(seen), dtype=np.int32)

    def columns(self, buckets: NDArray[np.int64]) -> NDArray[np.int32]:
        """The feature of each bucket, -1 for one not seen."""
        return self._column[buckets]

    def __call__(self, batch: Batch) -> Any:
        """scipy CSR float32 [texts, seen], columns ascending; an empty or wholly unseen text is a row of zeros."""
        from scipy.sparse import csr_matrix

        points, text = batch.squeezed()
        beside = text[1:] == text[:-1]
        owner = np.concatenate([text, text[:-1][beside]])
        column = self._column[np.concatenate([_singles(points), _pairs(points)[beside]]).astype(np.int64)]
        cells = (owner * self.size + column)[column >= 0]
        cells.sort()
        first = np.flatnonzero(np.diff(cells, prepend=-1))
        times = np.diff(first, append=len(cells))
        rows, columns = np.divmod(cells[first], max(1, self.size))
        values = (1.0 + np.log(times)).astype(np.float32) * self._idf[columns]
        squares = np.bincount(rows, values.astype(np.float64) ** 2, minlength=len(batch))
        values *= (1.0 / np.sqrt(np.maximum(squares, 1e-12))).astype(np.float32)[rows]
        starts = np.searchsorted(rows, np.arange(len(batch) + 1)).astype(np.int32)
        return csr_matrix((values, columns.astype(np.int32), starts), shape=(len(batch), self.size))


def seen_buckets(texts: Sequence[str], *, at_least: int = 2) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sorted buckets that occur in `at_least` texts, and in how many."""
    each = [np.unique(buckets(t)) for t in texts]
    found, times = np.unique(np.concatenate(each) if each else np.empty(0, np.int64), return_counts=True)
    keep = times >= at_least
    return found[keep], times[keep]
