"""One poll of one source (采集一次): list or feed → new pages → Posts, and where the source stands afterwards.

Carries what other modules decide: `Fetcher` how to ask, the parsers what a page says, `schedule` when to come again. A bad page is
a Problem, a bad source a failed state; nothing is raised for either.
"""

from dataclasses import replace
from datetime import datetime

from monitor.articles import take_articles
from monitor.collected import AuthorKey, Collected, Known, KnownReplies, Problem
from monitor.entries import take_entries
from monitor.fetch import Fetched, Fetcher
from monitor.fetch_error import After, FetchError
from monitor.page import UnreadableError
from monitor.poll import Poll, digest
from monitor.posts import Maker
from monitor.robots import exempt_authority
from monitor.schedule import Outcome, next_due
from records.source import FetchState, Source, SourceKind

__all__ = ["Collected", "Problem", "collect"]


async def collect(
    source: Source,
    state: FetchState | None,
    fetcher: Fetcher,
    *,
    now: datetime,
    known: Known,
    known_replies: KnownReplies,
    author_key: AuthorKey,
) -> Collected:
    """What is new at `source` since `state` (None = never polled). Never raises for what the source does.

    `now` is aware UTC: first_seen_at of every post and the anchor of relative dates.
    """
    before = state or FetchState(source_id=source.id, due_at=now)
    maker = Maker(
        source_id=source.id,
        now=now,
        baseline=not before.baseline_done,
        author_key=lambda name: author_key(source.id, name) if name else "",
    )
    poll = Poll(fetcher=fetcher, maker=maker, known=known, known_replies=known_replies, exempt=exempt_authority(source, now))
    try:
        front = await poll.get(source.url, etag=before.etag, last_modified=before.last_modified)
        if front.not_modified or (before.content_hash and digest(front.body) == before.content_hash):
            return Collected(posts=(), pages=(), state=_unchanged(source, before, front, now))
        await _take(poll, source, front)
    except FetchError as exc:
        return _failed(source, before, poll, exc.message, stopped=exc.kind is After.STOP, retry_after=exc.retry_after)
    except UnreadableError as exc:
        return _failed(source, before, poll, str(exc))
    except Exception as exc:  # a parser's bug on this source must not stop the others
        return _failed(source, before, poll, f"{source.url}：解析出错（{type(exc).__name__}：{exc}）")
    return Collected(
        posts=tuple(poll.posts.values()),
        pages=poll.pages(),
        state=_all_failed(source, before, poll) or _read(source, before, poll, front),
        problems=tuple(poll.problems),
    )


async def _take(poll: Poll, source: Source, front: Fetched) -> None:
    if source.kind is SourceKind.FEED:
        await take_entries(poll, front, source.url)
    else:
        await take_articles(poll, source, front)


def _unchanged(source: Source, before: FetchState, front: Fetched, now: datetime) -> FetchState:
    """Nothing new. An empty page that stays empty is one more zero yield."""
    after = replace(
        before,
        etag=front.etag or before.etag,
        last_modified=front.last_modified or before.last_modified,
        last_ok_at=now,
        failures=0,
        zero_yields=before.zero_yields + 1 if before.zero_yields else 0,
        last_error="",
    )
    return replace(after, due_at=next_due(source, after, now, Outcome.DONE))


def _read(source: Source, before: FetchState, poll: Poll, front: Fetched) -> FetchState:
    """The list was read. Where a page was left or may come later, the list's validators are forgotten: the next poll sees it whole."""
    waiting = poll.left or poll.passing > 0
    after = replace(
        before,
        etag="" if waiting else front.etag,
        last_modified="" if waiting else front.last_modified,
        content_hash="" if waiting else digest(front.body),
        last_ok_at=poll.now,
        last_new_at=poll.now if poll.posts else before.last_new_at,
        failures=0,
        zero_yields=0 if poll.items else before.zero_yields + 1,
        last_error="",
        baseline_done=before.baseline_done or not poll.left,
    )
    outcome = Outcome.MORE if poll.left and not poll.tired else Outcome.DONE
    return replace(after, due_at=next_due(source, after, poll.now, outcome, poll.retry_after))


def _all_failed(source: Source, before: FetchState, poll: Poll) -> FetchState | None:
    """A poll whose list came but none of whose pages did, for passing reasons, has failed; None for every other."""
    if poll.posts or poll.succeeded or not poll.passing:
        return None
    return _after_failure(source, before, poll, poll.problems[-1].message, Outcome.FAILED, poll.retry_after)


def _failed(
    source: Source, before: FetchState, poll: Poll, message: str, *, stopped: bool = False, retry_after: float | None = None
) -> Collected:
    """The list itself could not be read. What was gathered from further pages before is kept."""
    outcome = Outcome.STOPPED if stopped else Outcome.FAILED
    return Collected(
        posts=tuple(poll.posts.values()),
        pages=poll.pages(),
        state=_after_failure(source, before, poll, message, outcome, retry_after),
        problems=(*poll.problems, Problem(url=source.url, message=message)),
    )


def _after_failure(
    source: Source, before: FetchState, poll: Poll, message: str, outcome: Outcome, retry_after: float | None
) -> FetchState:
    """One more failure; nothing of the list is remembered as read."""
    after = replace(before, etag="", last_modified="", content_hash="", failures=before.failures + 1, last_error=message)
    return replace(after, due_at=next_due(source, after, poll.now, outcome, retry_after))
