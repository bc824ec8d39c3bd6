"""Gathering near-duplicates (相近归并) of short sentences: questions asked in other words, suggestions that say one thing. Pure.

A sentence joins the group whose members it is like enough on average, so that chains of half-likenesses do not swallow everything; what asks for
more never joins what asks for less, alike as their words are.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.features import Batch, Vectoriser, seen_buckets
from classifiers.stated import spelled

LIKE = 0.35  # mean cosine of tf-idf character 1–2-grams; set on tests/classifiers/test_alike.py's tables
SLICE = 256  # sentences compared with all at once
_OPPOSITES = (
    ("提高|增加|涨|多补", "降低|减少|压缩|少补"), ("延长|推迟|延后", "缩短|提前"), ("放宽|扩大|放开", "收紧|缩小|从严"),
    ("保留|恢复", "取消|删除|废止"), ("(?<!不)(?:支持|同意|赞成)", "反对|不同意|不赞成|不支持"),
)  # fmt: skip
_SAID_BY_ALL = re.compile(r"请问|想问一?下|咨询一?下|建议|希望能?|[吗呢吧啊呀了的]|[^\w]")  # who asks or proposes says these whatever it is about


def gathered(texts: Sequence[str], like: float = LIKE) -> list[list[int]]:
    """Groups of positions in `texts`, each in order, the largest group first, equal ones by their first member; each position stands once.

    >>> gathered(["补贴太低，提高到20万", "开通网上申请", "补贴应当提高到20万"])
    [[0, 2], [1]]
    """
    if not texts:
        return []
    vectors = _vectors(texts)
    groups = _Groups(len(texts))
    for start in range(0, len(texts), SLICE):
        likeness = (vectors[start : start + SLICE] @ vectors.T).toarray()
        for at in range(start, min(start + SLICE, len(texts))):
            groups.place(at, likeness[at - start, :at], np.array([_side(texts[at], *pair) for pair in _OPPOSITES], dtype=np.int8), like)
    return sorted(groups.members(), key=lambda members: (-len(members), members[0]))


class _Groups:
    """Groups so far: which sentence is in which, how large each is, and on which side of each pair of opposites."""

    def __init__(self, sentences: int) -> None:
        self._of = np.full(sentences, -1, dtype=np.int64)
        self._sizes = np.zeros(sentences, dtype=np.int64)
        self._sides = np.zeros((sentences, len(_OPPOSITES)), dtype=np.int8)
        self._count = 0

    def place(self, at: int, likeness: NDArray[np.float32], side: NDArray[np.int8], like: float) -> None:
        """Puts sentence `at` into the group it is most like on average, or into a new one. `likeness` is to every sentence before it."""
        group = self._count
        if group:
            means = np.bincount(self._of[:at], likeness, minlength=group) / self._sizes[:group]
            means[(self._sides[:group] * side < 0).any(axis=1)] = -1.0
            group = int(means.argmax()) if means.max() >= like else group
        self._count = max(self._count, group + 1)
        self._of[at] = group
        self._sizes[group] += 1
        self._sides[group] = np.where(self._sides[group], self._sides[group], side)

    def members(self) -> list[list[int]]:
        """The positions of each group."""
        return [np.flatnonzero(self._of == group).tolist() for group in range(self._count)]


def _side(text: str, more: str, less: str) -> int:
    """1, -1, or 0 where the sentence names neither or both."""
    return bool(re.search(more, text)) - bool(re.search(less, text))


def _vectors(texts: Sequence[str]) -> Any:
    """tf-idf rows, scipy CSR [texts, n-grams]. An n-gram of every text still counts a little: else copies alone would share nothing."""
    plain = [_SAID_BY_ALL.sub("", spelled(text)) for text in texts]
    seen, times = seen_buckets(plain, at_least=1)
    return Vectoriser(seen, np.log(1.0 + len(texts) / times).astype(np.float32))(Batch.of(plain))
