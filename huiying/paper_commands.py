"""The paper commands of a case: answer, vet, grade, extend, task, report, conference, transfer, supervise, submit, follow."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from huiying import case_papers
from huiying.answer_files import AnswerFileError, read_answer, read_report
from huiying.cli import Config, Data, desk_of, instant, stop
from huiying.office import Desk
from huiying.office_commands import case_app
from ledger.protocol import StaleCaseError
from records.case import Case
from records.event import EventLevel
from records.instant import in_words
from records.paper import Conference, Paper, Submission
from responders.cases import MoveRefusedError
from responders.rerouting import unit_called

R = TypeVar("R")
Number = Annotated[str, typer.Argument(metavar="N", help="交办件编号")]
By = Annotated[str, typer.Option("--by", help="办理人姓名")]
Why = Annotated[str, typer.Option("--why", help="理由")]


def _do(config: Path | None, data: Path | None, work: Callable[[Desk], R]) -> R:
    """Runs a verb on the desk; what it refuses is exit 1."""
    with desk_of(config, data) as desk:
        try:
            return work(desk)
        except (LookupError, MoveRefusedError, StaleCaseError, AnswerFileError) as error:
            raise stop(error.args[0], 1) from error


def _filed(paper: Paper, number: str) -> None:
    print(f"{number} 已归入{paper.kind} {paper.id}")


def _unit(desk: Desk, word: str) -> str:
    return unit_called(word, desk.settings.units).id if word.strip() else ""


@case_app.command("answer")
def answer(
    number: Number, file: Annotated[Path, typer.Argument(metavar="FILE", help="回应口径文件（TOML）")], by: By,
    unit: Annotated[str, typer.Option("--unit", help="哪个单位的反馈；默认牵头单位")] = "", config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """提交反馈单与回应口径。"""
    _filed(_do(config, data, lambda d: case_papers.file_answer(d, number, read_answer(file), by=by, unit=_unit(d, unit))), number)


@case_app.command("vet")
def vet(
    number: Number, by: By, why: Why, passed: Annotated[bool, typer.Option("--passed/--refused", help="通过或不通过")] = True,
    unit: Annotated[str, typer.Option("--unit", help="审查哪个单位的口径；默认牵头单位")] = "", config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """登记对现行回应口径的保密审查。"""
    _filed(_do(config, data, lambda d: case_papers.vet(d, number, passed=passed, by=by, why=why, unit=_unit(d, unit))), number)


@case_app.command("grade")
def grade(
    number: Number, level: Annotated[str, typer.Argument(metavar="LEVEL", help="突发事件等级：特别重大、重大、较大、一般、未定")], by: By,
    basis: Annotated[str, typer.Option("--basis", help="依据：文号或来电")], config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """登记突发事件等级：特别重大、重大的起算5小时、24小时时限。"""
    if level not in {one.value for one in EventLevel}:
        raise stop(f"没有突发事件等级“{level}”；可用：{'、'.join(one.value for one in EventLevel)}")
    _clocks(_do(config, data, lambda d: case_papers.grade(d, number, EventLevel(level), by=by, basis=basis)))


def _clocks(case: Case) -> None:
    for clock in case.deadlines:
        state = "已满足" if clock.met_at else "计时中"
        print(f"{case.number} {clock.kind} {in_words(clock.due_at)} {state} {clock.basis}")


@case_app.command("extend")
def extend(
    number: Number, clock: Annotated[str, typer.Argument(metavar="CLOCK", help="reply 首次回应 或 close 办结")], by: By, why: Why,
    until: Annotated[str, typer.Option("--until", help="新时限 YYYY-MM-DD HH:MM")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="批准人姓名")], config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """登记延期审批：一个时限只能延一次，到期前申请，另一人批准。"""
    end = instant(until, "--until")
    _clocks(_do(config, data, lambda d: case_papers.extend(d, number, clock, end, by=by, approved_by=approved_by, why=why)))


@case_app.command("task")
def task(
    number: Number, by: By, unit: Annotated[str, typer.Option("--unit", help="承担单位（编号或名称）")] = "",
    what: Annotated[str, typer.Option("--what", help="要做什么；办结时写做了什么")] = "",
    due: Annotated[str, typer.Option("--due", help="时限 YYYY-MM-DD HH:MM")] = "",
    done: Annotated[str, typer.Option("--done", help="子任务编号：登记为已完成")] = "", config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """布置子任务（--unit、--what、--due），或登记其完成（--done、--what）。"""
    if done:
        _filed(_do(config, data, lambda d: case_papers.finish_task(d, number, done, by=by, what=what)), number)
        return
    if not unit or not due:
        raise stop("布置子任务须有 --unit、--what、--due")
    end = instant(due, "--due")
    _filed(_do(config, data, lambda d: case_papers.add_task(d, number, _unit(d, unit), what, end, by=by)), number)


@case_app.command("report")
def report(
    number: Number, file: Annotated[Path, typer.Argument(metavar="FILE", help="信息报告文件（TOML：stage、happened、public_view、done、planned）")],
    by: By, config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """归入《重大政务舆情信息报告》首报、续报或终报。"""
    _filed(_do(config, data, lambda d: case_papers.report(d, number, read_report(file), by=by)), number)


@case_app.command("conference")
def conference(
    number: Number, by: By, held_at: Annotated[str, typer.Option("--at", help="召开时间 YYYY-MM-DD HH:MM")],
    place: Annotated[str, typer.Option("--place", help="地点")], spokesperson: Annotated[str, typer.Option("--spokesperson", help="发布人")],
    url: Annotated[str, typer.Option("--url", help="实录网址")] = "", config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """登记新闻发布会。"""
    held = Conference(held_at=instant(held_at, "--at"), place=place, spokesperson=spokesperson, url=url)
    _clocks(_do(config, data, lambda d: case_papers.conference(d, number, held, by=by)))


@case_app.command("transfer")
def transfer(
    number: Number, by: By, to: Annotated[str, typer.Option("--to", help="移交机关")],
    proposed_by: Annotated[str, typer.Option("--proposed-by", help="提出人")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="批准人")], config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """登记线索移交：提出、批准、确认三人分别经手；只移交网址与散列，不含任何个人资料。"""
    _filed(_do(config, data, lambda d: case_papers.transfer(d, number, to, by=by, proposed_by=proposed_by, approved_by=approved_by)), number)


@case_app.command("supervise")
def supervise(
    number: Number, by: By, asked: Annotated[str, typer.Option("--asked", help="督办要求")], config: Config = None, data: Data = None
) -> None:
    """对逾期的件发督办单。"""
    _filed(_do(config, data, lambda d: case_papers.supervise(d, number, by=by, asked=asked)), number)


@case_app.command("submit")
def submit(
    number: Number, by: By, to: Annotated[str, typer.Option("--to", help="呈送谁（职务）")],
    matter: Annotated[str, typer.Option("--matter", help="事由")], advice: Annotated[str, typer.Option("--advice", help="拟办意见")],
    instruction: Annotated[str, typer.Option("--instruction", help="领导批示（已批的）")] = "", config: Config = None, data: Data = None,
) -> None:  # fmt: skip
    """呈批（仅Ⅰ、Ⅱ级）：与交办并行，不影响办理。"""
    content = Submission(to=to, matter=matter, advice=advice, instruction=instruction)
    _filed(_do(config, data, lambda d: case_papers.submit(d, number, content, by=by)), number)


@case_app.command("follow")
def follow(
    number: Number, by: By, what: Annotated[str, typer.Option("--what", help="跟踪到的情况")], config: Config = None, data: Data = None
) -> None:
    """登记回应后的跟踪情况。"""
    _filed(_do(config, data, lambda d: case_papers.follow(d, number, by=by, what=what)), number)
