"""退回与改派: a unit may send a case back once, naming whose it is; the office then names who leads, and that is final.

Source: 实施方案三（三）4 责任主体 (必要时可由区政府办确定牵头部门). Reads no store.
"""

from collections.abc import Iterable
from dataclasses import replace

from records.case import Case, CaseState, Routing, Transition
from records.unit import Unit, Units
from responders.cases import MoveRefusedError
from responders.duty import confidential


def unit_called(word: str, units: Units) -> Unit:
    """The unit of an id, a name of any year or what people call it. Raises: MoveRefusedError naming what is unknown or has several meanings."""
    wanted = word.strip()
    exact = [u for u in units.units if wanted == u.id or wanted in {n.name for n in u.names}]
    found = exact or [u for u in units.units if wanted in u.aliases]
    if not found:
        raise MoveRefusedError(f"没有单位“{wanted}”（写单位编号或名称）")
    if len(found) > 1:
        raise MoveRefusedError(f"“{wanted}”可指{'、'.join(u.name for u in found)}：请写单位编号")
    return found[0]


def returned_to(case: Case, moves: Iterable[Transition], unit: Unit | None) -> Unit:
    """The unit a 退回 says it belongs to. Raises: MoveRefusedError for a second 退回, and for one that names no other unit."""
    if any(m.to_state is CaseState.RETURNED for m in moves):
        raise MoveRefusedError(f"{case.number}：已退回过一次，牵头单位由区政府办裁定，不得再退")
    if unit is None:
        raise MoveRefusedError(f"{case.number}：退回须写明应由哪个单位办理（--unit）")
    if unit.id == case.routing.lead:
        raise MoveRefusedError(f"{case.number}：{unit.name}就是现在的牵头单位")
    return unit


def rerouted(case: Case, unit: Unit, units: Units, *, by: str, why: str) -> Routing:
    """The routing with another lead, named by a person; joint units stay, the former lead is out.

    Raises: MoveRefusedError for 检举控告: the accused must not learn of it by way of a 改派.
    """
    if unit.id == case.routing.lead:
        return case.routing
    if confidential(case.routing, units):
        raise MoveRefusedError(f"{case.number}：检举控告由区纪委监委受理，不得改派")
    former = next((u.name for u in units.units if u.id == case.routing.lead), case.routing.lead)
    gone = {unit.id}
    return replace(
        case.routing, lead=unit.id, intended="",
        joint=tuple(u for u in case.routing.joint if u not in gone), informed=tuple(u for u in case.routing.informed if u not in gone),
        escalate_to=tuple(u for u in case.routing.escalate_to if u not in gone),
        reasons=(f"改派：{by}确定由{unit.name}牵头（原牵头：{former}）：{why}", *case.routing.reasons),
    )  # fmt: skip
