"""Commands about notices: what stands in the outbox, what could not be delivered, and sending one of those again."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from huiying.cli import Config, Data, app, desk_of, stop
from huiying.dead_lettering import UnknownLetterError, dead_letters, retry
from huiying.office import Desk
from records.instant import in_words
from records.notice import NoticeState

notices_app = typer.Typer(help="通知：发送情况、未送达的通知、重发")
app.add_typer(notices_app, name="notices")
WORDS = {NoticeState.PENDING: "待发送", NoticeState.CLAIMED: "发送中", NoticeState.SENT: "已送达", NoticeState.DEAD: "未能送达"}


@notices_app.callback(invoke_without_command=True)
def notices(
    context: typer.Context,
    dead: Annotated[bool, typer.Option("--dead", help="列出未能送达的通知及其原因")] = False,
    config: Config = None,
    data: Data = None,
) -> None:
    """发件箱里各状态的通知数；--dead 列出未能送达的，有则退出码为 1。"""
    if context.invoked_subcommand is not None:
        return
    with desk_of(config, data) as desk:
        if dead:
            _list_dead(desk)
            return
        for state, word in WORDS.items():
            print(f"{word} {len(desk.ledger.notices(state))} 件")


def _list_dead(desk: Desk) -> None:
    """Prints the list; exit 1 when there is any."""
    found = dead_letters(desk)
    if not found:
        print("没有未能送达的通知")
        return
    table = Table("编号", "交办件", "类别", "收件", "通道", "末次", "原因")
    for one in found:
        n, d = one.notice, one.delivery
        table.add_row(n.id, n.thread, n.kind.value, n.address or n.recipient, n.channel, in_words(d.at), f"{d.code} {d.detail}")
    Console(width=None if Console().is_terminal else 200, markup=False).print(table)
    raise typer.Exit(1)


@notices_app.command("retry")
def retry_one(
    letter: Annotated[str, typer.Argument(help="未送达通知的编号", metavar="ID")],
    by: Annotated[str, typer.Option("--by", help="谁决定重发（记入审计）")],
    why: Annotated[str, typer.Option("--why", help="改正了什么")] = "改正后重发",
    config: Config = None,
    data: Data = None,
) -> None:
    """未能送达的通知重新排队，编号与幂等键不变。"""
    if not by.strip():
        raise stop("--by: 须写明姓名")
    with desk_of(config, data) as desk:
        try:
            queued = retry(desk, letter, by=by.strip(), why=why)
        except UnknownLetterError as error:
            raise stop(error, 1) from error
    print("已重新排队" if queued else "已有人重新排队")
