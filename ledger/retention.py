"""Retention at work (到期清理): expired posts and raw pages deleted in batches, each a transaction with its own audit entry of counts.

A kill between two batches loses nothing and leaves nothing unrecorded; the next run goes on. Evidence, papers and moves of a case follow the
archive rule and stay, as the audit chain does: it cannot be cut. Freed pages are overwritten (SQLite) or vacuumed by the server.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ledger.chain import append
from ledger.engine import Engine, Row
from ledger.rows import decode, encode
from records.case import CaseState
from records.event import Event
from records.instant import micros
from records.retention import Retention

BATCH = 1_000  # rows a transaction
ACTOR = "系统"
EARLIEST = -(2**62)  # before any instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Rows that went, or would."""

    irrelevant: int = 0
    relevant: int = 0
    pages: int = 0
    events: int = 0

    def __add__(self, other: "Expired") -> "Expired":
        return Expired(
            irrelevant=self.irrelevant + other.irrelevant, relevant=self.relevant + other.relevant, pages=self.pages + other.pages,
            events=self.events + other.events,
        )  # fmt: skip

    def __str__(self) -> str:
        return f"无关帖文{self.irrelevant}条，相关帖文{self.relevant}条，原始页面{self.pages}个，事件{self.events}个"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Retention on one ledger at `now`. A post is relevant from `relevant_from` (a probability) on."""

    engine: Engine
    retention: Retention
    now: datetime
    relevant_from: float
    batch: int = BATCH

    def expired(self) -> Expired:
        """What would go, counted, but for events. Changes nothing."""
        pages = self.engine.rows("retention.count_pages", before=self._before("page_days"))[0]["pages"]
        found, rows = Expired(pages=pages), self._posts_after(None)
        while rows:
            found, rows = found + _counted(rows), self._posts_after(rows[-1])
        return found

    def run(self) -> Iterator[Expired]:
        """Deletes; what went in each batch, once it has gone."""
        for batch in (self._post_batch, self._page_batch, self._event_batch):
            while (went := batch()) != Expired():
                yield went

    def _post_batch(self) -> Expired:
        with self.engine.transaction():
            self.engine.rows("ledger.lock")  # no case opens on them meanwhile
            rows = self._posts_after(None)
            if not rows:
                return Expired()
            return self._recorded(replace(_counted(rows), events=self._delete([row["id"] for row in rows])))

    def _page_batch(self) -> Expired:
        with self.engine.transaction():
            pages = [row["sha256"] for row in self.engine.rows("retention.pages", before=self._before("page_days"), most=self.batch)]
            return self._recorded(Expired(pages=_delete(self.engine, "pages", "sha256", pages))) if pages else Expired()

    def _event_batch(self) -> Expired:
        with self.engine.transaction():
            self.engine.rows("ledger.lock")
            merged = [row["id"] for row in self.engine.rows("retention.merged", before=self._before("relevant_days"), most=self.batch)]
            return self._recorded(Expired(events=self._drop(merged))) if merged else Expired()

    def _before(self, key: str) -> int:
        return micros(self.now - timedelta(days=getattr(self.retention, key)))

    def _posts_after(self, last: Row | None) -> list[Row]:
        """The next expired posts behind `last`; held ones are left out."""
        irrelevant, relevant = self._before("irrelevant_days"), self._before("relevant_days")
        return self.engine.rows(
            "retention.posts", irrelevant_before=irrelevant, relevant_before=relevant, latest=max(irrelevant, relevant),
            relevant_from=self.relevant_from, archived=CaseState.ARCHIVED.value, most=self.batch,
            at=last["first_seen_at"] if last else EARLIEST, id=last["id"] if last else "",
        )  # fmt: skip

    def _recorded(self, went: Expired) -> Expired:
        append(self.engine, ACTOR, "keep", "保存期限", f"到期删除{went}", self.now)
        return went

    def _delete(self, ids: list[str]) -> int:
        """Deletes posts and what names them; how many events went with their last post."""
        events = sorted({row["event_id"] for row in self.engine.by_ids("event_posts", "post_id", ids)})
        for table, key in (("event_posts", "post_id"), ("assessments", "post_id"), ("post_words", "id")):
            _delete(self.engine, table, key, ids)
        bare = [row["id"] for row in self.engine.by_ids("events", "id", events) if not self._trim(decode(Event, row), set(ids))] if events else []
        _delete(self.engine, "posts", "id", ids)
        return self._drop(bare) if bare else 0

    def _trim(self, event: Event, gone: set[str]) -> bool:
        """Takes the posts out of an event that stays; False where nothing of it does: no post, no case."""
        rest = tuple(id_ for id_ in event.post_ids if id_ not in gone)
        if not rest and not self.engine.rows("retention.cases", event_id=event.id):
            return False
        first = event.first_post_id if event.first_post_id in rest else next(iter(rest), "")
        self.engine.upsert("events", encode(replace(event, post_ids=rest, first_post_id=first)), "id")
        return True

    def _drop(self, events: list[str]) -> int:
        _delete(self.engine, "event_decisions", "event_id", events)
        return _delete(self.engine, "events", "id", events)


def _counted(rows: Sequence[Row]) -> Expired:
    irrelevant = sum(bool(row["irrelevant"]) for row in rows)
    return Expired(irrelevant=irrelevant, relevant=len(rows) - irrelevant)


def _delete(engine: Engine, table: str, key: str, ids: Sequence[str]) -> int:
    marks = ", ".join(f":i_{n}" for n in range(len(ids)))
    return engine.execute(f"delete from {table} where {key} in ({marks})", **{f"i_{n}": one for n, one in enumerate(ids)})
