"""The receivers over HTTP: what a sender hears, what lies in the folder afterwards, and that the real senders get through."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout

from huiying.town.loopback import on_loopback
from huiying.town.receivers import Receivers, now_utc, receiver_app, serve_receivers
from huiying.town.robots import WeCom
from huiying.town.signature import dingtalk_sign, feishu_sign

NOW = datetime(2018, 6, 7, 8, 15, tzinfo=UTC)
STAMP = 1528359300
MARKDOWN = {"msgtype": "markdown", "markdown": {"title": "交办", "content": "TH-20180607-001 Ⅲ级", "text": "TH-20180607-001 Ⅲ级"}}
Post = Callable[..., Awaitable[dict[str, object]]]


class Desk:
    """A sender's desk: the receivers, a client, and a clock that stands until it is moved."""

    def __init__(self, robots: Receivers, client: ClientSession, now: list[datetime]) -> None:
        self.robots, self._client, self.now = robots, client, now

    async def wecom(self, body: object = MARKDOWN, key: str | None = None) -> dict[str, object]:
        return await self.post(f"{self.robots.wecom_url}/cgi-bin/webhook/send", body, key=self.robots.key if key is None else key)

    async def dingtalk(self, body: object = MARKDOWN, stamp: int = STAMP, secret: str | None = None) -> dict[str, object]:
        text = str(stamp * 1000)
        signed = {"timestamp": text, "sign": dingtalk_sign(text, secret or self.robots.secret)}
        return await self.post(f"{self.robots.dingtalk_url}/robot/send", body, access_token=self.robots.key, **signed)

    async def feishu(self, text: str = "TH-20180607-001", stamp: int = STAMP, secret: str | None = None) -> dict[str, object]:
        sign = feishu_sign(str(stamp), secret or self.robots.secret)
        body = {"timestamp": str(stamp), "sign": sign, "msg_type": "text", "content": {"text": text}}
        return await self.post(f"{self.robots.feishu_url}/open-apis/bot/v2/hook/{self.robots.key}", body)

    async def post(self, url: str, body: object, **query: str) -> dict[str, object]:
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        async with self._client.post(url, data=raw, params=query) as answer:
            assert answer.status == 200, "the owners send errors with 200"
            assert answer.content_type == "application/json"
            found = await answer.json()
            assert isinstance(found, dict)
            return found


def at_desk(folder: Path, act: Callable[[Desk], Awaitable[None]]) -> None:
    async def inside() -> None:
        now = [NOW]
        async with (
            serve_receivers(folder, clock=lambda: now[0]) as robots,
            ClientSession(timeout=ClientTimeout(total=4)) as client,
        ):
            await act(Desk(robots, client, now))

    asyncio.run(inside())


def kept(folder: Path, robot: str) -> dict[str, object]:
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / robot).iterdir())}


def test_accepted_messages_are_kept(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        assert await desk.wecom() == {"errcode": 0, "errmsg": "ok"}
        assert await desk.dingtalk() == {"errcode": 0, "errmsg": "ok"}
        answer = await desk.feishu("请于6月7日17:15前签收")
        assert (answer["code"], answer["StatusCode"], answer["msg"]) == (0, 0, "success")

    at_desk(tmp_path, act)
    assert kept(tmp_path, "wecom") == {"001.json": MARKDOWN}
    assert kept(tmp_path, "dingtalk") == {"001.json": MARKDOWN}
    found = {"timestamp": str(STAMP), "msg_type": "text", "content": {"text": "请于6月7日17:15前签收"}}
    assert kept(tmp_path, "feishu") == {"001.json": found}, "the signature is not kept"


def test_kept_files_are_for_people(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.wecom()

    at_desk(tmp_path, act)
    text = (tmp_path / "wecom" / "001.json").read_text(encoding="utf-8")
    assert '    "content": "TH-20180607-001 Ⅲ级"' in text
    assert text.endswith("}\n")


def test_refused_messages_leave_nothing(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        assert (await desk.wecom(key="x"))["errcode"] == 93000
        assert (await desk.wecom(key=""))["errcode"] == 93000
        assert (await desk.wecom({"msgtype": "markdown", "markdown": {"content": "水" * 1366}}))["errcode"] == 40058
        assert (await desk.wecom(b"{"))["errcode"] == 47001
        assert (await desk.dingtalk(stamp=STAMP - 3601))["errcode"] == 310000
        assert (await desk.dingtalk(secret="错"))["errcode"] == 310000
        assert (await desk.dingtalk(b"{" + b" " * 20_000 + b"}"))["errcode"] == 460101
        assert (await desk.feishu(stamp=STAMP + 3601))["code"] == 19021
        assert (await desk.feishu(secret="错"))["code"] == 19021
        assert (await desk.feishu("a" * 20_481))["code"] == 9499

    at_desk(tmp_path, act)
    assert [kept(tmp_path, robot) for robot in ("wecom", "dingtalk", "feishu")] == [{}, {}, {}]


def test_the_signature_survives_the_query(tmp_path: Path) -> None:
    """Base64 has + and /: over the wire they must come back as they went, at any second."""

    async def act(desk: Desk) -> None:
        for step in range(19):
            assert (await desk.dingtalk(stamp=STAMP + step))["errcode"] == 0

    at_desk(tmp_path, act)
    assert len(kept(tmp_path, "dingtalk")) == 19


def test_rates_hold_under_a_rush(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        answers = await asyncio.gather(*(desk.wecom() for _ in range(30)))
        assert sorted(str(one["errcode"]) for one in answers) == ["0"] * 20 + ["45009"] * 10
        answers = await asyncio.gather(*(desk.feishu() for _ in range(8)))
        assert sorted(str(one["code"]) for one in answers) == ["0"] * 5 + ["11232"] * 3
        desk.now[0] += timedelta(minutes=1)
        assert (await desk.wecom())["errcode"] == 0

    at_desk(tmp_path, act)
    assert list(kept(tmp_path, "wecom")) == [f"{n:03d}.json" for n in range(1, 22)]
    assert len(kept(tmp_path, "feishu")) == 5


def test_numbering_goes_on_after_a_restart(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.wecom()
        await desk.wecom()

    at_desk(tmp_path, act)
    at_desk(tmp_path, act)
    assert list(kept(tmp_path, "wecom")) == ["001.json", "002.json", "003.json", "004.json"]


def test_keys_are_new_each_time_and_not_shown(tmp_path: Path) -> None:
    seen: list[Receivers] = []

    async def act(desk: Desk) -> None:
        seen.append(desk.robots)

    at_desk(tmp_path, act)
    at_desk(tmp_path, act)
    assert len({one.key for one in seen} | {one.secret for one in seen}) == 4
    assert not any(one.key in repr(one) or one.secret in repr(one) for one in seen)
    assert len({seen[0].wecom_url, seen[0].dingtalk_url, seen[0].feishu_url}) == 3


@pytest.mark.parametrize("path", ["/", "/cgi-bin/webhook", "/robot/send", "/open-apis/bot/v2/hook/"])
def test_other_addresses_are_not_there(tmp_path: Path, path: str) -> None:
    async def inside() -> int:
        async with serve_receivers(tmp_path) as robots, ClientSession() as client, client.post(robots.wecom_url + path) as answer:
            return answer.status

    assert asyncio.run(inside()) == 404


def test_a_get_sends_nothing(tmp_path: Path) -> None:
    async def inside() -> int:
        async with serve_receivers(tmp_path) as robots, ClientSession() as client:
            url = f"{robots.wecom_url}/cgi-bin/webhook/send?key={robots.key}"
            async with client.get(url) as answer:
                return answer.status

    assert asyncio.run(inside()) == 405
    assert kept(tmp_path, "wecom") == {}


def test_a_huge_body_is_cut_off(tmp_path: Path) -> None:
    async def inside() -> int:
        async with serve_receivers(tmp_path) as robots, ClientSession() as client:
            url = f"{robots.wecom_url}/cgi-bin/webhook/send?key={robots.key}"
            async with client.post(url, data=BytesIO(b"a" * (2 << 20))) as answer:
                return answer.status

    assert asyncio.run(inside()) == 413


def test_a_message_that_cannot_be_kept_is_not_confirmed(tmp_path: Path) -> None:
    """The folder vanishes: the sender hears an error of the server, not "ok", and the message does not count."""
    robot = WeCom("k")
    folder = tmp_path / "gone"

    async def inside() -> tuple[int, int]:
        async with on_loopback(receiver_app(robot, folder, clock=lambda: NOW)) as base, ClientSession() as client:
            url = f"{base}/cgi-bin/webhook/send?key=k"
            folder.rmdir()
            async with client.post(url, json=MARKDOWN) as lost:
                first = lost.status
            folder.mkdir()
            for _ in range(20):
                async with client.post(url, json=MARKDOWN) as taken:
                    assert (await taken.json())["errcode"] == 0
            return first, taken.status

    assert asyncio.run(inside()) == (500, 200)
    assert len(list(folder.iterdir())) == 20


def test_the_systems_clock_is_aware() -> None:
    assert abs(now_utc() - datetime.now(UTC)) < timedelta(seconds=5)
