"""Reading pages and feeds: ours beside readability-lxml and feedparser, on the sample town's pages and feed."""

from datetime import UTC, datetime

import feedparser
from readability import Document

from benchmarks.machine import seconds
from huiying.town.content import load_items
from huiying.town.pages import Pages
from monitor.article import read_article
from monitor.feeds import read_feed


def run() -> None:
    """Prints pages and feeds a second and the ratios."""
    now = datetime.now(UTC)
    items, base = load_items(), "http://127.0.0.1:1"
    pages = Pages(items, now)
    found = [pages.page(path, base=base, now=now) for path in pages.paths() if path.startswith("/news/art") or "/art/" in path]
    html = [p.body.decode("utf-8") for p in found if p]
    ours = seconds(lambda: [read_article(page, url=f"{base}/news/1.html", fetched_at=now) for page in html])
    theirs = seconds(lambda: [Document(page).summary() for page in html])
    count = len(html)
    print(f"article pages     {count / ours:8.0f} /s   readability-lxml {count / theirs:8.0f} /s   ratio {theirs / ours:.1f}")
    feed = pages.page("/feed.xml", base=base, now=now)
    assert feed is not None
    mine = seconds(lambda: read_feed(feed.body, feed.content_type, url=f"{base}/feed.xml", fetched_at=now))
    other = seconds(lambda: feedparser.parse(feed.body))
    entries = len(read_feed(feed.body, feed.content_type, url=f"{base}/feed.xml", fetched_at=now).entries)
    print(f"feed entries      {entries / mine:8.0f} /s   feedparser       {entries / other:8.0f} /s   ratio {other / mine:.1f}")
