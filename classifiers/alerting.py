"""Does an event deserve a 预警提示? One function, its reason always said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from records.assessment import Assessment, Territory
from records.event import Event
from records.standard import Standard

HANDLED_HERE = (Territory.OURS, Territory.DELEGATED)  # delegated ground: the office passes it to the city
_ELSEWHERE = {
    Territory.NEIGHBOUR: "属周边区县，不属本区：列入日报“上级与周边关注”",
    Territory.ELSEWHERE: "属外地：不预警",
    Territory.UNKNOWN: "文中没有本地地名，也非本地信息源：不预警，列入日报",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """`alert` says whether; `reason` why, as it stands in the ledger and the digest."""

    alert: bool
    reason: str


def alerting(event: Event, judged: Sequence[Assessment], standard: Standard, now: datetime) -> Alerting:
    """Whether the event is alerted, and why.

    Old happenings never alert (design decision 6); other places' are the digest's; a matter nobody complains of is only watched.
    """
    limits = standard.thresholds
    if now - event.first_said_at > timedelta(hours=limits.alert_age_hours):
        return Alerting(alert=False, reason=f"首发已超过{limits.alert_age_hours}小时：只入库，不预警")
    if event.territory not in HANDLED_HERE:
        return Alerting(alert=False, reason=_ELSEWHERE[event.territory])
    surest = max((a.relevant for a in judged), default=0.0)
    if surest < limits.alert:
        return Alerting(alert=False, reason=f"相关性{surest:.2f}低于预警门槛{limits.alert:.2f}：仅关注")
    return Alerting(alert=True, reason=f"达到预警条件：相关性{surest:.2f}，{event.opinion_level.value}级（系统初判）")
