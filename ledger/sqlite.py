"""The ledger on SQLite: connection, durability gate, migrations.

WAL needs a version without the WAL-reset bug (3.7.0–3.51.2 can lose commits with two writers; fixed in 3.51.3, backported to 3.50.7
and 3.44.6). On any other version the journal is a rollback journal, and the ledger says so. synchronous is FULL: NORMAL lost
acknowledged commits in power-loss replay.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import sqlite_utils
import structlog

log = structlog.get_logger()
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 10


def safe_for_wal(version: tuple[int, ...]) -> bool:
    """True for versions that carry the fix of the WAL-reset bug.

    >>> [safe_for_wal(v) for v in ((3, 40, 1), (3, 44, 6), (3, 50, 7), (3, 51, 2), (3, 51, 3), (3, 53, 4))]
    [False, True, True, False, True, True]
    """
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


class Connection:
    """One connection to the ledger file, migrated and set durable. `journal_mode` and `why` say which journal and why."""

    def __init__(self, path: Path, version: tuple[int, ...] = tuple(sqlite.sqlite_version_info)) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._raw = sqlite.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None)
        self._raw.row_factory = sqlite.Row
        self.db = sqlite_utils.Database(self._raw)
        self.journal_mode, self.why = self._journal(version)
        self._raw.execute("pragma synchronous = full")
        self._raw.execute("pragma foreign_keys = on")
        self.migrate()

    def _journal(self, version: tuple[int, ...]) -> tuple[str, str]:
        safe = safe_for_wal(version)
        said = ".".join(map(str, version))
        why = f"SQLite {said}" if safe else f"SQLite {said} 可能在 WAL 下丢失提交，改用 journal_mode=DELETE"
        if not safe:
            log.warning("ledger.wal_refused", version=said)
        mode = self._raw.execute(f"pragma journal_mode = {'wal' if safe else 'delete'}").fetchone()[0]
        return str(mode), why

    def migrate(self) -> None:
        """Runs every migration not yet run, each in its own transaction."""
        self._raw.execute("create table if not exists migrations (name text primary key)")
        self._raw.execute("create virtual table if not exists post_words using fts5 (id unindexed, words)")
        done = {row["name"] for row in self.rows("select name from migrations")}
        for path in sorted(MIGRATIONS.glob("*.sql")):
            if path.stem not in done:
                self._run(path)

    def _run(self, path: Path) -> None:
        with self.transaction():
            lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("--")]
            for statement in "\n".join(lines).split(";"):
                if statement.strip():
                    self._raw.execute(statement)
            self._raw.execute("insert into migrations values (?)", (path.stem,))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; takes the write lock at once, so two writers wait for each other instead of failing late."""
        self._raw.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._raw.execute("rollback")
            raise
        self._raw.execute("commit")

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Every row as a dict."""
        return [dict(row) for row in self._raw.execute(sql, values).fetchall()]

    def one(self, sql: str, *values: Any) -> dict[str, Any] | None:
        """The first row, or None."""
        row = self._raw.execute(sql, values).fetchone()
        return None if row is None else dict(row)

    def run(self, sql: str, *values: Any) -> int:
        """Executes and returns the number of rows changed."""
        return int(self._raw.execute(sql, values).rowcount)

    def insert(self, table: str, row: dict[str, Any], *, on_conflict: str = "") -> int:
        """Inserts one row; returns rows changed (0 when `on_conflict` skipped it)."""
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        return self.run(f"insert into {table} ({names}) values ({marks}) {on_conflict}", *row.values())

    def upsert(self, table: str, row: dict[str, Any], key: str) -> int:
        """Inserts or replaces by key."""
        changes = ", ".join(f"{name} = excluded.{name}" for name in row if name != key)
        return self.insert(table, row, on_conflict=f"on conflict ({key}) do update set {changes}")

    def close(self) -> None:
        """Closes the file."""
        self._raw.close()
