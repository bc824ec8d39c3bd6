"""check --send: one marked message through each channel that is on; a channel that refuses is named, the others go on."""

import asyncio
import email
import itertools
import json
from dataclasses import replace
from email import policy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiying.__main__ import app
from huiying.channel_test import Tried, try_channels
from huiying.demo import DOMAIN, demo_channels
from huiying.office import utc_now
from huiying.settings import Settings
from huiying.town.mail_sink import serve_mail
from huiying.town.receivers import serve_receivers
from records.channel import ChannelConfig


async def tried(settings: Settings, folder: Path, **broken: dict[str, object]) -> list[Tried]:
    """What the town's receivers answer; `broken` replaces fields of a channel."""
    ids = (f"n{n}" for n in itertools.count())
    async with serve_receivers(folder) as robots, serve_mail(folder / "mail", DOMAIN) as (host, port):
        made = demo_channels(robots, host, port)
        channels = tuple(replace(c, **broken.get(c.id, {})) for c in made)  # type: ignore[arg-type]
        office = replace(settings.office, channel=channels, allowed_mail_domains=(DOMAIN,), digest_to=(f"yanpan@{DOMAIN}",))
        return await try_channels(replace(settings, office=office), folder, now=utc_now(), new_id=lambda: next(ids))


def test_each_channel_takes_one_marked_message(settings: Settings, tmp_path: Path) -> None:
    found = asyncio.run(tried(settings, tmp_path))
    assert {t.channel: t.accepted for t in found} == {"mail": True, "wecom": True, "dingtalk": True, "feishu": True}
    (letter,) = (tmp_path / "mail").glob("*.eml")
    mail = email.message_from_bytes(letter.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "【测试】回应系统通道测试"
    assert mail["To"] == f"yanpan@{DOMAIN}"
    for robot in ("wecom", "dingtalk", "feishu"):
        (message,) = (tmp_path / robot).glob("*.json")
        assert "无须处理" in json.dumps(json.loads(message.read_text(encoding="utf-8")), ensure_ascii=False)


@pytest.mark.parametrize(
    ("channel", "change"),
    [("wecom", {"key": "wrong"}), ("dingtalk", {"secret": "wrong"}), ("feishu", {"secret": "wrong"}), ("mail", {"port": 1}), ("wecom", {"base_url": "http://127.0.0.1:1"})],
)
def test_a_channel_that_refuses_is_named_and_the_others_go_on(
    settings: Settings, tmp_path: Path, channel: str, change: dict[str, object]
) -> None:
    found = {t.channel: t for t in asyncio.run(tried(settings, tmp_path, **{channel: change}))}
    assert [name for name, one in found.items() if not one.accepted] == [channel]
    assert found[channel].code
    assert "wrong" not in found[channel].detail


def test_channels_that_are_off_get_nothing(settings: Settings, tmp_path: Path) -> None:
    off: dict[str, dict[str, object]] = {name: {"enabled": False} for name in ("mail", "wecom", "dingtalk", "feishu")}
    assert asyncio.run(tried(settings, tmp_path, **off)) == []
    assert not list(tmp_path.glob("*/*.json"))
    assert isinstance(settings.channels[0], ChannelConfig)


def test_the_command_says_when_nothing_is_on() -> None:
    done = CliRunner().invoke(app, ["check", "--send"])
    assert done.exit_code == 0
    assert "没有启用的通道" in done.stdout
