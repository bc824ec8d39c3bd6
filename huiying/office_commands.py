"""Commands of the office: check, collect, start, case, digest, search."""

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from huiying import case_verbs, pipeline
from huiying.answer_files import AnswerFileError, read_answer, scanned
from huiying.channel_test import try_channels
from huiying.cli import Config, Data, app, as_text, data_of, desk_of, instant, model_of, quiet_log, settings_of, stop
from huiying.config_findings import check_settings
from huiying.daemon import Daemon
from huiying.digest_facts import find_event
from huiying.digesting import MONTHLY, NAMES, SPECIAL, current_day, issue_digest, review_digest, special_kind
from huiying.instance_lock import DataFolderError, instance_lock
from huiying.mail_receipts import MailReceipts
from huiying.office import new_uuid, open_office
from huiying.public_digest import PUBLIC, make_public
from huiying.publishing import look_for
from huiying.serving import NotServedError, serve
from huiying.settings import Settings
from huiying.watchdog import watch
from ledger.opening import LedgerUrlError, open_engine, shown
from ledger.protocol import StaleCaseError
from ledger.transfer import TABLES, TransferFailedError, TransferRefusedError, transfer
from records.instant import shanghai
from records.paper import Ground
from records.unit import Capacity
from responders.cases import MoveRefusedError
from responders.channels.inbound import listening
from responders.lifecycle import IllegalMoveError

EARLIEST = date(1990, 1, 1)  # of a digest: before there was anything to read
case_app = typer.Typer(no_args_is_help=True, help="交办件：列出、查看、流转")
app.add_typer(case_app, name="case")


@app.command()
def check(
    send: Annotated[bool, typer.Option("--send", help="每个启用的通道发一条测试消息")] = False,
    config: Config = None,
    data: Data = None,
) -> None:
    """检查全部设置：错误给出文件、行号、键名；未完成之处逐条列出；--send 测试通道。"""
    settings = settings_of(config)
    findings = check_settings(settings, shanghai(datetime.now(UTC)).date())
    for one in findings:
        print(f"{'错误' if one.severity == 'error' else '提示'}  {one.where}: {one.message}")
    if any(one.severity == "error" for one in findings):
        raise typer.Exit(2)
    if send:
        _send_tests(settings, data_of(data))


def _send_tests(settings: Settings, data: Path) -> None:
    """Prints what each channel answered; exit 1 when one did not take the message."""
    quiet_log("error")
    tried = asyncio.run(try_channels(settings, data, now=datetime.now(UTC), new_id=new_uuid))
    for one in tried:
        print(f"{'已送达' if one.accepted else '未送达'}  {one.channel}: {one.code} {one.detail}")
    if not tried:
        print("没有启用的通道")
    if not all(one.accepted for one in tried):
        raise typer.Exit(1)


@app.command()
def collect(
    sources: Annotated[list[str] | None, typer.Argument(help="信息源 id；不写则为到期的启用源", metavar="[SOURCE]…")] = None,
    config: Config = None,
    data: Data = None,
) -> None:
    """收集：取一遍到期的（或指定的）信息源，存帖文，不预警。"""
    quiet_log("error")
    settings = _only(settings_of(config), sources or [])
    account = pipeline.Account()
    _locked(data_of(data), _collect(settings, data_of(data), account, everything=bool(sources)))
    print(f"新帖文 {account.new_posts} 条，问题 {len(account.problems)} 处")
    for problem in account.problems:
        typer.echo(problem, err=True)
    if account.problems:
        raise typer.Exit(1)


def _only(settings: Settings, wanted: Sequence[str]) -> Settings:
    """The settings with the wanted sources alone, enabled for this run; an unknown id is exit 2."""
    if not wanted:
        return settings
    known = {s.id: s for s in settings.sources}
    wanted = tuple(dict.fromkeys(wanted))  # named twice, fetched once
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise stop(f"没有信息源 {'、'.join(unknown)}")
    without = [name for name in wanted if not known[name].impact_note]
    if without:
        raise stop(f"信息源 {'、'.join(without)} 没有影响评估 impact_note，不得采集（网络数据安全管理条例第十八条）")
    return replace(settings, sources=tuple(replace(known[name], enabled=True) for name in wanted))


async def _collect(settings: Settings, data: Path, account: pipeline.Account, *, everything: bool) -> None:
    async with open_office(settings, data, model_of(data)) as office:
        if not everything:
            await pipeline.collect_due(office, account)
            return
        states = office.ledger.fetch_states()
        for source in settings.sources:
            await pipeline.poll(office, source, states.get(source.id), account)


def _locked(data: Path, work: Coroutine[object, object, None]) -> None:
    """Runs a coroutine while holding the data folder; a running daemon, or a folder that cannot be one, is exit 2."""
    try:
        with instance_lock(data):
            asyncio.run(work)
    except (DataFolderError, LedgerUrlError) as error:
        raise stop(error) from error
    finally:
        work.close()  # it was never begun when the folder was refused


@app.command()
def start(
    config: Config = None,
    data: Data = None,
    processes: Annotated[int, typer.Option("--processes", help="工作进程数（目前只支持 1）", min=1, max=1)] = 1,
) -> None:
    """启动值守进程和工作台：按各源周期收集，研判，预警，按时出日报；SIGTERM 干净退出。首次启动打印管理员的一次性口令。"""
    quiet_log("info")
    settings = settings_of(config)
    errors = [f for f in check_settings(settings, shanghai(datetime.now(UTC)).date()) if f.severity == "error"]
    if errors:
        raise stop("\n".join(f"错误  {f.where}: {f.message}" for f in errors))
    _locked(data_of(data), _start(settings, data_of(data)))


async def _start(settings: Settings, data: Path) -> None:
    """The daemon with the workbench beside it. A port that is taken is told; collecting and alerting go on."""
    async with open_office(settings, data, model_of(data), beside=True) as office, AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(serve(office))
        except NotServedError as error:
            typer.echo(f"{error}；值守照常进行", err=True)
        inbound = settings.office.inbound
        if inbound.enabled:
            taking = MailReceipts(office).take
            await stack.enter_async_context(listening(inbound.host, inbound.port, inbound.address, taking))
        await Daemon(office).run()


@app.command()
def watchdog(
    after: Annotated[int, typer.Option("--after", help="心跳停多少秒算异常", min=30)] = 600,
    again: Annotated[int, typer.Option("--again", help="异常持续时隔多少秒再告警", min=60)] = 3600,
    config: Config = None,
    data: Data = None,
) -> None:
    """从外部看值守进程是否活着（供 cron、systemd 定时调用）：异常则经各通道告警，退出码 1。"""
    settings, now = settings_of(config), datetime.now(UTC)
    limit, repeat = timedelta(seconds=after), timedelta(seconds=again)
    found = asyncio.run(watch(settings, data_of(data), now=now, new_id=new_uuid, limit=limit, again=repeat))
    for one in found.told:
        print(f"{'已告知' if one.accepted else '未送达'}  {one.channel}  {one.code} {one.detail}".rstrip(), file=sys.stderr)
    for trouble in found.troubles:
        print(trouble, file=sys.stderr)
    if found.troubles:
        raise typer.Exit(1)
    print("值守正常")


@case_app.command("list")
def case_list(
    state: Annotated[str, typer.Option("--state", help="只列某状态，如 交办")] = "",
    json: Annotated[bool, typer.Option("--json", help="每行一件 JSON")] = False,
    config: Config = None,
    data: Data = None,
) -> None:
    """列出交办件。"""
    with desk_of(config, data) as desk:
        try:
            wanted = case_verbs.state_of(state) if state else None
        except LookupError as error:
            raise stop(error.args[0]) from error
        rows = [case_verbs.summary(desk, case) for case in desk.ledger.cases(wanted)]
    if json:
        for row in rows:
            print(as_text(row).replace("\n", ""))
        return
    table = Table("编号", "等级", "状态", "牵头单位", "最近时限", "标题")
    for row in rows:
        table.add_row(row["number"], row["level"], row["state"], row["unit"], row["due"], row["title"])
    Console().print(table if rows else "没有交办件")


@case_app.command("show")
def case_show(number: Annotated[str, typer.Argument(metavar="N")], config: Config = None, data: Data = None) -> None:
    """一件的全部记录。"""
    with desk_of(config, data) as desk:
        try:
            print(as_text(case_verbs.show(desk, number)))
        except LookupError as error:
            raise stop(error.args[0], 1) from error


@case_app.command("move")
def case_move(
    number: Annotated[str, typer.Argument(metavar="N")],
    state: Annotated[str, typer.Argument(metavar="STATE", help="交办、签收、核查、反馈 …")],
    by: Annotated[str, typer.Option("--by", help="办理人姓名")],
    why: Annotated[str, typer.Option("--why", help="理由")],
    unit: Annotated[str, typer.Option("--unit", help="交办：改派给该单位；退回：应由该单位办理（编号或名称）")] = "",
    ground: Annotated[Ground, typer.Option("--ground", help="不交办的情形")] = Ground.WATCHED,
    into: Annotated[str, typer.Option("--into", help="不交办：并入的编号，或移送的机关")] = "",
    answer: Annotated[Path | None, typer.Option("--answer", help="反馈：回应口径文件（TOML）")] = None,
    scan: Annotated[Path | None, typer.Option("--scan", help="签批：纸质呈批件的扫描件")] = None,
    capacity: Annotated[Capacity, typer.Option("--capacity", help="纸质签批人的职务")] = Capacity.DEPUTY,
    registered_by: Annotated[str, typer.Option("--registered-by", help="扫描件登记人（签批人以外）")] = "",
    channel: Annotated[str, typer.Option("--channel", help="公开回应：渠道")] = "",
    url: Annotated[str, typer.Option("--url", help="公开回应：网址")] = "",
    published_at: Annotated[str, typer.Option("--published-at", help="公开时间 YYYY-MM-DD HH:MM；默认现在")] = "",
    until: Annotated[str, typer.Option("--until", help="暂缓办理：复核时间 YYYY-MM-DD HH:MM")] = "",
    approved_by: Annotated[str, typer.Option("--approved-by", help="暂缓办理：批准人")] = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """流转一件：须有姓名与理由；不合流程的、缺要件的拒绝，并逐项说明缺什么。"""
    with desk_of(config, data) as desk:
        try:
            details = case_verbs.Details(
                unit=unit, ground=ground, into=into, answer=read_answer(answer) if answer else None,
                paper=scanned(desk.data, scan, capacity, registered_by) if scan else None, channel=channel, url=url,
                published_at=instant(published_at, "--published-at") if published_at else None,
                until=instant(until, "--until") if until else None, approved_by=approved_by, checked=look_for(desk, number, url),
            )  # fmt: skip
            moved = case_verbs.move(desk, number, state, by=by, why=why, details=details)
        except (LookupError, IllegalMoveError, MoveRefusedError, StaleCaseError, AnswerFileError) as error:
            raise stop(error.args[0], 1) from error
    print(f"{moved.number} → {moved.state.value}")
    if details.checked:
        print(f"页面核查：{details.checked}")


@app.command()
def digest(
    day: Annotated[str, typer.Option("--date", help="日期 YYYY-MM-DD（统计前一日8时至当日8时）；默认今天，月报默认上月末")] = "",
    kind: Annotated[str, typer.Option("--kind", help="日报 daily，周报 weekly（至该日七天），月报 monthly，专报 special，公开 public")] = "daily",
    event: Annotated[str, typer.Option("--event", help="专报：事件编号，或其交办件编号")] = "",
    reviewed_by: Annotated[str | None, typer.Option("--reviewed-by", help="审核人姓名；审核后方送领导")] = None,
    config: Config = None,
    data: Data = None,
) -> None:
    """出日报、周报、月报或专报（HTML 与 Word）：默认送审核员；--reviewed-by 登记审核并送领导。"""
    if kind not in (*NAMES, PUBLIC):
        raise stop(f"digest: --kind {kind!r}: 应为 {'、'.join((*NAMES, PUBLIC))}")
    if bool(event) != (kind == SPECIAL):
        raise stop("digest: --event 与 --kind special 须一起用")
    wanted = day_of(day or (_last_month_end() if kind == MONTHLY else ""))
    with desk_of(config, data) as desk:
        if kind == PUBLIC:
            for path in make_public(desk, wanted):
                print(path)
            return
        try:
            which = special_kind(find_event(desk.ledger, event).id) if event else kind
            made, first = (issue_digest(desk, wanted, which), True) if reviewed_by is None else review_digest(desk, wanted, reviewed_by, which)
        except LookupError as error:
            raise stop(f"digest: --event: {error.args[0]}", 1) from error
        except ValueError as error:
            raise stop(f"digest: {error}") from error
    print(made.html)
    print(made.word)
    if not first:
        raise stop(f"该期已由{made.issue.reviewed_by}审核", 1)


def _last_month_end() -> str:
    """The last day of the month before this one."""
    return str(shanghai(datetime.now(UTC)).date().replace(day=1) - timedelta(days=1))


def day_of(given: str) -> date:
    """The day whose digest is asked for, else today; exit 2 for no day, and for one that has not begun: its letter goes out only once."""
    now = datetime.now(UTC)
    if not given:
        return shanghai(now).date()
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise stop(f"digest: --date {given!r}: 应为 YYYY-MM-DD") from error
    if not EARLIEST <= day <= current_day(now):
        raise stop(f"digest: --date {given}: 应在 {EARLIEST} 至 {current_day(now)} 之间（该日统计时段尚未开始，或早得没有帖文）")
    return day


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="词，空格分开，须都出现")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20,
    config: Config = None,
    data: Data = None,
) -> None:
    """检索帖文，最新在前。"""
    with desk_of(config, data) as desk:
        for post in desk.ledger.search(words, limit):
            print(f"{shanghai(post.first_seen_at):%m-%d %H:%M}  {post.title or post.text[:30]}  {post.url}")


@app.command("migrate-store")
def migrate_store(
    source: Annotated[str, typer.Argument(metavar="FROM", help="sqlite:///文件 或 postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="空的目标台账")],
) -> None:
    """把台账从一个引擎迁到另一个：逐行按散列核对；中断后重跑即续；目标非空则拒绝。"""
    quiet_log()
    if source.startswith("sqlite:///") and not Path(source.removeprefix("sqlite:///")).exists():
        raise stop(f"{source}: 没有这个台账")
    try:
        with closing(open_engine(source)) as there, closing(open_engine(target)) as here, Progress(console=Console(stderr=True)) as bar:
            tasks = {table: bar.add_task(table, total=there.query(f"select count(*) as n from {table}")[0]["n"]) for table in TABLES}
            moved = transfer(there, here, source_name=shown(source), told=lambda table, rows: bar.update(tasks[table], completed=rows))
    except (LedgerUrlError, TransferRefusedError) as error:
        raise stop(error) from error
    except TransferFailedError as error:
        raise stop(error, 1) from error
    for table, rows in moved.rows.items():
        print(f"{table} {rows}")
    print(f"已核对 {sum(moved.rows.values())} 行")
