"""谁主管谁负责: which unit's duty a text touches. Its matter, the group model and units named in it speak together; the place decides the town."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.features import Batch, fold
from classifiers.matters import Catalogue, Evidence, Placing
from classifiers.mixing import combined
from classifiers.model import LinearModel
from classifiers.wording import Found, Wordbook
from records.area import Area
from records.assessment import Speaker, Verdict
from records.matter import TOWN
from records.unit import Unit, Units

Hits = Mapping[str, Sequence[int]]
LISTED = 5  # units a text is given
UNLEARNT = "other"  # the group of units beyond the codebook's
UNSURE = 0.5  # below it a reason names what the matter is easily taken for
IN_SEASON = 0.2  # log-odds a matter gains in the months it is frequent


class UnitNames:
    """Units named in texts, by any name of any year and by what people call them."""

    def __init__(self, units: Units) -> None:
        self.units = units
        named = ((fold(name), u) for u in units.units for name in (*u.aliases, *(n.name for n in u.names)) if len(name) > 1)
        self._units = dict(named)

    def words(self) -> set[str]:
        """All names."""
        return set(self._units)

    def mentioned(self, hits: Hits) -> dict[str, int]:
        """Unit id → position of the first mention of one of its names."""
        named: dict[str, int] = {}
        for word, starts in hits.items():
            unit = self._units.get(word)
            if unit is not None:
                named[unit.id] = min(starts[0], named.get(unit.id, starts[0]))
        return named

    def groups(self, found: Found, book: Wordbook, groups: Sequence[str]) -> NDArray[np.float32]:
        """1 where a unit of the group is named: [texts, groups]. A town's name is a place, not a call upon its office."""
        owner = np.zeros((len(book), len(groups)), dtype=np.float32)
        for word, unit in self._units.items():
            if unit.group in groups and unit.group != "town":
                owner[book.number(word), groups.index(unit.group)] = 1.0
        named: NDArray[np.float32] = np.minimum(1, found.presence() @ owner)
        return named


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may lead, and the number of the matter in the catalogue that speaks for it (-1: the model alone); `worded`: by a word."""

    unit: str
    probability: float
    matter: int = -1
    worded: bool = False

    def at(self, probability: float) -> "Candidate":
        """The same with another probability."""
        return Candidate(self.unit, probability, self.matter, self.worded)


@dataclass(frozen=True, slots=True)
class Odds:
    """Of a batch, the likeliest LISTED of groups and unlearnt units, best first: [texts, LISTED] each.

    `column` says which, `probability` is of all, `matter` the number of its best matter, -1 for none; `worded` whether a word of that matter
    stands in the text. `best` [texts]: log-odds of the best matter of all.
    """

    column: NDArray[np.int64]
    probability: NDArray[np.float32]
    matter: NDArray[np.int64]
    worded: NDArray[np.bool_]
    best: NDArray[np.float32]


class Leading:
    """Leads of texts under one model and one catalogue. Immutable after construction.

    A unit whose duties the model never learnt, and that a strong word of its matters speaks for, competes with the best group of the model.
    """

    def __init__(self, model: LinearModel, catalogue: Catalogue, book: Wordbook) -> None:
        self._model, self._catalogue, self._book = model, catalogue, book
        self._groups, self._columns = model.labels("lead"), model.columns("lead")
        self.names = UnitNames(catalogue.units)
        self._placing = Placing(catalogue, book, model.vectors(Batch.of(catalogue.descriptions())))
        # The model knows the duties of a group, whatever its unit is called here; beyond the groups it knows the units it learnt.
        learnt = [owner != UNLEARNT or m.lead in model.learnt for m, owner in zip(catalogue.matters, catalogue.owners, strict=True)]
        self._owners = tuple(owner if known else "" for owner, known in zip(catalogue.owners, learnt, strict=True))
        self._new = tuple(dict.fromkeys(m.lead for m, known in zip(catalogue.matters, learnt, strict=True) if not known))
        self._new_columns = [[i for i, m in enumerate(catalogue.matters) if m.lead == unit] for unit in self._new]

    def odds(
        self, found: Found, titles: Sequence[int], vectors: Any, scores: NDArray[np.float32], months: Sequence[int]
    ) -> Odds:
        """What a batch's words, vectors and raw model scores say. `months` of the posts, 0 for unknown."""
        evidence = self._placing.evidence(found, titles, vectors)
        named = self.names.groups(found, self._book, self._groups)
        lead, by = scores[:, self._columns], self._model.mixing
        total, matter, each = combined(lead, evidence, named, self._owners, self._groups, by, self._season(months))
        if self._new:
            total, matter = self._with_new(total, matter, each, evidence, by.model * lead.max(axis=1))
        odds = np.exp(total - total.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        best = np.argsort(-odds, axis=1, kind="stable")[:, :LISTED]
        matter = np.take_along_axis(matter, best, axis=1)
        rows = np.arange(len(best))[:, None]
        worded = np.zeros(matter.shape, dtype=np.bool_)
        if self._owners:
            worded = (evidence.strong[rows, matter] + evidence.words[rows, matter] > 0) & (matter >= 0)
        return Odds(best, np.take_along_axis(odds, best, axis=1), matter, worded, each.max(axis=1, initial=0.0))

    def _season(self, months: Sequence[int]) -> NDArray[np.float32]:
        """[texts, matters]: IN_SEASON where a matter is frequent in the post's month."""
        frequent = [m.months for m in self._catalogue.matters]
        by_month = {month: np.array([IN_SEASON * (month in each) for each in frequent], dtype=np.float32) for month in set(months)}
        return np.array([by_month[month] for month in months], dtype=np.float32).reshape(len(months), len(frequent))

    def _with_new(
        self, total: NDArray[np.float32], matter: NDArray[np.int64], each: NDArray[np.float32], evidence: Evidence, floor: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """`total` and `matter` with a column for each unlearnt unit."""
        rows = np.arange(len(total))
        for columns in self._new_columns:
            best = np.array(columns)[each[:, columns].argmax(axis=1)]
            spoken = evidence.strong[:, columns].max(axis=1) > 0
            said = np.where(spoken, floor + each[rows, best], -np.inf).astype(np.float32)
            total, matter = np.hstack([total, said[:, None]]), np.hstack([matter, best[:, None]])
        return total, matter

    def candidates(self, odds: Odds, row: int, hits: Hits, areas: Sequence[Area]) -> list[Candidate]:
        """Units of one text, the likeliest first; probabilities calibrated, their sum at most 1."""
        found: dict[str, Candidate] = {}
        listed = (odds.column, odds.probability, odds.matter, odds.worded)
        for column, probability, matter, worded in zip(*(each[row].tolist() for each in listed), strict=True):
            unit = self._unit(column, matter, hits, areas)
            before = found.get(unit)
            found[unit] = before.at(before.probability + probability) if before else Candidate(unit, probability, matter, worded)
        return self._calibrated(sorted(found.values(), key=lambda c: -c.probability))

    def _unit(self, column: int, matter: int, hits: Hits, areas: Sequence[Area]) -> str:
        """Who leads: the matter's unit here, the town of the place, or the default unit of the group."""
        units = self._catalogue.units
        if matter < 0:
            members = units.of_group(self._groups[column])
            unit = TOWN if self._groups[column] == "town" else members[0].id if members else units.office
        else:
            unit = self._catalogue.here(matter, hits).lead
        return town_of(units, areas).id if unit == TOWN else unit

    def _calibrated(self, found: list[Candidate]) -> list[Candidate]:
        """The first with its proved probability; the others share the rest by their odds, none above the first."""
        first, *others = found
        top, rest = self._model.proved(min(1.0, first.probability)), sum(c.probability for c in others)
        if not rest:
            return [first.at(top)]
        share = min(min(1 - top, rest * top / max(first.probability, 1e-9)) / rest, top / max(others[0].probability, 1e-9))
        return [first.at(top), *(c.at(c.probability * share) for c in others)]

    def verdict(self, candidate: Candidate, hits: Hits) -> Verdict | None:
        """Why this unit, where a word of its matter stands in the text; None where none does. `hits` must hold the matter's words."""
        if not candidate.worded:
            return None
        matter = self._catalogue.matters[candidate.matter]
        start, word = next((hits[folded][0], word) for folded, word in self._catalogue.telling[candidate.matter] if folded in hits)
        apart = self._catalogue.apart(candidate.matter, hits)
        near = self._catalogue.confused(candidate.matter) if candidate.probability < UNSURE else ""
        return Verdict(
            what="lead",
            value=candidate.unit,
            probability=round(candidate.probability, 4),
            reason=f"事项“{matter.name}”（文中“{word}”{f'，且有“{apart}”' if apart else ''}）{f'，易与{near}混淆' if near else ''}",
            speaker=Speaker.RULE,
            span=(start, start + len(word)),
            evidence=word,
            clause=f"事项目录·{matter.id}",
        )

    def joint(self, candidate: Candidate, hits: Hits, areas: Sequence[Area]) -> tuple[str, ...]:
        """Joint units of the matter that chose the lead, where a word of it stands in the text; without the lead."""
        if not candidate.worded:
            return ()
        wanted = self._catalogue.here(candidate.matter, hits).joint
        units = dict.fromkeys(town_of(self._catalogue.units, areas).id if j == TOWN else j for j in wanted)
        return tuple(u for u in units if u != candidate.unit)


def town_of(units: Units, areas: Sequence[Area]) -> Unit:
    """The town unit of the first area that has one; else 属地待定."""
    for area in areas:
        unit = units.of_area(area.code)
        if unit is not None:
            return unit
    return units.get(units.pending_town)
