"""Verdict and Assessment: what the classifiers say of one post, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

CATEGORIES = ("C1", "C2", "C3", "C4", "C5", "C6", "C7")
FORMS = ("R1", "R2", "R3", "R4", "R5", "R6")


class OpinionLevel(StrEnum):
    """舆情等级, proposed by rules; not the 突发事件等级 (EventLevel), which people set."""

    I = "Ⅰ"  # noqa: E741  特别重大
    II = "Ⅱ"  # 重大
    III = "Ⅲ"  # 较大
    IV = "Ⅳ"  # 一般

    @property
    def rank(self) -> int:
        """1 (gravest) … 4."""
        return "ⅠⅡⅢⅣ".index(self.value) + 1


class Speaker(StrEnum):
    """Who said a verdict. A rule outranks a model, an analyst outranks both."""

    RULE = "rule"
    MODEL = "model"
    ANALYST = "analyst"


class Territory(StrEnum):
    """Whose ground a post is about (属地)."""

    OURS = "ours"  # 本区
    DELEGATED = "delegated"  # 区划属本区, 管理权在功能区
    NEIGHBOUR = "neighbour"  # 周边区县
    ELSEWHERE = "elsewhere"  # 外地同名
    UNKNOWN = "unknown"  # 文中没有地名


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One reason. `probability` in 0..1; `span` is (start, end) in title + "\\n" + text, or None.

    `what` is the task ("relevant", "category", "level", "form", "lead", "joint", "territory", "accused"); `clause` the
    rule's id or the document it rests on.
    """

    what: str
    value: str
    probability: float
    reason: str
    speaker: Speaker
    span: tuple[int, int] | None = None
    evidence: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The verdicts of one post. Probabilities in 0..1.

    `leads` are unit ids, best first; `areas` area names as in areas.toml. `accused` are unit ids a 检举控告 names (they never
    lead, join or are informed). `whistleblowing` marks corruption or illegality by an office. `contradicted` is True when the
    text itself carries an authoritative contradiction (the condition of C7/R6, design decision 3).
    `abstain` names the tasks the classifiers would rather leave to a person.
    """

    post_id: str
    relevant: float
    categories: Mapping[str, float]
    labels: tuple[str, ...]
    level: OpinionLevel
    forms: Mapping[str, float]
    form: str
    leads: tuple[tuple[str, float], ...]
    joint: tuple[str, ...]
    areas: tuple[str, ...]
    territory: Territory
    accused: tuple[str, ...] = ()
    whistleblowing: bool = False
    contradicted: bool = False
    abstain: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    model_version: str = ""
    standard_version: str = ""

    @property
    def primary(self) -> str:
        """The category with the highest probability."""
        return max(CATEGORIES, key=lambda code: self.categories.get(code, 0.0))
