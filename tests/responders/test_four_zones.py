"""Reliability 30: the machine's time zone changes no instant: deadlines, backoff and a letter's date are the same under four."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe")
FILES = ("tests/responders/test_lifecycle_deadlines.py", "tests/responders/test_reminders.py", "tests/records")
SAID = """
from pathlib import Path
from datetime import datetime
from records.instant import SHANGHAI, in_words, micros, shanghai
from responders.channels.letter import letter
from tests.responders.samples import NOW, a_letter, at
days = [datetime(1988, 6, 8, 12, tzinfo=SHANGHAI), datetime(2026, 3, 8, 2, 30, tzinfo=SHANGHAI), datetime(2026, 11, 1, 1, 30, tzinfo=SHANGHAI), NOW]
print([(micros(day), in_words(day, year=True), shanghai(day).utcoffset()) for day in days])
print(letter(a_letter(), "yuqing@tinghu.example", data=Path("/nonexistent")).hex())
"""


def under(zone: str, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"TZ": zone, "PATH": "/usr/bin:/bin", "HOME": "/tmp"}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_instants_words_and_letters_are_the_same_under_four_zones() -> None:
    found = [under(zone, "-c", SAID) for zone in ZONES]
    assert [done.returncode for done in found] == [0] * 4, found[0].stderr
    assert len({done.stdout for done in found}) == 1
    assert "datetime.timedelta(seconds=32400)" in found[0].stdout  # summer time of 1988: +09:00


def test_the_tests_of_deadlines_pass_under_four_zones() -> None:
    for zone in ZONES:
        done = under(zone, "-m", "pytest", "-p", "no:cacheprovider", *FILES)
        assert done.returncode == 0, (zone, done.stdout[-2_000:])
