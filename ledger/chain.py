"""One more link of the audit chain, for deeds that change nothing else in the ledger (an export)."""

from datetime import datetime

from ledger import audit
from ledger.engine import Engine
from ledger.rows import storable
from records.instant import micros


def append(engine: Engine, *, actor: str, action: str, subject: str, detail: str, at: datetime) -> int:
    """Appends one entry in a transaction of its own, after whoever is appending; its number in the chain.

    What no engine can store (NUL, lone surrogates) becomes U+FFFD before the digest is taken, so that `verify` reads what was sealed.
    """
    with engine.transaction():
        engine.rows("ledger.lock")
        last = (engine.rows("audit.last") or [{"seq": 0, "digest": audit.FIRST}])[0]
        words = {"actor": actor, "action": action, "subject": subject, "detail": detail}
        entry = {"seq": last["seq"] + 1, "at": micros(at)} | {name: storable(text) for name, text in words.items()}
        entry |= {"previous": last["digest"]}
        engine.insert("audit", entry | {"digest": audit.digest(entry)})
    return int(entry["seq"])
