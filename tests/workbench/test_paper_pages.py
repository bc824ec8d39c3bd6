"""The file of a case in the page: who is offered which paper when, that each is really filed, what is refused, drafts and numbers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import case_papers
from huiying.settings import Settings
from records.account import Role
from records.assessment import OpinionLevel
from records.case import Case, CaseState
from records.event import EventLevel
from records.instant import SHANGHAI
from records.paper import Extension, GraveReport, Means, Receipt, Stage, Submission, Supervision, Task
from tests.huiying.desk import SIGNER, take
from tests.makers import an_answer
from tests.workbench.bench import DISCIPLINE, JOINT, LEAD, OFFICE, OTHER, Bench, Browser, bench_in

KINDS = ("task-done", "report", "extension", "following", "task", "grade", "submission", "conference", "supervision", "transfer")


@pytest.fixture
def bench(tmp_path: Path, settings: Settings) -> Iterator[Bench]:
    with bench_in(tmp_path, settings) as opened:
        yield opened


@pytest.fixture
def duty(bench: Bench) -> Browser:
    return bench.browser(bench.account(Role.DUTY, name="值班员甲"))


@pytest.fixture
def contact(bench: Bench) -> Browser:
    return bench.browser(bench.account(Role.CONTACT, unit=LEAD, name="联络员甲"))


def at(bench: Bench, **later: float) -> str:
    """A moment as the browser's own field sends it."""
    return f"{(bench.clock() + timedelta(**later)).astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def offered(browser: Browser, case: Case) -> set[str]:
    text = browser.get(f"/cases/{case.number}").text
    return {kind for kind in KINDS if f'action="/cases/{case.number}/papers/{kind}"' in text}


def filed(bench: Bench, case: Case, kind: type) -> list[object]:
    return [p.content for p in bench.desk.ledger.papers(case.id) if isinstance(p.content, kind)]


def graver(bench: Bench, case: Case, level: OpinionLevel) -> Case:
    event = bench.desk.ledger.event(case.event_id)
    assert event is not None
    return bench.desk.ledger.grow_case(case, level, event.post_ids, [], bench.clock(), "升级")


# who is offered what


def test_what_is_offered_follows_the_role_and_the_state(bench: Bench, duty: Browser, contact: Browser) -> None:
    case = bench.case("1")
    assert offered(duty, case) == {"grade"}
    assert offered(contact, case) == set()
    take(bench.desk, case.number, "交办")
    assert offered(duty, case) == {"task", "task-done", "grade"}
    assert offered(contact, case) == {"extension"}
    joint = bench.browser(bench.account(Role.CONTACT, unit=JOINT))
    assert offered(joint, case) == {"task-done"}, "交办 gave it a task of its own"
    for role, unit in ((Role.ANALYST, OFFICE), (Role.REVIEWER, OFFICE), (Role.PUBLICITY, OFFICE), (Role.SIGNER, LEAD)):
        assert offered(bench.browser(bench.account(role, unit=unit)), case) == set(), role


def test_grave_cases_have_reports_and_submissions(bench: Bench, duty: Browser, contact: Browser) -> None:
    case = graver(bench, bench.case("1"), OpinionLevel.II)
    take(bench.desk, case.number, "交办")
    assert {"submission", "grade"} <= offered(duty, case)
    assert "report" in offered(contact, case)
    page = contact.get(f"/cases/{case.number}").text
    assert '<option value="首报"' in page
    assert '<option value="续报"' not in page


def test_a_late_case_may_be_supervised_and_no_longer_extended(bench: Bench, duty: Browser, contact: Browser) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办")
    assert "supervision" not in offered(duty, case)
    bench.clock.pass_by(days=30)
    duty, contact = (bench.browser(bench.actions.accounts.by_login(login)) for login in (f"duty-{OFFICE}", f"contact-{LEAD}"))
    assert "supervision" in offered(duty, case)
    assert "extension" not in offered(contact, case)


def test_an_archived_case_takes_no_more_papers(bench: Bench, duty: Browser, contact: Browser) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办", "签收", "核查", "反馈", "签批", "公开回应", "跟踪")
    assert "following" in offered(duty, case)
    assert "following" in offered(contact, case)
    take(bench.desk, case.number, "办结", "评估", "归档")
    assert offered(duty, case) <= {"task-done"}
    assert offered(contact, case) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_offered_is_refused_when_posted(bench: Bench, kind: str) -> None:
    """By hand-made forms of everybody who sees the case and is not offered the paper."""
    case = bench.case("1")
    take(bench.desk, case.number, "交办")
    before = bench.desk.ledger.papers(case.id)
    for role, unit in ((Role.ANALYST, OFFICE), (Role.REVIEWER, OFFICE), (Role.SIGNER, LEAD), (Role.PUBLICITY, OFFICE)):
        browser = bench.browser(bench.account(role, unit=unit))
        assert browser.post(f"/cases/{case.number}/papers/{kind}", what="x", unit=LEAD).status_code == 403, role
    assert bench.browser(bench.account(Role.CONTACT, unit=OTHER)).post(f"/cases/{case.number}/papers/{kind}").status_code == 404
    assert bench.desk.ledger.papers(case.id) == before


def test_a_complaint_against_officials_is_nobody_elses_to_write_on(bench: Bench, contact: Browser) -> None:
    case = bench.case("3", lead=DISCIPLINE, joint=())
    assert contact.post(f"/cases/{case.number}/papers/extension").status_code == 404
    assert bench.browser(bench.account(Role.ANALYST)).post(f"/cases/{case.number}/papers/grade").status_code == 404


# each is filed


def test_a_task_is_set_and_done(bench: Bench, duty: Browser) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办")
    answer = duty.post(f"/cases/{case.number}/papers/task", unit=JOINT, what="核对施工许可", due_at=at(bench, hours=20))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case.number}#file")
    task = next(t for t in filed(bench, case, Task) if isinstance(t, Task) and t.what == "核对施工许可")
    assert (task.unit, task.due_at) == (JOINT, (bench.clock() + timedelta(hours=20)).replace(second=0, microsecond=0))
    joint = bench.browser(bench.account(Role.CONTACT, unit=JOINT))
    page = joint.get(f"/cases/{case.number}").text
    assert "核对施工许可" in page
    file = case_papers.case_file(bench.desk, case.number)
    (ours,) = [p.id for p, t in file.open_tasks() if t.what == "核对施工许可"]
    assert joint.post(f"/cases/{case.number}/papers/task-done", task=ours, what="已核对，许可有效").status_code == 303
    assert ours not in {p.id for p, _ in case_papers.case_file(bench.desk, case.number).open_tasks()}


def test_a_unit_cannot_finish_the_task_of_another(bench: Bench, contact: Browser) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办")
    file = case_papers.case_file(bench.desk, case.number)
    theirs = next(p.id for p, t in file.open_tasks() if t.unit == JOINT)
    case_papers.add_task(bench.desk, case.number, LEAD, "自查", bench.clock() + timedelta(hours=2), by="值班员")
    answer = contact.post(f"/cases/{case.number}/papers/task-done", task=theirs, what="替他们办了")
    assert answer.status_code == 409
    assert "请从列出的选项中选" in answer.text
    assert theirs in {p.id for p, _ in case_papers.case_file(bench.desk, case.number).open_tasks()}


def test_an_extension_is_approved_by_a_signer_of_the_office(bench: Bench, contact: Browser) -> None:
    case = take(bench.desk, bench.case("1").number, "交办")
    (due,) = [d.due_at for d in case.deadlines if d.kind == "close"]
    until = f"{(due + timedelta(days=1)).astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
    said = {"clock": "close", "until": until, "why": "等待检测报告"}
    refused = contact.post(f"/cases/{case.number}/papers/extension", **said, approved_by="某主任")
    assert refused.status_code == 409
    assert f"可批准：{SIGNER}" in refused.text
    assert 'value="等待检测报告"' in refused.text, "what was typed is kept"
    assert 'id="paper-extension" open' in refused.text
    assert filed(bench, case, Extension) == []
    assert contact.post(f"/cases/{case.number}/papers/extension", **said, approved_by=SIGNER).status_code == 303
    (found,) = filed(bench, case, Extension)
    assert isinstance(found, Extension)
    assert found.approved_by == SIGNER
    after = bench.desk.ledger.case(case.number)
    assert after is not None
    assert [d.due_at for d in after.deadlines if d.kind == "close"] == [found.new_due_at]


def test_grading_starts_the_national_clocks(bench: Bench, duty: Browser) -> None:
    case = bench.case("1")
    assert duty.post(f"/cases/{case.number}/papers/grade", level="特别重大", basis="区应急委来电").status_code == 303
    after, event = bench.desk.ledger.case(case.number), bench.desk.ledger.event(case.event_id)
    assert event is not None
    assert after is not None
    assert event.event_level is EventLevel.EXTREME
    assert {"release", "press"} <= {d.kind for d in after.deadlines}
    assert "conference" in offered(duty, case)
    bench.clock.pass_by(minutes=20)
    answer = duty.post(f"/cases/{case.number}/papers/conference", held_at=at(bench), place="区政府三楼", spokesperson="区政府办主任")
    assert answer.status_code == 303, answer.text
    kept = bench.desk.ledger.case(case.number)
    assert kept is not None
    assert [d.met_at is not None for d in kept.deadlines if d.kind == "press"] == [True]


def test_reports_come_in_order(bench: Bench, duty: Browser, contact: Browser) -> None:
    case = graver(bench, bench.case("1"), OpinionLevel.I)
    take(bench.desk, case.number, "交办")
    said = {"happened": "停水", "public_view": "盼尽快恢复", "done": "已抢修", "planned": "今晚通水"}
    for stage, status in (("续报", 409), ("首报", 303), ("首报", 409), ("续报", 303), ("终报", 303)):
        assert contact.post(f"/cases/{case.number}/papers/report", stage=stage, **said).status_code == status, stage
    stages = [r.stage for r in filed(bench, case, GraveReport) if isinstance(r, GraveReport)]
    assert stages == [Stage.FIRST, Stage.FURTHER, Stage.FINAL]
    assert "report" not in offered(contact, case)
    assert duty.post(f"/cases/{case.number}/papers/submission", to="区长", matter="停水", advice="建议到场").status_code == 303
    assert len(filed(bench, case, Submission)) == 1


def test_supervision_is_told_to_the_unit(bench: Bench) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办")
    bench.clock.pass_by(days=30)
    duty = bench.browser(bench.account(Role.DUTY))
    before = len(bench.desk.ledger.notices())
    assert duty.post(f"/cases/{case.number}/papers/supervision", asked="今日内签收并报进展").status_code == 303
    assert len(filed(bench, case, Supervision)) == 1
    assert len(bench.desk.ledger.notices()) > before


@pytest.mark.parametrize(("fields", "said"), [
    ({}, "请填写“承担单位”"), ({"unit": "没有", "what": "x", "due_at": "2030-01-01T10:00"}, "“承担单位”请从列出的选项中选"),
    ({"unit": LEAD, "due_at": "2030-01-01T10:00"}, "请填写“要做什么”"), ({"unit": LEAD, "what": "x"}, "请填写“时限”"),
    ({"unit": LEAD, "what": "x", "due_at": "明天"}, "应为 YYYY-MM-DD HH:MM"), ({"unit": LEAD, "what": "x", "due_at": "2001-01-01T10:00"}, "时限已过"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_kept(bench: Bench, duty: Browser, fields: dict[str, str], said: str) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办")
    before = bench.desk.ledger.papers(case.id)
    answer = duty.post(f"/cases/{case.number}/papers/task", **fields)
    assert answer.status_code == 409
    assert said in answer.text
    assert bench.desk.ledger.papers(case.id) == before


# how 签收 came in


def test_a_receipt_in_the_workbench_is_on_file(bench: Bench, contact: Browser) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办")
    assert contact.post(f"/cases/{case.number}/move", to="签收", why="已收到").status_code == 303
    (receipt,) = filed(bench, case, Receipt)
    assert receipt == Receipt(unit=LEAD, means=Means.DESK)


# drafts


def test_a_draft_fills_the_form_and_files_nothing(bench: Bench, contact: Browser) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办", "签收")
    before = bench.desk.ledger.papers(case.id)
    answer = contact.post(f"/cases/{case.number}/draft")
    assert answer.status_code == 200
    assert "草稿已填入下方反馈单，未提交" in answer.text
    assert "〔待填" in answer.text, "what only the unit knows stays visibly open"
    assert bench.desk.ledger.papers(case.id) == before
    assert contact.post(f"/cases/{case.number}/draft", form="R9").status_code == 409


def test_only_who_may_answer_may_draft(bench: Bench, duty: Browser, contact: Browser) -> None:
    case = bench.case("1")
    assert contact.post(f"/cases/{case.number}/draft").status_code == 403, "not yet signed for"
    take(bench.desk, case.number, "交办", "签收")
    assert duty.post(f"/cases/{case.number}/draft").status_code == 403


# numbers

CALL = "反映停水，请联系139-0000-0000"


def test_numbers_are_shown_to_the_lead_alone_with_a_purpose_and_a_trace(bench: Bench, contact: Browser) -> None:
    case = bench.case("1", text=CALL)
    take(bench.desk, case.number, "交办", "签收")
    page = contact.get(f"/cases/{case.number}").text
    assert "139-0000-0000" not in page
    assert "查看脱敏号码" in page
    shown = contact.post(f"/cases/{case.number}/unmask", post="p1", purpose="回访核实")
    assert "139-0000-0000" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    (entry,) = [e for e in bench.actions.audit(50) if e.action == "unmask"]
    assert (entry.actor, entry.subject) == ("联络员甲", case.number)
    assert "回访核实" in entry.detail
    assert "139" not in entry.detail


@pytest.mark.parametrize(("unit", "role", "status"), [(JOINT, Role.CONTACT, 409), (OTHER, Role.CONTACT, 404), (OFFICE, Role.DUTY, 403)])
def test_numbers_are_not_for_others(bench: Bench, unit: str, role: Role, status: int) -> None:
    case = bench.case("1", text=CALL)
    take(bench.desk, case.number, "交办", "签收")
    answer = bench.browser(bench.account(role, unit=unit)).post(f"/cases/{case.number}/unmask", post="p1", purpose="看看")
    assert answer.status_code == status
    assert "0000-0000" not in answer.text
    assert "查看脱敏号码" not in bench.browser(bench.account(Role.SIGNER, unit=LEAD)).get(f"/cases/{case.number}").text


def test_numbers_need_a_purpose_and_a_post_of_the_case(bench: Bench, contact: Browser) -> None:
    case, other = bench.case("1", text=CALL), bench.case("2", text=CALL)
    take(bench.desk, case.number, "交办", "签收")
    assert contact.post(f"/cases/{case.number}/unmask", post="p1").status_code == 409
    assert contact.post(f"/cases/{case.number}/unmask", post="p2", purpose="回访").status_code == 404
    assert other.state is CaseState.ALERTED
    assert contact.post(f"/cases/{other.number}/unmask", post="p2", purpose="回访").status_code == 409, "nobody handles it yet"


def test_a_draft_does_not_touch_what_is_on_file(bench: Bench, contact: Browser) -> None:
    case = bench.case("1")
    take(bench.desk, case.number, "交办", "签收")
    case_papers.file_answer(bench.desk, case.number, replace(an_answer(), title="单位自己写的标题"), by="联络员甲")
    contact.post(f"/cases/{case.number}/draft")
    assert "单位自己写的标题" in contact.get(f"/cases/{case.number}").text
