"""Case (交办件), its routing, clocks and moves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.assessment import OpinionLevel


class CaseState(StrEnum):
    """States of a case; responders/lifecycle.py holds the table of allowed moves."""

    ALERTED = "预警提示"
    SHELVED = "不交办"
    DISPATCHED = "交办"
    SIGNED_FOR = "签收"
    RETURNED = "退回"
    CHECKING = "核查"
    REPORTED = "反馈"
    APPROVED = "签批"
    ANSWERED = "公开回应"
    NOT_PUBLISHED = "不公开回应"
    FOLLOWING = "跟踪"
    PAUSED = "暂缓办理"
    WITHDRAWN = "撤销"
    CLOSED = "办结"
    EVALUATED = "评估"
    ARCHIVED = "归档"


class ActorKind(StrEnum):
    """Who acts. The store's CHECK lets the machine only open a case as 预警提示 (design decision 2)."""

    MACHINE = "machine"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Who must answer. Unit ids. `reasons` are sentences in Chinese an official can read out; never empty.

    `escalate_to` are units told at once because of the level; `intended` is the unit by duty when it differs from `lead`
    (no contact, or delegated territory), else "".
    """

    lead: str
    joint: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    escalate_to: tuple[str, ...] = ()
    intended: str = ""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One clock.

    `kind`: "sign" 签收, "reply" 首次回应, "respond" 公开回应, "close" 办结, "release" 权威发布 (5 h), "press" 新闻发布会 (24 h).

    `anchor_at` is when it began, `due_at` when it ends (aware UTC); `basis` names the document or the standard's row;
    `late_found` is True when it had passed before the case was opened (迟发现: charged to monitoring, not to the unit).
    `measure` is the unit of its limit ("minutes", "hours", "working_hours", "working_days"); `met_at` is when it was met, None while it runs.
    """

    kind: str
    anchor_at: datetime
    due_at: datetime
    basis: str
    late_found: bool = False
    measure: str = "hours"
    met_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. `number` like TH-20180608-003; `version` grows by one with every move (compare-and-set)."""

    id: str
    number: str
    event_id: str
    title: str
    state: CaseState
    opinion_level: OpinionLevel
    labels: tuple[str, ...]
    form: str
    routing: Routing
    deadlines: tuple[Deadline, ...]
    opened_at: datetime
    dispatched_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One move of one case: who, when, from, to, why. `from_state` is None for the opening."""

    case_id: str
    from_state: CaseState | None
    to_state: CaseState
    actor_kind: ActorKind
    actor: str
    at: datetime
    why: str
