"""The daemon (值守进程): the pipeline's stages again and again, in one event loop, until SIGTERM.

Jobs, each never twice at once, so that a slow source holds up neither judging nor sending: collect what is due; judge what is new; send
what is queued; press what is late (催办) and tell of what could not be delivered; make the digest at its hour; drop what may no longer be
kept at night. What a job raises is logged and counted; the daemon lives on.

The waits between are the machine's own time, which no setting of its clock moves: a scheduler that plans instants stands still after the
clock was set back, and counts every instant skipped when it was set years ahead. Only digest and keeping are planned for an instant of
the wall clock (APScheduler), and planned anew when the clock was set back.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from digests.facts import span_of
from huiying import pipeline, pulse
from huiying.dead_lettering import tell_dead
from huiying.digesting import KIND, issue_digest
from huiying.keeping import keeping_of
from huiying.notifying import Reminding
from huiying.office import Office, utc_now
from huiying.policy_watching import keep_watch
from ledger.policies import Policies
from records.instant import SHANGHAI, shanghai

log = structlog.get_logger()
WATCHED = ("collect", "judge", "send", "remind")  # jobs whose standstill the watchdog tells
GRACE = timedelta(seconds=30)  # running jobs may end in this time after SIGTERM
SET_BACK = timedelta(seconds=5)  # a clock that is slewed or corrected by less plans nothing anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Seconds between two runs of each job. Cadence of a source is its own; this is how often the daemon looks."""

    collect: float = 5.0
    remind: float = 30.0
    pulse: float = 10.0
    judge: float = 2.0
    send: float = 2.0
    clock: float = 1.0


@dataclass(slots=True)
class Daemon:
    """Runs an office. `failures` counts what jobs raised, `done` tells when each last ended well."""

    office: Office
    beat: Beat = field(default_factory=Beat)
    failures: dict[str, int] = field(default_factory=dict)
    done: dict[str, datetime] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _reminding: Reminding = field(init=False)
    _seen: datetime = field(default_factory=utc_now)  # the machine's clock when it was last looked at

    def __post_init__(self) -> None:
        self._reminding = Reminding(self.office)

    async def run(self) -> None:
        """Until SIGTERM, SIGINT or `stop`; running jobs end first."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        self.done = dict.fromkeys(WATCHED, self.office.now())  # a job that never ends once is as silent as one that stopped
        scheduler = self._scheduler()
        scheduler.start()
        loops = [asyncio.create_task(self._every(name, job, seconds)) for name, job, seconds in self._jobs(scheduler)]
        log.info("daemon.started", data=str(self.office.data), sources=sum(s.enabled for s in self.office.settings.sources))
        try:
            await self._stop.wait()
        finally:
            scheduler.shutdown(wait=False)
            await self._finish(loops)
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(name)
            log.info("daemon.stopped", failures=self.failures)

    def stop(self) -> None:
        """Asks the daemon to end cleanly."""
        self._stop.set()

    def _jobs(self, scheduler: AsyncIOScheduler) -> tuple[tuple[str, Callable[[], Awaitable[None]], float], ...]:
        """Name, work, and seconds between its end and its next beginning."""
        return (
            ("collect", self._collect, self.beat.collect), ("judge", self._judge, self.beat.judge), ("send", self._send, self.beat.send),
            ("remind", self._remind, self.beat.remind), ("pulse", self._pulse, self.beat.pulse),
            ("clock", partial(self._mind_clock, scheduler), self.beat.clock),
        )  # fmt: skip

    async def _every(self, name: str, job: Callable[[], Awaitable[None]], seconds: float) -> None:
        while not self._stop.is_set():
            await self._one(name, job)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)

    async def _mind_clock(self, scheduler: AsyncIOScheduler) -> None:
        """Wakes the scheduler, whose own wait knows nothing of a clock set ahead; plans the digest anew after one set back."""
        seen, self._seen = self._seen, utc_now()
        if self._seen < seen - SET_BACK:
            log.warning("daemon.clock_set_back", before=seen.isoformat(), after=self._seen.isoformat())
            for job in scheduler.get_jobs():
                job.modify(next_run_time=job.trigger.get_next_fire_time(None, self._seen))
        scheduler.wakeup()

    def _scheduler(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone=SHANGHAI, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None})
        scheduler.add_job(self._guarded("keep", self._keep), CronTrigger(hour=3, minute=30, timezone=SHANGHAI), id="keep")
        at = self.office.settings.office.digest_at
        when = CronTrigger(hour=at.hour, minute=at.minute, timezone=SHANGHAI)
        scheduler.add_job(self._guarded("digest", self._digest), when, id="digest")
        cut = self.office.settings.office.digest_cutoff  # once more then, to the reviewer alone, when nobody has reviewed it
        cut_off = CronTrigger(hour=cut.hour, minute=cut.minute, timezone=SHANGHAI)
        scheduler.add_job(self._guarded("digest", self._digest), cut_off, id="digest-cutoff")
        if self._digest_missed():
            scheduler.add_job(self._guarded("digest", self._digest), id="digest-missed")
        return scheduler

    def _digest_missed(self) -> bool:
        """True when today's digest should have gone out while the daemon was down: posts were seen, its hour is past, none is on record."""
        now, ledger = shanghai(self.office.now()), self.office.ledger
        if now.time() < self.office.settings.office.digest_at or ledger.digest(str(now.date()), KIND) is not None:
            return False
        return ledger.count_seen(*span_of(now.date()), relevant_from=0.0)[0] > 0

    def _guarded(self, name: str, job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            task = asyncio.ensure_future(self._one(name, job))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            await asyncio.shield(task)

        return run

    async def _one(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        try:
            await job()
            self.done[name] = self.office.now()
        except Exception:
            self.failures[name] = self.failures.get(name, 0) + 1
            log.exception("daemon.job_failed", job=name, times=self.failures[name])

    async def _finish(self, loops: Iterable[asyncio.Task[None]]) -> None:
        running = [*loops, *self._running]
        if running:
            _, late = await asyncio.wait(running, timeout=GRACE.total_seconds())
            for task in late:
                task.cancel()

    async def _collect(self) -> None:
        await pipeline.collect_due(self.office, pipeline.Account())

    async def _judge(self) -> None:
        await pipeline.judge(self.office, pipeline.Account())

    async def _pulse(self) -> None:
        regular = {name: when for name, when in self.done.items() if name in WATCHED}
        pulse.write(self.office.data, pulse.Pulse(at=self.office.now(), done=regular, failures=self.failures))

    async def _remind(self) -> None:
        self._reminding.remind()
        tell_dead(self.office)

    async def _keep(self) -> None:
        """保存期限: batch by batch, so that the other jobs have their turn."""
        for document in Policies(self.office.ledger.engine).policies():
            keep_watch(self.office, document)  # who asked what is counted before its post may go
        for went in keeping_of(self.office).run():
            log.info("keep.done", went=str(went))
            await asyncio.sleep(0)

    async def _send(self) -> None:
        await pipeline.send(self.office)

    async def _digest(self) -> None:
        issue_digest(self.office, shanghai(self.office.now()).date())
