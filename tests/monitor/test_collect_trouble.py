"""Collecting from sources in trouble: nothing is raised, everything is named, what waits is not lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.collect import Collected, collect
from monitor.poll import GIVE_UP
from records.source import FetchState, SourceKind
from tests.monitor.loopback_site import Route, Site, answer, fetcher, redirect
from tests.monitor.small_town import BODY, NOW, Store, article, board, item, listing, poll, rss, run, source, thread, titles

LIST, FEED, FORUM = SourceKind.LISTING, SourceKind.FEED, SourceKind.FORUM


def arts(count: int, start: int = 0) -> list[str]:
    return [f"/art/{n}.html" for n in range(start, start + count)]


def town(count: int) -> dict[str, Route]:
    named = zip(arts(count), titles(count), strict=True)
    return {"/list": listing(arts(count), names=titles(count))} | {path: article(title) for path, title in named}


def minutes(found: Collected) -> float:
    return (found.state.due_at - NOW) / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("page", "words", "least", "most"),
    [
        (answer(status=404), "页面不存在", 100, 140),
        (answer(status=500), "服务器出错", 100, 140),
        (answer(status=403), "拒绝访问", 1290, 1600),
        (answer(status=429, Retry_After="3000"), "请求太多", 100, 140),
        (b"", "断开了连接", 100, 140),
        (redirect("/list"), "绕回", 100, 140),
        (redirect("http://10.0.0.1/"), "内网", 100, 140),
        (answer("<html><head><title>安全验证</title></head><body><p>请完成验证码后继续访问</p></body></html>"), "验证页", 100, 140),
        (answer("<html><head><title>登录</title></head><body><p>您尚未登录，请先登录后才能查看</p></body></html>"), "需要登录", 100, 140),
    ],
)
@pytest.mark.parametrize("kind", [LIST, FORUM])
def test_a_list_that_cannot_be_read(kind: SourceKind, page: bytes, words: str, least: float, most: float) -> None:
    (found,), site, _ = run(kind, "/list", {"/list": page})
    assert (found.posts, found.pages, found.state.failures, found.state.last_ok_at) == ((), (), 1, None)
    assert words in found.state.last_error
    assert site.url("/list") in found.state.last_error
    assert [problem.message for problem in found.problems] == [found.state.last_error]
    assert least <= minutes(found) <= most
    assert not found.state.baseline_done


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (answer("<html><body>维护中</body></html>"), "HTML"),
        (answer(""), "为空"),
        (answer(b"\x00\x01\x02\xff" * 50), ""),
        (answer(status=404), "HTTP 404"),
        (answer('{"error": 1}', kind="application/json"), ""),
    ],
)
def test_a_feed_that_is_none(page: bytes, words: str) -> None:
    (found,), site, _ = run(FEED, "/rss", {"/rss": page})
    assert (found.posts, found.state.failures) == ((), 1)
    assert words in found.state.last_error
    assert site.url("/rss") in found.state.last_error


def test_failures_add_up_and_are_forgotten_after_a_good_poll() -> None:
    site, store = Site({"/list": answer(status=500)}), Store()

    async def go() -> list[Collected]:
        async with site, fetcher(site) as fetch:
            wanted = source(site, LIST, "/list")
            bad = [await poll(site, store, fetch, wanted) for _ in range(4)]
            site.routes |= town(3)
            return [*bad, await poll(site, store, fetch, wanted)]

    found = asyncio.run(go())
    assert [one.state.failures for one in found] == [1, 2, 3, 4, 0]
    assert sorted(minutes(one) for one in found[:4]) == [minutes(one) for one in found[:4]]
    assert (found[4].state.last_error, len(found[4].posts)) == ("", 3)


def test_a_failure_does_not_forget_what_was_good() -> None:
    site, store = Site(town(3)), Store()

    async def go() -> Collected:
        async with site, fetcher(site) as fetch:
            wanted = source(site, LIST, "/list")
            await poll(site, store, fetch, wanted)
            site.routes["/list"] = answer(status=502)
            return await poll(site, store, fetch, wanted, NOW + timedelta(hours=1))

    found = asyncio.run(go())
    assert (found.state.last_ok_at, found.state.last_new_at, found.state.baseline_done) == (NOW, NOW, True)


@pytest.mark.parametrize(
    ("page", "words", "titled"),
    [
        (answer(status=404), "页面不存在", False),
        (answer(status=403), "拒绝访问", False),
        (redirect("http://192.168.1.1/"), "内网", False),
        (answer(b"%PDF-1.7 ...", kind="application/pdf"), "不是网页（PDF）", True),
        (answer(b"\x89PNG....", kind="image/png"), "不是网页（image/png）", True),
        (answer(b"PK\x03\x04....", kind="application/octet-stream"), "不是网页（压缩包", True),
        (answer("<html><head><title>登录</title></head><body><p>抱歉，您尚未登录，请先登录</p></body></html>"), "需要登录", True),
        (answer("<html><head><title>提示</title></head><body><p>该文章已被删除</p></body></html>"), "已删除", False),
        (answer("<html><head><title>安全验证</title></head><body><p>请输入验证码</p></body></html>"), "验证页", False),
    ],
)
def test_one_bad_page_is_a_problem_and_the_rest_goes_on(page: bytes, words: str, titled: bool) -> None:
    (found,), site, store = run(LIST, "/list", town(4) | {"/art/1.html": page})
    assert [problem.url for problem in found.problems] == [site.url("/art/1.html")]
    assert words in found.problems[0].message
    assert site.url("/art/1.html") in found.problems[0].message
    good = [post for post in found.posts if post.text]
    assert [post.url for post in good] == [site.url(f"/art/{n}.html") for n in (0, 2, 3)]
    empty = [post for post in found.posts if not post.text]
    assert [post.title for post in empty] == ([titles(2)[1]] if titled else [])
    assert all(store.pages[post.raw_sha256].url == site.url("/list") for post in empty)
    assert found.state.failures == 0


@pytest.mark.parametrize(("status", "again"), [(500, True), (404, False)])
def test_a_passing_failure_is_tried_again_though_the_list_is_the_same(status: int, again: bool) -> None:
    site, store = Site(town(4) | {"/art/1.html": answer(status=status)}), Store()

    async def go() -> list[Collected]:
        async with site, fetcher(site) as fetch:
            wanted = source(site, LIST, "/list")
            first = await poll(site, store, fetch, wanted)
            site.routes["/art/1.html"] = article(titles(2)[1])
            return [first, await poll(site, store, fetch, wanted)]

    first, second = asyncio.run(go())
    assert (len(first.posts), first.state.content_hash == "", first.state.baseline_done) == (3, again, True)
    assert [post.url for post in second.posts] == ([site.url("/art/1.html")] if again else [])


def test_a_host_in_trouble_is_left_alone_after_five_pages() -> None:
    routes = town(20) | {path: answer(status=503) for path in arts(20, 0)[2:]}
    (found,), site, _ = run(LIST, "/list", routes)
    assert len(found.posts) == 2
    assert len(site.paths()) == 1 + 2 + GIVE_UP
    assert (found.state.content_hash, found.state.failures, found.state.baseline_done) == ("", 0, False)
    assert len(found.problems) == GIVE_UP


def test_scattered_failures_do_not_end_the_poll() -> None:
    routes = town(20) | {path: answer(status=503) for path in arts(20)[::2]}
    (found,), site, _ = run(LIST, "/list", routes)
    assert (len(found.posts), len(found.problems), len(site.paths())) == (10, 10, 21)


def test_a_poll_none_of_whose_pages_came_has_failed() -> None:
    routes = town(8) | {path: answer(status=500) for path in arts(8)}
    (first, second), _, _ = run(LIST, "/list", routes, polls=2)
    assert (first.state.failures, second.state.failures, first.posts) == (1, 2, ())
    assert "服务器出错" in first.state.last_error
    assert minutes(second) > minutes(first) > 100


def test_retry_after_ends_the_poll_and_moves_the_next() -> None:
    routes = town(10) | {"/art/3.html": answer(status=429, Retry_After="3500")}
    (found, second), site, _ = run(LIST, "/list", routes, polls=2)
    assert [post.url for post in found.posts] == [site.url(path) for path in arts(3)]
    assert site.paths() == ["/list", *arts(4)]
    assert 3500 / 60 <= minutes(found) <= 66
    # asked all the same, too early: the host is not bothered
    assert "秒后再来" in second.state.last_error
    assert second.posts == ()
    assert minutes(second) > 100


def test_retry_after_on_the_list_itself_moves_the_next_poll() -> None:
    site = Site({"/list": answer(status=503, Retry_After="3600")})
    quick = Store(state=FetchState(source_id="town", due_at=NOW, failures=0))

    async def go() -> Collected:
        async with site, fetcher(site) as fetch:
            return await poll(site, quick, fetch, replace(source(site, LIST, "/list"), cadence_minutes=5))

    assert 60 <= minutes(asyncio.run(go())) <= 61


def test_dead_links_on_top_do_not_hide_what_is_below() -> None:
    routes = town(90) | {path: answer(status=404) for path in arts(39)}
    (found,), _, _ = run(LIST, "/list", routes)
    assert len(found.posts) == 40
    assert len(found.problems) == 39
    assert not found.state.baseline_done


def test_a_bad_pattern_is_an_error_of_this_source_only() -> None:
    (found,), site, _ = run(LIST, "/list", town(3), pattern="(")
    assert (found.posts, found.state.failures) == ((), 1)
    assert "解析出错" in found.state.last_error
    assert site.url("/list") in found.state.last_error


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://10.0.0.1/list", "http://[bad", "", "http://2130706433/"])
def test_a_source_that_may_not_be_asked(url: str) -> None:
    site, store = Site(), Store()

    async def go() -> Collected:
        async with site, fetcher(site) as fetch:
            wanted = replace(source(site, LIST, "/list"), url=url)
            return await collect(
                wanted, None, fetch, now=NOW, known=store.known, known_replies=store.known_replies, author_key=lambda s, n: ""
            )

    found = asyncio.run(go())
    assert (found.posts, found.state.failures, site.connections) == ((), 1, 0)
    assert "不采集" in found.state.last_error
    assert url in found.problems[0].message


def test_links_into_the_office_network_are_refused_one_by_one() -> None:
    paths = ["http://192.168.1.1/art/1.html", "/art/0.html", "http://127.0.0.1:1/art/2.html"]
    routes: dict[str, Route] = {"/list": listing(paths, names=titles(3)), "/art/0.html": article(titles(1)[0])}
    (found,), site, _ = run(LIST, "/list", routes, pattern=r"/art/\d")
    assert [post.url for post in found.posts] == [site.url("/art/0.html")]
    assert sorted(problem.url for problem in found.problems) == sorted([paths[0], paths[2]])


def test_a_feed_link_into_the_office_network_is_never_asked() -> None:
    async def go() -> tuple[Collected, int]:
        async with Site({"/secret": article("机密")}) as canary, Site() as site, fetcher(site) as fetch:
            site.routes["/rss"] = rss(item(canary.url("/secret"), "看这里", "短"))
            found = await poll(site, Store(), fetch, source(site, FEED, "/rss"))
            return found, canary.connections

    found, connections = asyncio.run(go())
    assert connections == 0
    assert [post.text for post in found.posts] == ["短"]
    assert "本机" in found.problems[0].message


def test_an_oversized_page_is_a_problem() -> None:
    (found,), site, _ = run(LIST, "/list", town(3) | {"/art/1.html": answer(b"a" * (10 * 2**20 + 1))})
    assert len(found.posts) == 2
    assert [(p.url, "超过 10 MiB" in p.message) for p in found.problems] == [(site.url("/art/1.html"), True)]


def test_a_closed_thread_on_a_board_keeps_its_title() -> None:
    notice = answer(
        '<html><head><meta name="generator" content="Discuz! X3.4" /><title>提示信息</title></head><body>'
        "<div id='messagetext'><p>抱歉，您尚未登录，没有权限访问该版块</p></div></body></html>"
    )
    routes: dict[str, Route] = {"/forum-2-1.html": board([(9, "青年路什么时候来水？", 3)]), "/thread-9-1-1.html": notice}
    (found,), _, _ = run(FORUM, "/forum-2-1.html", routes)
    assert [(post.title, post.text, post.reach.replies) for post in found.posts] == [("青年路什么时候来水？", "", 3)]
    assert "需要登录" in found.problems[0].message


def test_a_lost_last_page_costs_only_its_floors() -> None:
    first = thread(9, "青年路什么时候来水？", [BODY, *(f"这是第{n}楼的回复，小区还没有来水" for n in range(1, 10))], replies=25)
    routes: dict[str, Route] = {"/forum-2-1.html": board([(9, "青年路什么时候来水？", 25)]), "/thread-9-1-1.html": first}
    (found,), site, _ = run(FORUM, "/forum-2-1.html", routes)
    assert len(found.posts) == 10
    assert [problem.url for problem in found.problems] == [site.url("/thread-9-3-1.html")]


def test_an_article_as_deep_as_a_well_is_read_or_named() -> None:
    deep = answer("<html><body><h1>停水抢修进展情况通报</h1>" + "<div>" * 20_000 + f"<p>{BODY}</p>" + "</div>" * 20_000 + "</body></html>")
    (found,), site, _ = run(LIST, "/list", town(3) | {"/art/1.html": deep})
    read = {post.url: post.text for post in found.posts}
    assert len(read) >= 2
    assert read.get(site.url("/art/1.html")) or [problem.url for problem in found.problems] == [site.url("/art/1.html")]
