"""Judging (研判) as the pipeline asks for it: in this process, or in one of its own beside the pages, which then never wait for a batch.

Texts and records go over, records come back; the process knows no ledger and no network, so a kill at any point loses nothing: what was
not stored is judged again in the next round.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import connection
from typing import Any, ClassVar, Protocol

from classifiers.assess import Assessor, Text
from classifiers.events import Bench, join_posts
from classifiers.model import LinearModel
from huiying.settings import Settings
from records.assessment import Assessment
from records.event import Event
from records.post import Post

GENTLE = 5  # niceness: on two cores the pages come first


class JudgingStoppedError(RuntimeError):
    """The process that judges is gone (killed, out of memory); the next call starts another."""


class Judging(Protocol):
    """What the pipeline asks of the classifiers."""

    async def assess(self, texts: Sequence[Text]) -> list[Assessment]:
        """One Assessment a text, same order, with reasons."""

    async def join(self, fresh: Sequence[Post], bench: Bench, now: datetime) -> list[Event]:
        """The events that gained a post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """Judges in this process: for commands, which have nobody waiting, and for tests."""

    assessor: Assessor
    model: LinearModel
    new_id: Callable[[], str]

    @classmethod
    def of(cls, settings: Settings, model: LinearModel, new_id: Callable[[], str]) -> "Inline":
        """With the office's standard, catalogue and territory."""
        return cls(assessor=Assessor(model, settings.standard, settings.catalogue, settings.areas), model=model, new_id=new_id)

    async def assess(self, texts: Sequence[Text]) -> list[Assessment]:
        """One Assessment a text, same order, with reasons."""
        return self.assessor.assess(texts, explain=True)

    async def join(self, fresh: Sequence[Post], bench: Bench, now: datetime) -> list[Event]:
        """The events that gained a post."""
        return join_posts(fresh, bench, self.model, now=now, new_id=self.new_id)


class Beside:
    """Judges in one process of its own, started at the first call and again when it is gone. `close` ends it."""

    def __init__(self, settings: Settings, model: LinearModel, new_id: Callable[[], str]) -> None:
        self._made = (model, settings.standard, settings.catalogue, settings.areas, new_id)
        self._pool: ProcessPoolExecutor | None = None

    async def assess(self, texts: Sequence[Text]) -> list[Assessment]:
        """One Assessment a text, same order, with reasons. Raises: JudgingStoppedError."""
        found: list[Assessment] = await self._ask(_assess, texts)
        return found

    async def join(self, fresh: Sequence[Post], bench: Bench, now: datetime) -> list[Event]:
        """The events that gained a post. Raises: JudgingStoppedError."""
        found: list[Event] = await self._ask(_join, fresh, bench, now)
        return found

    async def _ask(self, work: Callable[..., Any], *asked: Any) -> Any:
        if self._pool is None:  # spawned, not forked: this process has threads and open connections
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_Bench.lay, initargs=self._made)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *asked)
        except BrokenProcessPool as error:
            self._pool = None
            raise JudgingStoppedError("研判进程意外结束，下一轮重新启动") from error

    def close(self) -> None:
        """Ends the process; what it was judging is judged again by the next daemon."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


class _Bench:
    """What the process judges with. Laid once, in the process of its own."""

    assessor: ClassVar[Assessor]
    model: ClassVar[LinearModel]
    new_id: ClassVar[Callable[[], str]]

    @classmethod
    def lay(cls, model: LinearModel, standard: Any, catalogue: Any, areas: Any, new_id: Callable[[], str]) -> None:
        """Signals are the daemon's; when it is gone, however it went, so is this process."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_IGN)
        threading.Thread(target=_leave_with_parent, daemon=True).start()
        os.nice(GENTLE)
        cls.assessor, cls.model, cls.new_id = Assessor(model, standard, catalogue, areas), model, staticmethod(new_id)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(0)


def _assess(texts: Sequence[Text]) -> list[Assessment]:
    return _Bench.assessor.assess(texts, explain=True)


def _join(fresh: Sequence[Post], bench: Bench, now: datetime) -> list[Event]:
    return join_posts(fresh, bench, _Bench.model, now=now, new_id=_Bench.new_id)
