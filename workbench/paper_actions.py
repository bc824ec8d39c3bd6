"""What the pages ask of a case's file (案卷): papers beside its moves, a draft of its answer, the masked numbers of a post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from records.account import User


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAsked:
    """A paper as a form asks for it: `kind` one of workbench/paper_forms.py, its texts and its times (aware), by field name."""

    kind: str
    texts: Mapping[str, str]
    times: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText:
    """A draft of an answer by the ledger's facts. `parts` maps statements and proof keys to text; `notes` say what its reader must know."""

    form: str
    title: str
    text: str
    parts: Mapping[str, str]
    notes: Sequence[str]


class CasePapers(Protocol):
    """The file of a case. Verbs raise workbench.actions.RefusedError."""

    def file(self, number: str, asked: PaperAsked, *, by: User) -> str:
        """The Chinese name of the paper that is on file now."""

    def draft(self, number: str, form: str) -> DraftText:
        """回应口径草稿; "" is the case's own form. Nothing is filed."""

    def unmask(self, number: str, post: str, *, by: User, purpose: str) -> Sequence[str]:
        """The masked numbers of a post of the case, for its leading unit. The look is in the audit chain, granted or not."""
