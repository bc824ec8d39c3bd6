"""Gathering (归并): posts on one happening → one event. MinHash finds copies, rare shared terms find retellings.

Not title equality: nine sites word one happening nine ways. Posts more than WINDOW apart, or that name different streets, are
never joined. Source: MinHash, Broder 1997; recall .97–.99 on short posts where SimHash reached .455.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from classifiers.features import buckets, joined
from classifiers.model import LinearModel

WINDOW = timedelta(hours=72)
COPY = 0.6  # estimated Jaccard of 2-grams at which two texts are copies
SAME = 0.30  # tf-idf cosine of heads at which two texts tell one happening
PERMUTATIONS = 64
HEAD = 120  # characters: what happened stands in the title and the first sentences
_RNG = np.random.default_rng(20180608)
_A = _RNG.integers(1, 1 << 61, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
_B = _RNG.integers(0, 1 << 61, PERMUTATIONS, dtype=np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is gathered. Only pieces of one `group` may be joined; `event` is the event it already belongs to, or ""."""

    id: str
    title: str
    text: str
    published_at: datetime | None = None
    areas: tuple[str, ...] = ()
    group: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """`event` is the id of the event's first piece (or the event it was in before); `why` in Chinese."""

    id: str
    event: str
    why: str


@dataclass(slots=True)
class _Cluster:
    event: str
    group: str
    members: list["_Signed"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Signed:
    piece: Piece
    signature: NDArray[np.uint64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]


def signature(text: str) -> NDArray[np.uint64]:
    """MinHash of the text's n-grams: PERMUTATIONS minima."""
    found = np.unique(buckets(text)).astype(np.uint64)
    if not len(found):
        return np.zeros(PERMUTATIONS, np.uint64)
    with np.errstate(over="ignore"):
        minima: NDArray[np.uint64] = (found[:, None] * _A + _B).min(axis=0)
    return minima


def gather(pieces: Sequence[Piece], model: LinearModel) -> list[Joined]:
    """One answer a piece, same order. Pieces that carry an `event` seed it and keep it; equal input gives equal events."""
    clusters: list[_Cluster] = []
    index: dict[tuple[str, int], list[int]] = defaultdict(list)
    answers: list[Joined] = []
    for piece in pieces:
        signed = _sign(piece, model)
        place, why = _place(signed, clusters, index)
        if place is None:
            place, why = len(clusters), "新事件：与已有帖文没有足够的共同信息"
            clusters.append(_Cluster(event=piece.event or piece.id, group=piece.group))
        clusters[place].members.append(signed)
        for column in _rare(signed):
            if place not in index[piece.group, column]:
                index[piece.group, column].append(place)
        answers.append(Joined(id=piece.id, event=clusters[place].event, why=why))
    return answers


def _sign(piece: Piece, model: LinearModel) -> _Signed:
    words = joined(piece.title, piece.text)
    columns, values = _vector(f"{piece.title}\n{piece.title}\n{words}"[: HEAD + 2 * len(piece.title)], model)
    return _Signed(piece, signature(words), columns, values)


def _vector(text: str, model: LinearModel) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """tf-idf over all buckets, L2-normalised: an n-gram the corpus never saw is the rarest of all."""
    found, times = np.unique(buckets(text), return_counts=True)
    rarest = np.float32(np.log(1.0 + model.documents) + 1.0)
    at = np.minimum(np.searchsorted(model.seen, found), len(model.seen) - 1)
    idf = np.where(model.seen[at] == found, model.idf[at], rarest)
    values = ((1.0 + np.log(times)) * idf).astype(np.float32)
    return found, values / np.float32(np.sqrt(values @ values) or 1.0)


def _rare(signed: _Signed, most: int = 40) -> Iterable[int]:
    """The piece's weightiest n-grams: the keys under which it is looked up."""
    return (int(c) for c in signed.columns[np.argsort(-signed.values)[:most]])


def _place(signed: _Signed, clusters: Sequence[_Cluster], index: dict[tuple[str, int], list[int]]) -> tuple[int | None, str]:
    """The best cluster above the thresholds, and why; a piece that has an event joins only that one."""
    if signed.piece.event:
        own = [i for i, c in enumerate(clusters) if c.event == signed.piece.event]
        return (own[0], "原属本事件") if own else (None, "")
    votes: dict[int, int] = defaultdict(int)
    for column in _rare(signed):
        for place in index.get((signed.piece.group, column), ()):
            votes[place] += 1
    likely = sorted(votes, key=lambda p: (-votes[p], p))[:20]
    best = max(((*_likeness(signed, clusters[p]), p) for p in likely), default=(0.0, "", -1))
    return (best[2], best[1]) if best[0] > 0 else (None, "")


def _likeness(signed: _Signed, cluster: _Cluster) -> tuple[float, str]:
    """How surely `signed` belongs to `cluster`; (0, "") when it does not."""
    near = [m for m in cluster.members[-30:] if _may_join(signed.piece, m.piece)]
    scored = [_pair(signed, m) for m in near]
    return max(scored, default=(0.0, ""))


def _may_join(one: Piece, other: Piece) -> bool:
    if one.published_at and other.published_at and abs(one.published_at - other.published_at) > WINDOW:
        return False
    return not (one.areas and other.areas) or bool(set(one.areas) & set(other.areas))


def _pair(one: _Signed, other: _Signed) -> tuple[float, str]:
    copied = float((one.signature == other.signature).mean())
    if copied >= COPY:
        return 1.0 + copied, f"与《{_name(other.piece)}》文字重合约{copied:.0%}（转载或改写）"
    both, here, there = np.intersect1d(one.columns, other.columns, assume_unique=True, return_indices=True)
    cosine = float(one.values[here] @ other.values[there])
    bar = SAME - (0.06 if set(one.piece.areas) & set(other.piece.areas) else 0.0)
    if cosine < bar or len(both) < 4:
        return 0.0, ""
    return cosine, f"与《{_name(other.piece)}》少见词高度一致（相似度{cosine:.2f}）"


def _name(piece: Piece) -> str:
    return (piece.title or piece.text)[:18]
