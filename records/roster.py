"""Roster (值班表): which post is on duty when, and how it is reached; Rung, a step of the duty ladder; Handover (交接班记录)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from records.unit import Contact


class DutyPost(StrEnum):
    """The posts of the duty ladder, nearest first."""

    OFFICER = "值班员"
    LEADER = "带班领导"
    SIGNER = "审签领导"


class DayKind(StrEnum):
    """On which days a shift begins. Legal working days know 调休: a make-up Saturday is "working"."""

    EVERY = "every"
    WORKING = "working"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One pattern of duty. A shift belongs to the day on which it begins.

    `unit` is a unit id, "" the office. `start`, `end`: Shanghai wall clock, end not included; `next_day` True ends it on the following day (a night
    shift; start = end is then 24 hours). `weekdays` 1 (Monday) … 7, none = all; `dates`, if given, are the only days it begins on; `except_dates`
    are days it does not; `since`, `until` the first and last such day. `channels` are channel ids, none = the unit's own.
    `backup` True: reached when nobody else holds the post at that hour.
    """

    post: DutyPost
    unit: str = ""
    start: time
    end: time
    next_day: bool = False
    days: DayKind = DayKind.EVERY
    weekdays: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    except_dates: tuple[date, ...] = ()
    since: date | None = None
    until: date | None = None
    contacts: tuple[Contact, ...] = ()
    channels: tuple[str, ...] = ()
    backup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Every shift, in file order. An empty one: the office's own contacts are reached at any hour."""

    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder: the post reached when a Ⅰ or Ⅱ is still unconfirmed `times` × confirm_minutes after it was alerted."""

    post: DutyPost
    times: float


LADDER = (Rung(post=DutyPost.OFFICER, times=0), Rung(post=DutyPost.LEADER, times=1), Rung(post=DutyPost.SIGNER, times=2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One handing over of the duty: who, to whom, what was said, and what was open at that instant (sentences; case numbers, no post texts)."""

    id: str
    at: datetime
    giver: str
    taker: str
    note: str
    grave: tuple[str, ...] = ()  # Ⅰ, Ⅱ cases not closed
    unconfirmed: tuple[str, ...] = ()  # 预警提示 nobody has decided on
    clocks: tuple[str, ...] = ()  # limits past, or due within the shift that begins
    dead: tuple[str, ...] = ()  # messages that could not be delivered
