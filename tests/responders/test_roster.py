"""Who is on duty: made rosters against an oracle that looks at every minute, on the days that trip clocks up."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.instant import SHANGHAI
from records.roster import DayKind, DutyPost, Roster, Shift
from records.standard import Holidays
from records.unit import Contact
from responders.roster import gaps, holders, on_duty, overlap

HOLIDAYS = Holidays(
    years=frozenset({2018}),
    days_off=frozenset({date(2018, 10, 1), date(2018, 10, 2), date(2018, 12, 31)}),
    workdays=frozenset({date(2018, 9, 29), date(2018, 9, 30)}),
)
SOMEBODY = (Contact(role="值班室", email="zbs@tinghu.example"),)
# 国庆 with 调休, a leap day, the year's end, summer time's beginning and end, a year without a calendar
DAYS = (date(2018, 9, 29), date(2020, 2, 29), date(2018, 12, 31), date(1988, 4, 17), date(1988, 9, 11), date(2031, 5, 1))


def shift(start: str, end: str, **more: object) -> Shift:
    base: dict[str, object] = {"post": DutyPost.OFFICER, "contacts": SOMEBODY, "next_day": end <= start}
    return Shift(start=time.fromisoformat(start), end=time.fromisoformat(end), **(base | more))  # type: ignore[arg-type]


DAYTIME, NIGHT = shift("08:30", "17:30", days=DayKind.WORKING), shift("17:30", "08:30")
WEEKEND = shift("08:30", "17:30", days=DayKind.OFF)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("when", "on"),
    [
        ("2018-09-28T08:29", NIGHT),
        ("2018-09-28T08:30", DAYTIME),
        ("2018-09-28T17:29", DAYTIME),
        ("2018-09-28T17:30", NIGHT),
        ("2018-09-29T12:00", DAYTIME),  # a Saturday of work
        ("2018-10-01T12:00", WEEKEND),  # a Monday off
        ("2018-10-06T12:00", WEEKEND),
        ("2019-01-01T00:00", NIGHT),  # the year turns within a shift
        ("2020-02-29T12:00", WEEKEND),  # a leap Saturday
    ],
)
def test_one_post_is_held_by_one_shift(when: str, on: Shift) -> None:
    (found,) = holders(Roster(shifts=(DAYTIME, NIGHT, WEEKEND)), DutyPost.OFFICER, "", wall(when), HOLIDAYS)
    assert found.shift == on
    assert found.begins <= wall(when).replace(tzinfo=None) < found.ends


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    only = shift("17:30", "08:30", dates=(date(2018, 9, 30),))
    assert on_duty(Roster(shifts=(only,)), wall("2018-10-01T03:00"), HOLIDAYS)
    assert not on_duty(Roster(shifts=(only,)), wall("2018-09-30T03:00"), HOLIDAYS)


def test_a_year_without_calendar_says_so_where_it_matters() -> None:
    roster = Roster(shifts=(DAYTIME, NIGHT))
    assert on_duty(roster, wall("2031-05-01T12:00"), HOLIDAYS)[0].warning == "2031年放假安排缺失，工作日按周一至周五估算"
    assert on_duty(roster, wall("2031-05-01T22:00"), HOLIDAYS)[0].warning == ""  # a shift of every day guesses nothing
    assert on_duty(roster, wall("2018-09-28T12:00"), HOLIDAYS)[0].warning == ""


def test_backups_are_reached_when_nobody_else_holds_the_post() -> None:
    backup = shift("00:00", "00:00", backup=True)
    roster = Roster(shifts=(backup, DAYTIME))
    assert [o.shift for o in holders(roster, DutyPost.OFFICER, "", wall("2018-09-28T12:00"), HOLIDAYS)] == [DAYTIME]
    assert [o.shift for o in holders(roster, DutyPost.OFFICER, "", wall("2018-09-28T22:00"), HOLIDAYS)] == [backup]
    assert holders(roster, DutyPost.LEADER, "", wall("2018-09-28T12:00"), HOLIDAYS) == ()
    assert holders(roster, DutyPost.OFFICER, "gs", wall("2018-09-28T12:00"), HOLIDAYS) == ()


def test_the_hour_that_came_twice_in_1988_is_on_duty_twice() -> None:
    late = Roster(shifts=(shift("01:00", "02:00"),))
    hours = [datetime(1988, 9, 10, 14, 30, tzinfo=UTC) + timedelta(hours=n) for n in range(6)]
    assert sum(bool(on_duty(late, hour, HOLIDAYS)) for hour in hours) == sum(h.astimezone(SHANGHAI).hour == 1 for h in hours) == 2


clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 30, 59)))


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    start, end, day = draw(clocks), draw(clocks), draw(st.sampled_from(DAYS))
    near = st.integers(-2, 3).map(lambda n: day + timedelta(days=n))
    since, until = draw(st.none() | near), draw(st.none() | near)
    return Shift(
        post=draw(st.sampled_from(DutyPost)), start=start, end=end, next_day=end <= start, days=draw(st.sampled_from(DayKind)),
        weekdays=tuple(draw(st.sets(st.integers(1, 7), max_size=4))), since=since, until=until,
        dates=tuple(draw(st.sets(near, max_size=2))), except_dates=tuple(draw(st.sets(near, max_size=2))), contacts=SOMEBODY,
    )  # fmt: skip


def oracle(one: Shift, minute: datetime) -> bool:
    """Whether the shift is on in a minute: counted from the wall clock's hands, day by day."""
    hands = minute.astimezone(SHANGHAI)
    now, start, end = hands.hour * 60 + hands.minute, one.start.hour * 60 + one.start.minute, one.end.hour * 60 + one.end.minute
    today, yesterday = hands.date(), hands.date() - timedelta(days=1)
    if not one.next_day:
        return start <= now < end and starts(one, today)
    return (now >= start and starts(one, today)) or (now < end and starts(one, yesterday))


def starts(one: Shift, day: date) -> bool:
    work = day in HOLIDAYS.workdays or (day not in HOLIDAYS.days_off and day.strftime("%a") not in ("Sat", "Sun"))
    return all(
        (
            one.since is None or day >= one.since, one.until is None or day <= one.until, not one.dates or day in one.dates,
            day not in one.except_dates, not one.weekdays or int(day.strftime("%u")) in one.weekdays,
            {"every": True, "working": work, "off": not work}[one.days],
        )
    )  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(shifts(), max_size=5), st.sampled_from(DAYS))
def test_every_quarter_of_three_days_agrees_with_the_oracle(made: list[Shift], day: date) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    for n in range(0, 3 * 1440, 7):  # 7 minutes: every minute of the hour comes up within seven hours
        minute = begin + timedelta(minutes=n)
        assert {id(o.shift) for o in on_duty(Roster(shifts=tuple(made)), minute, HOLIDAYS)} == {id(s) for s in made if oracle(s, minute)}


@settings(deadline=None, max_examples=25)
@given(st.lists(shifts(), max_size=4), st.sampled_from(DAYS[:3]))
def test_gaps_are_the_minutes_nobody_holds(made: list[Shift], day: date) -> None:
    roster, begin = Roster(shifts=tuple(made)), datetime.combine(day, time())
    free = gaps(roster, DutyPost.OFFICER, "", (begin, begin + timedelta(days=2)), HOLIDAYS)
    for n in range(2 * 1440):
        minute = begin + timedelta(minutes=n)
        held = any(oracle(s, minute.replace(tzinfo=SHANGHAI)) for s in made if s.post is DutyPost.OFFICER)
        assert any(a <= minute < b for a, b in free) is not held


@settings(deadline=None, max_examples=60)
@given(shifts(), shifts(), st.sampled_from(DAYS[:3]))
def test_shifts_that_share_a_minute_overlap(one: Shift, other: Shift, day: date) -> None:
    begin = datetime.combine(day, time(), SHANGHAI) - timedelta(days=4)
    shared = any(oracle(one, m) and oracle(other, m) for m in (begin + timedelta(minutes=n) for n in range(0, 10 * 1440, 29)))
    if shared and one.post is other.post:
        assert overlap(one, other, HOLIDAYS)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (DAYTIME, NIGHT, False),
        (DAYTIME, WEEKEND, False),
        (NIGHT, shift("07:00", "09:00"), True),
        (DAYTIME, shift("12:00", "13:00", weekdays=(3,)), True),
        (shift("08:00", "12:00", weekdays=(1,)), shift("08:00", "12:00", weekdays=(2,)), False),
        (shift("22:00", "06:00", weekdays=(7,)), shift("05:00", "07:00", weekdays=(1,)), True),  # over the week's end
        (DAYTIME, shift("12:00", "13:00", post=DutyPost.LEADER), False),
        (DAYTIME, shift("12:00", "13:00", backup=True), False),
        (DAYTIME, shift("12:00", "13:00", dates=(date(2018, 10, 1),)), False),  # a day off
        (DAYTIME, shift("12:00", "13:00", dates=(date(2018, 9, 29),)), True),  # a Saturday of work
        (shift("08:00", "12:00", until=date(2018, 6, 1)), shift("08:00", "12:00", since=date(2018, 6, 2)), False),
        (shift("08:00", "12:00", until=date(2018, 6, 2)), shift("08:00", "12:00", since=date(2018, 6, 2)), True),
    ],
)
def test_overlap(one: Shift, other: Shift, found: bool) -> None:
    assert (overlap(one, other, HOLIDAYS) is not None) is found
    assert (overlap(other, one, HOLIDAYS) is not None) is found


def test_an_empty_roster_is_one_gap() -> None:
    span = (datetime.combine(date(2018, 6, 8), time()), datetime.combine(date(2018, 6, 15), time()))
    assert gaps(Roster(), DutyPost.OFFICER, "", span, HOLIDAYS) == (span,)
    full = Roster(shifts=(DAYTIME, NIGHT, WEEKEND))
    assert gaps(full, DutyPost.OFFICER, "", span, HOLIDAYS) == ()
