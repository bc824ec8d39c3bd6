"""Reliability 22: a sender killed at five points of a delivery, twenty times each; the next one loses nothing and repeats at most once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TIMES = 20
MAY_REPEAT = {"before send": 0, "after send": TIMES, "after accept": TIMES, "before commit": TIMES, "after commit": 0}


@pytest.mark.timeout(240)
def test_a_kill_at_any_point_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "tests.crash.points", str(tmp_path), str(TIMES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\nkilled at five points: {told}")
    assert list(told) == list(MAY_REPEAT)
    for point, found in told.items():
        assert found["killed"] == TIMES, point
        assert found["repeats"] == MAY_REPEAT[point], point
        for wrong in ("lost", "more than one repeat", "another key", "integrity not ok"):
            assert found[wrong] == 0, (point, wrong)
