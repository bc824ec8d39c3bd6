"""The HTML page, parsed as a browser would: links, safety, accessibility, escaping."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from lxml import html as lxml_html
from lxml.html import HtmlElement

from digests.daily import build_daily
from digests.document import Count, Link, Paragraph, Section, Tone, counts_in
from digests.facts import DayFacts
from digests.html import render_html
from records.assessment import OpinionLevel
from tests.digests.sample import HOUR, MADE, a_case, a_day, a_deadline, a_post, a_source, facts, hostile, rich_day

HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "'><svg/onload=alert(1)>",
    '=HYPERLINK("http://evil.example/","点我")',
    "{{ 7*7 }}{% for x in y %}",
    "{0.__class__} %s %(x)s",
    "&lt;b&gt;&amp;&#60;",
    "]]><!--<b>",
    "停水\x00三\x0b天\ud800\udfff",
    "\u202e反向\u2066",
    "<iframe srcdoc='<script>1</script>'>",
]


@cache
def rich_page() -> str:
    return render_html(build_daily(rich_day()))


def parsed(page: str) -> HtmlElement:
    return lxml_html.document_fromstring(page.encode())


@pytest.fixture
def rich() -> HtmlElement:
    return parsed(rich_page())


def ids(page: HtmlElement) -> list[str]:
    return [str(i) for i in page.xpath("//@id")]


def inner_targets(page: HtmlElement) -> list[str]:
    return [str(h)[1:] for h in page.xpath("//a/@href") if str(h).startswith("#")]


# numbers and links
def test_every_number_but_zero_is_a_link_to_its_rows(rich: HtmlElement) -> None:
    numbers = rich.xpath("//*[contains(concat(' ', @class, ' '), ' n ')]")
    daily = build_daily(rich_day())
    assert len(numbers) == len(list(counts_in(daily.parts)))
    for number in numbers:
        assert (number.tag == "span") == (number.text_content() == "0")


@pytest.mark.parametrize(
    "day", [rich_day(), facts(), replace(rich_day(), withhold_accusations=False)], ids=["rich", "empty", "leaders"]
)
def test_every_inner_link_has_its_target_and_no_id_stands_twice(day: DayFacts) -> None:
    page = parsed(render_html(build_daily(day)))
    found = ids(page)
    assert len(found) == len(set(found))
    assert set(inner_targets(page)) <= set(found)


def test_a_number_s_list_names_as_many_rows_as_it_says(rich: HtmlElement) -> None:
    for entry in rich.xpath("//p[@class='index']"):
        total = int(re.findall(r"（(\d+)）：", entry.text_content())[-1])
        text = entry.text_content().split("）：")[-1]
        spans = [re.findall(r"\d+", part) for part in text.split("、")]
        rows = sum(int(s[-1]) - int(s[0]) + 1 for s in spans)
        if "源" not in text:
            assert rows == total, entry.text_content()


def test_only_http_and_inner_links_and_outer_ones_tell_nothing(rich: HtmlElement) -> None:
    for link in rich.xpath("//a"):
        href = link.get("href")
        assert href.startswith(("#", "http://", "https://"))
        if not href.startswith("#"):
            assert link.get("rel") == "noopener noreferrer"


def test_rows_lead_to_the_post_and_to_the_case_in_the_workbench(rich: HtmlElement) -> None:
    assert rich.xpath("//tr[@id='p11']//a/@href")[0].startswith("https://bbs.example.cn/")
    assert "http://10.0.0.8:8700/cases/TH-20180607-001" in rich.xpath("//tr[@id='c1']//a/@href")


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "//evil.example", 'http://a.example/"x'])
def test_a_link_that_leads_elsewhere_is_only_words(href: str) -> None:
    daily = build_daily(facts())
    bad = Section("sec1", "一、", "今日要情", (Paragraph((Link("点我", href),)),))
    page = parsed(render_html(replace(daily, sections=(bad, *daily.sections[1:]))))
    assert page.xpath("//a[contains(., '点我')]") == []
    assert "点我" in page.text_content()


# safety
def test_the_page_runs_nothing_and_loads_nothing(rich: HtmlElement) -> None:
    assert rich.xpath("//script | //iframe | //object | //embed | //img | //link | //form | //input | //base") == []
    assert [a for a in rich.xpath("//@*") if a.attrname.startswith("on")] == []
    style = rich.xpath("string(//style)")
    assert "url(" not in style
    assert "@import" not in style
    assert rich.xpath("//@src | //@srcset") == []


def test_the_page_forbids_itself_to_load(rich: HtmlElement) -> None:
    policy = rich.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert rich.xpath("//meta[@name='referrer']/@content") == ["no-referrer"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    page_text = render_html(build_daily(hostile(rich_day(), words)))
    page = parsed(page_text)
    plain = parsed(rich_page())
    assert page.xpath("//script | //iframe | //svg[not(parent::figure)] | //img") == []
    assert [a for a in page.xpath("//@*") if a.attrname.startswith("on")] == []
    assert {e.tag for e in page.iter() if isinstance(e.tag, str)} <= {e.tag for e in plain.iter() if isinstance(e.tag, str)}
    assert not re.search("[\x00\x0b\ud800-\udfff\u202e\u2066]", page_text)
    page_text.encode("utf-8")


def test_hostile_words_are_still_readable() -> None:
    page = parsed(
        render_html(build_daily(a_day((a_post("a", title="<script>alert(1)</script>"), a_post("b", title="=1+1 & {{7*7}}")))))
    )
    text = page.text_content()
    assert "<script>alert(1)</script>" in text
    assert "=1+1 & {{7*7}}" in text


# what people see
def test_head(rich: HtmlElement) -> None:
    head = rich.xpath("//header")[0].text_content()
    for words in (
        "内部资料　注意保存",
        "每日舆情",
        "〔2018〕第159期",
        "亭湖区政府办公室",
        "2018年6月8日",
        "未经审核",
        "区政府办信息科",
    ):
        assert words in head
    assert rich.xpath("//header//strong[@class='overdue']/text()") == ["未经审核"]
    assert "〔2018〕第159期" in rich.xpath("string(//title)")


def test_a_reviewed_paper_has_no_warning() -> None:
    page = parsed(render_html(build_daily(facts(reviewed_by="值班主任"))))
    assert "未经审核" not in page.text_content()
    assert page.xpath("//header//strong") == []


def test_overdue_is_red_and_said_in_words(rich: HtmlElement) -> None:
    red = [e.text_content() for e in rich.xpath("//section[@id='sec3']//*[contains(@class, 'overdue')]")]
    assert red == ["2", "已逾期：应于6月8日06:05前首次回应", "已逾期：应于6月8日07:05前签收"]


def test_tones_of_numbers() -> None:
    page = parsed(render_html(build_daily(facts(cases=(a_case("1", deadlines=(a_deadline("sign", MADE - HOUR),)),)))))
    assert page.xpath("//section[@id='sec3']//a[contains(@class, 'overdue')]/@href") == ["#c1"]


def test_the_page_speaks_chinese_and_fits_a_phone(rich: HtmlElement) -> None:
    assert rich.get("lang") == "zh-CN"
    assert rich.xpath("//meta[@name='viewport']/@content") == ["width=device-width, initial-scale=1"]
    style = rich.xpath("string(//style)")
    assert "@media (max-width:640px)" in style
    assert "@media print" in style
    assert "@page{size:A4" in style


def test_the_doctype_stands_first() -> None:
    assert rich_page().startswith("<!DOCTYPE html>")


# keyboard and screen reader
def test_headings_do_not_skip_a_level(rich: HtmlElement) -> None:
    levels = [int(h.tag[1]) for h in rich.xpath("//h1 | //h2 | //h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_landmarks_and_names(rich: HtmlElement) -> None:
    assert len(rich.xpath("//main")) == 1
    assert rich.xpath("//nav/@aria-label") == ["目录"]
    for part in rich.xpath("//section"):
        label = part.get("aria-labelledby")
        assert rich.xpath(f"string(//*[@id='{label}'])").strip()
    assert len(rich.xpath("//nav//a")) == len(rich.xpath("//section"))


def test_tables_have_captions_scopes_and_labels_for_cards(rich: HtmlElement) -> None:
    for table in rich.xpath("//table"):
        heads = [h.text_content() for h in table.xpath("./thead//th[@scope='col']")]
        assert table.xpath("string(./caption)").strip()
        for row in table.xpath("./tbody/tr"):
            assert [c.get("data-label") for c in row.xpath("./td")] == heads
        assert table.get("role") == "table"


def test_numbers_say_what_they_count(rich: HtmlElement) -> None:
    assert rich.xpath("//section[@id='sec2']//a[@class='n']/@aria-label")[1] == "60，有效帖文，看条目"


def test_the_first_stop_of_the_keyboard_skips_to_the_text(rich: HtmlElement) -> None:
    assert rich.xpath("(//a)[1]/@href") == ["#sec1"]
    assert set(rich.xpath("//*[@tabindex]/@tabindex")) == {"-1"}


def test_where_the_eye_lands_is_marked(rich: HtmlElement) -> None:
    style = rich.xpath("string(//style)")
    assert "tr:target" in style
    assert ":focus-visible" in style


# honesty and speed
def test_an_empty_day_renders_and_says_so() -> None:
    page = parsed(render_html(build_daily(facts())))
    text = page.text_content()
    assert "未监测到不等于没有" in text
    assert "无可比数据" in text
    assert page.xpath("//a[@class='n']") == []
    assert page.xpath("//tbody[not(tr)]") == []


def test_equal_digests_are_equal_pages() -> None:
    assert rich_page() == render_html(build_daily(rich_day()))


def test_a_source_with_an_odd_address_keeps_its_name_only() -> None:
    page = parsed(render_html(build_daily(facts(sources=(a_source("bbs", url="ftp://x/", name="旧论坛"),)))))
    assert page.xpath("//tr[@id='s1']//a") == []
    assert "旧论坛" in page.xpath("string(//tr[@id='s1'])")


def test_strong_and_quiet_words_are_marked_up() -> None:
    day = a_day((a_post("a"),), cases=(a_case("1", deadlines=(), opinion_level=OpinionLevel.I),))
    page = parsed(render_html(build_daily(day)))
    assert page.xpath("//tr[@id='c1']//strong/text()") == ["Ⅰ级"]
    assert page.xpath("//tr[@id='c1']//span[@class='quiet']/text()") == ["件1", "无待办时限"]


def test_a_count_in_red_without_rows_is_plain() -> None:
    daily = build_daily(facts())
    zero = Section("sec1", "一、", "今日要情", (Paragraph((Count(0, (), "逾期", Tone.OVERDUE),)),))
    page = parsed(render_html(replace(daily, sections=(zero, *daily.sections[1:]))))
    assert page.xpath("//section[@id='sec1']//span[@class='n']/text()") == ["0"]
