"""The command `export`: the account as a table, for a named person and a stated purpose."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from huiying.cli import Config, Data, app, desk_of, stop
from huiying.exporting import Export
from huiying.exporting import export as write_export
from huiying.office import Desk
from records.instant import SHANGHAI


@app.command()
def export(
    by: Annotated[str, typer.Option("--by", help="导出人姓名，记入审计链")],
    purpose: Annotated[str, typer.Option("--purpose", help="用途，记入审计链")],
    out: Annotated[Path, typer.Option("--out", help="文件，以 .xlsx 或 .csv 结尾")],
    kind: Annotated[str, typer.Option("--kind", help="cases 交办件、moves 流转、papers 文书")] = "cases",
    since: Annotated[str, typer.Option("--since", help="立案日期不早于 YYYY-MM-DD")] = "",
    until: Annotated[str, typer.Option("--until", help="立案日期不晚于 YYYY-MM-DD（含当日）")] = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """导出台账（Excel 或 CSV）：须有姓名与用途，记入审计链；号码已脱敏，公式一律作文本。"""
    first = _start("--since", since) if since else Desk.beginning_of_time
    last = _start("--until", until) + timedelta(days=1) if until else Desk.end_of_time
    asked = Export(kind=kind, since=first, until=last, by=by, purpose=purpose, out=out)
    with desk_of(config, data) as desk:
        try:
            rows = write_export(desk, asked)
        except ValueError as error:
            raise stop(f"export: {error}") from error
        except OSError as error:
            raise stop(f"export: --out {out}: 写不了：{error.strerror}", 1) from error
    print(f"{out}  {rows} 行")


def _start(option: str, given: str) -> datetime:
    """The beginning of the day in Shanghai, as UTC."""
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise stop(f"export: {option} {given!r}: 应为 YYYY-MM-DD") from error
    if not date(1990, 1, 1) <= day <= date(2999, 12, 31):
        raise stop(f"export: {option} {given}: 应在 1990-01-01 至 2999-12-31 之间")
    return datetime.combine(day, time(0), SHANGHAI).astimezone(UTC)
