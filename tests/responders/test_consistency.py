"""Contradictions among drafts: measured on pairs written by hand, their floors asserted; what is compared, what is not, how grave."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.paper import Answer, Finding, Paper, Publication, Statement
from responders.claims import Kind, Names, claims
from responders.consistency import Severity, Side, against_facts, compare, side_of
from tests.makers import NOW
from tests.responders.consistency_pairs import (
    COMPATIBLE,
    CONTRADICTORY,
    FRESH_COMPATIBLE,
    FRESH_CONTRADICTORY,
    HELD_OUT_COMPATIBLE,
    HELD_OUT_CONTRADICTORY,
    NAMES,
)


def sides(one: str, other: str) -> list[Side]:
    return [Side(unit="gs", paper_id="a", text=one), Side(unit="zjj", paper_id="b", text=other)]


def measured(wrong: list[tuple[str, str, Kind]], right: list[tuple[str, str]]) -> tuple[float, float]:
    """(precision, recall): a contradiction counts as found when its kind is right."""
    found = sum(any(c.kind is kind for c in compare(sides(a, b), NAMES)) for a, b, kind in wrong)
    alarms = sum(bool(compare(sides(a, b), NAMES)) for a, b in right)
    return found / max(1, found + alarms), found / len(wrong)


def test_the_sets_are_large_enough() -> None:
    assert len(CONTRADICTORY) >= 30
    assert len(COMPATIBLE) >= 30
    texts = [pair[:2] for pair in (*CONTRADICTORY, *COMPATIBLE, *HELD_OUT_CONTRADICTORY, *HELD_OUT_COMPATIBLE)]
    texts += [pair[:2] for pair in (*FRESH_CONTRADICTORY, *FRESH_COMPATIBLE)]
    assert len(set(texts)) == len(texts)


def test_floors_on_the_written_set() -> None:
    precision, recall = measured(CONTRADICTORY, COMPATIBLE)
    print(f"written: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.96
    assert recall >= 0.96


def test_floors_on_the_held_out_set() -> None:
    precision, recall = measured(HELD_OUT_CONTRADICTORY, HELD_OUT_COMPATIBLE)
    print(f"held out: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.9
    assert recall >= 0.8


def test_floors_on_pairs_the_finished_rules_had_never_seen() -> None:
    precision, recall = measured(FRESH_CONTRADICTORY, FRESH_COMPATIBLE)
    print(f"fresh: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.95
    assert recall >= 0.95


@pytest.mark.parametrize(("one", "other", "kind"), CONTRADICTORY, ids=[p[0][:12] for p in CONTRADICTORY])
def test_a_contradiction_is_found_from_either_side(one: str, other: str, kind: Kind) -> None:
    here, there = compare(sides(one, other), NAMES), compare(sides(other, one), NAMES)
    assert kind in {c.kind for c in here}
    assert {c.kind for c in here} == {c.kind for c in there}


@pytest.mark.parametrize(("one", "other"), COMPATIBLE, ids=[p[0][:12] + str(i) for i, p in enumerate(COMPATIBLE)])
def test_what_fits_is_no_contradiction(one: str, other: str) -> None:
    assert compare(sides(one, other), NAMES) == ()


def test_each_side_is_quoted_with_unit_paper_span_and_sentence() -> None:
    one, other = "第一句。停水涉及３２户居民。", "停水涉及48户居民。"
    (found,) = compare(sides(one, other))
    assert (found.one.unit, found.one.paper_id, found.other.unit, found.other.paper_id) == ("gs", "a", "zjj", "b")
    assert one[slice(*found.one.span)] == found.one.words == "３２户"
    assert found.one.sentence == "停水涉及３２户居民"
    assert found.severity is Severity.RESOLVE


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("停水涉及32户居民。", "停水涉及48户居民。", Severity.RESOLVE),
        ("停水涉及三十余户居民。", "停水涉及48户居民。", Severity.LOOK),
        ("违建将于下月拆除。", "违建正在拆除。", Severity.LOOK),
        ("反映情况属实。", "反映情况无法核实。", Severity.LOOK),
        ("反映情况属实。", "反映情况不实。", Severity.RESOLVE),
    ],
)
def test_severity(one: str, other: str, severity: Severity) -> None:
    assert [c.severity for c in compare(sides(one, other))] == [severity]


def test_what_must_be_resolved_stands_first() -> None:
    found = compare(sides("停水涉及三十余户居民。罚款5000元。", "停水涉及48户居民。罚款6000元。"))
    assert [c.severity for c in found] == [Severity.RESOLVE, Severity.LOOK]


def an_answer(**more: object) -> Answer:
    said = Statement(text="立场")
    base = Answer(form="R3", finding=Finding.TRUE, title="停水", text="停水涉及32户居民。", stance=said, facts=said, policy=said, outcome=said)
    return replace(base, **more)  # type: ignore[arg-type]


def a_paper(name: str, unit: str, content: Answer | Publication) -> Paper:
    return Paper(id=name, case_id="c", unit=unit, by="演示值班员", at=NOW, content=content)


def test_findings_of_two_answers_differ() -> None:
    one, other = a_paper("a", "gs", an_answer()), a_paper("b", "zjj", an_answer(finding=Finding.FALSE))
    (found,) = compare([side_of(one), side_of(other)])
    assert (found.kind, found.one.words, found.other.words, found.severity) == (Kind.CONCLUSION, "属实", "不实", Severity.RESOLVE)


def test_an_answer_may_not_conclude_otherwise_than_its_finding() -> None:
    (found,) = compare([side_of(a_paper("a", "gs", an_answer(text="经查，反映情况不实。")))])
    assert (found.one.paper_id, found.other.paper_id, found.other.words) == ("a", "a", "不实")


def test_every_part_of_an_answer_is_read_and_a_repeated_one_shown_once() -> None:
    part = Statement(text="停水涉及48户居民。")
    one = an_answer(proof={"investigation": "停水涉及32户居民。"}, measures=("更换管道800米。",))
    other = an_answer(text="", facts=part, outcome=part, measures=("更换管道1200米。",))
    found = compare([side_of(a_paper("a", "gs", one)), side_of(a_paper("b", "zjj", other))])
    assert sorted(c.one.words for c in found) == ["32户", "800米"]


def test_only_answers_are_compared() -> None:
    paper = a_paper("x", "gs", Publication(answer_id="a", channel="网站", url="http://a.example", published_at=NOW))
    with pytest.raises(TypeError, match="公开回应登记不是反馈单"):
        side_of(paper)


def test_three_units_are_compared_each_with_each() -> None:
    texts = {"gs": "停水涉及32户居民。", "zjj": "停水涉及48户居民。", "cgj": "停水涉及60户居民。"}
    found = compare([Side(unit=u, paper_id=u, text=t) for u, t in texts.items()])
    assert {(c.one.unit, c.other.unit) for c in found} == {("gs", "zjj"), ("gs", "cgj"), ("zjj", "cgj")}


def test_a_difference_with_the_facts_is_only_to_be_looked_at() -> None:
    facts = [Side(unit="", paper_id="p1", text="停水涉及100户居民"), Side(unit="", paper_id="p2", text="路灯坏了")]
    found = against_facts(Side(unit="gs", paper_id="a", text="停水涉及32户居民。"), facts)
    assert [(c.severity, c.other.paper_id) for c in found] == [(Severity.LOOK, "p1")]


@pytest.mark.parametrize("text", ["", "。。。", "第三人民医院", "请拨打12345", "一次性告知", "13月45日", "25时70分", "0户", "《〔2016〕61号》"])
def test_odd_text_says_nothing_about_dates_and_does_no_harm(text: str) -> None:
    assert not any(c.kind in (Kind.DATE, Kind.TIME) for c in claims(text))
    assert compare(sides(text, text)) == ()


def test_no_drafts_and_one_draft() -> None:
    assert compare([]) == ()
    assert compare([Side(unit="gs", paper_id="a", text="停水涉及32户。停水涉及48户。")]) == ()


@given(st.text(alphabet="停水涉及户人元万三十二百余约近6月8日前后时点属实不部分，。0123456789%", max_size=60))
def test_a_text_never_contradicts_itself_word_for_word(text: str) -> None:
    assert compare(sides(text, text), NAMES) == ()


@given(st.text(max_size=200))
def test_spans_lie_in_the_text(text: str) -> None:
    for claim in claims(text, Names(places={"先锋街道": ""})):
        assert text[slice(*claim.span)] == claim.words
