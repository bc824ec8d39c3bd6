"""Writing to the audit chain and holding it against an anchor: a chain head printed where a rebuilder cannot reach it."""

import re
from datetime import datetime
from typing import NamedTuple

from ledger import audit
from ledger.engine import Engine, Row
from ledger.rows import storable
from records.instant import micros
from records.masking import mask

SHOWN = 16
_ANCHOR = re.compile(r"(?<![0-9])([0-9]{1,12}):([0-9a-f]{16,64})(?![0-9a-f])|审计链至第([0-9]{1,12})条，摘要前16位([0-9a-f]{16})")


class Head(NamedTuple):
    """An entry's number and its digest, whole or the first 16 digits of it."""

    seq: int
    digest: str


def append(engine: Engine, actor: str, action: str, subject: str, detail: str, at: datetime) -> int:
    """Adds one entry inside the caller's transaction; its number. Ids and reasons only, never a post's text; `detail` is masked.

    What no engine can store (NUL, lone surrogates) becomes U+FFFD before the digest is taken, so that `verify` reads what was sealed.
    """
    engine.rows("ledger.lock")
    last = head(engine)
    words = {"actor": actor, "action": action, "subject": subject, "detail": mask(detail)}
    entry = {"seq": last.seq + 1, "at": micros(at)} | {name: storable(text) for name, text in words.items()}
    entry |= {"previous": last.digest}
    engine.insert("audit", entry | {"digest": audit.digest(entry)})
    return last.seq + 1


def seal(engine: Engine, actor: str, action: str, subject: str, detail: str, at: datetime) -> int:
    """`append` in a transaction of its own, for deeds that change nothing else in the ledger (an export)."""
    with engine.transaction():
        return append(engine, actor, action, subject, detail, at)


def newest(engine: Engine, limit: int) -> list[Row]:
    """The newest entries, newest first."""
    return engine.rows("audit.newest", most=limit)


def head(engine: Engine) -> Head:
    """The last entry; of an empty chain number 0 and the digest the first entry builds on."""
    rows = engine.rows("audit.last")
    return Head(rows[0]["seq"], rows[0]["digest"]) if rows else Head(0, audit.FIRST)


def printed(at: Head) -> str:
    """The head as a digest prints it; `anchors` reads it back.

    >>> printed(Head(12, "ab" * 32))
    '审计链至第12条，摘要前16位abababababababab'
    """
    return f"审计链至第{at.seq}条，摘要前{SHOWN}位{at.digest[:SHOWN]}"


def anchors(text: str) -> list[Head]:
    """Every anchor in a text: "N:digest" (16 digits at least) or the sentence of a digest.

    >>> anchors("审计链至第12条，摘要前16位abababababababab。")
    [Head(seq=12, digest='abababababababab')]
    >>> anchors("3:00000000000000ff")
    [Head(seq=3, digest='00000000000000ff')]
    """
    return [Head(int(m[1] or m[3]), m[2] or m[4]) for m in _ANCHOR.finditer(text)]


def departures(engine: Engine, held: list[Head]) -> list[str]:
    """Where the chain does not hold an anchored digest at its number: it was rebuilt or cut, even if whole by itself."""
    digests = {0: audit.FIRST} | {row["seq"]: row["digest"] for row in engine.rows("audit.all")}
    return [
        f"第{seq}条与锚定摘要不符（审计链被重建）" if seq in digests else f"锚定的第{seq}条不存在（审计链被截短）"
        for seq, digest in held
        if not digests.get(seq, "").startswith(digest)
    ]
