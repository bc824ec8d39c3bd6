"""The words of 监测标准: every LexiconRule of standard.toml, found in one pass over the text."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ahocorasick_rs import AhoCorasick

from classifiers.features import fold
from records.assessment import Speaker, Verdict
from records.standard import LexiconRule

Hits = Mapping[str, Sequence[int]]


class Lexicon:
    """Finds which rules fire in a text. Immutable after construction; safe to share between threads."""

    def __init__(self, rules: Sequence[LexiconRule]) -> None:
        self._rules = tuple(rules)
        words = {fold(w) for r in rules for w in (*r.any_of, *r.with_any, *r.unless)}
        self._words = sorted(words - {""})
        self._automaton = AhoCorasick(self._words) if self._words else None

    def hits(self, text: str) -> dict[str, list[int]]:
        """Start positions of every lexicon word in `text` (folded)."""
        found: dict[str, list[int]] = defaultdict(list)
        if self._automaton is not None:
            for index, start, _ in self._automaton.find_matches_as_indexes(fold(text), overlapping=True):
                found[self._words[index]].append(start)
        return found

    def verdicts(self, text: str) -> list[Verdict]:
        """One verdict a rule that fires, with its word, span and clause."""
        hits = self.hits(text)
        return [v for rule in self._rules if (v := fire(rule, hits, text)) is not None] if hits else []


def fire(rule: LexiconRule, hits: Hits, text: str) -> Verdict | None:
    """The rule's verdict, or None when it abstains."""
    if any(fold(w) in hits for w in rule.unless):
        return None
    partners = [at for w in rule.with_any for at in hits.get(fold(w), ())]
    for word in rule.any_of:
        for start in hits.get(fold(word), ()):
            if _accompanied(rule, start, partners):
                return _verdict(rule, word, start, text)
    return None


def _accompanied(rule: LexiconRule, start: int, partners: Sequence[int]) -> bool:
    if not rule.with_any:
        return True
    return any(not rule.near or abs(at - start) <= rule.near for at in partners)


def _verdict(rule: LexiconRule, word: str, start: int, text: str) -> Verdict:
    end = start + len(word)
    return Verdict(
        what=rule.task,
        value=rule.value,
        probability=0.9,
        reason=f"命中“{word}”（规则 {rule.id}）",
        speaker=Speaker.RULE,
        span=(start, end),
        evidence=text[start:end],
        clause=rule.clause or rule.id,
    )
