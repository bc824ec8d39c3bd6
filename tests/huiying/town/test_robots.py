"""The robots' rules, with a clock of our own: signatures, time windows, sizes and rates, each with its documented code."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.town.rate import Rate
from huiying.town.robots import Call, DingTalk, Feishu, Robot, WeCom, call, part, words
from huiying.town.signature import dingtalk_sign, feishu_sign, timely
from responders.channels import dingtalk as dingtalk_sender
from responders.channels import feishu as feishu_sender
from responders.channels import wecom as wecom_sender

NOW = datetime(2018, 6, 7, 8, 15, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
KEY, SECRET = "钥匙", "SEC一二三"
TEXT = {"msgtype": "text", "text": {"content": "TH-20180607-001 Ⅲ级"}}
MARKDOWN = {"msgtype": "markdown", "markdown": {"title": "交办", "text": "TH-20180607-001"}}


def code(answer: Mapping[str, object] | None) -> object:
    """The answer's code, 0 when the message may be taken."""
    if answer is None:
        return 0
    return answer.get("errcode", answer.get("code", answer.get("status")))


def sent(body: object, *, token: str = KEY, query: Mapping[str, str] | None = None) -> Call:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return call(token, query or {}, raw)


def ding(body: object = MARKDOWN, *, at: datetime = NOW, secret: str = SECRET, token: str = KEY) -> Call:
    """A message signed as 钉钉 asks."""
    stamp = str(int(at.timestamp() * 1000))
    return sent(body, token=token, query={"timestamp": stamp, "sign": dingtalk_sign(stamp, secret)})


def lark(body: Mapping[str, object] | None = None, *, at: datetime = NOW, secret: str = SECRET, token: str = KEY) -> Call:
    """A message signed as 飞书 asks."""
    stamp = str(int(at.timestamp()))
    message = {"msg_type": "text", "content": {"text": "TH-20180607-001"}} if body is None else body
    return sent({"timestamp": stamp, "sign": feishu_sign(stamp, secret), **message}, token=token)


def pushed(robot: Robot, asked: Call, now: datetime) -> object:
    """One message as the receiver handles it: refused, or taken and counted."""
    refused = robot.refuse(asked, now)
    if refused is None:
        robot.take(now)
    return code(refused)


# ---- signatures


def test_the_published_vectors() -> None:
    assert dingtalk_sign("1528420500000", "SECtest000") == unquote("x0B8IGTnAGVV33eav8S7XqOYMdn5nxmjPVCw3BRZn40%3D")
    assert feishu_sign("1599360473", "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


@given(st.integers(0, 4_000_000_000_000), st.text(min_size=1, max_size=40).filter(str.isprintable))
def test_sender_and_receiver_sign_alike(stamp: int, secret: str) -> None:
    """They were written apart: agreement is evidence, not repetition."""
    assert unquote(dingtalk_sender.sign(stamp, secret)) == dingtalk_sign(str(stamp), secret)
    assert feishu_sender.sign(stamp, secret) == feishu_sign(str(stamp), secret)


@pytest.mark.parametrize(
    "off", [timedelta(0), timedelta(minutes=59), timedelta(minutes=-59), timedelta(hours=1), timedelta(hours=-1)]
)
def test_a_stamp_within_the_hour_is_taken(off: timedelta) -> None:
    assert pushed(DingTalk(KEY, SECRET), ding(at=NOW + off), NOW) == 0
    assert pushed(Feishu(KEY, SECRET), lark(at=NOW + off), NOW) == 0


@pytest.mark.parametrize(
    "off", [timedelta(hours=1, seconds=1), timedelta(hours=-1, seconds=-1), timedelta(days=-1), timedelta(hours=8)]
)
def test_an_old_or_early_stamp_is_refused_though_well_signed(off: timedelta) -> None:
    assert pushed(DingTalk(KEY, SECRET), ding(at=NOW + off), NOW) == 310000
    assert pushed(Feishu(KEY, SECRET), lark(at=NOW + off), NOW) == 19021


@pytest.mark.parametrize("secret", ["", "SEC一二", "sec一二三", SECRET + " "])
def test_a_wrong_secret_is_refused(secret: str) -> None:
    assert pushed(DingTalk(KEY, SECRET), ding(secret=secret), NOW) == 310000
    assert pushed(Feishu(KEY, SECRET), lark(secret=secret), NOW) == 19021


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"timestamp": "1528359300000"},
        {"sign": dingtalk_sign("1528359300000", SECRET)},
        {"timestamp": "1528359300", "sign": dingtalk_sign("1528359300", SECRET)},
        {"timestamp": "现在", "sign": dingtalk_sign("现在", SECRET)},
        {"timestamp": "-1528359300000", "sign": "x"},
        {"timestamp": "1528359300000", "sign": "签名"},
        {"timestamp": "1528359300001", "sign": dingtalk_sign("1528359300000", SECRET)},
    ],
)
def test_dingtalk_refuses_half_a_signature(query: dict[str, str]) -> None:
    assert pushed(DingTalk(KEY, SECRET), sent(MARKDOWN, query=query), NOW) == 310000


@pytest.mark.parametrize(
    "signed",
    [
        {},
        {"timestamp": "1528359300"},
        {"sign": feishu_sign("1528359300", SECRET)},
        {"timestamp": "1528359300000", "sign": feishu_sign("1528359300000", SECRET)},
        {"timestamp": "1528359300", "sign": 7},
        {"timestamp": None, "sign": feishu_sign("None", SECRET)},
        {"timestamp": "1528359301", "sign": feishu_sign("1528359300", SECRET)},
    ],
)
def test_feishu_refuses_half_a_signature(signed: dict[str, object]) -> None:
    message = {"msg_type": "text", "content": {"text": "水"}}
    assert pushed(Feishu(KEY, SECRET), sent(message | signed), NOW) == 19021


def test_feishu_takes_the_time_as_a_number_too() -> None:
    message = {"msg_type": "text", "content": {"text": "水"}, "timestamp": 1528359300, "sign": feishu_sign("1528359300", SECRET)}
    assert pushed(Feishu(KEY, SECRET), sent(message), NOW) == 0


@given(st.text(max_size=30))
def test_no_stamp_breaks_the_check(stamp: str) -> None:
    assert timely(stamp, SECOND, NOW) in (True, False)


# ---- addresses


@pytest.mark.parametrize("token", ["", "另一把", KEY + "1"])
def test_a_wrong_key_is_refused(token: str) -> None:
    assert pushed(WeCom(KEY), sent(TEXT, token=token), NOW) == 93000
    assert pushed(DingTalk(KEY, SECRET), ding(token=token), NOW) == 300005
    assert pushed(Feishu(KEY, SECRET), lark(token=token), NOW) == 19001


# ---- sizes: bytes, not characters


@pytest.mark.parametrize(
    ("kind", "content", "answer"),
    [
        ("text", "水" * 682, 0),
        ("text", "水" * 682 + "ab", 0),
        ("text", "水" * 683, 40058),
        ("text", "a" * 2048, 0),
        ("text", "a" * 2049, 40058),
        ("markdown", "水" * 1365 + "a", 0),
        ("markdown", "水" * 1366, 40058),
        ("markdown_v2", "a" * 4096, 0),
        ("markdown_v2", "a" * 4097, 40058),
        ("text", "", 44004),
        ("markdown", "", 44004),
    ],
)
def test_wecom_sizes(kind: str, content: str, answer: int) -> None:
    assert pushed(WeCom(KEY), sent({"msgtype": kind, kind: {"content": content}}), NOW) == answer


def filled(total: int) -> bytes:
    """A 钉钉 message of exactly `total` bytes."""
    frame = len(json.dumps({"msgtype": "text", "text": {"content": ""}}).encode())
    return json.dumps({"msgtype": "text", "text": {"content": "a" * (total - frame)}}).encode()


@pytest.mark.parametrize(("size", "answer"), [(19_999, 0), (20_000, 0), (20_001, 460101), (60_000, 460101)])
def test_dingtalk_sizes(size: int, answer: int) -> None:
    assert len(filled(size)) == size
    assert pushed(DingTalk(KEY, SECRET), ding(filled(size)), NOW) == answer


@pytest.mark.parametrize(
    ("kind", "size", "answer"),
    [
        ("text", 20_000, 0),
        ("text", 21_000, 9499),
        ("interactive", 21_000, 0),
        ("interactive", 31_000, 9499),
        ("post", 21_000, 9499),
    ],
)
def test_feishu_sizes(kind: str, size: int, answer: int) -> None:
    filler = "a" * (size - 200)
    content: dict[str, object] = {"card": {"elements": [filler]}} if kind == "interactive" else {"content": {kind: filler}}
    assert pushed(Feishu(KEY, SECRET), lark({"msg_type": kind, **content}), NOW) == answer


# ---- shapes


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"", 47001),
        (b"[]", 47001),
        ("停水".encode(), 47001),
        ("停水".encode("gbk"), 47001),
        (b"[" * 100_000, 47001),
        ({}, 40008),
        ({"msgtype": "fax"}, 40008),
        ({"msgtype": ["text"]}, 40008),
        ({"msgtype": "text"}, 44004),
        ({"msgtype": "text", "text": "水"}, 44004),
        ({"msgtype": "text", "text": {"content": 7}}, 44004),
        ({"msgtype": "news", "news": {"articles": [{}] * 8}}, 0),
        ({"msgtype": "news", "news": {"articles": [{}] * 9}}, 40058),
        ({"msgtype": "news", "news": {"articles": []}}, 40058),
        ({"msgtype": "news"}, 40058),
        ({"msgtype": "template_card", "template_card": {"card_action": {"type": 1}}}, 0),
        ({"msgtype": "template_card", "template_card": {}}, 42045),
    ],
)
def test_wecom_shapes(body: object, answer: int) -> None:
    assert pushed(WeCom(KEY), sent(body), NOW) == answer


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"", 40035),
        (b"null", 40035),
        ({"msgtype": "fax"}, 400105),
        ({"msgtype": "markdown", "markdown": {"text": "水"}}, 40035),
        ({"msgtype": "markdown", "markdown": {"title": "水"}}, 40035),
        ({"msgtype": "link", "link": {"title": "水", "text": "停", "messageUrl": "http://127.0.0.1/"}}, 0),
        ({"msgtype": "actionCard", "actionCard": {"title": "水"}}, 40035),
        (TEXT, 0),
    ],
)
def test_dingtalk_shapes(body: object, answer: int) -> None:
    assert pushed(DingTalk(KEY, SECRET), ding(body), NOW) == answer


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"msg_type": "text"}, 19002),
        ({"msg_type": "text", "content": {"text": ""}}, 19002),
        ({"msg_type": "fax", "content": {"text": "水"}}, 9499),
        ({"msgtype": "text", "content": {"text": "水"}}, 9499),
        ({"msg_type": "post", "content": {"post": {"zh_cn": {}}}}, 0),
        ({"msg_type": "interactive", "card": {"elements": []}}, 0),
    ],
)
def test_feishu_shapes(body: dict[str, object], answer: int) -> None:
    assert pushed(Feishu(KEY, SECRET), lark(body), NOW) == answer


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"3", b"[]", b"{"])
def test_feishu_is_not_upset_by_rubbish(raw: bytes) -> None:
    assert pushed(Feishu(KEY, SECRET), sent(raw), NOW) == 9499


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_looking_into_any_body_gives_text(body: object) -> None:
    asked = sent({"text": body})
    assert isinstance(words(asked.body, "text", "content"), str)
    assert part(asked.body, "nothing", "there") is None


# ---- rates


def test_wecom_takes_twenty_a_minute() -> None:
    robot = WeCom(KEY)
    answers = [pushed(robot, sent(TEXT), NOW + step * SECOND) for step in range(25)]
    assert answers == [0] * 20 + [45009] * 5
    assert pushed(robot, sent(TEXT), NOW + 59 * SECOND) == 45009
    assert pushed(robot, sent(TEXT), NOW + MINUTE) == 0, "the first has left the window"
    assert pushed(robot, sent(TEXT), NOW + MINUTE) == 45009, "the second has not"


def test_refused_messages_do_not_count() -> None:
    robot = WeCom(KEY)
    assert [pushed(robot, sent({"msgtype": "text"}), NOW) for _ in range(30)] == [44004] * 30
    assert [pushed(robot, sent(TEXT, token="x"), NOW) for _ in range(30)] == [93000] * 30
    assert [pushed(robot, sent(TEXT), NOW) for _ in range(20)] == [0] * 20


def test_dingtalk_falls_silent_for_ten_minutes() -> None:
    robot = DingTalk(KEY, SECRET)
    assert [pushed(robot, ding(), NOW) for _ in range(22)] == [0] * 20 + [130101, 1111]
    for after, answer in ((MINUTE, 1111), (timedelta(minutes=9, seconds=59), 1111), (timedelta(minutes=10), 0)):
        assert pushed(robot, ding(at=NOW + after), NOW + after) == answer


def test_the_flow_guard_speaks_its_own_language() -> None:
    robot = DingTalk(KEY, SECRET)
    for _ in range(21):
        pushed(robot, ding(), NOW)
    answer = robot.refuse(ding(), NOW + MINUTE)
    assert answer == {"status": 1111, "wait": 540, "source": "x5", "punish": "deny"}
    assert dingtalk_sender.read(dict(answer)) == ("1111", "punish=deny"), "the sender understands it"


def test_feishu_takes_five_a_second() -> None:
    robot = Feishu(KEY, SECRET)
    assert [pushed(robot, lark(), NOW) for _ in range(7)] == [0] * 5 + [11232] * 2
    assert pushed(robot, lark(), NOW + timedelta(milliseconds=999)) == 11232
    assert pushed(robot, lark(), NOW + SECOND) == 0


def test_feishu_takes_a_hundred_a_minute() -> None:
    robot = Feishu(KEY, SECRET)
    steps = [NOW + timedelta(milliseconds=250 * step) for step in range(110)]
    assert [pushed(robot, lark(), at) for at in steps] == [0] * 100 + [11232] * 10
    assert pushed(robot, lark(), NOW + MINUTE) == 0


@given(st.lists(st.integers(0, 90), max_size=60), st.integers(1, 5))
def test_no_window_ever_holds_more(gaps: list[int], most: int) -> None:
    rate, at, taken = Rate(most, MINUTE), NOW, []
    for gap in gaps:
        at += gap * SECOND
        if not rate.full(at):
            rate.take(at)
            taken.append(at)
    for first in taken:
        assert sum(first <= other < first + MINUTE for other in taken) <= most


# ---- the sender's tables know what is answered here


@pytest.mark.parametrize("answered", ["0", "93000", "45009", "40058", "44004", "40008"])
def test_the_sender_knows_wecoms_codes(answered: str) -> None:
    assert answered in wecom_sender.RULINGS


@pytest.mark.parametrize("answered", ["0", "310000", "300005", "130101", "1111", "460101", "40035", "400105"])
def test_the_sender_knows_dingtalks_codes(answered: str) -> None:
    assert answered in dingtalk_sender.RULINGS


@pytest.mark.parametrize("answered", ["0", "19001", "19002", "19021", "9499", "11232"])
def test_the_sender_knows_feishus_codes(answered: str) -> None:
    assert answered in feishu_sender.RULINGS
