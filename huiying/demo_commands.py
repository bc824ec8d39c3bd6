"""`huiying demo`: the whole way on the sample town, once or until it is stopped."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from huiying import demo_account
from huiying.cli import Config, Data, app, data_of, model_of, quiet_log, settings_of, stop
from huiying.daemon import Beat, Daemon
from huiying.demo import Demo, DemoError, open_demo, run_once
from huiying.demo_officer import demo_accounts
from huiying.instance_lock import DataFolderError, instance_lock
from huiying.serving import NotServedError, serve
from huiying.settings import Settings
from huiying.throwaway_postgres import NoServerError, throwaway_postgres

PLAIN_WIDTH = 132  # columns of an account that goes to a file
LEFT = 3  # alerts that wait for whoever looks round
FOLDER = "demo"  # under the default data folder: a demo never touches the office's own ledger


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="走完一遍即退出")] = False,
    data: Data = None,
    config: Config = None,
    ledger: Annotated[str, typer.Option("--ledger", help="sqlite 或 postgresql（临时服务器）")] = "sqlite",
) -> None:
    """演示：在本机提供一个示例小城，走完收集、研判、预警、交办、日报全程。"""
    if ledger not in ("sqlite", "postgresql"):
        raise stop(f"demo: --ledger {ledger!r}: 应为 sqlite 或 postgresql")
    quiet_log("error")
    settings, folder = settings_of(config), data or data_of(None) / FOLDER
    try:
        with ExitStack() as stack:
            stack.enter_context(instance_lock(folder))
            url = stack.enter_context(throwaway_postgres()) if ledger == "postgresql" else ""
            asyncio.run(_demo(settings, folder, url, once=once))
    except (DemoError, DataFolderError, NoServerError, NotServedError) as error:
        raise stop(error) from error


async def _demo(settings: Settings, folder: Path, ledger_url: str, *, once: bool) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PLAIN_WIDTH)
    async with open_demo(settings, folder, model_of(), ledger_url=ledger_url) as office:
        with console.status("演示开始") as status:
            done: Demo = await run_once(office, lambda what: status.update(f"{what}…"), leave=0 if once else LEFT)
        demo_account.tell(done, console)
        if not once:
            console.print(f"\n示例小城在 {office.settings.sources[0].url}，值守进程继续运行；Ctrl-C 结束。")
            async with serve(office) as address:
                for login, role, password in demo_accounts(office):
                    console.print(f"工作台 {address}　{role}　登录名 {login}　一次性口令 {password}")
                await Daemon(office, beat=Beat(collect=2.0, judge=1.0, send=1.0)).run()
