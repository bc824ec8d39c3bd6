"""What a digest is made of, read out of the ledger once: of a day, of a week or month, of one event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from digests.facts import DayCount, DayFacts, span_of
from digests.special import PublishedAnswer
from huiying.office import Desk
from ledger.chain import head, printed
from ledger.editions import EditionShelf
from ledger.protocol import Ledger
from ledger.seen import SeenShelf
from records.case import Case
from records.event import Event
from records.notice import Notice, NoticeState
from records.paper import Answer, Paper, Publication

COMPARED = 7  # days before, for the mean
EARLIER = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days a digest tells of: `first` to `last`, both included."""

    first: date
    last: date

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Start of the first day's span, end of the last day's."""
        return span_of(self.first)[0], span_of(self.last)[1]

    @property
    def days(self) -> tuple[date, ...]:
        """Every day, oldest first."""
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    @property
    def before(self) -> "Stretch":
        """As many days, just before.

        >>> Stretch(date(2018, 6, 2), date(2018, 6, 8)).before
        Stretch(first=datetime.date(2018, 5, 26), last=datetime.date(2018, 6, 1))
        """
        return Stretch(self.first - timedelta(days=len(self.days)), self.first - timedelta(days=1))


def week_to(day: date) -> Stretch:
    """The seven days ending with `day`."""
    return Stretch(day - timedelta(days=6), day)


def month_to(day: date) -> Stretch:
    """The month of `day`, up to it."""
    return Stretch(day.replace(day=1), day)


def gather_facts(desk: Desk, day: date, reviewed_by: str = "") -> DayFacts:
    """Everything the digest of `day` needs."""
    facts = gather_stretch(desk, Stretch(day, day), reviewed_by)
    return replace(facts, previous=_days(desk, [day - timedelta(days=back) for back in range(1, COMPARED + 1)]))


def gather_period(desk: Desk, stretch: Stretch, reviewed_by: str = "") -> tuple[DayFacts, DayCount | None]:
    """The facts of a week or month, its days as `previous`; and the same stretch before it, where anything was seen."""
    facts = replace(gather_stretch(desk, stretch, reviewed_by), previous=_days(desk, stretch.days))
    return facts, _counted(desk, stretch.before)


def gather_stretch(desk: Desk, stretch: Stretch, reviewed_by: str) -> DayFacts:
    """What was seen, touched, dispatched and sent in the stretch, and the open cases."""
    ledger, (start, end) = desk.ledger, stretch.span
    seen = SeenShelf(ledger.engine, desk.settings.standard.thresholds.relevant)
    posts = seen.worth(start, end)
    earlier = seen.valid(start - EARLIER, start) if stretch.first == stretch.last else []
    cases = ledger.cases_current(start, end)
    of_cases = [e for c in cases if (e := ledger.event(c.event_id)) is not None]
    events = {e.id: e for e in (*ledger.events_touched(start, end), *of_cases)}
    by_event = {e.id: tuple(ledger.posts(e.post_ids)) for e in events.values()}
    known = {p.id for p in (*posts, *earlier)} | {p.id for found in by_event.values() for p in found}
    assessments = ledger.assessments(sorted(known))
    return replace(
        _office(desk, stretch.last, start, end, reviewed_by),
        posts=tuple(posts),
        rest=seen.rest(start, end),
        earlier_posts=tuple(earlier),
        assessments=assessments,
        events=tuple(events.values()),
        posts_by_event=by_event,
        cases=tuple(cases),
        transitions={c.id: tuple(ledger.transitions(c.id)) for c in cases},
        answer_urls=_answer_urls(ledger, cases),
        fetch_states=ledger.fetch_states(),
        chain_head=printed(head(ledger.engine)),
        notices=tuple(_notices(ledger, start, end)),
        regraded=EditionShelf(ledger.engine).regraded(start, end),
        model_version=next((a.model_version for a in assessments.values()), ""),
    )


def _office(desk: Desk, day: date, start: datetime, end: datetime, reviewed_by: str) -> DayFacts:
    """The facts that come from the settings."""
    settings = desk.settings
    return DayFacts(
        day=day, start=start, end=end, made_at=desk.now(), office_name=settings.office.name, public_url=settings.office.public_url,
        units=settings.units, standard=settings.standard, area_names=tuple(a.name for a in settings.areas.areas), sources=settings.sources,
        standard_version=settings.standard.version, compiled_by=settings.office.contact, reviewed_by=reviewed_by,
    )  # fmt: skip


def find_event(ledger: Ledger, wanted: str) -> Event:
    """The event of an id or of a case's number; of a merged one, what it was merged into. Raises: LookupError."""
    case = ledger.case(wanted)
    event = ledger.event(case.event_id if case else wanted)
    seen: set[str] = set()
    while event is not None and event.merged_into and event.id not in seen:
        seen.add(event.id)
        event = ledger.event(event.merged_into)
    if event is None:
        raise LookupError(f"没有事件或交办件 {wanted}")
    return event


def gather_event(desk: Desk, event: Event, day: date, reviewed_by: str = "") -> tuple[DayFacts, PublishedAnswer | None]:
    """The facts of one event from its first word until now, and its newest published answer."""
    ledger, case = desk.ledger, desk.ledger.case_of_event(event.id)
    posts = tuple(ledger.posts(event.post_ids))
    named = {p.source_id for p in posts}
    facts = replace(
        _office(desk, day, event.first_said_at, desk.now(), reviewed_by),
        posts=posts,
        assessments=ledger.assessments(list(event.post_ids)),
        events=(event,),
        posts_by_event={event.id: posts},
        cases=(case,) if case else (),
        transitions={case.id: tuple(ledger.transitions(case.id))} if case else {},
        sources=tuple(s for s in desk.settings.sources if s.id in named),
        fetch_states=ledger.fetch_states(),
        notices=tuple(n for n in ledger.notices() if case and n.case_id == case.id),
    )
    return facts, published(ledger.papers(case.id)) if case else None


def published(papers: Sequence[Paper]) -> PublishedAnswer | None:
    """The newest answer that went out, in its words; None where none did."""
    answers = {p.id: p.content for p in papers if isinstance(p.content, Answer)}
    out = [p.content for p in papers if isinstance(p.content, Publication) and p.content.answer_id in answers]
    if not out:
        return None
    last = out[-1]
    said = answers[last.answer_id]
    return PublishedAnswer(title=said.title, text=said.text, channel=last.channel, url=last.url, published_at=last.published_at)


def _answer_urls(ledger: Ledger, cases: Sequence[Case]) -> dict[str, str]:
    """Case id → where its newest answer stands, for those that were published at an address."""
    out = {c.id: [p.content.url for p in ledger.papers(c.id) if isinstance(p.content, Publication) and p.content.url] for c in cases}
    return {case_id: urls[-1] for case_id, urls in out.items() if urls}


def _days(desk: Desk, days: Iterable[date]) -> tuple[DayCount, ...]:
    """The figures of those days on which anything was seen, in the order asked."""
    return tuple(found for day in days if (found := _counted(desk, Stretch(day, day))))


def _counted(desk: Desk, stretch: Stretch) -> DayCount | None:
    """The figures of a stretch; None where nothing was seen."""
    start, end = stretch.span
    posts, relevant = desk.ledger.count_seen(start, end, relevant_from=desk.settings.standard.thresholds.relevant)
    return DayCount(day=stretch.last, posts=posts, relevant=relevant, cases=desk.ledger.cases_opened(start, end)) if posts else None


def _notices(ledger: Ledger, start: datetime, end: datetime) -> list[Notice]:
    return [n for n in ledger.notices() if start <= n.created_at < end or n.state is NoticeState.DEAD]
