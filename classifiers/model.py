"""The linear models: weights from safetensors, a JSON manifest with sha256. Never pickle."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from classifiers.features import BUCKETS, Counts, counts

WEIGHTS, MANIFEST = "model.safetensors", "manifest.json"


class ModelError(Exception):
    """The model files are missing or damaged; run `huiying train`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """Scores of every task at once.

    `outputs` are (task, label) pairs in column order; `weights` float32 [seen, outputs]; `bias` [outputs]; `idf` [seen];
    `temperature` per task divides scores before they become probabilities.
    """

    outputs: tuple[tuple[str, str], ...]
    seen: NDArray[np.int64]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    version: str
    corpus_hash: str
    documents: int

    def vector(self, text: str) -> Counts:
        """tf-idf of `text`, L2-normalised."""
        raw = counts(text, self.seen)
        values = raw.values * self.idf[raw.columns]
        norm = float(np.sqrt(values @ values)) or 1.0
        return Counts(raw.columns, values / np.float32(norm))

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Raw scores [len(texts), outputs]."""
        vectors = [self.vector(t) for t in texts]
        rows = [v.values @ self.weights[v.columns] + self.bias for v in vectors]
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), len(self.outputs))

    def columns(self, task: str) -> list[int]:
        """Output columns of one task."""
        return [i for i, (what, _) in enumerate(self.outputs) if what == task]

    def labels(self, task: str) -> list[str]:
        """Labels of one task, in column order."""
        return [label for what, label in self.outputs if what == task]

    def top_grams(self, text: str, column: int, most: int = 3) -> list[tuple[str, float]]:
        """The n-grams of `text` that speak loudest for an output, with their weight."""
        folded = "".join(text.split())
        grams = {folded[i : i + n] for n in (1, 2) for i in range(len(folded) - n + 1)}
        weighed = [(gram, self._weight(gram, column)) for gram in grams if len(gram) == 2 and _TELLING.fullmatch(gram)]
        return sorted((g for g in weighed if g[1] > 0), key=lambda g: (-g[1], g[0]))[:most]

    def _weight(self, gram: str, column: int) -> float:
        found = counts(gram, self.seen).columns
        return float((self.idf[found] * self.weights[found, column]).sum())


_EMPTY = "的了是在我你他们不有这那就也都和与吗呢吧啊么个一"  # characters that tell a person nothing
_TELLING = re.compile(rf"(?:(?![{_EMPTY}])[\u3400-\u9fff]){{2}}")


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
            "bias": model.bias.astype(np.float32),
        }
    )
    manifest = {
        "version": model.version,
        "corpus_hash": model.corpus_hash,
        "documents": model.documents,
        "buckets": BUCKETS,
        "outputs": model.outputs,
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
    parts = load(blob)
    return LinearModel(
        outputs=tuple((a, b) for a, b in manifest["outputs"]),
        seen=parts["seen"].astype(np.int64),
        idf=parts["idf"].astype(np.float32),
        weights=parts["weights"].astype(np.float32),
        bias=parts["bias"],
        version=manifest["version"],
        corpus_hash=manifest["corpus_hash"],
        documents=manifest["documents"],
    )
