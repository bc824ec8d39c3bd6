"""Hashed character 1–2-grams: one vectorisation that every task scores. Batch, numpy, no learned vocabulary.

Why: no segmentation to go wrong (character n-grams hold on short, misspelt, dialectal posts).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    with np.errstate(over="ignore"):
        single = ((points + np.uint64(1)) * _UNI) >> _SHIFT
    return np.concatenate([single, _pairs(points)]).astype(np.int64)


def pair_buckets(text: str) -> NDArray[np.int64]:
    """Bucket of every 2-gram of `text`, with repeats."""
    return _pairs(codes(text)).astype(np.int64)


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


def seen_buckets(texts: Sequence[str], *, at_least: int = 2) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sorted buckets that occur in `at_least` texts, and in how many."""
    each = [np.unique(buckets(t)) for t in texts]
    found, times = np.unique(np.concatenate(each) if each else np.empty(0, np.int64), return_counts=True)
    keep = times >= at_least
    return found[keep], times[keep]
