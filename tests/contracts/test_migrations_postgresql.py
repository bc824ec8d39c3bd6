"""PostgreSQL's schema is the sum of its migrations, and two processes that start at once migrate one after the other."""

import threading
from contextlib import closing
from pathlib import Path

from ledger.migrating import FOLDER, migrations
from ledger.postgresql import PostgresEngine
from tests.postgres_server import new_database

Column = tuple[str, str, str, str]


def schema(engine: PostgresEngine) -> list[Column]:
    sql = """select table_name, column_name, data_type, is_nullable from information_schema.columns
             where table_schema = 'public' order by table_name, column_name"""
    return [(r["table_name"], r["column_name"], r["data_type"], r["is_nullable"]) for r in engine.query(sql)]


def checks(engine: PostgresEngine) -> list[str]:
    sql = "select conrelid::regclass || ' ' || pg_get_constraintdef(oid) as said from pg_constraint where contype = 'c' order by 1"
    return [r["said"] for r in engine.query(sql)]


def test_one_at_a_time_ends_where_all_at_once_end(server: str, tmp_path: Path) -> None:
    folder, step_url = tmp_path / "migrations", new_database(server)
    folder.mkdir()
    for path in sorted(FOLDER.glob("*.sql")):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        PostgresEngine(step_url, most=1, migrations_folder=folder).close()
    with closing(PostgresEngine(step_url, most=1)) as step, closing(PostgresEngine(new_database(server), most=1)) as whole:
        assert schema(step) == schema(whole)
        assert checks(step) == checks(whole)
        assert any("actor_kind" in said for said in checks(whole))


def test_two_processes_that_start_at_once_migrate_once(server: str) -> None:
    url = new_database(server)
    opened: list[PostgresEngine] = []
    threads = [threading.Thread(target=lambda: opened.append(PostgresEngine(url, most=1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    names = [row["name"] for row in opened[0].query("select name from migrations order by name")]
    assert names == [m.name for m in migrations("postgresql", "bytea")]
    for engine in opened:
        engine.close()
