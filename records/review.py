"""Review (复核): an analyst's correction of one verdict; the classifiers learn from it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`task` and `value` as in Verdict ("form" → "R3"); `before` what the machine had said; `by` a named person."""

    id: str
    post_id: str
    task: str
    before: str
    value: str
    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One link of the audit chain: `digest` = sha256(previous digest + canonical JSON of the other fields), hex."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    digest: str
