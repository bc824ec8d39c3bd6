"""Scores and per-rule figures are what a person would count on five rows."""

from dataclasses import replace

import pytest

from classifiers.corpus import Labelled
from classifiers.evaluation import rule_scores, score
from records.assessment import Assessment, OpinionLevel, Speaker, Verdict
from tests.makers import an_assessment

GROUPS = {"gs": "utility", "zjj": "housing", "jwjw": "discipline"}


def labelled(name: str, **more: object) -> Labelled:
    base = Labelled(
        id=name, title="", text="停水", relevant=True, categories=("C3",), primary="C3", level="Ⅲ", form="R2", lead="utility", joint=(), voice=""
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def said(*verdicts: tuple[str, str, str], **more: object) -> Assessment:
    made = tuple(Verdict(what=w, value=v, probability=0.9, reason="", speaker=Speaker.RULE, clause=c) for c, w, v in verdicts)
    fields = {"categories": {"C3": 0.9}, "level": OpinionLevel.III, "form": "R2", "leads": (("gs", 0.8), ("zjj", 0.2))} | more
    return an_assessment("x", verdicts=made, **fields)


NOISE = labelled("n", relevant=False, categories=(), primary="", level="", form="", lead="")


def test_scores_are_shares_of_the_rows_that_have_the_label() -> None:
    rows = [labelled("1"), labelled("2", form="R3"), labelled("3", lead="housing"), NOISE]
    found = [said(), said(), said(), said(relevant=0.9)]
    made = score(rows, found, GROUPS)
    assert made.rows == 4
    assert made.relevant_f1 == pytest.approx(2 * 3 / (3 + 3 + 1))
    assert made.false_alarms == 1.0
    assert (made.primary, made.level) == (1.0, 1.0)
    assert made.form == pytest.approx(2 / 3)
    assert made.lead == pytest.approx(2 / 3)
    assert made.lead_top3 == 1.0


def test_nothing_relevant_is_no_division_by_zero() -> None:
    made = score([NOISE], [said(relevant=0.1)], GROUPS)
    assert (made.relevant_f1, made.false_alarms, made.lead) == (0.0, 0.0, 0.0)
    assert rule_scores([], [], GROUPS) == []


def test_a_rule_s_coverage_conflict_and_accuracy() -> None:
    rows = [labelled("1"), labelled("2", form="R3"), labelled("3"), NOISE]
    found = [said(("help", "form", "R2")), said(("help", "form", "R2"), ("report", "form", "R3")), said(), said(("help", "form", "R2"))]
    by_rule = {s.rule: s for s in rule_scores(rows, found, GROUPS)}
    assert by_rule["help"].spoke == 3
    assert by_rule["help"].coverage == 0.75
    assert by_rule["help"].conflict == 0.25
    assert by_rule["help"].accuracy == pytest.approx(1 / 2), "the noise row has no form to be right about"
    assert (by_rule["report"].spoke, by_rule["report"].accuracy) == (1, 1.0)


@pytest.mark.parametrize(
    ("verdict", "row", "right"),
    [
        (("a", "relevant", "1"), labelled("1"), 1.0),
        (("a", "relevant", "1"), NOISE, 0.0),
        (("a", "irrelevant", "1"), NOISE, 1.0),
        (("a", "category", "C3"), labelled("1"), 1.0),
        (("a", "category", "C4"), labelled("1"), 0.0),
        (("a", "level", "Ⅲ"), labelled("1", level="Ⅱ"), 1.0),
        (("a", "level", "Ⅲ"), labelled("1", level="Ⅳ"), 0.0),
        (("a", "lead", "gs"), labelled("1"), 1.0),
        (("a", "lead", "@town"), labelled("1", lead="town"), 1.0),
        (("a", "lead", "zjj"), labelled("1"), 0.0),
        (("a", "accusation", "1"), labelled("1", lead="discipline"), 1.0),
        (("a", "territory", "ours"), labelled("1"), None),
    ],
)
def test_when_a_rule_is_right(verdict: tuple[str, str, str], row: Labelled, right: float | None) -> None:
    (made,) = rule_scores([row], [said(verdict)], GROUPS)
    assert made.accuracy == right
