"""The figures of a period, against an account kept another way: one walk over each case's history, written down as it goes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.case import ActorKind, CaseState, Deadline, Routing, Transition
from records.paper import Conference, Extension, Ground, Paper, Pause, Publication, Shelving
from records.performance import CaseHistory, Rate, Spans
from records.review import Review
from responders import evaluation
from responders.lifecycle import MOVES
from tests.makers import NOW, a_case, a_post, an_event

S = CaseState
HOUR = timedelta(hours=1)
END = NOW + timedelta(days=30)
AT = NOW + timedelta(days=60)


def a_file(name: str, steps: Sequence[tuple[float, CaseState]], unit: str = "gs", **more: object) -> CaseHistory:
    """A case opened at NOW, then moved to each state so many hours after NOW."""
    states = [(0.0, S.ALERTED), *steps]
    moves = tuple(
        Transition(
            case_id=name, from_state=states[n - 1][1] if n else None, to_state=state, actor_kind=ActorKind.PERSON, actor="演示值班员",
            at=NOW + hours * HOUR, why="演示",
        )
        for n, (hours, state) in enumerate(states)
    )  # fmt: skip
    clocks = tuple(Deadline(kind=k, anchor_at=NOW, due_at=NOW + h * HOUR, basis="演示") for k, h in (("sign", 4), ("reply", 24), ("close", 100)))
    case = a_case(name, number=name, state=states[-1][1], routing=Routing(lead=unit, reasons=("演示",)), deadlines=clocks)
    return replace(CaseHistory(case=case, moves=moves, event=an_event(name)), **more)  # type: ignore[arg-type]


WHOLE = [(1, S.DISPATCHED), (3, S.SIGNED_FOR), (4, S.CHECKING), (20, S.REPORTED), (21, S.APPROVED), (26, S.ANSWERED), (90, S.CLOSED)]
BACK = [(1, S.DISPATCHED), (2, S.RETURNED), (5, S.DISPATCHED), (6, S.SIGNED_FOR)]
FALSE = [(1, S.DISPATCHED), (2, S.WITHDRAWN), (3, S.ARCHIVED)]


def paper(content: object, name: str = "a") -> Paper:
    return Paper(id=name, case_id="c", unit="gs", by="演示值班员", at=NOW, content=content)  # type: ignore[arg-type]


def test_three_cases_by_hand() -> None:
    found = evaluation.evaluate([a_file("1", WHOLE), a_file("2", BACK), a_file("3", FALSE)], [], ["zjj", "gs"], NOW, END, AT)
    (one,) = found.units
    assert replace(one, unit="") == found.district
    assert (one.alerted, one.accepted, one.withdrawn, one.dispatches, one.numbers) == (3, 2, 1, 3, ("1", "2"))
    assert (one.signed, one.closed, one.returned, one.answered) == (Rate(met=2, of=2), Rate(met=1, of=2), Rate(met=1, of=2), Rate(met=1, of=2))
    assert one.signing == Spans(count=2, median=HOUR, p90=2 * HOUR)
    assert one.first_from_dispatched == Spans(count=1, median=25 * HOUR, p90=25 * HOUR)
    assert one.first_from_published == Spans(count=1, median=26 * HOUR, p90=26 * HOUR)
    rates = {o.kind: o.rate for o in one.on_time}
    assert (rates["sign"], rates["reply"], rates["close"]) == (Rate(met=1, of=2), Rate(met=1, of=2), Rate(met=1, of=2))
    assert [(o.number, o.kind, o.met_at, o.why) for o in one.late] == [
        ("2", "sign", NOW + 6 * HOUR, "退回1次"), ("2", "reply", None, "退回1次"), ("2", "close", None, "退回1次"),
    ]  # fmt: skip


def test_nothing_at_all() -> None:
    found = evaluation.evaluate([], [], ["gs"], NOW, END, AT)
    assert (found.units, found.missed, found.district.accepted, found.district.signing.median) == ((), 0, 0, None)


def test_a_case_found_late_is_charged_to_monitoring() -> None:
    file = a_file("1", WHOLE)
    clock = Deadline(kind="respond", anchor_at=NOW - 60 * HOUR, due_at=NOW - 12 * HOUR, basis="国办发〔2016〕61号", late_found=True)
    late = replace(file, case=replace(file.case, deadlines=(clock,)))
    one = evaluation.evaluate([late], [], ["gs"], NOW, END, AT).district
    respond = next(o for o in one.on_time if o.kind == "respond")
    assert (respond.rate, respond.late_found, one.late_found, one.first_from_published.count) == (Rate(met=0, of=0), 1, 1, 0)
    assert [(o.monitoring, o.why) for o in one.late] == [(True, "迟发现：发现时时限已过，计入监测")]


def test_what_the_case_says_of_its_clock_outranks_the_moves() -> None:
    clock = Deadline(kind="sign", anchor_at=NOW, due_at=NOW + HOUR, basis="", met_at=NOW + HOUR)
    assert evaluation.met_at(a_file("1", WHOLE), clock) == NOW + HOUR
    assert evaluation.met_at(a_file("1", WHOLE), replace(clock, met_at=None)) == NOW + 3 * HOUR


@pytest.mark.parametrize(
    ("ground", "first", "repeats", "false"),
    [(Ground.MERGED, "p1", 1, 0), (Ground.IRRELEVANT, "p1", 0, 1), (Ground.WATCHED, "p1", 0, 0), (Ground.WATCHED, "lost", 0, 1)],
)
def test_shelved_cases(ground: Ground, first: str, repeats: int, false: int) -> None:
    file = a_file("1", [(1, S.SHELVED)], papers=(paper(Shelving(ground=ground)),), event=an_event(posts=(first,)))
    one = evaluation.evaluate([file], [said("lost", "1", "0")], ["gs"], NOW, END, AT).district
    assert (one.repeats.met, one.false_alarms.met, one.accepted) == (repeats, false, 0)


def said(post: str, before: str, value: str, at: datetime = NOW) -> Review:
    return Review(id=f"{post}{value}{at}", post_id=post, task="relevant", before=before, value=value, by="演示研判员", at=at)


def test_missed_posts_go_by_their_newest_review() -> None:
    reviews = [said("a", "0", "1"), said("b", "0", "1"), said("b", "0", "0", NOW + HOUR), said("c", "0", "1", END), said("d", "1", "1")]
    assert evaluation.missed(reviews, NOW, END) == 1


@pytest.mark.parametrize(("hours", "waves", "after"), [((30, 60, 90), 1, 3), ((1, 2, 3), 0, 3), ((30, 60), 0, 2), ((30, 60, 168), 0, 2)])
def test_second_waves_and_mentions(hours: tuple[int, ...], waves: int, after: int) -> None:
    answer = NOW + 26 * HOUR
    posts = tuple(a_post(f"p{h}", published_at=answer + h * HOUR, first_seen_at=answer + (h + 1) * HOUR) for h in (*hours, -1))
    one = evaluation.evaluate([a_file("1", WHOLE, posts=posts)], [], ["gs"], NOW, END, AT).district
    assert (one.second_waves, one.mentions_before, one.mentions_after) == (Rate(met=waves, of=1), 1, after)
    early = evaluation.evaluate([a_file("1", WHOLE, posts=posts)], [], ["gs"], NOW, END, answer + 100 * HOUR).district
    assert (early.second_waves, early.mentions_after) == (Rate(met=0, of=0), 0)


def test_a_publication_tells_the_answer_before_the_move_does() -> None:
    told = Publication(answer_id="a", channel="区政府网站", url="", published_at=NOW + 22 * HOUR)
    assert evaluation.answered_at(a_file("1", WHOLE, papers=(paper(told),))) == NOW + 22 * HOUR


def test_commended_only_by_figures_of_ten_cases() -> None:
    clean = [replace(f, case=replace(f.case, deadlines=())) for f in (a_file(str(n), WHOLE) for n in range(10))]
    one = evaluation.evaluate(clean, [], ["gs"], NOW, END, AT).district
    assert evaluation.commended(one)
    assert one.closed.words == "10/10（100.0%）"
    assert not evaluation.commended(evaluation.evaluate(clean[:9], [], ["gs"], NOW, END, AT).district)


@st.composite
def histories(draw: st.DrawFn) -> CaseHistory:
    """A case walked along the lifecycle's table, an hour count between two moves."""
    here, hours, steps = S.ALERTED, 0.0, []
    for _ in range(draw(st.integers(0, 14))):
        here, hours = draw(st.sampled_from(MOVES[here])), hours + draw(st.integers(1, 60))
        steps.append((hours, here))
    return a_file(draw(st.uuids()).hex, steps, draw(st.sampled_from(["gs", "zjj"])))


def account(files: list[CaseHistory], unit: str) -> dict[str, object]:
    """The oracle: states are read as one string of moves, and clocks walked hour by hour."""
    kept = []
    for file in files:
        tape = [(round((m.at - NOW) / HOUR), m.to_state.value) for m in file.moves]
        given = [h for h, s in tape if s == "交办"]
        if file.case.routing.lead == unit and given and given[0] < 720:
            kept.append((tape, given))
    live = []
    gone = 0
    for tape, given in kept:
        marks = "".join({"交办": "D", "撤销": "W"}.get(s, "") for _, s in tape)
        if marks.endswith("W"):
            gone += 1
        else:
            live.append((tape, given))
    words = [[s for _, s in tape] for tape, _ in live]
    rest = [w[len(w) - 1 - w[::-1].index("交办") :] for w in words]
    first_sign = [next((h for h in range(2000) if (h, "签收") in tape), None) for tape, _ in live]
    return {
        "accepted": len(live), "withdrawn": gone, "dispatches": sum(w.count("交办") for w in words), "signed": sum("签收" in w for w in words),
        "returned": sum("退回" in w for w in words), "closed": sum("办结" in r for r in rest),
        "answered": sum("公开回应" in w for w in words), "due": sum("公开回应" in w or "不公开回应" not in w for w in words),
        "in_time": sum(h is not None and h <= 4 for h in first_sign),
    }  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(histories(), max_size=12))
def test_the_figures_are_those_of_the_oracle(files: list[CaseHistory]) -> None:
    found = {p.unit: p for p in evaluation.evaluate(files, [], ["gs", "zjj"], NOW, END, AT + timedelta(days=60)).units}
    for unit in ("gs", "zjj"):
        told = account(files, unit)
        one = found.get(unit) or evaluation.evaluate([], [], [], NOW, END, AT).district
        assert told == {
            "accepted": one.accepted, "withdrawn": one.withdrawn, "dispatches": one.dispatches, "signed": one.signed.met,
            "returned": one.returned.met, "closed": one.closed.met, "answered": one.answered.met, "due": one.answered.of,
            "in_time": next(o.rate.met for o in one.on_time if o.kind == "sign"),
        }  # fmt: skip


def test_a_case_sent_back_shelved_and_archived_was_not_closed() -> None:
    shelved = a_file("1", [(1, S.DISPATCHED), (2, S.RETURNED), (3, S.SHELVED), (4, S.ARCHIVED)])
    assert evaluation.closed([shelved, a_file("2", WHOLE)]) == Rate(met=1, of=2)


def test_a_reopened_case_is_open_again() -> None:
    again = a_file("1", [*WHOLE, (100, S.DISPATCHED)])
    assert evaluation.closed([again]) == Rate(met=0, of=1)
    assert evaluation.closed([a_file("1", [*WHOLE, (100, S.DISPATCHED), (101, S.SIGNED_FOR), (120, S.CHECKING)])]) == Rate(met=0, of=1)


@pytest.mark.parametrize(
    ("posts", "count", "lag"),
    [
        ([(0, 1, False)], 1, 1),
        ([(0, 3, False), (1, 2, False)], 1, 2),  # the earliest sight less the earliest publishing, whichever post they are of
        ([(5, 1, False)], 1, 0),  # a page dated after it was seen: not a negative lag
        ([(0, 9, True)], 0, 0),  # the first poll of a source says nothing of how quick we are
        ([(None, 2, False)], 0, 0),
        ([], 0, 0),
    ],
)
def test_discovery(posts: list[tuple[float | None, float, bool]], count: int, lag: float) -> None:
    made = tuple(
        a_post(str(n), published_at=None if said is None else NOW + said * HOUR, first_seen_at=NOW + seen * HOUR, baseline=first)
        for n, (said, seen, first) in enumerate(posts)
    )
    found = evaluation.discovery([a_file("1", WHOLE, posts=made)])
    assert found == Spans(count=count, median=lag * HOUR if count else None, p90=lag * HOUR if count else None)


@pytest.mark.parametrize(("held", "good"), [(20, 1), (30, 0), (None, 0)])
def test_the_press_clock_is_met_by_its_conference(held: float | None, good: int) -> None:
    clock = Deadline(kind="press", anchor_at=NOW, due_at=NOW + 24 * HOUR, basis="国办发〔2016〕61号")
    file = a_file("1", WHOLE)
    papers = () if held is None else (paper(Conference(held_at=NOW + held * HOUR, place="区政府", spokesperson="新闻发言人")),)
    grave = replace(file, case=replace(file.case, deadlines=(clock,)), papers=papers)
    found = evaluation.on_time([grave], "press", AT)
    assert found.rate == Rate(met=good, of=1)
    assert [one.met_at for one in evaluation.late([grave], AT)] == ([] if good else [NOW + held * HOUR if held else None])


@pytest.mark.parametrize(
    ("extended", "paused", "said"),
    [
        (True, False, "经批准延期后仍逾期"),
        (False, True, "曾经批准暂缓办理"),
        (True, True, "经批准延期后仍逾期；曾经批准暂缓办理"),
        (False, False, "案卷未载明原因"),
    ],
)
def test_the_reason_of_a_delay_is_what_the_file_says(extended: bool, paused: bool, said: str) -> None:
    papers = []
    if extended:
        papers.append(paper(Extension(clock="close", old_due_at=NOW, new_due_at=NOW + HOUR, approved_by="主任", why="复杂"), "x"))
    if paused:
        papers.append(paper(Pause(came_from="核查", approved_by="主任", until=NOW + HOUR, why="待鉴定"), "p"))
    file = a_file("1", [(1, S.DISPATCHED), (2, S.SIGNED_FOR), (3, S.CHECKING), (20, S.REPORTED)], papers=tuple(papers))
    assert [(one.kind, one.why) for one in evaluation.late([file], AT)] == [("close", said)]


@pytest.mark.parametrize("n", [1, 2, 3, 9, 10, 11, 100])
def test_median_and_ninetieth_are_spans_that_occurred(n: int) -> None:
    found = evaluation.spans(timedelta(minutes=m) for m in range(n, 0, -1))
    ordered = sorted(range(1, n + 1))
    assert found.median == timedelta(minutes=ordered[(n + 1) // 2 - 1])
    assert found.p90 == timedelta(minutes=next(m for m in ordered if sum(x <= m for x in ordered) >= 0.9 * n))
