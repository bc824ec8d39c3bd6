"""Commands that keep the ledger honest: verify."""

from pathlib import Path
from typing import Annotated

import typer

from huiying.cli import Config, Data, app, desk_of, stop
from ledger.chain import Head, anchors, departures
from ledger.integrity import misfits


@app.command()
def verify(
    anchor: Annotated[str, typer.Option(help="此前记下的链头“条数:摘要”，或含有它的文件（如日报）")] = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """核对审计链和台账：有改动、缺失、重建或行不相符则逐条列出，退出码 1。"""
    held = _held(anchor) if anchor else []
    with desk_of(config, data) as desk:
        problems = [*desk.ledger.verify_audit(), *departures(desk.ledger.engine, held), *misfits(desk.ledger.engine)]
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    print("审计链完整")


def _held(anchor: str) -> list[Head]:
    """The anchors of the option's value. Raises: typer.Exit when it has none."""
    found = anchors(anchor)
    if found:
        return found
    try:
        found = anchors(Path(anchor).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise stop(f"--anchor {anchor}: 不是“条数:摘要”，也不是可读的文本文件") from error
    if not found:
        raise stop(f"--anchor {anchor}: 文件中没有审计链链头")
    return found
