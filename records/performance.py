"""Figures of an evaluation (评估): counts beside every rate, of units and the district; of people never.

What each figure counts stands in responders/evaluation.py, at the function that makes it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from records.case import Case, Transition
from records.event import Event
from records.paper import Paper
from records.post import Post

FEWEST = 10  # cases under which a rate says nothing of a unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHistory:
    """One case with what is on record of it: moves in order, papers in order, its event (None: merged away), the event's posts."""

    case: Case
    moves: tuple[Transition, ...]
    papers: tuple[Paper, ...] = ()
    event: Event | None = None
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`met` of `of` cases.

    >>> Rate(met=9, of=12).words, Rate(met=3, of=4).words
    ('9/12（75.0%）', '3/4（样本不足10件，不列率）')
    """

    met: int
    of: int

    @property
    def percent(self) -> float | None:
        """Percent; None under FEWEST cases."""
        return 100 * self.met / self.of if self.of >= FEWEST else None

    @property
    def words(self) -> str:
        """The counts, and the rate where one may be given."""
        return f"{self.met}/{self.of}" + (f"（{self.percent:.1f}%）" if self.percent is not None else f"（样本不足{FEWEST}件，不列率）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Durations of `count` cases: median and 90th percentile by nearest rank (a span that occurred); None where there are none."""

    count: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTime:
    """One kind of clock (Deadline.kind): `rate` over those met or run out; `running` not over yet; `late_found` 迟发现, charged to monitoring."""

    kind: str
    rate: Rate
    running: int
    late_found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """A clock that ran out. `met_at` None: still open. `why` is what the file says of it; `monitoring` True where 迟发现."""

    number: str
    unit: str
    kind: str
    due_at: datetime
    met_at: datetime | None
    why: str
    monitoring: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Every figure of one unit ("" the whole district) in [since, until). `numbers` are the accepted cases'."""

    unit: str
    since: datetime
    until: datetime
    alerted: int
    accepted: int
    withdrawn: int
    numbers: tuple[str, ...]
    signed: Rate
    signing: Spans
    first_from_published: Spans
    first_from_dispatched: Spans
    on_time: tuple[OnTime, ...]
    answered: Rate
    closed: Rate
    returned: Rate
    dispatches: int
    repeats: Rate
    second_waves: Rate
    mentions_before: int
    mentions_after: int
    false_alarms: Rate
    discovery: Spans
    late_found: int
    late: tuple[Lateness, ...]

    @property
    def mean_dispatches(self) -> float | None:
        """平均流转次数: moves to 交办 ÷ accepted cases; None under FEWEST."""
        return self.dispatches / self.accepted if self.accepted >= FEWEST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One period: the district, each unit in the order of units.toml (no ranking), and what outsiders found first (漏报)."""

    since: datetime
    until: datetime
    at: datetime
    district: Performance
    units: tuple[Performance, ...]
    missed: int
