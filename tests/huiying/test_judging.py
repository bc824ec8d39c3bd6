"""Judging in a process of its own: the same answers, pages that go on meanwhile, nothing lost when it dies or when people change things."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from classifiers.assess import Text
from classifiers.events import Bench
from classifiers.model import LinearModel
from huiying import pipeline
from huiying.judging import Beside, Inline, Judging, JudgingStoppedError
from huiying.office import Office, new_uuid, open_office
from huiying.settings import Settings
from ledger.erasure import erase
from records.assessment import Assessment
from records.event import Event
from records.post import Post
from tests.huiying.desk import with_mail
from tests.makers import NOW, STATE, a_post

STREETS = ("先锋街道", "五星街道", "文峰街道", "毓龙街道", "大洋街道", "新洋街道", "黄尖镇", "盐东镇")
WOES = ("停水三天没人管", "路灯坏了一个月", "工地夜里施工吵得睡不着", "垃圾堆成山", "污水流进河里", "拖欠工资半年")


def posts(count: int) -> list[Post]:
    """Different complaints of different streets."""
    said = [(STREETS[n % 8], WOES[n % 6], n) for n in range(count)]
    texts = [(n, f"{street}{woe}", f"盐城市亭湖区{street}第{n}小区{woe}，打了几次电话没有答复") for street, woe, n in said]
    return [a_post(id=f"{n:032x}", url=f"https://bbs.example/{n}", title=title, text=text, author_key=str(n)) for n, title, text in texts]


@asynccontextmanager
async def opened(settings: Settings, model: LinearModel, data: Path, judging: Judging | None = None) -> AsyncIterator[Office]:
    async with open_office(replace(with_mail(settings), sources=()), data, model, lambda: NOW) as office:
        yield replace(office, judging=judging) if judging else office


def test_it_answers_as_in_the_same_process(settings: Settings, model: LinearModel) -> None:
    texts = [Text(id=p.id, title=p.title, text=p.text) for p in posts(24)]

    async def go() -> None:
        beside, inline = Beside(settings, model, new_uuid), Inline.of(settings, model, new_uuid)
        try:
            assert await beside.assess(texts) == await inline.assess(texts)
        finally:
            beside.close()

    asyncio.run(go())


def test_the_loop_goes_on_while_a_batch_is_judged(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    """By order, not by time: a page's worth of turns is served between the batch's going over and its coming back."""

    async def go() -> None:
        beside = Beside(settings, model, new_uuid)
        try:
            async with opened(settings, model, tmp_path, beside) as office:
                office.ledger.add_collected(posts(300), [], STATE)
                judging = asyncio.create_task(pipeline.judge(office, account := pipeline.Account()))
                turns = 0
                while not judging.done():
                    await asyncio.sleep(0.001)
                    turns += 1
                await judging
                assert account.assessed == 300
                assert turns > 50
                assert office.ledger.unassessed(1) == []
        finally:
            beside.close()

    asyncio.run(go())


def test_a_process_that_was_killed_costs_a_round_not_a_post(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        beside = Beside(settings, model, new_uuid)
        try:
            async with opened(settings, model, tmp_path, beside) as office:
                await beside.assess([Text(id="1", title="停水", text="停水")])
                assert beside._pool is not None
                (pid,) = beside._pool._processes
                office.ledger.add_collected(posts(12), [], STATE)
                os.kill(pid, signal.SIGKILL)
                with pytest.raises(JudgingStoppedError, match="下一轮重新启动"):
                    await pipeline.judge(office, pipeline.Account())
                await pipeline.judge(office, account := pipeline.Account())
                assert account.assessed == 12
        finally:
            beside.close()

    asyncio.run(go())


def test_it_leaves_with_a_daemon_that_was_killed(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    """kill -9 of the daemon runs no clean-up: the process must notice by itself."""
    told = tmp_path / "pid"
    child = os.fork()
    if child == 0:
        async def go() -> None:
            beside = Beside(settings, model, new_uuid)
            await beside.assess([Text(id="1", title="停水", text="停水")])
            assert beside._pool is not None
            (pid,) = beside._pool._processes
            told.with_suffix(".new").write_text(str(pid), encoding="ascii")
            told.with_suffix(".new").rename(told)
            await asyncio.sleep(60)

        asyncio.run(go())
        os._exit(1)
    assert waited(told.exists)
    pid = int(told.read_text(encoding="ascii"))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert waited(lambda: not alive(pid))


def alive(pid: int) -> bool:
    """True for a process that runs; a dead one nobody has waited for is dead."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def waited(done: Callable[[], bool], seconds: float = 60) -> bool:
    """True as soon as it is done; False when it is not in time."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


class Interrupted:
    """A judging during which something else happens once, as people do in the pages while a batch is compared."""

    def __init__(self, inner: Judging) -> None:
        self._inner = inner
        self.joins = 0
        self.during_assess: Callable[[], None] = lambda: None
        self.during_join: Callable[[], None] = lambda: None

    async def assess(self, texts: Sequence[Text]) -> list[Assessment]:
        found = await self._inner.assess(texts)
        self.during_assess()
        self.during_assess = lambda: None
        return found

    async def join(self, fresh: Sequence[Post], bench: Bench, now: datetime) -> list[Event]:
        found = await self._inner.join(fresh, bench, now)
        self.joins += 1
        self.during_join()
        self.during_join = lambda: None
        return found


def test_a_post_erased_while_it_was_judged_stays_erased(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        judging = Interrupted(Inline.of(settings, model, new_uuid))
        async with opened(settings, model, tmp_path, judging) as office:
            gone, *rest = posts(6)
            office.ledger.add_collected([gone, *rest], [], STATE)
            judging.during_assess = lambda: erased(office, gone)
            await pipeline.judge(office, account := pipeline.Account())
            assert account.assessed == 5
            assert office.ledger.known_posts([gone.id]) == set()
            assert office.ledger.assessments([gone.id]) == {}
            assert all(gone.id not in e.post_ids for e in office.ledger.undecided_events())

    asyncio.run(go())


def test_a_post_erased_while_it_was_compared_joins_nothing(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        judging = Interrupted(Inline.of(settings, model, new_uuid))
        async with opened(settings, model, tmp_path, judging) as office:
            gone, *rest = posts(6)
            office.ledger.add_collected([gone, *rest], [], STATE)
            judging.during_join = lambda: erased(office, gone)
            await pipeline.judge(office, pipeline.Account())
            assert judging.joins == 2
            events = office.ledger.events_touched(office.beginning_of_time, office.end_of_time)
            assert sorted(p for e in events for p in e.post_ids) == sorted(p.id for p in rest)

    asyncio.run(go())


def test_what_people_changed_of_an_event_meanwhile_is_not_written_over(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        judging = Interrupted(Inline.of(settings, model, new_uuid))
        async with opened(settings, model, tmp_path, judging) as office:
            ledger = office.ledger
            first = posts(1)[0]
            ledger.add_collected([first], [], STATE)
            await pipeline.judge(office, pipeline.Account())
            (event,) = ledger.events_touched(office.beginning_of_time, office.end_of_time)
            again = replace(first, id="f" * 32, url="https://bbs.example/again", first_seen_at=NOW)
            ledger.add_collected([again], [], STATE)
            judging.during_join = lambda: ledger.save_events([replace(event, title="人工改过的标题")])
            await pipeline.judge(office, pipeline.Account())
            (found,) = ledger.events_touched(office.beginning_of_time, office.end_of_time)
            assert found.title == "人工改过的标题"
            assert set(found.post_ids) == {first.id, again.id}

    asyncio.run(go())


def erased(office: Office, post: Post) -> None:
    assert erase(office.ledger.engine, post.url, by="值班员", why="来源已删除", at=office.now()) is not None
