"""case unmask: the numbers of one post, for the unit that handles the case."""

from typing import Annotated

import typer

from huiying.case_verbs import UnknownError
from huiying.cli import Config, Data, desk_of, stop
from huiying.office_commands import case_app
from huiying.unmasking import UnmaskRefusedError
from huiying.unmasking import unmask as unmasked


@case_app.command()
def unmask(
    number: Annotated[str, typer.Argument(metavar="N")],
    post: Annotated[str, typer.Argument(metavar="POST", help="帖文编号或网址（见 case show）")],
    by: Annotated[str, typer.Option("--by", help="查看人姓名")],
    unit: Annotated[str, typer.Option("--unit", help="查看人单位，须是牵头单位（编号或名称）")],
    purpose: Annotated[str, typer.Option("--purpose", help="用途，如 回访核实")],
    config: Config = None,
    data: Data = None,
) -> None:
    """显示一条帖文中被脱敏的号码：只给牵头单位；每次查看和拒绝都记入审计链。"""
    with desk_of(config, data) as desk:
        try:
            hidden = unmasked(desk, number, post, by=by, unit=unit, purpose=purpose)
        except (UnknownError, UnmaskRefusedError) as error:
            raise stop(error.args[0], 1) from error
    print("\n".join(hidden) if hidden else "该帖没有被脱敏的号码")
