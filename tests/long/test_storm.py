"""Reliability 24 and 26: 10,000 alerts within a minute; two senders on one PostgreSQL ledger; a dead sender's lease."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ledger.opening import open_ledger
from records.notice import NoticeState
from responders.channels.wecom import bodies
from tests.postgres_server import new_database, postgres_server
from tests.responders.receivers import Mailbox, Robot, serve_mail
from tests.responders.samples import MAIL, NOW, Clock, a_letter, a_notice, changed
from tests.responders.test_sender import Town

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_800)]
ALERTS, UNITS, URGENT_EACH = 10_000, 25, 100  # every hundredth is urgent: 100 of 10,000
HOURS = 2
NAMES = re.compile(r"TH-20180608-\d{5}Z")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


class Stamped(list[object]):
    """What a robot accepted, and when."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock, self.times = clock, list[datetime]()

    def append(self, thing: object) -> None:
        self.times.append(self.clock())
        super().append(thing)


def name(number: int) -> str:
    """The case's number, four digits and a letter: no number is part of another."""
    return f"TH-20180608-{number:05d}Z"


def alert(number: int) -> object:
    at = NOW + timedelta(milliseconds=6 * number)  # 10,000 in 60 s
    return a_notice(
        f"k{number:05d}", recipient=f"u{number % UNITS}", urgent=number % URGENT_EACH == 0, created_at=at, next_attempt_at=at,
        subject=f"【舆情Ⅳ级（系统初判）】[{name(number)}] 请于6月8日14:15前首次回应",
    )  # fmt: skip


def test_ten_thousand_alerts_in_a_minute(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One robot for all 25 units; the receiver itself refuses the 21st message of a minute and anything over 4,096 bytes."""
    ledger = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    ledger.add_notices([alert(n) for n in range(ALERTS)])  # type: ignore[misc]
    clock = Clock()
    robot = Robot(limit=20, clock=clock.seconds)
    arrived = Stamped(clock)
    robot.accepted = arrived  # type: ignore[assignment]
    town = Town(ledger, clock, wecom=robot)
    steps = [lambda: clock.forward(seconds=2)] * (HOURS * 1_800)
    asyncio.run(until_sent(town, steps, ledger))
    said = [str(body) for body in robot.accepted]
    waits = sorted(wait for n in range(0, ALERTS, URGENT_EACH) for wait in [first(said, arrived.times, n)])
    busiest = max(sum(at - timedelta(seconds=60) < other <= at for other in arrived.times) for at in arrived.times)
    codes = Counter(d.code for n in ledger.notices() for d in ledger.deliveries(n.id))
    took = (arrived.times[-1] - NOW).total_seconds()
    with capsys.disabled():
        print(
            f"\nstorm: {ALERTS} alerts, {len(said)} messages, at most {busiest} a minute, {len(robot.raw) - len(said)} refused, all out after "
            f"{took:.0f} s; urgent p50 {waits[50]:.0f} s, p99 {waits[98]:.0f} s, max {waits[-1]:.0f} s; codes {dict(codes)}"
        )
    assert {n.state for n in ledger.notices()} == {NoticeState.SENT}
    assert busiest <= 20
    assert set(NAMES.findall("\n".join(said))) == {name(n) for n in range(ALERTS)}, "every alert stands in a message, by itself or in a list"
    assert waits[98] <= 60
    assert codes == {"0": ALERTS}
    ledger.close()


async def until_sent(town: Town, steps: list[object], ledger: object) -> None:
    """Rounds two seconds apart until nothing is left."""

    class Done(Exception):
        pass

    def step() -> None:
        town.clock.forward(seconds=2)
        if town.clock() > NOW + timedelta(seconds=62) and not any(ledger.notices(s) for s in (NoticeState.PENDING, NoticeState.CLAIMED)):  # type: ignore[attr-defined]
            raise Done

    try:
        await town._rounds(tuple([step] * len(steps)), {})
    except Done:
        return


def first(said: list[str], times: list[datetime], number: int) -> float:
    """Seconds from the alert's making to the first message that names it."""
    at = next(when for body, when in zip(said, times, strict=True) if name(number) in body)
    return (at - (NOW + timedelta(milliseconds=6 * number))).total_seconds()


def test_two_senders_on_one_postgresql_ledger(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    url = new_database(server)
    ledger = open_ledger(url)
    ledger.add_notices([a_letter(f"k{i:05d}") for i in range(ALERTS)])
    mailbox, counts = Mailbox(), Counter[str]()
    both_ready = threading.Barrier(2, timeout=30)

    def sender(by: str, port: int) -> None:
        own = open_ledger(url)
        town = Town(own, Clock())
        town.channels = {"mail": changed(MAIL, port=port)}
        both_ready.wait()
        counts[by] += asyncio.run(town.round(by=by, batch=50)).accepted
        own.close()

    async def run() -> None:
        async with serve_mail(mailbox):
            threads = [threading.Thread(target=sender, args=(f"sender-{i}", mailbox.port)) for i in range(2)]
            for thread in threads:
                thread.start()
            while any(t.is_alive() for t in threads):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    asyncio.run(run())
    ids = [m["Message-ID"] for m in mailbox.letters()]
    with capsys.disabled():
        print(f"\ntwo senders: {len(ids)} letters of {ALERTS}, {len(ids) - len(set(ids))} duplicates, {dict(counts)}")
    assert len(ids) == len(set(ids)) == ALERTS
    assert len(counts) == 2
    assert min(counts.values()) > 0
    ledger.close()


def test_a_dead_sender_s_claims_are_taken_over_when_its_lease_ends(server: str) -> None:
    ledger = open_ledger(new_database(server))
    ledger.add_notices([a_letter(f"k{i:03d}") for i in range(100)])
    assert len(ledger.claim_notices("dead", NOW, 100, 30)) == 100
    clock, mailbox = Clock(), Mailbox()
    found = Town(ledger, clock, mailbox).rounds(lambda: clock.forward(seconds=30), lambda: clock.forward(milliseconds=1))
    assert [r.accepted for r in found] == [0, 0, 100]
    ledger.close()


def test_the_largest_message_of_a_storm_fits() -> None:
    assert len(bodies(a_notice())) == 1
