"""Likeness (相似): what two texts share that speaks for one happening, and whether it is enough. Pure.

Factors, cheap first: copied text (MinHash), rare n-grams of the heads (cosine), how much of the shorter text's rare n-grams the other holds
(containment), and specific places both name (通榆路、登瀛雅苑), each the rarer the more it says. Places that disagree speak against.
The bars were set on the sample town's happenings and near misses; labelled pairs from elsewhere only measure them (docs/model-card.md).
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.features import buckets, fold, joined, pair_buckets
from classifiers.model import LinearModel

COPY = 0.6  # estimated Jaccard of n-grams at which two texts are copies
COSINE = 0.30  # of heads
SHORT = 60  # characters: below, containment says little
CONTAINED = 0.13  # of a long text's rare 2-grams, without a shared place
CONTAINED_SHORT = 0.42
BOTH_COSINE, BOTH_CONTAINED = 0.22, 0.14  # head and whole agree: enough even where the places differ (a rumour and its debunk)
ONE_PLACE, WITH_ONE = 0.45, 0.055  # places' weight, and what must be shared beyond their names
TWO_PLACES, WITH_TWO = 0.7, 0.02
HEAD = 120  # characters: what happened stands in the title and the first sentences
PERMUTATIONS = 64
_RNG = np.random.default_rng(20180608)
_A = _RNG.integers(1, 1 << 61, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
_B = _RNG.integers(0, 1 << 61, PERMUTATIONS, dtype=np.uint64)
_KINDS = "路|街(?!道)|巷|桥|小区|花园|雅苑|华庭|家园|新村|嘉园|名苑|公寓|大厦|社区|村|里|庄|河|闸|广场"
_PLACE = re.compile(rf"(?=([\u4e00-\u9fff]{{2}}(?:{_KINDS})))")
_NO_STEM = frozenset(
    {
        "这条", "那条", "一条", "小区", "整个", "我们", "哪里", "家里", "心里", "夜里", "公里", "这里", "那里", "农村", "全村", "本村", "在哪",
        "三个", "两个", "几个", "多个",
    }
)  # fmt: skip
_WORDS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Signed:
    """A text as it is compared. `pairs` are its distinct 2-gram buckets with squared idf; `head` the tf-idf vector of its beginning."""

    signature: NDArray[np.uint64]
    head: NDArray[np.int64]
    head_values: NDArray[np.float32]
    pairs: NDArray[np.int64]
    pair_weights: NDArray[np.float32]
    weight: float  # their sum
    places: frozenset[str]
    length: int


@dataclass(frozen=True, slots=True)
class Shared:
    """How alike (0 = not one happening; copies above 1), and why in Chinese."""

    score: float
    why: str


NOTHING = Shared(0.0, "")


def sign(title: str, text: str, model: LinearModel) -> Signed:
    """The text ready to be compared."""
    words = joined(title, text)
    head = f"{title}\n{title}\n{words}"[: HEAD + 2 * len(title)]
    columns, times = np.unique(buckets(head), return_counts=True)
    values = ((1.0 + np.log(times)) * _idf(columns, model)).astype(np.float32)
    pairs = np.unique(pair_buckets(_WORDS.sub("", words)))
    return Signed(
        signature=signature(words),
        head=columns,
        head_values=values / np.float32(np.sqrt(values @ values) or 1.0),
        pairs=pairs,
        pair_weights=(rare := (_idf(pairs, model) ** 2).astype(np.float32)),
        weight=float(rare.sum()),
        places=places(words),
        length=len(words),
    )


def _idf(columns: NDArray[np.int64], model: LinearModel) -> NDArray[np.float32]:
    """An n-gram the corpus never saw is the rarest of all."""
    rarest = np.float32(np.log(1.0 + model.documents) + 1.0)
    if not len(model.seen):
        return np.full(len(columns), rarest, np.float32)
    at = np.minimum(np.searchsorted(model.seen, columns), len(model.seen) - 1)
    return np.where(model.seen[at] == columns, model.idf[at], rarest).astype(np.float32)


def signature(text: str) -> NDArray[np.uint64]:
    """MinHash of the text's n-grams: PERMUTATIONS minima. Source: Broder 1997."""
    found = np.unique(buckets(text)).astype(np.uint64)
    if not len(found):
        return np.zeros(PERMUTATIONS, np.uint64)
    with np.errstate(over="ignore"):
        minima: NDArray[np.uint64] = (found[:, None] * _A + _B).min(axis=0)
    return minima


def places(text: str) -> frozenset[str]:
    """Roads, estates, villages … the text names: two characters and a suffix; a name inside a longer one is left out.

    >>> sorted(places("通榆路水管爆了，登瀛雅苑停水"))
    ['登瀛雅苑', '通榆路']
    """
    found = {name for name in _PLACE.findall(fold(text)) if name[:2] not in _NO_STEM}
    return frozenset(name for name in found if not any(name != other and other.endswith(name) for other in found))


def shared(one: Signed, other: Signed, weight: "Weights") -> Shared:
    """What the two share, if it is enough for one happening."""
    copied = float((one.signature == other.signature).mean())
    if copied >= COPY:
        return Shared(1.0 + copied, f"文字重合约{copied:.0%}（转载或改写）")
    cosine, held = _cosine(one, other), containment(one, other)
    if cosine >= COSINE:
        return Shared(cosine, f"少见词高度一致（相似度{cosine:.2f}）")
    common = one.places & other.places
    named, beyond = sum(weight.of(place) for place in common), containment(one, other, without=common) if common else 0.0
    if (named >= TWO_PLACES and beyond >= WITH_TWO) or (named >= ONE_PLACE and beyond >= WITH_ONE):
        return Shared(held + 0.2, f"同一地点（{'、'.join(sorted(common))}）且内容相合（{held:.0%}）")
    enough = CONTAINED_SHORT if min(one.length, other.length) < SHORT else CONTAINED
    both = cosine >= BOTH_COSINE and held >= BOTH_CONTAINED and min(one.length, other.length) >= SHORT
    if both or (held >= enough and not _elsewhere(one, other)):
        return Shared(held, f"内容相合（{held:.0%}）")
    return NOTHING


def _elsewhere(one: Signed, other: Signed) -> bool:
    """True when both name places and none in common: the same matter in another street."""
    return bool(one.places and other.places) and not one.places & other.places


def _cosine(one: Signed, other: Signed) -> float:
    here, there = _common(one.head, other.head)
    return float(one.head_values[here] @ other.head_values[there]) if len(here) >= 4 else 0.0


def containment(one: Signed, other: Signed, without: frozenset[str] = frozenset()) -> float:
    """The share of the lighter text's rare 2-grams that the other holds, 0..1; 2-grams of the places `without` are not counted."""
    here, _ = _common(one.pairs, other.pairs)
    if without:
        names = np.concatenate([pair_buckets(place) for place in sorted(without)])
        here = here[~np.isin(one.pairs[here], names)]
    least = min(one.weight, other.weight)
    return float(one.pair_weights[here].sum()) / least if least else 0.0


def _common(one: NDArray[np.int64], other: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions in both of what both sorted arrays hold."""
    if not len(one) or not len(other):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    at = np.minimum(np.searchsorted(other, one), len(other) - 1)
    here = np.flatnonzero(other[at] == one)
    return here, at[here]


class Weights:
    """How much a place says: less the more texts of the window name it."""

    def __init__(self, texts: list[frozenset[str]]) -> None:
        self._named: dict[str, int] = {}
        for found in texts:
            for place in found:
                self._named[place] = self._named.get(place, 0) + 1

    def of(self, place: str) -> float:
        """0.63 where two texts name it, 0.36 where six do."""
        return 1.0 / float(np.log2(1 + max(2, self._named.get(place, 2))))
