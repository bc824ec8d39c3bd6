"""Reliability 21: WAL only on a SQLite without the WAL-reset bug, synchronous FULL always; migrations run once."""

from pathlib import Path

import pytest

from ledger.migrating import migrations
from ledger.sqlite import SqliteEngine


@pytest.mark.parametrize(
    ("version", "mode"), [((3, 40, 1), "delete"), ((3, 51, 2), "delete"), ((3, 51, 3), "wal"), ((3, 44, 6), "wal")]
)
def test_wal_is_refused_on_an_unsafe_version_and_full_is_kept(tmp_path: Path, version: tuple[int, ...], mode: str) -> None:
    connection = SqliteEngine(tmp_path / "ledger.db", version)
    assert connection.journal_mode == mode
    assert connection.query("pragma synchronous") == [{"synchronous": 2}]
    assert ("DELETE" in connection.why) == (mode == "delete")
    connection.close()


def test_the_installed_sqlite_is_safe(tmp_path: Path) -> None:
    connection = SqliteEngine(tmp_path / "ledger.db")
    assert connection.journal_mode == "wal"
    connection.close()


def test_migrations_run_once_and_a_second_opening_changes_nothing(tmp_path: Path) -> None:
    def schema() -> list[dict[str, object]]:
        connection = SqliteEngine(tmp_path / "ledger.db")
        found = connection.query("select name, sql from sqlite_master order by name")
        done = [r["name"] for r in connection.query("select name from _sqlite_migrations order by name")]
        assert done == [m.name for m in migrations("sqlite", "blob")]
        connection.close()
        return found

    assert schema() == schema()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    connection = SqliteEngine(tmp_path / "ledger.db")

    def torn() -> None:
        with connection.transaction():
            connection.execute("insert into counters values ('x', 1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        torn()
    assert connection.query("select * from counters") == []
    connection.close()
