"""Opening a ledger by its URL: sqlite:///PATH or postgresql://…"""

import re
from pathlib import Path

from ledger.engine import Engine
from ledger.protocol import Ledger
from ledger.sqlite import DatabaseError, SqliteEngine
from ledger.store import Store

CONNECT_SECONDS = 10


class LedgerUrlError(ValueError):
    """A URL that names no engine, or an engine that does not answer there."""


def open_ledger(url: str) -> Ledger:
    """The ledger at `url`, migrated. Raises: LedgerUrlError."""
    return Store(open_engine(url))


def open_engine(url: str) -> Engine:
    """The engine at `url`, migrated. Raises: LedgerUrlError."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        try:
            return SqliteEngine(Path(rest.removeprefix("/")))
        except DatabaseError as error:
            raise LedgerUrlError(f"台账 {rest.removeprefix('/')}: 打不开（{error}）") from error
    if scheme in ("postgresql", "postgres"):
        return _postgres(url)
    raise LedgerUrlError(f"台账地址 {shown(url)!r}: 应为 sqlite:///文件路径 或 postgresql://…")


def _postgres(url: str) -> Engine:
    import psycopg  # loaded only where it is used

    from ledger.postgresql import PostgresEngine

    try:
        psycopg.connect(url, connect_timeout=CONNECT_SECONDS).close()  # a pool would only say, after its timeout, that none came
        return PostgresEngine(url)
    except psycopg.OperationalError as error:
        raise LedgerUrlError(f"台账 {shown(url)}: 连不上（{str(error).splitlines()[0]}）") from error


def shown(url: str) -> str:
    """The URL without its password.

    >>> shown("postgresql://huiying:secret@db.example/ledger")
    'postgresql://huiying:…@db.example/ledger'
    """
    return re.sub(r"(?<=://)([^:@/]*):[^/]*@", r"\1:…@", url)
