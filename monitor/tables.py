"""Tables out of files (导入文件): .xlsx, .csv, and the .xls that is really HTML, as rows of plain text. No network."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zipfile import BadZipFile

import openpyxl
from bs4 import BeautifulSoup
from openpyxl.utils.exceptions import InvalidFileException

from monitor.charset import decode

LARGEST = 64 << 20  # bytes of a file
MOST_ROWS = 100_000
LONGEST = 100_000  # characters of a cell


class TableError(ValueError):
    """A file that holds no table; names it and says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its number as a person counts (the heading is 1), and its cells by heading."""

    number: int
    cells: dict[str, str]


def lines_of(body: bytes, name: str) -> list[Line]:
    """The rows under the heading of the first sheet or table. Raises: TableError naming the file.

    >>> [line.cells for line in lines_of("标题,链接\\n停水,http://a.example/1\\n".encode("gb18030"), "a.csv")]
    [{'标题': '停水', '链接': 'http://a.example/1'}]
    """
    if len(body) > LARGEST:
        raise TableError(f"{name}: 文件过大（上限 {LARGEST >> 20} MiB）")
    rows = list(_rows(body, name))
    heading = next((n for n, row in enumerate(rows) if sum(bool(cell) for cell in row) > 1), None)
    if heading is None:
        raise TableError(f"{name}: 没有表头（至少两列）")
    names = [_heading(cell) for cell in rows[heading]]
    found = (Line(n + 1, dict(zip(names, row, strict=False))) for n, row in enumerate(rows) if n > heading)
    return [line for line in found if any(line.cells.values())]


def _heading(cell: str) -> str:
    return "".join(cell.split()).rstrip("：:*")


def _rows(body: bytes, name: str) -> Iterator[list[str]]:
    if body[:4] == b"PK\x03\x04":
        return _sheet(body, name)
    if body[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise TableError(f"{name}: 旧版 .xls 二进制文件，请另存为 .xlsx 或 .csv")
    text, _ = decode(body)
    return _html(text) if "<table" in text[:4_000].lower() else _plain(text)


def _sheet(body: bytes, name: str) -> Iterator[list[str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=MOST_ROWS, values_only=True):
            yield [_text(cell) for cell in row]
    except (InvalidFileException, BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError) as error:
        raise TableError(f"{name}: 不是合格的 Excel 文件（{error}）") from error


def _text(cell: object) -> str:
    """A cell as text: dates as dates, numbers without the .0 Excel adds."""
    if isinstance(cell, datetime | date):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)[:LONGEST].strip()


def _plain(text: str) -> Iterator[list[str]]:
    sample = text[:4_000]
    mark = max(",\t;", key=sample.count)
    for n, row in enumerate(csv.reader(io.StringIO(text.replace("\0", "\ufffd")), delimiter=mark)):
        if n >= MOST_ROWS:
            return
        yield [cell[:LONGEST].strip() for cell in row]


def _html(text: str) -> Iterator[list[str]]:
    table = BeautifulSoup(text, "lxml").find("table")
    for row in table.find_all("tr", limit=MOST_ROWS) if table else ():
        yield [cell.get_text(" ", strip=True)[:LONGEST] for cell in row.find_all(("td", "th"))]
