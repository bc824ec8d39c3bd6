"""A day of 100,000 posts, 5,000 of them relevant: all counted, the first 2,000 listed, the rest said to be elsewhere. Times: benchmarks/digest.py."""

import re
from datetime import timedelta

from digests.daily import build_daily, rows_of
from digests.document import POST_ROWS, counts_in
from digests.html import render_html
from digests.word import render_word
from records.assessment import CATEGORIES
from tests.digests.reading_aloud import count, value
from tests.digests.sample import SOURCES, START, STATES, STREETS, a_post, an_assessment, facts

POSTS, RELEVANT = 100_000, 5_000


def test_a_day_of_a_hundred_thousand_posts() -> None:
    ids = ("bbs", "news", "city", "self")
    posts = tuple(a_post(f"{n:06d}", source_id=ids[n % 4], seen=START + timedelta(seconds=n % 86_400)) for n in range(POSTS))
    noise = an_assessment("", relevant=0.01)
    said = {
        p.id: an_assessment(p.id, areas=(STREETS[n % 11],), labels=(CATEGORIES[n % 7],)) if n < RELEVANT else noise
        for n, p in enumerate(posts)
    }
    day = facts(posts=posts, assessments=said, sources=SOURCES, fetch_states=STATES)
    daily = build_daily(day)
    page, paper = render_html(daily), render_word(daily)
    assert (value(daily, "监测到的帖文（按信息源）"), value(daily, "有效帖文")) == (POSTS, RELEVANT)
    assert f'id="p{POST_ROWS}"' in page
    assert f'id="p{POST_ROWS + 1}"' not in page
    assert f"其余{RELEVANT - POST_ROWS}条未列出" in page
    assert f"另有附表未列出的{RELEVANT - POST_ROWS}条" in page
    for one in counts_in(daily.parts):
        assert rows_of(daily, one) == one.value, one.label
    found = set(re.findall(r' id="([^"]+)"', page))
    assert {href for href in re.findall(r'href="#([^"]+)"', page) if not href.startswith("g")} <= found
    assert len(paper) > 100_000


def test_a_single_post_beyond_the_list_leads_to_the_annex() -> None:
    posts = tuple(a_post(f"{n:06d}", seen=START + timedelta(seconds=n)) for n in range(POST_ROWS + 1))
    said = {p.id: an_assessment(p.id, areas=("先锋街道",) if n < POST_ROWS else ("文峰街道",)) for n, p in enumerate(posts)}
    daily = build_daily(facts(posts=posts, assessments=said, sources=SOURCES))
    assert daily.target(count(daily, "分街镇·文峰街道")) == "annex4"


def test_posts_counted_but_not_read_are_in_the_totals() -> None:
    daily = build_daily(facts(posts=(a_post("a"),), rest={"bbs": 70, "gone": 29}, sources=SOURCES, fetch_states=STATES))
    assert value(daily, "监测到的帖文（按信息源）") == 100
    assert rows_of(daily, count(daily, "监测到的帖文（按信息源）")) == 100
