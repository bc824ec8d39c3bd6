"""Whether the ledger's rows still fit together: the engine's own check, and what belongs to a case."""

from ledger.engine import Engine

_OF_A_CASE = {"transitions": "流转", "papers": "案卷文书", "evidence": "证据"}


def misfits(engine: Engine) -> list[str]:
    """What does not fit, a line each; empty when all does."""
    return [*_of_engine(engine), *_orphans(engine), *_behind(engine)]


def _of_engine(engine: Engine) -> list[str]:
    if engine.name != "sqlite":
        return []
    damaged = [str(row["integrity_check"]) for row in engine.query("pragma integrity_check")]
    loose = [f"{row['table']}的一行所引用的{row['parent']}不存在" for row in engine.query("pragma foreign_key_check")]
    return [f"数据库文件损坏：{line}" for line in damaged if line != "ok"] + loose


def _orphans(engine: Engine) -> list[str]:
    found = []
    for table, name in _OF_A_CASE.items():
        sql = f"select case_id, count(*) as n from {table} where case_id not in (select id from cases) group by case_id order by case_id"
        found += [f"{name}{row['n']}行所属的事项{row['case_id']}不存在" for row in engine.query(sql)]
    return found


def _behind(engine: Engine) -> list[str]:
    moves = "(select count(*) from transitions t where t.case_id = c.id and t.from_state <> '')"
    rows = engine.query(f"select c.number, c.version, {moves} as moves from cases c where c.version < {moves} order by c.number")
    return [f"{row['number']}: 版本{row['version']}少于流转次数{row['moves']}" for row in rows]
