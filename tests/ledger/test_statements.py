"""The SQL files: every statement named once, portable but for two short files; the schema is the sum of its migrations."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from ledger.engine import insert_sql, upsert_sql
from ledger.migrating import FOLDER as MIGRATIONS
from ledger.migrating import migrations
from ledger.postgresql import marked
from ledger.sqlite import SqliteEngine
from ledger.statements import DOMAINS, FOLDER, parse, statements

ENGINES = ("sqlite", "postgresql")
NOT_PORTABLE = re.compile(r"::|\bjson_|->|\barray\b|\bilike\b|\bnow\(\)|\bpragma\b|\bautoincrement\b|\bserial\b", re.IGNORECASE)


@pytest.mark.parametrize("engine", ENGINES)
def test_both_engines_know_the_same_statements(engine: str) -> None:
    assert set(statements(engine)) == set(statements("sqlite"))


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_s_file_says_what_it_is_and_is_portable(domain: str) -> None:
    text = (FOLDER / f"{domain}.sql").read_text(encoding="utf-8")
    assert text.startswith("-- ")
    found = parse(text)
    assert found
    assert len(found) == text.count("-- name: "), "a name stands twice"
    for name, sql in found.items():
        assert not NOT_PORTABLE.search(sql), name
        assert ";" not in sql, name


def test_what_differs_between_engines_is_little() -> None:
    sqlite, postgresql = statements("sqlite"), statements("postgresql")
    assert {name for name in sqlite if sqlite[name] != postgresql[name]} == {"search.add", "search.find", "notices.due", "ledger.lock"}


def test_no_statement_is_left_unused() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in Path(FOLDER).parent.glob("*.py"))
    assert [name for name in statements("sqlite") if f'"{name}"' not in code] == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select :a, :b_2 from t", "select %(a)s, %(b_2)s from t"),
        ("select '10:30' where x = :x", "select '10:30' where x = %(x)s"),
        ("select x::text where y like 'a%'", "select x::text where y like 'a%%'"),
    ],
)
def test_marks_of_psycopg(sql: str, said: str) -> None:
    assert marked(sql) == said


def test_inserts_are_by_name() -> None:
    row = {"id": 1, "at": 2}
    assert insert_sql("t", row) == "insert into t (id, at) values (:id, :at)"
    assert upsert_sql("t", row | {"day": 3}, "id, day").endswith("on conflict (id, day) do update set at = excluded.at")


# migrations


@pytest.mark.parametrize("engine", ENGINES)
def test_migrations_have_rising_numbers_of_their_own(engine: str) -> None:
    numbers = [int(m.name.split("_")[0]) for m in migrations(engine, "blob")]
    assert numbers == sorted(set(numbers))


def test_both_engines_run_the_same_migrations() -> None:
    assert [m.name for m in migrations("sqlite", "blob")] == [m.name for m in migrations("postgresql", "bytea")]


def test_the_schema_is_the_sum_of_its_migrations(tmp_path: Path) -> None:
    """One migration at a time, each on a ledger that already holds the ones before, ends where all at once end."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in sorted(MIGRATIONS.glob("*.sql")):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        SqliteEngine(tmp_path / "step.db", migrations_folder=folder).close()
    with closing(SqliteEngine(tmp_path / "step.db")) as step, closing(SqliteEngine(tmp_path / "whole.db")) as whole:
        assert schema(step) == schema(whole)


def schema(engine: SqliteEngine) -> list[dict[str, object]]:
    return engine.query("select type, name, sql from sqlite_master where name not like '%_content' order by type, name")


def test_a_broken_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_good.sql").write_text("create table good (id text)", encoding="utf-8")
    SqliteEngine(tmp_path / "x.db", migrations_folder=folder).close()
    (folder / "0002_bad.sql").write_text("create table half (id text);\ncreate tabel oops (id text)", encoding="utf-8")
    with pytest.raises(Exception, match=r"oops|tabel"):
        SqliteEngine(tmp_path / "x.db", migrations_folder=folder)
    (folder / "0002_bad.sql").unlink()
    with closing(SqliteEngine(tmp_path / "x.db", migrations_folder=folder)) as engine:
        tables = {row["name"] for row in engine.query("select name from sqlite_master")}
    assert "good" in tables
    assert "half" not in tables
