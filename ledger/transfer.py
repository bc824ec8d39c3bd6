"""Engine to engine (台账迁移): every row copied in key order, resumable after a kill, then verified row by row by hash.

Progress stands in the target, moved on in the transaction that brings the rows: what is there is never copied twice, what is not is
copied. The search index is not copied but built anew from the posts: both engines index the same tokens.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger.engine import Engine, Row
from ledger.search import tokens

BATCH = 1_000  # rows a transaction
TABLES: dict[str, tuple[str, ...]] = {  # table → its primary key; in the order in which rows refer to each other
    "posts": ("id",),
    "pages": ("sha256",),
    "fetch_states": ("source_id",),
    "assessments": ("post_id",),
    "events": ("id",),
    "event_decisions": ("event_id",),
    "event_posts": ("post_id",),
    "counters": ("name",),
    "cases": ("id",),
    "transitions": ("case_id", "seq"),
    "papers": ("id",),
    "evidence": ("case_id", "post_id"),
    "digests": ("day", "kind"),
    "digest_edits": ("id",),
    "notices": ("id",),
    "deliveries": ("notice_id", "attempt"),
    "reviews": ("id",),
    "handovers": ("id",),
    "policies": ("id",),
    "policy_mentions": ("policy_id", "post_id"),
    "consultations": ("id",),
    "erasures": ("url_sha256",),
    "erased_posts": ("post_id",),
    "audit": ("seq",),
    "users": ("id",),
    "sessions": ("digest",),
    "login_failures": ("id",),
}
PROGRESS = "create table if not exists transfer_progress (table_name text primary key, last_key text not null, copied bigint not null)"
Told = Callable[[str, int], None]  # table, rows copied so far


class TransferRefusedError(RuntimeError):
    """The target is not empty, and is not this transfer half done."""


class TransferFailedError(RuntimeError):
    """The target does not hold what the source holds; names table and key."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """Rows verified, by table."""

    rows: dict[str, int]


def transfer(source: Engine, target: Engine, *, source_name: str, told: Told = lambda table, rows: None) -> Transferred:
    """Copies every row and verifies it. `source_name` marks whose half-done transfer the target may be.

    Raises: TransferRefusedError; TransferFailedError.
    """
    _begin(target, source_name)
    for table, key in TABLES.items():
        _copy(source, target, table, key, told)
    found = Transferred(rows={table: _verified(source, target, table, key) for table, key in TABLES.items()})
    target.execute("drop table transfer_progress")
    return found


def _begin(target: Engine, source_name: str) -> None:
    """Marks an empty target, or finds the mark of the same transfer."""
    marked = _has_progress(target)
    if not marked:
        full = [table for table in TABLES if target.query(f"select 1 as found from {table} limit 1")]
        if full:
            raise TransferRefusedError(f"目标台账不是空的（{full[0]} 已有记录）：不覆盖任何数据")
        with target.transaction():
            target.execute(PROGRESS)
            target.insert("transfer_progress", {"table_name": "", "last_key": source_name, "copied": 0})
    elif (other := _progress(target, "")["last_key"]) != source_name:
        raise TransferRefusedError(f"目标台账是另一次未完成迁移的（来自 {other}）")


def _has_progress(target: Engine) -> bool:
    catalogue = {
        "sqlite": "select 1 as found from sqlite_master where name = 'transfer_progress'",
        "postgresql": "select 1 as found from information_schema.tables where table_name = 'transfer_progress'",
    }
    return bool(target.query(catalogue[target.name]))


def _progress(target: Engine, table: str) -> Row:
    rows = target.query("select * from transfer_progress where table_name = :name", name=table)
    return rows[0] if rows else {"table_name": table, "last_key": "", "copied": 0}


def _copy(source: Engine, target: Engine, table: str, key: tuple[str, ...], told: Told) -> None:
    done = _progress(target, table)
    copied = int(done["copied"])
    for rows in _batches(source, table, key, json.loads(done["last_key"]) if done["last_key"] else None):
        copied += len(rows)
        last = json.dumps([rows[-1][column] for column in key], ensure_ascii=False)
        with target.transaction():
            target.insert_many(table, rows)
            if table == "posts":
                words = [{"id": row["id"], "words": tokens(f"{row['title']}\n{row['text']}")} for row in rows]
                target.run_many("search.add", words)
            target.upsert("transfer_progress", {"table_name": table, "last_key": last, "copied": copied}, "table_name")
        told(table, copied)


def _batches(engine: Engine, table: str, key: tuple[str, ...], after: list[object] | None = None) -> Iterator[list[Row]]:
    """The rows of a table by key, BATCH at a time, from behind `after`."""
    order, marks = ", ".join(key), ", ".join(f":k{n}" for n in range(len(key)))
    while True:
        where = f"where ({order}) > ({marks})" if after is not None else ""
        values = {f"k{n}": value for n, value in enumerate(after or ())}
        rows = engine.query(f"select * from {table} {where} order by {order} limit {BATCH}", **values)
        if not rows:
            return
        yield rows
        after = [rows[-1][column] for column in key]


def _verified(source: Engine, target: Engine, table: str, key: tuple[str, ...]) -> int:
    """How many rows are equal on both sides. Raises: TransferFailedError naming the first that is not."""
    there = {_key(row, key): row_hash(row) for rows in _batches(target, table, key) for row in rows}
    count = 0
    for rows in _batches(source, table, key):
        for row in rows:
            count += 1
            found = there.pop(_key(row, key), None)
            if found != row_hash(row):
                raise TransferFailedError(f"{table} {'/'.join(_key(row, key))}: {'缺失' if found is None else '内容不一致'}")
    if there:
        raise TransferFailedError(f"{table} {'/'.join(next(iter(there)))}: 目标多出 {len(there)} 行")
    return count


def _key(row: Row, key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row[column]) for column in key)


def row_hash(row: Row) -> bytes:
    """sha256 of the row's values by column name; equal on both engines for equal rows.

    >>> row_hash({"a": 1, "b": b"x"}) == row_hash({"b": b"x", "a": 1})
    True
    """
    digest = hashlib.sha256()
    for name in sorted(row):
        value = row[name]
        digest.update(f"{name}\0{type(value).__name__}\0".encode())
        digest.update(bytes(value) if isinstance(value, (bytes, memoryview)) else repr(value).encode("utf-8", "replace"))
    return digest.digest()
