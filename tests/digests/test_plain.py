"""Any document of the model as text: every block in order, nothing unprintable, nothing empty."""

from dataclasses import replace

from digests.daily import build_daily
from digests.document import Column, Count, Heading, Link, Paragraph, Section, Table, TableRow, Text
from digests.plain import render_text
from tests.digests.sample import rich_day

TABLE = Table("表", (Column("编号", 50), Column("单位", 50)), (TableRow(((Text("一"),), ())), TableRow(((Text("二"),), (Text("甲"), Text("乙"))))))


def test_blocks_stand_in_order_and_empty_cells_are_left_out() -> None:
    blocks = (Heading("（一）小题"), Paragraph((Text("共"), Count(3, (), "条"), Text("条，"), Link("原帖", "https://a.example/"))), TABLE)
    daily = replace(build_daily(rich_day()), sections=(Section("sec1", "一、", "题", blocks),), annexes=())
    assert render_text(daily).splitlines()[-6:] == ["", "一、题", "（一）小题", "共3条，原帖", "编号：一", "编号：二；单位：甲乙"]


def test_the_head_says_who_reviewed() -> None:
    daily = build_daily(rich_day())
    told = render_text(daily)
    assert told.startswith(f"{daily.head.mark}\n{daily.head.title}\n")
    assert f"审核：{daily.head.review}" in told.splitlines()[4]
    assert all(section.heading in told for section in daily.parts)


def test_what_no_terminal_takes_is_dropped() -> None:
    daily = replace(build_daily(rich_day()), sections=(Section("s", "", "\x1b[31m红\x00\u202e", (Paragraph((Text("\ud800"),)),)),), annexes=())
    told = render_text(daily)
    assert told.encode("utf-8")
    assert not {"\x00", "\x1b", "\u202e", "\ud800"} & set(told)
