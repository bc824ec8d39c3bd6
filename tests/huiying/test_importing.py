"""huiying import on a real ledger and from the command line; a ticket's case runs on the ticket's limit."""

import asyncio
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifiers.model import LinearModel
from huiying import pipeline
from huiying.__main__ import app
from huiying.importing import ImportRefusedError, import_file
from huiying.office import open_desk, open_office
from huiying.settings import ConfigErrors, Settings, load_settings
from records.instant import shanghai
from records.post import Post
from tests.huiying.desk import desk_in
from tests.makers import NOW, STATE, a_post

TABLE = "工单编号,来电时间,诉求内容\nA1,2018-06-08 08:30,先锋街道青年路整个小区停水三天，几百户居民没有水用，请尽快解决\nA2,上古,路灯不亮\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "工单.csv"
    path.write_text(TABLE, encoding="gb18030")
    return path


def test_twice_the_same_file_is_stored_once_and_is_no_page(tmp_path: Path, settings: Settings, table: Path) -> None:
    with desk_in(tmp_path, settings) as desk:
        first, second = (import_file(desk, table, "t12345") for _ in range(2))
        assert (first.rows, first.fresh, second.fresh) == (2, 2, 0)
        assert desk.ledger.fetch_states()["t12345"].last_ok_at == NOW
        assert {p.url for p in desk.ledger.unassessed(9)} == {"urn:huiying:t12345:A1", "urn:huiying:t12345:A2"}


@pytest.mark.parametrize("source", ["tinghu_yw", "nobody"])
def test_only_into_a_source_for_imports(tmp_path: Path, settings: Settings, table: Path, source: str) -> None:
    with desk_in(tmp_path, settings) as desk, pytest.raises(ImportRefusedError, match=f"{source}；.*vendor、t12345、t12345zx"):
        import_file(desk, table, source)


def test_the_command_names_every_bad_row_and_goes_on(tmp_path: Path, settings: Settings, table: Path) -> None:
    with open_desk(settings, tmp_path):
        pass
    run = CliRunner().invoke(app, ["import", str(table), "--source", "t12345", "--data", str(tmp_path)])
    assert run.exit_code == 1
    assert "读到 2 行，帖文 2 条，新增 2 条，问题 1 处" in run.stdout
    assert "工单.csv 第3行：时间 '上古' 读不出" in run.stderr
    gone = CliRunner().invoke(app, ["import", str(tmp_path / "无.csv"), "--source", "t12345", "--data", str(tmp_path)])
    assert gone.exit_code == 1
    assert "无.csv" in gone.stderr


@pytest.mark.parametrize(("public", "kinds"), [(False, {"ticket"}), (True, {"respond"})])
def test_a_ticket_has_its_own_limit_unless_it_is_also_said_in_public(
    tmp_path: Path, settings: Settings, model: LinearModel, table: Path, public: bool, kinds: set[str]
) -> None:
    posts: list[Post] = []
    if public:
        text = "先锋街道青年路整个小区停水三天，几百户居民没有水用，请尽快解决"
        posts = [a_post("web", source_id="town-bbs", text=text, title="停水三天", published_at=NOW, baseline=False)]

    async def go() -> None:
        async with open_office(settings, tmp_path, model, now=lambda: NOW) as office:
            import_file(office, table, "t12345")
            office.ledger.add_collected(posts, [], STATE)
            await pipeline.judge(office, pipeline.Account())
            case = next(c for c in office.ledger.cases() if "停水" in c.title + "".join(p.text for p in office.ledger.posts(_of(office, c.event_id))))
            assert {d.kind for d in case.deadlines} == kinds
            if not public:
                (clock,) = case.deadlines
                assert shanghai(clock.due_at).strftime("%m-%d %H:%M") == "07-02 18:00", "fifteen working days, 端午 left out"
                assert "47号" in clock.basis

    asyncio.run(go())


def _of(office: object, event_id: str) -> tuple[str, ...]:
    event = office.ledger.event(event_id)  # type: ignore[attr-defined]
    return tuple(event.post_ids)


def test_an_unknown_ticket_kind_is_a_mistake_with_file_and_key(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    shutil.copytree(Path(__file__).resolve().parents[2] / "config", folder)
    path = folder / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('ticket = "12345诉求"', 'ticket = "热线"'), encoding="utf-8")
    with pytest.raises(ConfigErrors, match=r"sources\.toml:\d+: source\[\d+\]\.ticket: '热线' is not a ticket"):
        load_settings(folder, {})
