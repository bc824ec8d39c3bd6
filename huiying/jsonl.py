"""The JSON Lines commands (assess, gather): other programs call them; names, fields and order are a contract (design.md)."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from math import isfinite
from typing import Any, NoReturn

from classifiers import gather as gathering
from classifiers.assess import Assessor, Text
from classifiers.gather import Piece
from classifiers.model import LinearModel
from records.assessment import Assessment
from records.instant import shanghai

BATCH = 256


class BadLine(ValueError):
    """A line that is not an object with an id."""


def parse(line: str) -> dict[str, Any]:
    """The line's object. Raises: BadLine saying what is wrong."""
    try:
        line.encode("utf-8")
        row = json.loads(line, parse_constant=_refused, parse_float=_finite)
    except UnicodeEncodeError as error:
        raise BadLine("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadLine("not an object")
    if row.get("id") is None:
        raise BadLine("no id")
    wrong = [key for key in ("title", "text") if not isinstance(row.get(key) or "", str)]
    if wrong:
        raise BadLine(f"{wrong[0]}: not a string")
    return row


def _finite(number: str) -> float:
    found = float(number)
    return found if isfinite(found) else _refused(number)


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def instant(value: object) -> datetime | None:
    """An ISO 8601 time (zoneless = Shanghai); None when it cannot be read."""
    try:
        return shanghai(datetime.fromisoformat(str(value)))
    except (ValueError, OverflowError):  # overflow: the first or last hours of the calendar, in another zone
        return None


def assess_lines(
    lines: Iterable[str], assessor: Assessor, local_sources: frozenset[str], *, explain: bool
) -> Iterator[dict[str, Any]]:
    """One answer a line, in order; a bad line gives {"id": null, "error": …, "line": its number} in its place. Blank lines are none."""
    stream = _attempts(lines)
    while parsed := list(islice(stream, BATCH)):
        good = [row for row in parsed if "error" not in row]
        found = iter(assessor.assess([_text(row, local_sources) for row in good], explain=explain))
        for row in parsed:
            yield row if "error" in row else {"id": row["id"], **as_json(next(found))}


def _attempts(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    return (_attempt(number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _attempt(number: int, line: str) -> dict[str, Any]:
    try:
        row = parse(line)
    except BadLine as error:
        return {"id": None, "error": str(error), "line": number}
    return {key: row.get(key) for key in ("id", "title", "text", "published_at", "source", "group")}


def _text(row: dict[str, Any], local_sources: frozenset[str]) -> Text:
    local = str(row.get("source") or "") in local_sources
    said = instant(row["published_at"])
    return Text(id=str(row["id"]), title=row["title"] or "", text=row["text"] or "", local_source=local, month=shanghai(said).month if said else 0)


def as_json(found: Assessment) -> dict[str, Any]:
    """The fields of `assess --jsonl`, without the id."""
    return {
        "relevant": round(found.relevant, 4),
        "categories": dict(found.categories),
        "labels": list(found.labels),
        "level": found.level.value,
        "forms": dict(found.forms),
        "form": found.form,
        "lead": found.leads[0][0],
        "leads": [list(one) for one in found.leads],
        "joint": list(found.joint),
        "areas": list(found.areas),
        "abstain": list(found.abstain),
        "reasons": reasons(found),
    }


def reasons(found: Assessment) -> list[dict[str, Any]]:
    """Every verdict as {"what","value","reason","by","span","clause"}."""
    return [
        {
            "what": v.what,
            "value": v.value,
            "reason": v.reason,
            "by": v.speaker.value,
            "span": list(v.span) if v.span else None,
            "clause": v.clause,
        }
        for v in found.verdicts
    ]


def gather_lines(lines: Iterable[str], model: LinearModel) -> Iterator[dict[str, Any]]:
    """One {"id","event","why"} a line, in order; a bad line gives an error in its place."""
    parsed = list(_attempts(lines))
    pieces = [_piece(row) for row in parsed if "error" not in row]
    found = iter(gathering.gather(pieces, model))
    for row in parsed:
        if "error" in row:
            yield row
        else:
            answer = next(found)
            yield {"id": row["id"], "event": answer.event, "why": answer.why}


def _piece(row: dict[str, Any]) -> Piece:
    return Piece(
        id=str(row["id"]),
        title=row["title"] or "",
        text=row["text"] or "",
        published_at=instant(row["published_at"]),
        group=str(row["group"] or ""),
    )
