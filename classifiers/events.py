"""Posts → Events: new posts join a running event or begin one; every touched event is labelled and graded anew. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from classifiers.gather import Joined, Piece, gather
from classifiers.grading import grade
from classifiers.keywords import keywords
from classifiers.model import LinearModel
from records.assessment import CATEGORIES, Assessment, Territory
from records.event import Event
from records.post import Post
from records.source import Source
from records.standard import Standard

TITLE = 60  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What lies on the table: running events with their posts, and what every post was judged to be (by post id)."""

    running: Sequence[Event]
    known: Sequence[Post]
    judged: Mapping[str, Assessment]
    sources: Mapping[str, Source]
    standard: Standard


def join_posts(
    fresh: Sequence[Post], bench: Bench, model: LinearModel, *, now: datetime, new_id: Callable[[], str]
) -> list[Event]:
    """The events that gained a post, graded; a post's event is the oldest one it fits. Posts that began none are never lost."""
    belongs = {post: event.id for event in bench.running for post in event.post_ids}
    ordered = sorted(fresh, key=lambda p: (p.said_at, p.id))
    answers = gather([_piece(p, bench, belongs) for p in (*bench.known, *ordered)], model)
    touched = _grown(ordered, answers[len(bench.known) :], {e.id: e for e in bench.running}, now, new_id)
    posts = {p.id: p for p in (*bench.known, *fresh)}
    return [_graded(event, [posts[i] for i in event.post_ids if i in posts], bench) for event in touched]


def regrade(event: Event, posts: Sequence[Post], bench: Bench, now: datetime) -> Event:
    """The event graded anew because its posts' counts changed; `updated_at` moves only when the level does."""
    graded = _graded(event, posts, bench)
    return replace(graded, updated_at=now) if graded.opinion_level is not event.opinion_level else graded


def _piece(post: Post, bench: Bench, belongs: Mapping[str, str]) -> Piece:
    areas = bench.judged[post.id].areas if post.id in bench.judged else ()
    said = post.published_at or post.first_seen_at
    return Piece(
        id=post.id, title=post.title, text=post.text, published_at=said, areas=areas, event=belongs.get(post.id, ""), thread=post.url
    )


def _grown(
    posts: Sequence[Post], answers: Sequence[Joined], running: Mapping[str, Event], now: datetime, new_id: Callable[[], str]
) -> list[Event]:
    """An answer's `event` is a running event's id, or the id of the new post that began one."""
    events, touched = dict(running), dict[str, None]()
    for post, answer in zip(posts, answers, strict=True):
        found = events.get(answer.event)
        events[answer.event] = _with(found, post, answer.why, now) if found else _begun(post, answer.why, now, new_id())
        touched[answer.event] = None
    return [events[key] for key in touched]


def _begun(post: Post, why: str, now: datetime, event_id: str) -> Event:
    return Event(
        id=event_id, title=_title(post), post_ids=(post.id,), first_post_id=post.id, first_source_id=post.source_id,
        first_said_at=post.said_at, created_at=now, updated_at=now, source_count=1, why=why,
    )  # fmt: skip


def _title(post: Post) -> str:
    """The post's title, else the beginning of its text, on one line."""
    words = " ".join((post.title or post.text).split())
    return words if len(words) <= TITLE else f"{words[: TITLE - 1]}…"


def _with(event: Event, post: Post, why: str, now: datetime) -> Event:
    """The event with one more post; the earliest one stays or becomes its first."""
    grown = replace(event, post_ids=(*event.post_ids, post.id), updated_at=now, why=why)
    if post.said_at >= event.first_said_at:
        return grown
    return replace(grown, first_post_id=post.id, first_source_id=post.source_id, first_said_at=post.said_at)


def _graded(event: Event, posts: Sequence[Post], bench: Bench) -> Event:
    """The event with sources counted, labels, form, areas and territory of its posts, and its level proposed anew."""
    judged = [bench.judged[p.id] for p in posts if p.id in bench.judged]
    if not judged:
        return event
    words = keywords([f"{p.title}。{p.text}" for p in posts[:8]])
    counted = replace(event, source_count=len({p.source_id for p in posts}), keywords=words)
    return grade(_labelled(counted, judged), posts, judged, bench.sources, bench.standard)


def _labelled(event: Event, judged: Sequence[Assessment]) -> Event:
    """Labels, areas: the union. Form: what the posts' forms add up to. Territory: the most local one said."""
    forms = {form: sum(a.forms.get(form, 0.0) for a in judged) for form in judged[0].forms}
    labels = {label for a in judged for label in a.labels}
    return replace(
        event,
        labels=tuple(code for code in CATEGORIES if code in labels),
        form=max(forms, key=lambda form: forms[form]) if forms else judged[0].form,
        areas=tuple(dict.fromkeys(name for a in judged for name in a.areas)),
        territory=min((a.territory for a in judged), key=list(Territory).index),
    )
