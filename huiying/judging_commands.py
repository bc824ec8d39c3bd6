"""Commands of 研判: train, assess, gather, explain, extract."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from classifiers import training
from classifiers.assess import Text
from classifiers.corpus import CorpusError
from classifiers.territory import Gazetteer
from huiying.cli import (
    MODEL,
    Config,
    Data,
    answer,
    app,
    as_text,
    assessor_of,
    data_of,
    desk_of,
    lines_in,
    model_of,
    settings_of,
    stop,
)
from huiying.explaining import explain_id
from huiying.extracting import extract_file
from huiying.jsonl import as_json, assess_lines, gather_lines, instant
from huiying.office import open_desk
from huiying.retraining import RetrainingRefusedError, retrain, roll_back
from huiying.settings import Settings
from monitor.page import UnreadableError


@app.command()
def train(
    if_stale: Annotated[bool, typer.Option("--if-stale", help="语料未变则不重训")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="退回上一个模型")] = False,
    config: Config = None,
    data: Annotated[Path | None, typer.Option("--data", help="学进该数据目录台账里的纠正，模型存于其下")] = None,
) -> None:
    """训练模型：出厂语料；--data 则加上研判员的纠正，变差即拒绝，可一条命令退回。"""
    if rollback or data:
        _retrain(settings_of(config), data_of(data), rollback=rollback)
        return
    if if_stale and not training.is_stale(MODEL):
        return
    try:
        settings = settings_of(config)
        found = training.train(MODEL, settings.catalogue, Gazetteer(settings.areas))
    except CorpusError as error:
        raise stop(error) from error
    print(f"已训练：{found.documents} 条语料，{len(found.seen)} 个特征，版本 {found.version}", file=sys.stderr)


def _retrain(settings: Settings, data: Path, *, rollback: bool) -> None:
    try:
        if rollback:
            print(roll_back(data))
            return
        with open_desk(settings, data) as desk:
            made = retrain(desk)
    except (FileNotFoundError, RetrainingRefusedError) as error:
        raise stop(error, 1) from error
    gated = made.gated
    print(f"学进 {len(gated.accepted)} 条纠正；有争议未采 {len(gated.disputed)} 条；不计其纠正的人：{'、'.join(gated.ignored) or '无'}")
    for name in ("relevant_f1", "primary", "level", "form", "lead"):
        print(f"{name:12} {getattr(made.before, name):.3f} → {getattr(made.after, name):.3f}")


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
    answer(assess_lines(lines_in(), assessor_of(settings, territory=not no_territory), local, explain=explain))


@app.command()
def gather(jsonl: Annotated[bool, typer.Option("--jsonl", help="标准输入每行一条")] = False) -> None:
    """归并：哪些帖文说的是同一件事。"""
    if not jsonl:
        raise stop("gather: --jsonl is required")
    answer(gather_lines(lines_in(), model_of()))


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="交办件编号、帖文 id 或网址", metavar="ID")] = "",
    text: Annotated[str, typer.Option("--text", help="要解释的文字")] = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """为什么这样判：每条理由的规则或权重、原文位置、依据。"""
    if bool(what) == bool(text):
        raise stop("explain: 请给出编号（ID）或 --text 文字，二者取一")
    if text:
        found = assessor_of(settings_of(config)).assess([Text(id="-", title="", text=text)], explain=True)[0]
        print(as_text(as_json(found)))
        return
    with desk_of(config, data) as desk:
        try:
            print(as_text(explain_id(desk, what)))
        except LookupError as error:
            raise stop(error.args[0], 1) from error


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="网页或订阅文件")],
    url: Annotated[str, typer.Option("--url", help="它的网址")],
    content_type: Annotated[str, typer.Option("--content-type", help="响应头 Content-Type")] = "",
    fetched_at: Annotated[str, typer.Option("--fetched-at", help="抓取时间（相对日期以此为准），默认现在")] = "",
) -> None:
    """读出一个页面：文章、主题、列表或订阅。"""
    at = instant(fetched_at) if fetched_at else datetime.now(UTC)
    if at is None:
        raise stop(f"extract: --fetched-at {fetched_at!r}: 应为 ISO 8601 时间")
    try:
        urlsplit(url)
    except ValueError as error:
        raise stop(f"extract: --url {url!r}: {error}") from error
    try:
        print(as_text(extract_file(file, url, content_type, at)))
    except UnreadableError as error:
        raise stop(error, 1) from error
