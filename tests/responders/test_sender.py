"""The sender on a real ledger against real receivers: nothing lost, nothing twice, nothing faster than a channel allows."""

import asyncio
import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from ledger.opening import open_ledger
from ledger.protocol import Ledger
from records.channel import ChannelConfig
from records.notice import Delivery, Notice, NoticeState, Outcome
from responders.channels import MailRules
from responders.channels.answer import Answer, Rate
from responders.channels.http import open_http
from responders.rate_windows import RateWindows
from responders.sender import FIRST_WAIT, LIFETIME, LONGEST_WAIT, Fate, Outbox, SendReport, backoff, decided, send_due
from tests.responders import receivers
from tests.responders.receivers import Mailbox, Robot, serve, serve_mail
from tests.responders.samples import DINGTALK, FEISHU, MAIL, NOW, WECOM, Clock, a_letter, a_notice, changed

KINDS = {"wecom": receivers.wecom, "dingtalk": receivers.dingtalk, "feishu": receivers.feishu}
CHANNELS = {c.id: c for c in (WECOM, DINGTALK, FEISHU, MAIL)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    store = open_ledger(f"sqlite:///{path}")
    yield store
    store.close()


class Town:
    """The receivers of a test, and rounds of the sender against them. `windows` live from round to round, like the daemon's."""

    def __init__(self, ledger: Outbox, clock: Clock, mailbox: Mailbox | None = None, **robots: Robot) -> None:
        self.ledger, self.clock, self.mailbox, self.robots = ledger, clock, mailbox, robots
        self.windows = RateWindows()
        self.channels: Mapping[str, ChannelConfig] = {}
        self.chance: Callable[[], float] = lambda: 0.0

    def rounds(self, *between: Callable[[], None], **more: object) -> list[SendReport]:
        """A round, then each action followed by another round."""
        return asyncio.run(self._rounds(between, more))

    async def _rounds(self, between: tuple[Callable[[], None], ...], more: dict[str, object]) -> list[SendReport]:
        async with AsyncExitStack() as stack:
            found = dict(CHANNELS)
            for name, robot in self.robots.items():
                await stack.enter_async_context(serve(robot, KINDS[name]))
                found[name] = changed(found[name], base_url=robot.url, key=robot.key, secret=robot.secret)
            if self.mailbox is not None:
                await stack.enter_async_context(serve_mail(self.mailbox))
                found["mail"] = changed(MAIL, port=self.mailbox.port)
            self.channels = {**found, **self.channels}
            reports = [await self.round(**more)]
            for action in between:
                action()
                reports.append(await self.round(**more))
            return reports

    async def round(self, by: str = "sender-1", **more: object) -> SendReport:
        """One round."""
        rules = MailRules(data=Path("/nonexistent"), allowed_domains=("tinghu.example",), seconds=3)
        async with open_http() as http:
            return await send_due(
                self.ledger, self.channels, http, mail=rules, windows=self.windows, now=self.clock, by=by, chance=self.chance,
                sleep=self.clock.sleep, **more,
            )  # type: ignore[arg-type]  # fmt: skip


def states(ledger: Ledger) -> Counter[NoticeState]:
    return Counter(n.state for n in ledger.notices())


def row(ledger: Ledger, notice_id: str = "n-k1") -> Notice:
    return next(n for n in ledger.notices() if n.id == notice_id)


def many(count: int, **more: object) -> list[Notice]:
    return [a_notice(f"k{i:03d}", **more) for i in range(count)]


def apart(count: int, **more: object) -> list[Notice]:
    """Each to another reader: never one message."""
    return [a_notice(f"k{i:03d}", **({"recipient": f"u{i}", "urgent": True} | more)) for i in range(count)]


# delivered


def test_notices_of_every_channel_are_sent_and_recorded(ledger: Ledger) -> None:
    clock = Clock()
    robots = {name: Robot(secret="" if name == "wecom" else "SEC", clock=clock.seconds) for name in KINDS}
    ledger.add_notices([a_notice(name, channel=name) for name in KINDS] + [a_letter("mail")])
    town = Town(ledger, clock, Mailbox(), **robots)
    assert town.rounds() == [SendReport(accepted=4)]
    assert states(ledger) == {NoticeState.SENT: 4}
    assert {name: len(r.accepted) for name, r in robots.items()} == dict.fromkeys(KINDS, 1)
    assert town.mailbox is not None
    assert len(town.mailbox.received) == 1
    assert ledger.deliveries("n-mail") == [
        Delivery(notice_id="n-mail", attempt=1, at=NOW, outcome=Outcome.ACCEPTED, code="250", detail="已接收")
    ]


def test_nothing_due_is_an_empty_report_and_a_sent_notice_is_never_sent_again(ledger: Ledger) -> None:
    clock, robot = Clock(), Robot()
    town = Town(ledger, clock, wecom=robot)
    ledger.add_notices([a_notice(), a_notice("later", next_attempt_at=NOW + timedelta(hours=1))])
    assert town.rounds(lambda: clock.forward(minutes=30)) == [SendReport(accepted=1), SendReport()]
    assert len(robot.accepted) == 1


def test_urgent_notices_go_first(ledger: Ledger) -> None:
    ledger.add_notices([*many(6), a_notice("urgent", subject="急件", urgent=True)])
    robot = Robot()
    Town(ledger, Clock(), wecom=robot).rounds()
    assert "急件" in str(robot.accepted[0])


# tried again


def test_a_fault_is_tried_again_with_growing_waits_until_accepted(ledger: Ledger) -> None:
    clock, robot = Clock(), Robot(script=[500, "not-json", {"errcode": -1}])
    ledger.add_notices([a_notice()])
    town = Town(ledger, clock, wecom=robot)
    waits = (29, 1, 59, 1, 119, 1)
    found = town.rounds(*[lambda s=s: clock.forward(seconds=s) for s in waits])  # type: ignore[misc]
    assert [r.retried for r in found] == [1, 0, 1, 0, 1, 0, 0]
    assert [r.accepted for r in found] == [0, 0, 0, 0, 0, 0, 1]
    tries = ledger.deliveries("n-k1")
    assert [(d.attempt, d.outcome, d.code) for d in tries] == [
        (1, Outcome.RETRY, "500"), (2, Outcome.RETRY, "not-json"), (3, Outcome.RETRY, "-1"), (4, Outcome.ACCEPTED, "0"),
    ]  # fmt: skip
    assert row(ledger).attempts == 4


def test_greylisting_and_a_full_mailbox_are_tried_again(ledger: Ledger) -> None:
    clock = Clock()
    ledger.add_notices([a_letter()])
    town = Town(ledger, clock, Mailbox(refuse={"RCPT": ["450 4.2.0 greylisted"], "DATA": ["452 4.2.2 full"]}))
    found = town.rounds(lambda: clock.forward(seconds=30), lambda: clock.forward(seconds=60))
    assert [(r.retried, r.accepted) for r in found] == [(1, 0), (1, 0), (0, 1)]


def test_after_a_day_of_faults_it_is_dead_and_says_so(ledger: Ledger) -> None:
    clock, robot = Clock(), Robot(script=[500] * 100)
    ledger.add_notices([a_notice()])
    town = Town(ledger, clock, wecom=robot)
    town.rounds(*[lambda: clock.forward(minutes=30)] * 49)
    assert row(ledger).state is NoticeState.DEAD
    last = ledger.deliveries("n-k1")[-1]
    assert last.at == NOW + LIFETIME
    assert last.detail.endswith("（已超过24小时，不再重试）")
    assert last.outcome is Outcome.RETRY


def test_a_notice_older_than_a_day_still_gets_its_try(ledger: Ledger) -> None:
    clock, robot = Clock(NOW + timedelta(days=3)), Robot()
    ledger.add_notices([a_notice()])
    assert Town(ledger, clock, wecom=robot).rounds() == [SendReport(accepted=1)]


# dead


@pytest.mark.parametrize(
    ("channels", "code", "said"),
    [
        ({"wecom": changed(WECOM, enabled=False)}, "channel", "通道 wecom 已停用"),
        ({"wecom": changed(WECOM, base_url="", key="k")}, "no-address", "base_url"),
        ({"wecom": changed(WECOM, key="")}, "no-key", "key"),
    ],
)
def test_a_channel_that_cannot_send_kills_its_notice_with_the_reason(
    ledger: Ledger, channels: dict[str, ChannelConfig], code: str, said: str
) -> None:
    ledger.add_notices([a_notice(), a_letter("k2")])
    town = Town(ledger, Clock(), Mailbox())
    town.channels = channels
    assert town.rounds() == [SendReport(accepted=1, dead=1)]
    (last,) = ledger.deliveries("n-k1")
    assert (last.outcome, last.code) == (Outcome.PERMANENT, code)
    assert said in last.detail


def test_a_channel_that_is_gone_kills_its_notice(ledger: Ledger) -> None:
    ledger.add_notices([a_notice(channel="sms")])
    assert Town(ledger, Clock()).rounds() == [SendReport(dead=1)]
    assert ledger.deliveries("n-k1")[0].detail == "通道 sms 不在设置中"


def test_permanent_answers_end_their_own_notice_and_no_other(ledger: Ledger) -> None:
    mailbox = Mailbox()
    robot = Robot(script=[{"errcode": 93000, "errmsg": "invalid webhook url"}])
    ledger.add_notices([a_notice(), a_notice("k2"), a_letter("bad", address="x@other.example"), a_letter("good"), a_letter("f", attachments=("no",))])
    assert Town(ledger, Clock(), mailbox, wecom=robot).rounds() == [SendReport(accepted=2, dead=3)]
    assert {n.id for n in ledger.notices(NoticeState.DEAD)} == {"n-k1", "n-bad", "n-f"}
    assert "机器人地址或密钥错误" in ledger.deliveries("n-k1")[0].detail


# rates


def test_the_twenty_first_message_of_a_minute_waits_and_is_no_attempt(ledger: Ledger) -> None:
    clock = Clock()
    robot = Robot(limit=20, clock=clock.seconds)
    ledger.add_notices(apart(25))
    found = Town(ledger, clock, wecom=robot).rounds(
        lambda: clock.forward(seconds=31), lambda: clock.forward(seconds=29), lambda: clock.forward(seconds=31)
    )
    assert [(r.accepted, r.deferred) for r in found] == [(20, 5), (0, 5), (5, 0), (0, 0)], "as soon as the window frees, not when a lease ends"
    assert len(robot.accepted) == 25
    assert {d.code for n in ledger.notices() for d in ledger.deliveries(n.id)} == {"0"}
    assert {n.attempts for n in ledger.notices()} == {1}


def test_parts_count_as_messages(ledger: Ledger) -> None:
    robot = Robot(limit=20, clock=NOW.timestamp)
    long = "\n".join(["停水" * 100] * 20)  # 12 kB: three or four parts
    ledger.add_notices(many(8, text=long))
    (found,) = Town(ledger, Clock(), wecom=robot).rounds()
    assert 0 < found.accepted < 8
    assert found.accepted + found.deferred == 8
    assert found.retried == 0
    assert len(robot.accepted) <= 20


def test_a_short_wait_is_slept_through(ledger: Ledger) -> None:
    clock = Clock()
    ledger.add_notices(many(12, channel="feishu"))
    robot = Robot(clock=clock.seconds, secret="SEC")
    assert Town(ledger, clock, feishu=robot).rounds() == [SendReport(accepted=12)]
    assert clock.slept == [1.0, 1.0]


def test_ten_minutes_of_silence_are_kept_for_the_whole_channel(ledger: Ledger) -> None:
    clock = Clock()
    robot = Robot(secret="SEC", clock=clock.seconds, limit=3)  # stricter than documented: another sender shares the robot
    ledger.add_notices(many(6, channel="dingtalk"))
    town = Town(ledger, clock, dingtalk=robot)
    found = town.rounds(lambda: clock.forward(minutes=9), lambda: clock.forward(minutes=2))
    assert [(r.accepted, r.retried, r.deferred) for r in found] == [(3, 1, 2), (0, 0, 2), (3, 0, 0)]
    assert len(robot.raw) == 7  # nothing was sent into the silence


def test_too_fast_by_another_sender_is_waited_out(ledger: Ledger) -> None:
    clock = Clock()
    robot = Robot(limit=1, clock=clock.seconds)
    ledger.add_notices(many(2))
    found = Town(ledger, clock, wecom=robot).rounds(lambda: clock.forward(seconds=61))
    assert [(r.accepted, r.retried) for r in found] == [(1, 1), (1, 0)]


def test_a_full_channel_does_not_hide_another(ledger: Ledger) -> None:
    clock = Clock()
    ledger.add_notices([*apart(250), a_letter("z-mail", next_attempt_at=NOW)])
    town = Town(ledger, clock, Mailbox(), wecom=Robot(clock=clock.seconds))
    assert town.rounds() == [SendReport(accepted=21, deferred=230)]


@given(st.lists(st.floats(min_value=0, max_value=5), min_size=1, max_size=80), st.integers(1, 5), st.integers(1, 10))
def test_no_window_of_any_length_holds_more_than_the_rate(gaps: list[float], count: int, seconds: int) -> None:
    rates, windows, now, sent = [Rate(count=count, seconds=seconds)], RateWindows(), NOW, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if windows.wait("c", rates, 1, now) == timedelta(0):
            windows.spend("c", 1, now)
            sent.append(now)
    for begin in sent:
        assert sum(begin <= at < begin + timedelta(seconds=seconds) for at in sent) <= count


@given(st.integers(0, 30), st.integers(1, 5))
def test_the_wait_is_just_long_enough(before: int, messages: int) -> None:
    rates, windows = [Rate(count=20, seconds=60)], RateWindows()
    for second in range(before):
        windows.spend("c", 1, NOW + timedelta(seconds=second))
    now = NOW + timedelta(seconds=30)
    wait = windows.wait("c", rates, messages, now)
    if wait:
        assert windows.wait("c", rates, messages, now + wait - timedelta(microseconds=1)) > timedelta(0)
    assert windows.wait("c", rates, messages, now + wait) == timedelta(0)


def test_a_clock_set_back_blocks_nothing() -> None:
    windows, rates = RateWindows(), [Rate(count=1, seconds=60)]
    windows.spend("c", 1, NOW)
    windows.pause("c", timedelta(minutes=10), NOW)
    assert windows.wait("c", rates, 1, NOW) == timedelta(minutes=10)
    assert windows.wait("c", rates, 1, NOW - timedelta(days=1)) == timedelta(0)


# crashes and two senders


def test_killed_between_send_and_record_leads_to_one_repeat_with_the_same_key(ledger: Ledger, path: Path) -> None:
    robot = Robot(script=["accept, then hang"])
    ledger.add_notices([a_notice()])
    clock = Clock()
    code = f"""
        import asyncio, pathlib
        from tests.responders.samples import *
        from tests.responders.test_sender import *
        async def main():
            town = Town(open_ledger("sqlite:///{path}"), Clock())
            town.channels = {{"wecom": changed(WECOM, base_url="BASE")}}
            await town.round(by="killed")
        asyncio.run(main())
    """

    async def run() -> SendReport:
        async with serve(robot, receivers.wecom):
            script = textwrap.dedent(code).replace("BASE", robot.url)
            child = subprocess.Popen([sys.executable, "-c", script])  # noqa: ASYNC220
            for _ in range(1000):
                await asyncio.sleep(0.01)
                if robot.accepted:
                    break
            child.send_signal(signal.SIGKILL)
            child.wait()  # noqa: ASYNC222
            clock.forward(seconds=31)
            town = Town(ledger, clock)
            town.channels = {"wecom": changed(WECOM, base_url=robot.url)}
            return await town.round(by="sender-2")

    assert asyncio.run(run()) == SendReport(accepted=1)
    assert len(robot.accepted) == 2
    assert robot.accepted[0] == robot.accepted[1]
    assert [d.attempt for d in ledger.deliveries("n-k1")] == [1]
    assert row(ledger).state is NoticeState.SENT


def test_two_senders_at_once_deliver_each_once(ledger: Ledger, path: Path) -> None:
    mailbox = Mailbox()
    ledger.add_notices([a_letter(f"k{i:03d}") for i in range(80)])
    reports: list[SendReport] = []
    both_ready = threading.Barrier(2, timeout=10)

    def sender(name: str, port: int) -> None:
        own = open_ledger(f"sqlite:///{path}")
        town = Town(own, Clock())
        town.channels = {"mail": changed(MAIL, port=port)}
        both_ready.wait()
        reports.append(asyncio.run(town.round(by=name, batch=7)))
        own.close()

    async def run() -> None:
        async with serve_mail(mailbox):
            threads = [threading.Thread(target=sender, args=(f"sender-{i}", mailbox.port)) for i in range(2)]
            for thread in threads:
                thread.start()
            while any(t.is_alive() for t in threads):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    asyncio.run(run())
    ids = [m["Message-ID"] for m in mailbox.letters()]
    assert len(ids) == len(set(ids)) == 80
    assert sum(r.accepted for r in reports) == 80
    assert all(r.accepted for r in reports), "one sender did everything: the test proved nothing"
    assert states(ledger) == {NoticeState.SENT: 80}


def test_an_answer_after_the_claim_has_passed_on_is_not_recorded_twice(ledger: Ledger) -> None:
    clock = Clock()
    robot = Robot(script=["accept, then dawdle"])
    ledger.add_notices([a_notice()])

    async def run() -> list[SendReport]:
        async with serve(robot, receivers.wecom):
            slow, quick = Town(ledger, clock), Town(ledger, clock)
            slow.channels = quick.channels = {"wecom": changed(WECOM, base_url=robot.url)}
            first = asyncio.create_task(slow.round(by="slow"))
            while not robot.accepted:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            clock.forward(seconds=31)
            return [await quick.round(by="quick"), await first]

    assert asyncio.run(run()) == [SendReport(accepted=1), SendReport(unrecorded=1)]
    assert [d.attempt for d in ledger.deliveries("n-k1")] == [1]


def test_nothing_is_begun_that_the_lease_might_not_cover(ledger: Ledger) -> None:
    clock = Clock()
    ledger.add_notices(many(12, channel="feishu"))
    robot = Robot(clock=clock.seconds)
    (found,) = Town(ledger, clock, feishu=robot).rounds(lease_seconds=16, seconds=15)
    assert (found.accepted, found.deferred) == (10, 2)  # five, a second's sleep, five, and then 14 s are left of the lease


# faults of ours


def test_a_fault_of_ours_is_counted_and_the_rest_goes_on(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.add_notices([a_notice(channel="dingtalk"), a_letter("k2")])
    town = Town(ledger, Clock(), Mailbox())
    town.channels = {"dingtalk": changed(DINGTALK, secret="no UTF-8: \ud800")}
    assert town.rounds() == [SendReport(accepted=1, retried=1)]
    (last,) = ledger.deliveries("n-k1")
    assert (last.code, last.outcome, last.detail) == ("fault", Outcome.RETRY, "发送程序出错：UnicodeEncodeError")
    assert WECOM.key not in last.detail + capsys.readouterr().out


def test_an_outbox_that_cannot_record_one_does_not_stop_the_others(ledger: Ledger) -> None:
    ledger.add_notices(many(3))
    town, robot = Town(ledger, Clock()), Robot()
    claimed = ledger.claim_notices("early", NOW - timedelta(seconds=31), 1, 30)
    assert claimed == []  # none was due then
    (first,) = ledger.claim_notices("early", NOW, 1, 30)
    delivery = Delivery(notice_id=first.id, attempt=1, at=NOW, outcome=Outcome.RETRY, code="500", detail="")
    ledger.finish_notice(first, delivery, NoticeState.PENDING, NOW)
    ledger.finish_notice(
        ledger.claim_notices("early", NOW, 1, 30)[0], changed(delivery, attempt=0), NoticeState.PENDING, NOW
    )  # attempts fell back to 0: the next delivery collides with the one on record
    town.robots = {"wecom": robot}
    assert town.rounds() == [SendReport(accepted=2, unrecorded=1)]


def test_no_secret_and_no_text_is_logged(ledger: Ledger) -> None:
    echo = {"code": 19021, "msg": "KEY-never-shown SEC-never-shown: 街道停水无人管 refused"}
    robot = Robot(key="KEY-never-shown", secret="SEC-never-shown", script=[500, echo])
    ledger.add_notices(many(3, channel="feishu", text="先锋街道停水无人管", subject="停水无人管"))
    with structlog.testing.capture_logs() as logged:
        Town(ledger, Clock(), feishu=robot).rounds()
    shown = repr(logged) + repr([ledger.deliveries(n.id) for n in ledger.notices()])
    assert "notice.answered" in shown
    for secret in ("KEY-never-shown", "SEC-never-shown", "无人管"):
        assert secret not in shown


# deciding


def test_the_report_counts_every_fate() -> None:
    assert SendReport.of([Fate.ACCEPTED, Fate.DEAD, Fate.DEAD, Fate.DEFERRED]) == SendReport(accepted=1, dead=2, deferred=1)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_backoff_stays_between_half_a_minute_and_an_hour(attempt: int, chance: float) -> None:
    assert FIRST_WAIT <= backoff(attempt, chance) <= LONGEST_WAIT


def test_backoff_spreads_by_chance() -> None:
    chance = random.Random(1)
    assert len({backoff(5, chance.random()) for _ in range(50)}) == 50


@given(
    st.sampled_from(list(Outcome)), st.integers(0, 60), st.integers(0, 200_000), st.floats(0, 1), st.none() | st.integers(0, 3600)
)
def test_what_is_decided_is_always_a_state_with_a_future(
    outcome: Outcome, attempts: int, age: int, chance: float, wait: int | None
) -> None:
    now: datetime = NOW + timedelta(seconds=age)
    asked = None if wait is None else timedelta(seconds=wait)
    answer = Answer(outcome=outcome, code="x", retry_after=asked)
    fate, state, again = decided(a_notice(attempts=attempts), answer, now, chance)
    assert (fate, state) in {
        (Fate.ACCEPTED, NoticeState.SENT), (Fate.RETRIED, NoticeState.PENDING), (Fate.DEAD, NoticeState.DEAD),
    }  # fmt: skip
    if fate is Fate.RETRIED:
        assert now + FIRST_WAIT <= again
        assert again <= max(NOW + LIFETIME, now + FIRST_WAIT)
    assert (fate is Fate.DEAD) == (outcome is Outcome.PERMANENT or (outcome is Outcome.RETRY and age >= 86_400))
