"""How much each kind of evidence for a lead counts, and how true its probability is: both fitted on posts the lead model had not learnt from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.matters import Evidence, Mixing, best_of

Calibration = tuple[tuple[float, ...], tuple[float, ...]]
UNCALIBRATED: Calibration = ((0.0, 1.0), (0.0, 1.0))
SIGNED = (("strong", 1), ("words", 1), ("against", -1), ("likeness", 1), ("title_strong", 1), ("title_words", 1))
FEWEST = 100  # posts below which nothing is fitted
FLOOR, CEILING = 0.02, 0.98  # no calibrated probability claims more certainty than these posts can show


def combined(
    scores: NDArray[np.float32], evidence: Evidence, named: NDArray[np.float32], owners: Sequence[str], groups: Sequence[str], by: Mixing,
    season: NDArray[np.float32] | float = 0.0,
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:  # fmt: skip
    """Log-odds of each group [texts, groups], the column of its best matter (-1: none), and all matters' log-odds [texts, matters]."""
    each = evidence.weighed(by) + season
    best, which = best_of(each, owners, groups)
    return by.model * scores + best + by.named * named, which, each


def fit_mixing(
    scores: NDArray[np.float32], evidence: Evidence, named: NDArray[np.float32], owners: Sequence[str], groups: Sequence[str],
    right: NDArray[np.int64],
) -> Mixing:  # fmt: skip
    """The weights of least surprise, none below zero; the defaults for fewer than FEWEST posts.

    `scores` [texts, groups] must come from models that had not learnt these texts; `right` are their groups' numbers.
    """
    from scipy.optimize import minimize

    names = (*(name for name, _ in SIGNED), "model", "named")
    if len(right) < FEWEST:
        return Mixing()
    rows = np.arange(len(right))

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        by = Mixing(**dict(zip(names, map(float, values), strict=True)))
        total, which, _ = combined(scores, evidence, named, owners, groups, by)
        shifted = total - total.max(axis=1, keepdims=True)
        said = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        pull = np.exp(said)
        pull[rows, right] -= 1.0
        pull /= len(rows)
        seen = pull * (which >= 0)
        slopes = [sign * float((seen * getattr(evidence, name)[rows[:, None], which]).sum()) for name, sign in SIGNED]
        slopes += [float((pull * scores).sum()), float((pull * named).sum())]
        return float(-said[rows, right].mean()), np.array(slopes)

    start = np.array([getattr(Mixing(), name) for name in names])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, 10)] * len(names), options={"maxiter": 60})
    return Mixing(**{name: round(float(value), 4) for name, value in zip(names, found.x, strict=True)})


def fit_calibration(total: NDArray[np.float32], right: NDArray[np.int64]) -> Calibration:
    """Stated probability of the best group → share that was right, ascending (isotonic regression); the identity for few posts.

    Source: Zadrozny and Elkan, Transforming Classifier Scores into Accurate Multiclass Probability Estimates, 2002.
    """
    from sklearn.isotonic import IsotonicRegression

    if len(right) < FEWEST:
        return UNCALIBRATED
    odds = np.exp(total - total.max(axis=1, keepdims=True))
    stated = odds.max(axis=1) / odds.sum(axis=1)
    fitted = IsotonicRegression(y_min=FLOOR, y_max=CEILING, out_of_bounds="clip").fit(stated, total.argmax(axis=1) == right)
    return tuple(map(float, fitted.X_thresholds_)), tuple(map(float, fitted.y_thresholds_))
