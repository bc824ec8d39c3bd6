"""Outbox shelf (发件箱): what was tried lately, the dead letters, and sending one of them again. Own SQL, on either engine."""

from dataclasses import dataclass
from datetime import datetime

from ledger import chain
from ledger.engine import Engine, Row
from ledger.rows import decode
from records.instant import micros
from records.notice import Delivery, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One attempt and the notice it was about, as the notice stands now."""

    notice: Notice
    delivery: Delivery


class OutboxShelf:
    """Beside the Ledger's own verbs for notices (ledger/protocol.py): what a person and a restarted sender need to know."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lately(self, since: datetime) -> list[Tried]:
        """Attempts from `since` on, oldest first."""
        return [_tried(row) for row in self._engine.rows("outbox.lately", since=micros(since))]

    def claimed_channels(self) -> list[str]:
        """Channels with notices a sender has claimed: one of each may have left without a record."""
        return sorted(str(row["channel"]) for row in self._engine.rows("outbox.claimed_channels"))

    def dead(self) -> list[Tried]:
        """The dead letters with the answer that ended each, oldest first."""
        return [_tried(row) for row in self._engine.rows("outbox.dead")]

    def requeue(self, letter: Notice, by: str, why: str, at: datetime) -> bool:
        """The dead letter is due at `at` again, audited; False when somebody had done so."""
        with self._engine.transaction():
            if self._engine.run("outbox.requeue", id=letter.id, attempts=letter.attempts, at=micros(at)) != 1:
                return False
            chain.append(self._engine, by, "notice:retry", letter.id, why, at)
        return True


def _tried(row: Row) -> Tried:
    about = {name.removeprefix("d_"): value for name, value in row.items() if name.startswith("d_")}
    return Tried(
        notice=decode(Notice, {name: value for name, value in row.items() if not name.startswith("d_")}),
        delivery=decode(Delivery, about | {"notice_id": row["id"]}),
    )
