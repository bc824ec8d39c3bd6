"""`huiying collect` on the sample town, served by a thread beside: what it fetches, what it names, what it stores, how it ends."""

import asyncio
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.instance_lock import instance_lock
from huiying.town.site import serve_town
from ledger.opening import open_ledger
from records.post import Post
from records.source import FetchState

ROOT = Path(__file__).resolve().parents[2]
RUNNER = CliRunner()
PATHS = {"news": ("listing", "/news/"), "bbs": ("forum", "/bbs/forum-2-1.html"), "feed": ("feed", "/feed.xml")}
DEAD = "http://127.0.0.1:9/"
Collect = Callable[..., Result]


@contextmanager
def town_in_a_thread() -> Iterator[str]:
    """The town's base URL while the block runs; the thread has ended when the block has."""
    loop, opened, address = asyncio.new_event_loop(), threading.Event(), [""]
    leave = asyncio.Event()

    async def serve() -> None:
        async with serve_town(datetime.now(UTC)) as base:
            address[0] = base
            opened.set()
            await leave.wait()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert opened.wait(5), "the town did not open"
        yield address[0]
    finally:
        loop.call_soon_threadsafe(leave.set)
        thread.join(5)


@pytest.fixture(scope="module")
def town() -> Iterator[str]:
    with town_in_a_thread() as base:
        yield base


def entry(source_id: str, url: str, kind: str = "listing", *, enabled: bool = True, note: str = "已评估") -> str:
    return (
        f'[[source]]\nid = "{source_id}"\nname = "源{source_id}"\nkind = "{kind}"\nurl = "{url}"\ntier = "区级"\nterritory = "local"\n'
        f'cadence_minutes = 5\nenabled = {str(enabled).lower()}\nverified = ""\nimpact_note = "{note}"\n'
    )


@pytest.fixture
def config(tmp_path: Path, town: str) -> Path:
    """The shipped config with the town's sources, a broken one, a dead one, one switched off and one not assessed."""
    folder = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    rows = [entry(name, town + path, kind) for name, (kind, path) in PATHS.items()]
    rows += [
        entry("broken", f"{town}/broken/500", enabled=False), entry("dead", DEAD, enabled=False),
        entry("private", f"{town}/private/", enabled=False), entry("unassessed", f"{town}/feed.xml", "feed", enabled=False, note=""),
    ]  # fmt: skip
    (folder / "sources.toml").write_text("\n".join(rows), encoding="utf-8")
    office = folder / "huiying.toml"
    allowed = f'private_allow = ["{town.removeprefix("http://")}", "127.0.0.1:9"]'
    office.write_text(re.sub(r"private_allow = \[\]", allowed, office.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


@pytest.fixture
def collect(config: Path, tmp_path: Path) -> Collect:
    def run(*sources: str) -> Result:
        return RUNNER.invoke(app, ["collect", *sources, "--config", str(config), "--data", str(tmp_path / "data")])

    return run


def stored(folder: Path) -> tuple[list[Post], dict[str, FetchState]]:
    ledger = open_ledger(f"sqlite:///{folder}/data/ledger.db")
    try:
        posts = ledger.posts_seen(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        return posts, ledger.fetch_states()
    finally:
        ledger.close()


def test_what_is_due_is_collected_and_nothing_else_happens(collect: Collect, tmp_path: Path) -> None:
    done = collect()
    posts, states = stored(tmp_path)
    closed = done.stderr.strip().splitlines()
    assert done.exit_code == 1
    assert [("thread-24-1-1" in line, "需要登录" in line) for line in closed] == [(True, True), (False, False)]
    assert "thread-25-1-1" in closed[1]
    assert "已删除或关闭" in closed[1]
    assert done.stdout.strip() == f"新帖文 {len(posts)} 条，问题 2 处"
    assert set(states) == set(PATHS), "a source that is off is not fetched"
    assert {p.source_id for p in posts} == set(PATHS)
    assert all(p.title or p.text for p in posts)
    ledger = open_ledger(f"sqlite:///{tmp_path}/data/ledger.db")
    assert len(ledger.unassessed(1_000)) == len(posts), "collecting is not judging"
    assert ledger.cases() == []
    assert ledger.notices() == []
    ledger.close()
    later = collect()
    assert (later.exit_code, later.stdout.strip()) == (0, "新帖文 0 条，问题 0 处"), "nothing is due yet"


def test_a_named_source_is_fetched_though_not_due_and_only_it(collect: Collect, tmp_path: Path) -> None:
    first = collect("feed")
    posts, states = stored(tmp_path)
    assert first.exit_code == 0
    assert set(states) == {"feed"}
    assert first.stdout.startswith(f"新帖文 {len(posts)} 条")
    again = collect("feed", "feed")
    assert (again.exit_code, again.stdout.strip()) == (0, "新帖文 0 条，问题 0 处")
    later = stored(tmp_path)[1]["feed"]
    assert later.due_at > states["feed"].due_at, "it was asked again"
    assert later.failures == 0


@pytest.mark.parametrize(
    ("source", "said"),
    [("broken", ("/broken/500", "500")), ("dead", (DEAD,)), ("private", ("/private/", "robots"))],
)
def test_a_bad_source_is_named_and_the_good_one_is_stored(
    collect: Collect, tmp_path: Path, source: str, said: tuple[str, ...]
) -> None:
    done = collect(source, "feed", source)
    posts, states = stored(tmp_path)
    assert done.exit_code == 1
    (line,) = done.stderr.strip().splitlines()  # named twice, asked once
    assert line.startswith(f"源{source} http://127.0.0.1:")
    for word in said:
        assert word in line
    assert done.stdout.strip() == f"新帖文 {len(posts)} 条，问题 1 处"
    assert {p.source_id for p in posts} == {"feed"}
    assert states[source].failures == 1
    assert states[source].last_error


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (["nowhere"], "没有信息源 nowhere"),
        (["feed", "x", "y"], "没有信息源 x、y"),
        (["unassessed"], "信息源 unassessed 没有影响评估 impact_note"),
        (["feed", "unassessed"], "网络数据安全管理条例第十八条"),
    ],
)
def test_what_may_not_be_fetched_stops_all_before_anything_is_fetched(
    collect: Collect, tmp_path: Path, sources: list[str], said: str
) -> None:
    done = collect(*sources)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_folder_in_use_is_refused_and_named(collect: Collect, tmp_path: Path) -> None:
    with instance_lock(tmp_path / "data"):
        done = collect("feed")
    assert done.exit_code == 2
    assert "huiying.lock" in done.stderr
    assert not (tmp_path / "data" / "ledger.db").exists()


def test_a_file_is_no_data_folder(collect: Collect, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x", encoding="utf-8")
    done = collect("feed")
    assert done.exit_code == 2
    assert f"{tmp_path}/data: 不能用作数据目录" in done.stderr


def test_a_broken_config_is_told_by_file_and_line(collect: Collect, config: Path) -> None:
    with (config / "sources.toml").open("a", encoding="utf-8") as file:
        file.write(entry("odd", "http://a.example/", kind="carrier-pigeon"))
    done = collect()
    assert done.exit_code == 2
    assert re.search(r"^config/sources\.toml:\d+: source\[7\]\.kind: ", done.stderr)
