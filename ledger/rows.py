"""Record ↔ row: instants as UTC microseconds, enums and strings as text, booleans as smallint, everything nested as JSON text."""

import dataclasses
import re
from collections.abc import Hashable
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_type_hints

from pydantic import TypeAdapter

from records.instant import from_micros, micros

R = TypeVar("R")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
Row = dict[str, Any]


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD: neither engine can store them, and nothing is dropped silently.

    >>> storable("停\\x00水")
    '停\\ufffd水'
    """
    return _UNSTORABLE.sub("\ufffd", text)


@cache
def _fields(record: type[Hashable]) -> tuple[tuple[str, Any, str], ...]:
    """(name, adapter, how) of every field; how is "instant", "bare" (exactly a str or int), "plain", "flag" or "json"."""
    hints = get_type_hints(record)
    return tuple((f.name, TypeAdapter(hints[f.name]), _how(hints[f.name])) for f in dataclasses.fields(cast(Any, record)))


def _how(hint: Any) -> str:
    if hint in (datetime, datetime | None):
        return "instant"
    if hint is bool:
        return "flag"
    if hint in (str, int):
        return "bare"
    present = [one for one in get_args(hint) if one is not type(None)] if isinstance(hint, UnionType) else [hint]
    plain = len(present) == 1 and isinstance(present[0], type) and issubclass(present[0], (str, int, float, bytes, Enum))
    return "plain" if plain else "json"


def encode(record: Any) -> Row:
    """The row of a record."""
    return {name: _out(getattr(record, name), adapter, how) for name, adapter, how in _fields(_class(record))}


def _class(record: Any) -> type[Hashable]:
    found: type[Hashable] = type(record)
    return found


def _out(value: Any, adapter: TypeAdapter[Any], how: str) -> Any:
    if value is None and how != "json":
        return None
    if how == "instant":
        return micros(value)
    if how == "json":
        return adapter.dump_json(value, fallback=str).decode()
    if how == "flag":
        return int(value)
    return storable(value.value if isinstance(value, Enum) else value) if isinstance(value, str) else value


def decode(record: type[R], row: Row) -> R:
    """The record of a row; keys the record does not have are ignored."""
    return record(**{name: _in(row[name], adapter, how) for name, adapter, how in _fields(cast(type[Hashable], record))})


def _in(value: Any, adapter: TypeAdapter[Any], how: str) -> Any:
    if how == "instant":
        return None if value is None else from_micros(value)
    if how == "json":
        return adapter.validate_json(value)
    if how == "bare" and type(value) in (str, int):
        return value  # the column's type is the field's: thousands of rows a digest are not checked again
    return adapter.validate_python(value)
