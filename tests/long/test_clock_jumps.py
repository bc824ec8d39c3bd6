"""Reliability 29: the machine's clock jumps under the running daemon (libfaketime): no clock past its limit goes unpressed, no reminder twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying import pulse
from ledger.opening import open_ledger
from ledger.protocol import Ledger
from records.notice import NoticeKind, NoticeState
from records.standard import Standard
from responders.reminders import Step, open_clocks
from tests.crash.clock_jumps import CASES, ROOT, settings_of

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
pytestmark = [pytest.mark.long, pytest.mark.timeout(1_200), pytest.mark.skipif(LIBRARY is None, reason="faketime not installed")]
HOUR, DAY = 3_600, 86_400
END_OF_32_BITS = datetime(2038, 1, 19, 3, 14, 0, tzinfo=UTC)  # eight seconds before
# Seconds from the true clock, and whether the mail server refuses meanwhile. Each is one setting of the clock under the running daemon.
SETTINGS = (
    (0, False), (HOUR, False), (0, False), (-HOUR, False), (0, False), (DAY, True), (0, False), (-DAY, False), (0, False), (2 * DAY, False),
    (0, True), (None, False), (0, False), (4 * DAY, False),
)  # fmt: skip
PATIENCE = 75.0  # real seconds for the daemon to look thrice after a jump, and for a claim it held to run out (its lease: 30 s)


class Watched:
    """The daemon under a clock we set."""

    def __init__(self, data: Path) -> None:
        self.data, self.rc, self.offset, self.latest = data, data / "faketime.rc", 0.0, datetime.now(UTC)
        self.rc.write_text("+0", encoding="utf-8")
        told = {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self.rc), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        command = [sys.executable, "-m", "tests.crash.clock_jumps", str(data)]
        self.child = subprocess.Popen(command, cwd=ROOT, env=os.environ | told)

    def now(self) -> datetime:
        """What the daemon's clock shows."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def set(self, seconds: int | None, *, refuse: bool) -> None:
        """Sets its clock, None: to eight seconds before 2³¹."""
        self.offset = (END_OF_32_BITS - datetime.now(UTC)).total_seconds() if seconds is None else seconds
        (self.data / "refuse").touch() if refuse else (self.data / "refuse").unlink(missing_ok=True)
        draft = self.rc.with_suffix(".new")
        draft.write_text(f"{self.offset:+.0f}", encoding="utf-8")
        os.replace(draft, self.rc)

    def looks(self, times: int) -> bool:
        """Waits until every watched job ended well so many times by the clock it now has; False when one stands still."""
        seen: dict[str, set[datetime]] = {}

        def often_enough() -> bool:
            found = pulse.read(self.data)
            for name, at in found.done.items() if found else ():
                if abs(at - self.now()) < timedelta(seconds=45):
                    seen.setdefault(name, set()).add(at)
            return all(len(seen.get(name, ())) >= times for name in ("judge", "remind", "send"))

        return self.until(often_enough)

    def until(self, true: Callable[[], bool]) -> bool:
        """Whether it became true in time."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            assert self.child.poll() is None, "the daemon died"
            if true():
                return True
            time.sleep(0.05)
        return False


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    found = Watched(tmp_path)
    yield found
    if found.child.poll() is None:
        found.child.kill()
        found.child.wait()


def unpressed(ledger: Ledger, standard: Standard, now: datetime) -> tuple[list[str], int]:
    """Open clocks past their limit without a reminder of that limit or of a later step; and how many are past it."""
    told, missed, past = ledger.notice_keys(NoticeKind.REMINDER), list[str](), 0
    steps = [r for r in standard.reminders if r.at >= 1]
    for case in ledger.cases():
        for clock in (c for c in open_clocks(case, standard) if c.kind != "confirm" and c.due_at <= now):
            past += 1
            wanted = tuple(f"{Step(case_id=case.id, clock=clock, reminder=r).key}|" for r in steps)
            if not any(key.startswith(wanted) for key in told):
                missed.append(f"{case.number} {clock.kind} {clock.due_at:%m-%d %H:%M}")
    return missed, past


def test_no_setting_of_the_clock_misses_a_limit_or_presses_twice(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    assert watched.looks(1), "it never began"
    ledger, standard = open_ledger(f"sqlite:///{watched.data}/ledger.db"), settings_of(9).standard
    assert len(ledger.cases()) == CASES
    stood: list[int] = []
    missed: list[str] = []
    most = 0
    for number, (seconds, refuse) in enumerate(SETTINGS):
        watched.set(seconds, refuse=refuse)
        stood += [] if watched.looks(3) else [number]
        now_missed, past = unpressed(ledger, standard, watched.now() - timedelta(seconds=10))
        missed, most = missed + now_missed, max(most, past)
        if not refuse and not watched.until(lambda: all(n.state is NoticeState.SENT for n in ledger.notices())):
            missed += [f"jump {number}: {n.key} {n.state}" for n in ledger.notices() if n.state is not NoticeState.SENT]
    watched.child.send_signal(signal.SIGTERM)
    assert watched.child.wait(60) == 0
    arrived = json.loads((watched.data / "arrived.json").read_text(encoding="utf-8"))
    assert len({n.key for n in ledger.notices()}) == len(ledger.notices()), "a key names case, clock, step and reader"
    doubles = [key for key, times in Counter(key for key in arrived["letters"]).items() if times > 1]
    reminders = [n for n in ledger.notices() if n.kind is NoticeKind.REMINDER]
    with capsys.disabled():
        print(
            f"\nclock: {len(SETTINGS)} settings, {CASES} cases, up to {most} clocks past their limit, {len(missed)} missed, "
            f"{len(reminders)} reminders, {len(arrived['letters'])} letters, {len(doubles)} doubles, stood still after {stood}, "
            f"failures {arrived['failures']}"
        )
    assert (stood, missed, doubles, arrived["failures"]) == ([], [], [], {})
    assert most >= 2 * CASES, "too few limits passed to prove anything"
    assert ledger.verify_audit() == []
    ledger.close()
