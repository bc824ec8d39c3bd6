"""A feed's new entries → posts, with the page's fuller text where the feed gives only a teaser."""

import asyncio
from urllib.parse import urlsplit

from monitor.article import read_article
from monitor.canonical import canonical_url
from monitor.feeds import read_feed
from monitor.fetch import Fetched
from monitor.page import ArticlePage, FeedEntry
from monitor.poll import Poll, html_of, other_file
from monitor.posts import entry_id

TEASER = 80  # characters: an entry shorter than this is looked up on its own site
MOST_PAGES = 40  # a poll


async def take_entries(poll: Poll, feed: Fetched, feed_url: str) -> None:
    """Adds the feed's new entries to the poll. Past 40 look-ups the feed's own text stands: a short post now beats a full one later.

    Raises: UnreadableError when `feed` is none.
    """
    page = await asyncio.to_thread(read_feed, feed.body, feed.content_type or None, url=feed.url, fetched_at=poll.now)
    poll.items = len(page.entries)
    home = canonical_url(feed_url)
    ids = [entry_id(entry, home) for entry in page.entries]
    known = poll.known(ids)
    asked = 0
    for number, (ident, entry) in enumerate(zip(ids, page.entries, strict=True), start=1):
        if ident in known or ident in poll.posts:
            continue
        teaser = len(entry.text) < TEASER and same_site(entry.url, feed.url) and asked < MOST_PAGES and not poll.tired
        asked += teaser
        await _take(poll, entry, number, feed=feed, home=home, look_up=teaser)


async def _take(poll: Poll, entry: FeedEntry, number: int, *, feed: Fetched, home: str, look_up: bool) -> None:
    found = await _fuller(poll, entry) if look_up else None
    if found is None and not (entry.title or entry.text):
        poll.note(feed.url, f"{feed.url}：第 {number} 条没有标题和正文，已跳过")
        return
    fetched, article = found or (feed, None)
    poll.add(poll.maker.from_entry(entry, feed_url=home, raw_sha256=poll.keep(fetched), fuller=article))


async def _fuller(poll: Poll, entry: FeedEntry) -> tuple[Fetched, ArticlePage] | None:
    """The entry's page when it has more text than the entry, else None. A failure is noted; the entry still becomes a post."""
    fetched = await poll.page(entry.url)
    if fetched is None or other_file(fetched):
        return None
    try:
        article = await asyncio.to_thread(read_article, html_of(fetched), url=entry.url, fetched_at=poll.now)
    except Exception as exc:  # a parser's bug on one page must not cost the feed
        poll.note(entry.url, f"{entry.url}：解析出错（{type(exc).__name__}：{exc}）")
        return None
    return (fetched, article) if not article.closed and len(article.text) > len(entry.text) else None


def same_site(url: str, other: str) -> bool:
    """True when the hosts are one, or one is a part of the other (www. aside).

    >>> same_site("http://news.example.cn/1", "http://www.example.cn/rss"), same_site("http://weibo.com/1", "http://rsshub.example/")
    (True, False)
    """
    one, two = ((urlsplit(u).hostname or "").removeprefix("www.") for u in (url, other))
    return bool(one and two) and (one == two or one.endswith(f".{two}") or two.endswith(f".{one}"))
