"""The way of one post, end to end. Each stage takes up where the ledger says the last one stopped, so a kill loses nothing.

    collect   Source + FetchState  → Posts                         monitor.collect
    assess    Post                 → Assessment                    classifiers.assess
    gather    relevant Posts       → Event                         classifiers.events
    decide    Event                → Routing → Case + Notices      responders.routing, .cases, .notices   (one transaction)
    send      Notice               → Delivery                      responders.sender
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from classifiers.alerting import alerting
from classifiers.assess import Text
from classifiers.events import Bench
from classifiers.gather import WINDOW
from huiying.notifying import compose_notices
from huiying.office import Office
from ledger.erasure import admitted, forgotten_posts
from ledger.protocol import StaleCaseError
from monitor.collect import Collected, collect
from monitor.schedule import due
from records.assessment import Assessment
from records.case import Case, Deadline
from records.event import Event
from records.notice import Notice, NoticeKind
from records.post import Post
from records.source import FetchState, Source
from responders.cases import open_case
from responders.deadlines import ticket_clock
from responders.routing import route
from responders.sender import SendReport, send_due

log = structlog.get_logger()
BATCH = 500


@dataclass(slots=True)
class Account:
    """What a round did, for the log and the demo."""

    new_posts: int = 0
    problems: list[str] = field(default_factory=list)
    assessed: int = 0
    relevant: int = 0
    events: int = 0
    opened: list[Case] = field(default_factory=list)
    sent: list[SendReport] = field(default_factory=list)


async def one_round(office: Office) -> Account:
    """Every stage once. A stage's bad input is counted and named; it never stops the others."""
    account = Account()
    await collect_due(office, account)
    await judge(office, account)
    account.sent.append(await send(office))
    return account


async def judge(office: Office, account: Account) -> None:
    """assess, gather, decide: everything between the network on one side and the network on the other."""
    await assess_new(office, account)
    await gather_new(office, account)
    await decide_new(office, account)


async def collect_due(office: Office, account: Account) -> None:
    """Source + FetchState → Posts, for every source that is due; hosts wait for themselves, not for each other."""
    states = office.ledger.fetch_states()
    polls = (poll(office, source, states.get(source.id), account) for source in due(office.settings.sources, states, office.now()))
    await asyncio.gather(*polls)


async def poll(office: Office, source: Source, state: FetchState | None, account: Account) -> None:
    """One source polled and stored; its problems are named, the other sources go on."""
    found = await collect_source(office, source, state)
    for problem in found.problems:
        account.problems.append(f"{source.name} {problem.url}: {problem.message}")
        log.warning("collect.problem", source=source.id, url=problem.url, problem=problem.message)
    posts, pages = admitted(office.ledger.engine, found.posts, found.pages)
    fresh = office.ledger.add_collected(posts, pages, found.state)
    account.new_posts += len(fresh)
    log.info("collect.done", source=source.id, posts=len(found.posts), new=len(fresh), problems=len(found.problems))


async def collect_source(office: Office, source: Source, state: FetchState | None) -> Collected:
    """What one poll of one source brought; never raises for a bad source."""
    ledger = office.ledger

    def known(ids: Sequence[str]) -> set[str]:
        return ledger.known_posts(ids) | forgotten_posts(ledger.engine, ids)  # what was erased is not fetched again

    return await collect(
        source, state, office.fetcher, now=office.now(), known=known, known_replies=ledger.known_replies, author_key=office.author_keys
    )


async def assess_new(office: Office, account: Account) -> None:
    """Post → Assessment, in batches. A post that was erased while it was judged has no assessment to store."""
    while posts := office.ledger.unassessed(BATCH):
        judged = await office.judging.assess([_text(p, office.sources) for p in posts])
        still = office.ledger.known_posts([p.id for p in posts])
        found = [one for one in judged if one.post_id in still]
        office.ledger.add_assessments(found)
        account.assessed += len(found)
        account.relevant += sum(a.relevant >= office.settings.standard.thresholds.relevant for a in found)


def _text(post: Post, sources: Mapping[str, Source]) -> Text:
    source = sources.get(post.source_id)
    local = source is not None and source.territory == "local"
    return Text(id=post.id, title=post.title, text=post.text, local_source=local, month=post.month)


async def gather_new(office: Office, account: Account) -> None:
    """Relevant Posts → Events: new posts join a running event or begin one; every touched event is graded anew.

    People may have changed events or erased posts while a batch was compared: then it is compared again with what stands now.
    """
    ledger, limits = office.ledger, office.settings.standard.thresholds
    while fresh := ledger.ungathered(BATCH, relevant_from=limits.relevant):
        now = office.now()
        bench = _bench(office, fresh, now)
        touched = await office.judging.join(fresh, bench, now)
        if _running(office, now) != list(bench.running) or len(ledger.known_posts([p.id for p in fresh])) < len(fresh):
            continue
        ledger.save_events(touched)
        account.events += len(touched)


def _bench(office: Office, fresh: Sequence[Post], now: datetime) -> Bench:
    """The running events that a post of today may still join, with their posts and what was judged of them."""
    ledger = office.ledger
    running = _running(office, now)
    known = ledger.posts([p for e in running for p in e.post_ids])
    judged = ledger.assessments([p.id for p in (*known, *fresh)])
    return Bench(running=running, known=known, judged=judged, sources=office.sources, standard=office.settings.standard)


def _running(office: Office, now: datetime) -> list[Event]:
    return office.ledger.events_touched(now - 2 * WINDOW, office.end_of_time)


async def decide_new(office: Office, account: Account) -> None:
    """Event → Routing → Case and Notices, in one transaction an event; a case that grew graver is told once more."""
    for read in office.ledger.undecided_events():
        event = office.ledger.event(read.id)  # as it stands: people may have changed it since the list was read
        if event is None or event.merged_into:
            continue
        judged = list(office.ledger.assessments(event.post_ids).values())
        case = office.ledger.case_of_event(event.id)
        try:
            if case is None:
                _decide(office, event, judged, account)
            else:
                _grow(office, case, event)
        except (ValueError, StaleCaseError) as error:  # one event's trouble is its own; it is taken up again next round
            account.problems.append(f"事件《{event.title}》{event.id}: {error}")
            log.error("decide.failed", happening=event.id, problem=str(error))
        await asyncio.sleep(0)  # the pages' turn


def _decide(office: Office, event: Event, judged: Sequence[Assessment], account: Account) -> None:
    """预警提示 to the lead unit, or the reason why there is none."""
    now, settings, ledger = office.now(), office.settings, office.ledger
    decision = alerting(event, judged, settings.standard, now)
    if not decision.alert:
        ledger.mark_decided(event.id, now, decision.reason)
        return
    routing = route(event, judged, settings.units, settings.areas, settings.standard)
    draft, opening = open_case(
        event, routing, settings.standard, case_id=office.new_id(), said_at=event.first_said_at, now=now, ticket=_ticket(office, event, now)
    )

    def notices(case: Case) -> list[Notice]:
        return compose_notices(office, case, event, NoticeKind.ALERT)

    opened = ledger.open_case(draft, opening, notices, event.post_ids, settings.office.case_number_format, now)
    account.opened.append(opened)
    log.info("case.opened", case=opened.number, happening=event.id, level=opened.opinion_level.value, lead=routing.lead)


def _ticket(office: Office, event: Event, now: datetime) -> Deadline | None:
    """The clock of an event that was told in one kind of ticket alone; what is also said in public is public concern."""
    kinds = {s.ticket if (s := office.sources.get(p.source_id)) else "" for p in office.ledger.posts(event.post_ids)}
    ticket = office.settings.standard.ticket(kinds.pop()) if len(kinds) == 1 else None
    return ticket_clock(event.first_said_at, ticket, office.settings.standard, office.settings.holidays, now) if ticket else None


def _grow(office: Office, case: Case, event: Event) -> None:
    """The case follows its event: new posts become evidence; a graver level is told once."""
    graver = event.opinion_level.rank < case.opinion_level.rank
    level = event.opinion_level if graver else case.opinion_level
    told = compose_notices(office, replace(case, opinion_level=level), event, NoticeKind.UPDATE) if graver else []
    why = f"升为{level.value}级（系统初判）" if graver else "已有交办件，续报并入"
    office.ledger.grow_case(case, level, event.post_ids, told, office.now(), why)


async def send(office: Office) -> SendReport:
    """Notice → Delivery: one sender, claims by compare-and-set, retries by the outbox."""
    channels = {c.id: c for c in office.settings.channels}
    return await send_due(
        office.ledger, channels, office.http, mail=office.mail_rules, windows=office.windows, now=office.now, by=office.sender_name
    )
