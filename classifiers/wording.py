"""Every word that a rule, a matter, a unit's name or a cue waits for, found in one pass over a batch of texts (Aho–Corasick)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from classifiers.features import Batch, fold


@dataclass(frozen=True, slots=True)
class Found:
    """Occurrences of words in a batch, ordered by text, then by position.

    `text`, `word` and `start` are of one length: which text (0 …), which word (its number in the Wordbook), at which character.
    """

    texts: int
    words: int
    text: NDArray[np.int64]
    word: NDArray[np.int64]
    start: NDArray[np.int64]

    def where(self, kept: NDArray[np.bool_]) -> "Found":
        """Only the occurrences that `kept` marks."""
        return Found(self.texts, self.words, self.text[kept], self.word[kept], self.start[kept])

    def outside(self, batch: Batch, blanked: Batch, whatever: NDArray[np.bool_]) -> "Found":
        """Without the words that begin inside what was blanked, but for those that `whatever` [words] marks."""
        at = batch.starts[self.text] + self.start
        return self.where((batch.points[at] == blanked.points[at]) | whatever[self.word])

    def counts(self) -> Any:
        """How often each word stands in each text: scipy CSR float32 [texts, words]."""
        from scipy.sparse import csr_matrix

        ones = np.ones(len(self.text), dtype=np.float32)
        found = csr_matrix((ones, (self.text, self.word)), shape=(self.texts, self.words))
        found.sum_duplicates()
        return found

    def presence(self) -> Any:
        """1 where a word stands in a text: scipy CSR float32 [texts, words]."""
        found = self.counts()
        found.data[:] = 1.0
        return found


class Wordbook:
    """Words by number. Immutable after construction; safe to share between threads."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted({fold(w) for w in words} - {""}))
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._automaton = AhoCorasick(self.words) if self.words else None

    def __len__(self) -> int:
        return len(self.words)

    def number(self, word: str) -> int:
        """The word's number. Raises: KeyError for a word that is not in the book."""
        return self._numbers[fold(word)]

    def find(self, batch: Batch) -> Found:
        """All occurrences of words, overlapping ones too."""
        hits = self._automaton.find_matches_as_indexes(batch.text, overlapping=True) if self._automaton else []
        table = np.array(hits, dtype=np.int64).reshape(-1, 3)
        table = table[np.argsort(table[:, 1], kind="stable")]
        text = np.searchsorted(batch.starts, table[:, 1], side="right") - 1
        return Found(len(batch), len(self.words), text, table[:, 0], table[:, 1] - batch.starts[text])

    def marked(self, words: Iterable[str]) -> NDArray[np.bool_]:
        """[words]: True for these."""
        marks = np.zeros(len(self.words), dtype=np.bool_)
        marks[[self.number(word) for word in words if word]] = True
        return marks

    def by_text(self, found: Found) -> Sequence[Mapping[str, list[int]]]:
        """For each text: word → its positions, ascending."""
        each: list[defaultdict[str, list[int]]] = [defaultdict(list) for _ in range(found.texts)]
        for text, word, start in zip(found.text.tolist(), found.word.tolist(), found.start.tolist(), strict=True):
            each[text][self.words[word]].append(start)
        return each
