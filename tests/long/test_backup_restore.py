"""Reliability 20: 100 backups and restores under load, the writer killed now and then. Prints RPO and RTO.

RPO is how old the newest post of a backup is when the backup is done: what a loss of the machine at that moment would cost.
"""

import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from huiying.backing_up import back_up, restore
from huiying.settings import Settings
from ledger.opening import open_engine
from ledger.protocol import Ledger
from ledger.transfer import TABLES, row_hash
from tests.huiying.desk import desk_in, waiting_case
from tests.huiying.test_backing_up import ROOT, fill

ROUNDS = 100
WRITER = """
import sys, time, uuid
from ledger.opening import open_ledger
from tests.makers import STATE, a_post
ledger = open_ledger(sys.argv[1])
while True:
    name = uuid.uuid4().hex
    ledger.add_collected([a_post(name, text=f"{name} 反映积水", title="停水")], [], STATE)
    print(name, time.time(), flush=True)
    time.sleep(0.02)
"""
pytestmark = [pytest.mark.long, pytest.mark.timeout(3_600)]


class Writer:
    """A process that writes some 40 posts a second, each its own commit; `acknowledged` maps a post to when its commit was reported."""

    def __init__(self, url: str) -> None:
        self.url, self.acknowledged = url, dict[str, float]()
        self.start()

    def start(self) -> None:
        self.child = subprocess.Popen([sys.executable, "-c", WRITER, self.url], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.reader = threading.Thread(target=self._read, args=(self.child,))
        self.reader.start()
        before = len(self.acknowledged)
        while len(self.acknowledged) == before and self.child.poll() is None:
            time.sleep(0.05)

    def _read(self, child: subprocess.Popen[str]) -> None:
        assert child.stdout is not None
        with child.stdout as lines:
            for line in lines:
                name, _, at = line.partition(" ")
                if at.endswith("\n"):  # a kill may cut a line
                    self.acknowledged[name] = float(at)

    def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()
        self.reader.join()


def test_a_hundred_restores_under_load_and_kills(tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    chance, kills = random.Random(20), 0  # noqa: S311
    rpo, rto = list[float](), list[float]()
    with desk_in(tmp_path / "data", settings) as desk:
        waiting_case(desk)
        fill(desk)
        writer = Writer(f"sqlite:///{desk.data}/ledger.db")
        try:
            for round_ in range(ROUNDS):
                time.sleep(chance.uniform(0.2, 0.6))
                if chance.random() < 0.3:
                    writer.kill()
                    kills += 1
                    writer.start()
                target, new = tmp_path / f"b{round_}", tmp_path / f"new{round_}"
                promised = set(writer.acknowledged)
                back_up(desk.ledger.engine, config=ROOT / "config", data=desk.data, target=target, now=desk.now())
                done = time.time()
                begun = time.perf_counter()
                restore(target, new)
                rto.append((time.perf_counter() - begun) / (size(new) / 2**30))
                there = equal(desk.ledger, new)
                assert promised <= there, f"round {round_}: {len(promised - there)} acknowledged posts missing"
                rpo.append(done - max(at for name, at in list(writer.acknowledged.items()) if name in there))
                shrink(target)
                shrink(new)
        finally:
            writer.kill()
    with capsys.disabled():
        print(f"\n{ROUNDS} restores, {kills} kills of the writer, {len(writer.acknowledged)} posts: 0 lost; RPO max {max(rpo):.2f} s; "
              f"RTO max {max(rto) / 60:.2f} min/GB, median {sorted(rto)[ROUNDS // 2] / 60:.2f} min/GB")  # fmt: skip


def equal(source: Ledger, data: Path) -> set[str]:
    """Ids of the restored posts; every restored row is, to the byte, one of the source's."""
    with closing(open_engine(f"sqlite:///{data}/ledger.db")) as engine:
        for table in TABLES:
            if table != "fetch_states":
                now = {row_hash(row) for row in source.engine.query(f"select * from {table}")}
                assert {row_hash(row) for row in engine.query(f"select * from {table}")} <= now, table
        return {row["id"] for row in engine.query("select id from posts")}


def size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def shrink(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
