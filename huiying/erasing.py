"""Erasing one post on somebody's order: the ledger's part, and the files of the data folder that still show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huiying.office import Desk
from ledger.erasure import Erased, clear_erased, erase, forgotten
from ledger.traces import Traces
from monitor.canonical import canonical_url

LEDGER = "ledger.db"


@dataclass(frozen=True, slots=True)
class Erasing:
    """`erased` is None where it had been erased before; `files` show it still, relative to the data folder; `left` could not be cleared yet."""

    erased: Erased | None
    files: tuple[str, ...]
    left: tuple[str, ...]


def erase_post(desk: Desk, url: str, *, by: str, why: str) -> Erasing:
    """The post of a URL, in any of its spellings, erased. Raises: ValueError without name or reason; LookupError when no post has it."""
    if not by.strip() or not why.strip():
        raise ValueError("删除须有经办人姓名（--by）与理由（--why）")
    engine, canonical = desk.ledger.engine, canonical_url(url) or url.strip()
    erased = erase(engine, canonical, by=by.strip(), why=why.strip(), at=desk.now())
    if erased is None and not forgotten(engine, [canonical]):
        raise LookupError(f"{url}: 台账中没有这条帖文")
    files = tuple(showing(desk.data, erased.traces)) if erased else ()
    return Erasing(erased, files, tuple(clear_erased(engine)))


def showing(data: Path, traces: Traces) -> Iterator[str]:
    """Files under the data folder that show the traces; the ledger's own are not looked into."""
    for path in sorted(p for p in data.rglob("*") if p.is_file() and not p.name.startswith(LEDGER)):
        if traces.in_bytes(path.read_bytes()) or traces.in_text(path.name):
            yield str(path.relative_to(data))
