"""Reliability 23: every documented error of every channel. What may be tried again is delivered in the end; the rest is told, never silent."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from huiying.dead_lettering import dead_letters, retry, tell_dead
from huiying.office import Desk
from huiying.settings import Settings
from ledger.opening import open_ledger
from records.channel import ChannelConfig
from records.notice import Notice, NoticeKind, NoticeState
from responders.channels import MailRules
from responders.channels.http import open_http
from responders.rate_windows import RateWindows
from responders.sender import send_due
from tests.huiying.desk import with_mail
from tests.responders import receivers
from tests.responders.receivers import Mailbox, Robot, serve, serve_mail
from tests.responders.samples import DINGTALK, FEISHU, MAIL, NOW, WECOM, Clock, a_letter, a_notice, changed

KINDS = {"wecom": receivers.wecom, "dingtalk": receivers.dingtalk, "feishu": receivers.feishu}
AGAIN = [
    *[("wecom", {"errcode": code}) for code in (-1, 45009, 42001, 99_999)],
    *[("dingtalk", {"errcode": code}) for code in (-1, 130101, 410100)],
    ("dingtalk", {"status": 1111, "wait": 5, "source": "x5", "punish": "deny"}),
    *[("feishu", {"code": code}) for code in (11232, 99991400)],
    *[(name, step) for name in KINDS for step in (429, 500, 502, 503, 504, "not-json", "accept, then dawdle long")],
]
NEVER = [
    *[("wecom", {"errcode": code}) for code in (93000, 40058)],
    *[("dingtalk", {"errcode": code}) for code in (310000, 460101, 300001, 300005, 400102, 400106, 400013, 430102)],
    *[("feishu", {"code": code}) for code in (9499, 19001, 19002, 19007, 19021, 19022, 19024)],
]
COMMANDS = ("EHLO", "MAIL", "RCPT", "DATA")


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    """A desk whose four channels are on."""
    ledger = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    shipped = with_mail(settings)
    office = changed(shipped.office, channel=(MAIL, WECOM, DINGTALK, FEISHU))
    clock = Clock()
    yield Desk(settings=changed(shipped, office=office), ledger=ledger, data=tmp_path, now=clock)
    ledger.close()


class World:
    """All four receivers; rounds half an hour apart for a day, alarms told after each."""

    def __init__(self, desk: Desk, **robots: Robot) -> None:
        self.desk, self.mailbox = desk, Mailbox()
        assert isinstance(desk.now, Clock)
        self.clock = desk.now
        self.robots = {n: robots.get(n) or Robot(secret="" if n == "wecom" else "SEC", clock=self.clock.seconds) for n in KINDS}
        self.windows = RateWindows()

    def day(self, rounds: int = 4) -> None:
        """So many rounds."""
        asyncio.run(self._day(rounds))

    async def _day(self, rounds: int) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(serve_mail(self.mailbox))
            found: dict[str, ChannelConfig] = {"mail": changed(MAIL, port=self.mailbox.port)}
            for one in (WECOM, DINGTALK, FEISHU):
                robot = await stack.enter_async_context(serve(self.robots[one.id], KINDS[one.id]))
                found[one.id] = changed(one, base_url=robot.url, key=robot.key, secret=robot.secret)
            for _ in range(rounds):
                await self._round(found)
                tell_dead(self.desk)
                self.clock.forward(minutes=30)

    async def _round(self, channels: dict[str, ChannelConfig]) -> None:
        rules = MailRules(data=Path("/nonexistent"), allowed_domains=("tinghu.example",), seconds=3)
        async with open_http() as http:
            await send_due(
                self.desk.ledger, channels, http, mail=rules, windows=self.windows, now=self.clock, by="s", chance=lambda: 0.0,
                sleep=self.clock.sleep, seconds=0.4,
            )  # fmt: skip

    def row(self) -> Notice:
        """The notice under test."""
        return next(n for n in self.desk.ledger.notices() if n.id == "n-k1")


@pytest.mark.parametrize(("channel", "step"), AGAIN, ids=str)
def test_what_may_be_tried_again_is_delivered_in_the_end(desk: Desk, channel: str, step: object) -> None:
    late = step == "accept, then dawdle long"
    world = World(desk)
    world.robots[channel].script.append("accept, then hang" if late else step)
    desk.ledger.add_notices([a_notice(channel=channel)])
    world.day()
    assert world.row().state is NoticeState.SENT
    assert world.row().attempts == 2
    assert len(world.robots[channel].accepted) == (2 if late else 1)  # accepted, but the answer was lost: the same message once more
    assert [n for n in desk.ledger.notices() if n.kind is NoticeKind.ALARM] == []


@pytest.mark.parametrize(("channel", "answer"), NEVER, ids=str)
def test_what_is_refused_for_good_is_on_the_list_and_told_over_every_other_channel(desk: Desk, channel: str, answer: object) -> None:
    world = World(desk)
    world.robots[channel].script.append(answer)
    desk.ledger.add_notices([a_notice(channel=channel)])
    world.day()
    (letter,) = dead_letters(desk)
    assert letter.notice.id == "n-k1"
    assert letter.delivery.detail
    alarms = [n for n in desk.ledger.notices() if n.kind is NoticeKind.ALARM]
    assert sorted(n.channel for n in alarms) == sorted({"mail", *KINDS} - {channel})
    assert {n.state for n in alarms} == {NoticeState.SENT}
    assert "未能送达" in str(world.mailbox.letters()[0]["Subject"])
    assert retry(desk, "n-k1", by="演示值班员", why="密钥已改正")
    world.day()
    assert world.row().state is NoticeState.SENT
    assert desk.ledger.verify_audit() == []


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("reply", ["421 4.3.0 closing", "450 4.2.0 greylisted", "451 4.3.0 trouble", "452 4.2.2 full"])
def test_a_passing_refusal_of_the_mail_server_is_tried_again(desk: Desk, command: str, reply: str) -> None:
    world = World(desk)
    world.mailbox.refuse = {command: [reply]}
    desk.ledger.add_notices([a_letter()])
    world.day()
    assert world.row().state is NoticeState.SENT
    assert len(world.mailbox.received) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "552 5.2.2 too big", "554 5.7.1 refused"])
def test_a_final_refusal_of_the_mail_server_is_told(desk: Desk, command: str, reply: str) -> None:
    world = World(desk)
    world.mailbox.refuse = {command: [reply]}
    desk.ledger.add_notices([a_letter()])
    world.day()
    assert world.row().state is NoticeState.DEAD
    assert [len(world.robots[name].accepted) for name in KINDS] == [1, 1, 1]


def test_an_alarm_is_told_once_whatever_restarts_there_are(desk: Desk) -> None:
    world = World(desk)
    world.robots["wecom"].script.append({"errcode": 93000})
    desk.ledger.add_notices([a_notice()])
    world.day(1)
    told = len(desk.ledger.notices())
    assert told == 1 + 3
    assert [tell_dead(desk) for _ in range(5)] == [0] * 5
    assert NOW + timedelta(minutes=30) == world.clock()
