"""退回与改派: once, with the unit it belongs to; then a named person names who leads; a 检举控告 is never passed on."""

import pytest

from records.case import ActorKind, CaseState, Transition
from responders.cases import MoveRefusedError
from responders.rerouting import rerouted, returned_to, unit_called
from tests.responders.samples import NOW, SETTINGS, a_dispatched_case, a_routing

UNITS = SETTINGS.units


def a_return() -> Transition:
    return Transition(
        case_id="c1", from_state=CaseState.DISPATCHED, to_state=CaseState.RETURNED, actor_kind=ActorKind.PERSON, actor="联络员", at=NOW,
        why="不属本单位",
    )  # fmt: skip


@pytest.mark.parametrize("word", ["zjj", "区住房和城乡建设局", "住建局", " 住建局 "])
def test_a_unit_is_known_by_id_name_and_what_people_call_it(word: str) -> None:
    assert unit_called(word, UNITS).id == "zjj"


def test_a_name_of_another_year_is_the_same_unit() -> None:
    assert unit_called("区环境保护局", UNITS).id == "hbj"


@pytest.mark.parametrize("word", ["", "nobody", "住建"])
def test_an_unknown_unit_is_refused_by_name(word: str) -> None:
    with pytest.raises(MoveRefusedError, match="没有单位"):
        unit_called(word, UNITS)


def test_a_return_names_the_unit_it_belongs_to_and_comes_once() -> None:
    case, housing = a_dispatched_case(), UNITS.get("zjj")
    assert returned_to(case, [], housing) is housing
    with pytest.raises(MoveRefusedError, match="写明应由哪个单位"):
        returned_to(case, [], None)
    with pytest.raises(MoveRefusedError, match="就是现在的牵头单位"):
        returned_to(case, [], UNITS.get("gs"))
    with pytest.raises(MoveRefusedError, match="已退回过一次"):
        returned_to(case, [a_return()], housing)


def test_the_new_lead_is_no_longer_joint_and_the_reason_stands_first() -> None:
    case = a_dispatched_case(routing=a_routing(joint=("zjj", "cgj"), escalate_to=("xcb", "zjj"), informed=("wxb",)))
    found = rerouted(case, UNITS.get("zjj"), UNITS, by="值班员甲", why="属市政管网")
    assert (found.lead, found.joint, found.escalate_to, found.informed) == ("zjj", ("cgj",), ("xcb",), ("wxb",))
    assert found.reasons[0] == "改派：值班员甲确定由区住房和城乡建设局牵头（原牵头：盐城汇津水务）：属市政管网"
    assert found.reasons[1:] == case.routing.reasons


def test_naming_the_present_lead_changes_nothing() -> None:
    case = a_dispatched_case()
    assert rerouted(case, UNITS.get("gs"), UNITS, by="甲", why="维持") == case.routing


def test_a_whistle_blowers_case_is_never_passed_on() -> None:
    secret = a_dispatched_case(routing=a_routing(lead="jwjw", joint=(), escalate_to=()))
    with pytest.raises(MoveRefusedError, match="不得改派"):
        rerouted(secret, UNITS.get("cgj"), UNITS, by="甲", why="作风问题")
