"""`huiying case form`: one form (文书) of one case as a Word file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from huiying import case_verbs
from huiying.cli import Config, Data, data_of, desk_of, stop
from huiying.form_reading import read_case_file
from huiying.office_commands import case_app
from huiying.settings import find_config_dir
from responders.form_file import FormNotReadyError
from responders.forms import UnknownFormError, form
from responders.word_forms import FormTemplateError, render_form, template_of

FOLDER = "forms"  # under the data folder for what is made, under the config folder for the office's own templates


@case_app.command("form")
def case_form(
    number: Annotated[str, typer.Argument(metavar="N")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="交办单、反馈单、呈批件、督办单、签批单、专报 …")],
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件；默认 数据目录/forms/编号-文书.docx")] = None,
    nth: Annotated[int, typer.Option("--nth", help="同类文书有多份时取第几份；默认最近一份", min=0)] = 0,
    serial: Annotated[str, typer.Option("--serial", help="本单位文号，如 亭政舆交〔2018〕12号；默认用交办件编号")] = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """出一件的文书（Word）：案卷中没有的栏目留空，由人填写。"""
    own = find_config_folder(config) / FOLDER
    with desk_of(config, data) as desk:
        try:
            made = render_form(template_of(kind, own), form(read_case_file(desk, number, serial), kind, nth))
        except (case_verbs.UnknownError, UnknownFormError, FormTemplateError) as error:
            raise stop(error.args[0]) from error
        except FormNotReadyError as error:
            raise stop(error.args[0], 1) from error
        path = out or data_of(data) / FOLDER / f"{number}-{kind}.docx"
    try:
        write_whole(path, made)
    except (OSError, ValueError) as error:  # ValueError: a path without a file name
        raise stop(f"{path}: 写不进去：{error}") from error
    print(path)


def find_config_folder(config: Path | None) -> Path:
    """The settings folder in force."""
    return find_config_dir(config, os.environ)


def write_whole(path: Path, content: bytes) -> None:
    """The file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        if part.exists():
            part.unlink()
