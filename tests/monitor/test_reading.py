"""Charsets that lie, dates as people write them, URLs that mean one page."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.canonical import canonical_url
from monitor.charset import decode
from monitor.dates import FUTURE, parse_date
from records.instant import SHANGHAI
from records.post import Precision

AT = datetime(2018, 6, 8, 12, 0, tzinfo=SHANGHAI)  # a Friday


@pytest.mark.parametrize(
    ("raw", "when", "precision"),
    [
        ("2018-06-08 09:30:15", "2018-06-08 09:30:15", Precision.SECOND),
        ("发布日期：2017年12月3日 来源：某报", "2017-12-03 00:00:00", Precision.DAY),
        ("2018/6/1 8:05", "2018-06-01 08:05:00", Precision.MINUTE),
        ("2018-06-08T01:00:00Z", "2018-06-08 09:00:00", Precision.SECOND),
        ("2018-06-08T09:00:00+08:00", "2018-06-08 09:00:00", Precision.SECOND),
        ("二〇一八年六月八日", "2018-06-08 00:00:00", Precision.DAY),
        ("二〇一七年十二月二十八日", "2017-12-28 00:00:00", Precision.DAY),
        ("刚刚", "2018-06-08 12:00:00", Precision.MINUTE),
        ("半小时前", "2018-06-08 11:30:00", Precision.HOUR),
        ("3&nbsp;小时前", "2018-06-08 09:00:00", Precision.HOUR),
        ("5 分钟前", "2018-06-08 11:55:00", Precision.MINUTE),
        ("两天前", "2018-06-06 12:00:00", Precision.DAY),
        ("昨天 20:15", "2018-06-07 20:15:00", Precision.MINUTE),
        ("昨晚8点", "2018-06-07 20:00:00", Precision.HOUR),
        ("前天\u00a009:01", "2018-06-06 09:01:00", Precision.MINUTE),
        ("今天 08:00", "2018-06-08 08:00:00", Precision.MINUTE),
        ("周四下午3点", "2018-06-07 15:00:00", Precision.HOUR),
        ("周五下午3点", "2018-06-01 15:00:00", Precision.HOUR),
        ("06-07", "2018-06-07 00:00:00", Precision.YEAR_GUESS),
        ("12-31 23:59", "2017-12-31 23:59:00", Precision.YEAR_GUESS),
        ("11:20", "2018-06-08 11:20:00", Precision.MINUTE),
        ("23:20", "2018-06-07 23:20:00", Precision.MINUTE),
    ],
)
def test_dates(raw: str, when: str, precision: Precision) -> None:
    found, how = parse_date(raw, fetched_at=AT)
    assert found is not None
    assert found.tzinfo is UTC
    assert (f"{found.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}", how) == (when, precision)


@pytest.mark.parametrize("raw", ["", "阅读 1234", "2018-13-45", "2030-01-01 00:00", "2018-06-08 23:00", "N/A"])
def test_no_date_is_said_not_guessed(raw: str) -> None:
    assert parse_date(raw, fetched_at=AT) == (None, Precision.NONE)


@given(st.text(max_size=40))
def test_any_text_gives_a_date_not_in_the_future_or_none(raw: str) -> None:
    found, _ = parse_date(raw, fetched_at=AT)
    assert found is None or found <= AT + FUTURE + timedelta(hours=1)


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("gb18030", "charset=utf-8"),
        ("gbk", "charset=gb2312"),
        ("utf-8", "charset=gbk"),
        ("gb18030", None),
        ("utf-8", None),
        ("utf-16", None),
    ],
)
def test_lying_and_missing_labels(encoding: str, label: str | None) -> None:
    text = "先锋街道停水通知：请居民储水"
    assert decode(text.encode(encoding), label and f"text/html; {label}")[0].lstrip("\ufeff") == text


def test_characters_beyond_gbk_and_meta_labels() -> None:
    page = '<meta charset="gb2312"><p>㙍𠮷村</p>'
    assert decode(page.encode("gb18030"))[0] == page
    assert decode('<meta charset="big5">臺灣'.encode("big5"))[1] == "big5"


@given(st.binary(max_size=200))
def test_any_bytes_decode(body: bytes) -> None:
    text, name = decode(body, "text/html; charset=nonsense")
    assert isinstance(text, str)
    assert name


@pytest.mark.parametrize(
    ("url", "want"),
    [
        ("http://a.cn/x?utm_source=1&id=2#top", "http://a.cn/x?id=2"),
        ("https://A.cn:443", "https://a.cn/"),
        ("http://b.cn/thread-5-3-2.html", "http://b.cn/thread-5-1-1.html"),
        ("http://b.cn/bbs/forum.php?mod=viewthread&tid=5&page=2", "http://b.cn/bbs/thread-5-1-1.html"),
        ("http://b.cn/archiver/?tid-5.html", "http://b.cn/thread-5-1-1.html"),
        ("http://user:pw@a.cn/x", "http://a.cn/x"),
        ("ftp://a.cn/x", ""),
        ("http://[bad", ""),
    ],
)
def test_canonical(url: str, want: str) -> None:
    assert canonical_url(url) == want


@given(st.from_regex(r"https?://[a-z]{1,8}\.cn/[a-z0-9/]{0,9}(\?[a-z]=[a-z0-9]{1,3}(&[a-z]=[a-z0-9]{1,3})?)?", fullmatch=True))
def test_canonical_is_idempotent(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


def test_relative_links_need_their_base() -> None:
    assert canonical_url("../x.html", "http://a.cn/b/c/d.html") == "http://a.cn/b/x.html"
