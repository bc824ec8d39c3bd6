"""Reliability 34 and 37: what is hostile in a post stays text in every message; secrets stay out of logs, answers on record and errors."""

import asyncio
import random
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import structlog

from ledger.opening import open_ledger
from ledger.protocol import Ledger
from records.channel import ChannelConfig
from responders.channels import MailRules
from responders.channels.http import open_http
from responders.channels.letter import letter
from responders.mailbox import allowed
from responders.rate_windows import RateWindows
from responders.sender import send_due
from tests.responders.receivers import Robot, serve
from tests.responders.samples import DINGTALK, FEISHU, MAIL, WECOM, Clock, a_letter, a_notice, changed
from tests.responders.test_sender import KINDS

HOSTILE = (
    "{{7*7}}", "{%raw%}{{config}}{%endraw%}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0.__class__.__mro__}", "{notice.key}", "%(key)s", "%n%s%x",
    "f'{1+1}'", "停水\r\nBcc: x@other.example", "停水\nTo: x@other.example", "停水\r\n\r\n<script>1</script>", "停水\u2028Cc: x@other.example",
    "停水\x85X-Evil: 1", "=?utf-8?q?=0D=0ABcc:_x@other.example?=", "\x00\r\nBcc: x",
)  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    store = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield store
    store.close()


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_a_header_or_is_evaluated_in_a_letter(tmp_path: Path, text: str) -> None:
    usual = letter(a_letter(), "yuqing@tinghu.example", data=tmp_path)
    raw = letter(a_letter(subject=text, text=text, thread=text), "yuqing@tinghu.example", data=tmp_path)
    head = raw.partition(b"\r\n\r\n")[0].decode()
    names = re.findall(r"^([A-Za-z-]+):", head, re.MULTILINE)
    assert sorted(set(names)) == sorted(set(re.findall(r"^([A-Za-z-]+):", usual.partition(b"\r\n\r\n")[0].decode(), re.MULTILINE)))
    assert len(names) == len(set(names))
    assert not re.search(r"^(Bcc|Cc|X-Evil):", head, re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_is_evaluated_in_a_robot_s_message(ledger: Ledger, text: str) -> None:
    robots = {name: Robot(secret="" if name == "wecom" else "SEC", clock=Clock().seconds) for name in KINDS}
    ledger.add_notices([a_notice(f"k{name}", channel=name, subject=text, text=text) for name in KINDS])
    asyncio.run(sent(ledger, robots, {}))
    for robot in robots.values():
        (body,) = robot.accepted
        assert "49" not in str(body)
        assert "class '" not in str(body)
        assert "k1" not in str(body)


async def sent(ledger: Ledger, robots: dict[str, Robot], more: dict[str, ChannelConfig]) -> None:
    """One round against the robots."""
    async with AsyncExitStack() as stack:
        http, found = await stack.enter_async_context(open_http()), dict(more)
        for one in (c for c in (WECOM, DINGTALK, FEISHU) if c.id in robots):
            robot = await stack.enter_async_context(serve(robots[one.id], KINDS[one.id]))
            found[one.id] = changed(one, base_url=robot.url, key=robot.key, secret=robot.secret)
        rules = MailRules(data=Path("/nonexistent"), allowed_domains=("tinghu.example",), seconds=1)
        await send_due(ledger, found, http, mail=rules, windows=RateWindows(), now=Clock(), by="s", sleep=Clock().sleep, seconds=1.0)


def canary(chance: random.Random, number: int) -> str:
    """A secret of one of five shapes: key, password with signs an address must escape, phone, identity number, hook."""
    digits = "".join(chance.choice("0123456789") for _ in range(18))
    letters = "".join(chance.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(16))
    return (f"KEY{letters}", f"p@ss/{letters}+&=", f"139{digits[:8]}", f"320902{digits[:11]}X", f"{letters[:8]}-{digits[:8]}")[number % 5]


@pytest.mark.parametrize("number", range(50))
def test_no_canary_is_logged_or_recorded(ledger: Ledger, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Each as key, secret, password and in the message, while the robot answers with an error that repeats it."""
    secret = canary(random.Random(number), number)
    kind = tuple(KINDS)[number % 3]
    echo = {"errcode": 93000, "code": 19001, "errmsg": f"refused {secret}", "msg": f"refused {secret}"}
    robot = Robot(key=secret, secret=secret, script=[(echo, 500, "not-json", "hang", "redirect")[number // 5 % 5]])
    dead_mail = changed(MAIL, host="127.0.0.1", port=1, username=secret, password=secret)
    ledger.add_notices([a_notice("a", channel=kind, text=f"电话{secret}"), a_notice("b", channel=kind), a_letter("c", text=secret)])
    with structlog.testing.capture_logs() as logged:
        asyncio.run(sent(ledger, {kind: robot}, {"mail": dead_mail}))
    config = changed(WECOM, key=secret, secret=secret, password=secret)
    shown = repr(logged) + repr([ledger.deliveries(n.id) for n in ledger.notices()]) + repr(config)
    captured = capsys.readouterr()
    assert "notice.answered" in shown
    assert secret not in shown + captured.out + captured.err


def test_an_address_that_decodes_to_a_header_is_no_address() -> None:
    assert not allowed("=?utf-8?q?=0D=0ABcc=3Ax?=@tinghu.example", ("tinghu.example",))
    assert allowed("zjj@tinghu.example", ("tinghu.example",))
