"""The daemon's silence is noticed from outside: a pulse renewed, its absence told once through real channels, its return told too."""

import asyncio
import email
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifiers.model import LinearModel
from huiying import pulse
from huiying.__main__ import app
from huiying.daemon import WATCHED, Beat, Daemon
from huiying.demo import DOMAIN, demo_channels
from huiying.office import open_office, utc_now
from huiying.pulse import Pulse, PulseError
from huiying.settings import Settings
from huiying.town.mail_sink import serve_mail
from huiying.town.receivers import serve_receivers
from huiying.watchdog import Watched, watch
from tests.huiying.desk import with_mail
from tests.makers import NOW

LIMIT, AGAIN = timedelta(minutes=10), timedelta(minutes=20)


def beaten(at: datetime, **done: datetime) -> Pulse:
    return Pulse(at=at, done=dict.fromkeys(WATCHED, at) | done, failures={})


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "从未在该数据目录运行"),
        (beaten(NOW), ""),
        (beaten(NOW - timedelta(minutes=9, seconds=59)), ""),
        (beaten(NOW - timedelta(minutes=10, seconds=1)), "值守进程已停"),
        (beaten(NOW, send=NOW - timedelta(minutes=12)), "环节 send 停滞"),
        (beaten(NOW + timedelta(minutes=3)), "时钟有误"),
    ],
)
def test_what_is_a_trouble(found: Pulse | None, said: str) -> None:
    troubles = pulse.troubles(found, NOW, LIMIT)
    assert bool(troubles) is bool(said)
    assert said in "".join(troubles)


def test_a_pulse_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert pulse.read(tmp_path) is None
    said = Pulse(at=NOW, done={"send": NOW}, failures={"judge": 2})
    pulse.write(tmp_path, said)
    assert pulse.read(tmp_path) == said
    assert [p.name for p in tmp_path.iterdir()] == ["pulse.json"], "no draft is left"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"at":"gestern","done":{},"failures":{}}', '{"at":"2018-06-08T09:00:00","done":{},"failures":{}}'])
def test_a_torn_pulse_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "pulse.json").write_text(text, encoding="utf-8")
    with pytest.raises(PulseError, match=r"pulse\.json"):
        pulse.read(tmp_path)


def watched(settings: Settings, folder: Path, *steps: Callable[[], None] | timedelta) -> list[Watched]:
    """One look after each step (a change of the data folder, or time going by), with the town's receivers as channels."""
    ids = (f"n{n}" for n in itertools.count())

    async def go() -> list[Watched]:
        async with serve_receivers(folder / "received") as robots, serve_mail(folder / "received" / "mail", DOMAIN) as (host, port):
            office = replace(
                settings.office, channel=demo_channels(robots, host, port), allowed_mail_domains=(DOMAIN,), digest_to=(f"yanpan@{DOMAIN}",)
            )
            now, found = utc_now(), []
            for step in steps:
                if isinstance(step, timedelta):
                    now += step
                else:
                    step()
                found.append(await watch(replace(settings, office=office), folder, now=now, new_id=lambda: next(ids), limit=LIMIT, again=AGAIN))
            return found

    return asyncio.run(go())


def letters(folder: Path) -> list[str]:
    found = sorted((folder / "received" / "mail").glob("*.eml"))
    return [str(email.message_from_bytes(path.read_bytes(), policy=policy.default)["Subject"]) for path in found]


def test_a_silence_is_told_once_an_interval_and_its_end_once(settings: Settings, tmp_path: Path) -> None:
    still, short = timedelta(minutes=10), timedelta(seconds=5)  # within the hour that the robots' signatures live
    alive = lambda: pulse.write(tmp_path, beaten(utc_now() + timedelta(minutes=30)))  # noqa: E731
    looks = watched(settings, tmp_path, lambda: None, still, still, still, alive, short)
    assert [len(one.told) for one in looks] == [4, 0, 4, 0, 4, 0]
    assert [bool(one.troubles) for one in looks] == [True, True, True, True, False, False]
    assert all(answer.accepted for one in looks for answer in one.told)
    assert letters(tmp_path) == ["【运行告警】回应系统值守异常", "【运行告警】回应系统值守异常", "【恢复】回应系统值守已恢复"]
    (message, *_) = sorted((tmp_path / "received" / "wecom").glob("*.json"))
    assert "没有心跳" in json.dumps(json.loads(message.read_text(encoding="utf-8")), ensure_ascii=False)


def test_a_living_daemon_beats_and_a_hung_job_shows(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def live() -> None:
        async with open_office(replace(with_mail(settings), sources=()), tmp_path, model) as office:
            daemon = Daemon(office, beat=Beat(collect=0.05, judge=0.05, send=0.05, remind=0.05, pulse=0.05))
            running = asyncio.create_task(daemon.run())
            for _ in range(100):
                await asyncio.sleep(0.05)
                if pulse.read(tmp_path) is not None:
                    break
            daemon.stop()
            await asyncio.wait_for(running, 10)

    asyncio.run(live())
    found = pulse.read(tmp_path)
    assert found is not None
    assert set(found.done) == set(WATCHED)
    assert pulse.troubles(found, utc_now(), LIMIT) == []
    late = found.at + LIMIT * 2
    assert pulse.troubles(replace(found, at=late), late, LIMIT), "a daemon that beats while its jobs hang is no healthy one"


def test_the_command_for_cron(tmp_path: Path) -> None:
    run = CliRunner().invoke
    dead = run(app, ["watchdog", "--data", str(tmp_path)])
    assert dead.exit_code == 1
    assert "没有心跳" in dead.stderr
    pulse.write(tmp_path, beaten(utc_now()))
    alive = run(app, ["watchdog", "--data", str(tmp_path)])
    assert (alive.exit_code, alive.stdout.strip()) == (0, "值守正常")
    (tmp_path / "pulse.json").write_text("{", encoding="utf-8")
    torn = run(app, ["watchdog", "--data", str(tmp_path)])
    assert torn.exit_code == 1
    assert "pulse.json" in torn.stderr
