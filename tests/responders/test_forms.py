"""What stands in the fields of each form: what the file knows, nothing it does not know, nothing private."""

import json

import pytest

from records.case import CaseState, Transition
from records.paper import Answer
from responders.form_file import FormFile, FormNotReadyError, FormOffice
from responders.forms import FORMS, OF_DISCIPLINE, Context, UnknownFormError, form
from tests.responders.form_files import (
    HOSTILE,
    LONG,
    a_bare_file,
    a_file,
    a_hostile_file,
    a_secret_file,
    an_answer,
    moves,
)
from tests.responders.samples import SOURCES, a_post, at, changed


def text_of(context: Context) -> str:
    return json.dumps(dict(context), ensure_ascii=False)


@pytest.mark.parametrize(("kind", "field", "value"), [
    ("交办单", "level", "Ⅱ级 重大（橙色）"),
    ("交办单", "platform", "鹤乡论坛"),
    ("交办单", "first_at", "2018年6月8日08:10"),
    ("交办单", "links", ["http://bbs.example/thread-p1-1-1.html"]),
    ("交办单", "summary", ["家里停水三天了。没有人管。"]),
    ("交办单", "spread", ["共1条，1个平台；浏览1200次，回复34次（采集时间2018年6月8日09:05）"]),
    ("交办单", "instruction", ["请速办"]),
    ("交办单", "reply_due", "2018年6月8日11:00前（建议值）"),
    ("交办单", "by", "演示值班员"),
    ("交办单", "signer", "演示联络员"),
    ("交办单", "signed_at", "2018年6月8日09:20"),
    ("反馈单", "finding", "属实"),
    ("反馈单", "measures", ["抢修主管", "送水上门"]),
    ("反馈单", "four", ["立场态度：诚恳接受监督", "事实真相：主管爆裂", "政策措施：不适用（不涉及政策调整）", "处置结果：已恢复供水"]),
    ("反馈单", "form", "R2 研究解决"),
    ("反馈单", "disclosure", "主动公开"),
    ("反馈单", "contact", "联络员 0515-66660000"),  # a duty telephone stays
    ("反馈单", "signed_by", "演示负责人"),
    ("反馈单", "planned_at", ""),
    ("呈批件", "instruction", ["请速办"]),
    ("呈批件", "result", ["属实。已恢复供水"]),
    ("督办单", "serial", "第2次"),
    ("督办单", "clock", "首次回应"),
    ("督办单", "overdue", "1小时30分钟"),
    ("督办单", "due", "2018年6月8日11:00"),
    ("签批单", "secrecy", ["可以公开：不涉密", "审查人：演示保密员 2018年6月8日13:00"]),
    ("延期审批", "before", "2018年6月8日18:00"),
    ("延期审批", "after", "2018年6月9日18:00"),
    ("延期审批", "what", "首次回应时限"),
    ("暂缓办理审批", "came_from", "核查"),
    ("暂缓办理审批", "until", "2018年6月13日18:00"),
    ("线索移交单", "evidence", ["1．http://bbs.example/thread-9-1-1.html", "SHA-256：1234567890123456" + "ab" * 24]),
    ("线索移交单", "proposed_by", "演示甲"),
    ("线索移交单", "by", "演示丙"),
    ("重大政务舆情信息报告", "stage", "终报"),
    ("重大政务舆情信息报告", "asked", ["请支持管网改造"]),
    ("专报", "people", ["网民发言1条，占100%。代表性原话：", "“家里停水三天了。没有人管。”（鹤乡论坛，2018年6月8日08:10）"]),
    ("专报", "media", ["未监测到媒体报道（未监测到不等于没有）。"]),
])  # fmt: skip
def test_a_field_holds_what_the_file_knows(kind: str, field: str, value: str | list[str]) -> None:
    assert form(a_file(), kind)[field] == value


@pytest.mark.parametrize("kind", FORMS)
def test_every_form_has_its_head_and_no_empty_list(kind: str) -> None:
    made = form(a_file(), kind)
    assert made["mark"] == "内部资料  注意保存"
    assert made["number"] == a_file().case.number
    assert all(value for value in made.values() if isinstance(value, list))


def test_the_office_s_own_serial_goes_before_the_case_number() -> None:
    file = a_file(office=FormOffice(name="区政府办", serial="亭政舆交〔2018〕12号"))
    assert form(file, "交办单")["number"] == f"亭政舆交〔2018〕12号（{file.case.number}）"


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_without_what_it_rests_on_says_so(kind: str) -> None:
    with pytest.raises(FormNotReadyError, match=a_bare_file().case.number):
        form(a_bare_file(), kind)


def test_a_file_with_little_on_it_leaves_the_rest_empty() -> None:
    bare = a_bare_file()
    made = form(changed(bare, transitions=moves()[:2]), "交办单")
    empty = ("joint", "informed", "sign_due", "reply_due", "respond_due", "close_due", "signer", "signed_at", "phone")
    assert [made[name] for name in empty] == [""] * len(empty)
    assert (made["links"], made["instruction"], made["attached"]) == ([""], [""], [""])


def test_an_answer_without_a_signature_leaves_the_line_to_be_signed() -> None:
    file = a_file(papers=[p for p in a_file().papers if isinstance(p.content, Answer)])
    assert form(file, "反馈单")["signed_by"] == ""
    assert (form(file, "签批单")["signature"], form(file, "签批单")["secrecy"]) == ([""], [""])


def test_a_signature_of_another_answer_does_not_count() -> None:
    older = a_file()
    newer = [*older.papers, changed(older.papers[1], id="a2", content=an_answer(title="第二稿"))]
    made = form(changed(older, papers=newer), "签批单")
    assert (made["answer_title"], made["signature"]) == ("第二稿", [""])
    assert form(changed(older, papers=newer), "签批单", 1)["signature"] != [""]


def test_a_signature_names_capacity_deputy_and_the_scan_s_registrar() -> None:
    (line, scan) = form(a_file(), "签批单")["signature"]
    assert "分管负责人：演示负责人（代主要负责人，至6月30日）" in line
    assert scan == "纸质签批扫描件已登记，登记人：演示登记员"


@pytest.mark.parametrize(("nth", "stage"), [(0, "终报"), (1, "首报"), (2, "终报")])
def test_the_newest_paper_unless_another_is_asked_for(nth: int, stage: str) -> None:
    assert form(a_file(), "重大政务舆情信息报告", nth)["stage"] == stage


def test_a_paper_that_was_not_written_is_not_made_up() -> None:
    with pytest.raises(FormNotReadyError, match="第3份重大政务舆情信息报告"):
        form(a_file(), "重大政务舆情信息报告", 3)


def test_a_receipt_of_an_earlier_dispatch_does_not_sign_the_present_one() -> None:
    again = changed(moves()[1], from_state=CaseState.CLOSED, at=at("09 09:00"))
    made = form(a_file(transitions=[*moves(), again]), "交办单")
    assert (made["at"], made["signer"], made["signed_at"]) == ("2018年6月9日09:00", "", "")


@pytest.mark.parametrize("kind", FORMS)
def test_private_numbers_and_control_characters_are_on_no_form(kind: str) -> None:
    said = text_of(form(a_hostile_file(), kind))
    assert "13900000000" not in said
    assert "\\u0007" not in said
    assert "\\u000b" not in said


def test_ten_joint_units_are_all_named() -> None:
    joint = form(a_hostile_file(), "交办单")["joint"]
    assert isinstance(joint, str)
    assert len(joint.split("、")) == 10


def test_a_long_post_is_cut_and_a_long_answer_is_not() -> None:
    (summary,) = form(a_hostile_file(), "交办单")["summary"]
    assert len(summary) == 300
    assert summary.endswith("…")
    assert form(a_hostile_file(), "签批单")["text"][-1] == LONG
    assert len(HOSTILE + LONG) > 800


@pytest.mark.parametrize("kind", OF_DISCIPLINE)
def test_of_a_report_on_an_office_only_the_least_is_written(kind: str) -> None:
    said = text_of(form(a_secret_file(), kind))
    for word in ("收受财物", "某局", "bbs.example", "鹤乡论坛", "停水三天", "已恢复供水", "配件未到", "等待鉴定", "请于今日18时前反馈"):
        assert word not in said


@pytest.mark.parametrize("kind", [k for k in FORMS if k not in OF_DISCIPLINE])
def test_of_a_report_on_an_office_nothing_else_is_made(kind: str) -> None:
    with pytest.raises(FormNotReadyError, match="检举控告"):
        form(a_secret_file(), kind)


def test_an_unknown_form_names_those_there_are() -> None:
    with pytest.raises(UnknownFormError, match="没有文书“罚单”；可用：交办单、反馈单"):
        form(a_file(), "罚单")


def many_posts(count: int) -> FormFile:
    posts = tuple(a_post(f"p{n}", text=f"第{n}条：没有水", source_id="bbs" if n % 2 else "news") for n in range(count))
    news = changed(SOURCES["bbs"], id="news", name="鹤乡晚报", tier="市级")
    return a_file(posts=posts, sources=SOURCES | {"news": news})


def test_many_posts_are_counted_and_only_some_are_quoted() -> None:
    made = form(many_posts(30), "专报")
    assert made["media"][0] == "媒体报道15条，占50%。代表性内容："
    assert [len(made[name]) for name in ("media", "people", "originals")] == [6, 6, 21]
    assert made["originals"][-1] == "其余10条见台账。"
    assert "鹤乡晚报15条，鹤乡论坛15条" in made["spread"][1]
    assert form(many_posts(30), "交办单")["links"][-1] == "另有25条，见台账"


def test_a_link_that_may_not_be_followed_is_not_printed() -> None:
    made = form(a_file(posts=(a_post(url="javascript:alert(1)"),)), "交办单")
    assert made["links"] == [""]


def test_counts_a_page_does_not_show_are_not_nought() -> None:
    bare = changed(a_post(), reach=changed(a_post().reach, views=None, replies=None))
    assert form(a_file(posts=(bare,)), "交办单")["spread"] == ["共1条，1个平台"]


def test_a_unit_that_is_gone_keeps_its_id() -> None:
    file = a_file()
    gone = changed(file.case, routing=changed(file.case.routing, joint=("laodanwei",)))
    assert form(changed(file, case=gone), "交办单")["joint"] == "laodanwei"


def test_not_dispatched_is_no_dispatch_form() -> None:
    only: list[Transition] = moves()[:1]
    with pytest.raises(FormNotReadyError, match="尚未交办"):
        form(a_file(transitions=only), "交办单")


def test_why_not_all_is_public_stands_beside_the_disclosure() -> None:
    papers = [changed(a_file().papers[1], content=an_answer(withheld_why="涉及第三方商业秘密"))]
    assert form(a_file(papers=papers), "反馈单")["disclosure"] == "主动公开（涉及第三方商业秘密）"
    assert form(changed(a_secret_file(), papers=papers), "反馈单")["disclosure"] == "主动公开"


def test_a_grave_event_s_two_limits_stand_for_the_public_answer() -> None:
    file = a_file()
    grave = (
        changed(file.case.deadlines[0], kind="release", due_at=at("08 13:10"), basis=""),
        changed(file.case.deadlines[0], kind="press", due_at=at("09 08:10"), basis="", late_found=True),
    )
    made = form(changed(file, case=changed(file.case, deadlines=grave)), "交办单")
    assert made["respond_due"] == "权威发布：2018年6月8日13:10前；新闻发布会：2018年6月9日08:10前（迟发现）"


def test_the_same_words_are_quoted_once() -> None:
    twice = (a_post("p1"), a_post("p2"))
    assert len(form(a_file(posts=twice), "专报")["people"]) == 2  # the head, one quotation


def test_the_most_answered_post_is_quoted_first() -> None:
    loud = a_post("p2", text="谁来管", reach=changed(a_post().reach, replies=999))
    people = form(a_file(posts=(a_post(), loud)), "专报")["people"]
    assert people[1].startswith("“谁来管”")


def test_clocks_that_are_met_are_no_advice() -> None:
    file = a_file()
    met = tuple(changed(d, met_at=d.due_at) for d in file.case.deadlines)
    said = text_of(form(changed(file, case=changed(file.case, deadlines=met)), "专报"))
    assert "时限：" not in said
    assert "时限：签收2018年6月8日09:30前" in text_of(form(file, "专报"))


def test_a_transfer_never_carries_an_address_with_a_private_number() -> None:
    paper = a_file().papers[-1]
    content = changed(paper.content, evidence={"http://bbs.example/?tel=13900000000": "ab" * 32})
    made = form(a_file(papers=[changed(paper, content=content)]), "线索移交单")
    assert made["evidence"] == ["1．〔链接含个人信息，另附〕", "SHA-256：" + "ab" * 32]


def test_an_event_without_posts_has_no_report() -> None:
    with pytest.raises(FormNotReadyError, match="没有留存的帖文"):
        form(a_file(posts=()), "专报")
