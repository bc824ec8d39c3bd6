"""Every database and socket call of a round fails, once or from there on: python -m tests.crash.torture FOLDER POINTS.

The world is that of tests/crash/lives.py. A point fails the n-th call of its round, once alone and
once with every call after it; a calm round follows each. A failing socket is a reset connection, also after the server has accepted.
"""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio import selector_events
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from classifiers.model import load_model
from huiying import pipeline
from huiying.cli import MODEL, quiet_log
from huiying.office import Office, open_office
from ledger.sqlite import SqliteEngine, sqlite
from monitor.robots import RobotsCache
from records.notice import NoticeState
from tests.crash.lives import LIVES, Board, account, clock, forked, settings_in, world

TRANSPORT: Any = selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
CALLS = ("rows", "query", "run", "execute", "by_ids", "insert", "upsert")


class Faults:
    """Counts calls; tells which of them fail. `point` 0: none."""

    def __init__(self) -> None:
        self.count, self.point, self.on, self.failed = 0, 0, False, Counter[str]()

    def begin(self, point: int, *, on: bool) -> None:
        """A new round."""
        self.count, self.point, self.on = 0, point, on

    def fails(self, what: str) -> bool:
        """Whether this call fails."""
        self.count += 1
        bad = bool(self.point) and (self.count == self.point or (self.on and self.count > self.point))
        self.failed[what] += bad
        return bad


class Connection:
    """SQLite's connection whose begin and commit may fail."""

    def __init__(self, raw: Any, faults: Faults) -> None:
        self._raw, self._faults = raw, faults

    def execute(self, sql: str) -> Any:
        """One statement."""
        if sql in ("begin immediate", "commit") and self._faults.fails(sql):
            raise sqlite.OperationalError("disk I/O error")
        return self._raw.execute(sql)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def database(engine: SqliteEngine, faults: Faults) -> None:
    """Puts faults in front of the engine."""

    def faulty(call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def ask(*what: Any, **more: Any) -> Any:
            if faults.fails(name):
                raise sqlite.OperationalError("disk I/O error")
            return call(*what, **more)

        return ask

    for name in CALLS:
        setattr(engine, name, faulty(getattr(engine, name), name))
    engine._raw = Connection(engine._raw, faults)


def sockets(faults: Faults) -> None:
    """Puts faults into every connection this process makes: at connecting, writing and reading."""
    write, read = TRANSPORT.write, TRANSPORT._read_ready__data_received
    connect = asyncio.SelectorEventLoop.create_connection

    async def connecting(self: Any, *what: Any, **more: Any) -> Any:
        if faults.fails("connect"):
            raise ConnectionRefusedError(111, "refused")
        return await connect(self, *what, **more)

    def writing(self: Any, data: bytes) -> None:
        self.abort() if faults.fails("write") else write(self, data)

    def reading(self: Any) -> None:
        self.abort() if faults.fails("read") else read(self)

    asyncio.SelectorEventLoop.create_connection = connecting  # type: ignore[method-assign, assignment]
    TRANSPORT.write, TRANSPORT._read_ready__data_received = writing, reading


async def one_round(office: Office) -> None:
    """The daemon's three jobs: what one raises does not stop the others."""
    for job in (
        lambda: pipeline.collect_due(office, pipeline.Account()), lambda: judging(office), lambda: pipeline.send(office),
    ):  # fmt: skip
        with suppress(sqlite.DatabaseError, OSError):
            await job()


async def judging(office: Office) -> None:
    """assess, gather, decide."""
    await pipeline.judge(office, pipeline.Account())


async def tortured(board: Board, data: Path, points: int, faults: Faults) -> None:
    """A faulty round a point, its number from 1 up to the calls of the longest calm round; then rounds without faults."""
    settings, model = settings_in(data), load_model(MODEL)
    async with open_office(settings, data, model, clock(board)) as office:
        assert isinstance(office.ledger.engine, SqliteEngine)
        database(office.ledger.engine, faults)
        sockets(faults)
        calls = 1
        for number in range(points):
            for point in (number // 2 % calls + 1, 0):  # each call once alone, once with all after it; then a calm round, so that the
                faults.begin(point, on=number % 2 == 1)  # next faulty one is whole
                office.fetcher._robots = RobotsCache(time.monotonic)  # it remembers a failure by its own clock, which does not jump
                await one_round(office)
                board.put(LIVES, board.get(LIVES) + 1)
            calls = max(calls, faults.count)
        faults.begin(0, on=False)
        office.fetcher._robots = RobotsCache(time.monotonic)
        for calm in range(200):
            await one_round(office)
            if calm > 20 and not office.ledger.notices(NoticeState.PENDING) and not office.ledger.notices(NoticeState.CLAIMED):
                return
            board.put(LIVES, board.get(LIVES) + 1)


def run(data: Path, points: int) -> dict[str, object]:
    """The figures."""
    quiet_log("critical")
    board, faults = Board(), Faults()
    outside = forked(lambda: asyncio.run(world(board, data, 1, 10_000)))  # all is on offer: a source may rest for long
    while not (data / "world.json").exists():
        time.sleep(0.01)
    asyncio.run(tortured(board, data, points, faults))
    os.kill(outside, signal.SIGTERM)
    os.waitpid(outside, 0)
    return {"points": points, "failed calls": dict(faults.failed)} | account(data, settings_in(data))


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2])), ensure_ascii=False))
