"""导入: a table somebody exported → Posts in the ledger; the daemon's next round judges them like any other."""

from dataclasses import dataclass
from pathlib import Path

from huiying.office import Desk
from monitor.imported import Imported, posts_of
from monitor.tables import TableError, lines_of
from records.source import FetchState, Source, SourceKind


class ImportRefusedError(ValueError):
    """The file, or the source it is said to come from, cannot be imported; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did: rows read, posts that were new."""

    found: Imported
    rows: int
    fresh: int


def import_file(desk: Desk, file: Path, source_id: str) -> Outcome:
    """Stores the posts of a table. Running it again changes nothing: an address, or a ticket's number, is one post.

    The file itself is not kept: it holds names and telephones that are no business of ours. Raises: ImportRefusedError.
    """
    source = _source(desk, source_id)
    try:
        lines = lines_of(file.read_bytes(), file.name)
    except (OSError, TableError) as error:
        raise ImportRefusedError(str(error)) from error
    now = desk.now()
    found = posts_of(lines, name=file.name, source_id=source.id, now=now)
    state = FetchState(source_id=source.id, due_at=now, last_ok_at=now, last_new_at=now, baseline_done=True)
    fresh = desk.ledger.add_collected(found.posts, [], state)
    return Outcome(found=found, rows=len(lines), fresh=len(fresh))


def _source(desk: Desk, source_id: str) -> Source:
    imports = [s for s in desk.settings.sources if s.kind is SourceKind.IMPORT]
    source = next((s for s in imports if s.id == source_id), None)
    if source is None:
        raise ImportRefusedError(f"没有导入类信息源 {source_id}；sources.toml 中 kind = \"import\" 的有：{'、'.join(s.id for s in imports) or '无'}")
    return source
