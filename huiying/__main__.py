"""The command line. Exit codes: 0 done, 1 some inputs failed (each named on stderr), 2 usage or config error."""

import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from classifiers import training
from classifiers.assess import Assessor, Text
from classifiers.corpus import CorpusError
from classifiers.model import LinearModel, ModelError, load_model
from huiying.config_findings import check_settings
from huiying.jsonl import as_json, assess_lines, gather_lines
from huiying.settings import ConfigErrors, Settings, find_config_dir, load_settings
from records.instant import shanghai

MODEL = Path(training.__file__).parent / "model"
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="回应 Huiying：政务舆情的收集、研判、交办与回应",
)
Config = Annotated[Path | None, typer.Option("--config", help="设置目录")]


def stop(message: object) -> typer.Exit:
    """Says what is wrong on stderr; the exit with code 2."""
    print(message, file=sys.stderr)
    return typer.Exit(2)


def settings_of(config: Path | None) -> Settings:
    """The settings, or exit 2 with every mistake."""
    try:
        return load_settings(find_config_dir(config, os.environ), os.environ)
    except ConfigErrors as error:
        raise stop(error) from error


def model_of() -> LinearModel:
    """The trained model, or exit 2."""
    try:
        return load_model(MODEL)
    except ModelError as error:
        raise stop(error) from error


def assessor_of(settings: Settings, *, territory: bool = True) -> Assessor:
    """The assessor for one office."""
    return Assessor(model_of(), settings.standard, settings.units, settings.areas, territory=territory)


@app.command()
def train(if_stale: Annotated[bool, typer.Option("--if-stale", help="语料未变则不重训")] = False) -> None:
    """训练模型（classifiers/corpus → classifiers/model）。"""
    if if_stale and not training.is_stale(MODEL):
        return
    try:
        found = training.train(MODEL)
    except CorpusError as error:
        raise stop(error) from error
    print(f"已训练：{found.documents} 条语料，{len(found.seen)} 个特征，版本 {found.version}", file=sys.stderr)


@app.command()
def check(config: Config = None) -> None:
    """检查全部设置：错误给出文件、行号、键名；未完成之处逐条列出。"""
    settings = settings_of(config)
    findings = check_settings(settings, shanghai(datetime.now(UTC)).date())
    for one in findings:
        print(f"{'错误' if one.severity == 'error' else '提示'}  {one.where}: {one.message}")
    if any(one.severity == "error" for one in findings):
        raise typer.Exit(2)


@app.command()
def assess(
    config: Config = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="标准输入每行一条，标准输出每行一答")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="附模型权重")] = False,
    no_territory: Annotated[bool, typer.Option("--no-territory", help="不判断是否本地")] = False,
) -> None:
    """研判：相关性、类别、等级、回应形式、单位、属地，各附理由。"""
    if not jsonl:
        raise stop("assess: --jsonl is required")
    settings = settings_of(config)
    local = frozenset(s.id for s in settings.sources if s.territory == "local")
    answer(assess_lines(sys.stdin, assessor_of(settings, territory=not no_territory), local, explain=explain))


@app.command()
def gather(jsonl: Annotated[bool, typer.Option("--jsonl", help="标准输入每行一条")] = False) -> None:
    """归并：哪些帖文说的是同一件事。"""
    if not jsonl:
        raise stop("gather: --jsonl is required")
    answer(gather_lines(sys.stdin, model_of()))


@app.command()
def explain(text: Annotated[str, typer.Option("--text", help="要解释的文字")], config: Config = None) -> None:
    """为什么这样判：每条理由的规则或权重、原文位置、依据。"""
    found = assessor_of(settings_of(config)).assess([Text(id="-", title="", text=text)], explain=True)[0]
    print(json.dumps(as_json(found), ensure_ascii=False, indent=1))


def answer(rows: Iterable[dict[str, Any]]) -> None:
    """Writes the rows as JSON Lines; exit 1 when one of them is an error, each named on stderr."""
    failed = 0
    for number, row in enumerate(rows, start=1):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        if "error" in row:
            failed += 1
            print(f"stdin:{number}: {row['error']}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
