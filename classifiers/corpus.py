"""The labelled corpus (classifiers/corpus/*.jsonl): reading, checking, hashing."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from records.assessment import CATEGORIES, FORMS

FOLDER = Path(__file__).parent / "corpus"
LEVELS = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")
GROUPS = (
    "housing", "urban", "transport", "police", "education", "health", "medins", "labour", "civil", "environment", "market", "land",
    "agriculture", "water", "emergency", "fire", "culture", "industry", "development", "finance", "commerce", "justice", "veterans",
    "services", "utility", "town", "discipline", "publicity", "office", "other",
)  # fmt: skip


class CorpusError(ValueError):
    """A row that cannot be used; names file, line and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One labelled post. Label fields as in the codebook; all empty where `relevant` is False."""

    id: str
    title: str
    text: str
    relevant: bool
    categories: tuple[str, ...]
    primary: str
    level: str
    form: str
    lead: str
    joint: tuple[str, ...]
    voice: str


def parse_row(row: dict[str, Any], where: str) -> Labelled:
    """A checked row. Raises: CorpusError naming `where` and the key."""
    relevant = bool(row.get("relevant"))
    for key, legal in (("level", LEVELS), ("form", FORMS), ("lead", GROUPS)):
        if relevant and row.get(key) not in legal:
            raise CorpusError(f"{where}: {key}: {row.get(key)!r} is not one of {', '.join(legal)}")
    bad = [c for c in row.get("categories") or () if c not in CATEGORIES]
    if bad or (relevant and not row.get("categories")):
        raise CorpusError(f"{where}: categories: {row.get('categories')!r}")
    if relevant and row.get("primary") not in (row.get("categories") or ()):
        raise CorpusError(f"{where}: primary: {row.get('primary')!r} is not one of its categories")
    if not (row.get("title") or row.get("text")):
        raise CorpusError(f"{where}: title and text are both empty")
    return Labelled(
        id=str(row["id"]),
        title=row.get("title") or "",
        text=row.get("text") or "",
        relevant=relevant,
        categories=tuple(row.get("categories") or ()),
        primary=row.get("primary") or "",
        level=row.get("level") or "",
        form=row.get("form") or "",
        lead=row.get("lead") or "",
        joint=tuple(row.get("joint") or ()),
        voice=row.get("voice") or "",
    )


def read_file(path: Path) -> Iterator[Labelled]:
    """Rows of one JSONL file. Raises: CorpusError naming file and line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            where = f"{path.name}:{number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CorpusError(f"{where}: not JSON: {error}") from error
            yield parse_row(row, where)


def read_corpus(folder: Path = FOLDER) -> list[Labelled]:
    """All rows, files in name order. Raises: CorpusError; also when the folder holds none."""
    rows = [row for path in sorted(folder.glob("*.jsonl")) for row in read_file(path)]
    if not rows:
        raise CorpusError(f"{folder}: no labelled posts")
    return rows


def corpus_hash(folder: Path = FOLDER, extra: Iterable[bytes] = ()) -> str:
    """sha256 (hex) over file names and bytes, and `extra` (the training settings): the model's cache key."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for more in extra:
        digest.update(more)
    return digest.hexdigest()
