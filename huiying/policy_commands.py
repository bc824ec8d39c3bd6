"""`huiying policy`: documents under watch, the proposal for their next 解读, and the table of what became of suggestions."""

from pathlib import Path
from typing import Annotated

import typer

from digests.adoption import UnexplainedError
from digests.document import Daily
from digests.interpretation import in_day, since_interpreted
from digests.plain import render_text
from digests.word import render_word
from huiying.answer_files import AnswerFileError
from huiying.cli import Config, Data, app, desk_of, stop
from huiying.policy_files import read_consultation, read_policy
from huiying.policy_watching import adoption, interpretation
from ledger.policies import Policies
from records.instant import shanghai

policy_app = typer.Typer(no_args_is_help=True, help="政策跟踪：登记文件、解读建议、意见采纳情况表")
app.add_typer(policy_app, name="policy")
By = Annotated[str, typer.Option("--by", help="登记人姓名，记入审计链")]
Out = Annotated[Path | None, typer.Option("--out", help="写成 Word 文件（.docx）；默认以文字列出")]
File = Annotated[Path, typer.Argument(help="TOML 文件，格式见 docs/examples")]


@policy_app.command()
def add(file: File, by: By, config: Config = None, data: Data = None) -> None:
    """登记或更新一份跟踪的政策文件。"""
    try:
        document = read_policy(file)
    except AnswerFileError as error:
        raise stop(error) from error
    name = _named(by)
    with desk_of(config, data) as desk:
        done = Policies(desk.ledger.engine).add(document, name, desk.now())
    print(f"{done.value}　{document.id}　{document.title}　{len(document.clauses)}条")


@policy_app.command("list")
def list_(config: Config = None, data: Data = None) -> None:
    """列出跟踪的政策文件与征求意见。"""
    with desk_of(config, data) as desk:
        shelf, today = Policies(desk.ledger.engine), shanghai(desk.now()).date()
        documents, rounds = shelf.policies(), shelf.consultations()
    for one in documents:
        until = f"跟踪至{in_day(one.until)}" if one.until else "长期跟踪"
        print("　".join(filter(None, (one.id, one.title, one.number, until, since_interpreted(one, today)))))
    for held in rounds:
        print(f"{held.id}　{held.title}　征求意见{in_day(held.opens)}至{in_day(held.closes)}　{len(held.suggestions)}条意见")
    if not documents and not rounds:
        print("没有跟踪的政策文件；先运行 huiying policy add")


@policy_app.command()
def report(
    policy_id: Annotated[str, typer.Argument(metavar="ID", help="policy list 列出的编号")],
    out: Out = None,
    config: Config = None,
    data: Data = None,
) -> None:
    """出解读建议：按询问与疑似误读排列条款，附公众原话（已脱敏）；未经审核。"""
    _checked(out)
    with desk_of(config, data) as desk:
        document = Policies(desk.ledger.engine).policy(policy_id)
        if document is None:
            raise stop(f"policy report: 没有编号为 {policy_id} 的政策文件；用 huiying policy list 查看")
        made = interpretation(desk, document)
    _give(made, out)


@policy_app.command()
def consultation(file: File, by: By, out: Out = None, config: Config = None, data: Data = None) -> None:
    """登记一次征求意见并出意见采纳情况表；相对集中而未采纳的意见缺理由时拒绝。"""
    _checked(out)
    try:
        found = read_consultation(file)
    except AnswerFileError as error:
        raise stop(error) from error
    name = _named(by)
    with desk_of(config, data) as desk:
        try:
            _, table = adoption(desk, found, name)
        except UnexplainedError as error:
            lines = [f"{file}: suggestions.{at}.reason: 相对集中的意见未采纳，须写明理由（实施方案三（三）2）" for at in error.rows]
            raise stop("\n".join(lines)) from error
    _give(table, out)


def _named(by: str) -> str:
    if not by.strip():
        raise stop("--by: 须写明姓名")
    return by.strip()


def _checked(out: Path | None) -> None:
    """A wrong --out is said before anything is read or registered."""
    if out is not None and out.suffix.lower() != ".docx":
        raise stop(f"--out {out}: 应以 .docx 结尾")
    if out is not None and not out.parent.is_dir():
        raise stop(f"--out {out}: 目录 {out.parent} 不存在")


def _give(made: Daily, out: Path | None) -> None:
    """Prints the text, or writes the Word file: whole or not at all."""
    if out is None:
        print(render_text(made), end="")
        return
    part = out.with_name(f"{out.name}.part")
    try:
        part.write_bytes(render_word(made))
        print(part.replace(out))
    except OSError as error:
        raise stop(f"--out {out}: 写不了：{error.strerror}", 1) from error
