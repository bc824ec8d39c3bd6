"""Routing (交办去向): 谁主管谁负责、属地管理. A chain of decisions, first match wins, each with a sentence an official can read out.

Source: 实施方案三（三）4 责任主体; units and territory as configured. Reads no clock, store or config.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from records.area import Areas
from records.assessment import Assessment, Territory
from records.case import Routing
from records.event import Event
from records.standard import Standard
from records.unit import Unit, UnitKind, Units

CLOSE = 0.05  # two units nearer than this are not told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a decision may look at. `ranked` are (unit id, mean probability), best first, accused units left out."""

    event: Event
    assessments: Sequence[Assessment]
    ranked: tuple[tuple[str, float], ...]
    accused: frozenset[str]
    units: Units
    areas: Areas
    standard: Standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who leads, and why; `intended` is the unit by duty when another leads for it."""

    lead: str
    reason: str
    intended: str = ""
    joint: tuple[str, ...] = ()


def route(event: Event, assessments: Sequence[Assessment], units: Units, areas: Areas, standard: Standard) -> Routing:
    """The routing of an event. Never routes to, joins or informs an accused unit.

    Raises: ValueError when there is no assessment to route by.
    """
    if not assessments:
        raise ValueError(f"event {event.id}: nothing to route by")
    accused = frozenset(u for a in assessments for u in a.accused)
    ask = Question(
        event=event,
        assessments=assessments,
        ranked=_ranked(assessments, accused),
        accused=accused,
        units=units,
        areas=areas,
        standard=standard,
    )
    decided = next(d for decide in DECISIONS if (d := decide(ask)) is not None)
    decided, more = _reachable(decided, ask)
    joint = _joint(decided, ask)
    informed, escalate = _informed(ask, {decided.lead, *joint}), _escalated(ask, {decided.lead})
    reasons = (decided.reason, *more, *_told(ask, informed, escalate))
    return Routing(
        lead=decided.lead, joint=joint, informed=informed, escalate_to=escalate, intended=decided.intended, reasons=reasons
    )


def _ranked(assessments: Sequence[Assessment], accused: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """Units by mean probability over the event's posts."""
    total: dict[str, float] = defaultdict(float)
    for one in assessments:
        for unit, p in one.leads:
            total[unit] += p / len(assessments)
    return tuple(sorted(((u, p) for u, p in total.items() if u not in accused), key=lambda item: (-item[1], item[0])))


def whistleblowing(ask: Question) -> Decision | None:
    """检举控告 goes to discipline; the accused unit hears nothing of it."""
    if not any(a.whistleblowing for a in ask.assessments):
        return None
    return Decision(lead=ask.units.discipline, reason="检举控告类：由区纪委监委受理，被举报单位不作主办、协办、抄送")


def outside(ask: Question) -> Decision | None:
    """A neighbour's or a delegated area's matter: the office passes it to the city."""
    said = {Territory.NEIGHBOUR: "属周边区县", Territory.DELEGATED: "区划属本区、管理权在功能区", Territory.ELSEWHERE: "属外地"}
    if ask.event.territory not in said:
        return None
    named = [a for a in ask.areas.areas if a.name in ask.event.areas]
    where = "、".join(f"{a.name}（{a.managed_by}）" if a.managed_by else a.name for a in named) or "文中地名"
    return Decision(lead=ask.units.office, reason=f"{where}{said[ask.event.territory]}：由区政府办转市级联络，不按本区交办")


def ambiguous(ask: Question) -> Decision | None:
    """Nobody by duty, or two too close: the office names the lead (必要时可由区政府办确定牵头部门)."""
    if not ask.ranked:
        return Decision(lead=ask.units.office, reason="无单位可归口：由区政府办指定牵头")
    best, p = ask.ranked[0]
    second = ask.ranked[1] if len(ask.ranked) > 1 else ("", 0.0)
    if p >= ask.standard.thresholds.lead_unclear and p - second[1] >= CLOSE:
        return None
    names = "、".join(ask.units.get(u).name for u in (best, second[0]) if u)
    if "C5" in ask.event.labels and ask.units.emergency not in ask.accused:  # an emergency does not wait until somebody is named
        both = tuple(u for u in (best, second[0]) if u and u != ask.units.emergency)
        emergency = ask.units.get(ask.units.emergency)
        return Decision(lead=emergency.id, reason=f"突发事件，职责交叉（{names}）：由{emergency.name}先行牵头", joint=both)
    reason = f"职责不够明确（{names}均可能）：由区政府办确定牵头部门"
    return Decision(lead=ask.units.office, reason=reason, intended=best, joint=tuple(u for u in (best, second[0]) if u))


def by_duty(ask: Question) -> Decision | None:
    """The unit in charge of the matter; a town unit by place."""
    best, p = ask.ranked[0]
    unit = ask.units.get(best)
    if best == ask.units.pending_town:
        return Decision(lead=ask.units.office, reason="属地街镇事项，文中没有具体街镇：由区政府办指定", intended=best)
    ground = f"，{'、'.join(ask.event.areas)}属其辖区（属地管理）" if unit.kind is UnitKind.TOWN and ask.event.areas else ""
    own = (best, "@town") if unit.kind is UnitKind.TOWN else (best,)
    spoken = [v.reason for a in ask.assessments for v in a.verdicts if v.what == "lead" and v.value in own]
    said = max(spoken, key=spoken.count) if spoken else "按文本内容判断"
    return Decision(lead=best, reason=f"谁主管谁负责：{said}，由{unit.name}牵头{ground}（把握{p:.0%}）")


DECISIONS: tuple[Callable[[Question], Decision | None], ...] = (whistleblowing, outside, ambiguous, by_duty)


def _reachable(decided: Decision, ask: Question) -> tuple[Decision, tuple[str, ...]]:
    """The same decision, or the office in place of a unit no alert can reach. Discipline is never replaced by the office's wide circle."""
    unit = ask.units.get(decided.lead)
    if unit.reachable or decided.lead in (ask.units.office, ask.units.discipline):
        return decided, ()
    told = f"{unit.name}没有联系人或通道：先送区政府办转交"
    return Decision(lead=ask.units.office, reason=decided.reason, intended=unit.id, joint=decided.joint), (told,)


def _joint(decided: Decision, ask: Question) -> tuple[str, ...]:
    """Joint units of the decision and of the assessments; none for 检举控告 and for other territories."""
    if decided.lead == ask.units.discipline or (
        ask.event.territory is not Territory.OURS and ask.event.territory is not Territory.UNKNOWN
    ):
        return ()
    wanted = dict.fromkeys([*decided.joint, *(u for a in ask.assessments for u in a.joint)])
    barred = ask.accused | {decided.lead, decided.intended, ask.units.pending_town}
    return tuple(u for u in wanted if u not in barred)


def _informed(ask: Question, already: set[str]) -> tuple[str, ...]:
    """False information: publicity and cyberspace know of it. Nobody is informed of a 检举控告."""
    if any(a.whistleblowing for a in ask.assessments) or "C7" not in ask.event.labels:
        return ()
    return tuple(u for u in (ask.units.publicity, ask.units.cyberspace) if u not in already | ask.accused)


def _escalated(ask: Question, already: set[str]) -> tuple[str, ...]:
    """Who is told at once because of the level."""
    if any(a.whistleblowing for a in ask.assessments):
        return ()
    return tuple(u for u in ask.standard.level(ask.event.opinion_level).escalate_to if u not in already | ask.accused)


def _told(ask: Question, informed: Sequence[str], escalate: Sequence[str]) -> tuple[str, ...]:
    def names(ids: Sequence[str]) -> str:
        return "、".join(_unit(ask, u).name for u in ids)

    said = [f"涉不实信息线索：抄送{names(informed)}"] if informed else []
    return (*said, f"舆情{ask.event.opinion_level}级（系统初判）：同时报{names(escalate)}") if escalate else tuple(said)


def _unit(ask: Question, unit_id: str) -> Unit:
    return ask.units.get(unit_id)
