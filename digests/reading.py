"""Reading: the day's facts put in order once, with an anchor for every row, so that the sections only ask."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from digests.document import Count, Link, Piece, Text, Tone, place_of
from digests.facts import DayFacts
from digests.quoting import clean, quote, web_address
from digests.trends import WINDOW, Trend, find_trends
from records.assessment import Assessment, Territory
from records.case import Case
from records.event import Event
from records.instant import in_words, shanghai
from records.post import Post, Precision
from records.source import MediaTier, Source

WITHHELD = "检举控告类线索（内容另行报送）"
UNREGISTERED = "未登记信息源"
TITLE = 40  # characters of a title in tables
TIERS = {tier: n for n, tier in enumerate(MediaTier)}
ABOVE = (MediaTier.CENTRAL, MediaTier.PROVINCE, MediaTier.CITY)


class Kind(StrEnum):
    """The letter of a row's anchor."""

    POST = "p"
    CITED = "q"
    CASE = "c"
    EVENT = "e"
    SOURCE = "s"  # counts for the posts it brought
    STATE = "w"  # the same source, counting for itself
    NOTICE = "d"
    EARLIER = "h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The facts, sorted. `relevant` are the span's 有效 posts in the annex's order; `cited` other posts the digest speaks of;
    `fresh` the span's posts in that order, without those a source's first poll brought from before it; `anchors` (letter, id) →
    anchor; `secret_…` are ids whose words stay out of the paper."""

    facts: DayFacts
    fresh: tuple[Post, ...]
    relevant: tuple[Post, ...]
    unassessed: tuple[Post, ...]
    around: tuple[Post, ...]
    cited: tuple[Post, ...]
    events: tuple[Event, ...]
    cases: tuple[Case, ...]
    trends: tuple[Trend, ...]
    sources: tuple[Source | str, ...]  # a str is the id of a source no longer, or never, in sources.toml
    anchors: Mapping[tuple[Kind, str], str]
    amounts: Mapping[str, int]
    sources_by_id: Mapping[str, Source]
    case_by_event: Mapping[str, Case]
    event_by_post: Mapping[str, Event]
    secret_posts: frozenset[str]
    secret_events: frozenset[str]

    # rows and numbers
    def count(self, kind: Kind, ids: Iterable[str], label: str, tone: Tone = Tone.PLAIN) -> Count:
        """The number of rows (of posts, for sources) behind `ids`, each once, in the annex's order."""
        rows = tuple(sorted({self.anchors[kind, i] for i in ids}, key=_place))
        return Count(sum(self.amounts[row] for row in rows), rows, label, tone)

    def count_posts(self, posts: Iterable[Post], label: str, tone: Tone = Tone.PLAIN) -> Count:
        """The number of posts, in 条."""
        rows = tuple(sorted({self.post_anchor(p) for p in posts}, key=_place))
        return Count(len(rows), rows, label, tone)

    def count_seen(self, label: str) -> Count:
        """All posts of the span, in 条, as the sum of what each source brought."""
        ids = (s if isinstance(s, str) else s.id for s in self.sources)
        return self.count(Kind.SOURCE, (i for i in ids if self.amounts[self.anchors[Kind.SOURCE, i]]), label)

    def count_cases(self, which: Callable[[Case], bool], label: str, tone: Tone = Tone.PLAIN) -> Count:
        """The number of cases for which `which` holds, in 件."""
        return self.count(Kind.CASE, (c.id for c in self.cases if which(c)), label, tone)

    def post_anchor(self, post: Post) -> str:
        """The anchor of a post's row."""
        return self.anchors.get((Kind.POST, post.id)) or self.anchors[Kind.CITED, post.id]

    def post_href(self, post: Post) -> str:
        """The address of a post's row, or of its annex where that lists fewer."""
        return f"#{place_of(self.post_anchor(post))}"

    # words
    def unit(self, unit_id: str) -> str:
        """The unit's name on the digest's day; an id the list lacks is shown as such."""
        try:
            return self.facts.units.get(unit_id).name_on(self.facts.day)
        except KeyError:
            return f"（名录外单位 {clean(unit_id)}）" if unit_id else "（未定）"

    def source(self, source_id: str) -> str:
        """The source's name."""
        found = self.sources_by_id.get(source_id)
        return quote(found.name if found else f"{UNREGISTERED} {source_id}", TITLE)

    def tier(self, post: Post) -> MediaTier | None:
        """The tier of the post's source; None when the source is not registered."""
        found = self.sources_by_id.get(post.source_id)
        return found.tier if found else None

    def category(self, code: str) -> str:
        """The category's short name, such as 切身利益."""
        return next((c.name for c in self.facts.standard.categories if c.code == code), code)

    def said(self, post: Post) -> Assessment | None:
        """The post's assessment, if any."""
        return self.facts.assessments.get(post.id)

    def withheld(self, post: Post) -> bool:
        """True when the post's words must not stand in this paper: it is a 检举控告, or tells of the same happening as one."""
        return post.id in self.secret_posts

    def post_title(self, post: Post, limit: int = TITLE) -> str:
        """The title to print; a reply's or an untitled post's first words."""
        return WITHHELD if self.withheld(post) else quote(post.title or post.text, limit) or "（无标题）"

    def event_title(self, event: Event, limit: int = TITLE) -> str:
        """The event's title to print."""
        return WITHHELD if event.id in self.secret_events else quote(event.title, limit) or "（无标题）"

    def case_title(self, case: Case, limit: int = TITLE) -> str:
        """The case's title to print."""
        return WITHHELD if case.event_id in self.secret_events else quote(case.title, limit) or "（无标题）"

    def post_link(self, post: Post, limit: int = TITLE) -> Piece:
        """The title, leading to the post's own page where it has one and may be shown."""
        title = self.post_title(post, limit)
        href = "" if self.withheld(post) else web_address(post.url)
        return Link(title, href) if href else Text(title)

    def case_page(self, case: Case) -> Piece:
        """The case's number, leading to its page in the workbench."""
        href = web_address(f"{self.facts.public_url.rstrip('/')}/cases/{case.number}")
        return Link(clean(case.number), href) if href else Text(clean(case.number))

    def case_row(self, case: Case) -> Link:
        """The case's number, leading to its row in the annex."""
        return Link(clean(case.number), "#" + self.anchors[Kind.CASE, case.id])

    def arranged(self, events: Iterable[Event]) -> list[Event]:
        """The events as the analyst wants them: without those left out, the ones named first in their order, then by gravity."""
        edition = self.facts.edition
        return sorted((e for e in events if e.id not in edition.dropped), key=lambda e: edition.place(e.id))

    # the posts of an event
    def posts_of(self, event: Event) -> tuple[Post, ...]:
        """The event's posts first seen before the span's end."""
        return tuple(p for p in self.facts.posts_by_event.get(event.id, ()) if p.first_seen_at < self.facts.end)

    def posts_within(self, event: Event, hours_back: int = 0) -> tuple[Post, ...]:
        """The event's posts first seen in the span, or in the span `hours_back` before it."""
        back = timedelta(hours=hours_back)
        return tuple(p for p in self.posts_of(event) if self.facts.start - back <= p.first_seen_at < self.facts.end - back)


def said_words(post: Post) -> str:
    """When a post was said, as exactly as its page told: "6月8日09:12", "6月8日", or "6月8日09:30发现"."""
    if post.published_at is None or post.precision is Precision.NONE:
        return f"{in_words(post.first_seen_at)}发现"
    if post.precision in (Precision.DAY, Precision.YEAR_GUESS):
        local = shanghai(post.published_at)
        return f"{local.month}月{local.day}日"
    return in_words(post.published_at)


def read(facts: DayFacts) -> Reading:
    """The facts in order, every row numbered. Posts of the annex stand by media tier, source and time."""
    sources = {s.id: s for s in facts.sources}
    unsorted = {p.id: p for p in facts.posts if not _from_before(p, facts)}.values()
    fresh = tuple(sorted(unsorted, key=lambda p: _annex_order(p, sources)))
    relevant = tuple(p for p in fresh if is_relevant(p, facts))
    unassessed = tuple(p for p in fresh if p.id not in facts.assessments)
    around = tuple(p for p in fresh if _is_around(p, facts, sources))
    events = tuple(sorted((e for e in facts.events if not e.merged_into and _ours(e)), key=lambda e: _gravity(e, facts)))
    earlier = (p for p in facts.earlier_posts if is_relevant(p, facts))
    window = {p.id: p for p in (*earlier, *relevant)}.values()
    trends = find_trends(window, facts.assessments, max(facts.start, facts.end - WINDOW), facts.end)
    cited = _cited(facts, relevant, unassessed, around, events, trends)
    cases = tuple(sorted(facts.cases, key=lambda c: c.number))
    all_sources = _all_sources(facts, fresh)
    secret_posts, secret_events = _secrets(facts)
    anchors, amounts = _number(facts, relevant, cited, events, cases, all_sources, fresh)
    return Reading(
        facts=facts, fresh=fresh, relevant=relevant, unassessed=unassessed, around=around, cited=cited, events=events, cases=cases,
        trends=trends, sources=all_sources, anchors=anchors, amounts=amounts, sources_by_id=sources,
        case_by_event=_case_by_event(cases),
        event_by_post={p.id: e for e in reversed(events) for p in facts.posts_by_event.get(e.id, ())},
        secret_posts=secret_posts, secret_events=secret_events,
    )  # fmt: skip


def is_relevant(post: Post, facts: DayFacts) -> bool:
    """有效: assessed, and at or above the standard's threshold."""
    said = facts.assessments.get(post.id)
    return said is not None and said.relevant >= facts.standard.thresholds.relevant


def _from_before(post: Post, facts: DayFacts) -> bool:
    return post.baseline and post.said_at < facts.start


def _is_around(post: Post, facts: DayFacts, sources: Mapping[str, Source]) -> bool:
    """Said of a neighbour, or (有效) by a medium of the city or above."""
    said, source = facts.assessments.get(post.id), sources.get(post.source_id)
    if said is None:
        return False
    near = said.territory is Territory.NEIGHBOUR and bool(said.labels)
    return near or (is_relevant(post, facts) and source is not None and source.tier in ABOVE)


def _secrets(facts: DayFacts) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of posts and of events that are, or stand beside, a 检举控告; none in the edition that shows them."""
    if not facts.withhold_accusations:
        return frozenset(), frozenset()
    accusing = {i for i, said in facts.assessments.items() if said.whistleblowing}
    events = {i for i, posts in facts.posts_by_event.items() if any(p.id in accusing for p in posts)}
    beside = (p.id for i in events for p in facts.posts_by_event[i])
    return frozenset((*accusing, *beside)), frozenset(events)


def _ours(event: Event) -> bool:
    return event.territory is not Territory.ELSEWHERE


def _gravity(event: Event, facts: DayFacts) -> tuple[int, int, int, str]:
    new = sum(facts.in_span(p.first_seen_at) for p in facts.posts_by_event.get(event.id, ()))
    return event.opinion_level.rank, -new, -event.heat, event.id


def _annex_order(post: Post, sources: Mapping[str, Source]) -> tuple[int, str, float, str]:
    source = sources.get(post.source_id)
    tier = TIERS[source.tier] if source else len(TIERS)
    return tier, post.source_id, post.said_at.timestamp(), post.id


def _cited(
    facts: DayFacts, relevant: tuple[Post, ...], unassessed: tuple[Post, ...], around: tuple[Post, ...],
    events: tuple[Event, ...], trends: tuple[Trend, ...],
) -> tuple[Post, ...]:  # fmt: skip
    """Posts the digest speaks of beside the span's 有效 ones, oldest first."""
    listed = {p.id for p in relevant}
    of_events = (p for e in events for p in facts.posts_by_event.get(e.id, ()) if p.first_seen_at < facts.end)
    of_cases = (p for c in facts.cases for p in facts.posts_by_event.get(c.event_id, ()))
    others = (*of_events, *of_cases, *(p for t in trends for p in t.posts), *around, *unassessed)
    found = {p.id: p for p in others if p.id not in listed}
    return tuple(sorted(found.values(), key=lambda p: (p.said_at, p.id)))


def _all_sources(facts: DayFacts, fresh: tuple[Post, ...]) -> tuple[Source | str, ...]:
    known = {s.id for s in facts.sources}
    return (*facts.sources, *sorted({*facts.rest, *(p.source_id for p in fresh)} - known))


def _number(
    facts: DayFacts, relevant: tuple[Post, ...], cited: tuple[Post, ...], events: tuple[Event, ...], cases: tuple[Case, ...],
    sources: tuple[Source | str, ...], fresh: tuple[Post, ...],
) -> tuple[dict[tuple[Kind, str], str], dict[str, int]]:  # fmt: skip
    source_ids = [s if isinstance(s, str) else s.id for s in sources]
    rows: tuple[tuple[Kind, Iterable[str]], ...] = (
        (Kind.POST, (p.id for p in relevant)),
        (Kind.CITED, (p.id for p in cited)),
        (Kind.EVENT, (e.id for e in events)),
        (Kind.CASE, (c.id for c in cases)),
        (Kind.SOURCE, source_ids),
        (Kind.STATE, source_ids),
        (Kind.NOTICE, (n.id for n in facts.notices)),
        (Kind.EARLIER, (c.day.isoformat() for c in facts.previous)),
    )
    anchors = {(kind, i): f"{kind}{n}" for kind, ids in rows for n, i in enumerate(dict.fromkeys(ids), start=1)}
    amounts = {a: 0 if kind is Kind.SOURCE else 1 for (kind, _), a in anchors.items()}
    for post in fresh:
        amounts[anchors[Kind.SOURCE, post.source_id]] += 1
    for source_id, others in facts.rest.items():
        amounts[anchors[Kind.SOURCE, source_id]] += others
    return anchors, amounts


def _case_by_event(cases: tuple[Case, ...]) -> dict[str, Case]:
    """Event id → its newest case."""
    return {c.event_id: c for c in sorted(cases, key=lambda c: (c.opened_at, c.number))}


def _place(anchor: str) -> tuple[str, int]:
    return anchor[0], int(anchor[1:])
