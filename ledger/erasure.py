"""Erasure (删除): one post and all its floors forgotten everywhere in the ledger; a tombstone keeps a new crawl from bringing it back.

In one transaction: the posts, their search rows, verdicts, membership, evidence; raw pages that show them; title, key words and reasons of
their events and cases; the words of notices about them. Papers, moves and corrections that quote them are signed by people: they are named
for a person, not changed. Then the freed space is cleared (ledger/clearing.py). Retrained models and backups are not reached.

Source: 个人信息保护法 第四十七条; design decision 4.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import zstandard

from ledger.chain import append
from ledger.clearing import clear
from ledger.engine import Engine, Row
from ledger.rows import decode, encode
from ledger.traces import ERASED, Traces, traces_of
from records.event import Event
from records.instant import micros
from records.post import Post
from records.source import RawPage

SLICE = 200  # rows or ids in one statement
TOUCHED = (
    "posts", "post_words", "pages", "evidence", "assessments", "event_posts", "events", "event_decisions", "cases", "notices", "fetch_states",
)  # fmt: skip
_CITED = re.compile("（(?:依据|文中)[^（）]*）")  # words of the text that a reason rests on
_LEAVING = ("erasure.unlink", "erasure.unjudge", "erasure.unindex", "erasure.unprove", "erasure.post")  # by foreign key


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What went. `cases` are numbers of cases it stood in; `quoted` says where people quoted it, a line each; `traces` are for looking in files."""

    post_ids: tuple[str, ...]
    pages: int
    notices: int
    cases: tuple[str, ...]
    quoted: tuple[str, ...]
    traces: Traces


def forgotten(engine: Engine, urls: Sequence[str]) -> set[str]:
    """Those of the canonical `urls` that were erased: neither their posts nor their pages are stored again."""
    by_digest = {_digest(url): url for url in urls}
    return {by_digest[row["url_sha256"]] for row in _by(engine, "erasures", "url_sha256", list(by_digest))}


def forgotten_posts(engine: Engine, ids: Sequence[str]) -> set[str]:
    """Those of the post `ids` that were erased: a crawl need not fetch them again."""
    return {row["post_id"] for row in _by(engine, "erased_posts", "post_id", ids)}


def admitted(engine: Engine, posts: Sequence[Post], pages: Sequence[RawPage]) -> tuple[list[Post], list[RawPage]]:
    """What of a poll may be stored: no post of an erased URL (new floors neither), and no page that such a post was read from."""
    gone = forgotten(engine, sorted({post.url for post in posts} | {page.url for page in pages}))
    shown = {post.raw_sha256 for post in posts if post.url in gone}
    return [p for p in posts if p.url not in gone], [p for p in pages if p.url not in gone and p.sha256 not in shown]


def _by(engine: Engine, table: str, key: str, ids: Sequence[str]) -> list[Row]:
    return [row for start in range(0, len(ids), SLICE) for row in engine.by_ids(table, key, list(ids[start : start + SLICE]))]


def erase(engine: Engine, url: str, *, by: str, why: str, at: datetime) -> Erased | None:
    """What was erased of a canonical URL; None where no post has it. The audit entry holds the post's id, never its words."""
    with engine.transaction():
        engine.rows("ledger.lock")
        posts = [decode(Post, row) for row in engine.rows("erasure.posts", url=url)]
        return _erase(engine, url, posts, by=by, why=why, at=at) if posts else None


def _erase(engine: Engine, url: str, posts: Sequence[Post], *, by: str, why: str, at: datetime) -> Erased:
    traces = traces_of(posts)
    pages = _pages(engine, posts, traces)
    cases = _events(engine, posts, traces)
    for post in posts:
        _post(engine, post)
    _evidence(engine, {post.raw_sha256 for post in posts} - {""}, traces)
    notices = _notices(engine, [case["id"] for case in cases], traces)
    _errors(engine, traces)
    engine.insert("erasures", {"url_sha256": _digest(url), "at": micros(at), "by": by}, unless="url_sha256")
    for post in posts:
        engine.insert("erased_posts", {"post_id": post.id, "url_sha256": _digest(url)}, unless="post_id")
    append(engine, by, "erase", posts[0].id, f"{traces.out_of(why)}（{len(posts)}条帖文）", at)
    quoted, numbers = tuple(_quoted(engine, traces)), tuple(case["number"] for case in cases)
    return Erased(post_ids=tuple(p.id for p in posts), pages=pages, notices=notices, cases=numbers, quoted=quoted, traces=traces)


def clear_erased(engine: Engine) -> list[str]:
    """Clears the space erased rows stood in; what could not be cleared, a line each. May be done again at any time."""
    return clear(engine, TOUCHED)


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


def _post(engine: Engine, post: Post) -> None:
    for statement in _LEAVING:
        engine.run(statement, id=post.id)


def _pages(engine: Engine, posts: Sequence[Post], traces: Traces) -> int:
    """Deletes the pages the posts were read from, and pages of their sites that show them: a list or feed shows what others were read from."""
    gone = {post.raw_sha256 for post in posts}
    for url in {post.url for post in posts}:
        gone.update(row["sha256"] for row in _of_host(engine, url) if traces.in_bytes(zstandard.decompress(row["body"])))
    return sum(engine.run("erasure.page", sha256=sha) for sha in sorted(gone))


def _of_host(engine: Engine, url: str) -> Iterator[Row]:
    parts, after = urlsplit(url), ""
    host = f"%://{parts.netloc}/%" if parts.netloc else url
    while rows := engine.rows("erasure.pages_of_host", url=url, host=host, after=after, most=SLICE):
        yield from rows
        after = rows[-1]["sha256"]


def _evidence(engine: Engine, pages: set[str], traces: Traces) -> None:
    """Evidence of other posts that shows the erased ones (a shared page) is reduced to the other post's own text."""
    for key in engine.rows("erasure.evidence_keys"):
        body = engine.rows("erasure.evidence_body", **key)[0]["body"]
        held = zstandard.decompress(body)
        if hashlib.sha256(held).hexdigest() in pages or traces.in_bytes(held):
            other = engine.by_ids("posts", "id", [key["post_id"]])
            text = str(other[0]["text"]) if other else ERASED
            engine.run("erasure.reduce", **key, body=zstandard.compress(traces.out_of(text).encode()))


def _events(engine: Engine, posts: Sequence[Post], traces: Traces) -> list[Row]:
    """Takes the posts out of every event; the cases of those events, retitled where the title was the post's."""
    events = {
        row["id"]: decode(Event, row) for post in posts for row in engine.rows("erasure.events", held=f'%"{post.id}"%', id=post.id)
    }
    return [case for event in events.values() for case in _event(engine, event, posts, traces)]


def _event(engine: Engine, event: Event, posts: Sequence[Post], traces: Traces) -> list[Row]:
    gone = {post.id for post in posts}
    rest = _posts(engine, [id_ for id_ in event.post_ids if id_ not in gone])
    cases = engine.rows("erasure.cases", event_id=event.id)
    after = without(event, posts, rest)
    for id_ in gone:
        engine.run("erasure.unlink", id=id_)
    if rest or cases:
        engine.upsert("events", encode(after), "id")
        engine.run("erasure.decision", event_id=event.id, said=ERASED)
    else:
        engine.run("event.undecide", event_id=event.id)
        engine.run("erasure.drop_event", id=event.id)
    for case in cases:
        theirs = case["title"] == event.title or _says(case["title"], posts) or traces.in_text(case["title"])
        title = after.title if theirs else case["title"]
        engine.run("erasure.retitle", id=case["id"], title=title, routing=_CITED.sub("", case["routing"]))
    return cases


def without(event: Event, gone: Sequence[Post], rest: Sequence[Post]) -> Event:
    """The event without the posts `gone`, as `rest` alone tells it. Heat and level stay: what was decided on them is on record."""
    said = "\n".join(f"{post.title}\n{post.text}" for post in rest)
    first = min(rest, key=lambda post: (post.said_at, post.id)) if rest else None
    foreign = bool(event.title) and event.title in said and not _says(event.title, gone)
    title = (first.title.strip() or first.text.strip()[:30] or ERASED) if first else ERASED
    return replace(
        event,
        title=event.title if foreign else title,
        post_ids=tuple(post.id for post in rest),
        first_post_id=first.id if first else "",
        first_source_id=first.source_id if first else "",
        first_said_at=first.said_at if first else event.first_said_at,
        source_count=len({post.source_id for post in rest}),
        level_reasons=tuple(_CITED.sub("", reason) for reason in event.level_reasons),
        keywords=tuple(word for word in event.keywords if word in said),
        why=ERASED if event.why else "",
    )


def _says(title: str, posts: Sequence[Post]) -> bool:
    """Whether a title was made of one of the posts: it is its title, or stands in its words."""
    return any(title.strip(" …") in f"{post.title}\n{post.text}" for post in posts)


def _posts(engine: Engine, ids: Sequence[str]) -> list[Post]:
    found = {row["id"]: decode(Post, row) for row in _by(engine, "posts", "id", ids)}
    return [found[id_] for id_ in ids if id_ in found]


def _notices(engine: Engine, case_ids: Iterable[str], traces: Traces) -> int:
    """Empties every notice of the cases, and any other that shows the posts, sent or not; how many. The case number stays in the thread."""
    emptied = sum(engine.run("erasure.notices_of_case", case_id=case_id, said=ERASED) for case_id in case_ids)
    after = ""
    while rows := engine.rows("erasure.notice_words", after=after, most=SLICE):
        shown = [row["id"] for row in rows if traces.in_text(f"{row['subject']}\n{row['text']}\n{row['html']}")]
        emptied += sum(engine.run("erasure.notice", id=id_, said=ERASED) for id_ in shown)
        after = rows[-1]["id"]
    return emptied


def _errors(engine: Engine, traces: Traces) -> None:
    for row in engine.rows("erasure.errors"):
        if traces.in_text(row["last_error"]):
            engine.run("erasure.error", source_id=row["source_id"], said=traces.out_of(row["last_error"]))


def _quoted(engine: Engine, traces: Traces) -> Iterator[str]:
    """Where people's own words quote it."""
    for row in engine.rows("erasure.papers"):
        if traces.in_text(row["content"]):
            yield f"{row['number']} {row['kind']} {row['id']}"
    for row in engine.rows("erasure.moves"):
        if traces.in_text(row["why"]):
            yield f"{row['number']} 第{row['seq']}次流转的理由"
    for row in engine.rows("erasure.reviews"):
        if traces.in_text(row["why"]):
            yield f"复核 {row['id']} 的理由"
    for row in engine.rows("erasure.entries"):
        if traces.in_text(f"{row['actor']}\n{row['subject']}\n{row['detail']}"):
            yield f"审计链第{row['seq']}条"
