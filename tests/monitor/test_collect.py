"""Collecting from honest sources: feeds, lists, boards; what is new, what is known, what waits."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.articles import NEW_PAGES, REREAD
from monitor.collect import Collected
from monitor.collected import Problem
from records.post import Precision, post_id
from records.source import SourceKind
from tests.monitor.loopback_site import Request, Route, Site, answer, fetcher, redirect
from tests.monitor.small_town import (
    BODY,
    NOW,
    OTHER_BODY,
    Store,
    article,
    author_key,
    board,
    item,
    listing,
    poll,
    rss,
    run,
    source,
    thread,
    titles,
)

LIST, FEED, FORUM = SourceKind.LISTING, SourceKind.FEED, SourceKind.FORUM


def arts(count: int, start: int = 0) -> list[str]:
    return [f"/art/{n}.html" for n in range(start, start + count)]


def town(count: int) -> dict[str, Route]:
    """A list of `count` articles and the articles."""
    return {"/list": listing(arts(count), names=titles(count))} | {
        path: article(title) for path, title in zip(arts(count), titles(count), strict=True)
    }


# lists
@pytest.mark.parametrize("kind", [SourceKind.LISTING, SourceKind.MAILBOX])
def test_each_new_article_becomes_a_post(kind: SourceKind) -> None:
    (found,), site, store = run(kind, "/list", town(5))
    assert [post.title for post in found.posts] == titles(5)
    assert site.paths() == ["/list", *arts(5)]
    first = found.posts[0]
    assert (first.id, first.url) == (post_id(site.url("/art/0.html")), site.url("/art/0.html"))
    assert first.text.startswith("今天上午，先锋街道青年路一处供水管道破裂")
    assert (first.published_at, first.precision) == (datetime(2018, 6, 8, 1, 30, tzinfo=UTC), Precision.MINUTE)
    assert (first.first_seen_at, first.source_id, first.floor, first.baseline) == (NOW, "town", 0, True)
    assert store.pages[first.raw_sha256].url == first.url
    assert (found.problems, found.state.failures, found.state.zero_yields) == ((), 0, 0)


def test_only_what_is_new_is_asked_for() -> None:
    site, store = Site(town(5)), Store()

    async def go() -> list[Collected]:
        async with site, fetcher(site) as fetch:
            wanted = source(site, LIST, "/list")
            first = await poll(site, store, fetch, wanted)
            site.routes["/list"] = listing([*arts(2, 100), *arts(5)], names=["垃圾清运增加班次的通知公告", "小学门口增设护学岗的通知", *titles(5)])
            site.routes |= {path: article("垃圾清运增加班次的通知公告", OTHER_BODY) for path in arts(2, 100)}
            return [first, await poll(site, store, fetch, wanted, NOW + timedelta(hours=1))]

    first, second = asyncio.run(go())
    assert site.paths() == ["/list", *arts(5), "/list", *arts(2, 100)]
    assert [post.baseline for post in first.posts] == [True] * 5
    assert [(post.baseline, post.first_seen_at) for post in second.posts] == [(False, NOW + timedelta(hours=1))] * 2
    assert len(store.posts) == 7


def test_an_unchanged_list_yields_nothing_and_is_no_error() -> None:
    (_, second), site, _ = run(LIST, "/list", town(5), polls=2)
    assert (second.posts, second.pages, second.problems) == ((), (), ())
    assert (second.state.failures, second.state.zero_yields, second.state.last_ok_at) == (0, 0, NOW)
    assert site.paths() == ["/list", *arts(5), "/list"]


def with_etag(body: bytes) -> Route:
    def serve(request: Request) -> bytes:
        if request.headers.get("if-none-match") == '"v1"':
            return b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nConnection: close\r\n\r\n'
        return body.replace(b"Connection: close", b'ETag: "v1"\r\nConnection: close')

    return serve


def test_validators_are_sent_and_304_yields_nothing() -> None:
    routes = town(3)
    routes["/list"] = with_etag(listing(arts(3), names=titles(3)))
    (first, second, third), site, _ = run(LIST, "/list", routes, polls=3)
    assert [one.state.etag for one in (first, second, third)] == ['"v1"'] * 3
    assert (second.posts, third.posts) == ((), ())
    assert site.paths() == ["/list", *arts(3), "/list", "/list"]


def test_forty_pages_a_poll_newest_first_and_none_forgotten() -> None:
    routes = town(95)
    routes["/list"] = with_etag(listing(arts(95), names=titles(95)))
    found, site, store = run(LIST, "/list", routes, polls=4)
    assert [len(one.posts) for one in found] == [NEW_PAGES, NEW_PAGES, 15, 0]
    assert [post.url for post in found[0].posts] == [site.url(path) for path in arts(40)]
    assert len(store.posts) == 95
    # while something waits nothing of the list is remembered, the next poll is soon, and the baseline is not over
    assert [one.state.etag for one in found] == ["", "", '"v1"', '"v1"']
    assert [one.state.baseline_done for one in found] == [False, False, True, True]
    assert all(post.baseline for post in found[1].posts)
    waits = [(one.state.due_at - NOW).total_seconds() / 60 for one in found]
    assert waits[0] < 12
    assert waits[2] > 50


def test_without_dates_the_page_order_stands() -> None:
    routes = town(50)
    routes["/list"] = listing(arts(50), names=titles(50), dated=False)
    (found,), site, _ = run(LIST, "/list", routes)
    assert [post.url for post in found.posts] == [site.url(path) for path in arts(40)]


def test_a_source_faster_than_its_polls_is_read_on_over_the_page() -> None:
    pages = {f"/list{n}": listing(arts(10, 10 * n), names=[f"第{n}页{t}" for t in titles(10)], next_page=f"/list{n + 1}") for n in range(1, 6)}
    routes = town(5) | pages | {path: article("停水抢修进展情况通报") for path in arts(60)}
    site, store = Site(routes), Store()

    async def go() -> list[Collected]:
        async with site, fetcher(site) as fetch:
            wanted = source(site, LIST, "/list")
            first = await poll(site, store, fetch, wanted)
            site.routes["/list"] = pages["/list1"]
            return [first, await poll(site, store, fetch, wanted)]

    _, second = asyncio.run(go())
    assert len(second.posts) == 30
    assert [path for path in site.paths() if path.startswith("/list")] == ["/list", "/list", "/list2", "/list3"]


def test_the_pattern_of_the_entry_decides() -> None:
    routes = town(6)
    (found,), site, _ = run(LIST, "/list", routes, pattern=r"/art/[024]\.html$")
    assert [post.url for post in found.posts] == [site.url(f"/art/{n}.html") for n in (0, 2, 4)]


def test_a_redirected_article_is_known_by_its_link() -> None:
    routes = town(3)
    routes |= {"/art/0.html": redirect("/new/0.html"), "/new/0.html": article(titles(3)[0])}
    (first, _), site, store = run(LIST, "/list", routes, polls=2)
    post = first.posts[0]
    assert (post.url, store.pages[post.raw_sha256].url) == (site.url("/art/0.html"), site.url("/new/0.html"))
    assert site.paths().count("/art/0.html") == 1


def test_a_page_without_a_date_takes_the_lists() -> None:
    routes = town(3)
    routes["/art/0.html"] = answer(f"<html><body><h1>{titles(1)[0]}</h1><div id='content'><p>{BODY}</p></div></body></html>")
    (found,), _, _ = run(LIST, "/list", routes)
    assert (found.posts[0].published_at, found.posts[0].precision) == (datetime(2018, 6, 7, 16, 0, tzinfo=UTC), Precision.DAY)


def test_a_list_in_gbk_and_a_lying_label() -> None:
    routes = town(4)
    page = listing(arts(4), names=titles(4)).split(b"\r\n\r\n", 1)[1].decode()
    routes["/list"] = answer(page.encode("gbk"), kind="text/html; charset=utf-8")
    (found,), _, _ = run(LIST, "/list", routes)
    assert [post.title for post in found.posts] == titles(4)


# feeds
def test_entries_become_posts_without_their_pages() -> None:
    routes: dict[str, Route] = {"/rss": rss(item("/a/1.html", "青年路停水", BODY * 2, author="某甲"), item("/a/2.html", "垃圾清运", OTHER_BODY * 2))}
    (found,), site, store = run(FEED, "/rss", routes)
    assert site.paths() == ["/rss"]
    assert [(post.title, post.url) for post in found.posts] == [("青年路停水", site.url("/a/1.html")), ("垃圾清运", site.url("/a/2.html"))]
    assert found.posts[0].text == BODY * 2
    assert (found.posts[0].published_at, found.posts[0].precision) == (datetime(2018, 6, 8, 1, 30, tzinfo=UTC), Precision.SECOND)
    assert (found.posts[0].author_key, found.posts[1].author_key) == (author_key("town", "某甲"), "")
    assert {page.url for page in store.pages.values()} == {site.url("/rss")}


def test_a_teaser_of_the_same_site_gets_its_pages_text() -> None:
    routes: dict[str, Route] = {
        "/rss": rss(item("/a/1.html", "青年路停水", "今天上午停水……"), item("http://weibo.example/2", "微博", "短")),
        "/a/1.html": article("青年路停水"),
    }
    (found,), site, store = run(FEED, "/rss", routes)
    assert site.paths() == ["/rss", "/a/1.html"]
    first, second = found.posts
    assert first.text.startswith(BODY[:20])
    assert (store.pages[first.raw_sha256].url, store.pages[second.raw_sha256].url) == (site.url("/a/1.html"), site.url("/rss"))
    assert (second.text, first.precision) == ("短", Precision.SECOND)


@pytest.mark.parametrize(
    "page", [answer(status=404), answer("<html><body><p>短</p></body></html>"), answer(b"%PDF-1.7 ...", kind="application/pdf")]
)
def test_a_teaser_without_a_better_page_stays(page: bytes) -> None:
    (found,), _, _ = run(FEED, "/rss", {"/rss": rss(item("/a/1.html", "青年路停水", "今天上午停水，请居民储水。")), "/a/1.html": page})
    assert [(post.title, post.text) for post in found.posts] == [("青年路停水", "今天上午停水，请居民储水。")]
    assert found.state.baseline_done


def test_entries_without_a_link_are_told_apart_by_their_ids() -> None:
    routes: dict[str, Route] = {"/rss": rss(*(item("", "停水", BODY, guid=g) for g in ("a", "b", "a")))}
    (found, again), site, _ = run(FEED, "/rss", routes, polls=2)
    assert [post.id for post in found.posts] == [post_id(site.url("/rss"), pid="a"), post_id(site.url("/rss"), pid="b")]
    assert again.posts == ()


def test_two_entries_of_one_link_are_one_post() -> None:
    routes: dict[str, Route] = {"/rss": rss(item("/a/1?utm_source=x", "停水", BODY * 2), item("/a/1#top", "停水", BODY * 2))}
    (found,), site, _ = run(FEED, "/rss", routes)
    assert [post.url for post in found.posts] == [site.url("/a/1")]


def test_an_empty_entry_is_skipped_and_counted() -> None:
    (found,), site, _ = run(FEED, "/rss", {"/rss": rss(item("", "", "", guid="x"), item("/a/2", "垃圾清运", OTHER_BODY * 2))})
    assert [post.title for post in found.posts] == ["垃圾清运"]
    assert found.problems == (Problem(url=site.url("/rss"), message=f"{site.url('/rss')}：第 1 条没有标题和正文，已跳过"),)


def test_more_than_forty_teasers_are_taken_as_they_are() -> None:
    routes: dict[str, Route] = {"/rss": rss(*(item(path, "停水", "短讯") for path in arts(50)))}
    routes |= {path: article("停水") for path in arts(50)}
    (found,), site, _ = run(FEED, "/rss", routes)
    assert (len(found.posts), len(site.paths())) == (50, 41)
    assert [len(post.text) > 20 for post in found.posts] == [True] * 40 + [False] * 10
    assert found.state.baseline_done


# boards
THREADS = [(9, "青年路什么时候来水？", 3), (8, "小区垃圾没人清运怎么办", 0)]
FLOORS = [BODY, "顶一下", "我们小区也停水了，从早上停到现在没人管", "住建局说晚上恢复，大家再等等看吧"]


def forum(threads: list[tuple[int, str, int]] = THREADS, *, rewritten: bool = True) -> dict[str, Route]:
    names = ("/thread-9-1-1.html", "/thread-8-1-1.html") if rewritten else ("/forum.php?mod=viewthread&tid=9", "/forum.php?mod=viewthread&tid=8")
    return {
        "/forum-2-1.html": board(threads, rewritten=rewritten),
        names[0]: thread(9, "青年路什么时候来水？", FLOORS),
        names[1]: thread(8, "小区垃圾没人清运怎么办", [OTHER_BODY]),
    }


@pytest.mark.parametrize("rewritten", [True, False])
def test_threads_and_their_telling_floors(rewritten: bool) -> None:
    (found,), site, store = run(FORUM, "/forum-2-1.html", forum(rewritten=rewritten))
    url = site.url("/thread-9-1-1.html")
    assert [(post.floor, post.id) for post in found.posts if post.url == url] == [
        (0, post_id(url)), (2, post_id(url, pid="9002")), (3, post_id(url, pid="9003")),
    ]  # fmt: skip
    head = store.posts[post_id(url)]
    assert (head.reach.replies, head.reach.views, head.reach.read_at) == (3, 99, NOW)
    assert head.author_key == author_key("town", "网友0")
    assert store.posts[post_id(url, pid="9002")].author_key == author_key("town", "网友2")
    assert all("网友" not in str(post) for post in found.posts)
    assert len(found.posts) == 4


def test_a_changed_thread_is_read_again_for_reach_and_new_floors() -> None:
    site, store = Site(forum()), Store()
    later = NOW + timedelta(hours=1)

    async def go() -> list[Collected]:
        async with site, fetcher(site) as fetch:
            wanted = source(site, FORUM, "/forum-2-1.html")
            first = await poll(site, store, fetch, wanted)
            site.routes["/forum-2-1.html"] = board([(9, "青年路什么时候来水？", 5), THREADS[1]])
            site.routes["/thread-9-1-1.html"] = thread(9, "青年路什么时候来水？", [*FLOORS, "谢谢", "刚才来水了，水有点浑，先放一会儿再用"])
            return [first, await poll(site, store, fetch, wanted, later), await poll(site, store, fetch, wanted, later)]

    _, second, third = asyncio.run(go())
    url = site.url("/thread-9-1-1.html")
    assert [(post.id, post.floor, post.reach.replies) for post in second.posts] == [(post_id(url), 0, 5), (post_id(url, pid="9005"), 5, None)]
    assert [post.baseline for post in second.posts] == [False, False]
    assert store.posts[post_id(url)].reach.read_at == later
    assert site.paths()[3:] == ["/forum-2-1.html", "/thread-9-1-1.html", "/forum-2-1.html"]
    assert third.posts == ()


def test_a_thread_whose_page_counts_otherwise_is_not_read_for_ever() -> None:
    routes = forum()
    routes["/thread-9-1-1.html"] = thread(9, "青年路什么时候来水？", FLOORS, replies=77)
    site, store = Site(routes), Store()

    async def go() -> Collected:
        async with site, fetcher(site) as fetch:
            wanted = source(site, FORUM, "/forum-2-1.html")
            await poll(site, store, fetch, wanted)
            site.routes["/forum-2-1.html"] = board([*THREADS, (7, "路灯不亮已经一个星期了", 0)])
            site.routes["/thread-7-1-1.html"] = thread(7, "路灯不亮已经一个星期了", [OTHER_BODY])
            return await poll(site, store, fetch, wanted)

    assert [post.title for post in asyncio.run(go()).posts] == ["路灯不亮已经一个星期了"]


@pytest.mark.parametrize("rewritten", [True, False])
def test_the_last_page_of_a_long_thread_is_read_too(rewritten: bool) -> None:
    routes = forum([(9, "青年路什么时候来水？", 25)], rewritten=rewritten)
    path = "/thread-9-1-1.html" if rewritten else "/forum.php?mod=viewthread&tid=9"
    last = "/thread-9-3-1.html" if rewritten else "/forum.php?mod=viewthread&tid=9&page=3"
    routes[path] = thread(9, "青年路什么时候来水？", [BODY, *(f"这是第{n}楼的回复，小区还没有来水" for n in range(1, 10))], replies=25)
    routes[last] = thread(9, "青年路什么时候来水？", [f"这是第{n}楼的回复，小区还没有来水" for n in range(20, 26)], first=20, replies=25)
    (found,), site, _ = run(FORUM, "/forum-2-1.html", routes)
    assert site.paths() == ["/forum-2-1.html", path, last]
    assert sorted(post.floor for post in found.posts) == [*range(10), *range(20, 26)]
    assert {post.url for post in found.posts} == {site.url("/thread-9-1-1.html")}


def test_twenty_threads_are_read_again_in_one_poll() -> None:
    threads = [(tid, f"小区第{tid}号楼电梯又坏了没人修", 0) for tid in range(30, 0, -1)]
    routes: dict[str, Route] = {f"/thread-{tid}-1-1.html": thread(tid, title, [OTHER_BODY]) for tid, title, _ in threads}
    site, store = Site(routes | {"/forum-2-1.html": board(threads)}), Store()

    async def go() -> list[Collected]:
        async with site, fetcher(site) as fetch:
            wanted = source(site, FORUM, "/forum-2-1.html")
            await poll(site, store, fetch, wanted)
            site.routes["/forum-2-1.html"] = board([(tid, title, 1) for tid, title, _ in threads])
            return [await poll(site, store, fetch, wanted) for _ in range(3)]

    found = asyncio.run(go())
    assert [len(one.posts) for one in found] == [REREAD, 10, 0]
    assert [one.state.content_hash == "" for one in found] == [True, False, False]


def test_a_forum_that_is_no_discuz_is_read_as_a_list() -> None:
    (found,), _, _ = run(FORUM, "/list", town(4))
    assert [post.title for post in found.posts] == titles(4)


# letters
DENY = answer("User-agent: *\nDisallow: /\n", kind="text/plain")


@pytest.mark.parametrize(("letter", "until", "count"), [("", None, 0), ("亭政函3号", date(2018, 6, 8), 3), ("亭政函3号", date(2018, 6, 7), 0)])
def test_robots_are_obeyed_unless_a_letter_says_otherwise(letter: str, until: date | None, count: int) -> None:
    (found,), site, _ = run(LIST, "/list", town(3) | {"/robots.txt": DENY}, letter=letter, until=until)
    assert len(found.posts) == count
    assert (found.state.failures, "不允许采集" in found.state.last_error) == ((0, False) if count else (1, True))
    assert ("/list" in site.paths()) is bool(count)


def test_a_zero_yield_is_counted_and_forgotten() -> None:
    empty = answer("<html><body><h1>要闻</h1><p>" + "本栏目正在整理，欢迎关注本站其他栏目的内容。" * 20 + "</p></body></html>")
    site, store = Site({"/list": empty}), Store()

    async def go() -> list[int]:
        async with site, fetcher(site) as fetch:
            wanted, counts = source(site, LIST, "/list"), []
            for _ in range(3):
                counts.append((await poll(site, store, fetch, wanted)).state.zero_yields)
            site.routes |= town(3)
            counts.append((await poll(site, store, fetch, wanted)).state.zero_yields)
            return counts

    assert asyncio.run(go()) == [1, 2, 3, 0]


def test_a_poll_again_after_the_store_was_lost_gives_the_same_ids() -> None:
    (first,), site, store = run(LIST, "/list", town(3))
    lost = Store(state=replace(first.state, content_hash="", etag=""))

    async def go() -> Collected:
        async with fetcher(site) as fetch:
            server = await asyncio.start_server(site._accept, "127.0.0.1", site.port)
            async with server:
                return await poll(site, lost, fetch, source(site, LIST, "/list"))

    assert {post.id for post in asyncio.run(go()).posts} == set(store.posts)
