"""企业微信, 钉钉 and 飞书 against receivers that refuse what the real ones refuse. Nothing secret comes out in any answer."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.channel import ChannelConfig, ChannelKind
from records.notice import Notice, Outcome
from responders.channels import MailRules, dingtalk, feishu, transports, wecom
from responders.channels.answer import Answer, Ruling
from responders.channels.http import open_http, post_json, waiting_time
from responders.channels.markup import lines_of, markdown, plain
from responders.channels.parts import byte_size, parts
from tests.responders import receivers
from tests.responders.receivers import Robot, serve
from tests.responders.samples import DINGTALK, FEISHU, NOW, WECOM, a_notice, changed

KINDS = [(receivers.wecom, WECOM), (receivers.dingtalk, DINGTALK), (receivers.feishu, FEISHU)]
EACH = pytest.mark.parametrize(("kind", "channel"), KINDS, ids=["wecom", "dingtalk", "feishu"])
Kind = Callable[..., object]
RULES = MailRules(data=Path(), allowed_domains=())


def sent(
    kind: Kind, channel: ChannelConfig, *notices: Notice, robot: Robot | None = None, now: datetime = NOW, **more: object
) -> tuple[list[Answer], Robot]:
    """The answers to notices sent one after another, and the robot that gave them. The robot's clock stands at NOW."""
    there = robot or Robot(secret=channel.secret, clock=NOW.timestamp)

    async def run() -> list[Answer]:
        async with serve(there, kind) as up, open_http() as http:  # type: ignore[arg-type]
            ours = changed(channel, base_url=up.url, **more)
            deliver = transports(http, RULES)[channel.kind].deliver
            return [await deliver(notice, ours, now) for notice in notices]

    return asyncio.run(run()), there


def text_in(body: dict[str, object]) -> str:
    """The text of an accepted message, whichever robot took it."""
    for key, field in (("markdown", "content"), ("markdown", "text"), ("content", "text")):
        found = body.get(key)
        if isinstance(found, dict) and field in found:
            return str(found[field])
    raise AssertionError(body)


@EACH
def test_a_notice_arrives_signed_whole_and_once(kind: Kind, channel: ChannelConfig) -> None:
    (answer,), robot = sent(kind, channel, a_notice())
    assert (answer.outcome, answer.code, answer.retry_after) == (Outcome.ACCEPTED, "0", None)
    assert len(robot.accepted) == 1
    text = text_in(robot.accepted[0])
    assert "TH-20180608-003" in text
    assert "请于6月8日14:15前首次回应" in text
    assert "http://127.0.0.1:8700/cases/TH-20180608-003" in text
    assert "（系统初判）" in text


@EACH
def test_a_wrong_key_is_final(kind: Kind, channel: ChannelConfig) -> None:
    (answer,), robot = sent(kind, channel, a_notice(), key="WRONG-never-shown")
    assert answer.outcome is Outcome.PERMANENT
    assert answer.code in ("93000", "300005", "19001")
    assert "WRONG-never-shown" not in repr(answer)
    assert robot.accepted == []


@pytest.mark.parametrize(
    ("kind", "channel", "code"), [(receivers.dingtalk, DINGTALK, "310000"), (receivers.feishu, FEISHU, "19021")]
)
@pytest.mark.parametrize("fault", ["secret", "clock"])
def test_a_wrong_or_old_signature_is_final(kind: Kind, channel: ChannelConfig, code: str, fault: str) -> None:
    robot = Robot(secret="another" if fault == "secret" else channel.secret, clock=NOW.timestamp)
    (answer,), _ = sent(kind, channel, a_notice(), robot=robot, now=NOW - timedelta(hours=2) if fault == "clock" else NOW)
    assert (answer.outcome, answer.code) == (Outcome.PERMANENT, code)
    assert robot.accepted == []


@pytest.mark.parametrize(("kind", "channel"), KINDS[1:])
def test_a_robot_without_secret_is_not_signed(kind: Kind, channel: ChannelConfig) -> None:
    (answer,), robot = sent(kind, channel, a_notice(), robot=Robot(clock=NOW.timestamp), secret="")
    assert answer.outcome is Outcome.ACCEPTED
    assert "sign" not in robot.accepted[0]


def test_the_signatures_match_the_known_vectors() -> None:
    assert dingtalk.sign(1528420500000, "SECtest000") == "x0B8IGTnAGVV33eav8S7XqOYMdn5nxmjPVCw3BRZn40%3D"
    assert feishu.sign(1599360473, "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


@given(st.integers(min_value=0, max_value=2**41), st.text(st.characters(codec="ascii"), min_size=1, max_size=80))
def test_the_signatures_agree_with_a_second_computation(stamp: int, secret: str) -> None:
    ours = base64.b64decode(feishu.sign(stamp, secret))
    assert ours == hmac.digest(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)
    assert not set(dingtalk.sign(stamp, secret)) & set("+/= &")


def test_milliseconds_go_to_dingtalk_and_seconds_to_feishu() -> None:
    when = datetime(2018, 6, 8, 1, 15, 0, 250_000, tzinfo=UTC)
    assert "timestamp=1528420500250&" in dingtalk.address(DINGTALK, when)
    assert feishu.signed({"msg_type": "text"}, "s", when)["timestamp"] == "1528420500"


# size


LONG = "\n".join(f"{i:03d} 先锋街道某小区停水情况续报，恢复时间待定" for i in range(150))


@EACH
def test_a_long_text_is_cut_at_lines_numbered_and_nothing_is_lost(kind: Kind, channel: ChannelConfig) -> None:
    size = {ChannelKind.WECOM: 1, ChannelKind.DINGTALK: 4, ChannelKind.FEISHU: 4}[channel.kind]
    notice = a_notice(text="\n".join([LONG] * size))
    (answer,), robot = sent(kind, channel, notice)
    assert answer.outcome is Outcome.ACCEPTED
    count = len(robot.accepted)
    assert 2 <= count <= 5
    texts = [text_in(b) for b in robot.accepted]
    assert [t.split("\n", 1)[0] for t in texts] == [f"({n}/{count})" for n in range(1, count + 1)]
    lines = [line for t in texts for line in t.splitlines()[1:] if line and line != notice.subject]
    assert [line for line in lines if line[:3].isdigit()] == notice.text.splitlines()


@EACH
def test_a_text_of_too_many_parts_is_final_and_nothing_of_it_is_sent(kind: Kind, channel: ChannelConfig) -> None:
    (answer,), robot = sent(kind, channel, a_notice(text="\n".join([LONG] * 40)))
    assert (answer.outcome, answer.code) == (Outcome.PERMANENT, "too-long")
    assert robot.raw == []


@given(st.text(max_size=400), st.integers(min_value=24, max_value=200))
def test_parts_keep_the_limit_and_every_character(text: str, limit: int) -> None:
    found = parts(text, limit)
    assert all(byte_size(part) <= limit for part in found)
    bodies = found if len(found) == 1 else [part.split("\n", 1)[1] for part in found]
    assert "".join("".join(bodies).split()) == "".join(text.split())


def test_parts_do_not_tear_characters_from_their_marks() -> None:
    found = parts("👩‍🚒é" * 20, 60)
    for part in found:
        body = part.split("\n", 1)[1]
        assert body[0] not in "\u200d\u0301"
    with pytest.raises(ValueError, match="limit of 15 bytes"):
        parts("停水" * 20, 15)


@given(st.text(max_size=3000))
def test_every_message_of_any_text_keeps_the_documented_size(text: str) -> None:
    notice = a_notice(text=text * 4)
    for body in wecom.bodies(notice):
        assert byte_size(text_in(body)) <= 4096
    for body in dingtalk.bodies(notice):
        assert len(json.dumps(body, ensure_ascii=False).encode()) <= 20_000
    for body in feishu.bodies(notice):
        assert len(json.dumps(feishu.signed(body, "s", NOW), ensure_ascii=False).encode()) <= 20 * 1024


# errors


RETRY, FINAL = Outcome.RETRY, Outcome.PERMANENT
CODES = [
    *[(receivers.wecom, WECOM, {"errcode": c}, str(c), o, w) for c, o, w in (
        (-1, RETRY, None), (42001, RETRY, None), (45009, RETRY, 60), (45033, RETRY, 60), (93000, FINAL, None), (93004, FINAL, None),
        (93008, FINAL, None), (40008, FINAL, None), (40058, FINAL, None), (45002, FINAL, None), (44004, FINAL, None), (77777, RETRY, None),
    )],
    *[(receivers.dingtalk, DINGTALK, {"errcode": c}, str(c), o, w) for c, o, w in (
        (-1, RETRY, None), (130101, RETRY, 600), (410100, RETRY, 60), (310000, FINAL, None), (300001, FINAL, None), (300005, FINAL, None),
        (400102, FINAL, None), (430101, FINAL, None), (460101, FINAL, None), (88, RETRY, None),
    )],
    (receivers.dingtalk, DINGTALK, {"status": 1111, "punish": "deny"}, "1111", RETRY, 600),
    *[(receivers.feishu, FEISHU, {"code": c}, str(c), o, w) for c, o, w in (
        (11232, RETRY, 60), (99991400, RETRY, 60), (9499, FINAL, None), (19001, FINAL, None), (19002, FINAL, None), (19007, FINAL, None),
        (19021, FINAL, None), (19022, FINAL, None), (19024, FINAL, None), (5, RETRY, None),
    )],
    (receivers.feishu, FEISHU, {"StatusCode": 19024}, "19024", FINAL, None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "channel", "body", "code", "outcome", "wait"), CODES)
def test_each_documented_code_of_a_200_is_read_by_the_table(
    kind: Kind, channel: ChannelConfig, body: dict[str, object], code: str, outcome: Outcome, wait: int | None
) -> None:
    robot = Robot(secret=channel.secret, script=[body], clock=NOW.timestamp)
    (answer,), _ = sent(kind, channel, a_notice(), robot=robot)
    assert (answer.outcome, answer.code) == (outcome, code)
    assert answer.retry_after == (None if wait is None else timedelta(seconds=wait))
    assert answer.detail


@pytest.mark.parametrize("rulings", [wecom.RULINGS, dingtalk.RULINGS, feishu.RULINGS])
def test_every_ruling_has_its_reason_and_only_zero_is_success(rulings: dict[str, Ruling]) -> None:
    assert [code for code, r in rulings.items() if r.outcome is Outcome.ACCEPTED] == ["0"]
    assert all(r.why for r in rulings.values())


@EACH
@pytest.mark.parametrize(
    ("step", "code"),
    [
        (500, "500"),
        (502, "502"),
        (503, "503"),
        (404, "404"),
        ("not-json", "not-json"),
        ("redirect", "not-json"),
        ({}, "no-code"),
        ([1], "not-json"),
        ("endless", "not-json"),
    ],
)
def test_a_fault_on_the_way_is_tried_again(kind: Kind, channel: ChannelConfig, step: object, code: str) -> None:
    robot = Robot(secret=channel.secret, script=[step], clock=NOW.timestamp)
    (first, second), _ = sent(kind, channel, a_notice(), a_notice("k2"), robot=robot)
    assert (first.outcome, first.code) == (Outcome.RETRY, code)
    assert second.outcome is Outcome.ACCEPTED
    assert robot.redirected == 0


@EACH
@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", 7),
        ("Fri, 08 Jun 2018 04:15:40 GMT", 40),
        ("", 60),
        ("soon", 60),
        ("999999999", 3600),
        ("Fri, 08 Jun 2018 01:00:00 GMT", 0),
    ],
)
def test_429_waits_as_long_as_it_is_asked_to(kind: Kind, channel: ChannelConfig, header: str, wait: int) -> None:
    robot = Robot(secret=channel.secret, script=[429], clock=NOW.timestamp, headers={"Retry-After": header} if header else {})
    (answer,), _ = sent(kind, channel, a_notice(), robot=robot)
    assert (answer.outcome, answer.code, answer.retry_after) == (Outcome.RETRY, "429", timedelta(seconds=wait))


@EACH
@pytest.mark.parametrize("step", ["hang", "drip"])
def test_a_server_that_never_ends_is_left_in_time(kind: Kind, channel: ChannelConfig, step: str) -> None:
    robot = Robot(script=[step])

    async def run() -> tuple[str, float]:
        async with serve(robot, kind) as up, open_http() as http:  # type: ignore[arg-type]
            path = {"wecom": "/cgi-bin/webhook/send", "dingtalk": "/robot/send"}.get(channel.id, "/open-apis/bot/v2/hook/k")
            begun = time.monotonic()
            reply = await post_json(http, up.url + path, {"a": 1}, now=NOW, seconds=0.3)
            return reply.fault, time.monotonic() - begun

    fault, took = asyncio.run(run())
    assert fault == "timeout"
    assert took < 1.5


@EACH
def test_nobody_listening_is_tried_again(kind: Kind, channel: ChannelConfig) -> None:
    async def run() -> Answer:
        async with open_http() as http:
            return await transports(http, RULES)[channel.kind].deliver(
                a_notice(), changed(channel, base_url="http://127.0.0.1:9"), NOW
            )

    answer = asyncio.run(run())
    assert (answer.outcome, answer.code) == (Outcome.RETRY, "ConnectError")


@EACH
@pytest.mark.parametrize(("missing", "code"), [("key", "no-key"), ("base_url", "no-address")])
def test_a_channel_without_key_or_address_is_final_before_anything_is_sent(
    kind: Kind, channel: ChannelConfig, missing: str, code: str
) -> None:
    async def run() -> Answer:
        async with open_http() as http:
            return await transports(http, RULES)[channel.kind].deliver(a_notice(), changed(channel, **{missing: ""}), NOW)

    answer = asyncio.run(run())
    assert (answer.outcome, answer.code) == (Outcome.PERMANENT, code)


def test_a_later_part_that_fails_names_itself() -> None:
    robot = Robot(clock=NOW.timestamp, limit=1)
    (answer,), _ = sent(receivers.wecom, WECOM, a_notice(text=LONG), robot=robot)
    assert (answer.outcome, answer.code) == (Outcome.RETRY, "45009")
    assert answer.detail.startswith("第2/")


# secrets


@EACH
@pytest.mark.parametrize("key", ["KEY-never-shown", "密钥 never/shown+=&"])
def test_no_secret_and_no_text_in_answers_or_logs(
    kind: Kind, channel: ChannelConfig, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notice = a_notice(text="先锋街道停水三天无人管")
    echo = f"bad {key} {channel.secret} {notice.text} {notice.subject}"
    script = [{"errcode": echo, "code": echo, "errmsg": echo, "msg": echo}, 500, "not-json"]
    robot = Robot(key=key, secret=channel.secret, script=script, clock=NOW.timestamp)
    answers, _ = sent(kind, channel, *[notice] * 4, robot=robot, key=key)
    assert answers[-1].outcome is Outcome.ACCEPTED
    shown = repr(answers) + caplog.text + repr(channel)
    for secret in (key, "never/shown", "never%2Fshown", channel.secret, "无人管"):
        assert not secret or secret not in shown


# markup


@pytest.mark.parametrize(
    "hostile",
    [
        "<@all>",
        '<at user_id="all">所有人</at>',
        "@13900000000",
        "[点我](http://evil.example)",
        "![x](http://evil.example/x.png)",
        "# 标题",
        "> 引用",
        "**粗**",
        "<font color='warning'>x</font>",
        "`code`",
        "| a | b |",
    ],
)
def test_what_the_public_writes_does_nothing(hostile: str) -> None:
    for body in (*wecom.bodies(a_notice(text=hostile)), *dingtalk.bodies(a_notice(text=hostile))):
        last = text_in(body).splitlines()[-1]
        assert not set(last) & set("<>@#*`|!")
        assert last.count("[") == last.count("http://") / 2  # only the address itself is a link
        assert "[点我](" not in last
    assert not set(text_in(feishu.bodies(a_notice(text=hostile))[0]).splitlines()[-1]) & set("<>@")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("查看：http://a.example/x_1?a=1", "查看：[http://a.example/x_1?a=1](http://a.example/x_1?a=1)"),
        ("停水，http://a.example/1，见内", "停水，[http://a.example/1](http://a.example/1)，见内"),
        ("见 http://a.example/1.", "见 [http://a.example/1](http://a.example/1)."),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("- 列表", "－ 列表"),
        ("---", "－--"),
        ("1. 停水", "1. 停水"),
    ],
)
def test_markdown_links_addresses_and_nothing_else(line: str, shown: str) -> None:
    assert markdown(line) == shown


def test_feishu_text_keeps_addresses_as_they_are() -> None:
    assert plain("见 http://a.example/@x 与 a@b") == "见 http://a.example/@x 与 a＠b"


@given(st.text())
def test_lines_are_visible_text_that_can_be_encoded(text: str) -> None:
    for line in lines_of(a_notice(text=text)):
        line.encode("utf-8")
        assert not any(ord(c) < 32 for c in line)


@pytest.mark.parametrize("header", ["-5", "1.5", "", "١٢", "Fri, 99 Jun 2018 00:00:00 GMT"])
def test_a_retry_after_nobody_can_read_says_nothing(header: str) -> None:
    assert waiting_time(header, NOW) is None
