"""kill -9 during the demo, twenty times, and start again: nothing lost, nothing alerted twice (reliability 16 and 22 on the whole way)."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from huiying.demo_officer import OFFICER
from huiying.office import Desk
from ledger.opening import open_ledger
from ledger.protocol import Ledger
from records.case import CaseState
from records.notice import NoticeKind, NoticeState

KILLS = 20
BY_TIME = 8  # the first kills: while collecting and judging
FIRST, STEP = 0.7, 0.15  # seconds after the start
MESSAGES = 7  # the later kills: while sending, after so many more messages have arrived


def demo(data: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "huiying", "demo", "--once", "--data", str(data)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finished(data: Path) -> None:
    running = demo(data)
    _, error = running.communicate(timeout=60)
    assert running.returncode == 0, error.decode()


def killed(data: Path, turn: int) -> bool:
    """Starts the demo and kills it; False when it had ended before."""
    running, arrived = demo(data), received(data)
    if turn < BY_TIME:
        time.sleep(FIRST + STEP * turn)
    else:
        while running.poll() is None and received(data) < arrived + MESSAGES:
            time.sleep(0.01)
    alive = running.poll() is None
    if alive:
        os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    return alive


def received(data: Path) -> int:
    return sum(1 for _ in (data / "received").glob("*/*.*"))


def letters(data: Path) -> Counter[str]:
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (data / "received" / "mail").glob("*.eml")]
    return Counter(str(mail["Message-ID"]) for mail in found)


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A data folder after KILLS kills and one whole run; how many kills hit."""
    data = tmp_path_factory.mktemp("demo")
    hit = sum(killed(data, turn) for turn in range(KILLS))
    finished(data)
    return data, hit


def ledger_of(data: Path) -> Ledger:
    return open_ledger(f"sqlite:///{data}/ledger.db")


@pytest.mark.timeout(240)
def test_the_kills_hit_while_work_was_under_way(survived: tuple[Path, int]) -> None:
    assert survived[1] == KILLS


@pytest.mark.timeout(240)
def test_nothing_is_lost(survived: tuple[Path, int]) -> None:
    ledger = ledger_of(survived[0])
    posts = ledger.posts_seen(Desk.beginning_of_time, Desk.end_of_time)
    assert len(posts) >= 71
    assert ledger.unassessed(9) == []
    assert ledger.ungathered(9, relevant_from=0.5) == []
    assert ledger.undecided_events() == []
    assert {n.state for n in ledger.notices()} == {NoticeState.SENT}
    for case in ledger.cases():
        event = ledger.event(case.event_id)
        assert event is not None
        assert set(ledger.evidence(case.id)) >= set(event.post_ids)
        assert case.state in (CaseState.DISPATCHED, CaseState.CLOSED)
    assert ledger.verify_audit() == []
    ledger.close()


@pytest.mark.timeout(240)
def test_nothing_is_alerted_or_dispatched_twice(survived: tuple[Path, int]) -> None:
    data, hit = survived
    ledger = ledger_of(data)
    notices = ledger.notices()
    assert len({n.key for n in notices}) == len(notices)
    by_case = Counter((n.case_id, n.kind, n.recipient, n.channel) for n in notices if n.kind is not NoticeKind.DIGEST)
    assert set(by_case.values()) == {1}
    assert len({c.event_id for c in ledger.cases()}) == len(ledger.cases())
    for case in ledger.cases():
        moves = Counter(t.to_state for t in ledger.transitions(case.id))
        assert set(moves.values()) == {1}, case.number
        assert [t.actor for t in ledger.transitions(case.id) if t.to_state is CaseState.DISPATCHED] == [OFFICER]
    arrived = letters(data)
    mails = [n for n in notices if n.channel == "mail"]
    assert len(arrived) == len(mails)
    # between the server's 250 and the commit a kill may fall: the same message again, never another one
    repeats = sum(arrived.values()) - len(arrived)
    assert repeats <= hit
    ledger.close()

