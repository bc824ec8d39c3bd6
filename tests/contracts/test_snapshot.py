"""A snapshot of either engine is one SQLite file of one instant, equal row by row."""

import threading
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from ledger.chain import head
from ledger.engine import Engine
from ledger.opening import open_engine, open_ledger
from ledger.snapshot import snapshot
from ledger.store import Store
from ledger.transfer import TABLES, row_hash
from records.review import Review
from tests.contracts.test_transfer import fill
from tests.makers import NOW


def hashes(engine: Engine) -> dict[str, set[bytes]]:
    return {table: {row_hash(row) for row in engine.query(f"select * from {table}")} for table in TABLES}


def a_review(n: int) -> Review:
    return Review(id=f"r{n}", post_id="p1", task="form", before="R2", value="R3", by="研判员", at=NOW)


def test_it_is_equal_and_one_file(ledger: Store, tmp_path: Path) -> None:
    fill(ledger.engine, 30)
    path = tmp_path / "copy" / "ledger.db"
    path.parent.mkdir()
    assert snapshot(ledger.engine, path) == head(ledger.engine)
    assert [p.name for p in path.parent.iterdir()] == ["ledger.db"]
    with closing(Store(open_engine(f"sqlite:///{path}"))) as copy:
        assert hashes(copy.engine) == hashes(ledger.engine)
        assert [p.id for p in copy.search("积水")] == [p.id for p in ledger.search("积水")]
        assert copy.verify_audit() == []


def test_of_an_empty_ledger(ledger: Store, tmp_path: Path) -> None:
    assert snapshot(ledger.engine, tmp_path / "copy.db") == head(ledger.engine)


def test_it_is_of_one_instant_while_another_writes(ledger: Store, url: str, tmp_path: Path) -> None:
    """Each writing transaction adds a review and its audit entry: a copy that read them at two instants would hold more of one."""
    fill(ledger.engine)
    before, stop, written = head(ledger.engine).seq, threading.Event(), count(1)

    def write() -> None:
        with closing(open_ledger(url)) as other:
            while not stop.is_set():
                other.add_review(a_review(next(written)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for round_ in range(5):
            last = snapshot(ledger.engine, tmp_path / f"{round_}.db")
            with closing(Store(open_engine(f"sqlite:///{tmp_path}/{round_}.db"))) as copy:
                assert len(copy.reviews()) - 1 == last.seq - before
                assert copy.verify_audit() == []
    finally:
        stop.set()
        writer.join()
    assert next(written) > 5, "somebody did write"


def test_a_damaged_copy_is_not_taken_for_one(ledger: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"no database at all, but as long as a header of one would be" * 10)
    with pytest.raises(Exception, match="not a database"):
        snapshot(ledger.engine, tmp_path / "copy.db")
