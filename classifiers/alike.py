"""Gathering near-duplicates (相近归并) of short sentences: questions asked in other words, suggestions that say one thing. Pure.

A sentence joins the group whose every member it is like enough on average, so that chains of half-likenesses do not swallow everything.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from classifiers.features import Batch, Vectoriser, seen_buckets
from classifiers.stated import spelled

LIKE = 0.35  # mean cosine of tf-idf character 1–2-grams; set on tests/classifiers/test_alike.py's tables
SLICE = 256  # sentences compared with all at once
_SAID_BY_ALL = re.compile(r"请问|想问一?下|咨询一?下|建议|希望能?|[吗呢吧啊呀了的]|[^\w]")  # who asks or proposes says these whatever it is about


def gathered(texts: Sequence[str], like: float = LIKE) -> list[list[int]]:
    """Groups of positions in `texts`, each in order, the largest group first, equal ones by their first member; each position stands once.

    >>> gathered(["补贴太低，提高到20万", "开通网上申请", "补贴应当提高到20万"])
    [[0, 2], [1]]
    """
    if not texts:
        return []
    vectors = _vectors(texts)
    group_of = np.full(len(texts), -1, dtype=np.int64)
    sizes: list[int] = []
    for at in range(len(texts)):
        if at % SLICE == 0:
            block = (vectors[at : at + SLICE] @ vectors.T).toarray()
        near = block[at % SLICE, :at]
        means = np.bincount(group_of[:at], near, minlength=len(sizes)) / np.array(sizes or [1])
        best = int(means.argmax()) if sizes else -1
        if best < 0 or means[best] < like:
            best = len(sizes)
            sizes.append(0)
        group_of[at] = best
        sizes[best] += 1
    groups = [np.flatnonzero(group_of == one).tolist() for one in range(len(sizes))]
    return sorted(groups, key=lambda members: (-len(members), members[0]))


def _vectors(texts: Sequence[str]) -> Any:
    """tf-idf rows, scipy CSR [texts, n-grams]. An n-gram of every text still counts a little: else copies alone would share nothing."""
    plain = [_SAID_BY_ALL.sub("", spelled(text)) for text in texts]
    seen, times = seen_buckets(plain, at_least=1)
    return Vectoriser(seen, np.log(1.0 + len(texts) / times).astype(np.float32))(Batch.of(plain))
