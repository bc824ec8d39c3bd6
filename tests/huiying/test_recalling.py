"""A restart forgets no rate: what was sent in the last minutes counts, a silence is kept, a batch counts once."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiying.recalling import recalled_windows
from ledger.opening import open_ledger
from ledger.protocol import Ledger
from records.notice import Delivery, NoticeState, Outcome
from responders.channels import Rate
from responders.channels.http import open_http
from responders.rate_windows import RateWindows
from responders.sender import SendReport
from tests.responders.receivers import Robot
from tests.responders.samples import DINGTALK, MAIL, NOW, WECOM, Clock, a_letter, a_notice
from tests.responders.test_sender import Town, apart

MINUTE = (Rate(count=20, seconds=60),)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    store = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield store
    store.close()


class Ticking(Clock):
    """A clock on which no two instants are alike, as in life: attempts of one instant are one message."""

    def __call__(self) -> datetime:
        self.forward(milliseconds=1)
        return self.time


def recall(ledger: Ledger, clock: Clock) -> RateWindows:
    async def run() -> RateWindows:
        async with open_http() as http:
            return recalled_windows(ledger.engine, (WECOM, DINGTALK, MAIL), http, clock())

    return asyncio.run(run())


def restarted(ledger: Ledger, clock: Clock, robot: Robot, name: str = "wecom") -> SendReport:
    """One round of a sender that has just started."""
    town = Town(ledger, clock, **{name: robot})
    town.windows = recall(ledger, clock)
    (found,) = town.rounds()
    return found


def test_a_restart_in_every_second_breaks_no_rate(ledger: Ledger) -> None:
    clock = Clock()
    robot = Robot(limit=20, clock=clock.seconds)
    ledger.add_notices(apart(50))
    accepted = 0
    for _ in range(200):
        accepted += restarted(ledger, clock, robot).accepted
        clock.forward(seconds=1)
    assert accepted == len(robot.accepted) == 50
    assert len(robot.raw) == 50, "nothing was ever refused for its rate"
    assert {n.attempts for n in ledger.notices()} == {1}


def test_a_restart_keeps_ten_minutes_of_silence(ledger: Ledger) -> None:
    clock = Clock()
    robot = Robot(secret="SEC", clock=clock.seconds, script=[{"errcode": 130101, "errmsg": "too fast"}])
    ledger.add_notices(apart(3, channel="dingtalk"))
    assert restarted(ledger, clock, robot, "dingtalk") == SendReport(retried=1, deferred=2)
    clock.forward(minutes=9)
    assert restarted(ledger, clock, robot, "dingtalk").accepted == 0
    assert len(robot.raw) == 1
    clock.forward(minutes=2)
    assert restarted(ledger, clock, robot, "dingtalk").accepted == 3


def test_what_never_left_and_what_went_by_mail_counts_nothing(ledger: Ledger) -> None:
    for key, more, code in (("a", {}, "no-key"), ("b", {}, "0"), ("c", {"channel": "gone"}, "channel")):
        ledger.add_notices([a_notice(key, **more)])
        (claimed,) = ledger.claim_notices("s", NOW, 9, 30)
        delivery = Delivery(notice_id=claimed.id, attempt=1, at=NOW, outcome=Outcome.ACCEPTED, code=code, detail="")
        ledger.finish_notice(claimed, delivery, NoticeState.SENT, NOW)
    ledger.add_notices([a_letter("m")])
    windows = recall(ledger, Clock())
    assert {name: len(times) for name, times in windows.sent.items()} == {"wecom": 1}


def test_a_batch_counts_once_and_a_claim_may_have_left(ledger: Ledger) -> None:
    clock, robot = Clock(), Robot()
    ledger.add_notices([a_notice(f"k{n:02d}", recipient=f"u{n % 2}") for n in range(30)])
    assert restarted(ledger, clock, robot).accepted == 30
    ledger.add_notices([a_notice("late")])
    ledger.claim_notices("killed", NOW, 9, 30)
    windows = recall(ledger, clock)
    assert len(windows.sent["wecom"]) == len(robot.accepted) + 1
    assert windows.wait("wecom", MINUTE, 1, clock()) == timedelta(0)


def test_a_hundred_restarts_with_five_hundred_open_alerts_repeat_nothing(ledger: Ledger) -> None:
    """Reliability 25: what was sent stays sent; what arises while the sender is down goes out at its start."""
    clock = Ticking()
    robot = Robot(limit=20, clock=clock.seconds)
    ledger.add_notices([a_notice(f"old{n:03d}", recipient=f"u{n % 25}") for n in range(500)])
    for turn in range(100):
        clock.forward(seconds=31)  # down
        new = a_notice(f"new{turn:03d}", recipient="gs", urgent=True, subject=f"新{turn:03d}", created_at=clock(), next_attempt_at=clock())
        ledger.add_notices([new])
        restarted(ledger, clock, robot)
        assert f"新{turn:03d}" in str(robot.accepted), "not sent at the start"
    for _ in range(60):
        clock.forward(seconds=31)
        restarted(ledger, clock, robot)
    assert {n.state for n in ledger.notices()} == {NoticeState.SENT}
    assert {len(ledger.deliveries(n.id)) for n in ledger.notices()} == {1}
    said = str(robot.accepted)
    assert {said.count(f"新{turn:03d}") for turn in range(100)} == {1}
    print(f"100 restarts, 500 open alerts: {len(robot.accepted)} messages, 0 repeats, 0 refused of {len(robot.raw)}")
    assert len(robot.raw) == len(robot.accepted)
