"""Opening a ledger by its URL: sqlite:///PATH or postgresql://…"""

import re
from pathlib import Path

from ledger.engine import Engine
from ledger.protocol import Ledger
from ledger.sqlite import SqliteEngine
from ledger.store import Store


class LedgerUrlError(ValueError):
    """A URL that names no engine."""


def open_ledger(url: str) -> Ledger:
    """The ledger at `url`, migrated. Raises: LedgerUrlError."""
    return Store(open_engine(url))


def open_engine(url: str) -> Engine:
    """The engine at `url`, migrated. Raises: LedgerUrlError."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return SqliteEngine(Path(rest.removeprefix("/")))
    if scheme in ("postgresql", "postgres"):
        from ledger.postgresql import PostgresEngine  # psycopg is loaded only where it is used

        return PostgresEngine(url)
    raise LedgerUrlError(f"台账地址 {shown(url)!r}: 应为 sqlite:///文件路径 或 postgresql://…")


def shown(url: str) -> str:
    """The URL without its password.

    >>> shown("postgresql://huiying:secret@db.example/ledger")
    'postgresql://huiying:…@db.example/ledger'
    """
    return re.sub(r"(?<=://)([^:@/]*):[^/]*@", r"\1:…@", url)
