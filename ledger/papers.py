"""Paper ↔ row: the kind chooses the record its content is read back as."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from ledger.engine import Row
from ledger.rows import storable
from records.instant import from_micros, micros
from records.paper import CONTENTS, Paper


class UnknownPaperError(ValueError):
    """A paper of a kind this version does not know: the ledger was written by a newer one."""


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    if kind not in CONTENTS:
        raise UnknownPaperError(f"文书类别 {kind} 未知；台账由更新的版本写入")
    return TypeAdapter(CONTENTS[kind])


def paper_row(paper: Paper) -> Row:
    """The row of a paper, without its place in the file (`seq`)."""
    content = _adapter(paper.kind).dump_json(paper.content, fallback=str).decode()
    row: Row = {"id": paper.id, "case_id": paper.case_id, "kind": paper.kind, "unit": paper.unit, "by": storable(paper.by)}
    return row | {"at": micros(paper.at), "content": storable(content)}


def paper_of(row: Row) -> Paper:
    """The paper of a row. Raises: UnknownPaperError."""
    content = _adapter(row["kind"]).validate_json(row["content"])
    return Paper(id=row["id"], case_id=row["case_id"], unit=row["unit"], by=row["by"], at=from_micros(row["at"]), content=content)
