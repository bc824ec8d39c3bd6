"""What every command shares: the program, its options, how it stops. Exit codes: 0 done, 1 some inputs failed, 2 usage or config error."""

import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, TextIO

import structlog
import typer

from classifiers import training
from classifiers.assess import Assessor
from classifiers.model import LinearModel, ModelError, load_model
from huiying.office import Desk, open_desk
from huiying.settings import ConfigErrors, Settings, find_config_dir, load_settings
from ledger.opening import LedgerUrlError
from records.instant import SHANGHAI

MODEL = Path(training.__file__).parent / "model"
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="回应 Huiying：政务舆情的收集、研判、交办与回应",
)
Config = Annotated[Path | None, typer.Option("--config", help="设置目录（默认 $HUIYING_CONFIG、./config）")]
Data = Annotated[Path | None, typer.Option("--data", help="数据目录（默认 $HUIYING_DATA、./data）")]


def stop(message: object, code: int = 2) -> typer.Exit:
    """Says what is wrong on stderr; the exit with its code."""
    print(message, file=sys.stderr)
    return typer.Exit(code)


def settings_of(config: Path | None) -> Settings:
    """The settings, or exit 2 with every mistake."""
    try:
        return load_settings(find_config_dir(config, os.environ), os.environ)
    except ConfigErrors as error:
        raise stop(error) from error


def data_of(data: Path | None) -> Path:
    """--data, $HUIYING_DATA, ./data."""
    return data or Path(os.environ.get("HUIYING_DATA") or "data")


def model_of(data: Path | None = None) -> LinearModel:
    """The office's own model in `data` where it has retrained one, else the shipped one; exit 2 when it cannot be loaded."""
    own = data / "model" if data else None
    try:
        return load_model(own if own and own.exists() else MODEL)
    except ModelError as error:
        raise stop(f"{error}\n模型读不出；先运行 huiying train") from error


def assessor_of(settings: Settings, *, territory: bool = True) -> Assessor:
    """The assessor for one office."""
    return Assessor(model_of(), settings.standard, settings.catalogue, settings.areas, territory=territory)


@contextmanager
def desk_of(config: Path | None, data: Path | None) -> Iterator[Desk]:
    """A desk for one command; a ledger that is not there yet is exit 2, not made by looking."""
    quiet_log()
    settings, folder = settings_of(config), data_of(data)
    if not settings.office.ledger.url and not (folder / "ledger.db").exists():
        raise stop(f"{folder}/ledger.db: 还没有台账；先运行 huiying start 或 demo，或用 --data 指定数据目录")
    try:
        with open_desk(settings, folder) as desk:
            yield desk
    except LedgerUrlError as error:
        raise stop(error) from error


def instant(text: str, option: str) -> datetime:
    """A time as typed, Asia/Shanghai where no zone is given; exit 2 for no time.

    >>> instant("2018-06-09 18:00", "--until").isoformat()
    '2018-06-09T18:00:00+08:00'
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise stop(f"{option} {text!r}: 应为 YYYY-MM-DD HH:MM") from error
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def lines_in() -> TextIO:
    """Standard input as UTF-8 whatever the terminal's encoding, a byte order mark left out; wrong bytes come as lone surrogates."""
    for stream, encoding, errors in ((sys.stdin, "utf-8-sig", "surrogateescape"), (sys.stdout, "utf-8", "strict")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=errors)
    return sys.stdin


def as_text(value: object) -> str:
    """Readable JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def answer(rows: Iterable[dict[str, Any]]) -> None:
    """Writes the rows as JSON Lines; exit 1 when one of them is an error, each named on stderr by its `line` of the input."""
    failed = 0
    for row in rows:
        number = row.pop("line", 0)
        sys.stdout.write(_as_line(row) + "\n")
        if "error" in row:
            failed += 1
            print(f"stdin:{number}: {row['error']}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def _as_line(row: dict[str, Any]) -> str:
    """The row as one line; escaped where it holds what no encoding can write (a lone surrogate in an id)."""
    line = json.dumps(row, ensure_ascii=False)
    return line if _writable(line) else json.dumps(row)


def _writable(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _to_stderr(*_: object) -> structlog.PrintLogger:
    """A logger on today's stderr: the stream may have been replaced since the log was set up."""
    return structlog.PrintLogger(sys.stderr)


def quiet_log(level: str = "warning") -> None:
    """Log lines to stderr, key=value, from `level` on."""
    levels = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a job that is still running is simply not started again
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(levels[level]),
        logger_factory=_to_stderr,
    )
