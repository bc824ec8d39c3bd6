"""`huiying case receive`: a receipt by telephone, registered by a named person."""

from typing import Annotated

import typer

from huiying import case_verbs
from huiying.case_verbs import Details
from huiying.cli import Config, Data, desk_of, stop
from huiying.office_commands import case_app
from ledger.protocol import StaleCaseError
from records.case import CaseState
from records.paper import Means, Receipt
from responders.cases import MoveRefusedError, person, same
from responders.lifecycle import IllegalMoveError
from responders.rerouting import unit_called


@case_app.command("receive")
def receive(
    number: Annotated[str, typer.Argument(metavar="N", help="交办件编号")],
    by: Annotated[str, typer.Option("--by", help="登记人（打电话的人）")],
    told: Annotated[str, typer.Option("--told", help="单位接电话的人")],
    unit: Annotated[str, typer.Option("--unit", help="承办单位（编号或名称）")],
    why: Annotated[str, typer.Option("--why", help="通话要点")],
    config: Config = None,
    data: Data = None,
) -> None:
    """电话签收：由登记人具名登记，接电话的人记为签收人。"""
    with desk_of(config, data) as desk:
        try:
            case, named = case_verbs.find(desk, number), unit_called(unit, desk.settings.units)
            if named.id != case.routing.lead:
                raise MoveRefusedError(f"{number}：{named.name}不是本件的牵头单位")
            if same(person(by), person(told)):
                raise MoveRefusedError(f"{number}：登记人与接电话的人须是两个人")
            receipt = Receipt(unit=named.id, means=Means.PHONE, registered_by=by)
            reason = f"电话签收（{by}登记）：{why}" if why.strip() else ""
            moved = case_verbs.move(desk, number, CaseState.SIGNED_FOR.value, by=told, why=reason, details=Details(receipt=receipt))
        except (LookupError, IllegalMoveError, MoveRefusedError, StaleCaseError) as error:
            raise stop(error.args[0], 1) from error
    print(f"{moved.number} → {moved.state.value}")
