"""A list's new articles, and a board's new and changed threads → posts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.article import read_article
from monitor.discuz import is_discuz, read_board, read_thread
from monitor.fetch import Fetched
from monitor.listing import read_list
from monitor.page import ArticlePage, Link, ListPage, UnreadableError
from monitor.poll import Poll, html_of, other_file
from monitor.posts import floor_id, newest_first, telling_floors
from monitor.thread_address import last_page, thread_address
from records.post import Post, post_id
from records.source import Source, SourceKind

NEW_PAGES = 40  # a poll; the rest at the next
REREAD = 20  # threads a poll
BASELINE_BACK = timedelta(hours=72)
LIST_PAGES = 3  # list pages read while even their oldest link is new: the source was faster than its polls
_COME_AGAIN = ("验证页",)  # closed for a passing reason
_GONE = ("已删除",)


class ReadPage(Protocol):
    """read_article or read_thread."""

    def __call__(self, html: str, *, url: str, fetched_at: datetime) -> ArticlePage: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One list page as fetched: its text, and how its items are read."""

    fetched: Fetched
    html: str
    page: ListPage
    read: ReadPage
    forum: bool


async def take_articles(poll: Poll, source: Source, front: Fetched) -> None:
    """Adds what is new on the list to the poll, newest first.

    Raises: UnreadableError when the list page is a log-in, challenge or error page.
    """
    board = await _read_board(poll, source, front)
    poll.items = len(board.page.links)
    await _take_board(poll, board)
    seen = {front.url}
    for _ in range(LIST_PAGES - 1):
        if not _overflowed(poll, board) or board.page.next_url in seen:
            return
        seen.add(board.page.next_url)
        fetched = await poll.page(board.page.next_url)
        if fetched is None:
            return
        board = await _read_board(poll, source, fetched)
        await _take_board(poll, board)


def _overflowed(poll: Poll, board: Board) -> bool:
    """True when even the last link of the page was new, and there is a next page worth reading."""
    if not (board.page.links and board.page.next_url) or poll.left or poll.tired:
        return False
    last = board.page.links[-1]
    return post_id(last.url) in poll.posts and (not poll.maker.baseline or _recent(last, poll.now))


def _recent(link: Link, now: datetime) -> bool:
    """True for a link dated young enough to alert: the first poll of a source reads back so far and no further."""
    return link.published_at is not None and now - link.published_at < BASELINE_BACK


async def _read_board(poll: Poll, source: Source, fetched: Fetched) -> Board:
    html = html_of(fetched)
    forum = source.kind is SourceKind.FORUM and is_discuz(html)
    if forum:
        page = await asyncio.to_thread(read_board, html, url=fetched.url, fetched_at=poll.now)
    else:
        page = await asyncio.to_thread(
            read_list, html, url=fetched.url, fetched_at=poll.now, article_pattern=source.article_pattern
        )
    if not page.links and (closed := read_article(html, url=fetched.url, fetched_at=poll.now).closed):
        raise UnreadableError(f"{fetched.url}：列表页读不到条目（{closed}）")
    return Board(fetched=fetched, html=html, page=page, read=read_thread if forum else read_article, forum=forum)


async def _take_board(poll: Poll, board: Board) -> None:
    links = list({link.url: link for link in board.page.links}.values())
    known = poll.known([post_id(link.url) for link in links])
    fresh = newest_first([link for link in links if post_id(link.url) not in known and post_id(link.url) not in poll.posts])
    await _each(poll, fresh, NEW_PAGES, lambda link: _take_new(poll, board, link))
    if board.forum:
        changed = _changed(poll, [link for link in links if post_id(link.url) in known])
        await _each(poll, changed, REREAD, lambda link: _take_again(poll, board, link))


def _changed(poll: Poll, links: Sequence[Link]) -> list[Link]:
    """Known threads whose reply count on the board is not the one stored; one that is known but not stored was erased and stays away."""
    stored = poll.known_replies([post_id(link.url) for link in links])
    return [link for link in links if link.reach.replies is not None and stored.get(post_id(link.url), link.reach.replies) != link.reach.replies]


async def _each(poll: Poll, links: Sequence[Link], most: int, take: Callable[[Link], Awaitable[bool]]) -> None:
    """Takes links until `most` gave something or `most` gave nothing; dead links at the top must not hide those below."""
    given = {True: 0, False: 0}
    for link in links:
        if max(given.values()) >= most or poll.tired:
            poll.left = True
            return
        given[await take(link)] += 1


async def _take_new(poll: Poll, board: Board, link: Link) -> bool:
    """The post of a page never read before; for an attachment or a log-in wall the title the public list shows. True = a post."""
    fetched = await poll.page(thread_address(link.url, board.html))
    if fetched is None:
        return False
    if kind := other_file(fetched):
        poll.note(link.url, f"{link.url}：不是网页（{kind}），只记标题")
        return _add_title(poll, board, link)
    article = await _parsed(poll, board, link, fetched)
    if article is None:
        return False
    if article.closed.startswith(_COME_AGAIN) or article.closed.startswith(_GONE):
        poll.failed(link.url, f"{link.url}：读不到正文（{article.closed}）", passing=article.closed.startswith(_COME_AGAIN))
        return False
    if not article.text:
        poll.note(link.url, f"{link.url}：读不到正文（{article.closed or '正文为空'}），只记标题")
    if article.closed:
        return _add_title(poll, board, link)
    return await _add(poll, board, link, article, fetched)


def _add_title(poll: Poll, board: Board, link: Link) -> bool:
    if link.title:
        poll.add(poll.maker.from_title(link, raw_sha256=poll.keep(board.fetched)))
    return bool(link.title)


async def _take_again(poll: Poll, board: Board, link: Link) -> bool:
    """A known thread's newer reach and new floors. True = it could be read."""
    fetched = await poll.page(thread_address(link.url, board.html))
    article = await _parsed(poll, board, link, fetched) if fetched is not None else None
    if fetched is None or article is None:
        return False
    if article.closed:
        poll.note(link.url, f"{link.url}：再读时读不到正文（{article.closed}）")
        return False
    return await _add(poll, board, link, article, fetched)


async def _parsed(poll: Poll, board: Board, link: Link, fetched: Fetched) -> ArticlePage | None:
    try:
        return await asyncio.to_thread(board.read, html_of(fetched), url=link.url, fetched_at=poll.now)
    except Exception as exc:  # a parser's bug on one page must not cost the others
        poll.failed(link.url, f"{link.url}：解析出错（{type(exc).__name__}：{exc}）", passing=False)
        return None


async def _add(poll: Poll, board: Board, link: Link, article: ArticlePage, fetched: Fetched) -> bool:
    post = poll.maker.from_article(link, article, raw_sha256=poll.keep(fetched))
    if not (post.title or post.text):
        return False
    poll.add(post)
    if board.forum:
        _add_floors(poll, link, post.title, article, fetched)
        await _take_last_page(poll, board, link, post, len(article.floors))
    return True


def _add_floors(poll: Poll, link: Link, title: str, article: ArticlePage, fetched: Fetched) -> None:
    floors = telling_floors(article)
    known = poll.known([floor_id(link.url, floor) for floor in floors]) if floors else set()
    sha256 = poll.keep(fetched)
    for floor in floors:
        if floor_id(link.url, floor) not in known:
            poll.add(poll.maker.from_floor(link, title, floor, raw_sha256=sha256))


async def _take_last_page(poll: Poll, board: Board, link: Link, post: Post, floors_on_first: int) -> None:
    """The newest replies of a long thread. Pages between the first and the last are not read."""
    number = last_page(post.reach.replies or 0, floors_on_first)
    if number == 1 or poll.tired:
        return
    fetched = await poll.page(thread_address(link.url, board.html, number))
    article = await _parsed(poll, board, link, fetched) if fetched is not None else None
    if fetched is not None and article is not None:
        _add_floors(poll, link, post.title, article, fetched)
