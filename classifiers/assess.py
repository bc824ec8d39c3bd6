"""研判 of posts: rules first, model second. The Assessor is built once and used for batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

from classifiers.casualties import GRAVE as GRAVE_RULES
from classifiers.casualties import level_verdicts
from classifiers.duties import Candidate, Hits, Leading, Odds, UnitNames
from classifiers.features import Batch, joined
from classifiers.lexicon import Lexicon
from classifiers.matters import Catalogue
from classifiers.model import LinearModel, sigmoid, softmax
from classifiers.refutation import TRIGGERS, refuted
from classifiers.scale import SCALE, scale_verdicts
from classifiers.speech import Speech
from classifiers.speech import words as cue_words
from classifiers.territory import Gazetteer, Located, spans
from classifiers.wording import Wordbook
from records.area import Areas
from records.assessment import CATEGORIES, FORMS, Assessment, OpinionLevel, Speaker, Territory, Verdict
from records.standard import Standard, Thresholds

LEVELS = tuple(OpinionLevel)
GRAVE = ("C5", "C6", "C7")  # a rule alone may set these
SURELY_ASKED = 0.6  # probability of a question or a suggestion from which it is nothing else
RULE_OF_FORM = 1.2  # log-odds a rule of words adds to its form
# A post that is placed among matters is the likelier of public concern: log-odds, from which odds of its best matter on (all at 2 more),
# and what is taken from every post for it, since most concern finds its matter.
MATTER_SPEAKS, MATTER_FROM, MATTER_EXPECTED = 1.2, 1.5, 0.35
FIRM, ACCUSED = 0.8, 0.6  # at least so sure of a lead that a rule names: a matter of law; an accusation
SPOKEN = 2  # candidates whose matters are named among the reasons
_FOREIGN = (Territory.ELSEWHERE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is assessed: a post's words and, if known, whether its source is local and its month (1–12, 0 unknown)."""

    id: str
    title: str
    text: str
    local_source: bool = False
    month: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    """One text as read: its words joined, known words and their positions, its place; what the model says of it, by task, in label order.

    `bare` are the words as the model read them: folded, places blanked.
    `relevant` and `forms` are log-odds (rules are still added), `categories` and `levels` probabilities, `primary` the likeliest category;
    `odds` are the whole batch's of leads, `row` the text's in it.
    """

    item: Text
    words: str
    bare: str
    hits: Hits
    place: Located
    relevant: float
    categories: list[float]
    primary: str
    levels: list[float]
    forms: list[float]
    odds: Odds
    row: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """Labels of one text, the rules that spoke, and whether a rule set the level (`ruled`)."""

    rules: list[Verdict]
    relevant: float
    categories: dict[str, float]
    labels: tuple[str, ...]
    forms: dict[str, float]
    form: str
    level: OpinionLevel
    ruled: bool
    leads: list[Candidate]


class Assessor:
    """Assesses texts with one model, catalogue, standard, unit list and territory. No state changes after construction."""

    def __init__(self, model: LinearModel, standard: Standard, catalogue: Catalogue, areas: Areas, *, territory: bool = True) -> None:
        self._model, self._standard, self._units = model, standard, catalogue.units
        self._lexicon = Lexicon(standard.rules)
        rules = self._lexicon.words() | GRAVE_RULES.words() | SCALE.words() | set(TRIGGERS)
        names = UnitNames(catalogue.units).words()
        self._book = Wordbook(rules | catalogue.words() | cue_words() | names)
        self._naming = self._book.marked(names)
        self._ruling = self._book.marked(rules | names | catalogue.split_words())  # the words whose places decide something
        self._leading = Leading(model, catalogue, self._book)
        self._speech = Speech(self._book)
        self._gazetteer = Gazetteer(areas)
        self._territory = territory
        self._outputs = {one: at for at, one in enumerate(model.outputs)}
        self._columns = {task: model.columns(task) for task in ("relevant", "category", "primary", "level", "form", "lead")}

    def assess(self, texts: Sequence[Text], *, explain: bool = False) -> list[Assessment]:
        """One Assessment a text, same order. `explain` adds the model's loudest n-grams to the verdicts."""
        return [self._one(read, explain) for read in self._read(texts, explain)]

    def _read(self, texts: Sequence[Text], explain: bool) -> Iterator[_Read]:
        """Everything that is found in a whole batch at once: words, vectors, scores. To explain takes all words' places."""
        words = [joined(t.title, t.text) for t in texts]
        batch = Batch.of(words)
        places = self._gazetteer.find(words)
        bare = batch.blanked([spans(found) for found in places])
        found, vectors = self._book.find(batch).outside(batch, bare, self._naming), self._model.vectors(bare)
        scores = self._model.scores(vectors, self._speech.features(found, [len(w) for w in words]))
        odds = self._leading.odds(found, [len(t.title) for t in texts], vectors, scores, [t.month for t in texts])
        of = {task: scores[:, columns] for task, columns in self._columns.items()}
        said = zip(
            self._book.by_text(found if explain else found.where(self._ruling[found.word])),
            of["relevant"][:, 0].tolist(), sigmoid(of["category"]).tolist(), of["primary"].argmax(axis=1).tolist(),
            softmax(of["level"]).tolist(), of["form"].tolist(), strict=True,
        )  # fmt: skip
        for row, (hits, relevant, categories, primary, levels, forms) in enumerate(said):
            place = self._gazetteer.locate(words[row], local_source=texts[row].local_source, found=places[row])
            yield _Read(texts[row], words[row], bare.one(row), hits, place, relevant, categories, CATEGORIES[primary], levels, forms, odds, row)

    def _one(self, read: _Read, explain: bool) -> Assessment:
        limits, item = self._standard.thresholds, read.item
        judged, joint, accused = self._judged(read)
        return Assessment(
            post_id=item.id,
            relevant=judged.relevant,
            categories=judged.categories,
            labels=judged.labels,
            level=judged.level,
            forms=judged.forms,
            form=judged.form,
            leads=tuple((c.unit, round(c.probability, 4)) for c in judged.leads),
            joint=joint,
            areas=tuple(a.name for a in read.place.areas),
            territory=read.place.territory,
            accused=accused,
            whistleblowing=any(v.what == "accusation" for v in judged.rules),
            contradicted=_contradicted(judged.rules),
            abstain=_abstain(limits, judged),
            verdicts=tuple(self._reasons(read, judged)) if explain else (),
            model_version=self._model.version,
            standard_version=self._standard.version,
        )

    def _judged(self, read: _Read) -> tuple[_Judged, tuple[str, ...], tuple[str, ...]]:
        """(the labels, joint units, accused units): rules first, then the model."""
        limits = self._standard.thresholds
        rules = self._lexicon.verdicts(read.hits, read.words)
        if any(word in read.hits for word in TRIGGERS):
            contradiction = refuted(read.words, read.categories[CATEGORIES.index("C7")])
            rules += [contradiction] if contradiction else []
        disproved = _contradicted(rules)  # what a text refutes did not happen
        grave = [] if disproved else level_verdicts(read.words, limits, read.hits)
        relevant = self._relevance(read, rules, grave)
        categories = _categories(read, rules, disproved)
        forms = _forms(read, rules, disproved)
        form, labels = _best(forms), _labels(categories, limits.label)
        asked = form in ("R1", "R4") and forms[form] > SURELY_ASKED
        scale = [] if asked else [*scale_verdicts(read.words, limits, read.hits), *_at_least(labels)]
        level, ruled = _level(read, [*grave, *(v for v in rules if v.what == "level" and not (asked and v.value == "Ⅲ")), *scale], asked)
        leads, joint, accused = self._leads(read, rules)
        return _Judged([*rules, *grave, *scale], relevant, categories, labels, forms, form, level, ruled, leads), joint, accused

    def _relevance(self, read: _Read, rules: Sequence[Verdict], grave: Sequence[Verdict]) -> float:
        """Probability that an office should notice; a foreign place sinks it, rules shift it by a bounded step."""
        placed = (float(read.odds.best[read.row]) - MATTER_FROM) / 2
        score = read.relevant - MATTER_EXPECTED + MATTER_SPEAKS * min(1.0, max(0.0, placed))
        score += 0.8 * min(2, sum(v.what == "relevant" for v in rules))
        score += 0.8 * any(v.value in ("Ⅰ", "Ⅱ") for v in grave) - 1.5 * min(2, sum(int(v.value) for v in rules if v.what == "irrelevant"))
        found = 1 / (1 + exp(-max(-30.0, min(30.0, score))))
        return min(found, 0.1) if self._territory and read.place.territory in _FOREIGN else found

    def _leads(self, read: _Read, rules: Sequence[Verdict]) -> tuple[list[Candidate], tuple[str, ...], tuple[str, ...]]:
        """(candidates, joint units, accused units). 检举控告 leads to discipline, the accused stay out of it."""
        found = self._leading.candidates(read.odds, read.row, read.hits, read.place.areas)
        discipline, accused = self._units.discipline, tuple[str, ...]()
        for verdict in (v for v in rules if v.what == "lead"):
            found = _to_front(found, verdict.value, FIRM)
        if any(v.what == "accusation" for v in rules):
            accused = tuple(u for u in self._leading.names.mentioned(read.hits) if u != discipline)
            found = _to_front(found, discipline, ACCUSED, accused)
        return found, tuple(u for u in self._leading.joint(found[0], read.hits, read.place.areas) if u not in accused), accused

    def _reasons(self, read: _Read, judged: _Judged) -> list[Verdict]:
        """Why: the rules that spoke, the level, the matters of the first candidates, the place, and the model's loudest words."""
        best = judged.leads[0]
        matters = [v for c in judged.leads[:SPOKEN] if (v := self._leading.verdict(c, read.hits)) is not None]
        level, lead = ("level", judged.level.value), ("lead", self._units.get(best.unit).group)
        asked = (level, lead, ("relevant", "1"), *(("category", c) for c in judged.labels), ("form", judged.form))
        known = [one for one in asked if one in self._outputs]
        grams = dict(zip(known, self._model.loudest(read.bare, [self._outputs[one] for one in known]), strict=True))
        found = [*judged.rules, _level_reason(read, judged, grams.pop(level)), *matters]
        near = grams.pop(lead, [])
        if near and not any(v.value == best.unit for v in matters):
            found.append(_spoken(read, ("lead", best.unit), best.probability, f"文本与该单位职责相近（依据{_quoted(near)}）", near))
        found += read.place.verdicts if self._territory else ()
        weighed = ((one, words, "、".join(f"“{gram}”{weight:+.2f}" for gram, weight in words)) for one, words in grams.items() if words)
        return found + [_spoken(read, one, 0.5, f"模型权重：{said}", words) for one, words, said in weighed]


def _quoted(grams: Sequence[tuple[str, float]]) -> str:
    return "".join(f"“{gram}”" for gram, _ in grams)


def _spoken(read: _Read, what: tuple[str, str], probability: float, reason: str, grams: Sequence[tuple[str, float]]) -> Verdict:
    """A verdict of the model on (task, value); its span is the loudest 2-gram's, where that stands unbroken in the text."""
    loudest, (task, value) = grams[0][0], what
    start = read.bare.find(loudest)
    span = (start, start + len(loudest)) if start >= 0 else None
    return Verdict(what=task, value=value, probability=probability, reason=reason, speaker=Speaker.MODEL, span=span, evidence=loudest)


def _level_reason(read: _Read, judged: _Judged, grams: Sequence[tuple[str, float]]) -> Verdict:
    """规则判为Ⅲ级, or 模型判为Ⅲ级（依据“…”）: the words that spoke loudest for it."""
    code, p = judged.level.value, max(read.levels)
    if grams and not judged.ruled:
        return _spoken(read, ("level", code), p, f"模型判为{code}级（依据{_quoted(grams)}）", grams)
    return Verdict(what="level", value=code, probability=p, reason=f"{'规则' if judged.ruled else '模型'}判为{code}级", speaker=Speaker.MODEL)


def _categories(read: _Read, rules: Sequence[Verdict], contradicted: bool) -> dict[str, float]:
    """C1–C7; C7 stays below the label threshold without a contradiction on record (design decision 3)."""
    found = dict(zip(CATEGORIES, read.categories, strict=True))
    found[read.primary] = max(found[read.primary], min(0.98, max(found.values()) + 0.01))  # what the text is mostly about stands first
    for verdict in rules:
        if verdict.what == "category":
            found[verdict.value] = _raised(found[verdict.value], 0.35 if verdict.value in GRAVE else 0.2)
    if not contradicted:
        found["C7"] = min(found["C7"], 0.45, 0.9 * max(p for code, p in found.items() if code != "C7"))
    return {code: round(p, 4) for code, p in found.items()}


def _forms(read: _Read, rules: Sequence[Verdict], contradicted: bool) -> dict[str, float]:
    """R1–R6, summing to 1; R6 only with a contradiction on record."""
    scores = dict(zip(FORMS, read.forms, strict=True))
    for value in {v.value for v in rules if v.what == "form"}:
        scores[value] += RULE_OF_FORM
    scores["R6"] = scores["R6"] + RULE_OF_FORM if contradicted else -20.0
    most = max(scores.values())
    weights = {code: exp(score - most) for code, score in scores.items()}
    total = sum(weights.values())
    return {code: round(weight / total, 4) for code, weight in weights.items()}


def _level(read: _Read, rules: Sequence[Verdict], asked: bool) -> tuple[OpinionLevel, bool]:
    """The graver of rules and model, and whether a rule said it. A pure question or suggestion (`asked`) is Ⅳ unless a rule of harm speaks."""
    proposed = LEVELS[read.levels.index(max(read.levels))]
    if proposed.rank <= 2 and sum(read.levels[:2]) < 0.55:
        proposed = OpinionLevel.III
    if asked:
        proposed = OpinionLevel.IV
    by_rule = min((OpinionLevel(v.value) for v in rules), key=lambda level: level.rank, default=OpinionLevel.IV)
    return min(proposed, by_rule, key=lambda one: one.rank), by_rule.rank <= proposed.rank and bool(rules)


def _abstain(limits: Thresholds, judged: _Judged) -> tuple[str, ...]:
    """Tasks on which the machine does not know: a person looks at them first."""
    unsure = {
        "relevant": abs(judged.relevant - limits.relevant) < 0.1,
        "category": max(judged.categories.values()) < limits.label,
        "lead": judged.leads[0].probability < limits.lead_abstain,
    }
    return tuple(task for task, doubted in unsure.items() if doubted)


def _to_front(found: Sequence[Candidate], unit: str, least: float, accused: Sequence[str] = ()) -> list[Candidate]:
    """`unit` first, at least so sure; the accused gone; the others share what is left."""
    own = next((c for c in found if c.unit == unit), Candidate(unit, 0.0))
    first = own.at(max(least, own.probability))
    others = [c for c in found if c.unit != unit and c.unit not in accused]
    share = (1 - first.probability) / (sum(c.probability for c in others) or 1.0)
    return [first, *(c.at(c.probability * share) for c in others)]


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
    """True when the text itself carries what contradicts a claim (classifiers/refutation.py, or a rule of the office's own standard)."""
    return any((v.what, v.value) in (("form", "R6"), ("category", "C7")) for v in rules)


def _best(found: dict[str, float]) -> str:
    return max(found, key=lambda code: found[code])


def _labels(categories: dict[str, float], threshold: float) -> tuple[str, ...]:
    """Categories at or above the threshold; never empty (the likeliest stands)."""
    return tuple(c for c, p in categories.items() if p >= threshold) or (_best(categories),)
