"""huiying import FILE: vendor exports and 12345 tickets."""

from pathlib import Path
from typing import Annotated

import typer

from huiying.cli import Config, Data, app, desk_of, stop
from huiying.importing import ImportRefusedError, import_file


@app.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".xlsx、.csv，或其实是网页的 .xls")],
    source: Annotated[str, typer.Option("--source", help="sources.toml 中 kind = \"import\" 的信息源 id")],
    config: Config = None,
    data: Data = None,
) -> None:
    """导入供应商导出表或 12345 工单：作者、姓名、电话等列一律不读；重复导入不重复入库。"""
    with desk_of(config, data) as desk:
        try:
            done = import_file(desk, file, source)
        except ImportRefusedError as error:
            raise stop(error, 1) from error
    print(f"读到 {done.rows} 行，帖文 {len(done.found.posts)} 条，新增 {done.fresh} 条，问题 {len(done.found.problems)} 处")
    if done.found.unread:
        print(f"未读取的列：{'、'.join(done.found.unread)}")
    for problem in done.found.problems:
        typer.echo(problem, err=True)
    if done.found.problems:
        raise typer.Exit(1)
