"""Quoted text: clean, masked, short; links only where a browser may go."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.quoting import clean, quote, web_address
from records.masking import mask

PRIVATE = [
    ("电话13912345678", "电话〔电话〕"),
    ("打139-1234-5678找我", "打〔电话〕找我"),
    ("139 1234 5678", "〔电话〕"),
    ("+86 13912345678", "〔电话〕"),
    ("+8613912345678。", "〔电话〕。"),
    ("１３９１２３４５６７８", "〔电话〕"),
    ("座机0515-88123456", "座机〔电话〕"),
    ("（0515）88123456", "〔电话〕"),
    ("微信：88123456", "微信：〔号码〕"),
    ("QQ 123456789", "QQ 〔号码〕"),
    ("身份证320902199001011234", "身份证〔证件号〕"),
    ("身份证32090219900101123X。", "身份证〔证件号〕。"),
    ("身份证32090219900101123x", "身份证〔证件号〕"),
    ("旧证320902900101123号", "旧证〔证件号〕号"),
    ("卡号6222021234567890123", "卡号〔卡号〕"),
    ("6222 0212 3456 7890", "〔卡号〕"),
    ("苏J12345挡路", "〔车牌〕挡路"),
    ("苏J·A1234", "〔车牌〕"),
    ("苏JD12345绿牌", "〔车牌〕绿牌"),
    ("苏J1234警", "〔车牌〕"),
    ("写信到 someone.else@mail.example.cn 谢谢", "写信到 〔邮箱〕 谢谢"),
]


@pytest.mark.parametrize(("text", "masked"), PRIVATE)
def test_personal_numbers_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345、110、12315",
        "编号TH-20180608-003",
        "2018年6月8日14:15",
        "亭政舆交〔2018〕12号",
        "面积1234567平方米",
        "共20180608条",
        "苏北人民医院",
        "G15沈海高速",
        "总投资139000000元",
        "文号3209022018",
    ],
)
def test_public_numbers_are_left_alone(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("停水\x00三天", "停水三天"),
        ("\x0b\x0c\x1f换行\n\t留下", "换行\n\t留下"),
        ("半个\ud83d字\udc00", "半个字"),
        ("完整😀表情", "完整😀表情"),
        ("反\u202e向\u2066隔\u200b离\ufeff", "反向隔离"),
        ("末\ufffe尾\uffff", "末尾"),
        ("\x7f\x80\x9f", ""),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_unprintable_characters_are_dropped(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_always_fits_xml_and_utf8(text: str) -> None:
    kept = clean(text)
    escaped = kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    read = ET.fromstring(f"<t>{escaped}</t>".encode()).text or ""
    assert read == re.sub("\r\n?", "\n", kept)
    assert clean(kept) == kept


@given(st.text(st.characters(exclude_categories=())), st.integers(1, 60))
def test_a_quote_is_one_line_no_longer_than_asked(text: str, limit: int) -> None:
    quoted = quote(text, limit)
    assert len(quoted) <= limit
    assert quoted == " ".join(quoted.split())


def test_a_number_is_masked_before_the_cut_not_halved_by_it() -> None:
    assert quote("联系电话13912345678", 8) == "联系电话〔电话〕"
    assert "139" not in quote("一二三13912345678", 6)


def test_a_number_hidden_by_invisible_characters_is_still_masked() -> None:
    assert quote("1391\u200b2345\u200b678", 20) == "〔电话〕"
    assert quote("139\n1234\n5678", 20) == "〔电话〕"


@pytest.mark.parametrize(
    "url", ["http://a.example.cn/1", "https://bbs.example.cn/thread-1-1-1.html?x=1&y=2#p3", "http://[::1]:8700/cases/TH-1"]
)
def test_web_addresses_pass(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>1</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "urn:huiying:paste:1",
        "//example.cn/1",
        "/cases/1",
        "http://",
        "http:///nowhere",
        "http://[::1",
        "https://user:pass@example.cn/",
        'http://example.cn/"onmouseover="x',
        "http://example.cn/a b",
        "http://example.cn/\x00",
        "http://example.cn/\ud800",
        "http://example.cn/\u202etxt.exe",
        "java\nscript:alert(1)",
        "http://example.cn\\@evil.example/",
        " http://example.cn/",
    ],
)
def test_other_addresses_do_not(url: str) -> None:
    assert web_address(url) == ""
