"""Standard (监测标准): categories, forms, levels, lexicon rules, limits. What the office approves, with document numbers."""

from dataclasses import dataclass
from datetime import date, time

from records.assessment import OpinionLevel
from records.roster import LADDER, Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One of the plan's seven categories; `words` are the plan's own."""

    code: str
    name: str
    words: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One of the plan's six response forms: `when` it applies, `answer` what must be published."""

    code: str
    name: str
    when: str
    answer: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A time limit. `unit`: "minutes", "hours" (wall clock), "working_hours", "working_days" (法定工作日)."""

    amount: int
    unit: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One 舆情等级: criteria in words, unit clocks (from dispatch), public response limit, who is told at once (unit ids)."""

    code: OpinionLevel
    name: str
    colour: str
    criteria: tuple[str, ...]
    sign: Limit
    reply: Limit
    respond: Limit
    close: Limit
    escalate_to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconRule:
    """A rule of words. Fires when any of `any_of` occurs, one of `with_any` too (if given), and none of `unless`.

    `task` is "relevant", "irrelevant", "category", "level", "form", "accusation" or "lead" (then `value` is a unit id, which it puts first);
    `value` is the label it speaks for.
    `near` > 0 asks that the `with_any` word stands within so many characters of the `any_of` word, `within` > 0 that the `any_of` word
    begins among the first so many characters of title and text. `irrelevant` 2 weighs twice 1.
    """

    id: str
    task: str
    value: str
    any_of: tuple[str, ...]
    with_any: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    near: int = 0
    within: int = 0
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Numbers at which content raises a level (persons), spread does (sources, interactions), or a post may alert.

    Probabilities in 0..1: `relevant` enters an event, `alert` (at least that) sends a 预警提示;
    below `lead_abstain` a person looks at the lead first, below `lead_unclear` the office names it.
    A Ⅰ or Ⅱ is to be confirmed by a person within `confirm_minutes`.
    """

    deaths_i: int = 10
    hurt_i: int = 50
    ill_ii: int = 10
    gathering_ii: int = 50
    affected_iii: int = 10
    sources_iii: int = 3
    heat_iii: int = 1_000
    heat_ii: int = 10_000
    heat_i: int = 50_000
    relevant: float = 0.5
    alert: float = 0.5
    label: float = 0.5
    lead_abstain: float = 0.65
    lead_unclear: float = 0.35
    alert_age_hours: int = 72
    confirm_minutes: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A kind of ticket (工单) that comes with a limit of its own: 12345, 信访. `answer` runs from when it was received."""

    kind: str
    answer: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """The office's day, Shanghai wall clock."""

    morning_start: time
    morning_end: time
    afternoon_start: time
    afternoon_end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One step of 催办: at which share of a clock (1.0 = the limit), its name, and whom it reaches.

    `to`: "unit" the leading unit, "leader" its leaders' contacts (the unit's where none is named), "office" 区政府办 beside the unit.
    """

    at: float
    to: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The whole standard. `release` (5 h) and `press` (24 h) hang on the 突发事件等级 only.

    `first_report` is when the lead of a Ⅰ or Ⅱ owes 区委、区政府 its 首报, from dispatch; a unit's clock may be extended once, by at most
    `longest_extension_days`.
    """

    version: str
    approved: bool
    document: str
    categories: tuple[Category, ...]
    forms: tuple[Form, ...]
    levels: tuple[Level, ...]
    rules: tuple[LexiconRule, ...]
    thresholds: Thresholds
    working_hours: WorkingHours
    release: Limit
    press: Limit
    first_report: Limit = Limit(amount=1, unit="hours", basis="建议值，待区政府办确认")
    longest_extension_days: int = 30
    reminders: tuple[Reminder, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    ladder: tuple[Rung, ...] = LADDER

    def ticket(self, kind: str) -> Ticket | None:
        """The ticket's row, None for no such kind."""
        return next((row for row in self.tickets if row.kind == kind), None)

    def level(self, code: OpinionLevel) -> Level:
        """The level's row."""
        return next(row for row in self.levels if row.code is code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """Days off and make-up workdays (调休) by date; `years` lists the years the office has confirmed."""

    years: frozenset[int]
    days_off: frozenset[date]
    workdays: frozenset[date]
