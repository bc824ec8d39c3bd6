"""The words of 监测标准: every LexiconRule of standard.toml, found in one pass over the text."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from classifiers.features import fold
from records.assessment import Speaker, Verdict
from records.standard import LexiconRule

Hits = Mapping[str, Sequence[int]]


class Lexicon:
    """Finds which rules fire in a text. Immutable after construction; safe to share between threads."""

    def __init__(self, rules: Sequence[LexiconRule]) -> None:
        self._rules = tuple(_folded(rule) for rule in rules)
        self._waiting: dict[str, list[int]] = defaultdict(list)
        for at, rule in enumerate(self._rules):
            for word in rule.any_of:
                self._waiting[word].append(at)

    def words(self) -> set[str]:
        """All words any rule waits for, folded."""
        return {w for r in self._rules for w in (*r.any_of, *r.with_any, *r.unless)}

    def verdicts(self, hits: Hits, text: str) -> list[Verdict]:
        """One verdict a rule that fires, in the order of the rules, with its word, span and clause. `hits`: word → positions in `text`."""
        asked = sorted({at for word in hits for at in self._waiting.get(word, ())})
        return [v for at in asked if (v := fire(self._rules[at], hits, text)) is not None]


def _folded(rule: LexiconRule) -> LexiconRule:
    return replace(rule, any_of=_fold_all(rule.any_of), with_any=_fold_all(rule.with_any), unless=_fold_all(rule.unless))


def _fold_all(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words if word)


def fire(rule: LexiconRule, hits: Hits, text: str) -> Verdict | None:
    """The rule's verdict, or None when it abstains. Its words must be folded, as in `hits`."""
    if any(w in hits for w in rule.unless):
        return None
    partners = [at for w in rule.with_any for at in hits.get(w, ())]
    for word in rule.any_of:
        for start in hits.get(word, ()):
            if (not rule.within or start < rule.within) and _accompanied(rule, start, partners):
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
        reason=f"命中“{word}”（{rule.clause or f'规则 {rule.id}'}）",
        speaker=Speaker.RULE,
        span=(start, end),
        evidence=text[start:end],
        clause=rule.clause or rule.id,
    )
