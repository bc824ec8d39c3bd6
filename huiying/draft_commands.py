"""The commands before an answer is filed: draft (起草) and compare (口径一致)."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from huiying.case_papers import case_file
from huiying.case_verbs import unit_name
from huiying.cli import Config, Data, desk_of, stop
from huiying.comparing import contradictions, differences
from huiying.drafting import draft_facts
from huiying.office import Desk
from huiying.office_commands import case_app
from huiying.wording import wording
from responders.answer_file import as_toml
from responders.cases import MoveRefusedError
from responders.channels.http import open_http
from responders.channels.language_model import Wording
from responders.consistency import Contradiction, Quoted, Severity
from responders.drafts import Draft, DraftFacts, UnknownFormError, draft
from responders.masking import masked

Number = Annotated[str, typer.Argument(metavar="N", help="交办件编号")]


@case_app.command("draft")
def case_draft(
    number: Number,
    form: Annotated[str, typer.Option("--form", help="回应形式 R1–R6；默认本件的形式")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="写入文件（不覆盖已有的）；默认打印")] = None,
    machine: Annotated[bool, typer.Option("--machine", help="另请语言模型拟措辞，作为注释附在草稿前（须先在 huiying.toml 启用）")] = False,
    config: Config = None,
    data: Data = None,
) -> None:
    """按台账起草回应口径（TOML）：事实带出处，须由单位核实的留作〔待填〕。"""
    with desk_of(config, data) as desk:
        try:
            facts = draft_facts(desk, number)
            made = draft(facts, form)
        except UnknownFormError as error:
            raise stop(error) from error
        except (LookupError, MoveRefusedError) as error:
            raise stop(error.args[0], 1) from error
        asked = asyncio.run(_asked(desk, facts, made)) if machine else Wording()
    _write(as_toml(made, machine_text=asked.text), out)
    if asked.problem:
        raise stop(asked.problem, 1)


async def _asked(desk: Desk, facts: DraftFacts, made: Draft) -> Wording:
    async with open_http() as http:
        return await wording(desk, facts, made, http)


def _write(text: str, out: Path | None) -> None:
    """To the file, which must be new: it may hold what somebody has filled in. Exit 2 when it is not, or cannot be written."""
    if out is None:
        print(text, end="")
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise stop(f"{out}: 已有这个文件，不覆盖；请换一个文件名") from error
    except OSError as error:
        raise stop(f"{out}: 写不了（{error}）") from error
    print(out)


@case_app.command("compare")
def case_compare(number: Number, config: Config = None, data: Data = None) -> None:
    """核对口径：各单位反馈单之间、与网上说法之间的矛盾；有须解决的，退出码 1。"""
    with desk_of(config, data) as desk:
        try:
            file = case_file(desk, number)
        except LookupError as error:
            raise stop(error.args[0], 1) from error
        found = (*contradictions(file, desk.settings), *differences(desk, file))
        _print(desk, found, len(file.answers()))
    if any(one.severity is Severity.RESOLVE for one in found):
        raise typer.Exit(1)


def _print(desk: Desk, found: Sequence[Contradiction], answers: int) -> None:
    for one in found:
        print(f"{one.severity}  {one.what}")
        for side in (one.one, one.other):
            print(f"    {_who(desk, side)}：{masked(side.sentence)}")
    if not found:
        print(f"已核对反馈单 {answers} 份，没有发现矛盾" if answers else "还没有反馈单可核对")


def _who(desk: Desk, side: Quoted) -> str:
    return f"{unit_name(desk, side.unit)}（反馈单 {side.paper_id}）" if side.unit else f"网上说法（帖文 {side.paper_id}）"
