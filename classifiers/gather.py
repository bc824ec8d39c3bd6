"""Gathering (归并): posts on one happening → one event. Copies, retellings in other words, and the replies of a thread.

Not title equality: nine sites word one happening nine ways. Posts more than WINDOW apart, or that name different streets, are never
joined. A piece joins the cluster it is most like, if it is like enough of it: chains of half-likenesses must not swallow everything.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from classifiers.likeness import NOTHING, Shared, Signed, Weights, shared, sign
from classifiers.model import LinearModel

WINDOW = timedelta(hours=72)
LOOKED_AT = 30  # of a cluster's newest members
LIKE = 0.15  # share of their threads a piece must be like
NEAR = 20  # clusters compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is gathered. Only pieces of one `group` may be joined; `event` is the event it already belongs to, or "".

    Pieces of one `thread` (an article or a forum thread with its replies) always belong together.
    """

    id: str
    title: str
    text: str
    published_at: datetime | None = None
    areas: tuple[str, ...] = ()
    group: str = ""
    event: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """`event` is the id of the event's first piece (or the event it was in before); `why` in Chinese."""

    id: str
    event: str
    why: str


@dataclass(frozen=True, slots=True)
class _Member:
    piece: Piece
    signed: Signed


@dataclass(slots=True)
class _Cluster:
    event: str
    members: list[_Member] = field(default_factory=list)


class _Window:
    """Clusters so far, found by event, by thread and by rare n-grams."""

    def __init__(self, weights: Weights) -> None:
        self.clusters: list[_Cluster] = []
        self._weights = weights
        self._by_event: dict[str, int] = {}
        self._by_thread: dict[str, int] = {}
        self._by_gram: dict[tuple[str, int], list[int]] = defaultdict(list)

    def place(self, member: _Member) -> Joined:
        """The piece in the cluster it belongs to, or in a new one."""
        piece = member.piece
        at, why = self._find(member)
        if at is None:
            at = len(self.clusters)
            self.clusters.append(_Cluster(event=piece.event or piece.id))
            self._by_event.setdefault(self.clusters[at].event, at)
        self._add(at, member)
        return Joined(id=piece.id, event=self.clusters[at].event, why=why)

    def _find(self, member: _Member) -> tuple[int | None, str]:
        piece = member.piece
        if piece.event:
            return self._by_event.get(piece.event), "原属本事件"
        if piece.thread and piece.thread in self._by_thread:
            return self._by_thread[piece.thread], "同一主题的跟帖"
        best, at = NOTHING, -1
        for place in self._likely(member):
            found = self._likeness(member, self.clusters[place])
            if found.score > best.score:
                best, at = found, place
        return (at, best.why) if best.score > 0 else (None, "新事件：与已有帖文没有足够的共同信息")

    def _likely(self, member: _Member) -> list[int]:
        votes: dict[int, int] = defaultdict(int)
        for key in _keys(member):
            for place in self._by_gram.get((member.piece.group, key), ()):
                votes[place] += 1
        return sorted(votes, key=lambda p: (-votes[p], p))[:NEAR]

    def _likeness(self, member: _Member, cluster: _Cluster) -> Shared:
        """How surely the piece belongs to the cluster: its best likeness, if it is like enough of the members."""
        near = [m for m in cluster.members[-LOOKED_AT:] if _may_join(member.piece, m.piece)]
        scored = [(shared(member.signed, m.signed, self._weights), m) for m in near]
        alike = [(found, m) for found, m in scored if found.score > 0]
        tellings = {m.piece.thread or m.piece.id for m in near}  # a thread with fifty replies is one telling
        if not alike or len({m.piece.thread or m.piece.id for _, m in alike}) < LIKE * len(tellings):
            return NOTHING
        best, other = max(alike, key=lambda item: item[0].score)
        return Shared(best.score, f"与《{(other.piece.title or other.piece.text)[:18]}》{best.why}")

    def _add(self, at: int, member: _Member) -> None:
        self.clusters[at].members.append(member)
        if member.piece.thread:
            self._by_thread.setdefault(member.piece.thread, at)
        for key in _keys(member):
            listed = self._by_gram[member.piece.group, key]
            if not listed or listed[-1] != at:
                listed.append(at)


def gather(pieces: Sequence[Piece], model: LinearModel) -> list[Joined]:
    """One answer a piece, same order. Pieces that carry an `event` seed it and keep it; equal input gives equal events."""
    members = [_Member(piece, sign(piece.title, piece.text, model)) for piece in pieces]
    named: dict[str, frozenset[str]] = {}  # a thread with fifty replies names its street once
    for member in members:
        telling = member.piece.thread or member.piece.id
        named[telling] = named.get(telling, frozenset()) | member.signed.places
    window = _Window(Weights(list(named.values())))
    return [window.place(member) for member in members]


def _keys(member: _Member, most: int = 40) -> Iterable[int]:
    """The keys under which a piece is looked up: its head's weightiest n-grams and its places."""
    signed = member.signed
    yield from (int(c) for c in signed.head[np.argsort(-signed.head_values)[:most]])
    yield from (hash_of(place) for place in signed.places)


def hash_of(place: str) -> int:
    """A key beyond every bucket; equal in every process (the built-in hash of text is not)."""
    return -1 - int.from_bytes(place.encode("utf-8"), "big")


def _may_join(one: Piece, other: Piece) -> bool:
    if one.published_at and other.published_at and abs(one.published_at - other.published_at) > WINDOW:
        return False
    return not (one.areas and other.areas) or bool(set(one.areas) & set(other.areas))
