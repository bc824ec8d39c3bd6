"""The audit chain (审计链): each entry's digest covers the one before, so a changed or missing row shows."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

FIRST = "0" * 64


def digest(entry: dict[str, Any]) -> str:
    """sha256 (hex) of the previous digest and the canonical JSON of the other fields."""
    body = {k: v for k, v in entry.items() if k not in ("digest", "previous")}
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{entry['previous']}{canonical}".encode()).hexdigest()


def problems(entries: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong with the chain, in order; empty when it is whole."""
    found, previous = [], FIRST
    for expected, entry in enumerate(entries, start=1):
        if entry["seq"] != expected:
            found.append(f"第{expected}条缺失（其后为第{entry['seq']}条）")
        if entry["previous"] != previous:
            found.append(f"第{entry['seq']}条与前一条不相接")
        if digest(entry) != entry["digest"]:
            found.append(f"第{entry['seq']}条内容被改动")
        previous = entry["digest"]
    return found
