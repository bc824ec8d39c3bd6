"""A day of 100,000 posts, 5,000 of them relevant: the paper is made within the design's ten seconds."""

from datetime import timedelta
from time import perf_counter

from digests.daily import build_daily
from digests.html import render_html
from digests.word import render_word
from records.assessment import CATEGORIES
from tests.digests.reading_aloud import value
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
    begun = perf_counter()
    daily = build_daily(day)
    page, paper = render_html(daily), render_word(daily)
    assert perf_counter() - begun < 10
    assert (value(daily, "监测到的帖文（按信息源）"), value(daily, "有效帖文")) == (POSTS, RELEVANT)
    assert f'id="p{RELEVANT}"' in page
    assert len(paper) > 100_000
