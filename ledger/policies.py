"""The policy documents (政策文件) and rounds of 征求意见 of a ledger, and their entries in the audit chain."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ledger import chain
from ledger.engine import Engine, Row
from ledger.rows import decode, encode
from records.instant import micros
from records.masking import mask
from records.policy import Consultation, MentionKind, PolicyDocument


class Added(StrEnum):
    """What adding did."""

    NEW = "登记"
    AMENDED = "更新"
    SAME = "无变化"


class Policies:
    """Records in, records out; nothing decided. Every change is one transaction with its audit entry."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, document: PolicyDocument, by: str, at: datetime) -> Added:
        """Stores a document, or replaces the one of its id; an equal one is left alone, without an entry."""
        return self._put("policies", "policy.one", document, by, at)

    def policies(self) -> list[PolicyDocument]:
        """Every document, by the day it was issued."""
        return [decode(PolicyDocument, row) for row in self._engine.rows("policies.all")]

    def policy(self, policy_id: str) -> PolicyDocument | None:
        """The document of an id."""
        return next((decode(PolicyDocument, row) for row in self._engine.rows("policy.one", id=policy_id)), None)

    def keep(self, policy_id: str, found: Mapping[str, tuple[str, MentionKind]]) -> None:
        """Keeps what each post (id → clause, kind) did with the document; of posts still in the ledger nothing else is kept."""
        rows = [{"policy_id": policy_id, "post_id": post, "clause": clause, "kind": kind.value} for post, (clause, kind) in found.items()]
        with self._engine.transaction():
            self._engine.rows("ledger.lock")
            self._engine.run("policy.forget", policy_id=policy_id)
            self._engine.run_many("policy.mention", rows)

    def gone(self, policy_id: str) -> dict[tuple[str, MentionKind], int]:
        """How many posts that are no longer in the ledger did what, by clause ("" = none)."""
        rows = self._engine.rows("policy.gone", policy_id=policy_id)
        return {(row["clause"], MentionKind(row["kind"])): int(row["posts"]) for row in rows}

    def add_consultation(self, consultation: Consultation, by: str, at: datetime) -> Added:
        """Stores a round, or replaces the one of its id; private numbers in what the public wrote are not kept."""
        masked = tuple(replace(s, text=mask(s.text), reason=mask(s.reason)) for s in consultation.suggestions)
        return self._put("consultations", "consultation.one", replace(consultation, suggestions=masked), by, at)

    def consultations(self) -> list[Consultation]:
        """Every round, by the day it opened."""
        return [decode(Consultation, row) for row in self._engine.rows("consultations.all")]

    def consultation(self, consultation_id: str) -> Consultation | None:
        """The round of an id."""
        return next((decode(Consultation, row) for row in self._engine.rows("consultation.one", id=consultation_id)), None)

    def _put(self, table: str, statement: str, record: Any, by: str, at: datetime) -> Added:
        row: Row = encode(record)
        with self._engine.transaction():
            self._engine.rows("ledger.lock")
            known = self._engine.rows(statement, id=row["id"])
            if known and all(known[0][name] == value for name, value in row.items()):
                return Added.SAME
            self._engine.upsert(table, row | {"by": by, "at": micros(at)}, "id")
            done = Added.AMENDED if known else Added.NEW
            chain.append(self._engine, by, f"{table}:{done.value}", row["id"], row["title"], at)
        return done
