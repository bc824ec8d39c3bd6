"""huiying account add | list | reset | disable, and huiying workbench: the pages alone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from huiying.bench_actions import BenchActions
from huiying.cli import Config, Data, app, desk_of, stop
from huiying.office import Desk
from huiying.serving import NotServedError, serve
from records.account import Role
from responders.cases import MoveRefusedError, person
from workbench import passwords
from workbench.actions import RefusedError
from workbench.admin_pages import new_account

account_app = typer.Typer(no_args_is_help=True, help="工作台账号：新建、列出、重置口令、停用")
app.add_typer(account_app, name="account")
Login = Annotated[str, typer.Argument(help="登录名")]
By = Annotated[str, typer.Option("--by", help="谁在办理（记入审计）")]


@contextmanager
def _actions(config: Path | None, data: Path | None) -> Iterator[BenchActions]:
    with desk_of(config, data) as desk:
        try:
            yield BenchActions(desk)
        except RefusedError as error:
            raise stop(error, 1) from error


def _person(by: str) -> str:
    """The name of who acts. Raises: RefusedError for nobody's."""
    try:
        return person(by)
    except MoveRefusedError as error:
        raise RefusedError(str(error)) from error


@account_app.command("add")
def add(
    login: Login, by: By, name: Annotated[str, typer.Option("--name", help="姓名")], unit: Annotated[str, typer.Option("--unit", help="单位编号")],
    role: Annotated[list[Role], typer.Option("--role", help="角色，可多个")], config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """新建账号，打印一次性口令（首次登录须修改）。"""
    with _actions(config, data) as actions:
        who = _person(by)
        user, password = new_account(actions, login, name, unit, tuple(role))
        actions.log(who, "account:add", user.login, "、".join(role))
    print(f"{login} 一次性口令 {password}")


@account_app.command("list")
def listed(config: Config = None, data: Data = None) -> None:
    """列出账号。"""
    with _actions(config, data) as actions:
        table = Table("登录名", "姓名", "单位", "角色", "状态")
        for user in actions.accounts.users():
            state = "已停用" if user.disabled_at else "待改口令" if user.must_change else "正常"
            table.add_row(user.login, user.name, user.unit, "、".join(user.roles), state)
    Console().print(table if table.row_count else "还没有账号")


@account_app.command("reset")
def reset(login: Login, by: By, config: Config = None, data: Data = None) -> None:
    """重置口令：打印新的一次性口令，原会话全部作废。"""
    with _actions(config, data) as actions:
        who, user = _person(by), actions.accounts.by_login(login)
        if user is None:
            raise RefusedError(f"没有账号 {login}")
        password = passwords.one_time()
        actions.accounts.set_password(user.id, passwords.hashed(password), must_change=True)
        actions.log(who, "account:reset", login, "")
    print(f"{login} 一次性口令 {password}")


@account_app.command("disable")
def disable(login: Login, by: By, config: Config = None, data: Data = None) -> None:
    """停用账号：立即生效，会话一并作废。"""
    with _actions(config, data) as actions:
        who, user = _person(by), actions.accounts.by_login(login)
        if user is None:
            raise RefusedError(f"没有账号 {login}")
        done = actions.accounts.disable(user.id, actions.now())
        actions.log(who, "account:disable", login, "")
    print(f"{login} {'已停用' if done else '此前已停用'}")


@app.command("workbench")
def workbench(
    host: Annotated[str, typer.Option("--host", help="监听地址")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option("--port", help="端口；默认 public_url 的端口或 8700")] = None,
    config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """只开工作台（值守进程另开时用）；Ctrl-C 结束。"""
    with desk_of(config, data) as desk:
        try:
            asyncio.run(_until_stopped(desk, host, port))
        except NotServedError as error:
            raise stop(error) from error
        except KeyboardInterrupt:
            return


async def _until_stopped(desk: Desk, host: str, port: int | None) -> None:
    async with serve(desk, host, port) as address:
        print(f"工作台 {address}")
        await asyncio.Event().wait()
