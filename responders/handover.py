"""交接班记录: what the shift that begins must know, listed from the ledger. Case numbers, limits and addresses; no texts of posts. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from records.case import Case, CaseState, Deadline
from records.instant import SHANGHAI
from records.notice import Notice
from records.roster import DutyPost, Handover, Roster
from records.standard import Holidays, Standard
from records.unit import Units
from responders.duty import confidential, time_in_words
from responders.masking import masked
from responders.notices import URGENT
from responders.reminders import ASKED, open_clocks
from responders.roster import holders

OVER = (CaseState.SHELVED, CaseState.WITHDRAWN, CaseState.CLOSED, CaseState.EVALUATED, CaseState.ARCHIVED)
NO_SHIFT = timedelta(hours=12)  # how far ahead is looked where the roster names no shift


class EmptyHandoverError(ValueError):
    """A handover without giver, taker or words."""


def shift_ends(roster: Roster, holidays: Holidays, at: datetime) -> datetime:
    """When the shift that is on at `at` ends: the last of the office's 值班员; twelve hours on where nobody is named."""
    on = holders(roster, DutyPost.OFFICER, "", at, holidays)
    ends = max((one.ends.replace(tzinfo=SHANGHAI) for one in on), default=at + NO_SHIFT)
    return ends.astimezone(at.tzinfo)


def handover_of(
    cases: Sequence[Case], dead: Sequence[Notice], *, units: Units, standard: Standard, until: datetime, giver: str, taker: str, note: str,
    at: datetime, handover_id: str,
) -> Handover:  # fmt: skip
    """The record, with everything open at `at`. Raises: EmptyHandoverError."""
    for words, named in ((giver, "--by 交班人"), (taker, "--to 接班人"), (note, "--note 交班事项")):
        if not words.strip():
            raise EmptyHandoverError(f"{named}不能为空")
    if giver.strip() == taker.strip():
        raise EmptyHandoverError("--to 接班人与交班人相同")
    running = [case for case in cases if case.state not in OVER]
    return Handover(
        id=handover_id, at=at, giver=giver.strip(), taker=taker.strip(), note=masked(note),
        grave=tuple(_named(c, units) for c in running if c.opinion_level in URGENT),
        unconfirmed=tuple(_named(c, units) for c in running if c.state is CaseState.ALERTED),
        clocks=clocks_due(running, standard, at, until), dead=tuple(map(_undelivered, dead)),
    )  # fmt: skip


def _named(case: Case, units: Units) -> str:
    """A case in a line; of a 检举控告 nothing but number, level and state."""
    title = "（检举控告）" if confidential(case.routing, units) else masked(case.title)
    return f"{case.number} {case.opinion_level}级 {case.state.value} {title}"


def clocks_due(cases: Sequence[Case], standard: Standard, at: datetime, until: datetime) -> tuple[str, ...]:
    """Limits past, or due by `until`, soonest first."""
    found = [(clock, case) for case in cases for clock in _clocks(case, standard) if clock.due_at <= until]
    ordered = sorted(found, key=lambda pair: (pair[0].due_at, pair[1].number))
    return tuple(_limit(clock, case, at) for clock, case in ordered)


def _clocks(case: Case, standard: Standard) -> list[Deadline]:
    """What runs: the unit's clocks in this state, and the national ones until the public has its answer."""
    national = () if case.state is CaseState.PAUSED else tuple(d for d in case.deadlines if d.kind in NATIONAL and d.met_at is None)
    return list({(d.kind, d.due_at): d for d in (*open_clocks(case, standard), *national) if not d.late_found}.values())


NATIONAL = {"release": "权威发布", "press": "新闻发布会", "respond": "公开回应"}


def _limit(clock: Deadline, case: Case, at: datetime) -> str:
    past = "已过" if clock.due_at <= at else ""
    return f"{case.number} {(ASKED | NATIONAL)[clock.kind]}时限{time_in_words(clock.due_at, at)}{past}"


def _undelivered(notice: Notice) -> str:
    return f"{notice.thread or notice.kind} {notice.kind}未送达 {notice.recipient} {notice.channel} {masked(notice.address)}".rstrip()
