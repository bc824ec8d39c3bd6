"""The daemon: SIGTERM ends it cleanly, a job that raises does not, and a digest missed while it was down is made at the start."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from classifiers.model import LinearModel
from huiying import pipeline
from huiying.daemon import Beat, Daemon
from huiying.office import Office, open_office
from huiying.settings import Settings
from records.instant import SHANGHAI
from records.notice import NoticeKind
from tests.huiying.desk import waiting_case, with_mail
from tests.makers import NOW, STATE, a_post

FAST = Beat(collect=0.05, judge=0.05, send=0.05, remind=0.05, pulse=0.05)
MORNING = datetime(2018, 6, 8, 9, 30, tzinfo=SHANGHAI)


def office(settings: Settings, model: LinearModel, folder: Path, now: datetime = NOW) -> AbstractAsyncContextManager[Office]:
    return open_office(replace(with_mail(settings), sources=()), folder, model, lambda: now)


def lived(opened: AbstractAsyncContextManager[Office], during: Callable[[Daemon], Awaitable[None]], seconds: float = 10) -> Daemon:
    """A daemon run while `during` is under way; it must end by itself within `seconds`."""

    async def live() -> Daemon:
        async with opened as found:
            daemon = Daemon(found, beat=FAST)
            running = asyncio.create_task(daemon.run())
            await during(daemon)
            await asyncio.wait_for(running, seconds)
            return daemon

    return asyncio.run(live())


async def terminated(daemon: Daemon) -> None:
    await asyncio.sleep(0.3)
    os.kill(os.getpid(), signal.SIGTERM)


def test_sigterm_ends_it_cleanly(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    assert lived(office(settings, model, tmp_path), terminated).failures == {}


def test_new_posts_are_judged_without_being_asked(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def arrives(daemon: Daemon) -> None:
        ledger = daemon.office.ledger
        post = a_post(title="先锋街道停水三天", text="盐城市亭湖区先锋街道三个小区停水三天，打了几次电话没有人管，老人孩子没水喝")
        ledger.add_collected([post], [], STATE)
        for _ in range(100):
            await asyncio.sleep(0.05)
            if ledger.cases():
                break
        assert [c.event_id for c in ledger.cases()] == [e.id for e in ledger.events_touched(NOW, daemon.office.end_of_time)]
        assert ledger.cases()[0].state.value == "预警提示"
        daemon.stop()

    assert lived(office(settings, model, tmp_path), arrives).failures == {}


def test_a_job_that_raises_is_counted_and_the_others_go_on(
    settings: Settings, model: LinearModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []

    def broken(office: Office, account: pipeline.Account) -> None:
        raise RuntimeError("disk full")

    async def counted(office: Office) -> None:
        sent.append(1)

    monkeypatch.setattr(pipeline, "judge", broken)
    monkeypatch.setattr(pipeline, "send", counted)
    daemon = lived(office(settings, model, tmp_path), terminated)
    assert daemon.failures["judge"] >= 2
    assert set(daemon.failures) == {"judge"}
    assert len(sent) >= 2


def test_a_running_job_ends_before_the_daemon_does(
    settings: Settings, model: LinearModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    async def slow(office: Office) -> None:
        await asyncio.sleep(0.6)
        ended.append("sent")

    monkeypatch.setattr(pipeline, "send", slow)
    lived(office(settings, model, tmp_path), terminated)
    assert ended


@pytest.mark.parametrize(("now", "seen", "made"), [(MORNING, True, True), (MORNING, False, False), (MORNING - timedelta(hours=2), True, False)])
def test_a_digest_missed_while_down_is_made_at_the_start(
    settings: Settings, model: LinearModel, tmp_path: Path, now: datetime, seen: bool, made: bool
) -> None:
    async def waits(daemon: Daemon) -> None:
        await asyncio.sleep(0.6)
        issue = daemon.office.ledger.digest("2018-06-08", "daily")
        assert (issue is not None) is made
        letters = [n for n in daemon.office.ledger.notices() if n.kind is NoticeKind.DIGEST]
        assert [n.address for n in letters] == (["yanpan@tinghu.example"] if made else [])
        daemon.stop()

    async def prepared() -> None:
        async with office(settings, model, tmp_path, now) as found:
            if seen:
                waiting_case(found)
                found.ledger.add_collected([a_post("p7", first_seen_at=MORNING - timedelta(hours=3))], [], STATE)

    asyncio.run(prepared())
    lived(office(settings, model, tmp_path, now), waits)
