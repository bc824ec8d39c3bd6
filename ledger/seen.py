"""Seen shelf (监测所见): of a span only the posts a digest speaks of; the others, nine in ten, as numbers a source."""

from datetime import datetime

from ledger.engine import Engine
from ledger.rows import decode
from records.instant import micros
from records.post import Post


class SeenShelf:
    """Beside the Ledger's `posts_seen`, which reads every post whole: a busy day has a hundred thousand."""

    def __init__(self, engine: Engine, relevant_from: float) -> None:
        self._engine, self._relevant_from = engine, relevant_from

    def worth(self, since: datetime, until: datetime) -> list[Post]:
        """Posts seen in [since, until) that are 有效, not yet assessed, or of a neighbour on a matter of ours; oldest first."""
        return self._posts("seen.worth", since, until)

    def valid(self, since: datetime, until: datetime) -> list[Post]:
        """Posts seen in [since, until) that are 有效, oldest first."""
        return self._posts("seen.valid", since, until)

    def rest(self, since: datetime, until: datetime) -> dict[str, int]:
        """Source id → how many other posts of the span; without those a first poll brought from before it."""
        rows = self._engine.rows("seen.rest", since=micros(since), until=micros(until), relevant_from=self._relevant_from)
        return {str(row["source_id"]): int(row["posts"]) for row in rows}

    def _posts(self, statement: str, since: datetime, until: datetime) -> list[Post]:
        rows = self._engine.rows(statement, since=micros(since), until=micros(until), relevant_from=self._relevant_from)
        return [decode(Post, row) for row in rows]
