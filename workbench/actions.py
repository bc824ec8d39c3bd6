"""What the pages ask of the office: one Protocol, implemented in huiying/. Reading verbs return records, acting verbs take a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.accounts import Accounts
from records.account import User
from records.assessment import Assessment
from records.case import Case
from records.digest import DigestIssue
from records.event import Event
from records.notice import Notice
from records.paper import Answer
from records.performance import Evaluation
from records.post import Post
from records.roster import Handover
from records.source import FetchState, Source
from records.standard import Standard
from records.unit import Units
from responders.case_file import CaseFile
from responders.roster import OnDuty
from responders.signing import OnPaper
from workbench.paper_actions import CasePapers


class RefusedError(Exception):
    """What the office's rules refuse, in Chinese; shown to who asked, exit without change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAsked:
    """A move as a form asks for it; texts "" and instants None where the form did not say."""

    to: str
    why: str
    unit: str = ""
    ground: str = ""
    into: str = ""
    channel: str = ""
    url: str = ""
    published_at: datetime | None = None
    until: datetime | None = None
    approved_by: str = ""
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the office stands: cases by state, notices by state, troubles in words, and when anything was last collected (aware UTC)."""

    cases: Mapping[str, int]
    notices: Mapping[str, int]
    troubles: tuple[str, ...]
    last_collected: datetime | None
    failures: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One entry of the audit chain as it is shown."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


class Actions(Protocol):
    """The office as the workbench sees it. Verbs raise RefusedError with what is missing; unknown things are None."""

    accounts: Accounts
    papers: CasePapers
    office_name: str
    public_url: str
    standard: Standard
    units: Units

    def now(self) -> datetime:
        """The clock (aware UTC)."""

    def new_id(self) -> str:
        """A fresh id."""

    def cases(self) -> Sequence[Case]:
        """Every case, by number."""

    def file(self, number: str) -> CaseFile | None:
        """The case with its moves and papers."""

    def event(self, event_id: str) -> Event | None:
        """The event of an id."""

    def events(self) -> Sequence[Event]:
        """Events of the last seven days, newest first."""

    def posts(self, ids: Sequence[str]) -> Sequence[Post]:
        """Posts by id."""

    def assessments(self, ids: Sequence[str]) -> Mapping[str, Assessment]:
        """Post id → assessment."""

    def search(self, words: str) -> Sequence[Post]:
        """Posts that hold every word, newest first."""

    def contradictions(self, number: str) -> Sequence[str]:
        """What the drafts on file contradict each other in, as sentences."""

    def move(self, number: str, asked: MoveAsked, *, by: User) -> Case:
        """The case as moved by the account's person."""

    def receive(self, number: str, asked: MoveAsked, *, unit: str, name: str) -> Case:
        """签收 or 退回 by who followed the link of a notice, with its receipt on file."""

    def answer(self, number: str, answer: Answer, *, by: User, unit: str) -> None:
        """Files a unit's 反馈单."""

    def vet(self, number: str, *, passed: bool, why: str, by: User) -> None:
        """保密审查 of the newest answer."""

    def correct(self, post_id: str, task: str, value: str, *, by: User, why: str) -> None:
        """An analyst's correction."""

    def to_review(self) -> Sequence[Post]:
        """Posts a person should look at first: the machine abstained, newest first."""

    def form(self, number: str, kind: str) -> bytes:
        """A Word form of the case."""

    def form_kinds(self) -> Sequence[str]:
        """The kinds of Word form there are."""

    def sources(self) -> Sequence[tuple[Source, FetchState | None]]:
        """Sources with where their polling stands."""

    def digests(self) -> Sequence[DigestIssue]:
        """Digests made, newest first."""

    def digest_file(self, day: str, kind: str, form: str) -> bytes | None:
        """The bytes of a digest: form "html" or "docx"."""

    def review_digest(self, day: str, *, by: User) -> bool:
        """Reviewed by the account's person; False when somebody had."""

    def evaluation(self, since: datetime, until: datetime) -> Evaluation:
        """The figures of a period."""

    def on_duty(self) -> Sequence[OnDuty]:
        """Shifts that are on now."""

    def handovers(self) -> Sequence[Handover]:
        """The latest handovers, newest first."""

    def dead_letters(self) -> Sequence[Notice]:
        """Notices that could not be delivered."""

    def audit(self, limit: int) -> Sequence[AuditRow]:
        """The newest entries."""

    def log(self, actor: str, action: str, subject: str, detail: str) -> None:
        """One audit entry of something seen or done in the workbench."""

    def health(self) -> Health:
        """How the office stands."""
