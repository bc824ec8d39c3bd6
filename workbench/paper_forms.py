"""The forms of a case's file (案卷): one table of what each paper asks, whose it is, and when the page offers it. The verbs check again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.account import Permission as P  # noqa: N817
from records.account import User
from records.case import Case
from records.case import CaseState as S
from records.event import EventLevel
from records.paper import GraveReport, Stage
from records.unit import Units
from responders.case_file import CaseFile
from responders.gates import MAJOR
from workbench.access import sees
from workbench.paper_lines import CLOCKS

EXTENDABLE = ("reply", "close")
AT_WORK = (S.DISPATCHED, S.SIGNED_FOR, S.CHECKING, S.PAUSED, S.REPORTED, S.APPROVED, S.ANSWERED, S.NOT_PUBLISHED, S.FOLLOWING)


class Entry(StrEnum):
    """How a field is entered."""

    LINE = "line"
    TEXT = "text"
    TIME = "time"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its name in the form, its label, how it is entered, and whether it may stay empty."""

    name: str
    label: str
    entry: Entry = Entry.LINE
    optional: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What decides which papers a page offers: the file, who looks, the units, the clock (aware UTC)."""

    file: CaseFile
    user: User
    units: Units
    now: datetime

    @property
    def case(self) -> Case:
        """The case."""
        return self.file.case

    @property
    def leads(self) -> bool:
        """True for who handles for the leading unit."""
        return self.user.may(P.HANDLE) and self.user.unit == self.case.routing.lead

    @property
    def dispatches(self) -> bool:
        """True for who dispatches."""
        return self.user.may(P.DISPATCH)

    def name(self, unit: str) -> str:
        """The unit's name."""
        return next((u.name for u in self.units.units if u.id == unit), unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForm:
    """One paper: its name in the address and in Chinese, whom it is for, and its fields; no fields = not now."""

    kind: str
    title: str
    whose: Callable[[View], bool]
    fields: Callable[[View], tuple[Field, ...]]
    note: str = ""


def offered(view: View) -> list[tuple[PaperForm, tuple[Field, ...]]]:
    """The papers the visitor may file now, with their fields."""
    if not sees(view.user, view.case, view.units):
        return []
    return [(form, fields) for form in FORMS if form.whose(view) and (fields := form.fields(view))]


def _task(view: View) -> tuple[Field, ...]:
    routing = view.case.routing
    units = tuple((u, view.name(u)) for u in dict.fromkeys((routing.lead, *routing.joint, *routing.informed)))
    return (
        Field(name="unit", label="承担单位", entry=Entry.CHOICE, choices=units), Field(name="what", label="要做什么"),
        Field(name="due_at", label="时限", entry=Entry.TIME),
    ) if view.case.state in AT_WORK else ()  # fmt: skip


def _task_done(view: View) -> tuple[Field, ...]:
    own = tuple((p.id, t.what) for p, t in view.file.open_tasks() if view.dispatches or t.unit == view.user.unit)
    return (Field(name="task", label="子任务", entry=Entry.CHOICE, choices=own), Field(name="what", label="做了什么")) if own else ()


def _extension(view: View) -> tuple[Field, ...]:
    running = tuple((d.kind, CLOCKS[d.kind]) for d in view.case.deadlines if d.met_at is None and d.kind in EXTENDABLE and d.due_at > view.now)
    return (
        Field(name="clock", label="哪个时限", entry=Entry.CHOICE, choices=running), Field(name="until", label="延至", entry=Entry.TIME),
        Field(name="approved_by", label="批准人（区政府办负责人）"), Field(name="why", label="理由"),
    ) if running and view.case.state in AT_WORK else ()  # fmt: skip


def _grade(view: View) -> tuple[Field, ...]:
    levels = tuple((level.value, level.value) for level in EventLevel)
    fields = (Field(name="level", label="突发事件等级", entry=Entry.CHOICE, choices=levels), Field(name="basis", label="依据（文号或来电）"))
    return fields if view.case.state in (S.ALERTED, *AT_WORK) else ()


def _report(view: View) -> tuple[Field, ...]:
    if view.case.opinion_level not in MAJOR or view.case.state not in AT_WORK:
        return ()
    since = view.case.dispatched_at
    filed = [p.content.stage for p in view.file.papers if isinstance(p.content, GraveReport) and (since is None or p.at >= since)]
    stages = () if Stage.FINAL in filed else (Stage.FURTHER, Stage.FINAL) if filed else (Stage.FIRST,)
    return (
        Field(name="stage", label="首报、续报或终报", entry=Entry.CHOICE, choices=tuple((s.value, s.value) for s in stages)),
        Field(name="happened", label="发生了什么", entry=Entry.TEXT), Field(name="public_view", label="公众怎么说", entry=Entry.TEXT),
        Field(name="done", label="已采取的措施", entry=Entry.TEXT), Field(name="planned", label="下一步", entry=Entry.TEXT),
        Field(name="asked", label="请求事项", optional=True),
    ) if stages else ()  # fmt: skip


def _conference(view: View) -> tuple[Field, ...]:
    return (
        Field(name="held_at", label="召开时间", entry=Entry.TIME), Field(name="place", label="地点"),
        Field(name="spokesperson", label="发布人（职务）"), Field(name="url", label="实录网址", optional=True),
    ) if any(d.kind == "press" for d in view.case.deadlines) else ()  # fmt: skip


def _supervision(view: View) -> tuple[Field, ...]:
    late = any(d.met_at is None and d.due_at <= view.now and not d.late_found for d in view.case.deadlines)
    return (Field(name="asked", label="督办要求", entry=Entry.TEXT),) if late and view.case.state in AT_WORK else ()


def _submission(view: View) -> tuple[Field, ...]:
    return (
        Field(name="to", label="呈送（职务）"), Field(name="matter", label="事由"), Field(name="advice", label="拟办意见", entry=Entry.TEXT),
        Field(name="instruction", label="领导批示（已批的）", optional=True),
    ) if view.case.opinion_level in MAJOR and view.case.state in (S.ALERTED, *AT_WORK) else ()  # fmt: skip


def _following(view: View) -> tuple[Field, ...]:
    seen = view.case.state in (S.ANSWERED, S.FOLLOWING, S.NOT_PUBLISHED)
    return (Field(name="what", label="跟踪到的情况", entry=Entry.TEXT),) if seen else ()


def _transfer(view: View) -> tuple[Field, ...]:
    signed = view.file.signed_answer()
    return (
        Field(name="to", label="移交机关"), Field(name="proposed_by", label="提出人"), Field(name="approved_by", label="批准人"),
    ) if signed is not None and signed[1].form == "R6" else ()  # fmt: skip


FORMS: Sequence[PaperForm] = (
    PaperForm(kind="task-done", title="子任务办结", whose=lambda v: v.dispatches or v.user.may(P.HANDLE), fields=_task_done),
    PaperForm(
        kind="report", title="重大政务舆情信息报告", whose=lambda v: v.leads, fields=_report, note="报区委、区政府；首报之后按序续报，终报一次。"
    ),
    PaperForm(
        kind="extension", title="延期", whose=lambda v: v.leads, fields=_extension,
        note="到期前申请，一个时限只延一次，由申请人以外的区政府办负责人批准；国家规定的时限不能延。",
    ),
    PaperForm(kind="following", title="跟踪记录", whose=lambda v: v.leads or v.dispatches, fields=_following),
    PaperForm(kind="task", title="布置子任务", whose=lambda v: v.dispatches, fields=_task),
    PaperForm(
        kind="grade", title="突发事件定级", whose=lambda v: v.dispatches, fields=_grade,
        note="由人按预案登记：特别重大、重大的起算 5 小时、24 小时时限。",
    ),
    PaperForm(kind="submission", title="呈批", whose=lambda v: v.dispatches, fields=_submission, note="与交办并行，不影响办理。"),
    PaperForm(kind="conference", title="登记新闻发布会", whose=lambda v: v.dispatches, fields=_conference),
    PaperForm(kind="supervision", title="督办", whose=lambda v: v.dispatches, fields=_supervision),
    PaperForm(
        kind="transfer", title="线索移交", whose=lambda v: v.dispatches, fields=_transfer,
        note="提出、批准、确认三人分别经手；只移交网址与散列，不含任何个人资料。",
    ),
)  # fmt: skip
