"""The catalogue of matters (事项目录) at work: a post is placed among matters; the unit in charge and the reason follow from the matter.

Works from the office's TOML alone: an edited matter speaks at once. A unit that has no matter yet speaks by the words of its duties.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.features import fold
from classifiers.wording import Found, Wordbook
from records.matter import TOWN, Matter, Matters, Split
from records.unit import Unit, Units

try:  # the same dictionary and words, without 120 MB of Python objects
    from rjieba import cut
except ImportError:  # no wheel for this machine
    from jieba import cut  # type: ignore[no-redef]

HEAD = 25  # characters that stand for the title of a text without one
MANY = 3  # strong words beyond which more say nothing
_OFFICE_WORDS = frozenset(
    ("管理", "服务", "监管", "指导", "监督", "协调", "工作", "建设", "保障", "安全", "处理", "办理", "登记", "审批", "行业", "标准", "项目", "单位")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixing:
    """Log-odds of the evidence for a matter, fitted on posts the model had not seen (training.fit_mixing).

    `strong` a root of strong words, `words` a log of weighed words, `likeness` ten cosines with its description, `against` a counter-word,
    `title_strong` and `title_words` the same in the title; `named` for a unit's name in the text; `model` scales the group model's scores.
    """

    strong: float = 0.3
    words: float = 0.1
    likeness: float = 1.5
    against: float = 0.5
    title_strong: float = 0.9
    title_words: float = 0.2
    named: float = 1.5
    model: float = 1.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each matter, float32 [texts, matters] each."""

    strong: NDArray[np.float32]
    words: NDArray[np.float32]
    against: NDArray[np.float32]
    likeness: NDArray[np.float32]
    title_strong: NDArray[np.float32]
    title_words: NDArray[np.float32]

    def weighed(self, by: Mixing) -> NDArray[np.float32]:
        """Log-odds of each matter."""
        found = by.strong * self.strong + by.words * self.words + by.likeness * self.likeness - by.against * self.against
        weighed: NDArray[np.float32] = found + by.title_strong * self.title_strong + by.title_words * self.title_words
        return weighed


class Catalogue:
    """Matters of the file and one of its duties for every unit without; `owners` their groups ("town" for @town)."""

    def __init__(self, matters: Matters, units: Units) -> None:
        self.units = units
        self._groups = {u.id: u.group for u in units.units}
        self.matters = (*matters.matters, *_implied(matters.matters, units))
        self.owners = tuple(self.group(m.lead) for m in self.matters)
        self.telling = tuple(tuple((fold(w), w) for w in (*m.strong, *m.words)) for m in self.matters)  # (folded, as written), strong first

    def group(self, unit_id: str) -> str:
        """The codebook group of a unit, "town" for @town."""
        return "town" if unit_id == TOWN else self._groups.get(unit_id, "other")

    def words(self) -> set[str]:
        """All words any matter waits for."""
        return {w for m in self.matters for w in (*m.strong, *m.words, *m.against, *(w for s in m.split for w in s.words))}

    def here(self, number: int, hits: Container[str]) -> Matter | Split:
        """Lead and joint units of a matter in a text with these folded words: its first split that applies, else its own."""
        matter = self.matters[number]
        return next((s for s in matter.split if any(fold(w) in hits for w in s.words)), matter)

    def apart(self, number: int, hits: Container[str]) -> str:
        """The word by which a split of the matter applies; "" where none does."""
        return next((w for s in self.matters[number].split for w in s.words if fold(w) in hits), "")

    def confused(self, number: int) -> str:
        """“物业服务·…”、“…”: the matters it is easily taken for; "" for none."""
        names = {m.id: m.name for m in self.matters}
        return "、".join(f"“{names[other]}”" for other in self.matters[number].confused_with if other in names)

    def split_words(self) -> set[str]:
        """Words by which any matter changes hands."""
        return {w for m in self.matters for s in m.split for w in s.words}

    def descriptions(self) -> list[str]:
        """One text a matter: its name, words and examples; not the name of its family, which many share (消费投诉)."""
        return [" ".join((m.path[-1], *m.strong, *m.words, *m.examples)) for m in self.matters]


def _implied(matters: Sequence[Matter], units: Units) -> list[Matter]:
    """A matter from the duties of each unit that no matter of the file leads to (not of towns: their duty is a place)."""
    known = {m.lead for m in matters}
    return [m for u in units.units if u.id not in known and u.group != "town" and (m := _of_duties(u)) is not None]


def _of_duties(unit: Unit) -> Matter | None:
    """The unit's duties as a matter; None when it names none.

    >>> from datetime import date
    >>> from records.unit import UnitKind, UnitName
    >>> name = UnitName(name="区低空办", since=date(2024, 1, 1))
    >>> _of_duties(Unit(id="dkb", group="other", kind=UnitKind.GOVERNMENT, names=(name,), duties=("无人机登记",))).strong
    ('无人机登记', '无人机')
    """
    parts = [w for duty in unit.duties for w in cut(duty) if len(w) > 1 and w not in _OFFICE_WORDS]
    strong = tuple(dict.fromkeys((*unit.duties, *parts)))
    return Matter(id=f"duty.{unit.id}", path=("单位职责", unit.name), lead=unit.id, strong=strong) if strong else None


class Placing:
    """Scores texts against a catalogue. Immutable after construction.

    `book` must hold the catalogue's words; `likeness` are the descriptions' vectors, CSR [matters, features], in the model's own features.
    """

    def __init__(self, catalogue: Catalogue, book: Wordbook, likeness: Any) -> None:
        self.catalogue, self._likeness = catalogue, likeness.T.tocsr()
        used = Counter(fold(w) for m in catalogue.matters for w in {*m.words, *m.strong})
        rare = {w: float(np.log(1 + len(catalogue.matters) / n)) for w, n in used.items()}
        self._sheet = np.hstack(
            [
                _sheet(book, [dict.fromkeys(map(fold, m.strong), 1.0) for m in catalogue.matters]),
                _sheet(book, [{fold(w): rare[fold(w)] for w in m.words} for m in catalogue.matters]),
                _sheet(book, [dict.fromkeys(map(fold, m.against), 1.0) for m in catalogue.matters]),
            ]
        )  # [words, 3 × matters]

    def evidence(self, found: Found, titles: Sequence[int], vectors: Any) -> Evidence:
        """Evidence of a batch: its words, the length of each title (0: none), its CSR vectors."""
        limits = np.array([n or HEAD for n in titles], dtype=np.int64)
        head = found.where(found.start < limits[found.text]).presence()
        strong, words, against = np.hsplit(found.presence() @ self._sheet, 3)
        title_strong, title_words, _ = np.hsplit(head @ self._sheet, 3)
        return Evidence(
            strong=np.sqrt(np.minimum(MANY, strong)),
            words=np.log1p(words),
            against=np.minimum(2, against),
            likeness=10 * (vectors @ self._likeness).toarray(),
            title_strong=np.minimum(1, title_strong),
            title_words=np.log1p(title_words),
        )


def _sheet(book: Wordbook, columns: Sequence[dict[str, float]]) -> NDArray[np.float32]:
    """[words, matters]: the weight of each word for each matter."""
    found = np.zeros((len(book), len(columns)), dtype=np.float32)
    for column, words in enumerate(columns):
        for word, weight in words.items():
            found[book.number(word), column] = weight
    return found


def best_of(scores: NDArray[np.float32], owners: Sequence[str], groups: Iterable[str]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """For each text and group the best matter's score and its column; 0 and -1 for a group without one. Both [texts, groups]."""
    groups = tuple(groups)
    best = np.zeros((len(scores), len(groups)), dtype=np.float32)
    which = np.full((len(scores), len(groups)), -1, dtype=np.int64)
    for at, group in enumerate(groups):
        columns = np.array([i for i, owner in enumerate(owners) if owner == group], dtype=np.int64)
        if len(columns):
            which[:, at] = columns[scores[:, columns].argmax(axis=1)]
            best[:, at] = scores[np.arange(len(scores)), which[:, at]]
    return best, which
