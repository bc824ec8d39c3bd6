"""Commands of an analyst who edits a digest before it goes out: order, drop, restore, remark, list."""

from typing import Annotated

import typer

from huiying.cli import Config, Data, app, desk_of, stop
from huiying.digesting import KIND, MONTHLY, WEEKLY
from huiying.editing import EditRefusedError, edit_digest, titles
from huiying.office_commands import day_of
from ledger.editions import EditionShelf, ReviewedIssueError
from records.edition import EditKind
from records.instant import in_words

edit_app = typer.Typer(no_args_is_help=True, help="日报编辑：送审前调整次序、略去、加按语；逐条留痕，不改数据")
app.add_typer(edit_app, name="digest-edit")
Day = Annotated[str, typer.Argument(metavar="DAY", help="日期 YYYY-MM-DD")]
Item = Annotated[str, typer.Argument(metavar="EVENT", help="事件：附表3 的序号（如 事3）、事件编号或交办件编号")]
By = Annotated[str, typer.Option("--by", help="编辑人姓名（记入审计）")]
Issue = Annotated[str, typer.Option("--kind", help="daily、weekly、monthly，或 special-事件编号")]
NAMES = {EditKind.ORDER: "调整次序", EditKind.DROP: "略去", EditKind.RESTORE: "恢复", EditKind.REMARK: "按语"}


@edit_app.command()
def order(
    day: Day,
    events: Annotated[list[str], typer.Argument(metavar="EVENT…", help="排在最前的事件，依次写")],
    by: By,
    kind: Issue = KIND,
    config: Config = None,
    data: Data = None,
) -> None:
    """要情次序：所写事件依次排在最前，其余照旧。"""
    _edit(day, EditKind.ORDER, events, "", by, kind, config, data)


@edit_app.command()
def drop(
    day: Day,
    event: Item,
    by: By,
    why: Annotated[str, typer.Option("--why", help="理由")],
    kind: Issue = KIND,
    config: Config = None,
    data: Data = None,
) -> None:
    """略去一事：不再列入要情和持续关注，仍计入数据和附表。"""
    _edit(day, EditKind.DROP, [event], why, by, kind, config, data)


@edit_app.command()
def restore(day: Day, event: Item, by: By, kind: Issue = KIND, config: Config = None, data: Data = None) -> None:
    """恢复略去的一事。"""
    _edit(day, EditKind.RESTORE, [event], "", by, kind, config, data)


@edit_app.command()
def remark(
    day: Day,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="按语，不超过90字；写空串撤回")],
    by: By,
    about: Annotated[str, typer.Option("--on", help="所按的事件；不写则为全篇编者按")] = "",
    kind: Issue = KIND,
    config: Config = None,
    data: Data = None,
) -> None:
    """按语：全篇的排在要情之后，一事的排在该事之后。"""
    _edit(day, EditKind.REMARK, [about] if about else [], words, by, kind, config, data)


@edit_app.command("list")
def list_edits(day: Day, kind: Issue = KIND, config: Config = None, data: Data = None) -> None:
    """列出一期的编辑记录。"""
    issue, wanted = _issue(kind), day_of(day)
    with desk_of(config, data) as desk:
        edits = EditionShelf(desk.ledger.engine).edits(str(wanted), issue)
        for one in edits:
            print(f"{in_words(one.at)}  {one.by}  {NAMES[one.kind]}  {titles(desk, one.events)}  {one.words}".rstrip())
    if not edits:
        print("没有编辑记录")


def _edit(day: str, action: EditKind, items: list[str], words: str, by: str, kind: str, config: Config, data: Data) -> None:
    """Keeps the edit and says what to do next; what cannot be done is exit 1."""
    issue, wanted = _issue(kind), day_of(day)
    with desk_of(config, data) as desk:
        try:
            edit = edit_digest(desk, wanted, action, items, words, by=by, issue=issue)
        except (EditRefusedError, ReviewedIssueError) as error:
            raise stop(f"digest-edit: {error.args[0]}", 1) from error
        print(f"{NAMES[action]} {titles(desk, edit.events)}".rstrip())
    print(f"已记录；重出该期：huiying digest --date {wanted}" + ("" if issue == KIND else f"（--kind {issue.partition('-')[0]}）"))


def _issue(kind: str) -> str:
    """The issue's kind, or exit 2."""
    if kind not in (KIND, WEEKLY, MONTHLY) and not kind.startswith("special-"):
        raise stop(f"digest-edit: --kind {kind!r}: 应为 daily、weekly、monthly 或 special-事件编号")
    return kind
