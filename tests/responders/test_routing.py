"""Each decision of the chain, its reason, and what must never happen."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.settings import load_settings
from records.assessment import Assessment, OpinionLevel, Speaker, Territory, Verdict
from records.case import Routing
from records.event import Event
from records.unit import Contact, Units
from responders.routing import route

SETTINGS = load_settings(Path(__file__).resolve().parents[2] / "config", {})
NOW = datetime(2018, 6, 8, tzinfo=UTC)


def reachable(units: Units, *without: str) -> Units:
    """The shipped units with a contact and mail each, except `without`."""
    known = [
        u
        if u.id in without
        else replace(u, channels=("mail",), contacts=(Contact(role="联络员", email=f"{u.id}@tinghu.example"),))
        for u in units.units
    ]
    return replace(units, units=tuple(known))


def judged(*leads: tuple[str, float], **more: object) -> Assessment:
    base = Assessment(
        post_id="p", relevant=1.0, categories={}, labels=("C3",), level=OpinionLevel.IV, forms={}, form="R2", leads=leads, joint=(),
        areas=(), territory=Territory.OURS,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def an_event(**more: object) -> Event:
    base = Event(
        id="e", title="t", post_ids=("p",), first_post_id="p", first_source_id="s", first_said_at=NOW, created_at=NOW, updated_at=NOW,
        source_count=1, territory=Territory.OURS, labels=("C3",),
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def routed(event: Event, *found: Assessment, units: Units | None = None) -> Routing:
    return route(event, found, units or reachable(SETTINGS.units), SETTINGS.areas, SETTINGS.standard)


def test_the_unit_in_charge_leads_and_the_reason_says_so() -> None:
    found = routed(an_event(), judged(("rsj", 0.8), ("zjj", 0.1), joint=("zjj", "rsj")))
    assert (found.lead, found.joint, found.intended) == ("rsj", ("zjj",), "")
    assert "谁主管谁负责" in found.reasons[0]
    assert "区人力资源和社会保障局" in found.reasons[0]


def test_a_town_matter_goes_to_its_town_or_to_the_office() -> None:
    assert "属地管理" in routed(an_event(areas=("先锋街道",)), judged(("jd_xianfeng", 0.9))).reasons[0]
    nowhere = routed(an_event(), judged(("shudi", 0.9)))
    assert (nowhere.lead, nowhere.intended) == ("qzfb", "shudi")


@pytest.mark.parametrize(
    ("leads", "joint"), [((("zjj", 0.2), ("cgj", 0.1)), {"zjj", "cgj"} - {"zjj"}), ((("zjj", 0.45), ("cgj", 0.44)), {"cgj"})]
)
def test_an_unclear_duty_goes_to_the_office_which_names_the_lead(leads: tuple[tuple[str, float], ...], joint: set[str]) -> None:
    found = routed(an_event(), judged(*leads))
    assert (found.lead, found.intended) == ("qzfb", "zjj")
    assert set(found.joint) == joint
    assert "区住房和城乡建设局" in found.reasons[0]


def test_a_unit_without_contact_is_reached_through_the_office() -> None:
    found = routed(an_event(), judged(("hbj", 0.9)), units=reachable(SETTINGS.units, "hbj"))
    assert (found.lead, found.intended) == ("qzfb", "hbj")
    assert any("没有联系人" in r for r in found.reasons)


@pytest.mark.parametrize(
    ("territory", "area", "said"),
    [
        (Territory.DELEGATED, "步凤镇", "盐城经济技术开发区"),
        (Territory.NEIGHBOUR, "盐都区", "周边区县"),
        (Territory.ELSEWHERE, "", "外地"),
    ],
)
def test_other_ground_goes_to_the_city_not_to_our_units(territory: Territory, area: str, said: str) -> None:
    found = routed(an_event(territory=territory, areas=(area,) if area else ()), judged(("jyj", 0.9), joint=("scj",)))
    assert (found.lead, found.joint) == ("qzfb", ())
    assert said in found.reasons[0]
    assert "转市级联络" in found.reasons[0]


@given(
    st.lists(st.sampled_from([u.id for u in SETTINGS.units.units if u.id != "jwjw"]), min_size=1, max_size=5, unique=True),
    st.booleans(),
)
def test_an_accused_unit_never_leads_joins_or_hears_of_it(ids: list[str], whistle: bool) -> None:
    accused = ids[0]
    leads = tuple((u, 1 / len(ids)) for u in ids)
    grave = an_event(opinion_level=OpinionLevel.I, labels=("C4", "C7"))
    found = routed(grave, judged(*leads, joint=tuple(ids), accused=(accused,), whistleblowing=True))
    assert found.lead == "jwjw"
    assert (found.joint, found.informed, found.escalate_to) == ((), (), ())
    assert accused not in " ".join(found.reasons)
    if not whistle and accused != "qzfb":
        named = routed(grave, judged(*leads, joint=tuple(ids), accused=(accused,)))
        assert accused not in {named.lead, named.intended, *named.joint, *named.informed, *named.escalate_to}


def test_false_information_informs_publicity_and_grave_levels_are_told_at_once() -> None:
    found = routed(an_event(labels=("C7",), opinion_level=OpinionLevel.II), judged(("wjw", 0.9)))
    assert found.informed == ("xcb", "wxb")
    assert found.escalate_to == ("qwb", "xcb", "wxb", "yjj")
    assert any("系统初判" in r for r in found.reasons)


def test_several_posts_vote() -> None:
    found = routed(an_event(), judged(("gs", 0.9)), judged(("gs", 0.6), ("zjj", 0.4)), judged(("zjj", 0.7), ("gs", 0.3)))
    assert found.lead == "gs"


def test_nothing_to_route_by_is_an_error() -> None:
    with pytest.raises(ValueError, match="event e"):
        routed(an_event())


def test_an_emergency_does_not_wait_until_a_lead_is_named() -> None:
    unclear = judged(("xfdd", 0.3), ("scj", 0.29))
    found = routed(an_event(labels=("C3", "C5")), unclear)
    assert (found.lead, found.joint) == ("yjj", ("xfdd", "scj"))
    assert "突发事件，职责交叉" in found.reasons[0]
    assert routed(an_event(labels=("C3",)), unclear).lead == "qzfb"
    clear = routed(an_event(labels=("C5",)), judged(("xfdd", 0.8), ("scj", 0.1)))
    assert clear.lead == "xfdd"


def test_an_accused_emergency_unit_does_not_lead_even_then() -> None:
    found = routed(an_event(labels=("C5",)), judged(("xfdd", 0.3), ("scj", 0.29), accused=("yjj",)))
    assert found.lead == "qzfb"
    assert "yjj" not in (*found.joint, *found.informed, *found.escalate_to)


@pytest.mark.parametrize(
    ("lead", "verdicts", "said"),
    [
        ("gs", (("lead", "gs", "事项“供水”"), ("lead", "@town", "事项“物业服务”")), "事项“供水”"),
        ("gs", (("lead", "@town", "事项“物业服务”"),), "按文本内容判断"),
        ("jd_xianfeng", (("lead", "@town", "事项“物业服务”"),), "事项“物业服务”"),
        ("gs", (("level", "gs", "不相干"),), "按文本内容判断"),
    ],
)
def test_the_reason_is_the_lead_s_own(lead: str, verdicts: tuple[tuple[str, str, str], ...], said: str) -> None:
    reasons = tuple(Verdict(what=w, value=v, probability=0.8, reason=r, speaker=Speaker.RULE) for w, v, r in verdicts)
    found = routed(an_event(), judged((lead, 0.8), verdicts=reasons))
    assert found.lead == lead
    assert said in found.reasons[0]
