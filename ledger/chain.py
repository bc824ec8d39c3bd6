"""Appending to the audit chain (审计链) from any shelf of the ledger, inside the caller's transaction."""

from datetime import datetime

from ledger import audit
from ledger.engine import Engine
from records.instant import micros


def append(engine: Engine, actor: str, action: str, subject: str, detail: str, at: datetime) -> None:
    """One more entry, after the last. The caller has begun a transaction; the ledger's lock keeps two writers from one number."""
    engine.rows("ledger.lock")
    last = (engine.rows("audit.last") or [{"seq": 0, "digest": audit.FIRST}])[0]
    entry = {"seq": last["seq"] + 1, "at": micros(at), "actor": actor, "action": action, "subject": subject, "detail": detail}
    entry |= {"previous": last["digest"]}
    engine.insert("audit", entry | {"digest": audit.digest(entry)})
