"""The ledger on PostgreSQL: psycopg 3 with a pool; the same statements, with %(name)s for :name."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from ledger.engine import Row, insert_sql, upsert_sql
from ledger.migrating import FOLDER, migrations
from ledger.statements import statements

_MARK = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_MIGRATION_LOCK = 0x6875_6979  # two starting processes migrate one after the other
Connection = psycopg.Connection[Row]


@cache
def marked(sql: str) -> Any:
    """The statement with psycopg's marks.

    >>> marked("update cases set title = :title where id = :id and tag = 'a%'")
    "update cases set title = %(title)s where id = %(id)s and tag = 'a%%'"
    """
    return _MARK.sub(r"%(\1)s", sql.replace("%", "%%"))


class PostgresEngine:
    """A pool of connections to one database, migrated. Safe to share between threads; a transaction belongs to its context."""

    name = "postgresql"

    def __init__(self, url: str, *, most: int = 8, migrations_folder: Path = FOLDER) -> None:
        self._statements = statements(self.name)
        self._open: ContextVar[Connection | None] = ContextVar("open", default=None)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url, connection_class=cast(type[Connection], psycopg.Connection), min_size=1, max_size=most, open=False, timeout=30,
            kwargs={"row_factory": dict_row, "autocommit": True},
        )  # fmt: skip
        self._pool.open(wait=True)
        with self._connection() as connection, connection.transaction():
            connection.execute("select pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
            _migrate(connection, migrations_folder)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        mine = self._open.get()
        if mine is not None:
            yield mine
        else:
            with self._pool.connection() as connection:
                yield connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on one connection."""
        with self._pool.connection() as connection, connection.transaction():
            token = self._open.set(connection)
            try:
                yield
            finally:
                self._open.reset(token)

    def rows(self, statement: str, **values: Any) -> list[Row]:
        """Every row of a named statement."""
        return self.query(self._statements[statement], **values)

    def query(self, sql: str, **values: Any) -> list[Row]:
        """Every row of any SQL."""
        with self._connection() as connection:
            return connection.execute(marked(sql), values).fetchall()

    def run(self, statement: str, **values: Any) -> int:
        """Executes a named statement; the number of rows changed."""
        return self.execute(self._statements[statement], **values)

    def execute(self, sql: str, **values: Any) -> int:
        """Executes any SQL; the number of rows changed."""
        with self._connection() as connection:
            return connection.execute(marked(sql), values).rowcount

    def by_ids(self, table: str, key: str, ids: list[str]) -> list[Row]:
        """Rows of `table` whose `key` is one of `ids`."""
        marks = ", ".join(f":i_{n}" for n in range(len(ids)))
        return self.query(f"select * from {table} where {key} in ({marks})", **{f"i_{n}": one for n, one in enumerate(ids)})

    def insert(self, table: str, row: Row, *, unless: str = "") -> int:
        """Inserts one row; 0 when a conflict on the columns `unless` skipped it."""
        return self.execute(insert_sql(table, row, unless), **row)

    def insert_many(self, table: str, rows: Sequence[Row]) -> None:
        """Bulk load by COPY."""
        if not rows:
            return
        names = list(rows[0])
        command = cast(Any, f"copy {table} ({', '.join(names)}) from stdin")
        with self._connection() as connection, connection.cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])

    def run_many(self, statement: str, rows: Sequence[Row]) -> None:
        """Executes a named statement once a row."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.executemany(marked(self._statements[statement]), rows)

    def upsert(self, table: str, row: Row, key: str) -> None:
        """Inserts, or replaces the row with the same key columns."""
        self.execute(upsert_sql(table, row, key), **row)

    def close(self) -> None:
        """Closes the pool."""
        self._pool.close()


def _migrate(connection: Connection, folder: Path) -> None:
    connection.execute("create table if not exists migrations (name text primary key)")
    done = {row["name"] for row in connection.execute("select name from migrations").fetchall()}
    for one in migrations("postgresql", "bytea", folder):
        if one.name not in done:
            for statement in one.statements:
                connection.execute(cast(Any, statement))
            connection.execute("insert into migrations values (%s)", (one.name,))
