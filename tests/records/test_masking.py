"""Private numbers are masked however they are written; ordinary numbers stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.masking import mask, masked


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("13912345678", "电话"),
        ("139-1234-5678", "电话"),
        ("139 1234 5678", "电话"),
        ("+86 13912345678", "电话"),
        ("１３９１２３４５６７８", "电话"),
        ("0515-88123456", "电话"),
        ("(0515)88123456", "电话"),
        ("051588123456", "电话"),
        ("320902199001011234", "证件号"),
        ("32090219900101123X", "证件号"),
        ("320902 19900101 1234", "证件号"),
        ("320902900101123", "证件号"),
        ("6222021234567890123", "卡号"),
        ("6222 0212 3456 7890", "卡号"),
        ("苏J12345", "车牌"),
        ("苏J·12345", "车牌"),
        ("苏j12345", "车牌"),
        ("苏JD12345", "车牌"),
        ("a.b-c@tinghu.example", "邮箱"),
    ],
)
def test_a_private_number_is_replaced_by_its_kind(text: str, kind: str) -> None:
    assert mask(f"请联系{text}，谢谢") == f"请联系〔{kind}〕，谢谢"
    assert mask(f"请联系{text}，谢谢", "＊") == "请联系＊，谢谢"


@pytest.mark.parametrize("text", ["电话：8812345", "微信号 12345678", "QQ:123456789"])
def test_a_number_after_its_kind_is_masked_whatever_its_length(text: str) -> None:
    assert "〔号码〕" in mask(text)
    assert not any(c.isdigit() for c in mask(text))


@pytest.mark.parametrize(
    "text",
    [
        "6月8日14:15",
        "2018年6月8日",
        "20180608",
        "编号TH-20180608-003",
        "国办发〔2016〕61号",
        "12345热线",
        "12栋3单元501室",
        "浏览1200次",
        "3.14159",
        "ISBN 9787",
        "苏州ABCDE",
        "第100000条",
        "100000平方米",
        "",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert mask(text) == text


@given(st.text(max_size=300))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", ()),
        ("6月8日拨打12345", ()),
        ("苏J12345，电话13900000000", ("苏J12345", "13900000000")),
        ("手机：１３９００００００００；微信 8812345", ("１３９００００００００", "8812345")),
        ("13900000000、13900000000", ("13900000000", "13900000000")),
        ("身份证32090219900101123X，卡6222 0212 3456 7890", ("32090219900101123X", "6222 0212 3456 7890")),
        ("a.b@tinghu.example 0515-88123456", ("a.b@tinghu.example", "0515-88123456")),
    ],
)
def test_what_is_hidden_can_be_told(text: str, numbers: tuple[str, ...]) -> None:
    assert masked(text) == numbers


@given(st.lists(st.sampled_from(["13900000000", "苏J12345", "电话：8812345", "停水", "，", "0515-88123456", "12345", " "])).map("".join))
def test_what_can_be_told_is_what_is_hidden(text: str) -> None:
    hidden = masked(text)
    assert bool(hidden) == (mask(text) != text)
    assert all(number in text for number in hidden)
    assert len(hidden) == mask(text).count("〔")
