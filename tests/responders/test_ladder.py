"""The duty ladder: which post is reached when, each rung once, the office when nobody is on duty, discipline alone of a 检举控告."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

import pytest

from records.assessment import OpinionLevel
from records.case import Case, CaseState
from records.roster import DutyPost, Roster, Rung, Shift
from records.unit import Contact
from responders.ladder import compose_ladder, due_rung
from responders.notices import Composed, Writing
from tests.responders.samples import (
    HOLIDAYS,
    MAIL,
    NOW,
    SOURCES,
    STANDARD,
    WECOM,
    a_case,
    a_dispatched_case,
    a_post,
    a_routing,
    an_event,
    changed,
    units,
)

POSTS = {DutyPost.OFFICER: "zby", DutyPost.LEADER: "dbld", DutyPost.SIGNER: "sqld"}


def mails(post: DutyPost, name: str) -> tuple[Contact, ...]:
    return (Contact(role=post, email=f"{name}@tinghu.example"),)


ALL_DAY = Roster(
    shifts=tuple(Shift(post=p, start=time(0), end=time(0), next_day=True, contacts=mails(p, name)) for p, name in POSTS.items())
)


def compose(
    minutes: float, roster: Roster = ALL_DAY, case: Case | None = None, told: Collection[str] = (), **more: object
) -> Composed:
    by = Writing(
        sources=SOURCES, units=units(), standard=STANDARD, channels=(MAIL, WECOM), public_url="http://127.0.0.1:8700",
        office_name="区政府办", contact="政务公开科", allowed_mail_domains=("tinghu.example",), now=NOW + timedelta(minutes=minutes),
        new_id=lambda: "n",
    )  # fmt: skip
    by = changed(by, **more)
    return compose_ladder(case or a_case(), an_event(), [a_post()], by, roster=roster, holidays=HOLIDAYS, told=told)


def reached(found: Composed) -> list[str]:
    return [n.address.partition("@")[0] for n in found.notices]


@pytest.mark.parametrize(
    ("minutes", "who"),
    [(-1, []), (0, ["zby"]), (9.9, ["zby"]), (10, ["dbld"]), (19.9, ["dbld"]), (20, ["sqld"]), (60 * 24 * 3, ["sqld"])],
)
def test_the_newest_rung_alone(minutes: float, who: list[str]) -> None:
    assert reached(compose(minutes)) == who


def test_steps_are_the_standard_s() -> None:
    short = changed(STANDARD, ladder=(Rung(post=DutyPost.LEADER, times=0.5),))
    assert reached(compose(4, standard=short)) == []
    assert reached(compose(5, standard=short)) == ["dbld"]


def test_composing_again_gives_the_same_keys_and_each_rung_its_own() -> None:
    keys = [compose(m).notices[0].key for m in (0, 5, 10, 12, 25)]
    assert keys[0] == keys[1] != keys[2] == keys[3] != keys[4]


def test_a_rung_told_to_one_shift_is_not_told_again_to_the_next() -> None:
    before = Shift(post=DutyPost.OFFICER, start=time(0), end=time(12, 20), contacts=mails(DutyPost.OFFICER, "early"))
    after = Shift(post=DutyPost.OFFICER, start=time(12, 20), end=time(0), next_day=True, contacts=mails(DutyPost.OFFICER, "late"))
    roster = Roster(shifts=(before, after))
    first = compose(0, roster)
    assert reached(first) == ["early"]
    assert reached(compose(6, roster)) == ["late"]
    assert reached(compose(6, roster, told=[n.key for n in first.notices])) == []
    assert reached(compose(10, roster, told=[n.key for n in first.notices])) == ["qzfb"], "nobody is 带班领导: the office"


@pytest.mark.parametrize("minutes", [0, 10, 20])
def test_an_empty_roster_reaches_the_office(minutes: int) -> None:
    found = compose(minutes, Roster())
    assert reached(found) == ["qzfb"]
    assert "按单位联系人通知" in found.notices[0].text


def test_a_shift_nobody_can_be_reached_at_falls_back_and_is_said() -> None:
    outside = Shift(
        post=DutyPost.OFFICER, start=time(0), end=time(0), next_day=True, contacts=(Contact(role="值班室", email="a@elsewhere.example"),)
    )
    found = compose(0, Roster(shifts=(outside,)))
    assert reached(found) == ["qzfb"]
    assert any("elsewhere.example" in p for p in found.problems)


def test_a_shift_s_own_channel_goes_before_the_unit_s() -> None:
    robot = changed(ALL_DAY.shifts[0], channels=("wecom",))
    assert [n.channel for n in compose(0, Roster(shifts=(robot,))).notices] == ["wecom"]


@pytest.mark.parametrize(
    "case",
    [a_case(opinion_level=OpinionLevel.III), a_case(state=CaseState.SHELVED), a_dispatched_case(), a_case(state=CaseState.WITHDRAWN)],
)
def test_a_case_somebody_decided_on_or_a_small_one_climbs_nothing(case: Case) -> None:
    assert due_rung(case, STANDARD, NOW + timedelta(hours=5)) is None
    assert compose(300, case=case) == Composed(notices=(), problems=())


def test_of_an_accusation_discipline_alone_hears() -> None:
    secret = a_case(routing=a_routing(lead="jwjw", joint=(), escalate_to=()), title="某局长受贿")
    found = compose(20, case=secret)
    assert reached(found) == ["jwjw"]
    assert "受贿" not in found.notices[0].text + found.notices[0].subject
    own = Shift(post=DutyPost.SIGNER, unit="jwjw", start=time(0), end=time(0), next_day=True, contacts=mails(DutyPost.SIGNER, "jw-night"))
    assert reached(compose(20, Roster(shifts=(*ALL_DAY.shifts, own)), case=secret)) == ["jw-night"]


def test_the_words_name_post_level_and_basis() -> None:
    text = compose(10).notices[0].text
    assert "请带班领导：Ⅱ级预警尚未确认是否交办" in text
    assert "confirm_minutes" in text


def test_an_unknown_desk_is_a_problem() -> None:
    found = compose(0, units=changed(units(), office="nobody"))
    assert found.notices == ()
    assert "nobody" in found.problems[0]


def test_the_clock_begins_when_the_alert_was_made() -> None:
    climb = due_rung(a_case(), STANDARD, NOW + timedelta(minutes=11))
    assert climb is not None
    assert (climb.rung.post, climb.clock.anchor_at) == (DutyPost.LEADER, NOW)
    assert isinstance(climb.clock.due_at, datetime)
