"""Opening and moving: who may, what clocks begin, what a move leaves untouched. Then the same on a real ledger."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from ledger.opening import open_ledger
from ledger.protocol import Ledger, StaleCaseError
from records.assessment import OpinionLevel
from records.case import ActorKind, Case, CaseState, Routing, Transition
from records.event import EventLevel
from records.instant import shanghai
from responders.cases import MoveRefusedError, move, open_case
from responders.lifecycle import MOVES, IllegalMoveError
from tests.responders.samples import HOLIDAYS, NOW, STANDARD, a_case, a_post, a_routing, an_event, at, changed


def opened(**more: object) -> tuple[Case, Transition]:
    event = an_event(**more)
    return open_case(event, a_routing(), STANDARD, case_id="c1", said_at=event.first_said_at, now=NOW)


def moved(case: Case, to: CaseState, *, by: str = "值班员甲", why: str = "属实", routing: Routing | None = None) -> tuple[Case, Transition]:
    return move(case, to, by=by, why=why, now=NOW, standard=STANDARD, holidays=HOLIDAYS, routing=routing)


def test_the_machine_opens_a_numberless_alert_with_the_national_clock_only() -> None:
    case, opening = opened()
    assert (case.number, case.state, case.dispatched_at, case.version) == ("", CaseState.ALERTED, None, 1)
    assert [(d.kind, d.due_at, d.late_found) for d in case.deadlines] == [("respond", at("10 08:10").astimezone(UTC), False)]
    assert (opening.actor_kind, opening.actor, opening.from_state) == (ActorKind.MACHINE, "系统", None)
    assert opening.to_state is CaseState.ALERTED
    assert opening.why == "舆情Ⅱ级（系统初判）：内容：波及整个小区"


def test_a_grave_emergency_has_the_five_and_twenty_four_hour_clocks() -> None:
    case, _ = opened(event_level=EventLevel.GRAVE)
    assert [(d.kind, shanghai(d.due_at)) for d in case.deadlines] == [("release", at("08 13:10")), ("press", at("09 08:10"))]


def test_a_limit_past_before_the_opening_is_late_found_and_the_opening_says_so() -> None:
    case, opening = opened(first_said_at=at("05 08:00"))
    assert [d.late_found for d in case.deadlines] == [True]
    assert "迟发现" in opening.why


def test_without_level_reasons_the_opening_still_says_why() -> None:
    assert opened(level_reasons=())[1].why.endswith("达到预警条件")


@pytest.mark.parametrize(
    ("event", "routing", "said"),
    [
        ({"merged_into": "e0"}, {}, "已并入 e0"),
        ({}, {"lead": " "}, "没有牵头单位"),
        ({}, {"reasons": ()}, "没有写明理由"),
    ],
)
def test_nothing_is_opened_for_a_merged_event_or_without_a_unit(event: dict[str, str], routing: dict[str, object], said: str) -> None:
    with pytest.raises(MoveRefusedError, match=f"e1.*{said}"):
        open_case(an_event(**event), a_routing(**routing), STANDARD, case_id="c1", said_at=NOW, now=NOW)


def test_dispatch_sets_the_instant_and_adds_the_units_clocks_from_it() -> None:
    case, transition = moved(a_case(), CaseState.DISPATCHED)
    assert case.dispatched_at == NOW
    assert [(d.kind, shanghai(d.due_at)) for d in case.deadlines] == [
        ("respond", at("10 08:10")), ("sign", at("08 12:45")), ("reply", at("08 14:15")), ("close", at("15 18:00")),
    ]  # fmt: skip
    assert {d.anchor_at for d in case.deadlines if d.kind != "respond"} == {NOW}
    assert (transition.from_state, transition.to_state, transition.actor) == (CaseState.ALERTED, CaseState.DISPATCHED, "值班员甲")
    assert transition.actor_kind is ActorKind.PERSON


def test_the_version_stays_as_read() -> None:
    assert moved(a_case(version=7), CaseState.SHELVED)[0].version == 7


def test_a_second_dispatch_after_a_return_names_new_units_and_starts_their_clocks_anew() -> None:
    first, _ = moved(a_case(), CaseState.DISPATCHED)
    back, _ = moved(first, CaseState.RETURNED, why="不属本单位职责")
    assert back.deadlines == first.deadlines
    later = NOW + timedelta(hours=3)
    other = a_routing(lead="zjj", joint=(), reasons=("区政府办指定",))
    again, _ = move(back, CaseState.DISPATCHED, by="值班员乙", why="改派", now=later, standard=STANDARD, holidays=HOLIDAYS, routing=other)
    assert again.routing == other
    assert again.dispatched_at == later
    assert sorted(d.kind for d in again.deadlines) == ["close", "reply", "respond", "sign"]
    assert next(d.due_at for d in again.deadlines if d.kind == "reply") == later + timedelta(hours=2)
    assert next(d for d in again.deadlines if d.kind == "respond") == next(d for d in first.deadlines if d.kind == "respond")


@pytest.mark.parametrize(
    ("way", "met"),
    [
        (("签收",), {"sign"}),
        (("签收", "核查"), {"sign"}),
        (("签收", "核查", "反馈"), {"sign", "reply"}),
        (("签收", "核查", "反馈", "签批"), {"sign", "reply"}),
        (("签收", "核查", "反馈", "签批", "公开回应"), {"sign", "reply", "respond"}),
        (("签收", "核查", "反馈", "签批", "不公开回应", "办结"), {"sign", "reply", "respond", "close"}),
    ],
)
def test_moves_meet_their_clocks_and_touch_nothing_else(way: tuple[str, ...], met: set[str]) -> None:
    sent = case = moved(a_case(), CaseState.DISPATCHED)[0]
    for state in way:
        case, _ = moved(case, CaseState(state))
    assert {d.kind for d in case.deadlines if d.met_at == NOW} == met
    assert {d.kind for d in case.deadlines if d.met_at is None} == {"sign", "reply", "respond", "close"} - met
    assert changed(case, state=sent.state, deadlines=sent.deadlines) == sent


@pytest.mark.parametrize("here", list(CaseState))
@pytest.mark.parametrize("there", list(CaseState))
def test_only_the_tables_moves_are_made(here: CaseState, there: CaseState) -> None:
    if there in MOVES[here] and here is CaseState.PAUSED and there is not CaseState.WITHDRAWN:
        with pytest.raises(MoveRefusedError, match="没有暂缓办理的审批记录"):
            moved(a_case(state=here), there)
    elif there in MOVES[here]:
        assert moved(a_case(state=here), there)[0].state is there
    else:
        with pytest.raises(IllegalMoveError):
            moved(a_case(state=here), there)


@pytest.mark.parametrize(
    ("by", "why", "said"),
    [
        ("", "属实", "姓名不能为空"),
        (" \n\t", "属实", "姓名不能为空"),
        ("系统", "属实", "不能是“系统”"),
        ("HuiYing", "属实", "不能是“HuiYing”"),
        ("甲" * 41, "属实", "过长（41字"),
        ("值班员甲", "", "理由不能为空"),
        ("值班员甲", "\x00\x07", "理由不能为空"),
    ],
)
def test_a_move_needs_a_person_and_a_reason(by: str, why: str, said: str) -> None:
    with pytest.raises(MoveRefusedError, match=said):
        moved(a_case(), CaseState.DISPATCHED, by=by, why=why)


def test_name_and_reason_are_kept_on_one_line() -> None:
    _, transition = moved(a_case(), CaseState.SHELVED, by=" 值班员\n甲 ", why="重复\r\n\x00件")
    assert (transition.actor, transition.why) == ("值班员 甲", "重复 件")


@pytest.mark.parametrize(("routing", "said"), [({"lead": ""}, "TH-20180608-003：没有牵头单位"), ({"reasons": ()}, "没有写明理由")])
def test_dispatch_to_nobody_or_without_reason_is_refused(routing: dict[str, object], said: str) -> None:
    with pytest.raises(MoveRefusedError, match=said):
        moved(a_case(), CaseState.DISPATCHED, routing=a_routing(**routing))


def test_units_cannot_be_changed_on_the_way() -> None:
    with pytest.raises(MoveRefusedError, match="TH-20180608-003：改派单位只能随“交办”办理，不能随“签收”"):
        moved(a_case(state=CaseState.DISPATCHED), CaseState.SIGNED_FOR, routing=a_routing())


@pytest.mark.parametrize("level", list(OpinionLevel))
def test_every_levels_clocks_can_be_set(level: OpinionLevel) -> None:
    case, _ = moved(a_case(opinion_level=level), CaseState.DISPATCHED)
    by_kind = {d.kind: d.due_at for d in case.deadlines}
    assert NOW < by_kind["sign"] <= by_kind["reply"] <= by_kind["close"]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    store = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield store
    store.close()


def stored(ledger: Ledger) -> Case:
    ledger.save_events([an_event(post_ids=())])
    case, opening = opened(post_ids=())
    return ledger.open_case(case, opening, lambda numbered: [], [], "TH-{date}-{seq:03d}", NOW)


def test_the_ledger_takes_the_opening_and_the_moves(ledger: Ledger) -> None:
    case = stored(ledger)
    assert case.number == "TH-20180608-001"
    after = ledger.move_case(*moved(case, CaseState.DISPATCHED))
    assert after.version == case.version + 1
    kept = ledger.case(case.number)
    assert kept is not None
    assert (kept.state, kept.dispatched_at, kept.version) == (CaseState.DISPATCHED, NOW, 2)
    assert [t.to_state for t in ledger.transitions(case.id)] == [CaseState.ALERTED, CaseState.DISPATCHED]


def test_two_people_at_once_make_one_move(ledger: Ledger) -> None:
    case = stored(ledger)
    ledger.move_case(*moved(case, CaseState.DISPATCHED))
    with pytest.raises(StaleCaseError):
        ledger.move_case(*moved(case, CaseState.SHELVED, by="值班员乙"))


def test_the_sample_post_is_what_the_sample_event_begins_with() -> None:
    assert an_event().first_said_at == a_post().said_at
