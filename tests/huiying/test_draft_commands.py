"""`case draft` and `case compare` as a person types them: from the ledger to a file that, filled in, may be signed."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying import case_papers, case_verbs
from huiying.__main__ import app
from huiying.answer_files import AnswerFileError, read_answer
from huiying.drafting import contradiction, draft_facts, matter_of
from huiying.office import Desk
from huiying.settings import Settings
from records.assessment import Assessment, Speaker, Verdict
from records.case import Case
from records.paper import Statement
from records.source import MediaTier, Source, SourceKind
from responders.answer_file import as_toml
from responders.answers import PROOFS, faults
from responders.cases import MoveRefusedError
from responders.drafts import draft
from tests.huiying.desk import desk_in, take, waiting_case
from tests.makers import NOW, PAGE, STATE, a_case, a_post, an_answer, an_assessment, an_event, opening

RUNNER = CliRunner()
NUMBER = "TH-20180608-001"
BLANK = re.compile("〔待填：[^〕]*〕")
FINDING, DISCLOSURE = "〔待填：属实、部分属实、不实、无法核实 之一〕", "〔待填：主动公开、部分公开、依申请公开、不予公开 之一〕"
MATTER, DENIED = "zjj.delay", "网传自来水有毒，经疾控部门检测，各项指标合格，该消息系谣言。"
PAPER = Source(
    id="paper", name="盐城晚报", kind=SourceKind.LISTING, url="http://paper.example/", tier=MediaTier.CITY, territory="local", cadence_minutes=60,
    enabled=True, impact_note="已评估",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    own = replace(PAPER, id="own", name="盐城汇津水务网站")
    personal, forum = replace(PAPER, id="me", tier=MediaTier.PERSONAL), replace(PAPER, id="bbs", kind=SourceKind.FORUM)
    with desk_in(tmp_path / "data", replace(settings, sources=(PAPER, own, personal, forum))) as opened:
        yield opened


def about(matter: str, post: str, **more: object) -> Assessment:
    lead = Verdict(what="lead", value="zjj", probability=0.9, reason="事项", speaker=Speaker.RULE, clause=f"事项目录·{matter}")
    return an_assessment(post, **({"verdicts": (lead,)} | more))


def case_about(desk: Desk, name: str, *, matter: str = MATTER, **more: object) -> Case:
    """A case in 预警提示 on an event of one post, judged to be about the matter."""
    desk.ledger.add_collected([a_post(f"p{name}")], [PAGE], STATE)
    desk.ledger.add_assessments([about(matter, f"p{name}")])
    desk.ledger.save_events([an_event(f"e{name}", (f"p{name}",))])
    case = a_case(f"e{name}", **more)
    return desk.ledger.open_case(case, opening(case), lambda c: [], [f"p{name}"], desk.settings.office.case_number_format, NOW)


def published(desk: Desk, name: str, policy: str, **more: object) -> str:
    """The number of a case whose answer, with this 政策措施, went out."""
    number = case_about(desk, name, **more).number
    take(desk, number, "交办", "签收", "核查")
    for unit in ("zjj", "gs"):
        case_papers.file_answer(desk, number, an_answer(policy=Statement(text=policy)), by="联络员", unit=unit)
    case_verbs.move(desk, number, "反馈", by="联络员", why="已核查")
    take(desk, number, "签批", "公开回应")
    return number


def run(desk: Desk, *arguments: object) -> Result:
    return RUNNER.invoke(app, ["case", *(str(a) for a in arguments), "--data", str(desk.data)])


def filled(text: str, finding: str) -> str:
    """The file as a contact fills it in."""
    text = text.replace('channel = ""', 'channel = "区政府网站"').replace(FINDING, finding)
    text = text.replace(DISCLOSURE, "主动公开")
    return BLANK.sub("已经现场核实，情况如下", text)


def with_denial(desk: Desk, source: str = "paper", denied: str = DENIED, **more: object) -> str:
    """The number of a case whose event holds a newspaper's report that contradicts it."""
    number = waiting_case(desk).number
    reply = a_post("d", source_id=source, url="http://paper.example/d", title="疾控：水质合格", text=f"记者探访。{denied}市民可放心饮用。")
    desk.ledger.add_collected([reply], [PAGE], STATE)
    desk.ledger.add_assessments([an_assessment("d", **({"contradicted": True} | more))])
    desk.ledger.save_events([an_event("e1", ("p1", "d"))])
    return number


@pytest.mark.parametrize("form", [*PROOFS])
def test_a_draft_filled_in_may_be_signed(desk: Desk, tmp_path: Path, form: str) -> None:
    number, out = with_denial(desk), tmp_path / f"{form}.toml"
    with desk_in(desk.data, desk.settings) as same:
        out.write_text(filled(as_toml(draft(draft_facts(same, number), form)), "不实" if form == "R6" else "部分属实"), encoding="utf-8")
    answer = read_answer(out)
    assert (answer.form, tuple(answer.proof)) == (form, tuple(key for key, _ in PROOFS[form]))
    assert faults(answer) == ()


@pytest.mark.parametrize("form", [*PROOFS])
def test_no_draft_may_be_signed_as_it_comes(desk: Desk, tmp_path: Path, form: str) -> None:
    out = tmp_path / "a.toml"
    made = as_toml(draft(draft_facts(desk, with_denial(desk)), form))
    out.write_text(made.replace(FINDING, "属实").replace(DISCLOSURE, "主动公开"), encoding="utf-8")
    said = faults(read_answer(out))
    assert "公开渠道为空" in said
    assert any("还有待填待核之处" in one for one in said)


def test_the_command_writes_a_file_and_never_over_one(desk: Desk, tmp_path: Path) -> None:
    number, out = waiting_case(desk).number, tmp_path / "口径.toml"
    done = run(desk, "draft", number, "--form", "R3", "--out", out)
    assert (done.exit_code, done.stdout.strip()) == (0, str(out))
    read = tomllib.loads(out.read_text(encoding="utf-8"))
    assert (read["form"], read["cites"]) == ("R3", ["p1", NUMBER])
    assert "停水" in read["title"]
    out.write_text("填好的", encoding="utf-8")
    again = run(desk, "draft", number, "--out", out)
    assert (again.exit_code, "不覆盖" in again.stderr, out.read_text(encoding="utf-8")) == (2, True, "填好的")


def test_it_prints_without_out_and_is_the_cases_own_form(desk: Desk) -> None:
    done = run(desk, "draft", waiting_case(desk).number)
    assert done.exit_code == 0
    assert tomllib.loads(done.stdout)["form"] == "R2"
    assert "# 时限：公开回应 2018年6月10日09:02（国办发〔2016〕61号）" in done.stdout
    assert "# 经过：6月8日09:02 预警提示：达到预警条件" in done.stdout
    assert "respond" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("draft", "TH-1"), 1, "没有交办件 TH-1"),
        (("draft", NUMBER, "--form", "R9"), 2, "没有回应形式 R9"),
        (("draft", NUMBER, "--out", "/nowhere/a.toml"), 2, "/nowhere/a.toml: 写不了"),
        (("compare", "TH-1"), 1, "没有交办件 TH-1"),
    ],
)
def test_what_cannot_be_done_says_why(desk: Desk, arguments: tuple[str, ...], code: int, said: str) -> None:
    waiting_case(desk)
    done = run(desk, *arguments)
    assert (done.exit_code, said in done.stderr) == (code, True)


def test_an_event_that_is_gone_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = waiting_case(desk).number
    monkeypatch.setattr(desk.ledger, "event", lambda _: None)
    with pytest.raises(MoveRefusedError, match="不在台账中"):
        draft_facts(desk, number)


def test_a_contradicting_authority_is_quoted_with_its_address(desk: Desk) -> None:
    (found,) = draft_facts(desk, with_denial(desk)).refutations
    assert (found.url, found.quotation) == ("http://paper.example/d", DENIED)


@pytest.mark.parametrize(
    ("source", "more"),
    [
        ("own", {}),  # the unit's own denial is none (design decision 3)
        ("me", {}),
        ("bbs", {}),
        ("nobody", {}),
        ("paper", {"contradicted": False}),  # a paper that only reports what is said
    ],
)
def test_nothing_else_makes_a_criticism_false(desk: Desk, source: str, more: dict[str, object]) -> None:
    facts = draft_facts(desk, with_denial(desk, source, **more))
    assert facts.refutations == ()
    assert draft(facts, "R6").form == "R4"


@pytest.mark.parametrize(
    ("denied", "stands"),
    [
        ("盐城汇津水务回应：该消息系谣言。", False),  # a paper that repeats what the unit itself denies
        ("盐城汇津水务、区卫生健康委员会通报：该消息系谣言。", True),
        ("盐城汇津水务送样检测，各项指标合格，系谣言。", True),
    ],
)
def test_the_units_own_denial_in_a_paper_is_still_its_own(desk: Desk, denied: str, stands: bool) -> None:
    found = draft_facts(desk, with_denial(desk, denied=denied)).refutations
    assert [r.quotation for r in found] == ([denied] if stands else [])


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("疾控：水质合格", f"记者探访。{DENIED}市民可放心饮用。", DENIED),
        ("“水里有毒”？警方：系谣言", "今天一段语音在群里流传，超市桶装水被抢购一空。", "“水里有毒”？警方：系谣言"),  # the headline whole
        ("语音疯传", "今天一段语音在多个微信群里疯传，超市桶装水被抢购一空。", ""),  # that something circulates refutes nothing
        ("停水三天", "居民说水厂不管。", ""),
        ("", "", ""),
    ],
)
def test_what_refutes_is_what_somebody_found(title: str, text: str, said: str) -> None:
    assert contradiction(a_post(title=title, text=text)) == said


def test_earlier_published_answers_on_the_same_matter_are_cited_newest_first(desk: Desk) -> None:
    old = published(desk, "1", "按某办法第一条办理")
    other = published(desk, "2", "另一事项的政策", matter="zjj.stalled")
    signed = case_about(desk, "3").number
    facts = draft_facts(desk, case_about(desk, "4").number)
    assert facts.matter == "商品房开发·延期交房"
    assert [(e.number, e.policy, e.url) for e in facts.earlier] == [(old, "按某办法第一条办理", "http://www.tinghu.example/1.html")]
    text = draft(facts).text_of("policy")
    assert f"此前{old}号答复（http://www.tinghu.example/1.html）写明：按某办法第一条办理" in text
    assert other not in text
    assert signed not in text


def test_nothing_of_a_whistleblowing_case_is_cited(desk: Desk) -> None:
    discipline = desk.settings.units.discipline
    published_one = published(desk, "1", "按某办法办理")
    assert draft_facts(desk, case_about(desk, "2").number).earlier
    secret = replace(desk.settings.units, discipline="gs")
    with desk_in(desk.data, replace(desk.settings, units=secret)) as same:
        assert published_one
        assert discipline != "gs"
        assert draft_facts(same, "TH-20180608-002").earlier == ()


def test_an_answer_older_than_two_years_is_no_guide(desk: Desk) -> None:
    published(desk, "1", "按某办法办理")
    number = case_about(desk, "2").number
    with desk_in(desk.data, desk.settings, lambda: NOW + timedelta(days=731)) as later:
        assert draft_facts(later, number).earlier == ()


def test_the_matter_is_what_most_posts_are_about() -> None:
    assert matter_of([about("a", "1"), about("b", "2"), about("b", "3")]) == "b"
    assert matter_of([about("a", "1"), about("b", "2")]) == "a"
    assert matter_of([an_assessment("1")]) == matter_of([]) == ""


def test_a_matter_that_did_not_decide_the_lead_is_not_the_matter() -> None:
    weak = Verdict(what="lead", value="cgj", probability=0.1, reason="事项", speaker=Speaker.RULE, clause="事项目录·cgj.truck")
    strong = replace(weak, value="hbj", probability=0.9, reason="职责相近", clause="")
    assert matter_of([an_assessment("1", verdicts=(weak, strong))]) == ""
    assert matter_of([an_assessment("1", verdicts=(strong, replace(weak, probability=0.95)))]) == "cgj.truck"


def drafts_of(desk: Desk, one: str, other: str) -> str:
    number = waiting_case(desk).number
    take(desk, number, "交办", "签收", "核查")
    case_papers.file_answer(desk, number, an_answer(text=one), by="联络员")
    case_papers.file_answer(desk, number, an_answer(text=other), by="协办联络员", unit="zjj")
    return number


def test_compare_shows_both_sides_and_ends_with_one(desk: Desk) -> None:
    done = run(desk, "compare", drafts_of(desk, "停水涉及32户居民。", "此次停水涉及48户居民。"))
    assert done.exit_code == 1
    head, one, other = done.stdout.splitlines()
    assert head == "须解决  数字不一致：“32户”与“48户”"
    assert re.fullmatch("    盐城汇津水务（反馈单 .+）：停水涉及32户居民", one)
    assert re.fullmatch("    区住房和城乡建设局（反馈单 .+）：此次停水涉及48户居民", other)


def test_a_difference_with_the_posts_is_shown_but_bars_nothing(desk: Desk) -> None:
    done = run(desk, "compare", drafts_of(desk, "先锋街道停水1天。", "先锋街道停水1天。"))
    assert done.exit_code == 0
    assert "请核对  数字不一致：“1天”与“三天”" in done.stdout
    assert "网上说法（帖文 p1）：" in done.stdout


def test_compare_of_none_and_of_what_fits(desk: Desk) -> None:
    number = drafts_of(desk, "停水涉及32户居民。", "停水涉及三十余户居民。")
    assert run(desk, "compare", number).stdout.strip() == "已核对反馈单 2 份，没有发现矛盾"
    empty = case_about(desk, "9").number
    done = run(desk, "compare", empty)
    assert (done.exit_code, done.stdout.strip()) == (0, "还没有反馈单可核对")


def test_private_numbers_of_a_post_are_not_printed(desk: Desk) -> None:
    number = drafts_of(desk, "先锋街道停水1天。", "先锋街道停水1天。")
    desk.ledger.add_collected([a_post("p2", text="先锋街道停水三天电话13900000000", title="停水")], [PAGE], STATE)
    desk.ledger.save_events([an_event("e1", ("p2",))])
    said = run(desk, "compare", number).stdout
    assert "“三天”" in said
    assert "13900000000" not in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (FINDING, "", "finding: 还没有填写，现为〔待填：属实、部分属实、不实、无法核实 之一〕"),
        (DISCLOSURE, "", "disclosure: 还没有填写，现为〔待填：主动公开、"),
        (FINDING, "真的", "finding: 应为 属实、部分属实、不实、无法核实 之一"),
    ],
)
def test_a_choice_left_blank_names_key_and_what_to_fill(desk: Desk, tmp_path: Path, old: str, new: str, said: str) -> None:
    out = tmp_path / "a.toml"
    text = as_toml(draft(draft_facts(desk, waiting_case(desk).number)))
    out.write_text(text.replace(old, new) if new else text, encoding="utf-8")
    with pytest.raises(AnswerFileError, match=re.escape(f"{out}: {said}")):
        read_answer(out)
