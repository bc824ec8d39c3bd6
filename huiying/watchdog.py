"""The outside check that the daemon lives (`huiying watchdog`, from cron or systemd): one alarm a silence, repeated at intervals, and its end told.

Reads one file and the settings; opens no ledger, so that a ledger in trouble does not silence it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from huiying import pulse
from huiying.channel_test import Tried, send_to_channels
from huiying.settings import Settings
from records.instant import in_words

FILE = "watchdog.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What was found, and what each channel answered where an alarm (or its end) was told."""

    troubles: tuple[str, ...]
    told: tuple[Tried, ...]


async def watch(
    settings: Settings, data: Path, *, now: datetime, new_id: Callable[[], str], limit: timedelta, again: timedelta
) -> Watched:
    """Looks once. Told: a trouble that is new, one that was last told `again` ago, and the end of one that was told."""
    try:
        found = pulse.troubles(pulse.read(data), now, limit)
    except pulse.PulseError as error:
        found = [str(error)]
    last = _last_told(data)
    if found and last is not None and now - last < again:
        return Watched(troubles=tuple(found), told=())
    if not found and last is None:
        return Watched(troubles=(), told=())
    head = "【运行告警】回应系统值守异常" if found else "【恢复】回应系统值守已恢复"
    said = "\n".join([f"{settings.office.name}（{in_words(now)}）", *(found or ["值守进程已恢复心跳"])])
    told = await send_to_channels(settings, data, head, said, now=now, new_id=new_id)
    if any(one.accepted for one in told) or not told:
        _note(data, now if found else None)
    return Watched(troubles=tuple(found), told=tuple(told))


def _last_told(data: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads((data / FILE).read_text(encoding="utf-8"))["told"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note(data: Path, told: datetime | None) -> None:
    """Remembers when it was told; None: forgets. A folder that cannot be written only costs a repeated alarm."""
    try:
        if told is None:
            (data / FILE).unlink(missing_ok=True)
        else:
            (data / FILE).write_text(json.dumps({"told": told.isoformat()}), encoding="utf-8")
    except OSError:
        return
