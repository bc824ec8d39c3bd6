"""Reliability 16: kill -9 at random instants of ingest and alert, the program restarted each time. Twenty lives here, a thousand in tests/long."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lived(data: Path, kills: int, seed: int) -> dict[str, Any]:
    """The figures of so many lives; printed by the harness, which runs by itself since it forks."""
    command = [sys.executable, "-m", "tests.crash.lives", str(data), str(kills), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def check(found: dict[str, Any]) -> None:
    """Nothing lost, at most one repeat a kill and channel, the ledger and its chain whole."""
    assert found["last life"] == 0
    lost = {name: found[name] for name in ("posts lost", "alerts lost", "unsent", "unfinished", "same key twice", "a case twice")}
    assert lost == dict.fromkeys(lost, 0)
    assert found["most letter repeats a life"] <= 1
    assert found["letter repeats"] + found["robot repeats"] <= found["kills"]
    assert (found["integrity"], found["audit"]) == ("ok", [])


@pytest.mark.timeout(240)
def test_twenty_kills_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = lived(tmp_path, 20, 20261124)
    with capsys.disabled():
        print(f"\n20 kills: {found}")
    check(found)
    assert found["cases"] > 5
    assert len(found["stages"]) >= 3, "the kills fell all in one place: the test proved little"
