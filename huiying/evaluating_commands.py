"""Commands that measure: evaluate, replay."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from classifiers.corpus import CorpusError
from classifiers.evaluation import rule_scores, score
from huiying.cli import Config, Data, app, assessor_of, data_of, desk_of, model_of, settings_of, stop
from huiying.correcting import correction
from huiying.evaluating import labelled_rows, replay, texts_of
from huiying.settings import ConfigErrors, load_standard


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="带标注的 JSON Lines（字段同语料）")],
    rules: Annotated[bool, typer.Option("--rules", help="逐条规则：覆盖、冲突、准确")] = False,
    config: Config = None,
) -> None:
    """评估：与标注逐项比对；--rules 逐条规则。"""
    settings = settings_of(config)
    try:
        rows = labelled_rows(file)
    except OSError as error:
        raise stop(f"{file}: {error.strerror or error}", 1) from error
    except CorpusError as error:
        raise stop(error, 1) from error
    found = assessor_of(settings, territory=False).assess(texts_of(rows), explain=True)
    groups = {u.id: u.group for u in settings.units.units}
    if not rules:
        made = score(rows, found, groups)
        for name in type(made).__slots__:
            value = getattr(made, name)
            print(f"{name:14} {value if isinstance(value, int) else format(value, '.3f')}")
        return
    table = Table("规则", "任务", "值", "次数", "覆盖", "冲突", "准确")
    for one in rule_scores(rows, found, groups):
        right = "" if one.accuracy is None else f"{one.accuracy:.2f}"
        table.add_row(one.rule, one.task, one.value, str(one.spoke), f"{one.coverage:.3f}", f"{one.conflict:.3f}", right)
    Console(width=120).print(table)


@app.command("replay")
def replay_command(
    standard: Annotated[Path, typer.Option("--standard", help="新的监测标准 standard.toml")],
    days: Annotated[int, typer.Option("--days", help="回看天数", min=1, max=366)] = 7,
    config: Config = None,
    data: Data = None,
) -> None:
    """回放：换用新的监测标准，过去若干天会多预警、少预警、升降级哪些事件；不写入任何东西。"""
    with desk_of(config, data) as desk:
        try:
            changed = load_standard(standard, desk.settings.units, os.environ)
        except ConfigErrors as error:
            raise stop(error) from error
        found = replay(desk, model_of(data_of(data)), changed, days, datetime.now(UTC))
    changes = [one for one in found if one.change]
    for one in changes:
        print(f"{one.change}  {one.was_level}→{one.would_level}  {one.event.title}")
    print(f"回放 {len(found)} 个事件，变化 {len(changes)} 个")


@app.command()
def correct(
    post: Annotated[str, typer.Argument(metavar="POST", help="帖文 id 或网址")],
    task: Annotated[str, typer.Option("--task", help="relevant、primary、level、form、lead")],
    value: Annotated[str, typer.Option("--value", help="正确的值；lead 用单位类别，如 housing")],
    by: Annotated[str, typer.Option("--by", help="纠正人姓名")],
    why: Annotated[str, typer.Option("--why", help="理由")] = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """纠正一条研判：记入台账与审计，下次 train --data 时学进模型。"""
    with desk_of(config, data) as desk:
        try:
            review = correction(desk, post, task, value, by=by, why=why)
        except (LookupError, ValueError) as error:
            raise stop(error.args[0], 1) from error
    print(f"{review.task} {review.before}→{review.value}")
