"""The ledger on SQLite, through sqlite-utils: connection, durability gate, migrations.

WAL needs a version without the WAL-reset bug (3.7.0–3.51.2 can lose commits with two writers; fixed in 3.51.3, backported to 3.50.7
and 3.44.6). On any other version the journal is a rollback journal, and the ledger says so. synchronous is FULL: NORMAL lost
acknowledged commits in power-loss replay. Where no pysqlite3 wheel exists the standard library's SQLite serves.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlite_utils
import structlog
from sqlite_utils.migrations import Migrations

from ledger.engine import Row, insert_sql, upsert_sql
from ledger.migrating import FOLDER, Migration, migrations
from ledger.statements import statements

try:
    import pysqlite3.dbapi2 as sqlite
except ImportError:  # no wheel on this platform (arm64, loongarch64)
    import sqlite3 as sqlite

DatabaseError: type[Exception] = sqlite.DatabaseError
log = structlog.get_logger()
BUSY_SECONDS = 10


def safe_for_wal(version: tuple[int, ...]) -> bool:
    """True for versions that carry the fix of the WAL-reset bug.

    >>> [safe_for_wal(v) for v in ((3, 40, 1), (3, 44, 6), (3, 50, 7), (3, 51, 2), (3, 51, 3), (3, 53, 4))]
    [False, True, True, False, True, True]
    """
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def bare(path: Path) -> Any:
    """A connection to a file as it is: nothing set, nothing migrated."""
    return sqlite.connect(str(path), timeout=BUSY_SECONDS)


class SqliteEngine:
    """One connection to the ledger file, migrated and set durable. `journal_mode` and `why` say which journal and why."""

    name = "sqlite"

    def __init__(
        self, path: Path, version: tuple[int, ...] = tuple(sqlite.sqlite_version_info), migrations_folder: Path = FOLDER
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._raw = sqlite.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None)
        self.db = sqlite_utils.Database(self._raw)
        self._statements = statements(self.name)
        self.journal_mode, self.why = self._journal(version)
        self._raw.execute("pragma synchronous = full")
        self._raw.execute("pragma foreign_keys = on")
        self._raw.execute("pragma secure_delete = on")  # what is deleted is overwritten, not only unlinked
        _migrations(migrations_folder).apply(self.db)

    def _journal(self, version: tuple[int, ...]) -> tuple[str, str]:
        safe = safe_for_wal(version)
        said = ".".join(map(str, version))
        why = f"SQLite {said}" if safe else f"SQLite {said} 可能在 WAL 下丢失提交，改用 journal_mode=DELETE"
        if not safe:
            log.warning("ledger.wal_refused", version=said)
        mode = self._raw.execute(f"pragma journal_mode = {'wal' if safe else 'delete'}").fetchone()[0]
        return str(mode), why

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; takes the write lock at once, so two writers wait for each other instead of failing late."""
        self._raw.execute("begin immediate")
        try:
            yield
            self._raw.execute("commit")  # a commit that fails (disk full, busy) may leave the transaction open
        except BaseException:
            if self._raw.in_transaction:  # SQLite itself rolls back on some errors
                self._raw.execute("rollback")
            raise

    def rows(self, statement: str, **values: Any) -> list[Row]:
        """Every row of a named statement."""
        return self.query(self._statements[statement], **values)

    def query(self, sql: str, **values: Any) -> list[Row]:
        """Every row of any SQL."""
        return list(self.db.query(sql, values))

    def run(self, statement: str, **values: Any) -> int:
        """Executes a named statement; the number of rows changed."""
        return self.execute(self._statements[statement], **values)

    def execute(self, sql: str, **values: Any) -> int:
        """Executes any SQL; the number of rows changed."""
        return int(self.db.execute(sql, values).rowcount)

    def by_ids(self, table: str, key: str, ids: list[str]) -> list[Row]:
        """Rows of `table` whose `key` is one of `ids`."""
        return list(self.db.table(table).rows_where(f"{key} in ({', '.join('?' * len(ids))})", ids))

    def insert(self, table: str, row: Row, *, unless: str = "") -> int:
        """Inserts one row; 0 when a conflict on the columns `unless` skipped it."""
        return self.execute(insert_sql(table, row, unless), **row)

    def insert_many(self, table: str, rows: Sequence[Row]) -> None:
        """Bulk load by executemany."""
        if rows:
            self._raw.executemany(insert_sql(table, rows[0]), rows)

    def run_many(self, statement: str, rows: Sequence[Row]) -> None:
        """Executes a named statement once a row."""
        self._raw.executemany(self._statements[statement], rows)

    def upsert(self, table: str, row: Row, key: str) -> None:
        """Inserts, or replaces the row with the same key columns."""
        self.execute(upsert_sql(table, row, key), **row)

    def close(self) -> None:
        """Closes the file."""
        self.db.close()


def _migrations(folder: Path) -> Migrations:
    """Every migration file as one of sqlite-utils' transactional migrations."""
    found = Migrations("huiying")
    for one in migrations("sqlite", "blob", folder):
        found(name=one.name)(_named(one))
    return found


def _named(one: Migration) -> Any:
    run = partial(_run, one)
    run.__name__ = one.name  # type: ignore[attr-defined]
    return run


def _run(one: Migration, db: sqlite_utils.Database) -> None:
    for statement in one.statements:
        db.execute(statement)
