"""The handovers (交接班记录) of a ledger, and their entries in the audit chain."""

from ledger import chain
from ledger.engine import Engine
from ledger.rows import decode, encode, storable
from records.roster import Handover


class Handovers:
    """Records in, records out; nothing decided."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, handover: Handover) -> None:
        """Stores one with its audit entry, in one transaction."""
        with self._engine.transaction():
            self._engine.insert("handovers", encode(handover))
            giver, taker = storable(handover.giver), storable(handover.taker)
            chain.append(self._engine, giver, "handover", handover.id, f"{giver}→{taker}", handover.at)

    def newest(self, most: int = 20) -> list[Handover]:
        """The newest handovers, newest first."""
        return [decode(Handover, row) for row in self._engine.rows("handovers.newest", most=most)]
