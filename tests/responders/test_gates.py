"""What must be on file before a case goes on: each point alone, all together, and the ways somebody might try to get round."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from records.assessment import OpinionLevel
from records.case import ActorKind, CaseState, Transition
from records.paper import (
    Answer,
    Disclosure,
    Ground,
    Paper,
    Pause,
    Publication,
    SecrecyReview,
    Shelving,
    Signature,
    Task,
    TaskDone,
)
from records.unit import Capacity
from responders.case_file import CaseFile
from responders.cases import MoveRefusedError
from responders.gates import Asked, check_gate
from tests.makers import an_answer
from tests.responders.samples import NOW, a_dispatched_case, at, units

S = CaseState
LATER = NOW + timedelta(hours=1)


def filed(content: object, name: str, by: str, when: datetime = LATER, unit: str = "gs") -> Paper:
    return Paper(id=name, case_id="c1", unit=unit, by=by, at=when, content=content)  # type: ignore[arg-type]


def moved(to: CaseState, by: str = "值班员", when: datetime = NOW) -> Transition:
    return Transition(case_id="c1", from_state=S.ALERTED, to_state=to, actor_kind=ActorKind.PERSON, actor=by, at=when, why="按流程")


def answered(**more: object) -> Paper:
    return filed(an_answer(**more), "a", "拟稿人")  # type: ignore[arg-type]


REVIEW = filed(SecrecyReview(answer_id="a", passed=True, said="不涉密"), "v", "保密员")
SIGN = filed(Signature(answer_id="a", capacity=Capacity.DEPUTY, unit="gs"), "s", "负责人")
OUT = Publication(answer_id="a", channel="区政府网站", url="http://gov.example/1", published_at=LATER)
WHOLE = (answered(), REVIEW, SIGN)


SENT = (moved(S.DISPATCHED),)


def a_file(
    papers: Sequence[Paper] = (), state: CaseState = S.REPORTED, moves: Sequence[Transition] = SENT, **more: object
) -> CaseFile:
    return CaseFile(case=a_dispatched_case(state=state, **more), moves=tuple(moves), papers=tuple(papers))


def asked(to: CaseState, by: str = "负责人", *, authoritative: bool = True, contradictions: Sequence[str] = ()) -> Asked:
    return Asked(to=to, by=by, units=units(), authoritative=lambda address: authoritative, contradictions=contradictions)


def refusal(file: CaseFile, ask: Asked) -> str:
    with pytest.raises(MoveRefusedError) as refused:
        check_gate(file, ask)
    return str(refused.value)


def test_a_whole_file_may_be_signed() -> None:
    check_gate(a_file(WHOLE), asked(S.APPROVED))


@pytest.mark.parametrize(
    ("papers", "by", "said"),
    [
        ((), "负责人", "没有承办单位的反馈单"),
        ((answered(channel=""), REVIEW, SIGN), "负责人", "公开渠道为空"),
        ((answered(), SIGN), "负责人", "没有保密审查"),
        ((answered(), replace(REVIEW, content=SecrecyReview(answer_id="a", passed=False, said="含内部数据")), SIGN), "负责人", "未通过：含内部数据"),
        ((answered(), replace(REVIEW, by="拟稿人"), SIGN), "负责人", "须由另一人审查"),
        ((answered(), replace(REVIEW, by="拟 稿人"), SIGN), "负责人", "须由另一人审查"),
        ((answered(), REVIEW), "负责人", "没有对现行回应口径的签批单"),
        (WHOLE, "值班员", "值班员是交办人"),
        (WHOLE, "值班 员", "是交办人"),
        (WHOLE, "拟稿人", "不能签批自己拟的稿"),
        (WHOLE, "拟　稿人", "不能签批自己拟的稿"),
        ((answered(measures=("删帖",)), REVIEW, SIGN), "负责人", "压制或追查"),
    ],
)
def test_each_thing_missing_before_signing(papers: tuple[Paper, ...], by: str, said: str) -> None:
    assert said in refusal(a_file(papers), asked(S.APPROVED, by))


def test_all_that_is_missing_is_told_together() -> None:
    said = refusal(a_file((answered(title=""),)), asked(S.APPROVED, "拟稿人", contradictions=("停水时间：三天／两天",)))
    for part in ("标题为空", "没有保密审查", "签批单", "自己拟的稿", "口径不一致：停水时间：三天／两天", "TH-20180608-003：不能转为“签批”"):
        assert part in said


def test_whoever_dispatched_any_time_cannot_sign() -> None:
    moves = (moved(S.DISPATCHED, "甲"), moved(S.RETURNED, "乙"), moved(S.DISPATCHED, "丙"))
    for by in ("甲", "丙"):
        assert "是交办人" in refusal(a_file(WHOLE, moves=moves), asked(S.APPROVED, by))
    check_gate(a_file(WHOLE, moves=moves), asked(S.APPROVED, "乙"))


def test_an_answer_newer_than_signature_and_review_needs_both_anew() -> None:
    newer = filed(an_answer(text="改过的口径，已修复完毕。"), "a2", "拟稿人", LATER + timedelta(hours=1))
    said = refusal(a_file((*WHOLE, newer)), asked(S.APPROVED))
    assert "没有对现行回应口径的签批单" in said
    assert "现行回应口径没有保密审查" in said


def test_an_answer_of_the_turn_before_answers_nothing() -> None:
    early = filed(an_answer(), "a", "拟稿人", NOW - timedelta(days=1))
    assert "没有承办单位的反馈单" in refusal(a_file((early, REVIEW, SIGN), dispatched_at=NOW), asked(S.APPROVED))


def test_r6_only_with_an_authority_on_record() -> None:
    file = a_file((answered(form="R6"), REVIEW, SIGN))
    check_gate(file, asked(S.APPROVED))
    assert "请改用 R4 或 R5" in refusal(file, asked(S.APPROVED, authoritative=False))
    check_gate(a_file(WHOLE), asked(S.APPROVED, authoritative=False))


def test_a_report_with_a_forbidden_measure_is_refused() -> None:
    assert "约谈发帖人" in refusal(a_file((answered(measures=("约谈发帖人",)),), state=S.CHECKING), asked(S.REPORTED))
    check_gate(a_file((answered(title=""),), state=S.CHECKING), asked(S.REPORTED))


def out(**more: object) -> Paper:
    return filed(replace(OUT, **more), "o", "联络员")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        ((), "没有签批的回应口径"),
        (WHOLE, "没有公开回应登记"),
        ((*WHOLE, out(answer_id="别的")), "没有公开回应登记"),
        ((*WHOLE, out(channel="")), "没有写明公开渠道"),
        ((*WHOLE, out(url="")), "须有网址"),
        ((*WHOLE, out(url="http://[坏")), "须有网址"),
        ((*WHOLE, out(url="javascript:x")), "须有网址"),
        ((*WHOLE, out(published_at=LATER + timedelta(minutes=1))), "公开时间在将来"),
        ((*WHOLE, out(published_at=LATER - timedelta(minutes=1))), "早于签批"),
        ((answered(disclosure=Disclosure.WITHHELD, withheld_why="涉密"), REVIEW, SIGN, out()), "只能转为“不公开回应”"),
        ((answered(disclosure=Disclosure.ON_REQUEST, withheld_why="按申请"), REVIEW, SIGN, out()), "只能转为“不公开回应”"),
    ],
)
def test_what_publishing_needs(papers: tuple[Paper, ...], said: str) -> None:
    assert said in refusal(a_file(papers, state=S.APPROVED), asked(S.ANSWERED))


@pytest.mark.parametrize("publication", [out(), out(channel="区融媒体报纸", url=""), out(channel="上门答复", url="")])
def test_publishing_on_a_page_or_off_line(publication: Paper) -> None:
    check_gate(a_file((*WHOLE, publication), state=S.APPROVED), asked(S.ANSWERED))


def test_what_may_stay_unpublished() -> None:
    kept = answered(disclosure=Disclosure.WITHHELD, withheld_why="涉及个人隐私")
    check_gate(a_file((kept, REVIEW, SIGN), state=S.APPROVED), asked(S.NOT_PUBLISHED))
    assert "应转为“公开回应”" in refusal(a_file(WHOLE, state=S.APPROVED), asked(S.NOT_PUBLISHED))
    assert "不公开也须经签批" in refusal(a_file((kept,), state=S.APPROVED), asked(S.NOT_PUBLISHED))


@pytest.mark.parametrize(
    ("ground", "into", "said"),
    [
        (Ground.MERGED, "", "并案须写明去向"), (Ground.ELSEWHERE, " ", "移送非本级须写明去向"), (Ground.MERGED, " TH-20180608-003 ", "不能并入自身"),
        (Ground.MERGED, "TH-20180608-001", ""), (Ground.ELSEWHERE, "市水务局", ""), (Ground.IRRELEVANT, "", ""), (Ground.WATCHED, "", ""),
    ],
)  # fmt: skip
def test_not_dispatched_says_where_it_went(ground: Ground, into: str, said: str) -> None:
    file = a_file((filed(Shelving(ground=ground, into=into), "x", "值班员"),), state=S.ALERTED)
    if said:
        assert said in refusal(file, asked(S.SHELVED))
    else:
        check_gate(file, asked(S.SHELVED))


def pause(approved_by: str = "区政府办主任", came_from: str = "核查", until: datetime = LATER + timedelta(days=2), when: datetime = LATER) -> Paper:
    return filed(Pause(came_from=came_from, approved_by=approved_by, until=until, why="等检测结果"), f"p{when}", "联络员", when)


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        (None, "没有暂缓办理的审批"), (pause(came_from="签收"), "没有暂缓办理的审批"), (pause(""), "申请人以外"), (pause("联络员"), "申请人以外"),
        (pause("联 络员"), "申请人以外"), (pause("系统"), "申请人以外"), (pause(until=LATER), "须晚于现在"), (pause(), ""),
    ],
)  # fmt: skip
def test_a_pause_is_approved_by_another(paper: Paper | None, said: str) -> None:
    file = a_file((paper,) if paper else (), state=S.CHECKING)
    if said:
        assert said in refusal(file, asked(S.PAUSED, "联络员"))
    else:
        check_gate(file, asked(S.PAUSED, "联络员"))


def test_a_second_pause_does_not_ride_on_the_first_approval() -> None:
    moves = (moved(S.DISPATCHED), moved(S.PAUSED, "联络员", LATER), moved(S.CHECKING, "联络员", LATER))
    assert "没有暂缓办理的审批" in refusal(a_file((pause(),), state=S.CHECKING, moves=moves), asked(S.PAUSED, "联络员"))
    check_gate(a_file((pause(), pause(when=LATER + timedelta(hours=2))), state=S.CHECKING, moves=moves), asked(S.PAUSED, "联络员"))


@pytest.mark.parametrize(("level", "state", "passes"), [
    (OpinionLevel.I, S.ANSWERED, False), (OpinionLevel.II, S.ANSWERED, False), (OpinionLevel.III, S.ANSWERED, True),
    (OpinionLevel.I, S.FOLLOWING, True),
])  # fmt: skip
def test_major_cases_are_followed_before_they_close(level: OpinionLevel, state: CaseState, passes: bool) -> None:
    file = a_file(WHOLE, state=state, opinion_level=level)
    if passes:
        check_gate(file, asked(S.CLOSED))
    else:
        assert "须先“跟踪”" in refusal(file, asked(S.CLOSED))


def test_an_open_sub_task_keeps_a_case_open() -> None:
    task = filed(Task(unit="zjj", what="核查管网", due_at=at("09 10:00"), basis="办"), "t", "值班员", unit="zjj")
    file = a_file((*WHOLE, task), state=S.FOLLOWING)
    assert "住房和城乡建设局的子任务未完成：核查管网" in refusal(file, asked(S.CLOSED))
    for done in (filed(TaskDone(task_id="t", said="已办"), "d", "联络员"), filed(an_answer(), "j", "协办", unit="zjj")):
        check_gate(replace(file, papers=(*file.papers, done)), asked(S.CLOSED))
    assert isinstance(WHOLE[0].content, Answer)


@pytest.mark.parametrize("state", [S.DISPATCHED, S.SIGNED_FOR, S.CHECKING, S.FOLLOWING, S.EVALUATED, S.ARCHIVED, S.WITHDRAWN])
def test_other_moves_have_no_gate(state: CaseState) -> None:
    check_gate(a_file(), asked(state))
