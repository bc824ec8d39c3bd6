"""交接班记录: what is listed, what is not, and what is refused."""

from datetime import time, timedelta

import pytest

from records.assessment import OpinionLevel
from records.case import CaseState
from records.instant import SHANGHAI
from records.notice import NoticeKind
from records.roster import DutyPost, Handover, Roster, Shift
from responders.handover import NO_SHIFT, EmptyHandoverError, handover_of, shift_ends
from tests.responders.samples import (
    HOLIDAYS,
    NOW,
    STANDARD,
    a_case,
    a_clock,
    a_dispatched_case,
    a_notice,
    a_routing,
    at,
    changed,
    units,
)

SMALL = a_case(number="TH-20180608-004", opinion_level=OpinionLevel.III, title="路灯不亮，电话13900000000")
OVER = a_dispatched_case(number="TH-20180608-005", state=CaseState.CLOSED)
SECRET = a_case(number="TH-20180608-006", routing=a_routing(lead="jwjw"), title="某局长受贿")


def made(*cases: object, hours: float = 3, **more: object) -> Handover:
    given = {"giver": "白班值班员", "taker": "夜班值班员", "note": "关注停水件"} | more
    return handover_of(
        list(cases), [a_notice(kind=NoticeKind.DISPATCH)], units=units(), standard=STANDARD, until=NOW + timedelta(hours=hours), at=NOW,
        handover_id="h1", **given,
    )  # type: ignore[arg-type]  # fmt: skip


def test_what_is_open_is_listed() -> None:
    found = made(a_dispatched_case(), SMALL, OVER, SECRET)
    assert found.grave == ("TH-20180608-003 Ⅱ级 交办 先锋街道停水三天", "TH-20180608-006 Ⅱ级 预警提示 （检举控告）")
    assert found.unconfirmed == ("TH-20180608-004 Ⅲ级 预警提示 路灯不亮，电话〔电话〕", "TH-20180608-006 Ⅱ级 预警提示 （检举控告）")
    assert found.dead == ("TH-20180608-003 交办未送达 gs wecom",)


def test_clocks_within_the_shift_soonest_first() -> None:
    late = a_clock("sign", "08 12:00")
    case = a_dispatched_case(deadlines=(a_clock("respond", "08 15:00"), a_clock("reply", "08 14:15"), late, a_clock("close", "15 18:00")))
    assert made(case).clocks == (
        "TH-20180608-003 签收时限6月8日12:00已过", "TH-20180608-003 首次回应时限6月8日14:15", "TH-20180608-003 公开回应时限6月8日15:00",
    )  # fmt: skip
    assert len(made(case, hours=2).clocks) == 2, "what ends with the shift is the shift's"
    met = changed(case, deadlines=(a_clock("respond", "08 15:00", met_at=NOW), a_clock("release", "08 13:00", late_found=True)))
    assert made(met).clocks == ()


def test_an_unconfirmed_alert_s_clock_is_listed_too() -> None:
    assert "TH-20180608-003 确认是否交办时限6月8日12:25" in made(a_case()).clocks


@pytest.mark.parametrize("change", [{"giver": " "}, {"taker": ""}, {"note": "\n"}, {"taker": "白班值班员"}])
def test_a_handover_needs_two_posts_and_words(change: dict[str, str]) -> None:
    with pytest.raises(EmptyHandoverError, match="--"):
        made(**change)


def test_the_note_is_masked() -> None:
    assert made(note="请回电13900000000").note == "请回电〔电话〕"


def test_the_shift_ends_when_its_roster_says() -> None:
    night = Shift(post=DutyPost.OFFICER, start=time(17, 30), end=time(8, 30), next_day=True)
    assert shift_ends(Roster(shifts=(night,)), HOLIDAYS, at("08 22:00")).astimezone(SHANGHAI) == at("09 08:30")
    assert shift_ends(Roster(), HOLIDAYS, NOW) == NOW + NO_SHIFT
