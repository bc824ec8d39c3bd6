"""An oracle of the lifecycle and its clocks, written from the plan and standard.toml alone: it shares no line with responders/.

Time is counted in whole minutes of Shanghai wall clock. Working minutes of two years are laid out one by one; a limit ends at the n-th of them.
"""

import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

CONFIG = Path(__file__).resolve().parents[1] / "config"
ZONE = ZoneInfo("Asia/Shanghai")
# 谁可以接着谁, as the plan's way is told in words; the first of each line goes to any of the rest
WAYS = """
预警提示 交办 不交办
不交办 交办 归档
交办 签收 退回 撤销
退回 交办 不交办
签收 核查 退回 暂缓办理 撤销
核查 反馈 暂缓办理 撤销
暂缓办理 签收 核查 撤销
反馈 签批 核查 撤销
签批 公开回应 不公开回应 核查
公开回应 跟踪 办结
不公开回应 跟踪 办结
跟踪 办结 核查
办结 评估 交办
评估 归档 交办
撤销 归档
归档 交办
"""
NEXT = {words[0]: set(words[1:]) for line in WAYS.split("\n") if (words := line.split())}
MEETS = {"签收": {"sign"}, "反馈": {"reply"}, "公开回应": {"respond", "release"}, "不公开回应": {"respond"}, "办结": {"close"}}
UNIT = ("sign", "reply", "close")


@cache
def standard() -> dict:  # type: ignore[type-arg]
    return tomllib.loads((CONFIG / "standard.toml").read_text(encoding="utf-8"))


@cache
def holidays() -> tuple[set[date], set[date]]:
    found = tomllib.loads((CONFIG / "holidays.toml").read_text(encoding="utf-8"))
    return set(found["days_off"]), set(found["workdays"])


def works(day: date) -> bool:
    off, make_up = holidays()
    return day in make_up or (day.isoweekday() <= 5 and day not in off)


@cache
def working_minutes() -> list[datetime]:
    """The start of every working minute of 2018, in order."""
    hours = standard()["working_hours"]
    spans = ((hours["morning_start"], hours["morning_end"]), (hours["afternoon_start"], hours["afternoon_end"]))
    found, here = [], datetime(2018, 1, 1, tzinfo=ZONE)
    while here.year == 2018:
        if works(here.date()) and any(a <= here.time() < b for a, b in spans):
            found.append(here)
        here += timedelta(minutes=1)
    return found


def limit(level: str, kind: str) -> tuple[int, str]:
    row = next(r for r in standard()["level"] if r["code"] == level)
    return row[kind]["amount"], row[kind]["unit"]


def ends(start: datetime, amount: int, unit: str) -> datetime:
    """When a limit from `start` (whole minute) ends."""
    if unit == "minutes":
        return start + timedelta(minutes=amount)
    if unit == "hours":
        return start + timedelta(minutes=60 * amount)
    if unit == "working_hours":
        return nth_working_minute(start, 60 * amount)
    day = start.astimezone(ZONE).date()
    while amount:
        day += timedelta(days=1)
        amount -= works(day)
    return datetime.combine(day, standard()["working_hours"]["afternoon_end"], ZONE)


def end_of_this_day(now: datetime) -> datetime:
    """The end of the office's day of the next working minute."""
    minutes = working_minutes()
    return datetime.combine(minutes[bisect_left(minutes, now)].date(), standard()["working_hours"]["afternoon_end"], ZONE)


def nth_working_minute(start: datetime, count: int) -> datetime:
    """The end of the count-th working minute from `start` on; a limit of no minutes ends at once."""
    if count == 0:
        return start
    minutes = working_minutes()
    return minutes[bisect_left(minutes, start) + count - 1] + timedelta(minutes=1)


@dataclass
class Clock:
    kind: str
    due: datetime
    unit: str
    met: datetime | None = None
    moved: bool = False  # by a pause: its words say so


@dataclass
class Told:
    """A case as the oracle tells it."""

    level: str
    state: str = "预警提示"
    clocks: list[Clock] = field(default_factory=list)
    paused: tuple[str, datetime] | None = None

    def may(self, to: str) -> bool:
        if to not in NEXT[self.state]:
            return False
        return self.state != "暂缓办理" or to == "撤销" or (self.paused is not None and to == self.paused[0])

    def move(self, to: str, now: datetime) -> None:
        assert self.may(to)
        if self.state == "暂缓办理" and to != "撤销":
            self._resume(now)
        if to == "暂缓办理":
            self.paused = (self.state, now)
        if to == "交办":
            self._dispatch(now, again=self.state in ("办结", "评估", "归档"))
        for clock in self.clocks:
            if clock.kind in MEETS.get(to, ()) and clock.met is None:
                clock.met = now
        self.state = to

    def _dispatch(self, now: datetime, *, again: bool) -> None:
        self.clocks = [c for c in self.clocks if c.kind not in UNIT or (again and c.met)]
        for kind in UNIT:
            amount, unit = limit(self.level, kind)
            self.clocks.append(Clock(kind, ends(now, amount, unit), unit))

    def _resume(self, now: datetime) -> None:
        since = self.paused[1] if self.paused else now
        for clock in self.clocks:
            if clock.kind in UNIT and clock.met is None and clock.due > since:
                clock.due, clock.moved = self._left(clock, since, now), True

    @staticmethod
    def _left(clock: Clock, since: datetime, now: datetime) -> datetime:
        if clock.unit == "working_days":
            first, last = since.astimezone(ZONE).date(), clock.due.astimezone(ZONE).date()
            days = sum(works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
            return ends(now, days, "working_days") if days else end_of_this_day(now)
        if clock.unit == "working_hours":
            minutes = working_minutes()
            return nth_working_minute(now, bisect_left(minutes, clock.due) - bisect_left(minutes, since))
        return now + (clock.due - since)


def at(text: str) -> datetime:
    """2018 Shanghai wall clock: "09-20 10:00"."""
    return datetime.combine(date.fromisoformat(f"2018-{text[:5]}"), time.fromisoformat(text[6:]), ZONE)


def as_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
