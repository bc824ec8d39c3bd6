"""Pages of a small town for the collecting tests: lists, articles, feeds, Discuz boards and threads, and a store in memory."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from monitor.collect import Collected, collect
from monitor.fetch import Fetcher, Limits
from records.post import Post
from records.source import FetchState, MediaTier, RawPage, Source, SourceKind
from tests.monitor.loopback_site import Route, Site, answer, fetcher

NOW = datetime(2018, 6, 8, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
BODY = "今天上午，先锋街道青年路一处供水管道破裂，附近三个小区停水。区住建局已派人抢修，预计晚上恢复供水，请居民提前储水，出行绕开施工路段。"
OTHER_BODY = "多位居民反映，小区门口的垃圾连续几天没有清运，气味很大。街道办事处表示已经协调保洁单位增加班次，后续会加强日常巡查。"


def article(title: str, body: str = BODY, *, when: str = "2018-06-08 09:30", extra: str = "") -> bytes:
    """An article page of a local news site."""
    return answer(
        f"<html><head><title>{title} - 小城新闻网</title></head><body><div class='nav'><a href='/'>首页</a></div>"
        f"<h1>{title}</h1><div class='info'>发布时间：{when} 来源：小城新闻网 {extra}</div>"
        f"<div class='content' id='content'><p>{body}</p><p>{body[::-1][:10]}。{body}</p></div><div class='footer'>版权所有</div></body></html>"
    )


def titles(count: int) -> list[str]:
    return [f"先锋街道第{n}次停水抢修进展情况通报" for n in range(count)]


def listing(paths: Sequence[str], *, names: Sequence[str] = (), next_page: str = "", dated: bool = True) -> bytes:
    """A list page: the first is the newest."""
    named = names or titles(len(paths))
    rows = "".join(
        f"<li><a href='{path}'>{name}</a>{f'<span>2018-06-0{max(1, 8 - at // 10)}</span>' if dated else ''}</li>"
        for at, (path, name) in enumerate(zip(paths, named, strict=True))
    )
    more = f"<a href='{next_page}'>下一页</a>" if next_page else ""
    return answer(f"<html><head><title>要闻 - 小城新闻网</title></head><body><div class='list'><ul>{rows}</ul>{more}</div></body></html>")


def rss(*items: str) -> bytes:
    head = "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>小城</title>"
    return answer(f"{head}{''.join(items)}</channel></rss>", kind="text/xml")


def item(link: str, title: str, text: str, *, guid: str = "", author: str = "") -> str:
    parts = [f"<title>{title}</title><description>{text}</description><pubDate>Fri, 08 Jun 2018 09:30:00 +0800</pubDate>"]
    parts += [f"<link>{link}</link>"] if link else []
    parts += [f"<guid isPermaLink='false'>{guid}</guid>"] if guid else []
    parts += [f"<author>{author}</author>"] if author else []
    return f"<item>{''.join(parts)}</item>"


def board(threads: Sequence[tuple[int, str, int]], *, rewritten: bool = True, encoding: str = "gbk") -> bytes:
    """A Discuz board: (tid, title, replies), the newest first."""
    rows = "".join(
        f"<tbody id='normalthread_{tid}'><tr><th class='common'><a href='{_href(tid, rewritten)}' class='s xst'>{title}</a></th>"
        f"<td class='by'><cite><a href='space-uid-{tid}.html'>小城居民</a></cite><em><span>2018-6-8 {tid % 12:02d}:15</span></em></td>"
        f"<td class='num'><a href='{_href(tid, rewritten)}'>{replies}</a><em>{replies * 30 + 9}</em></td></tr></tbody>"
        for tid, title, replies in threads
    )
    page = (
        f"{_DISCUZ}<title>百姓话题 - 小城论坛</title></head><body id='nv_forum' class='pg_forumdisplay'>"
        f"<table id='threadlisttableid'>{rows}</table></body></html>"
    )
    return answer(page.encode(encoding), kind=f"text/html; charset={encoding}")


_DISCUZ = "<html><head><meta name='generator' content='Discuz! X3.4' />".replace("'", '"')


def _href(tid: int, rewritten: bool) -> str:
    return f"thread-{tid}-1-1.html" if rewritten else f"forum.php?mod=viewthread&amp;tid={tid}&amp;extra=page%3D1"


def thread(tid: int, title: str, floors: Sequence[str], *, first: int = 0, replies: int | None = None, encoding: str = "gbk") -> bytes:
    """One page of a thread; `floors[0]` is floor `first` (0 = 首帖)."""
    posts = "".join(
        f"<div id='post_{tid * 1000 + n}'><table id='pid{tid * 1000 + n}'><tr><td class='pls'>"
        f"<div class='authi'><a class='xw1' href='space-uid-{n}.html'>网友{n}</a></div></td>"
        f"<td class='plc'><div class='pi'><strong><a id='postnum{tid * 1000 + n}'><em>{n + 1}</em><sup>#</sup></a></strong>"
        f"<div class='authi'><em id='authorposton{tid * 1000 + n}'>发表于 2018-6-8 10:{n:02d}</em></div></div>"
        f"<div class='pct'><table><tr><td class='t_f' id='postmessage_{tid * 1000 + n}'>{text}</td></tr></table></div></td></tr></table></div>"
        for n, text in enumerate(floors, start=first)
    )
    count = len(floors) - 1 if replies is None else replies
    head = f"<div class='hm'><span>查看:</span> <span>{count * 30 + 9}</span> | <span>回复:</span> <span>{count}</span></div>"
    page = (
        f"{_DISCUZ}<title>{title} - 百姓话题 - 小城论坛</title></head><body id='nv_forum' class='pg_viewthread'>"
        f"<div id='postlist'>{head}<h1 class='ts'><span id='thread_subject'>{title}</span></h1>{posts}</div></body></html>"
    )
    return answer(page.encode(encoding), kind=f"text/html; charset={encoding}")


def source(site: Site, kind: SourceKind, path: str, *, letter: str = "", until: date | None = None, pattern: str = "") -> Source:
    return Source(
        id="town", name="小城", kind=kind, url=site.url(path), tier=MediaTier.DISTRICT, territory="local", cadence_minutes=60, enabled=True,
        impact_note="测试", article_pattern=pattern, robots_override=letter, robots_until=until,
    )  # fmt: skip


@dataclass
class Store:
    """What the ledger keeps: the first of each post, with its newest reach."""

    posts: dict[str, Post] = field(default_factory=dict)
    pages: dict[str, RawPage] = field(default_factory=dict)
    state: FetchState | None = None

    def known(self, ids: Sequence[str]) -> set[str]:
        return {i for i in ids if i in self.posts}

    def known_replies(self, ids: Sequence[str]) -> dict[str, int | None]:
        return {i: self.posts[i].reach.replies for i in ids if i in self.posts}

    def keep(self, found: Collected) -> None:
        self.posts = {post.id: post for post in found.posts} | self.posts
        for post in found.posts:
            if post.reach.replies is not None:
                self.posts[post.id] = post
        self.pages |= {page.sha256: page for page in found.pages}
        self.state = found.state


def author_key(source_id: str, name: str) -> str:
    return hashlib.sha256(f"{source_id}/{name}".encode()).hexdigest()[:32]


async def poll(site: Site, store: Store, fetch: Fetcher, wanted: Source, now: datetime = NOW) -> Collected:
    """One poll, stored. Whatever it brings is checked for what must always hold."""
    found = await collect(
        wanted, store.state, fetch, now=now, known=store.known, known_replies=store.known_replies, author_key=author_key
    )
    sound(found, wanted)
    store.keep(found)
    return found


def sound(found: Collected, wanted: Source) -> None:
    """What holds for every poll: evidence complete and true, ids once, problems named, the next poll ahead."""
    named = {post.raw_sha256 for post in found.posts}
    assert {page.sha256 for page in found.pages} == named
    assert all(hashlib.sha256(page.body).hexdigest() == page.sha256 for page in found.pages)
    assert len({post.id for post in found.posts}) == len(found.posts)
    assert all(problem.url.startswith("http") and "http" in problem.message for problem in found.problems)
    assert found.state.source_id == wanted.id
    assert found.state.due_at > NOW
    assert all(post.title or post.text for post in found.posts)


def run(kind: SourceKind, path: str, routes: dict[str, Route], polls: int = 1, **settings: object) -> tuple[list[Collected], Site, Store]:
    """So many polls of a source at `path` of a site with `routes`."""
    site, store = Site(routes), Store()

    async def go() -> list[Collected]:
        async with site, fetcher(site, limits=Limits(deadline=2.0)) as fetch:
            wanted = source(site, kind, path, **settings)  # type: ignore[arg-type]
            return [await poll(site, store, fetch, wanted) for _ in range(polls)]

    return asyncio.run(go()), site, store
