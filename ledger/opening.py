"""Opening a ledger by its URL: sqlite:///PATH or postgresql://…"""

from pathlib import Path

from ledger.protocol import Ledger
from ledger.sqlite import SqliteEngine
from ledger.store import Store


class LedgerUrlError(ValueError):
    """A URL that names no engine."""


def open_ledger(url: str) -> Ledger:
    """The ledger at `url`, migrated. Raises: LedgerUrlError."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return Store(SqliteEngine(Path(rest.removeprefix("/"))))
    if scheme in ("postgresql", "postgres"):
        from ledger.postgresql import PostgresEngine  # psycopg is loaded only where it is used

        return Store(PostgresEngine(url))
    raise LedgerUrlError(f"[ledger] url = {url!r}: 应为 sqlite:///文件路径 或 postgresql://…")
