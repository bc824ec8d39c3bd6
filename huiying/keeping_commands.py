"""Commands that keep the ledger honest and short: verify, erase, keep."""

from pathlib import Path
from typing import Annotated

import typer

from huiying.cli import Config, Data, app, desk_of, stop
from huiying.erasing import Erasing, erase_post
from huiying.keeping import keeping_of
from ledger.chain import Head, anchors, departures
from ledger.integrity import misfits
from ledger.retention import Expired


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


@app.command()
def erase(
    url: Annotated[str, typer.Argument(metavar="URL", help="帖文网址；主题帖连同全部跟帖")],
    by: Annotated[str, typer.Option("--by", help="经办人姓名")],
    why: Annotated[str, typer.Option("--why", help="理由，如 作者申请删除")],
    config: Config = None,
    data: Data = None,
) -> None:
    """从台账各处删除一条帖文，此后不再采入；仍引用它的文书和文件逐条列出，由人处理。"""
    with desk_of(config, data) as desk:
        try:
            done = erase_post(desk, url, by=by, why=why)
        except (ValueError, LookupError) as error:
            raise stop(error.args[0], 1) from error
    for line in _account(done):
        print(line)
    if done.left:
        raise stop("\n".join(done.left), 1)


def _account(done: Erasing) -> list[str]:
    """What `erase` prints."""
    erased = done.erased
    if erased is None:
        return ["此前已删除"]
    lines = [f"已删除帖文{len(erased.post_ids)}条、原始页面{erased.pages}个，清空通知{erased.notices}条"]
    lines += [f"涉及交办件 {number}" for number in erased.cases]
    lines += [f"请人工处理：{place} 引用了该帖" for place in erased.quoted]
    return lines + [f"请人工处理：文件 {name} 含有该帖" for name in done.files]


@app.command()
def keep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只计数，不删除")] = False,
    config: Config = None,
    data: Data = None,
) -> None:
    """按保存期限（huiying.toml [retention]）删除到期的帖文和原始页面；分批进行，可随时中断。"""
    with desk_of(config, data) as desk:
        keeping = keeping_of(desk)
        found = keeping.expired() if dry_run else sum(keeping.run(), start=Expired())
    print(f"{'到期' if dry_run else '已删除'}：{found}")
