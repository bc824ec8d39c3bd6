"""DigestIssue (期): one digest that was made, and who reviewed it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestIssue:
    """One issue. `day` is YYYY-MM-DD (Shanghai), `kind` "daily", "weekly" or "monthly"; paths are relative to the data folder.

    `reviewed_by` is the named person who reviewed it, "" = 未经审核: leaders do not get it yet.
    """

    day: str
    kind: str
    made_at: datetime
    html_path: str
    word_path: str
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
