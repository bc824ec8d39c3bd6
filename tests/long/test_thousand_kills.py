"""Reliability 16 in full: 1,000 kill -9 during ingest and alert."""

from pathlib import Path

import pytest

from tests.crash.test_lives import check, lived

pytestmark = [pytest.mark.long, pytest.mark.timeout(3_600)]


def test_a_thousand_kills_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = lived(tmp_path, 1_000, 20261124)
    with capsys.disabled():
        print(f"\n1,000 kills: {found}")
    check(found)
    assert found["posts"] >= 3_000
    assert found["cases"] >= 1_500
    assert found["stages"]["sending"] >= 200, "too few kills fell while something was being sent"
