"""The SQL of the ledger: annotated files, one a domain, the same text for both engines but for what sql/<engine>.sql replaces."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"
DOMAINS = ("collect", "assess", "events", "cases", "notices", "outbox", "account", "editions")
_NAMED = re.compile(r"^-- name: (?P<name>[a-z_.]+)\n(?P<body>.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


def statements(engine: str) -> dict[str, str]:
    """Name → SQL with :name parameters.

    >>> "for update skip locked" in statements("postgresql")["notices.due"]
    True
    >>> "for update" in statements("sqlite")["notices.due"]
    False
    """
    found: dict[str, str] = {}
    for name in (*DOMAINS, engine):
        found |= parse((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    return found


def parse(text: str) -> dict[str, str]:
    """The named statements of one file, comments dropped.

    >>> parse("-- a domain\\n-- name: post.one\\n-- why\\nselect 1;\\n")
    {'post.one': 'select 1'}
    """
    return {m["name"]: _bare(m["body"]) for m in _NAMED.finditer(text)}


def _bare(body: str) -> str:
    lines = [line for line in body.splitlines() if not line.startswith("--")]
    return "\n".join(lines).strip().removesuffix(";")
