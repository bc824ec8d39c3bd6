"""Training: the corpus → one linear model over hashed n-grams (scikit-learn, imported only here, lazily)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.corpus import FOLDER, GROUPS, LEVELS, Labelled, corpus_hash, read_corpus
from classifiers.features import counts, joined, seen_buckets
from classifiers.model import LinearModel, read_manifest, write_model
from records.assessment import CATEGORIES, FORMS

SETTINGS = b"v6 C=6 float32 sharpened lead form kfold"  # part of the cache key: change it with the code below
STRENGTH = 6.0
SHARPENED = ("lead", "form")
SHARPNESS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)  # factors on scores: what makes their probabilities come true on unseen posts
FOLDS = 3
# How far rare labels are weighed up: 0 as they come, 1 all alike. Most concern is livelihood (C3) and most letters want something solved
# or looked into; a model that weighs all labels alike calls too many of them a decision (C1) or a question (R4).
BALANCE = {"relevant": 1.0, "category": 0.5, "primary": 0.25, "level": 1.0, "form": 0.5, "lead": 1.0}
CATEGORY_SHIFT = 0.62  # log-odds: a category is named from .35 of the binary model's probability on
Fitted = tuple[NDArray[np.float64], NDArray[np.float64]]  # weights [seen, labels], bias [labels]


def is_stale(folder: Path, corpus: Path = FOLDER) -> bool:
    """True when the model in `folder` was not trained from exactly this corpus and these settings."""
    return read_manifest(folder).get("corpus_hash") != corpus_hash(corpus, [SETTINGS])


def train(folder: Path, corpus: Path = FOLDER, extra: Sequence[Labelled] = ()) -> LinearModel:
    """Trains on the corpus and `extra` (analysts' corrections), writes the model to `folder` and returns it.

    Deterministic: equal input gives equal labels. Raises: CorpusError.
    """
    key = corpus_hash(corpus, [SETTINGS, *(repr(row).encode() for row in extra)])
    model = fit([*read_corpus(corpus), *extra], key)
    write_model(model, folder, {"rows": model.documents})
    return model


def fit(rows: Sequence[Labelled], key: str) -> LinearModel:
    """The model of `rows`; `key` becomes its corpus hash and version."""
    texts = [joined(r.title, r.text) for r in rows]
    seen, frequency = seen_buckets(texts)
    idf = (np.log((1 + len(texts)) / (1 + frequency)) + 1).astype(np.float32)
    matrix = _matrix(texts, seen, idf)
    public = [i for i, r in enumerate(rows) if r.relevant]
    fitted: list[tuple[str, tuple[str, ...], Fitted]] = [
        ("relevant", ("1",), _binary(matrix, np.array([r.relevant for r in rows]), BALANCE["relevant"]))
    ]
    for task, labels, answer in TASKS:
        told = [i for i in public if answer(rows[i])]  # a correction of one label teaches nothing about the others
        answers = _answers(task, labels, [answer(rows[i]) for i in told])
        weights, bias = _fit_task(matrix[told], labels, answers, BALANCE[task])
        sharp = sharpness(matrix[told], labels, answers, BALANCE[task]) if task in SHARPENED else 1.0
        fitted.append((task, labels, (weights * sharp, bias * sharp)))
    return LinearModel(
        outputs=tuple((task, label) for task, labels, _ in fitted for label in labels),
        seen=seen,
        idf=idf,
        weights=np.hstack([w for *_, (w, _) in fitted]).astype(np.float32),
        bias=np.concatenate([b for *_, (_, b) in fitted]).astype(np.float32),
        version=key[:12],
        corpus_hash=key,
        documents=len(rows),
    )


TASKS: tuple[tuple[str, tuple[str, ...], Callable[[Labelled], Any]], ...] = (  # the answer is empty where a row has none
    ("category", CATEGORIES, lambda r: r.categories),
    ("primary", CATEGORIES, lambda r: r.primary),
    ("level", LEVELS, lambda r: r.level),
    ("form", FORMS, lambda r: r.form),
    ("lead", GROUPS, lambda r: r.lead),
)


def _answers(task: str, labels: Sequence[str], told: Sequence[Any]) -> NDArray[Any]:
    """One row an answer: the label, or for categories a flag a label."""
    return np.array([[c in one for c in labels] for one in told]) if task == "category" else np.array(told)


def _matrix(texts: Sequence[str], seen: NDArray[np.int64], idf: NDArray[np.float32]) -> Any:
    from scipy.sparse import csr_matrix

    found = [counts(t, seen) for t in texts]
    starts = np.cumsum([0, *(len(f.columns) for f in found)])
    columns = np.concatenate([f.columns for f in found])
    values = np.concatenate([f.values * idf[f.columns] for f in found])
    rows = csr_matrix((values, columns, starts), shape=(len(texts), len(seen)))
    return rows.multiply(1.0 / np.maximum(_norms(rows), 1e-9)[:, None]).tocsr().astype(np.float32)


def _norms(rows: Any) -> NDArray[np.float64]:
    squared: NDArray[np.float64] = np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64).ravel()
    return np.sqrt(squared)


def sharpness(matrix: Any, labels: Sequence[str], answers: NDArray[np.str_], balance: float) -> float:
    """The factor on a task's scores whose probabilities fit unseen posts best (temperature scaling, out of fold); 1 for few rows.

    A strongly regularised model ranks well and is far too unsure. Source: Guo et al., On Calibration of Modern Neural Networks, 2017.
    """
    from sklearn.model_selection import KFold

    if len(answers) < 30 * FOLDS:
        return 1.0
    scores = np.zeros((len(answers), len(labels)))
    for learnt, asked in KFold(FOLDS, shuffle=True, random_state=0).split(matrix):
        weights, bias = _multinomial(matrix[learnt], labels, answers[learnt], balance)
        scores[asked] = matrix[asked] @ weights + bias
    right = np.array([list(labels).index(one) for one in answers])
    return min(SHARPNESS, key=lambda factor: _surprise(scores * factor, right))


def _surprise(scores: NDArray[np.float64], right: NDArray[np.int64]) -> float:
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


def _logistic(matrix: Any, answers: NDArray[Any], balance: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, class_weight=_weights(answers, balance), max_iter=80, tol=1e-3).fit(matrix, answers)


def _binary(matrix: Any, answers: NDArray[np.bool_], balance: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if answers.all() or not answers.any():  # nothing to tell apart: a constant
        return np.zeros((matrix.shape[1], 1)), np.array([6.0 if answers.all() else -6.0])
    fitted = _logistic(matrix, answers, balance)
    return fitted.coef_.T, fitted.intercept_


def _fit_task(matrix: Any, labels: Sequence[str], answers: Any, balance: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if answers.ndim == 2:
        each = [_binary(matrix, answers[:, i], balance) for i in range(len(labels))]
        return np.hstack([w for w, _ in each]), np.concatenate([b for _, b in each]) + CATEGORY_SHIFT
    return _multinomial(matrix, labels, answers, balance)


def _multinomial(
    matrix: Any, labels: Sequence[str], answers: Any, balance: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights in the order of `labels`; a label without a row gets a bias that never wins."""
    fitted = _logistic(matrix, answers, balance)
    weights, bias = np.zeros((matrix.shape[1], len(labels))), np.full(len(labels), -12.0)
    coefficients, intercepts = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn stores one row for two classes
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.array([-intercepts[0], intercepts[0]])
    for row, label in enumerate(fitted.classes_):
        at = list(labels).index(label)
        weights[:, at], bias[at] = coefficients[row], intercepts[row]
    return weights, bias
