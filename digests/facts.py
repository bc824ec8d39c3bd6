"""DayFacts: all that one daily digest is made of, gathered by the caller. Nothing here is looked up or computed from a clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from records.assessment import Assessment
from records.case import Case, Transition
from records.edition import Edition
from records.event import Event
from records.instant import SHANGHAI
from records.notice import Notice
from records.post import Post
from records.source import FetchState, Source
from records.standard import Standard
from records.unit import Units

DAY_STARTS = time(8)


def span_of(day: date) -> tuple[datetime, datetime]:
    """Start and end (aware UTC) of the digest of `day`: 08:00 the day before to 08:00 that day, Shanghai; start inclusive.

    >>> [at.isoformat() for at in span_of(date(2018, 6, 8))]
    ['2018-06-07T00:00:00+00:00', '2018-06-08T00:00:00+00:00']
    """
    end = datetime.combine(day, DAY_STARTS, SHANGHAI)
    start = datetime.combine(day - timedelta(days=1), DAY_STARTS, SHANGHAI)
    return start.astimezone(UTC), end.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """One day's figures, kept for comparison: `posts` and `relevant` in 条, `cases` newly dispatched in 件.

    `daily.count_of` gives them by the same definitions the digest prints.
    """

    day: date
    posts: int
    relevant: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    """考核 of one unit: names and words of its figures, in the order of their columns; the same names for every unit."""

    unit: str  # id
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """The facts of one day, or of the longer span of a weekly, monthly or special report. Every instant is aware UTC; every mapping is keyed by id.

    `start`..`end` is the span (start inclusive). `posts` are those first seen in the span; `rest` counts by source id
    further ones the paper says nothing else of (may be empty: then `posts` are all). `earlier_posts` those of the six days
    before it that are in `assessments` (for 苗头性问题; may be empty). `posts_by_event` holds all posts of each event, older ones
    too. `cases` are the open ones and those that moved in the span; `answer_urls` case id → the published response.
    `fetch_states` source id → state. `previous` are up to seven earlier days. `notices` are those made in the span, and all dead
    ones. `sensitive` are tomorrow's dates to mind, a phrase each. `reviewed_by` "" means 未经审核; it and `compiled_by` are posts
    or duty names the office chose to print. `edition` is what analysts changed; `regraded` case number →
    "Ⅲ→Ⅱ" in the span. `withhold_accusations` keeps text, source and unit of 检举控告 out of the paper,
    which the accused unit may read; False only for the edition of those entitled to it.
    """

    day: date
    start: datetime
    end: datetime
    made_at: datetime
    office_name: str
    public_url: str  # of the workbench, without trailing slash; "" = no links to cases
    units: Units
    standard: Standard
    posts: tuple[Post, ...] = ()
    rest: Mapping[str, int] = field(default_factory=dict)
    earlier_posts: tuple[Post, ...] = ()
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    posts_by_event: Mapping[str, tuple[Post, ...]] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    transitions: Mapping[str, tuple[Transition, ...]] = field(default_factory=dict)
    answer_urls: Mapping[str, str] = field(default_factory=dict)
    area_names: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    fetch_states: Mapping[str, FetchState] = field(default_factory=dict)
    previous: tuple[DayCount, ...] = ()
    notices: tuple[Notice, ...] = ()
    sensitive: tuple[str, ...] = ()
    model_version: str = ""
    standard_version: str = ""
    chain_head: str = ""  # of the audit chain, as ledger.chain.printed says it
    compiled_by: str = ""
    reviewed_by: str = ""
    edition: Edition = Edition()
    regraded: Mapping[str, str] = field(default_factory=dict)
    withhold_accusations: bool = True

    def __post_init__(self) -> None:
        """Raises: ValueError naming the field when an instant has no zone or the span is empty."""
        for name in ("start", "end", "made_at"):
            if getattr(self, name).tzinfo is None:
                raise ValueError(f"DayFacts.{name} has no zone: {getattr(self, name)!r}")
        if self.start >= self.end:
            raise ValueError(f"DayFacts.start {self.start} is not before DayFacts.end {self.end}")

    def in_span(self, when: datetime | None) -> bool:
        """True from `start` up to, not including, `end`."""
        return when is not None and self.start <= when < self.end
