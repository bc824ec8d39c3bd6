"""Case files the tests of the forms begin from: one with every kind of paper, one with nothing but its post."""

from collections.abc import Sequence
from datetime import timedelta

from records.case import ActorKind, CaseState, Deadline, Routing, Transition
from records.paper import (
    Answer,
    Capacity,
    Content,
    Extension,
    Finding,
    GraveReport,
    LeadTransfer,
    Paper,
    Pause,
    SecrecyReview,
    Signature,
    Stage,
    Statement,
    Submission,
    Supervision,
)
from responders.form_file import FormFile, FormOffice
from tests.responders.samples import NOW, SETTINGS, SOURCES, STANDARD, a_case, a_post, an_event, at, changed

HOSTILE = "停水<script>alert(1)</script>{{ 7*7 }}{% for x in y %}{_{ a & b \x07\x0b电话13900000000"
LONG = "先锋街道部分小区自来水主管爆裂，供水企业连夜抢修。" * 33  # more than 800 characters
TOWNS = tuple(u.id for u in SETTINGS.units.units if u.id not in ("gs", SETTINGS.units.discipline))[:10]


def said(text: str) -> Statement:
    return Statement(text=text)


def an_answer(text: str = "主管已修复，6月8日18时恢复供水。", **more: object) -> Answer:
    base = Answer(
        form="R2", finding=Finding.TRUE, title="关于先锋街道停水问题的回应", text=text, stance=said("诚恳接受监督"), facts=said("主管爆裂"),
        policy=Statement(not_applicable="不涉及政策调整"), outcome=said("已恢复供水"), measures=("抢修主管", "送水上门"), channel="区政府网站",
        contact="联络员 0515-66660000", unfinished="", cites=("http://bbs.example/thread-p1-1-1.html",), joint=("zjj",),
    )  # fmt: skip
    return changed(base, **more)


def a_paper(name: str, content: Content, unit: str = "", by: str = "演示值班员") -> Paper:
    return Paper(id=name, case_id="c1", unit=unit, by=by, at=at("08 13:00"), content=content)


def every_paper() -> list[Paper]:
    """One paper of each kind a form is made from, in order."""
    due = at("08 18:00")
    return [
        a_paper("s", Submission(to="分管区领导", matter="停水三天", advice="拟由供水企业牵头", instruction="请速办")),
        a_paper("a", an_answer(), unit="gs"),
        a_paper("r", SecrecyReview(answer_id="a", passed=True, said="不涉密"), by="演示保密员"),
        a_paper("g", Signature(
            answer_id="a", capacity=Capacity.DEPUTY, unit="gs", on_behalf_of="主要负责人", deputised_until="6月30日", scan_sha256="ab",
            registered_by="演示登记员",
        ), by="演示负责人"),
        a_paper("e", Extension(
            clock="reply", old_due_at=due, new_due_at=due + timedelta(days=1), approved_by="演示批准人", why="配件未到",
        ), unit="gs"),
        a_paper("p", Pause(came_from="核查", approved_by="演示批准人", until=due + timedelta(days=5), why="等待鉴定"), unit="gs"),
        a_paper("d", Supervision(serial=2, clock="reply", overdue_seconds=5_400, asked="请于今日18时前反馈")),
        a_paper("i1", GraveReport(stage=Stage.FIRST, serial=1, happened="主管爆裂", public_view="关注上升", done="抢修", planned="续报"), unit="gs"),
        a_paper("i2", GraveReport(
            stage=Stage.FINAL, serial=2, happened="已修复", public_view="回落", done="恢复供水", planned="巡查", asked="请支持管网改造",
        ), unit="gs"),
        a_paper("t", LeadTransfer(
            to="区公安分局", evidence={"http://bbs.example/thread-9-1-1.html": "1234567890123456" + "ab" * 24}, refuted_by="水质检测报告",
            proposed_by="演示甲", approved_by="演示乙",
        ), by="演示丙"),
    ]  # fmt: skip


def moves() -> list[Transition]:
    """发现, 交办, 签收."""
    rows: Sequence[tuple[CaseState | None, CaseState, str, str]] = (
        (None, CaseState.ALERTED, "huiying", "08 08:30"), (CaseState.ALERTED, CaseState.DISPATCHED, "演示值班员", "08 09:00"),
        (CaseState.DISPATCHED, CaseState.SIGNED_FOR, "演示联络员", "08 09:20"),
    )  # fmt: skip
    return [
        Transition(
            case_id="c1", from_state=before, to_state=to, actor_kind=ActorKind.MACHINE if before is None else ActorKind.PERSON, actor=by, at=at(when),
            why="按流程",
        )
        for before, to, by, when in rows
    ]  # fmt: skip


def clocks() -> tuple[Deadline, ...]:
    ends = {"sign": "08 09:30", "reply": "08 11:00", "respond": "10 08:10", "close": "15 18:00"}
    return tuple(Deadline(kind=k, anchor_at=at("08 09:00"), due_at=at(v), basis="建议值") for k, v in ends.items())


def a_file(**more: object) -> FormFile:
    """A dispatched case with every paper."""
    routing = Routing(lead="gs", joint=("zjj",), reasons=("停水归供水企业",))
    case = a_case(id="c1", state=CaseState.SIGNED_FOR, deadlines=clocks(), labels=("C3",), routing=routing)
    base = FormFile(
        case=case, event=an_event(), posts=(a_post(),), sources=SOURCES, transitions=moves(), papers=every_paper(), units=SETTINGS.units,
        standard=STANDARD, office=FormOffice(name="亭湖区人民政府办公室", contact="区政府办政务公开科"), now=NOW,
    )  # fmt: skip
    return changed(base, **more)


def a_bare_file() -> FormFile:
    """Only the opening, the post gone, no joint unit, no clock."""
    bare = a_file(posts=(), papers=(), transitions=moves()[:1])
    return changed(bare, case=changed(bare.case, deadlines=(), labels=(), routing=Routing(lead="gs", reasons=("供水",))))


def a_hostile_file() -> FormFile:
    """Every text of outsiders and units is markup, template marks, control characters and a number; ten joint units; 800 characters."""
    base = a_file()
    answer = an_answer(text=f"{HOSTILE}\n{LONG}", title=HOSTILE, measures=(HOSTILE,), joint=TOWNS)
    papers = [changed(p, content=answer) if isinstance(p.content, Answer) else p for p in base.papers]
    routing = Routing(lead="gs", joint=TOWNS, reasons=(HOSTILE,))
    post = a_post(title=HOSTILE, text=HOSTILE + LONG)
    return changed(base, case=changed(base.case, title=HOSTILE, routing=routing), posts=(post,), papers=papers)


def a_secret_file() -> FormFile:
    """检举控告: led by discipline."""
    base = a_file()
    routing = Routing(lead=SETTINGS.units.discipline, reasons=("检举控告类：被举报单位为某局",))
    return changed(base, case=changed(base.case, routing=routing, title="举报某局某科收受财物"), posts=(a_post(text="某局某科收受财物"),))
