"""The Ledger (台账): what every engine promises. One contract suite (tests/contracts) runs on each."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from ledger.engine import Engine
from records.assessment import Assessment, OpinionLevel
from records.case import Case, CaseState, Transition
from records.digest import DigestIssue
from records.event import Event, EventLevel
from records.notice import Delivery, Notice, NoticeKind, NoticeState
from records.paper import Paper
from records.post import Post
from records.review import Review
from records.source import FetchState, RawPage


class StaleCaseError(Exception):
    """Somebody else moved the case first: read it again, then decide again."""


class Ledger(Protocol):
    """Records in, records out; nothing decided. Every write is one transaction."""

    @property
    def engine(self) -> Engine:
        """What the ledger stands on: other shelves of the same store are built on it."""

    def add_collected(self, posts: Sequence[Post], pages: Sequence[RawPage], state: FetchState) -> tuple[str, ...]:
        """Ids of posts that are new."""

    def known_posts(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that are stored."""

    def known_replies(self, ids: Sequence[str]) -> dict[str, int | None]:
        """Stored post id → replies last read."""

    def posts(self, ids: Sequence[str]) -> list[Post]:
        """Posts by id, in the order asked."""

    def posts_seen(self, since: datetime, until: datetime) -> list[Post]:
        """Posts first seen in [since, until), oldest first."""

    def count_seen(self, since: datetime, until: datetime, *, relevant_from: float) -> tuple[int, int]:
        """Posts seen in [since, until), and how many of them were relevant."""

    def page(self, sha256: str) -> RawPage | None:
        """The bytes a post was read from."""

    def fetch_states(self) -> dict[str, FetchState]:
        """Source id → where its polling stands."""

    def search(self, words: str, limit: int = 50) -> list[Post]:
        """Posts that hold every word, newest first."""

    def unassessed(self, limit: int) -> list[Post]:
        """Posts without an assessment, oldest first."""

    def add_assessments(self, found: Sequence[Assessment]) -> None:
        """Stores or replaces."""

    def assessments(self, ids: Sequence[str]) -> dict[str, Assessment]:
        """Post id → its assessment."""

    def ungathered(self, limit: int, *, relevant_from: float) -> list[Post]:
        """Relevant posts in no event, oldest first."""

    def save_events(self, events: Sequence[Event]) -> None:
        """Stores or replaces events and the membership of their posts; each becomes undecided again. 突发事件等级 stays as people set it."""

    def event(self, event_id: str) -> Event | None:
        """The event of an id."""

    def events_touched(self, since: datetime, until: datetime) -> list[Event]:
        """Events touched in [since, until), not merged away, oldest first."""

    def undecided_events(self) -> list[Event]:
        """Events new or changed since the last decision."""

    def mark_decided(self, event_id: str, at: datetime, why: str) -> None:
        """The event needs no decision until it changes."""

    def decisions(self) -> dict[str, str]:
        """Event id → why it did or did not become a case."""

    def open_case(
        self,
        draft: Case,
        opening: Transition,
        notices: Callable[[Case], Sequence[Notice]],
        evidence: Sequence[str],
        number_format: str,
        now: datetime,
    ) -> Case:
        """The numbered case; opened once an event. Counter, case, opening, decision, notices, evidence, audit: one transaction."""

    def evidence(self, case_id: str) -> dict[str, bytes]:
        """Post id → the raw bytes kept for the case."""

    def grow_case(
        self, case: Case, level: OpinionLevel, evidence: Sequence[str], notices: Sequence[Notice], now: datetime, why: str
    ) -> Case:
        """The case at its event's new level, with the evidence of new posts. Raises: StaleCaseError."""

    def move_case(self, case: Case, move: Transition, notices: Sequence[Notice] = (), papers: Sequence[Paper] = ()) -> Case:
        """The case as moved, its papers filed. `case` is the new case with the version it was read at. Raises: StaleCaseError."""

    def amend_case(self, case: Case, papers: Sequence[Paper], notices: Sequence[Notice] = (), grade: EventLevel | None = None) -> Case:
        """The case with its papers and what they changed (clocks; its event's 突发事件等级). Raises: StaleCaseError."""

    def file_papers(self, case: Case, papers: Sequence[Paper], notices: Sequence[Notice] = ()) -> None:
        """Papers that change nothing of the case itself, and their notices."""

    def papers(self, case_id: str) -> list[Paper]:
        """Every paper of a case, in order."""

    def papers_between(self, since: datetime, until: datetime) -> list[Paper]:
        """Papers of any case written in [since, until), oldest first."""

    def cases(self, state: CaseState | None = None) -> list[Case]:
        """Cases by number, of one state if given."""

    def cases_current(self, since: datetime, until: datetime) -> list[Case]:
        """Cases not archived, and those moved in [since, until), by number."""

    def cases_opened(self, since: datetime, until: datetime) -> int:
        """How many cases were opened in [since, until)."""

    def cases_by_number(self, numbers: Sequence[str]) -> list[Case]:
        """Cases by number, in the order asked."""

    def case(self, number: str) -> Case | None:
        """The case of a number."""

    def case_of_event(self, event_id: str) -> Case | None:
        """The event's case."""

    def transitions(self, case_id: str) -> list[Transition]:
        """Every move, in order."""

    def add_notices(self, notices: Sequence[Notice]) -> int:
        """How many were new; a known key is never stored twice."""

    def claim_notices(self, by: str, now: datetime, limit: int, lease_seconds: int) -> list[Notice]:
        """Due notices claimed for `by` until the lease ends; urgent first. A notice is claimed by one sender only."""

    def finish_notice(self, claimed: Notice, delivery: Delivery, state: NoticeState, next_attempt_at: datetime) -> bool:
        """Records the attempt; False (and nothing written) when the claim had passed to another sender."""

    def release_notices(self, claimed: Sequence[Notice]) -> int:
        """Gives claims back before their lease ends: due again at once, no attempt. How many were still held."""

    def take_over_claims(self, by: str) -> int:
        """How many claims of other senders are due again at once. Only for who knows that they are gone: it holds the instance lock."""

    def notices(self, state: NoticeState | None = None) -> list[Notice]:
        """Every notice, oldest first; of one state if given."""

    def notice_keys(self, kind: NoticeKind) -> frozenset[str]:
        """The idempotency keys of every notice of a kind."""

    def deliveries(self, notice_id: str) -> list[Delivery]:
        """Every attempt, in order."""

    def add_digest(self, issue: DigestIssue, notices: Sequence[Notice] = ()) -> None:
        """Stores or replaces a digest that nobody has reviewed, and queues its notices, in one transaction."""

    def digest(self, day: str, kind: str) -> DigestIssue | None:
        """The digest of a day."""

    def digests(self, limit: int = 200) -> list[DigestIssue]:
        """Digests made, newest first."""

    def review_digest(self, issue: DigestIssue, by: str, at: datetime, notices: Sequence[Notice]) -> bool:
        """Marks it reviewed by a named person and queues what goes to leaders; False when somebody had."""

    def add_review(self, review: Review) -> None:
        """Stores one correction and its audit entry."""

    def reviews(self) -> list[Review]:
        """Every correction, oldest first."""

    def verify_audit(self) -> list[str]:
        """What is wrong with the audit chain; empty when it is whole."""

    def close(self) -> None:
        """Lets go of the store."""
