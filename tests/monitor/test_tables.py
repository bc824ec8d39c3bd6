"""Tables out of real files: Excel as Excel writes it, CSV in what Chinese offices save, .xls that is HTML; bad files are named."""

import io
from datetime import date, datetime
from zipfile import ZipFile

import openpyxl
import pytest

from monitor.tables import Line, TableError, lines_of


def a_book(*rows: tuple[object, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def test_a_sheet_keeps_dates_numbers_and_what_a_formula_says() -> None:
    body = a_book(
        ("舆情导出",), (), ("标题", "发布时间", "阅读", "日期"),
        ('=HYPERLINK("http://a.example/1","停水")', datetime(2018, 6, 8, 9, 5), 12.0, date(2018, 6, 8)),  # noqa: DTZ001
        (None, None, None, None), ("路灯", None, 3.5, None),
    )  # fmt: skip
    assert lines_of(body, "a.xlsx") == [
        Line(4, {"标题": '=HYPERLINK("http://a.example/1","停水")', "发布时间": "2018-06-08 09:05:00", "阅读": "12", "日期": "2018-06-08 00:00:00"}),
        Line(6, {"标题": "路灯", "发布时间": "", "阅读": "3.5", "日期": ""}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_in_every_encoding_and_mark(encoding: str, mark: str) -> None:
    text = f'标题 {mark}正文：{mark}链接\n"停{mark}水"{mark}"两行\n正文"{mark}http://a.example/1\n'
    assert lines_of(text.encode(encoding), "a.csv") == [Line(2, {"标题": f"停{mark}水", "正文": "两行\n正文", "链接": "http://a.example/1"})]


def test_an_xls_that_is_html() -> None:
    body = '<html><meta charset="gbk"><table><tr><th>标题</th><th>链接</th></tr><tr><td>停<b>水</b></td><td>http://a.example</td></tr></table>'
    assert lines_of(body.encode("gbk"), "a.xls") == [Line(2, {"标题": "停 水", "链接": "http://a.example"})]


def a_zip() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as found:
        found.writestr("a.txt", "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "没有表头"),
        ("一列\n一\n".encode(), "没有表头"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx", "另存为 .xlsx 或 .csv"),
        (b"PK\x03\x04broken", "不是合格的 Excel"),
        (a_zip(), "不是合格的 Excel"),
        (a_book(("标题", "链接"))[:-200], "不是合格的 Excel"),
        (b"x" * ((64 << 20) + 1), "文件过大"),
    ],
)
def test_a_bad_file_is_named(body: bytes, said: str) -> None:
    with pytest.raises(TableError, match=rf"坏\.xlsx: .*{said}"):
        lines_of(body, "坏.xlsx")


def test_a_nul_does_not_end_the_table() -> None:
    assert [line.cells["标题"] for line in lines_of("标题,链接\n停\0水,1\n后,2\n".encode(), "a.csv")] == ["停\ufffd水", "后"]
