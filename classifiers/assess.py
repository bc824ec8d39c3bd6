"""研判 of posts: rules first, model second. The Assessor is built once and used for batches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.casualties import level_verdicts
from classifiers.duties import DutyBook, duty_verdicts, joint_units, rank
from classifiers.features import joined
from classifiers.lexicon import Lexicon
from classifiers.model import LinearModel, sigmoid, softmax
from classifiers.scale import scale_verdicts
from classifiers.territory import Gazetteer, Located
from records.area import Areas
from records.assessment import CATEGORIES, FORMS, Assessment, OpinionLevel, Speaker, Territory, Verdict
from records.standard import Standard
from records.unit import Units

LEVELS = tuple(OpinionLevel)
GRAVE = ("C5", "C6", "C7")  # a rule alone may set these
SURELY_ASKED = 0.6  # probability of a question or a suggestion from which it is nothing else
RULE_OF_FORM = 1.2  # log-odds a rule of words adds to its form
_FOREIGN = (Territory.ELSEWHERE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is assessed: a post's words and, if known, whether its source is local."""

    id: str
    title: str
    text: str
    local_source: bool = False


class Assessor:
    """Assesses texts with one model, standard, unit list and territory. No state changes after construction."""

    def __init__(self, model: LinearModel, standard: Standard, units: Units, areas: Areas, *, territory: bool = True) -> None:
        self._model, self._standard = model, standard
        self._lexicon = Lexicon(standard.rules)
        self._book = DutyBook(units)
        self._gazetteer = Gazetteer(areas)
        self._territory = territory
        self._columns = {task: model.columns(task) for task in ("relevant", "category", "primary", "level", "form", "lead")}
        self._groups = model.labels("lead")

    def assess(self, texts: Sequence[Text], *, explain: bool = False) -> list[Assessment]:
        """One Assessment a text, same order. `explain` adds the model's loudest n-grams to the verdicts."""
        words = [joined(t.title, t.text) for t in texts]
        scores = self._model.scores(words)
        return [self._one(t, w, row, explain) for t, w, row in zip(texts, words, scores, strict=True)]

    def _one(self, item: Text, words: str, row: NDArray[np.float32], explain: bool) -> Assessment:
        rules = self._lexicon.verdicts(words)
        refuted = _contradicted(rules)  # what a text refutes did not happen
        grave = [] if refuted else level_verdicts(words, self._standard.thresholds)
        place = self._gazetteer.locate(words, local_source=item.local_source)
        relevant = self._relevance(row, rules, grave, place)
        categories = self._categories(row, rules, refuted)
        forms = self._forms(row, rules, refuted)
        labels = _labels(categories, self._standard.thresholds.label)
        asked = _best(forms) in ("R1", "R4") and forms[_best(forms)] > SURELY_ASKED
        scale = [] if asked else [*scale_verdicts(words, self._standard.thresholds), *_at_least(labels)]
        spoken = [v for v in rules if v.what == "level" and not (asked and v.value == "Ⅲ")]
        said = [*grave, *spoken, *scale]
        level, level_why = self._level(row, said, asked, words if explain else "")
        leads, joint, accused, whistle, duty_why = self._leads(item, words, row, rules, place)
        verdicts = [*rules, *grave, *scale, *level_why, *duty_why, *(place.verdicts if self._territory else ())]
        if explain:
            verdicts += self._model_reasons(words, labels, _best(forms))
            verdicts += self._lead_reason(words, leads[0], duty_why)
        return Assessment(
            post_id=item.id,
            relevant=relevant,
            categories=categories,
            labels=labels,
            level=level,
            forms=forms,
            form=_best(forms),
            leads=leads,
            joint=joint,
            areas=tuple(a.name for a in place.areas),
            territory=place.territory,
            accused=accused,
            whistleblowing=whistle,
            contradicted=refuted,
            abstain=self._abstain(relevant, leads, categories),
            verdicts=tuple(verdicts),
            model_version=self._model.version,
            standard_version=self._standard.version,
        )

    def _relevance(self, row: NDArray[np.float32], rules: Sequence[Verdict], grave: Sequence[Verdict], place: Located) -> float:
        """Probability that an office should notice; a foreign place sinks it, rules shift it by a bounded step."""
        score = float(row[self._columns["relevant"][0]])
        score += 0.8 * min(2, sum(v.what == "relevant" for v in rules))
        score -= 1.5 * min(2, sum(v.what == "irrelevant" for v in rules))
        score += 0.8 * any(v.value in ("Ⅰ", "Ⅱ") for v in grave)
        found = float(sigmoid(np.array([score], dtype=np.float32))[0])
        return min(found, 0.1) if self._territory and place.territory in _FOREIGN else found

    def _categories(self, row: NDArray[np.float32], rules: Sequence[Verdict], contradicted: bool) -> dict[str, float]:
        """C1–C7; C7 stays below the label threshold without a contradiction on record (design decision 3)."""
        found = dict(zip(CATEGORIES, (float(p) for p in sigmoid(row[self._columns["category"]])), strict=True))
        main = CATEGORIES[int(row[self._columns["primary"]].argmax())]  # what the text is mostly about stands first
        found[main] = max(found[main], min(0.98, max(found.values()) + 0.01))
        for verdict in rules:
            if verdict.what == "category":
                found[verdict.value] = _raised(found[verdict.value], 0.35 if verdict.value in GRAVE else 0.2)
        if not contradicted:
            found["C7"] = min(found["C7"], 0.45, 0.9 * max(p for code, p in found.items() if code != "C7"))
        return {code: round(p, 4) for code, p in found.items()}

    def _forms(self, row: NDArray[np.float32], rules: Sequence[Verdict], contradicted: bool) -> dict[str, float]:
        """R1–R6, summing to 1; R6 only with a contradiction on record."""
        scores = row[self._columns["form"]].astype(np.float32).copy()
        for verdict in {(v.what, v.value): v for v in rules if v.what == "form"}.values():
            scores[FORMS.index(verdict.value)] += RULE_OF_FORM
        if not contradicted:
            scores[FORMS.index("R6")] = -20.0
        return {code: round(float(p), 4) for code, p in zip(FORMS, softmax(scores[None])[0], strict=True)}

    def _level(
        self, row: NDArray[np.float32], rules: Sequence[Verdict], asked: bool, explained: str
    ) -> tuple[OpinionLevel, list[Verdict]]:
        """The graver of rules and model. A pure question or suggestion (`asked`) is Ⅳ unless a rule of harm speaks.

        `explained` is the text whose words are named for the model's level, "" for none.
        """
        p = softmax(row[self._columns["level"]][None])[0]
        proposed = LEVELS[int(p.argmax())]
        if proposed.rank <= 2 and float(p[:2].sum()) < 0.55:
            proposed = OpinionLevel.III
        if asked:
            proposed = OpinionLevel.IV
        by_rule = min((OpinionLevel(v.value) for v in rules), key=lambda level: level.rank, default=OpinionLevel.IV)
        level = min(proposed, by_rule, key=lambda one: one.rank)
        ruled = by_rule.rank <= proposed.rank and bool(rules)
        reason = f"规则判为{level.value}级" if ruled else f"模型判为{level.value}级{self._level_words(explained, level)}"
        return level, [Verdict(what="level", value=level.value, probability=float(p.max()), reason=reason, speaker=Speaker.MODEL)]

    def _level_words(self, words: str, level: OpinionLevel) -> str:
        """（依据“…”“…”）: the words that spoke loudest for the model's level."""
        grams = self._model.top_grams(words, self._model.outputs.index(("level", level.value))) if words else []
        return f"（依据{''.join(f'“{gram}”' for gram, _ in grams)}）" if grams else ""

    def _leads(
        self, item: Text, words: str, row: NDArray[np.float32], rules: Sequence[Verdict], place: Located
    ) -> tuple[tuple[tuple[str, float], ...], tuple[str, ...], tuple[str, ...], bool, list[Verdict]]:
        hits = self._book.hits(words)
        duties = self._book.fired(hits)
        leads = rank(self._book, self._groups, row[self._columns["lead"]], duties, place.areas, len(item.title))
        accusations = [v for v in rules if v.what == "accusation"]
        discipline = self._book.units.discipline
        accused = tuple(u for u in self._book.named(hits) if u != discipline) if accusations else ()
        if accusations:
            top = max(0.6, dict(leads).get(discipline, 0.0))
            others = [(u, p) for u, p in leads if u != discipline and u not in accused]
            spare = (1 - top) / (sum(p for _, p in others) or 1.0)
            leads = [(discipline, top), *((u, p * spare) for u, p in others)]
        joint = tuple(u for u in joint_units(duties, leads[0][0], self._book, place.areas) if u not in accused)
        kept = tuple((u, round(p, 4)) for u, p in leads)
        return kept, joint, accused, bool(accusations), duty_verdicts(duties, self._book)

    def _abstain(self, relevant: float, leads: Sequence[tuple[str, float]], categories: dict[str, float]) -> tuple[str, ...]:
        limits = self._standard.thresholds
        close = len(leads) > 1 and leads[0][1] - leads[1][1] < 0.05
        return tuple(
            task
            for task, unsure in (
                ("relevant", abs(relevant - limits.relevant) < 0.1),
                ("category", max(categories.values()) < limits.label),
                ("lead", leads[0][1] < limits.lead_abstain or close),
            )
            if unsure
        )

    def _lead_reason(self, words: str, best: tuple[str, float], duties: Sequence[Verdict]) -> list[Verdict]:
        """Why the best unit, where no matter of the list speaks for it: the words nearest to its duties."""
        unit, p = best
        if any(v.value in (unit, "@town") for v in duties):
            return []
        grams = self._model.top_grams(words, self._model.outputs.index(("lead", self._book.group(unit))))
        if not grams:
            return []
        said = f"文本与该单位职责相近（依据{''.join(f'“{gram}”' for gram, _ in grams)}）"
        return [Verdict(what="lead", value=unit, probability=p, reason=said, speaker=Speaker.MODEL, evidence=grams[0][0])]

    def _model_reasons(self, words: str, labels: Iterable[str], form: str) -> list[Verdict]:
        wanted = [("relevant", "1"), *(("category", c) for c in labels), ("form", form)]
        found = []
        for task, label in wanted:
            column = self._model.outputs.index((task, label))
            grams = self._model.top_grams(words, column)
            if grams:
                said = "、".join(f"“{g}”{w:+.2f}" for g, w in grams)
                found.append(
                    Verdict(
                        what=task,
                        value=label,
                        probability=0.5,
                        reason=f"模型权重：{said}",
                        speaker=Speaker.MODEL,
                        evidence=grams[0][0],
                    )
                )
        return found


def _at_least(labels: Sequence[str]) -> list[Verdict]:
    """Ⅲ for an emergency, a matter of the moral bottom line and a rumour: none of them is one household's affair."""
    named = {"C5": "突发事件", "C6": "道德底线", "C7": "不实信息"}
    return [
        Verdict(what="level", value="Ⅲ", probability=0.9, reason=f"属{named[code]}类", speaker=Speaker.RULE, clause=f"level.{code}")
        for code in labels
        if code in named
    ]


def _raised(p: float, step: float) -> float:
    """`p` moved towards 1 by `step` of what is missing, at least to `step`.

    >>> _raised(0.5, 0.5)
    0.75
    """
    return p + step * (1 - p)


def _contradicted(rules: Sequence[Verdict]) -> bool:
    """True when the text itself carries what contradicts a claim (辟谣、经核实不属实 …): rules of form R6 or category C7."""
    return any((v.what, v.value) in (("form", "R6"), ("category", "C7")) for v in rules)


def _best(found: dict[str, float]) -> str:
    return max(found, key=lambda code: found[code])


def _labels(categories: dict[str, float], threshold: float) -> tuple[str, ...]:
    """Categories at or above the threshold; never empty (the likeliest stands)."""
    return tuple(c for c, p in categories.items() if p >= threshold) or (_best(categories),)
