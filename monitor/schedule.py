"""When a source is polled next. Pure: `now` is an argument."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from records.source import FetchState, Source, SourceKind

LONGEST = timedelta(hours=24)  # a failing source is asked at least daily
SOON = timedelta(minutes=10)  # pages were left for the next poll
JITTER = 0.1  # ± part of the wait: sources of one cadence do not fall on one minute
_MOST_ASKED = timedelta(hours=1)
_DOUBLINGS = 20  # 2²⁰ minutes is far beyond LONGEST; bounds the arithmetic


class Outcome(StrEnum):
    """How a poll ended."""

    DONE = "done"
    MORE = "more"  # 本轮没有取完
    FAILED = "failed"  # 稍后再试
    STOPPED = "stopped"  # 等人看


def due(sources: Sequence[Source], states: Mapping[str, FetchState], now: datetime) -> list[Source]:
    """The enabled sources whose time has come, most overdue first; those never polled before all others. Imports are never polled.

    A due time further ahead than any poll sets (the clock was put back) counts as come.
    """

    def rank(source: Source) -> tuple[bool, datetime, str]:
        state = states.get(source.id)
        return (state is not None, state.due_at if state is not None else now, source.id)

    return sorted((s for s in sources if s.enabled and s.kind is not SourceKind.IMPORT and _is_due(s, states.get(s.id), now)), key=rank)


def _is_due(source: Source, state: FetchState | None, now: datetime) -> bool:
    if state is None:
        return True
    furthest = max(LONGEST, _cadence(source)) * (1 + JITTER) + _MOST_ASKED
    return state.due_at <= now or state.due_at > now + furthest


def next_due(source: Source, state: FetchState, now: datetime, outcome: Outcome, retry_after: float | None = None) -> datetime:
    """The instant of the next poll, after a poll that ended at `now`.

    `state.failures` counts the poll just ended. Done: the cadence ± 10 %. Failed: the cadence doubled per failure, at most 24 h.
    Stopped: 24 h. Never before `retry_after` seconds (capped at 1 h) have passed.
    """
    cadence = _cadence(source)
    if outcome is Outcome.STOPPED:
        wait = max(LONGEST, cadence)
    elif outcome is Outcome.FAILED:
        wait = max(min(cadence * 2 ** min(state.failures, _DOUBLINGS), LONGEST), cadence)
    else:
        wait = min(cadence, SOON) if outcome is Outcome.MORE else cadence
    asked = min(timedelta(seconds=max(retry_after or 0.0, 0.0)), _MOST_ASKED)
    return now + max(wait * (1 + JITTER * share(source.id)), asked)


def _cadence(source: Source) -> timedelta:
    return timedelta(minutes=max(source.cadence_minutes, 1))


def share(source_id: str) -> float:
    """−1 … 1, always the same for one source.

    >>> -1 <= share("鹤鸣亭") <= 1 and share("鹤鸣亭") == share("鹤鸣亭")
    True
    """
    return int.from_bytes(hashlib.sha256(source_id.encode()).digest()[:4], "big") / (2**32 - 1) * 2 - 1
