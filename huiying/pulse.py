"""The daemon's pulse (心跳): a small file it renews, so that its silence is noticed from outside, whatever has happened to it or to the ledger.

Source: design, sending that loses nothing: a dead daemon cannot tell of its own death.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from records.instant import in_words

FILE = "pulse.json"
AHEAD = timedelta(minutes=2)  # a pulse further in the future than this is a clock gone wrong


class PulseError(ValueError):
    """The pulse file is no pulse; says which file and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """When the daemon last beat, and when each job last ended well (aware UTC). `failures` are counts since its start."""

    at: datetime
    done: Mapping[str, datetime]
    failures: Mapping[str, int]


def write(data: Path, pulse: Pulse) -> None:
    """Renews the pulse of a data folder; whoever reads sees the old one or the new one, never half of one."""
    said = {"at": pulse.at.isoformat(), "done": {n: t.isoformat() for n, t in pulse.done.items()}, "failures": dict(pulse.failures)}
    draft = data / f"{FILE}.new"
    draft.write_text(json.dumps(said), encoding="utf-8")
    os.replace(draft, data / FILE)


def read(data: Path) -> Pulse | None:
    """The pulse, or None where no daemon has ever beaten. Raises: PulseError."""
    path = data / FILE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        done = {name: _aware(when) for name, when in said["done"].items()}
        return Pulse(at=_aware(said["at"]), done=done, failures={name: int(n) for name, n in said["failures"].items()})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PulseError(f"{path}: 读不出心跳：{error}") from error


def _aware(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"{text}: no time zone")
    return when


def troubles(pulse: Pulse | None, now: datetime, limit: timedelta) -> list[str]:
    """What is wrong, in words; empty when the daemon lives and none of its jobs hangs.

    >>> troubles(None, datetime(2018, 6, 8), timedelta(minutes=5))
    ['没有心跳：值守进程从未在该数据目录运行']
    """
    if pulse is None:
        return ["没有心跳：值守进程从未在该数据目录运行"]
    if pulse.at - now > AHEAD:
        return [f"心跳在将来（{in_words(pulse.at)}）：服务器时钟有误"]
    if now - pulse.at > limit:
        return [f"值守进程已停：最后心跳 {in_words(pulse.at)}（{_minutes(now - pulse.at)} 分钟前）"]
    hung = ((name, when) for name, when in sorted(pulse.done.items()) if now - when > limit)
    return [f"环节 {name} 停滞：最后完成于 {in_words(when)}（{_minutes(now - when)} 分钟前）" for name, when in hung]


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
