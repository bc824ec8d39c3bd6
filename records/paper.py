"""Paper (文书): what the file of a case (案卷) holds beside its moves. Papers are only added: a newer one stands beside the older one.

Each content is one kind of form an office knows; `CONTENTS` names them. Rules on who may write which paper stand in responders/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from records.event import EventLevel
from records.unit import Capacity


class Finding(StrEnum):
    """What checking found (核查结论)."""

    TRUE = "属实"
    PARTLY = "部分属实"
    FALSE = "不实"
    UNVERIFIABLE = "无法核实"


class Disclosure(StrEnum):
    """公开属性 (政府信息公开条例 第十三条至第十六条)."""

    PUBLIC = "主动公开"
    PARTLY = "部分公开"
    ON_REQUEST = "依申请公开"
    WITHHELD = "不予公开"


class Ground(StrEnum):
    """Why a case is not dispatched (不交办)."""

    IRRELEVANT = "无关"
    MERGED = "并案"
    ELSEWHERE = "移送非本级"
    WATCHED = "仅关注"


class Stage(StrEnum):
    """Which of its reports a 《重大政务舆情信息报告》 is."""

    FIRST = "首报"
    FURTHER = "续报"
    FINAL = "终报"


class Means(StrEnum):
    """How a receipt (签收) came in."""

    LINK = "链接"
    MAIL = "邮件回复"
    PHONE = "电话登记"
    DESK = "工作台"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One of the four statements: its text, or why it does not apply. Exactly one of the two is given."""

    text: str = ""
    not_applicable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """反馈单 with its 回应口径: what a unit found and wants to publish.

    `form` is R1–R6. `stance` 立场态度, `facts` 事实真相, `policy` 政策措施, `outcome` 处置结果. `proof` holds what the form requires, by the keys
    of responders/answers.py. `measures` are what was done, a line each. `withheld_why` says why not all is public; `channel` is where it will
    stand; `unfinished` why something is still to do, and by when; `cites` are post ids, case numbers or addresses its facts rest on.
    `joint` names further units in whose name it speaks (联合答复).
    """

    kind: ClassVar[str] = "反馈单"
    form: str
    finding: Finding
    title: str
    text: str
    stance: Statement
    facts: Statement
    policy: Statement
    outcome: Statement
    proof: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    disclosure: Disclosure = Disclosure.PUBLIC
    withheld_why: str = ""
    channel: str = ""
    contact: str = ""
    unfinished: str = ""
    cites: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecrecyReview:
    """保密审查 of one answer, by somebody who did not write it (政府信息公开条例 第十七条)."""

    kind: ClassVar[str] = "保密审查"
    answer_id: str
    passed: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """签批 of one answer. On paper: `scan_sha256` of the scanned 呈批件, registered by a second person.

    `on_behalf_of` is who is deputised for (A/B 角), and `deputised_until` the last day of it, in words ("" when nobody is).
    """

    kind: ClassVar[str] = "签批单"
    answer_id: str
    capacity: Capacity
    unit: str
    on_behalf_of: str = ""
    deputised_until: str = ""
    scan_sha256: str = ""
    registered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """公开回应 as it went out. `checked` says what a look at the page found (advisory), "" when nobody looked."""

    kind: ClassVar[str] = "公开回应登记"
    answer_id: str
    channel: str
    url: str
    published_at: datetime
    checked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """新闻发布会 that was held (aware UTC)."""

    kind: ClassVar[str] = "新闻发布会"
    held_at: datetime
    place: str
    spokesperson: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelving:
    """不交办: the ground, and where it went: the number of the case it joined, or the body it was passed to ("" else)."""

    kind: ClassVar[str] = "不交办登记"
    ground: Ground
    into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """子任务 of one unit within a case: what, and by when (aware UTC). `stage` is set where the task is a report (首报 …)."""

    kind: ClassVar[str] = "子任务"
    unit: str
    what: str
    due_at: datetime
    basis: str
    stage: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone:
    """A task is done, and what came of it."""

    kind: ClassVar[str] = "子任务办结"
    task_id: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """延期 of one clock, approved by 区政府办 (`approved_by`); asked for by the paper's writer."""

    kind: ClassVar[str] = "延期审批"
    clock: str
    old_due_at: datetime
    new_due_at: datetime
    approved_by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """暂缓办理: unit clocks stand still until it is taken up again. `came_from` is the state it goes back to; `until` when it is looked at anew."""

    kind: ClassVar[str] = "暂缓办理审批"
    came_from: str
    approved_by: str
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """督办单: which clock ran out, by how much (seconds), the how manieth for this case, what is asked."""

    kind: ClassVar[str] = "督办单"
    serial: int
    clock: str
    overdue_seconds: int
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraveReport:
    """《重大政务舆情信息报告》 of the responsible unit to 区委、区政府 (实施方案三（三）4 责任主体): first, further, final."""

    kind: ClassVar[str] = "重大政务舆情信息报告"
    stage: Stage
    serial: int = 1
    happened: str
    public_view: str
    done: str
    planned: str
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """签收凭据: how the unit's receipt came in. `registered_by` names who took it down after a phone call."""

    kind: ClassVar[str] = "签收凭据"
    unit: str
    means: Means
    notice_id: str = ""
    registered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTransfer:
    """线索移交 to police or the network regulator: a sealed manual step. Only addresses and hashes leave; never a person's profile.

    `evidence` maps URL → sha256 of the text as kept. The paper's writer confirms; `proposed_by` and `approved_by` are two others.
    """

    kind: ClassVar[str] = "线索移交单"
    to: str
    evidence: Mapping[str, str]
    refuted_by: str
    proposed_by: str
    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGrade:
    """突发事件定级, told by people: its level and the document or call it rests on."""

    kind: ClassVar[str] = "突发事件定级"
    level: EventLevel
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """呈批件 to a leader: matter, advice, and what the leader wrote ("" while it is out)."""

    kind: ClassVar[str] = "呈批件"
    to: str
    matter: str
    advice: str
    instruction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """跟踪: mentions since the answer (posts), and what was seen."""

    kind: ClassVar[str] = "跟踪记录"
    mentions: int
    said: str


Content = (
    Answer | SecrecyReview | Signature | Publication | Conference | Shelving | Task | TaskDone | Extension | Pause | Supervision | GraveReport
    | Receipt | LeadTransfer | EventGrade | Submission | Following
)  # fmt: skip
CONTENTS: dict[str, type] = {one.kind: one for one in Content.__args__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper of a case. `unit` is the unit id it is written for ("" the office), `by` the named person, `at` aware UTC."""

    id: str
    case_id: str
    unit: str
    by: str
    at: datetime
    content: Content

    @property
    def kind(self) -> str:
        """The content's name in Chinese: what the file shows."""
        return self.content.kind
