"""Editions shelf (日报编辑): edits of an issue, kept until and after it is reviewed, closed to new ones from then on; audited."""

from datetime import datetime

from ledger import chain
from ledger.engine import Engine
from ledger.rows import decode, encode
from records.edition import DigestEdit, Edition, edition_of
from records.instant import micros


class ReviewedIssueError(Exception):
    """Somebody has reviewed the issue: what leaders have in hand is not edited any more."""


class EditionShelf:
    """Beside the Ledger's own verbs for digests (ledger/protocol.py). Own SQL, on either engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, edit: DigestEdit) -> None:
        """Keeps an edit, audited in the same transaction. Raises: ReviewedIssueError naming the reviewer."""
        with self._engine.transaction():
            self._engine.rows("ledger.lock")
            reviewed = self._engine.rows("editions.reviewed", day=edit.day, issue=edit.issue)
            if reviewed:
                raise ReviewedIssueError(f"该期已由{reviewed[0]['reviewed_by']}审核，不能再编辑")
            self._engine.insert("digest_edits", encode(edit))
            detail = f"{'、'.join(edit.events)} {edit.words}".strip()
            chain.append(self._engine, edit.by, f"digest:{edit.kind}", f"{edit.issue} {edit.day}", detail, edit.at)

    def edits(self, day: str, issue: str) -> list[DigestEdit]:
        """The edits of an issue, oldest first."""
        return [decode(DigestEdit, row) for row in self._engine.rows("editions.of_issue", day=day, issue=issue)]

    def edition(self, day: str, issue: str) -> Edition:
        """The edits of an issue taken together."""
        return edition_of(self.edits(day, issue))

    def regraded(self, since: datetime, until: datetime) -> dict[str, str]:
        """Number of each case whose 舆情等级 changed in [since, until) → from what to what over the span, "Ⅲ→Ⅱ"."""
        found: dict[str, str] = {}
        for row in self._engine.rows("editions.regraded", since=micros(since), until=micros(until)):
            before, _, now = str(row["detail"]).partition("→")
            first = found.get(row["subject"], before).partition("→")[0]
            found[row["subject"]] = f"{first}→{now}"
        return found
