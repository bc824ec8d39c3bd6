"""Expectations (预期研判): what a sensible official would make of each item. For tests and benchmarks only.

Neither the program nor the town's pages read this: no module of huiying imports it (a test holds that).
Source: the labels follow 实施方案三（三）4 (seven categories, six forms of response).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from huiying.town.content import BadItem, Place, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What one item deserves. `lead` are acceptable unit ids, best first; `event` joins items on one happening, "" = alone.

    With `case` False the other fields are empty. `level` is Ⅰ–Ⅳ, `form` R1–R6, `categories` C1–C7 with the primary first.
    """

    case: bool
    categories: tuple[str, ...] = ()
    level: str = ""
    form: str = ""
    lead: tuple[str, ...] = ()
    event: str = ""


def load_expectations() -> Mapping[str, Expectation]:
    """Item id → expectation, for every item. Raises: BadItem naming file and line."""
    return {str(row["id"]): _parse(where, row.get("expect")) for place in Place for where, row in rows(place)}


def _parse(where: str, value: object) -> Expectation:
    if not isinstance(value, dict):
        raise BadItem(f"{where}: no expect")
    texts = {name: tuple(value.get(name, ())) for name in ("categories", "lead")}
    if unknown := value.keys() - {field.name for field in fields(Expectation)}:
        raise BadItem(f"{where}: expect: unknown {'、'.join(sorted(unknown))}")
    if not isinstance(value.get("case"), bool):
        raise BadItem(f"{where}: expect: case must be true or false")
    return Expectation(
        case=value["case"], level=value.get("level", ""), form=value.get("form", ""), event=value.get("event", ""), **texts
    )
