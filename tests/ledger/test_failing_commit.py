"""A commit that fails leaves no transaction open: the next write works, and nothing of the failed one is there."""

from pathlib import Path
from typing import Any

import pytest

from ledger.sqlite import SqliteEngine, sqlite


class FailsOnce:
    """A connection whose first commit fails without ending the transaction, as SQLITE_BUSY and SQLITE_IOERR may."""

    def __init__(self, raw: Any) -> None:
        self.raw, self.failed = raw, False

    def execute(self, sql: str) -> Any:
        if sql == "commit" and not self.failed:
            self.failed = True
            raise sqlite.OperationalError("disk I/O error")
        return self.raw.execute(sql)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def test_a_commit_that_fails_is_rolled_back(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "ledger.db")
    engine._raw = FailsOnce(engine._raw)
    with pytest.raises(sqlite.OperationalError), engine.transaction():
        engine.insert("counters", {"name": "lost", "value": 1})
    with engine.transaction():
        engine.insert("counters", {"name": "kept", "value": 1})
    assert [row["name"] for row in engine.query("select name from counters")] == ["kept"]
    engine.close()
