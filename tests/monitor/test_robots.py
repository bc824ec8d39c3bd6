"""robots.txt: groups, delays, letters of permission, and how long an answer is kept."""

from datetime import UTC, date, datetime

import pytest

from monitor.robots import KEEP, KEEP_REFUSAL, READ, RobotsCache, Rules, agent_token, exempt_authority, read_rules
from records.source import MediaTier, Source, SourceKind
from tests.monitor.loopback_site import Clock

URL = "http://a.cn/robots.txt"


def rules(text: str | bytes) -> Rules:
    return read_rules(text if isinstance(text, bytes) else text.encode(), url=URL, agent="Huiying")


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/x", True),
        ("User-agent: *\nDisallow:", "/x", True),
        ("User-agent: *\nDisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1.html", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/mail/1.html", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Huiying\nDisallow: /admin", "/x", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: huiying\nDisallow: /admin", "/admin/x", False),
        ("User-agent: OtherBot\nDisallow: /", "/x", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*?tid=", "/forum.php?tid=1", False),
        ("User-agent: *\nDisallow: /新闻/", "/%E6%96%B0%E9%97%BB/1", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a/b", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/x", False),
        ("<html><body>404 页面不存在</body></html>", "/x", True),
        (b"\xff\xfe\x00\x80 not text", "/x", True),
        ("Disallow: /", "/x", True),
    ],
)
def test_paths(text: str | bytes, path: str, allowed: bool) -> None:
    assert rules(text).allows(f"http://a.cn{path}") is allowed


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("", 0.0),
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 86400", 60.0),
        ("User-agent: *\nCrawl-delay: 很久", 0.0),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: Huiying\nCrawl-delay: 20", 20.0),
    ],
)
def test_delays(text: str, delay: float) -> None:
    assert rules(text).delay() == delay


def test_only_the_first_half_megabyte_is_read() -> None:
    body = b"User-agent: *\nDisallow: /a\n" + b"#" * READ + b"\nDisallow: /b\n"
    assert not rules(body).allows("http://a.cn/a")
    assert rules(body).allows("http://a.cn/b")


def test_a_refusal_allows_nothing() -> None:
    assert not Rules(url=URL, agent="Huiying", refused="服务器出错").allows("http://a.cn/")
    assert Rules(url=URL, agent="Huiying").allows("http://a.cn/")


@pytest.mark.parametrize(
    ("agent", "token"),
    [("Huiying/0.1 (+mailto:a@example.cn)", "Huiying"), ("Huiying", "Huiying"), (" Huiying (x)", "Huiying"), ("A B/2", "A")],
)
def test_tokens(agent: str, token: str) -> None:
    assert agent_token(agent) == token


def source(letter: str, until: date | None, url: str = "https://bbs.example.cn/forum-2-1.html") -> Source:
    return Source(
        id="bbs", name="论坛", kind=SourceKind.FORUM, url=url, tier=MediaTier.PERSONAL, territory="local", cadence_minutes=15, enabled=True,
        robots_override=letter, robots_until=until,
    )  # fmt: skip


LAST_DAY = date(2018, 6, 8)


@pytest.mark.parametrize(
    ("letter", "until", "now", "authority"),
    [
        ("亭政函〔2018〕3号", LAST_DAY, datetime(2018, 6, 8, 4, tzinfo=UTC), "bbs.example.cn:443"),
        ("亭政函〔2018〕3号", LAST_DAY, datetime(2018, 6, 8, 15, 59, tzinfo=UTC), "bbs.example.cn:443"),
        ("亭政函〔2018〕3号", LAST_DAY, datetime(2018, 6, 8, 16, 0, tzinfo=UTC), ""),
        ("亭政函〔2018〕3号", None, datetime(2018, 6, 8, 4, tzinfo=UTC), ""),
        ("", LAST_DAY, datetime(2018, 6, 8, 4, tzinfo=UTC), ""),
    ],
)
def test_letters_end_with_their_shanghai_day(letter: str, until: date | None, now: datetime, authority: str) -> None:
    assert exempt_authority(source(letter, until), now) == authority


def test_a_letter_for_a_bad_url_covers_nothing() -> None:
    assert exempt_authority(source("函", LAST_DAY, "http://[bad"), datetime(2018, 6, 8, tzinfo=UTC)) == ""


@pytest.mark.parametrize(("refused", "age"), [("", KEEP), ("超时", KEEP_REFUSAL)])
def test_answers_are_kept_for_their_age(refused: str, age: float) -> None:
    clock = Clock()
    cache = RobotsCache(clock)
    kept = Rules(url=URL, agent="Huiying", refused=refused)
    assert cache.get("http://a.cn:80") is None
    cache.put("http://a.cn:80", kept)
    clock.now += age - 1
    assert cache.get("http://a.cn:80") is kept
    assert cache.get("https://a.cn:443") is None
    clock.now += 1
    assert cache.get("http://a.cn:80") is None


def test_the_cache_does_not_grow_without_end() -> None:
    clock = Clock()
    cache = RobotsCache(clock)
    for number in range(5000):
        cache.put(f"http://{number}.cn:80", Rules(url=URL, agent="Huiying"))
    assert len(cache._kept) <= 2000
    assert cache.get("http://4999.cn:80") is not None
