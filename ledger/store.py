"""The ledger's verbs, on either engine. Every write is one transaction; claims and moves are compare-and-set, row count checked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import zstandard

from ledger import audit, chain
from ledger.engine import Engine, Row
from ledger.papers import paper_of, paper_row
from ledger.protocol import StaleCaseError
from ledger.rows import decode, encode
from ledger.search import asked, tokens
from records.assessment import Assessment, OpinionLevel
from records.case import Case, CaseState, Transition
from records.digest import DigestIssue
from records.event import Event, EventLevel
from records.instant import micros, shanghai
from records.notice import Delivery, Notice, NoticeKind, NoticeState
from records.paper import Paper
from records.post import Post, Reach
from records.review import Review
from records.source import FetchState, RawPage

R = TypeVar("R")
SLICE = 500  # ids in one statement
SKEW = timedelta(minutes=2)  # two machines' clocks may differ by so much before the future seems a wrong clock's


class Store:
    """The Ledger on one engine (ledger/protocol.py says what each verb promises)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def _all(self, record: type[R], statement: str, **values: object) -> list[R]:
        return [decode(record, row) for row in self.engine.rows(statement, **values)]

    def _of(self, record: type[R], table: str, key: str, ids: Sequence[str]) -> list[R]:
        """Records by id, in the order asked; unknown ids are left out."""
        found: dict[str, R] = {}
        for start in range(0, len(ids), SLICE):
            for row in self.engine.by_ids(table, key, list(ids[start : start + SLICE])):
                found[row[key]] = decode(record, row)
        return [found[i] for i in ids if i in found]

    # 收集
    def add_collected(self, posts: Sequence[Post], pages: Sequence[RawPage], state: FetchState) -> tuple[str, ...]:
        """Ids of posts that are new."""
        with self.engine.transaction():
            for page in pages:
                row = encode(page) | {"body": zstandard.compress(page.body)}
                self.engine.insert("pages", row, unless="sha256")
            fresh = tuple(post.id for post in posts if self._add_post(post))
            self.engine.upsert("fetch_states", encode(state), "source_id")
        return fresh

    def _add_post(self, post: Post) -> bool:
        row = encode(post)
        if not self.engine.insert("posts", row, unless="id"):
            if post.reach != Reach():
                self.engine.run("post.reach", reach=row["reach"], id=post.id)
            return False
        self.engine.run("search.add", id=post.id, words=tokens(f"{row['title']}\n{row['text']}"))
        return True

    def known_posts(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that are stored."""
        return {post.id for post in self.posts(ids)}

    def known_replies(self, ids: Sequence[str]) -> dict[str, int | None]:
        """Stored post id → replies last read."""
        return {post.id: post.reach.replies for post in self.posts(ids)}

    def posts(self, ids: Sequence[str]) -> list[Post]:
        """Posts by id, in the order asked."""
        return self._of(Post, "posts", "id", ids)

    def posts_seen(self, since: datetime, until: datetime) -> list[Post]:
        """Posts first seen in [since, until), oldest first."""
        return self._all(Post, "posts.seen_between", since=micros(since), until=micros(until))

    def count_seen(self, since: datetime, until: datetime, *, relevant_from: float) -> tuple[int, int]:
        """Posts seen in [since, until), and how many of them were relevant."""
        values = {"since": micros(since), "until": micros(until), "relevant_from": relevant_from}
        row = self.engine.rows("posts.count_between", **values)[0]
        return int(row["posts"]), int(row["relevant"])

    def page(self, sha256: str) -> RawPage | None:
        """The bytes a post was read from."""
        found = self.engine.rows("page.by_sha", sha256=sha256)
        return decode(RawPage, found[0] | {"body": zstandard.decompress(found[0]["body"])}) if found else None

    def fetch_states(self) -> dict[str, FetchState]:
        """Source id → where its polling stands."""
        return {s.source_id: s for s in self._all(FetchState, "states.all")}

    def search(self, words: str, limit: int = 50) -> list[Post]:
        """Posts that hold every word, newest first."""
        query = asked(words, self.engine.name)
        return self._all(Post, "search.find", asked=query, most=limit) if query else []

    # 研判
    def unassessed(self, limit: int) -> list[Post]:
        """Posts without an assessment, oldest first."""
        return self._all(Post, "posts.unassessed", most=limit)

    def add_assessments(self, found: Sequence[Assessment]) -> None:
        """Stores or replaces."""
        with self.engine.transaction():
            for one in found:
                self.engine.upsert("assessments", encode(one), "post_id")

    def assessments(self, ids: Sequence[str]) -> dict[str, Assessment]:
        """Post id → its assessment."""
        return {a.post_id: a for a in self._of(Assessment, "assessments", "post_id", ids)}

    def ungathered(self, limit: int, *, relevant_from: float) -> list[Post]:
        """Relevant posts in no event, oldest first."""
        return self._all(Post, "posts.ungathered", relevant_from=relevant_from, most=limit)

    # 事件
    def save_events(self, events: Sequence[Event]) -> None:
        """Stores or replaces events and the membership of their posts; each becomes undecided again."""
        with self.engine.transaction():
            for event in events:
                known = self.event(event.id)  # people set event_level meanwhile: what was read before must not undo it
                level = {"event_level": known.event_level.value} if known else {}
                self.engine.upsert("events", encode(event) | level, "id")
                self.engine.run("event.undecide", event_id=event.id)
                for post in event.post_ids:
                    self.engine.upsert("event_posts", {"post_id": post, "event_id": event.id}, "post_id")

    def event(self, event_id: str) -> Event | None:
        """The event of an id."""
        return next(iter(self._of(Event, "events", "id", [event_id])), None)

    def events_touched(self, since: datetime, until: datetime) -> list[Event]:
        """Events touched in [since, until), not merged away, oldest first."""
        return self._all(Event, "events.touched", since=micros(since), until=micros(until))

    def undecided_events(self) -> list[Event]:
        """Events new or changed since the last decision."""
        return self._all(Event, "events.undecided")

    def mark_decided(self, event_id: str, at: datetime, why: str) -> None:
        """The event needs no decision until it changes."""
        with self.engine.transaction():
            self._decided(event_id, at, why)

    def _decided(self, event_id: str, at: datetime, why: str) -> None:
        self.engine.upsert("event_decisions", {"event_id": event_id, "decided_at": micros(at), "why": why}, "event_id")

    def decisions(self) -> dict[str, str]:
        """Event id → why it did or did not become a case."""
        return {row["event_id"]: row["why"] for row in self.engine.rows("events.decisions")}

    # 交办
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
        with self.engine.transaction():
            self.engine.rows("ledger.lock")
            known = self.case_of_event(draft.event_id)
            if known is not None:
                return known
            case = replace(draft, number=self._next_number(number_format, now))
            self.engine.insert("cases", encode(case))
            self._add_transition(opening)
            self._keep_evidence(case, evidence)
            self._queue(notices(case))
            self._decided(draft.event_id, now, opening.why)
            self._audit(opening.actor, "open", case.number, opening.why, now)
        return case

    def _next_number(self, number_format: str, now: datetime) -> str:
        day = f"{shanghai(now):%Y%m%d}"
        row = self.engine.rows("case.number", name=f"case:{day}")[0]
        return number_format.format(date=day, seq=row["value"])

    def _add_transition(self, move: Transition) -> None:
        seq = self.engine.rows("transitions.next", case_id=move.case_id)[0]["seq"]
        self.engine.insert("transitions", encode(move) | {"seq": seq})

    def _keep_evidence(self, case: Case, ids: Sequence[str]) -> None:
        for post in self.posts(ids):
            page = self.engine.rows("page.by_sha", sha256=post.raw_sha256)
            body = page[0]["body"] if page else zstandard.compress(post.text.encode("utf-8", "replace"))
            row = {"case_id": case.id, "post_id": post.id, "sha256": post.raw_sha256, "body": body}
            self.engine.insert("evidence", row, unless="case_id, post_id")

    def evidence(self, case_id: str) -> dict[str, bytes]:
        """Post id → the raw bytes kept for the case."""
        rows = self.engine.rows("evidence.of_case", case_id=case_id)
        return {row["post_id"]: zstandard.decompress(row["body"]) for row in rows}

    def grow_case(
        self, case: Case, level: OpinionLevel, evidence: Sequence[str], notices: Sequence[Notice], now: datetime, why: str
    ) -> Case:
        """The case at its event's new level, with the evidence of new posts. Raises: StaleCaseError."""
        with self.engine.transaction():
            if level is not case.opinion_level:
                values = {"opinion_level": level.value, "id": case.id, "version": case.version}
                if self.engine.run("case.regrade", **values) != 1:
                    raise StaleCaseError(f"{case.number}: changed by somebody else since version {case.version}")
                self._audit("系统", "regrade", case.number, f"{case.opinion_level.value}→{level.value}", now)
            self._keep_evidence(case, evidence)
            self._queue(notices)
            self._decided(case.event_id, now, why)
        return self.cases_by_number([case.number])[0]

    def move_case(self, case: Case, move: Transition, notices: Sequence[Notice] = (), papers: Sequence[Paper] = ()) -> Case:
        """The case as moved, its papers filed. `case` is the new case with the version it was read at. Raises: StaleCaseError."""
        moved = replace(case, state=move.to_state)
        from_state = move.from_state.value if move.from_state else ""
        with self.engine.transaction():
            if self.engine.run("case.move", **encode(moved), from_state=from_state) != 1:
                raise StaleCaseError(f"{case.number}: moved by somebody else since version {case.version}")
            self._add_transition(move)
            self._file(case, papers)
            self._queue(notices)
            self._audit(move.actor, f"move:{move.to_state.value}", case.number, move.why, move.at)
        return replace(moved, version=case.version + 1)

    def amend_case(self, case: Case, papers: Sequence[Paper], notices: Sequence[Notice] = (), grade: EventLevel | None = None) -> Case:
        """The case with its papers and what they changed (clocks; its event's 突发事件等级). Raises: StaleCaseError."""
        with self.engine.transaction():
            if self.engine.run("case.amend", **_only(encode(case), "deadlines", "id", "version", "state")) != 1:
                raise StaleCaseError(f"{case.number}: changed by somebody else since version {case.version}")
            if grade is not None:
                self.engine.run("event.grade", id=case.event_id, event_level=grade.value)
            self._file(case, papers)
            self._queue(notices)
        return replace(case, version=case.version + 1)

    def file_papers(self, case: Case, papers: Sequence[Paper], notices: Sequence[Notice] = ()) -> None:
        """Papers that change nothing of the case itself, and their notices."""
        with self.engine.transaction():
            self.engine.rows("ledger.lock")
            self._file(case, papers)
            self._queue(notices)

    def _file(self, case: Case, papers: Sequence[Paper]) -> None:
        for paper in papers:
            seq = self.engine.rows("papers.next", case_id=paper.case_id)[0]["seq"]
            self.engine.insert("papers", paper_row(paper) | {"seq": seq})
            self._audit(paper.by, f"paper:{paper.kind}", case.number, paper.id, paper.at)

    def papers(self, case_id: str) -> list[Paper]:
        """Every paper of a case, in order."""
        return [paper_of(row) for row in self.engine.rows("papers.of_case", case_id=case_id)]

    def papers_between(self, since: datetime, until: datetime) -> list[Paper]:
        """Papers of any case written in [since, until), oldest first."""
        return [paper_of(row) for row in self.engine.rows("papers.between", since=micros(since), until=micros(until))]

    def cases(self, state: CaseState | None = None) -> list[Case]:
        """Cases by number, of one state if given."""
        return self._all(Case, "cases.in_state", state=state.value) if state else self._all(Case, "cases.all")

    def cases_current(self, since: datetime, until: datetime) -> list[Case]:
        """Cases not archived, and those moved in [since, until), by number."""
        values = {"archived": CaseState.ARCHIVED.value, "since": micros(since), "until": micros(until)}
        return self._all(Case, "cases.current", **values)

    def cases_opened(self, since: datetime, until: datetime) -> int:
        """How many cases were opened in [since, until)."""
        return int(self.engine.rows("cases.opened_between", since=micros(since), until=micros(until))[0]["cases"])

    def cases_by_number(self, numbers: Sequence[str]) -> list[Case]:
        """Cases by number, in the order asked."""
        return self._of(Case, "cases", "number", numbers)

    def case(self, number: str) -> Case | None:
        """The case of a number."""
        return next(iter(self.cases_by_number([number])), None)

    def case_of_event(self, event_id: str) -> Case | None:
        """The event's case."""
        return next(iter(self._of(Case, "cases", "event_id", [event_id])), None)

    def transitions(self, case_id: str) -> list[Transition]:
        """Every move, in order."""
        return self._all(Transition, "transitions.of_case", case_id=case_id)

    # 通知
    def _queue(self, notices: Iterable[Notice]) -> int:
        return sum(self.engine.insert("notices", encode(n), unless="key") for n in notices)

    def add_notices(self, notices: Sequence[Notice]) -> int:
        """How many were new; a known key is never stored twice."""
        with self.engine.transaction():
            return self._queue(notices)

    def claim_notices(self, by: str, now: datetime, limit: int, lease_seconds: int) -> list[Notice]:
        """Due notices claimed for `by` until the lease ends; urgent first. A notice is claimed by one sender only."""
        until = now + timedelta(seconds=lease_seconds)
        with self.engine.transaction():
            found = self._all(Notice, "notices.due", now=micros(now), ahead=micros(now + SKEW), beyond=micros(until + SKEW), most=limit)
            return [
                replace(n, state=NoticeState.CLAIMED, claimed_by=by, claimed_until=until)
                for n in found
                if self._claim(n, by, until)
            ]

    def _claim(self, notice: Notice, by: str, until: datetime) -> bool:
        values = {"by": by, "until": micros(until), "id": notice.id, "state": notice.state.value}
        return self.engine.run("notice.claim", **values, claimed_by=notice.claimed_by, attempts=notice.attempts) == 1

    def finish_notice(self, claimed: Notice, delivery: Delivery, state: NoticeState, next_attempt_at: datetime) -> bool:
        """Records the attempt; False (and nothing written) when the claim had passed to another sender."""
        values = {"id": claimed.id, "claimed_by": claimed.claimed_by, "next_attempt_at": micros(next_attempt_at)}
        with self.engine.transaction():
            if self.engine.run("notice.finish", **values, state=state.value, attempts=delivery.attempt) != 1:
                return False
            self.engine.insert("deliveries", encode(delivery))
        return True

    def release_notices(self, claimed: Sequence[Notice]) -> int:
        """Gives claims back before their lease ends: due again at once, no attempt. How many were still held."""
        with self.engine.transaction():
            return sum(self.engine.run("notice.release", id=n.id, claimed_by=n.claimed_by, attempts=n.attempts) for n in claimed)

    def take_over_claims(self, by: str) -> int:
        """How many claims of other senders are due again at once. Only for who knows that they are gone: it holds the instance lock."""
        return self.engine.run("notices.take_over", by=by)

    def notices(self, state: NoticeState | None = None) -> list[Notice]:
        """Every notice, oldest first; of one state if given."""
        return self._all(Notice, "notices.in_state", state=state.value) if state else self._all(Notice, "notices.all")

    def notice_keys(self, kind: NoticeKind) -> frozenset[str]:
        """The idempotency keys of every notice of a kind."""
        return frozenset(str(row["key"]) for row in self.engine.rows("notices.keys_of_kind", kind=kind.value))

    def deliveries(self, notice_id: str) -> list[Delivery]:
        """Every attempt, in order."""
        return self._all(Delivery, "deliveries.of_notice", notice_id=notice_id)

    # 日报
    def add_digest(self, issue: DigestIssue, notices: Sequence[Notice] = ()) -> None:
        """Stores or replaces a digest and queues its notices, in one transaction; one that somebody reviewed stays as it is."""
        with self.engine.transaction():
            known = self.digest(issue.day, issue.kind)
            if known is not None and known.reviewed_by:
                return
            self.engine.upsert("digests", encode(issue), "day, kind")
            self._queue(notices)

    def digest(self, day: str, kind: str) -> DigestIssue | None:
        """The digest of a day."""
        return next(iter(self._all(DigestIssue, "digest.of_day", day=day, kind=kind)), None)

    def digests(self, limit: int = 200) -> list[DigestIssue]:
        """Digests made, newest first."""
        return self._all(DigestIssue, "digests.newest", most=limit)

    def review_digest(self, issue: DigestIssue, by: str, at: datetime, notices: Sequence[Notice]) -> bool:
        """Marks it reviewed by a named person and queues what goes to leaders; False when somebody had."""
        with self.engine.transaction():
            if self.engine.run("digest.review", by=by, at=micros(at), day=issue.day, kind=issue.kind) != 1:
                return False
            self._queue(notices)
            self._audit(by, "review:digest", f"{issue.kind} {issue.day}", "审核", at)
        return True

    # 复核与审计
    def add_review(self, review: Review) -> None:
        """Stores one correction and its audit entry."""
        with self.engine.transaction():
            self.engine.insert("reviews", encode(review))
            self._audit(review.by, f"review:{review.task}", review.post_id, f"{review.before}→{review.value}", review.at)

    def reviews(self) -> list[Review]:
        """Every correction, oldest first."""
        return self._all(Review, "reviews.all")

    def _audit(self, actor: str, action: str, subject: str, detail: str, at: datetime) -> None:
        chain.append(self.engine, actor, action, subject, detail, at)

    def verify_audit(self) -> list[str]:
        """What is wrong with the audit chain; empty when it is whole."""
        return audit.problems(self.engine.rows("audit.all"))

    def close(self) -> None:
        """Lets go of the store."""
        self.engine.close()


def _only(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}
