"""What the store asks of an engine. Two answer: ledger/sqlite.py and ledger/postgresql.py."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = dict[str, Any]


class Engine(Protocol):
    """Statements by name (ledger/sql), rows as dicts. Outside `transaction` every statement stands alone."""

    name: str

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing."""

    def rows(self, statement: str, **values: Any) -> list[Row]:
        """Every row of a named statement."""

    def run(self, statement: str, **values: Any) -> int:
        """Executes a named statement; the number of rows changed."""

    def query(self, sql: str, **values: Any) -> list[Row]:
        """Every row of any SQL (engine-neutral: :name marks)."""

    def execute(self, sql: str, **values: Any) -> int:
        """Executes any SQL; the number of rows changed."""

    def by_ids(self, table: str, key: str, ids: list[str]) -> list[Row]:
        """Rows of `table` whose `key` is one of `ids` (at most some hundred)."""

    def insert(self, table: str, row: Row, *, unless: str = "") -> int:
        """Inserts one row; 0 when `unless` (the conflict's columns) skipped it."""

    def insert_many(self, table: str, rows: Sequence[Row]) -> None:
        """Bulk load: all rows, or an error."""

    def run_many(self, statement: str, rows: Sequence[Row]) -> None:
        """Executes a named statement once a row."""

    def upsert(self, table: str, row: Row, key: str) -> None:
        """Inserts, or replaces the row with the same key columns ("day, kind")."""

    def close(self) -> None:
        """Lets go of every connection."""


def insert_sql(table: str, row: Row, unless: str = "") -> str:
    """`insert` with :name marks; with `unless`, a conflict on those columns changes nothing.

    >>> insert_sql("cases", {"id": 1, "title": "停水"}, "id")
    'insert into cases (id, title) values (:id, :title) on conflict (id) do nothing'
    """
    marks = ", ".join(f":{name}" for name in row)
    tail = f" on conflict ({unless}) do nothing" if unless else ""
    return f"insert into {table} ({', '.join(row)}) values ({marks}){tail}"


def upsert_sql(table: str, row: Row, key: str) -> str:
    """`insert` that replaces the row of the same key.

    >>> upsert_sql("cases", {"id": 1, "title": "停水"}, "id")
    'insert into cases (id, title) values (:id, :title) on conflict (id) do update set title = excluded.title'
    """
    changes = ", ".join(f"{name} = excluded.{name}" for name in row if name not in key.split(", "))
    return f"{insert_sql(table, row)} on conflict ({key}) do update set {changes}"
