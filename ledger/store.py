"""The ledger's verbs. Every write is one transaction; claims and moves are compare-and-set with the row count checked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import zstandard

from ledger import audit
from ledger.rows import decode, encode
from ledger.search import query, tokens
from ledger.sqlite import Connection
from records.assessment import Assessment
from records.case import Case, CaseState, Transition
from records.event import Event
from records.instant import micros, shanghai
from records.notice import Delivery, Notice, NoticeState
from records.post import Post
from records.review import Review
from records.source import FetchState, RawPage

R = TypeVar("R")


class StaleCaseError(Exception):
    """Somebody else moved the case first: read it again, then decide again."""


class Ledger:
    """The ledger on one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.connection = Connection(path)

    def _all(self, record: type[R], sql: str, *values: Any) -> list[R]:
        return [decode(record, row) for row in self.connection.rows(sql, *values)]

    def _of(self, record: type[R], table: str, key: str, ids: Sequence[str]) -> list[R]:
        """Records by id, in the order asked; unknown ids are left out. Asked in slices: SQLite bounds its parameters."""
        found: dict[str, R] = {}
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            for row in self.connection.rows(f"select * from {table} where {key} in ({', '.join('?' * len(part))})", *part):
                found[row[key]] = decode(record, row)
        return [found[i] for i in ids if i in found]

    # 收集
    def add_collected(self, posts: Sequence[Post], pages: Sequence[RawPage], state: FetchState) -> tuple[str, ...]:
        """Ids of posts that are new. A known post only gets its newer reach. Pages, posts and state stand or fall together."""
        with self.connection.transaction():
            for page in pages:
                row = encode(page) | {"body": zstandard.compress(page.body)}
                self.connection.insert("pages", row, on_conflict="on conflict (sha256) do nothing")
            fresh = tuple(post.id for post in posts if self._add_post(post))
            self.connection.upsert("fetch_states", encode(state), "source_id")
        return fresh

    def _add_post(self, post: Post) -> bool:
        row = encode(post)
        if not self.connection.insert("posts", row, on_conflict="on conflict (id) do nothing"):
            self.connection.run("update posts set reach = ? where id = ?", row["reach"], post.id)
            return False
        self.connection.insert("post_words", {"id": post.id, "words": tokens(f"{row['title']}\n{row['text']}")})
        return True

    def known_posts(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that are stored."""
        return {post.id for post in self.posts(ids)}

    def posts(self, ids: Sequence[str]) -> list[Post]:
        """Posts by id, in the order asked."""
        return self._of(Post, "posts", "id", ids)

    def page(self, sha256: str) -> RawPage | None:
        """The bytes a post was read from."""
        row = self.connection.one("select * from pages where sha256 = ?", sha256)
        return None if row is None else decode(RawPage, row | {"body": zstandard.decompress(row["body"])})

    def fetch_states(self) -> dict[str, FetchState]:
        """Source id → where its polling stands."""
        return {s.source_id: s for s in self._all(FetchState, "select * from fetch_states")}

    def search(self, words: str, limit: int = 50) -> list[Post]:
        """Posts that hold every word, newest first."""
        asked = query(words)
        sql = "select p.* from post_words w join posts p on p.id = w.id where w.words match ? order by p.first_seen_at desc, p.id limit ?"
        return self._all(Post, sql, asked, limit) if asked else []

    # 研判
    def unassessed(self, limit: int) -> list[Post]:
        """Posts without an assessment, oldest first."""
        sql = "select p.* from posts p left join assessments a on a.post_id = p.id where a.post_id is null order by p.first_seen_at, p.id limit ?"
        return self._all(Post, sql, limit)

    def add_assessments(self, found: Sequence[Assessment]) -> None:
        """Stores or replaces."""
        with self.connection.transaction():
            for one in found:
                self.connection.upsert("assessments", encode(one), "post_id")

    def assessments(self, ids: Sequence[str]) -> dict[str, Assessment]:
        """Post id → its assessment."""
        return {a.post_id: a for a in self._of(Assessment, "assessments", "post_id", ids)}

    def ungathered(self, limit: int, *, relevant_from: float) -> list[Post]:
        """Relevant posts in no event, oldest first."""
        sql = """select p.* from posts p join assessments a on a.post_id = p.id left join event_posts e on e.post_id = p.id
                 where e.post_id is null and a.relevant >= ? order by p.first_seen_at, p.id limit ?"""
        return self._all(Post, sql, relevant_from, limit)

    # 事件
    def save_events(self, events: Sequence[Event]) -> None:
        """Stores or replaces events and the membership of their posts; each becomes undecided again."""
        with self.connection.transaction():
            for event in events:
                self.connection.upsert("events", encode(event), "id")
                self.connection.run("delete from event_decisions where event_id = ?", event.id)
                for post in event.post_ids:
                    self.connection.upsert("event_posts", {"post_id": post, "event_id": event.id}, "post_id")

    def recent_events(self, since: datetime) -> list[Event]:
        """Events touched since, not merged away."""
        return self._all(
            Event, "select * from events where updated_at >= ? and merged_into = '' order by created_at, id", micros(since)
        )

    def undecided_events(self) -> list[Event]:
        """Events new or changed since the last decision."""
        sql = """select e.* from events e left join event_decisions d on d.event_id = e.id
                 where d.event_id is null and e.merged_into = '' order by e.created_at, e.id"""
        return self._all(Event, sql)

    def mark_decided(self, event_id: str, at: datetime, why: str) -> None:
        """The event needs no decision until it changes."""
        with self.connection.transaction():
            self.connection.upsert("event_decisions", {"event_id": event_id, "decided_at": micros(at), "why": why}, "event_id")

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
        """The numbered case: counter, case, opening, notices, evidence and audit in one transaction. Opened once an event."""
        with self.connection.transaction():
            known = self.case_of_event(draft.event_id)
            if known is not None:
                return known
            case = replace(draft, number=self._next_number(number_format, now))
            self.connection.insert("cases", encode(case))
            self.connection.insert("transitions", encode(opening))
            self._keep_evidence(case, evidence)
            self._queue(notices(case))
            self._audit(opening.actor, "open", case.number, opening.why, now)
        return case

    def _next_number(self, number_format: str, now: datetime) -> str:
        day = f"{shanghai(now):%Y%m%d}"
        sql = (
            "insert into counters (name, value) values (?, 1) on conflict (name) do update set value = value + 1 returning value"
        )
        row = self.connection.one(sql, f"case:{day}")
        assert row is not None
        return number_format.format(date=day, seq=row["value"])

    def _keep_evidence(self, case: Case, ids: Sequence[str]) -> None:
        for post in self.posts(ids):
            page = self.connection.one("select body from pages where sha256 = ?", post.raw_sha256)
            body = page["body"] if page else zstandard.compress(post.text.encode("utf-8", "replace"))
            row = {"case_id": case.id, "post_id": post.id, "sha256": post.raw_sha256, "body": body}
            self.connection.insert("evidence", row, on_conflict="on conflict do nothing")

    def evidence(self, case_id: str) -> dict[str, bytes]:
        """Post id → the raw bytes kept for the case."""
        rows = self.connection.rows("select post_id, body from evidence where case_id = ?", case_id)
        return {row["post_id"]: zstandard.decompress(row["body"]) for row in rows}

    def move_case(self, case: Case, move: Transition, notices: Sequence[Notice] = ()) -> Case:
        """The case as moved. `case` is the new case with the version it was read at. Raises: StaleCaseError."""
        moved = replace(case, state=move.to_state, version=case.version + 1)
        row = encode(moved)
        changes = ", ".join(f"{name} = ?" for name in row)
        with self.connection.transaction():
            sql = f"update cases set {changes} where id = ? and version = ? and state = ?"
            from_state = move.from_state.value if move.from_state else ""
            if self.connection.run(sql, *row.values(), case.id, case.version, from_state) != 1:
                raise StaleCaseError(f"{case.number}: moved by somebody else since version {case.version}")
            self.connection.insert("transitions", encode(move))
            self._queue(notices)
            self._audit(move.actor, f"move:{move.to_state.value}", case.number, move.why, move.at)
        return moved

    def cases(self, state: CaseState | None = None) -> list[Case]:
        """Cases by number, of one state if given."""
        asked = (state.value,) if state else ()
        return self._all(Case, f"select * from cases {'where state = ?' if state else ''} order by number", *asked)

    def case(self, number: str) -> Case | None:
        """The case of a number."""
        return next(iter(self._of(Case, "cases", "number", [number])), None)

    def case_of_event(self, event_id: str) -> Case | None:
        """The event's case."""
        return next(iter(self._of(Case, "cases", "event_id", [event_id])), None)

    def transitions(self, case_id: str) -> list[Transition]:
        """Every move, in order."""
        return self._all(Transition, "select * from transitions where case_id = ? order by id", case_id)

    # 通知
    def _queue(self, notices: Sequence[Notice]) -> int:
        return sum(self.connection.insert("notices", encode(n), on_conflict="on conflict (key) do nothing") for n in notices)

    def add_notices(self, notices: Sequence[Notice]) -> int:
        """How many were new; a known key is never stored twice."""
        with self.connection.transaction():
            return self._queue(notices)

    def claim_notices(self, by: str, now: datetime, limit: int, lease_seconds: int) -> list[Notice]:
        """Due notices claimed for `by` until the lease ends; urgent first. A notice is claimed by one sender only."""
        due = """select * from notices where (state = 'pending' and next_attempt_at <= ?) or (state = 'claimed' and claimed_until < ?)
                 order by urgent desc, next_attempt_at, id limit ?"""
        until = now + timedelta(seconds=lease_seconds)
        found = self._all(Notice, due, micros(now), micros(now), limit)
        with self.connection.transaction():
            return [
                replace(n, state=NoticeState.CLAIMED, claimed_by=by, claimed_until=until)
                for n in found
                if self._claim(n, by, until)
            ]

    def _claim(self, notice: Notice, by: str, until: datetime) -> bool:
        sql = "update notices set state = 'claimed', claimed_by = ?, claimed_until = ? where id = ? and state = ? and claimed_by = ? and attempts = ?"
        return self.connection.run(sql, by, micros(until), notice.id, notice.state.value, notice.claimed_by, notice.attempts) == 1

    def finish_notice(self, claimed: Notice, delivery: Delivery, state: NoticeState, next_attempt_at: datetime) -> bool:
        """Records the attempt; False (and nothing written) when the claim had passed to another sender."""
        sql = """update notices set state = ?, attempts = ?, next_attempt_at = ?, claimed_by = '', claimed_until = null
                 where id = ? and state = 'claimed' and claimed_by = ?"""
        with self.connection.transaction():
            if (
                self.connection.run(sql, state.value, delivery.attempt, micros(next_attempt_at), claimed.id, claimed.claimed_by)
                != 1
            ):
                return False
            self.connection.insert("deliveries", encode(delivery))
        return True

    def notices(self) -> list[Notice]:
        """Every notice, oldest first."""
        return self._all(Notice, "select * from notices order by created_at, id")

    def deliveries(self, notice_id: str) -> list[Delivery]:
        """Every attempt, in order."""
        return self._all(Delivery, "select * from deliveries where notice_id = ? order by attempt", notice_id)

    # 复核与审计
    def add_review(self, review: Review) -> None:
        """Stores one correction and its audit entry."""
        with self.connection.transaction():
            self.connection.insert("reviews", encode(review))
            self._audit(review.by, f"review:{review.task}", review.post_id, f"{review.before}→{review.value}", review.at)

    def reviews(self) -> list[Review]:
        """Every correction, oldest first."""
        return self._all(Review, "select * from reviews order by at, id")

    def _audit(self, actor: str, action: str, subject: str, detail: str, at: datetime) -> None:
        last = self.connection.one("select seq, digest from audit order by seq desc limit 1") or {"seq": 0, "digest": audit.FIRST}
        entry = {"seq": last["seq"] + 1, "at": micros(at), "actor": actor, "action": action, "subject": subject, "detail": detail}
        entry |= {"previous": last["digest"]}
        self.connection.insert("audit", entry | {"digest": audit.digest(entry)})

    def verify_audit(self) -> list[str]:
        """What is wrong with the audit chain; empty when it is whole."""
        return audit.problems(self.connection.rows("select * from audit order by seq"))

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()
