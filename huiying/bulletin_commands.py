"""The command `bulletin`: the 督查通报 of one month as a Word file in the data folder."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from digests.bulletin import build_bulletin
from digests.word import render_word
from huiying.cli import Config, Data, app, desk_of, stop
from huiying.evaluating_units import gather
from huiying.office import Desk
from records.instant import SHANGHAI, shanghai
from responders.evaluation import commended


@app.command()
def bulletin(
    month: Annotated[str, typer.Option("--month", help="月份 YYYY-MM；默认上个月")] = "", config: Config = None, data: Data = None
) -> None:
    """出督查通报（Word）：各单位件数与比率、逾期与原因；未经审核。"""
    with desk_of(config, data) as desk:
        since, until = span_of(month or _last_month(desk.now()))
        print(make_bulletin(desk, since, until))


def span_of(month: str) -> tuple[datetime, datetime]:
    """[first instant of the month, of the next one) in Shanghai, as UTC; exit 2 for no month."""
    if not re.fullmatch(r"(199\d|2[0-8]\d{2})-(0[1-9]|1[0-2])", month, re.ASCII):
        raise stop(f"bulletin: --month {month!r}: 应为 YYYY-MM")
    first = datetime(int(month[:4]), int(month[5:]), 1, tzinfo=SHANGHAI)
    after = (first + timedelta(days=32)).replace(day=1)
    return first.astimezone(UTC), after.astimezone(UTC)


def _last_month(now: datetime) -> str:
    return f"{shanghai(now).replace(day=1) - timedelta(days=1):%Y-%m}"


def make_bulletin(desk: Desk, since: datetime, until: datetime) -> Path:
    """The Word file; it appears whole or not at all."""
    found = gather(desk, since, until)
    praised = tuple(one.unit for one in found.units if commended(one))
    names = {u.id: u.name for u in desk.settings.units.units}
    folder = desk.data / "digests"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{shanghai(since):%Y-%m}-bulletin.docx"
    part = path.with_suffix(".docx.part")
    part.write_bytes(render_word(build_bulletin(found, names, praised, desk.settings.office.name)))
    return part.replace(path)
