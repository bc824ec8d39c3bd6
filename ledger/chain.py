"""Appending to the audit chain (审计链), inside the caller's transaction: no second entry can take the same place."""

from datetime import datetime

from ledger import audit
from ledger.engine import Engine
from records.instant import micros


def append(engine: Engine, actor: str, action: str, subject: str, detail: str, at: datetime) -> None:
    """The entry after the last one, with its digest. Takes the ledger's lock first; call it last, the lock is held to the commit."""
    engine.rows("ledger.lock")
    last = (engine.rows("audit.last") or [{"seq": 0, "digest": audit.FIRST}])[0]
    entry = {"seq": last["seq"] + 1, "at": micros(at), "actor": actor, "action": action, "subject": subject, "detail": detail}
    entry |= {"previous": last["digest"]}
    engine.insert("audit", entry | {"digest": audit.digest(entry)})
