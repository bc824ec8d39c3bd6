"""Retention with the office's own periods, for the command and the daemon's night."""

from huiying.office import Desk
from ledger.retention import Keeping


def keeping_of(desk: Desk) -> Keeping:
    """Retention on the desk's ledger, now: [retention] of huiying.toml, relevance as the standard has it."""
    settings = desk.settings
    return Keeping(
        engine=desk.ledger.engine, retention=settings.office.retention, now=desk.now(), relevant_from=settings.standard.thresholds.relevant
    )
