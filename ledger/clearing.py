"""Clearing (物理清除): the space deleted rows stood in, in the files of the ledger. What each engine guarantees:

SQLite: the file is written anew without them and the log is cut to nothing; no byte of them is in ledger.db, -wal or -shm. PostgreSQL: the
tables and their indexes are written anew; the server's own log (pg_wal) keeps old pages until it recycles them, as its archive and replicas do.
Neither reaches blocks the file system has freed: that is for an encrypted disk.
"""

import time
from collections.abc import Sequence

from ledger.engine import Engine
from ledger.sqlite import BUSY_SECONDS, DatabaseError

PAUSE = 0.2  # seconds between tries


def clear(engine: Engine, tables: Sequence[str]) -> list[str]:
    """Clears; what could not be cleared now because somebody else holds it, a line each."""
    if engine.name == "sqlite":
        return _sqlite(engine)
    for table in tables:
        engine.execute(f"vacuum full {table}")
    return []


def _sqlite(engine: Engine) -> list[str]:
    """Tried again as long as anybody waits for a lock: two who erase at once stand in each other's way for a moment."""
    until = time.monotonic() + BUSY_SECONDS
    while (left := _once(engine)) and time.monotonic() < until:
        time.sleep(PAUSE)
    return left


def _once(engine: Engine) -> list[str]:
    """The search index keeps deleted words in old segments until they are merged; the file keeps freed pages until it is rewritten."""
    try:
        engine.execute("insert into post_words (post_words) values ('optimize')")
        engine.execute("vacuum")
        cut = engine.query("pragma wal_checkpoint(truncate)")
    except DatabaseError as error:
        return [f"数据库文件中的旧页尚未清除（{error}）：停止值守进程后再运行一次"]
    return ["写前日志（-wal）尚未截断：有进程正在读；稍后再运行一次"] if cut and cut[0]["busy"] else []
