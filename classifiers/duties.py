"""谁主管谁负责: which unit's duty a text touches. Routes of units.toml speak first, the group model second."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ahocorasick_rs import AhoCorasick

from classifiers.features import fold
from records.area import Area
from records.assessment import Speaker, Verdict
from records.unit import Route, Unit, Units

TOWN = "@town"
ROUTE_WEIGHT = 1.4  # log-odds a fired route adds
ROUTE_FLOOR = 3.0  # a fired route lifts its group to within this of the best: a unit described only in TOML can lead
TITLE_BONUS = 0.9
UNLEARNT = "other"  # units beyond the codebook's groups: the model knows nothing of their duties, the route alone speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A route that fired: where, and with which word."""

    route: Route
    word: str
    start: int


class DutyBook:
    """Routes and unit names, found in one pass. Works for a unit that is described only in units.toml."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self._groups = {u.id: u.group for u in units.units}
        routes = {fold(w) for r in units.routes for w in (*r.words, *r.with_words, *r.without)}
        self._aliases = {fold(a): u.id for u in units.units for a in (*u.aliases, *(n.name for n in u.names)) if len(a) > 1}
        self._words = sorted((routes | set(self._aliases)) - {""})
        self._automaton = AhoCorasick(self._words) if self._words else None

    def hits(self, text: str) -> dict[str, int]:
        """First position of every known word in `text`."""
        found: dict[str, int] = {}
        if self._automaton is not None:
            for index, start, _ in self._automaton.find_matches_as_indexes(fold(text), overlapping=True):
                found.setdefault(self._words[index], start)
        return found

    def fired(self, hits: Mapping[str, int]) -> list[Duty]:
        """Routes whose conditions hold, in file order."""
        return [d for route in self.units.routes if (d := _fire(route, hits)) is not None]

    def named(self, hits: Mapping[str, int]) -> dict[str, int]:
        """Unit id → position of the first mention of one of its names."""
        named: dict[str, int] = {}
        for word, start in hits.items():
            if word in self._aliases:
                named[self._aliases[word]] = min(start, named.get(self._aliases[word], start))
        return named

    def group(self, unit_id: str) -> str:
        """The codebook group of a unit, "town" for @town."""
        return "town" if unit_id == TOWN else self._groups.get(unit_id, "other")

    def town(self, areas: Sequence[Area]) -> Unit:
        """The town unit of the first area that has one; else 属地待定."""
        governed = (self.units.of_area(a.code) for a in areas)
        return next((u for u in governed if u is not None), self.units.get(self.units.pending_town))

    def unit_of_group(self, group: str, areas: Sequence[Area]) -> str:
        """The default unit of a group; for towns the one that governs the place."""
        if group == "town":
            return self.town(areas).id
        members = self.units.of_group(group)
        return members[0].id if members else self.units.office


def _fire(route: Route, hits: Mapping[str, int]) -> Duty | None:
    if any(fold(w) in hits for w in route.without):
        return None
    if route.with_words and not any(fold(w) in hits for w in route.with_words):
        return None
    found = [(hits[fold(w)], w) for w in route.words if fold(w) in hits]
    if not found:
        return None
    start, word = min(found)  # the first that stands in the text: the title says what it is about
    return Duty(route=route, word=word, start=start)


def rank(
    book: DutyBook, groups: Sequence[str], scores: np.ndarray, duties: Sequence[Duty], areas: Sequence[Area], title_chars: int
) -> list[tuple[str, float]]:
    """Units with probabilities, best first: softmax(model score + what fired routes add)."""
    bonus, chosen = _bonuses(book, duties, title_chars)
    best = float(np.max(scores))
    floors = {g: best if g == UNLEARNT else best - ROUTE_FLOOR for g in bonus}
    total = np.array([max(float(s), floors[g]) + bonus[g] if g in bonus else float(s) for g, s in zip(groups, scores, strict=True)])
    weights = np.exp(total - total.max())
    weights /= weights.sum()
    likeliest = sorted(zip(groups, weights, strict=True), key=lambda item: -item[1])[:5]
    named: dict[str, float] = {}
    for group, p in likeliest:
        unit = chosen.get(group) or book.unit_of_group(group, areas)
        unit = book.town(areas).id if unit == TOWN else unit
        named[unit] = named.get(unit, 0.0) + float(p)
    return sorted(named.items(), key=lambda item: -item[1])


def _bonuses(book: DutyBook, duties: Sequence[Duty], title_chars: int) -> tuple[dict[str, float], dict[str, str]]:
    """Log-odds a group gains from routes, and the unit a route names inside its group."""
    bonus: dict[str, float] = defaultdict(float)
    chosen: dict[str, str] = {}
    for duty in duties:
        group = book.group(duty.route.lead)
        gain = ROUTE_WEIGHT + (TITLE_BONUS if duty.start < title_chars else 0.0)
        bonus[group] = max(bonus[group], gain) + (0.3 if bonus[group] else 0.0)
        chosen.setdefault(group, duty.route.lead)
    return bonus, chosen


def duty_verdicts(duties: Sequence[Duty], book: DutyBook) -> list[Verdict]:
    """Why these units: one verdict a fired route."""
    return [
        Verdict(
            what="lead",
            value=d.route.lead,
            probability=0.8,
            reason=f"事项“{d.route.matter}”（文中“{d.word}”）",
            speaker=Speaker.RULE,
            span=(d.start, d.start + len(d.word)),
            evidence=d.word,
            clause=f"{d.route.basis}·{d.route.id}" if d.route.basis else d.route.id,
        )
        for d in duties[:4]
    ]


def joint_units(duties: Sequence[Duty], lead: str, book: DutyBook, areas: Sequence[Area]) -> tuple[str, ...]:
    """Joint units of the routes that chose `lead`; without the lead."""
    wanted: dict[str, None] = {}
    for duty in duties:
        own = book.town(areas).id if duty.route.lead == TOWN else duty.route.lead
        if own == lead:
            wanted |= dict.fromkeys(book.town(areas).id if j == TOWN else j for j in duty.route.joint)
    return tuple(u for u in wanted if u != lead)
