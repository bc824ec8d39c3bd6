"""Training: the corpus and the catalogue's examples → one linear model over hashed n-grams (scikit-learn, imported only here, lazily)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.corpus import FOLDER, GROUPS, LEVELS, Labelled, corpus_hash, read_corpus
from classifiers.duties import UnitNames
from classifiers.features import Batch, Vectoriser, joined, seen_buckets
from classifiers.matters import Catalogue, Evidence, Mixing, Placing
from classifiers.mixing import UNCALIBRATED, Calibration, combined, fit_calibration, fit_mixing
from classifiers.model import LinearModel, read_manifest, write_model
from classifiers.speech import NAMES, Speech
from classifiers.speech import words as cue_words
from classifiers.territory import Gazetteer, spans
from classifiers.wording import Found, Wordbook
from records.assessment import CATEGORIES, FORMS

SETTINGS = b"v12 places blanked, C=6 cues C=.03 mixing calibration by writer"  # part of the cache key: change it with the code
STRENGTH, CUE_STRENGTH = 6.0, 0.03
SHARPNESS = (0.4, 0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.5)  # factors on form scores: what makes their probabilities come true on unseen posts
FOLDS = 4
# How far rare labels are weighed up: 0 as they come, 1 all alike.
BALANCE = {"relevant": 1.0, "category": 0.5, "primary": 0.0, "level": 0.0, "form": 0.0, "lead": 0.0}
CATEGORY_SHIFT = 0.62  # log-odds: a category is named from .35 of the binary model's probability on
Fitted = tuple[NDArray[np.float64], NDArray[np.float64]]  # weights [features, labels], bias [labels]
Expert = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]  # n-gram weights, cue weights, bias
TASKS: tuple[tuple[str, tuple[str, ...], Callable[[Labelled], Any]], ...] = (  # the answer is empty where a row has none
    ("category", CATEGORIES, lambda r: r.categories),
    ("primary", CATEGORIES, lambda r: r.primary),
    ("level", LEVELS, lambda r: r.level),
    ("form", FORMS, lambda r: r.form),
)


def is_stale(folder: Path, corpus: Path = FOLDER) -> bool:
    """True when the model in `folder` was not trained from exactly this corpus and these settings.

    The catalogue is not looked at: an edited matter speaks without training.
    """
    return read_manifest(folder).get("corpus_hash") != corpus_hash(corpus, [SETTINGS])


def train(
    folder: Path, catalogue: Catalogue, gazetteer: Gazetteer, corpus: Path = FOLDER, extra: Sequence[Labelled] = ()
) -> LinearModel:
    """Trains on the corpus, the catalogue's examples and `extra` (analysts' corrections), writes the model to `folder` and returns it.

    Place names of the gazetteer are blanked: a street must not learn to speak for a unit.

    Deterministic: equal input gives equal labels. Raises: CorpusError.
    """
    key = corpus_hash(corpus, [SETTINGS, *(repr(row).encode() for row in extra)])
    model = fit([*read_corpus(corpus), *extra], key, catalogue, gazetteer)
    write_model(model, folder, {"rows": model.documents})
    return model


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is learnt from: rows, their vectors [rows, features] and cues [rows, speech.NAMES]."""

    rows: Sequence[Labelled]
    vectors: Any
    cues: NDArray[np.float32]
    found: Found

    def of(self, kept: Sequence[int]) -> tuple[Any, NDArray[np.float32]]:
        return self.vectors[kept], self.cues[kept]


def fit(
    rows: Sequence[Labelled], key: str, catalogue: Catalogue, gazetteer: Gazetteer, mixed: tuple[Mixing, Calibration] | None = None
) -> LinearModel:
    """The model of `rows`; `key` becomes its corpus hash and version. `mixed`: mixing and calibration of an earlier model, else fitted here."""
    texts = [joined(r.title, r.text) for r in rows]
    examples = [(example, owner) for matter, owner in zip(catalogue.matters, catalogue.owners, strict=True) for example in matter.examples]
    batch = Batch.of(texts)
    bare = batch.blanked([spans(found) for found in gazetteer.find(texts)])
    seen, frequency = seen_buckets([*map(bare.one, range(len(bare))), *(text for text, _ in examples)])
    idf = (np.log((1 + len(texts) + len(examples)) / (1 + frequency)) + 1).astype(np.float32)
    vectorise = Vectoriser(seen, idf)
    names = UnitNames(catalogue.units).words()
    book = Wordbook(catalogue.words() | cue_words() | names)
    found = book.find(batch).outside(batch, bare, book.marked(names))
    sheet = _Sheet(rows, vectorise(bare), Speech(book).features(found, [len(t) for t in texts]), found)
    told = np.array([r.relevant for r in rows])
    fitted: list[tuple[str, tuple[str, ...], Expert]] = [("relevant", ("1",), _no_cues(_binary(sheet.vectors, told, BALANCE["relevant"])))]
    fitted += [(task, labels, _fit_task(sheet, task, labels, answer)) for task, labels, answer in TASKS]
    lead = _Mixer(sheet, catalogue, vectorise, book, vectorise(Batch.of([text for text, _ in examples])), [owner for _, owner in examples])
    fitted.append(("lead", GROUPS, _no_cues(lead.fitted(lead.told))))
    mixing, calibration = mixed or lead.mixed()
    return LinearModel(
        outputs=tuple((task, label) for task, labels, _ in fitted for label in labels),
        seen=seen,
        idf=idf,
        weights=np.hstack([w for *_, (w, _, _) in fitted]).astype(np.float32),
        cues=np.hstack([c for *_, (_, c, _) in fitted]).astype(np.float32),
        bias=np.concatenate([b for *_, (_, _, b) in fitted]).astype(np.float32),
        version=key[:12],
        corpus_hash=key,
        documents=len(rows),
        mixing=mixing,
        calibration=calibration,
        learnt=frozenset(m.lead for m in catalogue.matters),
    )


def _no_cues(fitted: Fitted) -> Expert:
    weights, bias = fitted
    return weights, np.zeros((len(NAMES), weights.shape[1])), bias


def _fit_task(sheet: _Sheet, task: str, labels: Sequence[str], answer: Callable[[Labelled], Any]) -> Expert:
    """The experts of n-grams and of cues for one task, from the rows that have an answer."""
    told = [i for i, r in enumerate(sheet.rows) if r.relevant and answer(r)]  # a correction of one label teaches nothing about the others
    answers = [answer(sheet.rows[i]) for i in told]
    vectors, cues = sheet.of(told)
    if task == "category":
        return _categories(vectors, cues, labels, np.array([[c in one for c in labels] for one in answers]).reshape(len(told), -1))
    one = _experts(vectors, cues, labels, np.array(answers), BALANCE[task])
    if task != "form":
        return one
    sharp = sharpness(vectors, cues, labels, np.array(answers), BALANCE[task], writers([sheet.rows[i] for i in told]))
    return one[0] * sharp, one[1] * sharp, one[2] * sharp


def _experts(vectors: Any, cues: NDArray[np.float32], labels: Sequence[str], answers: NDArray[np.str_], balance: float) -> Expert:
    """A product of two experts: their scores add."""
    weights, bias = _multinomial(vectors, labels, answers, STRENGTH, balance)
    more, shift = _multinomial(cues, labels, answers, CUE_STRENGTH, balance)
    return weights, more, bias + shift


def _categories(vectors: Any, cues: NDArray[np.float32], labels: Sequence[str], flags: NDArray[np.bool_]) -> Expert:
    """One yes or no a category. The cues add evidence only: their own prior is taken off, or rare categories would be doubted twice."""
    weights, biases, more = [], [], []
    for at in range(len(labels)):
        w, b = _binary(vectors, flags[:, at], BALANCE["category"])
        c, shift = _binary(cues, flags[:, at], 0.0, CUE_STRENGTH)
        prior = float(np.clip(flags[:, at].mean(), 1e-3, 1 - 1e-3))
        weights.append(w)
        more.append(c)
        biases.append(b + shift - np.log(prior / (1 - prior)) + CATEGORY_SHIFT)
    return np.hstack(weights), np.hstack(more), np.concatenate(biases)


@dataclass(frozen=True, slots=True)
class _Mixer:
    """The lead task: posts and the catalogue's examples; what the posts' out-of-fold scores say of mixing and calibration."""

    sheet: _Sheet
    catalogue: Catalogue
    vectorise: Vectoriser
    book: Wordbook
    examples: Any  # CSR [examples, features]
    owners: Sequence[str]

    @property
    def told(self) -> list[int]:
        """Rows with a lead."""
        return [i for i, r in enumerate(self.sheet.rows) if r.relevant and r.lead]

    def fitted(self, kept: Sequence[int]) -> Fitted:
        """Weights from the rows `kept` and all examples."""
        from scipy.sparse import vstack

        answers = [self.sheet.rows[i].lead for i in kept]
        matrix = vstack([self.sheet.vectors[kept], self.examples]).tocsr()
        return _multinomial(matrix, GROUPS, np.array([*answers, *self.owners]), STRENGTH, BALANCE["lead"])

    def mixed(self) -> tuple[Mixing, Calibration]:
        """Fitted on the posts, each scored by a model that learnt from other writers only."""
        rows, told = self.sheet.rows, self.told
        if len(told) < 30 * FOLDS:
            return Mixing(), UNCALIBRATED
        evidence = Placing(self.catalogue, self.book, self.vectorise(Batch.of(self.catalogue.descriptions()))).evidence(
            self.sheet.found, [len(r.title) for r in rows], self.sheet.vectors
        )
        return self._leads(evidence, told)

    def _leads(self, evidence: Evidence, told: Sequence[int]) -> tuple[Mixing, Calibration]:
        """Out of fold."""
        rows, owners = [self.sheet.rows[i] for i in told], self.catalogue.owners
        vectors = self.sheet.vectors[told]
        scores = out_of_fold(len(rows), writers(rows), lambda learnt: self.fitted([told[i] for i in learnt]), vectors, len(GROUPS))
        right = np.array([GROUPS.index(r.lead) for r in rows])
        named = UnitNames(self.catalogue.units).groups(self.sheet.found, self.book, GROUPS)[told]
        here = Evidence(*(getattr(evidence, f.name)[told] for f in fields(evidence)))
        mixing = fit_mixing(scores, here, named, owners, GROUPS, right)
        return mixing, fit_calibration(combined(scores, here, named, owners, GROUPS, mixing)[0], right)


def writers(rows: Sequence[Labelled]) -> list[str]:
    """Whose hand each row is: the part of its id before the number. A model is never tried on a hand it learnt from."""
    return [r.id.rpartition("-")[0] or r.id for r in rows]


def folds(count: int, hands: Sequence[str]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """FOLDS pairs (learnt, asked) of row numbers, no hand in both where there are enough hands."""
    from sklearn.model_selection import GroupKFold, KFold

    if len(set(hands)) >= FOLDS and len(set(hands)) < count / 4:
        return list(GroupKFold(FOLDS).split(np.zeros(count), groups=hands))
    return list(KFold(FOLDS, shuffle=True, random_state=0).split(np.zeros(count)))


def out_of_fold(
    count: int, hands: Sequence[str], fitted: Callable[[NDArray[np.int64]], Fitted], vectors: Any, labels: int
) -> NDArray[np.float32]:
    """Scores [rows, labels] of every row by a model that had not learnt it."""
    scores = np.zeros((count, labels), dtype=np.float32)
    for learnt, asked in folds(count, hands):
        weights, bias = fitted(learnt)
        scores[asked] = vectors[asked] @ weights + bias
    return scores


def sharpness(
    vectors: Any, cues: NDArray[np.float32], labels: Sequence[str], answers: NDArray[np.str_], balance: float, hands: Sequence[str]
) -> float:
    """The factor on a task's scores whose probabilities fit unseen posts best (temperature scaling, out of fold); 1 for few rows.

    Source: Guo et al., On Calibration of Modern Neural Networks, 2017.
    """
    if len(answers) < 30 * FOLDS:
        return 1.0
    grams = out_of_fold(len(answers), hands, lambda i: _multinomial(vectors[i], labels, answers[i], STRENGTH, balance), vectors, len(labels))
    said = out_of_fold(len(answers), hands, lambda i: _multinomial(cues[i], labels, answers[i], CUE_STRENGTH, balance), cues, len(labels))
    right = np.array([list(labels).index(one) for one in answers])
    return min(SHARPNESS, key=lambda factor: _surprise((grams + said) * factor, right))


def _surprise(scores: NDArray[np.floating[Any]], right: NDArray[np.int64]) -> float:
    """Mean negative log-likelihood of the right answers."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    said = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-said[np.arange(len(right)), right].mean())


def _weights(answers: NDArray[Any], balance: float) -> dict[Any, float]:
    """Class → weight: (rows / (classes × rows of the class)) ^ balance.

    >>> _weights(np.array(["R2", "R2", "R2", "R1"]), 1.0)["R1"]
    2.0
    """
    found, times = np.unique(answers, return_counts=True)
    return {one: float((len(answers) / (len(found) * n)) ** balance) for one, n in zip(found.tolist(), times.tolist(), strict=True)}


def _logistic(matrix: Any, answers: NDArray[Any], strength: float, balance: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, class_weight=_weights(answers, balance), max_iter=80, tol=1e-3).fit(matrix, answers)


def _binary(matrix: Any, answers: NDArray[np.bool_], balance: float, strength: float = STRENGTH) -> Fitted:
    if answers.all() or not answers.any():  # nothing to tell apart: a constant
        return np.zeros((matrix.shape[1], 1)), np.array([6.0 if answers.all() else -6.0])
    fitted = _logistic(matrix, answers, strength, balance)
    return fitted.coef_.T, fitted.intercept_


def _multinomial(matrix: Any, labels: Sequence[str], answers: Any, strength: float, balance: float) -> Fitted:
    """Weights in the order of `labels`; a label without a row gets a bias that never wins."""
    fitted = _logistic(matrix, answers, strength, balance)
    weights, bias = np.zeros((matrix.shape[1], len(labels))), np.full(len(labels), -12.0)
    coefficients, intercepts = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn stores one row for two classes
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.array([-intercepts[0], intercepts[0]])
    for row, label in enumerate(fitted.classes_):
        at = list(labels).index(label)
        weights[:, at], bias[at] = coefficients[row], intercepts[row]
    return weights, bias
