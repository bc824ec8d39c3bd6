"""Reliability 19: the disk of the data folder fills up: the daemon lives, an alarm is due, nothing acknowledged is lost, and it recovers."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from classifiers.model import LinearModel
from huiying import pulse
from huiying.daemon import Beat, Daemon
from huiying.office import open_office, utc_now
from huiying.settings import Settings
from ledger.sqlite import sqlite
from tests.huiying.desk import with_mail
from tests.makers import STATE, a_post

FAST = Beat(collect=0.05, judge=0.05, send=0.05, remind=0.05, pulse=0.05)
LIMIT = timedelta(minutes=5)
COMPLAINT = "盐城市亭湖区先锋街道三个小区停水三天，打了几次电话没有人管，老人孩子没水喝。"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 8 MB. Skips, saying so, where this user may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    tried = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("no tmpfs may be mounted here (root is needed)")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave: int) -> Path:
    """A file that takes all room but `leave` bytes."""
    ballast = folder / "ballast"
    free = os.statvfs(folder)
    ballast.write_bytes(b"\0" * max(0, free.f_bavail * free.f_frsize - leave))
    return ballast


def test_a_full_disk_loses_nothing_acknowledged(
    settings: Settings, model: LinearModel, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acknowledged: list[str] = []

    async def live() -> tuple[Daemon, list[str], float]:
        async with open_office(replace(with_mail(settings), sources=()), small_disk, model) as office:
            daemon, ledger = Daemon(office, beat=FAST), office.ledger
            running = asyncio.create_task(daemon.run())
            await asyncio.sleep(0.5)
            ballast = fill(small_disk, 600_000)
            refused = 0
            while refused < 5:
                number = len(acknowledged) + refused
                now = utc_now()
                post = a_post(
                    f"p{number}", url=f"http://a.example/p{number}", title="先锋街道停水三天", text=COMPLAINT * 5, first_seen_at=now, published_at=now
                )
                try:
                    ledger.add_collected([post], [], STATE)
                    acknowledged.append(post.id)
                except sqlite.OperationalError:
                    refused += 1
                await asyncio.sleep(0)
            await asyncio.sleep(0.5)
            assert not running.done(), "the daemon died of a full disk"
            troubles = pulse.troubles(pulse.read(small_disk), utc_now() + LIMIT + timedelta(seconds=1), LIMIT)
            ballast.unlink()
            began = asyncio.get_running_loop().time()
            for _ in range(500):
                if not ledger.unassessed(1) and not ledger.undecided_events() and ledger.cases():
                    break
                await asyncio.sleep(0.02)
            assert ledger.cases(), ledger.decisions()
            recovered = asyncio.get_running_loop().time() - began
            daemon.stop()
            await running
            known = ledger.known_posts(acknowledged)
            assert ledger.engine.query("pragma integrity_check")[0]["integrity_check"] == "ok"
            assert ledger.verify_audit() == []
            assert known == set(acknowledged)
            return daemon, troubles, recovered

    daemon, troubles, recovered = asyncio.run(live())
    with capsys.disabled():
        print(f"\ndisk full: {len(acknowledged)} posts acknowledged, 0 lost; jobs failed {daemon.failures}; recovered in {recovered:.2f} s")
    assert troubles, "nobody would have noticed"
    assert daemon.failures
    assert len(acknowledged) > 5
