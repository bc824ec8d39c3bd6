"""`huiying roster` and `huiying handover`: who is on duty, and the record of handing over."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from huiying.cli import Config, Data, app, desk_of, settings_of, stop
from huiying.office import Desk
from huiying.settings import Settings
from ledger.handovers import Handovers
from records.instant import SHANGHAI, in_words
from records.notice import NoticeState
from records.roster import Handover
from records.unit import Contact
from responders.handover import EmptyHandoverError, handover_of, shift_ends
from responders.roster import OnDuty, on_duty


@app.command()
def roster(
    at: Annotated[str, typer.Option("--at", help="时刻，如 2018-06-08T14:15（上海时间）；默认此刻")] = "",
    config: Config = None,
) -> None:
    """此刻（或 --at）谁在值班，如何联系。"""
    settings, when = settings_of(config), _instant(at)
    found = on_duty(settings.roster, when, settings.holidays)
    print(f"{in_words(when, year=True)}在班：")
    for one in found:
        print(_line(one, settings))
        if one.warning:
            typer.echo(f"注意：{one.warning}", err=True)
    if not found:
        print(f"值班表上无人：按单位联系人通知（{_spelled(settings.units.get(settings.units.office).contacts)}）")


def _instant(given: str) -> datetime:
    """The instant meant (aware UTC); exit 2 for none."""
    try:
        when = datetime.fromisoformat(given) if given else datetime.now(UTC)
        return (when if when.tzinfo else when.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise stop(f"roster: --at {given!r}: 应为 YYYY-MM-DDTHH:MM") from error


def _line(one: OnDuty, settings: Settings) -> str:
    shift = one.shift
    names = {u.id: u.name for u in settings.units.units}
    backup = "（备班）" if shift.backup else ""
    channels = f"　通道 {'、'.join(shift.channels)}" if shift.channels else ""
    unit = names[shift.unit or settings.units.office]
    return f"{shift.post}{backup}　{unit}　{in_words(one.begins)}至{in_words(one.ends)}　{_spelled(shift.contacts)}{channels}"


def _spelled(contacts: tuple[Contact, ...]) -> str:
    return "；".join(" ".join(filter(None, (c.role, c.phone, c.email))) for c in contacts) or "未填联系人"


@app.command()
def handover(
    by: Annotated[str, typer.Option("--by", help="交班人")],
    to: Annotated[str, typer.Option("--to", help="接班人")],
    note: Annotated[str, typer.Option("--note", help="交班事项")],
    config: Config = None,
    data: Data = None,
) -> None:
    """交接班：登记并列出未办结的Ⅰ、Ⅱ级件、未确认的预警、本班内到期的时限、未送达的通知。"""
    with desk_of(config, data) as desk:
        try:
            made = hand_over(desk, by=by, to=to, note=note)
        except EmptyHandoverError as error:
            raise stop(f"handover: {error}") from error
    print("\n".join(lines_of(made)))


def hand_over(desk: Desk, *, by: str, to: str, note: str) -> Handover:
    """Records the handover. Raises: EmptyHandoverError."""
    now, settings = desk.now(), desk.settings
    made = handover_of(
        desk.ledger.cases(), desk.ledger.notices(NoticeState.DEAD), units=settings.units, standard=settings.standard,
        until=shift_ends(settings.roster, settings.holidays, now), giver=by, taker=to, note=note, at=now, handover_id=desk.new_id(),
    )  # fmt: skip
    Handovers(desk.ledger.engine).add(made)
    return made


def lines_of(made: Handover) -> list[str]:
    """The record as it is printed: an empty list is said, not left out."""
    heads = (("未办结Ⅰ、Ⅱ级件", made.grave), ("未确认的预警", made.unconfirmed), ("已过或本班内到期的时限", made.clocks), ("未送达的通知", made.dead))
    body = [line for head, rows in heads for line in (f"{head}（{len(rows)}）", *(f"  {row}" for row in rows))]
    return [f"交接班记录　{in_words(made.at, year=True)}　{made.giver}→{made.taker}", f"交班事项：{made.note}", *body]
