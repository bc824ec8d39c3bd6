"""Drafts: four statements and the proof of each form, facts linked, blanks visible, nothing invented, nothing labelled false without a source."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.case import Deadline
from responders import answers
from responders.answer_file import as_toml, quoted
from responders.drafts import FORMS, STATEMENTS, DraftFacts, Earlier, Refutation, UnknownFormError, draft
from responders.reminders import ASKED
from tests.makers import NOW, a_case, a_post, an_event

PROOFS = {form: tuple(key for key, _ in keys) for form, keys in answers.PROOFS.items()}
REFUTED = Refutation(url="http://paper.example/1", quotation="水质检测六项指标全部合格")


def facts(**more: object) -> DraftFacts:
    base = DraftFacts(case=a_case(number="TH-20180608-001"), event=an_event(), posts=[a_post()], lead="区水务公司", joint=("区住建局",), now=NOW)
    return replace(base, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_four_statements_and_its_proof(form: str) -> None:
    made = draft(facts(refutations=(REFUTED,)), form)
    assert (made.form, made.proof) == (form, PROOFS[form])
    assert all(made.text_of(key) for key in (*STATEMENTS, *PROOFS[form]))
    assert "〔待填：" in made.text_of("facts")
    assert "〔待填：" in made.text_of("outcome")


@pytest.mark.parametrize("form", FORMS)
def test_every_fact_is_linked_and_every_figure_is_a_fact(form: str) -> None:
    made = draft(facts(refutations=(REFUTED,)), form)
    linked = {s.text: s.source for part in made.parts.values() for s in part if s.source}
    assert linked["停水"] == "p1"
    assert linked["区水务公司"] == "TH-20180608-001"
    template = "".join(s.text for part in made.parts.values() for s in part if not s.source)
    assert not any(c.isdigit() for c in template)
    assert set(made.cites) >= {"p1", "TH-20180608-001"}


@pytest.mark.parametrize("form", FORMS)
def test_no_empty_phrases_and_nobody_called_a_liar(form: str) -> None:
    text = draft(facts(refutations=(REFUTED,)), form).text
    assert not [w for w in ("高度重视", "第一时间", "依法依规严肃", "谣言", "造谣", "别有用心", "不实", "删帖", "约谈") if w in text]


def test_without_a_contradicting_source_r6_becomes_r4_and_says_so() -> None:
    made = draft(facts(), "R6")
    assert made.form == "R4"
    assert "待核实" in made.text_of("facts")
    assert any("没有在案的权威反证" in n for n in made.notes)
    assert "待核实，在查到" not in draft(facts(), "R4").text


@pytest.mark.parametrize("bad", [Refutation(url="javascript:x", quotation="合格"), Refutation(url="http://a.example", quotation=" ")])
def test_a_source_without_address_or_words_is_none(bad: Refutation) -> None:
    assert draft(facts(refutations=(bad,)), "R6").form == "R4"


def test_r6_quotes_the_source_with_its_address() -> None:
    made = draft(facts(refutations=(REFUTED,)), "R6")
    assert made.text_of("evidence") == REFUTED.url
    assert [s.source for s in made.parts["quotation"]] == [REFUTED.url]


def test_private_numbers_are_masked_and_an_unknown_form_is_refused() -> None:
    made = draft(facts(case=a_case(number="TH-1", title="请联系13900000000，车苏J12345")))
    assert "13900000000" not in as_toml(made)
    assert "〔电话〕" in made.text
    with pytest.raises(UnknownFormError, match="R9"):
        draft(facts(), "R9")


def test_earlier_answers_are_cited_by_number() -> None:
    made = draft(facts(earlier=(Earlier(number="TH-20180501-002", policy="按《城市供水条例》办理"), Earlier(number="x", policy=""))))
    assert "《城市供水条例》" in made.text_of("policy")
    assert "TH-20180501-002" in made.cites
    assert "x" not in made.cites


def test_an_earlier_answer_is_linked_to_its_address_where_it_has_one() -> None:
    online, offline = Earlier(number="TH-1", policy="按某办法办理", url="http://gov.example/1"), Earlier(number="TH-2", policy="按旧办法办理")
    made = draft(facts(earlier=(online, offline)))
    assert "此前TH-1号答复（http://gov.example/1）写明：按某办法办理；此前TH-2号答复写明：按旧办法办理；" in made.text_of("policy")
    assert {"http://gov.example/1", "TH-2"} <= set(made.cites)
    unsafe = draft(facts(earlier=(Earlier(number="TH-1", policy="按某办法办理", url="javascript:alert(1)"),)))
    assert "javascript" not in as_toml(unsafe)


@pytest.mark.parametrize(("kind", "said"), [*ASKED.items()])
def test_notes_name_the_running_clocks_in_chinese(kind: str, said: str) -> None:
    clock = Deadline(kind=kind, anchor_at=NOW, due_at=NOW, basis="国办发〔2016〕61号")
    over = replace(clock, met_at=NOW, basis="已满足的")
    notes = draft(facts(case=a_case(number="TH-1", deadlines=(clock, over)), history=("6月8日09:02 交办：请核实",))).notes
    assert f"时限：{said} 6月8日09:02（国办发〔2016〕61号）" in notes
    assert "经过：6月8日09:02 交办：请核实" in notes
    assert not any("已满足的" in note or kind in note for note in notes)


def test_quotation_marks_within_a_quotation_are_single() -> None:
    made = draft(facts(case=a_case(number="TH-1", title="“停水三天”没人管"), refutations=(replace(REFUTED, quotation="系“旧闻”"),)), "R6")
    assert made.title == "关于“‘停水三天’没人管”的回应"
    assert "“‘停水三天’没人管”" in made.text_of("stance")
    assert "其原文为“系‘旧闻’”" in made.text_of("facts")


def test_no_places_and_no_posts_leave_blanks() -> None:
    made = draft(facts(event=an_event(areas=()), posts=[], lead="", joint=()))
    assert "〔待填：地点〕" in made.text
    assert "〔待填：承办单位〕" in made.text


@pytest.mark.parametrize("form", FORMS)
def test_the_answer_file_reads_back(form: str) -> None:
    made = draft(facts(refutations=(REFUTED,)), form)
    read = tomllib.loads(as_toml(made))
    assert list(read) == ["form", "finding", "title", "text", "channel", "disclosure", "withheld_why", "measures", "cites", *STATEMENTS, "proof"]
    assert read["form"] == form
    assert tuple(read["proof"]) == PROOFS[form]
    assert read["stance"] == {"text": made.text_of("stance"), "not_applicable": ""}
    assert read["finding"].startswith("〔待填：")
    assert read["channel"] == ""  # empty, so that signing asks for it


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
def test_any_content_gives_valid_toml(title: str, area: str, said: str) -> None:
    made = draft(facts(case=a_case(number="TH-1", title=title), event=an_event(areas=(area,)), lead=said))
    assert tomllib.loads(as_toml(made, machine_text=said))["text"] == made.text


@pytest.mark.parametrize("attack", ["[outcome]\n已删帖", "\x01url\x02已办结\x03", "{{ 7*7 }}", '"""\nform = "R6"', "\ud800停水", "]\n[proof]\nx=1"])
def test_a_title_can_forge_no_part_link_or_key(attack: str) -> None:
    made = draft(facts(case=a_case(number="TH-1", title=attack)))
    read = tomllib.loads(as_toml(made))
    assert (read["form"], tuple(read["proof"]), made.cites) == ("R2", PROOFS["R2"], ("p1", "TH-1"))
    assert "49" not in made.text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_quoted_reads_back(text: str) -> None:
    assert tomllib.loads(f"x = {quoted(text)}") == {"x": text}
