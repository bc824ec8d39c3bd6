"""Snapshot (快照): the whole ledger at one instant as one SQLite file, while others go on writing."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ledger import audit
from ledger.chain import Head
from ledger.engine import Engine
from ledger.sqlite import SqliteEngine, bare
from ledger.transfer import transfer


class SnapshotFailedError(RuntimeError):
    """The copy is not what it should be; says how."""


def snapshot(source: Engine, target: Path) -> Head:
    """Writes `target`, which must not exist; the head of the audit chain in it. Raises: SnapshotFailedError.

    SQLite copies pages (the backup API), in one step: in WAL mode writers are not held up. PostgreSQL is read within one repeatable-read
    transaction and each row's hash compared (ledger/transfer.py).
    """
    if isinstance(source, SqliteEngine):
        with closing(bare(target)) as copy:
            source.db.conn.backup(copy, pages=-1)
    else:
        with closing(SqliteEngine(target)) as copy, source.transaction():
            source.execute("set transaction isolation level repeatable read, read only")
            transfer(source, copy, source_name="snapshot")
    with _closed_up(target) as copy:
        damaged = [row[0] for row in copy.execute("pragma integrity_check") if row[0] != "ok"]
        if damaged:
            raise SnapshotFailedError(f"{target.name}: 快照损坏：{damaged[0]}")
        last = copy.execute("select seq, digest from audit order by seq desc limit 1").fetchone()
    return Head(*last) if last else Head(0, audit.FIRST)


@contextmanager
def _closed_up(path: Path) -> Iterator[Any]:
    """The file without a log beside it: one file is the whole ledger."""
    with closing(bare(path)) as connection:
        connection.execute("pragma journal_mode = delete")
        yield connection
