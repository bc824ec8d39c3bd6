"""Reliability 17: every database and socket call of a round fails, once and from there on, at 600 points."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.long, pytest.mark.timeout(3_600)]
POINTS = 600


def test_no_failing_call_loses_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "tests.crash.torture", str(tmp_path), str(POINTS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\ntorture: {found}")
    lost = {name: found[name] for name in ("posts lost", "alerts lost", "unsent", "unfinished", "same key twice", "a case twice")}
    assert lost == dict.fromkeys(lost, 0)
    assert (found["integrity"], found["audit"]) == ("ok", [])
    assert {"rows", "commit", "begin immediate", "connect", "write", "read"} <= {what for what, times in found["failed calls"].items() if times}
    assert found["posts"] > 100
