"""The way of one post, end to end. Each stage takes up where the ledger says the last one stopped, so a kill loses nothing.

collect   Source + FetchState  → Posts                         monitor.collect
assess    Post                 → Assessment                    classifiers.assess
gather    relevant Posts       → Event                         classifiers.gather, classifiers.grading
decide    Event                → Routing → Case + Notices      responders.routing, .cases, .notices   (one transaction)
send      Notice               → Delivery                      responders.sender
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import httpx
import structlog
import uuid6
from ledger.protocol import Ledger
from monitor.collect import Collected, collect
from monitor.fetch import Fetcher
from monitor.schedule import due
from responders.notices import compose
from responders.routing import route
from responders.sender import SendReport, send_due

from classifiers import gather as gathering
from classifiers.assess import Assessor, Text
from classifiers.gather import Piece
from classifiers.grading import grade
from classifiers.model import LinearModel
from huiying.author_keys import AuthorKeys
from huiying.settings import Settings
from records.assessment import Assessment
from records.case import Case
from records.event import Event
from records.notice import Notice, NoticeKind
from records.post import Post
from records.source import FetchState, Source
from responders import cases

log = structlog.get_logger()
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Everything one cycle needs; built once by huiying.wiring."""

    settings: Settings
    ledger: Ledger
    model: LinearModel
    assessor: Assessor
    fetcher: Fetcher
    http: httpx.AsyncClient
    author_keys: AuthorKeys

    @property
    def sources(self) -> Mapping[str, Source]:
        return {s.id: s for s in self.settings.sources}


@dataclass(slots=True)
class Account:
    """What one cycle did, for the log and the demo."""

    new_posts: int = 0
    problems: list[str] = field(default_factory=list)
    assessed: int = 0
    relevant: int = 0
    events: int = 0
    cases: list[Case] = field(default_factory=list)
    sent: SendReport | None = None


async def cycle(office: Office, now: datetime) -> Account:
    """One round of every stage. A stage's bad input is counted and named; it never stops the others."""
    account = Account()
    await collect_due(office, now, account)
    assess_new(office, account)
    gather_new(office, now, account)
    decide_new(office, now, account)
    account.sent = await send_notices(office, now)
    return account


async def collect_due(office: Office, now: datetime, account: Account) -> None:
    """Source + FetchState → Posts, for every source that is due."""
    states = office.ledger.fetch_states()
    for source in due(office.settings.sources, states, now):
        found = await collect_source(office, source, states.get(source.id), now)
        account.problems += [f"{source.name} {p.url}: {p.message}" for p in found.problems]
        account.new_posts += len(office.ledger.add_collected(found.posts, found.pages, found.state))


async def collect_source(office: Office, source: Source, state: FetchState | None, now: datetime) -> Collected:
    """One poll of one source; never raises for a bad source."""
    return await collect(source, state, office.fetcher, now=now, known=office.ledger.known_posts, author_key=office.author_keys)


def assess_new(office: Office, account: Account) -> None:
    """Post → Assessment, in batches."""
    while posts := office.ledger.unassessed(BATCH):
        found = office.assessor.assess([_text(p, office.sources) for p in posts], explain=True)
        office.ledger.add_assessments(found)
        account.assessed += len(found)
        account.relevant += sum(a.relevant >= office.settings.standard.thresholds.relevant for a in found)


def _text(post: Post, sources: Mapping[str, Source]) -> Text:
    source = sources.get(post.source_id)
    return Text(id=post.id, title=post.title, text=post.text, local_source=source is not None and source.territory == "local")


def gather_new(office: Office, now: datetime, account: Account) -> None:
    """Relevant Posts → Events: new posts join a running event or begin one; every touched event is graded anew."""
    ledger = office.ledger
    fresh = ledger.ungathered(BATCH, relevant_from=office.settings.standard.thresholds.relevant)
    if not fresh:
        return
    running = {e.id: e for e in ledger.recent_events(now - 2 * gathering.WINDOW)}
    known = ledger.posts([p for e in running.values() for p in e.post_ids])
    belongs = {p: e.id for e in running.values() for p in e.post_ids}
    judged = ledger.assessments([p.id for p in (*known, *fresh)])
    ordered = sorted(fresh, key=lambda p: (p.said_at, p.id))
    answers = gathering.gather([_piece(p, judged, belongs) for p in (*known, *ordered)], office.model)
    touched = _join(ordered, answers[len(known) :], running, now)
    ledger.save_events([_graded(e, office) for e in touched])
    account.events += len(touched)


def _piece(post: Post, judged: Mapping[str, Assessment], belongs: Mapping[str, str]) -> Piece:
    areas = judged[post.id].areas if post.id in judged else ()
    return Piece(
        id=post.id,
        title=post.title,
        text=post.text,
        published_at=post.published_at or post.first_seen_at,
        areas=areas,
        event=belongs.get(post.id, ""),
    )


def _join(posts: Sequence[Post], answers: Sequence[gathering.Joined], running: Mapping[str, Event], now: datetime) -> list[Event]:
    """Events that gained a post. An answer's `event` is a running event's id or the first new post's."""
    events = dict(running)
    touched: dict[str, None] = {}
    for post, answer in zip(posts, answers, strict=True):
        found = events.get(answer.event)
        events[answer.event] = _with(found, post, answer.why, now) if found else _begun(post, answer.why, now)
        touched[answer.event] = None
    return [events[key] for key in touched]


def _begun(post: Post, why: str, now: datetime) -> Event:
    return Event(
        id=str(uuid6.uuid7()),
        title=post.title or post.text[:30],
        post_ids=(post.id,),
        first_post_id=post.id,
        first_source_id=post.source_id,
        first_said_at=post.said_at,
        created_at=now,
        updated_at=now,
        source_count=1,
        why=why,
    )


def _with(event: Event, post: Post, why: str, now: datetime) -> Event:
    return replace(event, post_ids=(*event.post_ids, post.id), updated_at=now, why=why)


def _graded(event: Event, office: Office) -> Event:
    """The event with sources counted, labels and areas gathered, and its level proposed anew."""
    posts = office.ledger.posts(event.post_ids)
    judged = [a for a in office.ledger.assessments(event.post_ids).values()]
    counted = replace(event, source_count=len({p.source_id for p in posts}), **_shared(judged))
    return grade(counted, posts, judged, office.sources, office.settings.standard)


def _shared(judged: Sequence[Assessment]) -> dict[str, object]:
    """Labels, form, areas and territory of an event: the union, the surest, the union, the most local."""
    surest = max(judged, key=lambda a: a.relevant)
    return {
        "labels": tuple(sorted({label for a in judged for label in a.labels})),
        "form": surest.form,
        "areas": tuple(dict.fromkeys(name for a in judged for name in a.areas)),
        "territory": min((a.territory for a in judged), key=lambda t: list(type(t)).index(t)),
    }


def decide_new(office: Office, now: datetime, account: Account) -> None:
    """Event → Routing → Case and Notices, in one transaction an event; a case that grew graver is told once more."""
    for event in office.ledger.undecided_events():
        case = office.ledger.case_of_event(event.id)
        if case is None:
            _open(office, event, now, account)
        elif event.opinion_level.rank < case.opinion_level.rank:
            office.ledger.add_notices(
                _notices(office, replace(case, opinion_level=event.opinion_level), event, now, NoticeKind.UPDATE)
            )
        office.ledger.mark_decided(event.id, now, "" if case is None else "已有交办件")


def _open(office: Office, event: Event, now: datetime, account: Account) -> None:
    """预警提示 to the lead unit. Old posts of a source's first fetch never alert (design decision 6)."""
    if now - event.first_said_at > timedelta(hours=office.settings.standard.thresholds.alert_age_hours):
        log.info("event.too_old_to_alert", event=event.id)
        return
    ledger, settings = office.ledger, office.settings
    judged = list(ledger.assessments(event.post_ids).values())
    routing = route(event, judged, settings.units, settings.areas, settings.standard)
    first = ledger.posts([event.first_post_id])[0]
    draft, opening = cases.open_case(event, routing, first, settings.standard, settings.holidays, now)
    opened = ledger.open_case(
        draft,
        opening,
        lambda case: _notices(office, case, event, now, NoticeKind.ALERT),
        event.post_ids,
        settings.case_number_format,
        now,
    )
    account.cases.append(opened)


def _notices(office: Office, case: Case, event: Event, now: datetime, kind: NoticeKind) -> list[Notice]:
    settings = office.settings
    return compose(
        case,
        event,
        office.ledger.posts(event.post_ids),
        office.sources,
        case.routing,
        settings.units,
        settings.standard,
        settings.channels,
        settings.public_url,
        settings.office.name,
        now,
        kind,
    )


async def send_notices(office: Office, now: datetime) -> SendReport:
    """Notice → Delivery: one sender, claims by compare-and-set, retries by the outbox."""
    channels = {c.id: c for c in office.settings.channels if c.enabled}
    return await send_due(office.ledger, channels, office.http, now=now, by="sender")
