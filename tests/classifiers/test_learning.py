"""What passes the gate: agreement counts, a careless or hostile person does not, and a model that got worse is refused."""

from datetime import timedelta

import pytest

from classifiers.evaluation import Scores
from classifiers.learning import OVERRULED, SHARED, CorrectionError, check_correction, corrected_rows, gate, held_out, worse
from records.review import Review
from tests.makers import NOW, a_post


def said(post: str, value: str, by: str = "甲", task: str = "form", after: int = 0) -> Review:
    at = NOW + timedelta(minutes=after)
    return Review(id=f"{post}-{by}-{task}-{after}", post_id=post, task=task, before="R2", value=value, by=by, at=at)


@pytest.mark.parametrize(
    ("reviews", "accepted", "disputed"),
    [
        ([said("p", "R3")], {("p", "form"): "R3"}, ()),
        ([said("p", "R3"), said("p", "R4", "乙")], {}, (("p", "form"),)),
        ([said("p", "R3"), said("p", "R4", "乙"), said("p", "R3", "丙")], {("p", "form"): "R3"}, ()),
        ([said("p", "R3"), said("p", "R4", after=1)], {("p", "form"): "R4"}, ()),
        ([said("p", "R3"), said("p", "Ⅱ", task="level")], {("p", "form"): "R3", ("p", "level"): "Ⅱ"}, ()),
        ([], {}, ()),
    ],
)
def test_agreement_counts(reviews: list[Review], accepted: dict[tuple[str, str], str], disputed: tuple[tuple[str, str], ...]) -> None:
    found = gate(reviews)
    assert dict(found.accepted) == accepted
    assert found.disputed == disputed


def test_a_person_whom_others_overrule_does_not_count() -> None:
    honest = [said(f"p{n}", "R3", by) for n in range(SHARED) for by in ("甲", "乙")]
    hostile = [said(f"p{n}", "R6", "丙") for n in range(SHARED)] + [said("alone", "R6", "丙")]
    found = gate(honest + hostile)
    assert found.ignored == ("丙",)
    assert set(found.accepted.values()) == {"R3"}
    assert ("alone", "form") not in found.accepted
    assert OVERRULED < 1


def test_one_slip_ignores_nobody() -> None:
    rows = [said(f"p{n}", "R3", by) for n in range(SHARED) for by in ("甲", "乙")] + [said("p0", "R4", "丙")]
    rows += [said(f"p{n}", "R3", "丙") for n in range(1, SHARED)]
    assert gate(rows).ignored == ()


def test_no_single_person_can_flood_the_model() -> None:
    few = [said(f"a{n}", "R3", "甲") for n in range(4)] + [said(f"b{n}", "R3", "乙") for n in range(4)]
    flood = [said(f"c{n}", "R6", "丙") for n in range(100)]
    found = gate(few + flood)
    by_flood = [key for key in found.accepted if key[0].startswith("c")]
    assert len(by_flood) <= 22
    assert len(gate(flood).accepted) == 100, "where one person is all there is, nobody is bounded"


@pytest.mark.parametrize(("task", "value"), [("form", "R9"), ("mood", "1"), ("level", "3"), ("lead", "zjj"), ("relevant", "maybe")])
def test_a_correction_that_is_none_names_what_can_be_said(task: str, value: str) -> None:
    with pytest.raises(CorrectionError, match="可用"):
        check_correction(task, value)


def test_a_corrected_post_is_a_row_with_the_corrected_labels_only() -> None:
    post = a_post("p")
    (row,) = corrected_rows(gate([said("p", "R3"), said("p", "C4", task="primary")]), {"p": post})
    assert (row.form, row.primary, row.categories) == ("R3", "C4", ("C4",))
    assert (row.level, row.lead) == ("", ""), "nobody corrected them"
    assert row.relevant
    assert row.text == post.text


def test_not_relevant_empties_the_other_labels() -> None:
    gated = gate([said("p", "0", task="relevant"), said("p", "R3"), said("gone", "0", task="relevant")])
    (row,) = corrected_rows(gated, {"p": a_post("p")})
    assert (row.relevant, row.categories, row.primary, row.level, row.form, row.lead) == (False, (), "", "", "", "")


def scores(rows: int = 1_000, **more: float) -> Scores:
    base = {"relevant_f1": 0.9, "false_alarms": 0.1, "primary": 0.7, "level": 0.7, "form": 0.7, "lead": 0.7, "lead_top3": 0.9}
    return Scores(rows=rows, **(base | more))


def test_a_model_that_got_worse_is_named() -> None:
    assert worse(scores(), scores()) == []
    assert worse(scores(), scores(form=0.695)) == []
    assert worse(scores(), scores(form=0.68, lead=0.5)) == ["form 0.700→0.680", "lead 0.700→0.500"]
    assert worse(scores(), scores(lead=0.9)) == []
    assert worse(scores(50), scores(50, form=0.665)) == [], "two rows of fifty are chance"
    assert worse(scores(50), scores(50, form=0.65)) == ["form 0.700→0.650"]


def test_held_out_rows_are_never_learnt() -> None:
    rows = [object() for _ in range(95)]
    learnt, asked = held_out(rows)  # type: ignore[type-var]
    assert len(asked) == 10
    assert not set(map(id, learnt)) & set(map(id, asked))
    assert len(learnt) + len(asked) == 95
