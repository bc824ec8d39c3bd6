"""催办: who is pressed, when, about what; each step once; nobody for what was found too late; nothing of a 检举控告 but to discipline."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from records.case import Case, CaseState
from records.channel import ChannelConfig
from records.notice import NoticeKind
from records.standard import Reminder
from records.unit import Contact, Units
from responders.notices import Composed, Writing
from responders.reminders import PRESSED, compose_reminders, due_steps, moment, open_clocks
from tests.responders.samples import (
    MAIL,
    NOW,
    SOURCES,
    STANDARD,
    WECOM,
    a_case,
    a_clock,
    a_dispatched_case,
    a_post,
    a_routing,
    an_event,
    at,
    changed,
    units,
)

STEPS = (
    Reminder(at=0.75, to="unit", name="到期提醒"), Reminder(at=1.0, to="leader", name="逾期催办"), Reminder(at=1.5, to="office", name="提级催办"),
)  # fmt: skip
HERE = changed(STANDARD, reminders=STEPS)
SIGN = a_clock("sign", "08 12:10", anchor_at=at("08 08:10"))  # four hours


def signing(**more: object) -> Case:
    """Dispatched, with a clock of four hours to sign and one of two days to answer."""
    return a_dispatched_case(deadlines=(SIGN, a_clock("respond", "10 08:10")), **more)


def composed(case: Case, now: datetime, known: Units | None = None, channels: Sequence[ChannelConfig] = (MAIL,)) -> Composed:
    by = Writing(
        sources=SOURCES, units=known or units(), standard=HERE, channels=channels, public_url="http://127.0.0.1:8700",
        office_name="区政府办", contact="", now=now, new_id=lambda: "n", allowed_mail_domains=("tinghu.example",),
    )  # fmt: skip
    return compose_reminders(case, an_event(), [a_post()], by)


def sent(case: Case, now: datetime, known: Units | None = None) -> list[tuple[str, str]]:
    return [(n.recipient, n.subject.rpartition("] ")[2]) for n in composed(case, now, known).notices]


@pytest.mark.parametrize(
    ("hour", "names"),
    [
        ("08:10", []), ("11:09", []), ("11:10", ["到期提醒"]), ("12:09", ["到期提醒"]), ("12:10", ["逾期催办"]), ("14:10", ["提级催办"]),
        ("23:59", ["提级催办"]),
    ],
)
def test_the_newest_step_whose_share_has_come(hour: str, names: list[str]) -> None:
    found = [s.reminder.name for s in due_steps(signing(), HERE, at(f"08 {hour}")) if s.clock.kind == "sign"]
    assert found == names


def test_a_step_is_a_share_of_its_clock() -> None:
    assert moment(SIGN, STEPS[0]) == at("08 11:10")
    assert moment(SIGN, STEPS[2]) == at("08 14:10")


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (CaseState.DISPATCHED, {"sign", "reply", "respond", "close"}),
        (CaseState.SIGNED_FOR, {"reply", "respond", "close"}),
        (CaseState.CHECKING, {"reply", "respond", "close"}),
        (CaseState.REPORTED, {"respond", "close"}),
        (CaseState.APPROVED, {"respond", "close"}),
        (CaseState.ANSWERED, {"close"}),
        (CaseState.NOT_PUBLISHED, {"close"}),
        (CaseState.CLOSED, set()),
        (CaseState.RETURNED, set()),
        (CaseState.SHELVED, set()),
        (CaseState.ARCHIVED, set()),
    ],
)
def test_what_is_done_presses_nobody(state: CaseState, kinds: set[str]) -> None:
    assert {d.kind for d in open_clocks(a_dispatched_case(state=state), HERE)} == kinds


def test_every_state_is_pressed_or_has_an_end() -> None:
    ends = {CaseState.SHELVED, CaseState.RETURNED, CaseState.PAUSED, CaseState.WITHDRAWN, CaseState.CLOSED, CaseState.EVALUATED, CaseState.ARCHIVED}
    assert set(PRESSED) | ends == set(CaseState)


def test_what_ran_out_before_it_was_found_presses_nobody() -> None:
    late = changed(SIGN, late_found=True)
    assert open_clocks(a_dispatched_case(deadlines=(late,)), HERE) == ()


def test_the_unit_is_asked_in_time_and_told_when_it_is_late() -> None:
    assert sent(signing(), at("08 11:10")) == [("gs", "先锋街道停水三天 到期提醒：请于6月8日12:10前签收")]
    assert sent(signing(), at("08 12:10")) == [("gs", "先锋街道停水三天 逾期催办：签收时限6月8日12:10已过，请立即办理")]


def test_leaders_are_reached_where_they_are_named() -> None:
    desk, head = Contact(role="联络员", email="a@tinghu.example"), Contact(role="分管负责人", email="b@tinghu.example")
    known = units()
    known = changed(known, units=tuple(changed(u, contacts=(desk, head)) if u.id == "gs" else u for u in known.units))
    before, after = composed(signing(), at("08 11:10"), known), composed(signing(), at("08 12:10"), known)
    assert {n.address for n in before.notices} == {"a@tinghu.example", "b@tinghu.example"}
    assert {n.address for n in after.notices} == {"b@tinghu.example"}


def test_then_the_office_is_told_to_press() -> None:
    found = dict(sent(signing(), at("08 14:10")))
    assert set(found) == {"gs", "qzfb"}
    assert found["qzfb"].endswith("提级催办：承办单位逾期未签收（时限6月8日12:10），请督促")


def test_composing_again_gives_the_same_keys_and_a_new_dispatch_new_ones() -> None:
    first, again = composed(signing(), at("08 12:10")).notices, composed(signing(), at("08 12:40")).notices
    assert [n.key for n in first] == [n.key for n in again]
    assert len({n.key for n in first}) == len(first)
    later = a_dispatched_case(deadlines=(a_clock("sign", "08 16:10", anchor_at=at("08 12:10")),))
    assert not {n.key for n in first} & {n.key for n in composed(later, at("08 20:10")).notices}
    assert all(n.kind is NoticeKind.REMINDER and n.thread == "TH-20180608-003" for n in first)


def test_an_unconfirmed_case_is_the_ladders_business() -> None:
    assert [c.kind for c in open_clocks(a_case(opened_at=NOW), STANDARD)] == ["confirm"]
    assert sent(a_case(opened_at=NOW), NOW + timedelta(days=2)) == []


def test_a_whistle_blowers_case_presses_discipline_alone() -> None:
    secret = signing(routing=a_routing(lead="jwjw", joint=(), escalate_to=()))
    found = composed(secret, at("08 14:10"))
    assert {n.recipient for n in found.notices} == {"jwjw"}
    assert not any("停水" in n.subject + n.text for n in found.notices)


def test_a_public_robot_hears_the_number_only() -> None:
    known = units("wecom")
    (notice,) = composed(signing(), at("08 12:10"), known, [changed(WECOM, public=True)]).notices
    assert "停水" not in notice.subject + notice.text
    assert "催办·舆情" in notice.subject


def test_a_unit_taken_out_or_unreachable_is_a_problem_in_words() -> None:
    gone = changed(units(), units=tuple(u for u in units().units if u.id != "gs"))
    assert composed(signing(), at("08 12:10"), gone).problems == ("TH-20180608-003：单位 gs 不在名录中，无法催办",)
    mute = changed(units(), units=tuple(changed(u, contacts=()) if u.id == "gs" else u for u in units().units))
    assert any("须人工送达（逾期催办·签收）" in said for said in composed(signing(), at("08 12:10"), mute).problems)


def test_without_steps_nobody_is_pressed() -> None:
    assert due_steps(signing(), changed(STANDARD, reminders=()), at("09 12:00")) == ()


def test_the_shipped_steps_rise_and_end_at_the_office() -> None:
    steps: Sequence[Reminder] = STANDARD.reminders
    assert [s.at for s in steps] == sorted({s.at for s in steps})
    assert steps[0].at < 1 <= steps[-1].at
    assert steps[-1].to == "office"
