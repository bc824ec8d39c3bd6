"""Migrations: which files an engine runs, in order, and their statements. They only append; the schema is their sum."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. `name` is its name without endings; `statements` in order."""

    name: str
    statements: tuple[str, ...]


def migrations(engine: str, blob: str, folder: Path = FOLDER) -> Iterator[Migration]:
    """The migrations of one engine, oldest first. `blob` is the engine's type for bytes."""
    for path in sorted(folder.glob("*.sql")):
        name, _, only = path.stem.partition(".")
        if only in ("", engine):
            yield Migration(name, tuple(_statements(path.read_text(encoding="utf-8").replace("$blob", blob))))


def _statements(text: str) -> Iterator[str]:
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return (s.strip() for s in bare.split(";") if s.strip())
