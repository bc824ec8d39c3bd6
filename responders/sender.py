"""Sender (发送): due notices out of the outbox, through their channels, and what came of each back into the outbox.

A notice is claimed for a lease before it is sent and recorded after: a crash between the two leads to at most one more message with the
same key (at-least-once, design decision 7). What a channel's rate does not allow yet keeps its claim and is due again when the lease
ends, an urgent one in the next round; that is no attempt. Nothing one notice or one channel does stops the others.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Protocol

import structlog

from records.channel import ChannelConfig, ChannelKind
from records.notice import Delivery, Notice, NoticeState, Outcome
from responders.batching import grouped, ordinary, together
from responders.channels import MailRules, Transport, transports
from responders.channels.answer import Answer
from responders.channels.http import Client
from responders.rate_windows import RateWindows

log = structlog.get_logger()
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
LIFETIME = timedelta(hours=24)  # after it a notice that still fails is dead: shown to a person
PATIENCE = timedelta(seconds=2)  # a shorter wait is slept through, a longer one is left for the next round


class Outbox(Protocol):
    """What the sender needs of the ledger."""

    def claim_notices(self, by: str, now: datetime, limit: int, lease_seconds: int) -> list[Notice]:
        """Due notices, claimed for `by`; urgent first."""

    def finish_notice(self, claimed: Notice, delivery: Delivery, state: NoticeState, next_attempt_at: datetime) -> bool:
        """Records one attempt; False when the claim had passed to another sender."""

    def release_notices(self, claimed: Sequence[Notice]) -> int:
        """Gives claims back before their lease ends: due again at once, no attempt. How many were still held."""


class Fate(StrEnum):
    """What became of one claimed notice."""

    ACCEPTED = "accepted"
    RETRIED = "retried"
    DEAD = "dead"
    DEFERRED = "deferred"
    UNRECORDED = "unrecorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """One round, in notices. `unrecorded`: an answer came but the outbox did not take it (claim lost, or the store failed)."""

    accepted: int = 0
    retried: int = 0
    dead: int = 0
    deferred: int = 0
    unrecorded: int = 0

    @classmethod
    def of(cls, fates: Sequence[Fate]) -> "SendReport":
        """The counts of a round."""
        return cls(**{fate.value: fates.count(fate) for fate in Fate})


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round works with. `chance` gives numbers in 0..1; `seconds` bounds one delivery and fits into `lease_seconds`."""

    outbox: Outbox
    channels: Mapping[str, ChannelConfig]
    transports: Mapping[ChannelKind, Transport]
    windows: RateWindows
    now: Callable[[], datetime]
    chance: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    seconds: float
    waiting: list[Notice] = field(default_factory=list)  # urgent ones that found no room


async def send_due(
    outbox: Outbox,
    channels: Mapping[str, ChannelConfig],
    http: Client,
    *,
    mail: MailRules,
    windows: RateWindows,
    now: Callable[[], datetime],
    by: str,
    chance: Callable[[], float] = random.random,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    batch: int = 500,
    lease_seconds: int = 30,
    seconds: float = 15.0,
) -> SendReport:
    """What became of every notice due when the round began. Channels work side by side, one channel's notices one after another.

    Claims until nothing more is due or a lease has gone by, so that a full channel never hides another's notices behind its own.
    `windows` is made once and outlives the rounds; `by` names this sender and must differ between two.
    """
    ask = Round(
        outbox=outbox, channels=channels, transports=transports(http, mail), windows=windows, now=now, chance=chance, sleep=sleep,
        seconds=seconds,
    )  # fmt: skip
    fates: list[Fate] = []
    end = now() + timedelta(seconds=lease_seconds)
    while claimed := outbox.claim_notices(by, now(), batch, lease_seconds):
        fates += await _send_claimed(claimed, ask)
        if len(claimed) < batch or now() >= end:
            break
    _release(ask)
    report = SendReport.of(fates)
    if fates:
        log.info("notices.round", by=by, **{fate.value: fates.count(fate) for fate in Fate})
    return report


def _release(ask: Round) -> None:
    """Urgent ones that found no room wait for room, not for their lease: the next round takes them all together, as few messages."""
    try:
        ask.outbox.release_notices(ask.waiting)
    except Exception as error:
        log.error("notices.unreleased", notices=len(ask.waiting), error=type(error).__name__)


async def _send_claimed(claimed: Sequence[Notice], ask: Round) -> list[Fate]:
    queues = groupby(sorted(claimed, key=lambda n: n.channel), key=lambda n: n.channel)  # stable: urgent ones stay first
    found = await asyncio.gather(*[_send_queue(list(queue), ask) for _, queue in queues])
    return [fate for queue in found for fate in queue]


async def _send_queue(queue: Sequence[Notice], ask: Round) -> list[Fate]:
    """One channel's notices, one message after another."""
    return [fate for group in _groups(queue, ask) for fate in await _send_group(group, ask)]


def _groups(queue: Sequence[Notice], ask: Round) -> list[tuple[Notice, ...]]:
    """What goes as one message: every notice by itself, unless its channel may not send so many now (responders/batching.py)."""
    channel = ask.channels.get(queue[0].channel)
    transport = ask.transports.get(channel.kind) if channel is not None else None
    if transport is None or not transport.rates:
        return [(notice,) for notice in queue]
    room = ask.windows.room(queue[0].channel, ordinary(transport.rates), ask.now())
    return grouped(queue, room, lambda one: _messages(one, transport) == 1)


async def _send_group(group: Sequence[Notice], ask: Round) -> list[Fate]:
    """Never raises for what the notices, their channel or the store do. The claims of one round end together."""
    first, message = group[0], together(group)
    channel = ask.channels.get(first.channel)
    gone = _gone(first.channel, channel)
    if channel is None or gone:
        return _recorded(group, Answer(outcome=Outcome.PERMANENT, code="channel", detail=gone), ask)
    transport = ask.transports.get(channel.kind)
    if transport is None:
        return _recorded(group, Answer(outcome=Outcome.PERMANENT, code="channel", detail=f"没有 {channel.kind} 的发送方式"), ask)
    messages = _messages(message, transport)
    if not await _may_send(message, transport, messages, ask):
        ask.waiting.extend(notice for notice in group if notice.urgent)
        return [Fate.DEFERRED] * len(group)
    answer = await _answer(message, channel, transport, ask)
    ask.windows.spend(channel.id, messages, ask.now())
    if answer.retry_after is not None:
        ask.windows.pause(channel.id, answer.retry_after, ask.now())
    if len(group) > 1 and answer.outcome is Outcome.PERMANENT:  # one of them may be what is refused: none dies for another
        return [fate for one in group for fate in await _send_group((one,), ask)]
    return _recorded(group, answer, ask)


def _recorded(group: Sequence[Notice], answer: Answer, ask: Round) -> list[Fate]:
    """The one answer, recorded for each notice of the message at one instant: it tells later that they were one message."""
    at = ask.now()
    return [_record(notice, answer, at, ask) for notice in group]


def _gone(name: str, channel: ChannelConfig | None) -> str:
    """Why a channel cannot be used at all, or ""."""
    if channel is None:
        return f"通道 {name} 不在设置中"
    return "" if channel.enabled else f"通道 {name} 已停用"


def _messages(notice: Notice, transport: Transport) -> int:
    """How many messages the notice makes; 1 when it cannot even be cut (its delivery will say why)."""
    try:
        return transport.messages(notice)
    except Exception:
        return 1


async def _may_send(notice: Notice, transport: Transport, messages: int, ask: Round) -> bool:
    """True when rate and lease allow it now, or after a short sleep. An urgent one that must wait makes the others yield."""
    if not notice.urgent and ask.windows.yields(notice.channel, ask.now()):
        return False
    rates = transport.rates if notice.urgent else ordinary(transport.rates)
    wait = ask.windows.wait(notice.channel, rates, messages, ask.now())
    if wait > PATIENCE:
        if notice.urgent:
            ask.windows.hold(notice.channel, (notice.claimed_until or ask.now()) + PATIENCE)
        return False
    if wait > timedelta(0):
        await ask.sleep(wait.total_seconds())
    lease = notice.claimed_until
    return lease is None or ask.now() + timedelta(seconds=ask.seconds) <= lease


async def _answer(notice: Notice, channel: ChannelConfig, transport: Transport, ask: Round) -> Answer:
    """The channel's answer; a fault of ours is named by its type only, since its words might hold an address or a secret."""
    try:
        async with asyncio.timeout(ask.seconds):
            return await transport.deliver(notice, channel, ask.now())
    except TimeoutError:
        return Answer(outcome=Outcome.RETRY, code="timeout", detail="未在时限内完成（可能已收到）")
    except Exception as error:
        log.error("notice.fault", notice=notice.id, channel=channel.id, error=type(error).__name__)
        return Answer(outcome=Outcome.RETRY, code="fault", detail=f"发送程序出错：{type(error).__name__}")


def _record(notice: Notice, answer: Answer, at: datetime, ask: Round) -> Fate:
    attempt = notice.attempts + 1
    fate, state, again_at = decided(notice, answer, at, ask.chance())
    words = f"{answer.detail}（已超过24小时，不再重试）" if fate is Fate.DEAD and answer.outcome is Outcome.RETRY else answer.detail
    delivery = Delivery(notice_id=notice.id, attempt=attempt, at=at, outcome=answer.outcome, code=answer.code, detail=words)
    try:
        recorded = ask.outbox.finish_notice(notice, delivery, state, again_at)
    except Exception as error:
        log.error("notice.unrecorded", notice=notice.id, channel=notice.channel, error=type(error).__name__)
        return Fate.UNRECORDED
    say = log.warning if fate is Fate.DEAD else log.info
    say("notice.answered", notice=notice.id, channel=notice.channel, attempt=attempt, fate=fate.value, code=answer.code)
    return fate if recorded else Fate.UNRECORDED


def decided(notice: Notice, answer: Answer, now: datetime, chance: float) -> tuple[Fate, NoticeState, datetime]:
    """What becomes of a notice after an answer, its state, and when it is due again.

    The last attempt falls on the end of its 24 hours, so that a long back-off does not cut them short.
    """
    if answer.outcome is Outcome.ACCEPTED:
        return Fate.ACCEPTED, NoticeState.SENT, now
    end = notice.created_at + LIFETIME
    if answer.outcome is Outcome.PERMANENT or now >= end:
        return Fate.DEAD, NoticeState.DEAD, now
    wait = max(backoff(notice.attempts + 1, chance), answer.retry_after or timedelta(0))
    return Fate.RETRIED, NoticeState.PENDING, max(min(now + wait, end), now + FIRST_WAIT)


def backoff(attempt: int, chance: float) -> timedelta:
    """The wait after the n-th failed attempt: 30 s, doubling, at most 1 h, of which `chance` (0..1) takes off up to half.

    >>> [backoff(n, 0.0).total_seconds() for n in (1, 2, 3, 8, 50)]
    [30.0, 60.0, 120.0, 3600.0, 3600.0]
    >>> backoff(3, 1.0).total_seconds()
    60.0
    """
    whole = min(FIRST_WAIT * (1 << min(attempt - 1, 10)), LONGEST_WAIT)
    return max(FIRST_WAIT, whole * (1 - chance / 2))
