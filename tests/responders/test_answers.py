"""Every form asks for its proof and the four statements; no answer may take down, silence or hunt, however it is written."""

from dataclasses import replace

import pytest

from records.paper import Answer, Disclosure, Finding, Statement
from responders.answers import PROOFS, STATEMENTS, blocked, faults, is_address
from responders.takedown import asks_for
from tests.makers import PROOF, an_answer
from tests.responders.said import ALLOWED, BLOCKED

FORMS = sorted(PROOFS)


def without(answer: Answer, key: str, value: str = "") -> Answer:
    return replace(answer, proof={**answer.proof, key: value})


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_answer_has_no_fault(form: str) -> None:
    assert faults(an_answer(form)) == ()


@pytest.mark.parametrize(("form", "key", "name"), [(f, k, n) for f in FORMS for k, n in PROOFS[f]])
@pytest.mark.parametrize("value", ["", "  ", "\u3000", "。", "……", "——", "略"])
def test_each_proof_of_each_form_is_asked_for(form: str, key: str, name: str, value: str) -> None:
    found = faults(without(an_answer(form), key, value))
    assert f"{form} 须有“{name}”（proof.{key}）" in found


@pytest.mark.parametrize(("form", "key"), [(f, k) for f in FORMS for k, _ in PROOFS[f]])
def test_none_is_an_answer_only_where_there_may_be_none(form: str, key: str) -> None:
    found = faults(without(an_answer(form), key, "无"))
    may = (form, key) in {("R3", "persons"), ("R1", "adopted"), ("R1", "declined")}
    assert (found == ()) is may


def test_a_proposal_is_adopted_or_not() -> None:
    assert len(faults(an_answer("R1", proof={"adopted": "无", "declined": "无"}))) == 2


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", STATEMENTS)
def test_each_statement_is_there_or_marked_not_applicable(form: str, key: str) -> None:
    def stated(**one: str) -> tuple[str, ...]:
        return faults(replace(an_answer(form), **{key: Statement(**one)}))

    missing = f"缺{STATEMENTS[key]}（写明内容，或写明为何不适用）"
    assert stated() == (missing,)
    assert stated(text="…") == (missing,)
    assert stated(not_applicable="不涉及") == ()
    assert stated(text="已经说明", not_applicable="不涉及") == (f"{STATEMENTS[key]}：既有内容又写明不适用，只能取其一",)


@pytest.mark.parametrize("key", ["title", "text", "channel"])
def test_title_text_and_channel_are_asked_for(key: str) -> None:
    assert len(faults(an_answer("R2", **{key: " "}))) == 1


def test_what_is_not_published_needs_no_channel_but_a_reason() -> None:
    kept = an_answer("R2", channel="", disclosure=Disclosure.WITHHELD, withheld_why="涉及个人隐私")
    assert faults(kept) == ()
    assert "须写明理由" in faults(replace(kept, withheld_why="。"))[0]
    assert faults(replace(kept, disclosure=Disclosure.PARTLY)) == ("公开渠道为空",)


def test_everything_missing_is_told_at_once() -> None:
    nothing = Statement()
    bare = Answer(
        form="R3", finding=Finding.TRUE, title="", text="", stance=nothing, facts=nothing, policy=nothing, outcome=nothing, measures=("删帖",)
    )
    assert len(faults(bare)) == 3 + 4 + 4 + 1


def test_an_unknown_form_is_named() -> None:
    assert faults(replace(an_answer(), form="R7")) == ("回应形式 'R7' 不存在（R1–R6）",)


@pytest.mark.parametrize("finding", [Finding.TRUE, Finding.PARTLY, Finding.UNVERIFIABLE])
def test_r6_is_only_for_what_was_found_false(finding: Finding) -> None:
    assert faults(an_answer("R6", finding=finding)) == (f"R6 只用于核查结论为“不实”的，现为“{finding}”",)


@pytest.mark.parametrize("address", ["某报第二版", "ftp://gov.example/1", "http://", "http://[坏", "javascript:alert(1)", "//gov.example/1"])
def test_r6_rests_on_an_address(address: str) -> None:
    assert not is_address(address)
    assert faults(without(an_answer("R6"), "evidence", address)) == ("R6 的反证出处须为网址",)


MARK = "〔待填：完成时间〕"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"title": MARK + "的说明"}, {"text": f"已于{MARK}修复"}, {"measures": ("修复", MARK)}, {"unfinished": MARK}, {"contact": MARK},
        {"stance": Statement(text=f"致歉{MARK}")}, {"policy": Statement(not_applicable=f"不涉及{MARK}")}, {"channel": MARK},
        {"proof": PROOF["R2"] | {"solved": f"更换{MARK}"}},
    ],
)  # fmt: skip
def test_a_blank_left_anywhere_is_found(spoilt: dict[str, object]) -> None:
    assert faults(an_answer("R2", **spoilt)) == (f"还有待填待核之处：{MARK}",)


def test_two_blanks_are_told_and_the_same_one_once() -> None:
    assert faults(an_answer("R2", text="〔待核〕〔待填〕〔待核〕")) == ("还有待填待核之处：〔待填〕", "还有待填待核之处：〔待核〕")


@pytest.mark.parametrize("said", BLOCKED)
def test_taking_down_silencing_and_hunting_are_blocked(said: str) -> None:
    assert list(asks_for(said))
    assert blocked(an_answer("R2", measures=(f"修复路面，{said}。",))), "in the middle of a measure, too"


@pytest.mark.parametrize("said", ALLOWED)
def test_ordinary_work_is_not_blocked(said: str) -> None:
    assert list(asks_for(said)) == []
    assert faults(an_answer("R2", measures=(said,))) == ()


@pytest.mark.parametrize(
    "where",
    [
        {"title": "删帖"}, {"text": "删帖"}, {"measures": ("修复", "删帖")}, {"unfinished": "删帖"}, {"facts": Statement(text="删帖")},
        {"policy": Statement(not_applicable="已删帖")}, {"withheld_why": "删帖"}, {"channel": "删帖"}, {"proof": PROOF["R2"] | {"solved": "删帖"}},
    ],
)  # fmt: skip
def test_it_is_found_wherever_it_stands(where: dict[str, object]) -> None:
    assert [what for what, _ in blocked(an_answer("R2", **where))] == ["删帖"]


def test_each_thing_is_told_once_with_its_clause() -> None:
    answer = an_answer("R2", text="联系网站删除该帖。", measures=("联系网站删除该帖", "约谈发帖人"))
    assert set(blocked(answer)) == {("删帖", "联系网站删除该帖"), ("约谈", "约谈发帖人")}
    assert any("措施含“联系网站删除该帖”：“删帖”" in one for one in faults(answer))


def test_a_denial_does_not_cover_the_next_clause() -> None:
    assert [clause for _, clause in asks_for("未删帖，但已删除该帖评论")] == ["但已删除该帖评论"]


def test_a_text_of_a_hundred_thousand_characters_is_read_in_a_moment() -> None:
    assert list(asks_for("已查明网友反映的情况属实" * 10_000)) == []
