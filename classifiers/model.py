"""The linear models: weights from safetensors, a JSON manifest with sha256. Never pickle."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from classifiers.features import BUCKETS, Counts, Vectoriser, codes, counts, pair_buckets
from classifiers.matters import Mixing
from classifiers.speech import NAMES

WEIGHTS, MANIFEST = "model.safetensors", "manifest.json"


class ModelError(Exception):
    """The model files are missing or damaged; run `huiying train`."""


@dataclass(frozen=True, kw_only=True)
class LinearModel:
    """Scores of every task at once, and how its evidence for leads is mixed and calibrated.

    `outputs` are (task, label) pairs in column order; `weights` float32 [seen, outputs]; `cues` float32 [speech.NAMES, outputs]; `bias` [outputs];
    `idf` [seen]. `mixing` weighs the catalogue of matters beside the lead scores. `calibration` are two rows, ascending: a lead's stated
    probability and what it proved to be on unseen posts (isotonic). `learnt` are the unit ids whose duties the lead scores know.
    """

    outputs: tuple[tuple[str, str], ...]
    seen: NDArray[np.int64]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    cues: NDArray[np.float32]
    bias: NDArray[np.float32]
    version: str
    corpus_hash: str
    documents: int
    mixing: Mixing = field(default_factory=Mixing)
    calibration: tuple[tuple[float, ...], tuple[float, ...]] = ((0.0, 1.0), (0.0, 1.0))
    learnt: frozenset[str] = frozenset()

    def vector(self, text: str) -> Counts:
        """tf-idf of `text`, L2-normalised."""
        raw = counts(text, self.seen)
        values = raw.values * self.idf[raw.columns]
        norm = float(np.sqrt(values @ values)) or 1.0
        return Counts(raw.columns, values / np.float32(norm))

    @cached_property
    def vectors(self) -> Vectoriser:
        """Texts → tf-idf rows in this model's features."""
        return Vectoriser(self.seen, self.idf)

    def scores(self, vectors: Any, cues: NDArray[np.float32]) -> NDArray[np.float32]:
        """Raw scores [texts, outputs] of the rows of `vectors` (CSR [texts, seen]) and `cues` ([texts, speech.NAMES])."""
        found: NDArray[np.float32] = np.asarray(vectors @ self.weights, dtype=np.float32) + cues @ self.cues + self.bias
        return found

    def proved(self, probability: float) -> float:
        """What a stated probability of a lead proved to be (isotonic calibration)."""
        return float(np.interp(probability, *self.calibration))

    def columns(self, task: str) -> list[int]:
        """Output columns of one task."""
        return [i for i, (what, _) in enumerate(self.outputs) if what == task]

    def labels(self, task: str) -> list[str]:
        """Labels of one task, in column order."""
        return [label for what, label in self.outputs if what == task]

    def loudest(self, text: str, outputs: Sequence[int], most: int = 3) -> list[list[tuple[str, float]]]:
        """For each output the different 2-grams of `text` that speak loudest for it, with their weight; only whole words' characters count."""
        points = codes(text)
        pairs = np.flatnonzero(_telling(points[:-1]) & _telling(points[1:]))
        columns = self.vectors.columns(pair_buckets(text)[pairs])
        pairs, columns = pairs[columns >= 0], columns[columns >= 0]
        weights = self.idf[columns, None] * self.weights[columns][:, list(outputs)]
        return [_first(points, pairs, weights[:, at], most) for at in range(len(outputs))]


_EMPTY = "的了是在我你他们不有这那就也都和与吗呢吧啊么个一"  # characters that tell a person nothing


@cache
def _tells() -> NDArray[np.bool_]:
    table = np.zeros(0xA000, dtype=np.bool_)
    table[0x3400:] = True
    table[[ord(c) for c in _EMPTY]] = False
    return table


def _telling(points: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each is a Chinese character that tells a person something."""
    table = _tells()
    inside = points < len(table)
    found: NDArray[np.bool_] = inside & table[np.where(inside, points, 0)]
    return found


def _first(points: NDArray[np.uint64], pairs: NDArray[np.int64], weights: NDArray[np.float32], most: int) -> list[tuple[str, float]]:
    """The heaviest different 2-grams at `pairs`, none of no weight."""
    found: dict[str, float] = {}
    for at in np.argsort(-weights, kind="stable")[: 8 * most].tolist():
        if weights[at] <= 0 or len(found) == most:
            break
        found.setdefault(chr(int(points[pairs[at]])) + chr(int(points[pairs[at] + 1])), float(weights[at]))
    return list(found.items())


def sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 / (1 + e^-x), elementwise."""
    found: NDArray[np.float32] = (1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)
    return found


def softmax(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Row-wise softmax.

    >>> softmax(np.zeros((1, 2), np.float32)).tolist()
    [[0.5, 0.5]]
    """
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    found: NDArray[np.float32] = (shifted / shifted.sum(axis=-1, keepdims=True)).astype(np.float32)
    return found


def write_model(model: LinearModel, folder: Path, extra: dict[str, Any]) -> None:
    """Writes weights (float16, seen features only) and manifest; the manifest last, so a torn write is never loaded."""
    blob = save(
        {
            "seen": model.seen.astype(np.uint32),
            "idf": model.idf.astype(np.float16),
            "weights": model.weights.astype(np.float16),
            "cues": model.cues.astype(np.float32),
            "bias": model.bias.astype(np.float32),
        }
    )
    manifest = {
        "version": model.version,
        "corpus_hash": model.corpus_hash,
        "documents": model.documents,
        "buckets": BUCKETS,
        "outputs": model.outputs,
        "cue_names": NAMES,
        "mixing": asdict(model.mixing),
        "calibration": model.calibration,
        "learnt": sorted(model.learnt),
        "sha256": hashlib.sha256(blob).hexdigest(),
        **extra,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(blob)
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, or {} when there is none or it cannot be read."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def load_model(folder: Path) -> LinearModel:
    """The model in `folder`. Raises: ModelError naming the file when it is missing, torn or altered."""
    manifest = read_manifest(folder)
    try:
        blob = (folder / WEIGHTS).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder / WEIGHTS}: {error}") from error
    if not manifest or hashlib.sha256(blob).hexdigest() != manifest.get("sha256"):
        raise ModelError(f"{folder / MANIFEST}: missing, or its sha256 does not match {WEIGHTS}; run: huiying train")
    if tuple(manifest.get("cue_names", ())) != NAMES:
        raise ModelError(f"{folder / MANIFEST}: of another version of this program; run: huiying train")
    parts = load(blob)
    return LinearModel(
        outputs=tuple((a, b) for a, b in manifest["outputs"]),
        seen=parts["seen"].astype(np.int64),
        idf=parts["idf"].astype(np.float32),
        weights=parts["weights"].astype(np.float32),
        cues=parts["cues"],
        bias=parts["bias"],
        version=manifest["version"],
        corpus_hash=manifest["corpus_hash"],
        documents=manifest["documents"],
        mixing=Mixing(**manifest["mixing"]),
        calibration=(tuple(manifest["calibration"][0]), tuple(manifest["calibration"][1])),
        learnt=frozenset(manifest["learnt"]),
    )
