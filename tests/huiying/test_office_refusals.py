"""What the office's commands refuse, and how: one message that names the thing, exit 1 or 2, and nothing changed on disk."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classifiers.model import LinearModel, write_model
from huiying import cli, judging_commands
from huiying.__main__ import app
from huiying.digesting import current_day
from huiying.instance_lock import instance_lock
from huiying.office import Desk
from huiying.settings import Settings
from ledger.opening import open_ledger
from records.post import post_id
from tests.huiying.desk import desk_in, waiting_case
from tests.makers import STATE, a_post, an_assessment

ROOT = Path(__file__).resolve().parents[2]
NUMBER = "TH-20180608-001"
ADDRESS = "http://bbs.example.cn/thread-9-1-1.html"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    """A desk in tmp_path/data with one case in 预警提示."""
    with desk_in(tmp_path / "data", settings) as opened:
        waiting_case(opened)
        yield opened


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


# no ledger, no data folder

LOOKING = [
    ["case", "list"], ["case", "show", NUMBER], ["case", "move", NUMBER, "交办", "--by", "甲", "--why", "属实"], ["digest"],
    ["digest", "--reviewed-by", "甲"], ["search", "停水"], ["verify"], ["explain", NUMBER],
    ["correct", ADDRESS, "--task", "level", "--value", "Ⅱ", "--by", "甲"],
]  # fmt: skip


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_looking_makes_no_ledger(tmp_path: Path, command: list[str]) -> None:
    done = run(*command, "--data", tmp_path / "none")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{tmp_path}/none/ledger.db: 还没有台账" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", [["collect"], ["start"], ["demo", "--once"]], ids=" ".join)
def test_a_file_is_no_data_folder(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = run(*command, "--data", tmp_path / "file")
    assert done.exit_code == 2
    assert f"{tmp_path}/file: 不能用作数据目录" in done.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("command", [["collect"], ["start"], ["demo", "--once"]], ids=" ".join)
def test_a_folder_that_another_process_holds_is_refused(tmp_path: Path, command: list[str]) -> None:
    with instance_lock(tmp_path):
        done = run(*command, "--data", tmp_path)
    assert done.exit_code == 2
    assert f"另一个 Huiying 进程（{os.getpid()}）" in done.stderr
    assert {p.name for p in tmp_path.iterdir()} == {"huiying.lock"}


@pytest.mark.parametrize("url", ["mysql://u:secret@db/x", "ledger.db", "sqlite://"])
@pytest.mark.parametrize("command", [["case", "list"], ["verify"], ["collect"]], ids=" ".join)
def test_a_ledger_address_that_names_no_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], url: str
) -> None:
    monkeypatch.setenv("HUIYING_LEDGER_URL", url)
    done = run(*command, "--data", tmp_path)
    assert done.exit_code == 2
    assert "应为 sqlite:///文件路径 或 postgresql://" in done.stderr
    assert "secret" not in done.stderr


BEGINNING = [["case", "list"], ["digest"], ["collect"], ["start"], ["demo", "--once"], ["explain", "--text", "停水"]]


@pytest.mark.parametrize("command", BEGINNING, ids=" ".join)
def test_a_broken_config_stops_every_command_before_it_begins(tmp_path: Path, config: Path, command: list[str]) -> None:
    (config / "areas.toml").write_text("[[area]\n", encoding="utf-8")
    data = [] if command[0] == "explain" else ["--data", tmp_path / "d"]
    done = run(*command, "--config", config, *data)
    assert done.exit_code == 2
    assert "config/areas.toml:1: (syntax)" in done.stderr
    assert not (tmp_path / "d").exists()


# cases


def test_a_unit_taken_out_of_the_config_does_not_hide_its_cases(desk: Desk, config: Path) -> None:
    for name in ("units.toml", "matters.toml"):
        file = config / name
        file.write_text(file.read_text(encoding="utf-8").replace('"gs"', '"shuiwu"'), encoding="utf-8")
    listed = run("case", "list", "--json", "--data", desk.data, "--config", config)
    assert listed.exit_code == 0, listed.stderr
    assert json.loads(listed.stdout)["unit"] == "gs"
    assert json.loads(run("case", "show", NUMBER, "--data", desk.data, "--config", config).stdout)["lead"] == "gs"


@pytest.mark.parametrize(
    ("number", "state", "by", "why", "said"),
    [
        ("TH-1", "交办", "甲", "属实", "没有交办件 TH-1"),
        (NUMBER, "飞", "甲", "属实", "没有状态“飞”"),
        (NUMBER, "办结", "甲", "属实", "可转为：交办、不交办"),
        (NUMBER, "预警提示", "甲", "属实", "可转为：交办、不交办"),
        (NUMBER, "交办", "   ", "属实", "姓名"),
        (NUMBER, "交办", "甲", " ", "理由"),
    ],
)
def test_a_refused_move_changes_nothing(desk: Desk, number: str, state: str, by: str, why: str, said: str) -> None:
    before = desk.ledger.case(NUMBER)
    done = run("case", "move", number, state, "--by", by, "--why", why, "--data", desk.data)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert desk.ledger.case(NUMBER) == before
    assert desk.ledger.notices() == []


def test_a_moved_case_is_listed_under_its_new_state_in_a_real_process(desk: Desk) -> None:
    def huiying(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "huiying", "case", *arguments, "--data", str(desk.data)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    moved = huiying("move", NUMBER, "dispatched", "--by", "值班员", "--why", "属实")
    assert (moved.returncode, moved.stdout) == (0, f"{NUMBER} → 交办\n")
    listed = huiying("list", "--state", "交办", "--json")
    row = json.loads(listed.stdout)
    assert set(row) == {"number", "level", "state", "lead", "unit", "due", "due_kind", "title"}
    assert (row["number"], row["state"], row["due_kind"]) == (NUMBER, "交办", "respond")


# digests


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "9999-12-31", "2018-6-9", "20180609x", "今天", " "])
def test_no_digest_of_a_day_that_cannot_be(desk: Desk, day: str) -> None:
    done = run("digest", "--date", day, "--data", desk.data)
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.search(r"digest: --date .*(应为 YYYY-MM-DD|应在 1990-01-01 至)", done.stderr)
    assert not (desk.data / "digests").exists()


def test_a_day_that_has_not_begun_waits_for_its_eight_o_clock(desk: Desk) -> None:
    running = current_day(datetime.now(UTC))
    early = run("digest", "--date", running + timedelta(days=1), "--data", desk.data)
    assert early.exit_code == 2
    assert desk.ledger.digest(str(running + timedelta(days=1)), "daily") is None
    assert run("digest", "--date", running, "--data", desk.data).exit_code == 0


@pytest.mark.parametrize("name", ["", " ", "\u3000"])
def test_a_review_without_a_name_is_no_review(desk: Desk, name: str) -> None:
    done = run("digest", "--date", "2018-06-09", "--reviewed-by", name, "--data", desk.data)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "审核须有审核人姓名" in done.stderr
    assert desk.ledger.digest("2018-06-09", "daily") is None


# explain, search, verify


def test_explain_finds_a_post_by_any_spelling_of_its_address(desk: Desk) -> None:
    post = a_post(post_id(ADDRESS), url=ADDRESS, title="路灯不亮")
    desk.ledger.add_collected([post], [], STATE)
    for spelled in (ADDRESS, f"{ADDRESS}#pid3", "HTTP://BBS.example.cn:80/forum.php?mod=viewthread&tid=9&extra=page%3D1"):
        found = json.loads(run("explain", spelled, "--data", desk.data).stdout)
        assert (found["title"], found["note"], found["reasons"]) == ("路灯不亮", "尚未研判", [])
    desk.ledger.add_assessments([an_assessment(post.id)])
    judged = json.loads(run("explain", ADDRESS, "--data", desk.data).stdout)
    assert judged["reasons"] == [{"what": "lead", "value": "gs", "reason": "事项", "by": "rule", "span": [0, 2], "clause": ""}]


@pytest.mark.parametrize("what", ["http://[", "javascript:alert(1)", "' or 1=1 --", "TH-", "停水"])
def test_explain_of_nothing_names_it(desk: Desk, what: str) -> None:
    done = run("explain", what, "--data", desk.data)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"没有编号、帖文或网址 {what}" in done.stderr


@pytest.mark.parametrize("words", ["", "*", '"', '停水"', "停水 AND", "NEAR(停水", "title:停水", "停水 没有这个词", "' or 1=1 --"])
def test_no_words_are_an_operator(desk: Desk, words: str) -> None:
    done = run("search", words, "--data", desk.data)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("\n") <= 1


def test_search_stops_at_its_limit_newest_first(desk: Desk) -> None:
    posts = [a_post(f"q{n}", title=f"路灯{n}", first_seen_at=STATE.due_at + timedelta(minutes=n)) for n in range(5)]
    desk.ledger.add_collected(posts, [], STATE)
    lines = run("search", "路灯", "--limit", 2, "--data", desk.data).stdout.splitlines()
    assert [line.split()[2] for line in lines] == ["路灯4", "路灯3"]


def test_verify_names_every_row_that_was_touched(desk: Desk) -> None:
    run("case", "move", NUMBER, "交办", "--by", "甲", "--why", "属实", "--data", desk.data)
    rows = desk.ledger.engine.query("select count(*) as n from audit")[0]["n"]  # type: ignore[attr-defined]
    assert rows >= 2
    desk.ledger.engine.execute("update audit set actor = '别人'")  # type: ignore[attr-defined]
    done = run("verify", "--data", desk.data)
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) >= rows
    desk.ledger.engine.execute("delete from audit where seq = 1")  # type: ignore[attr-defined]
    assert run("verify", "--data", desk.data).exit_code == 1


# start


def test_sigterm_ends_a_running_daemon_with_0_at_once(tmp_path: Path, config: Path) -> None:
    command = [sys.executable, "-m", "huiying", "start", "--config", str(config), "--data", str(tmp_path / "d")]
    daemon = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert daemon.stderr is not None
    try:
        assert any("daemon.started" in line for line in daemon.stderr)
        asked = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=5) == 0
        assert time.monotonic() - asked < 5
    finally:
        daemon.kill()
        daemon.communicate()
    with instance_lock(tmp_path / "d"):
        ledger = open_ledger(f"sqlite:///{tmp_path}/d/ledger.db")
        assert ledger.verify_audit() == []
        ledger.close()


# migrate-store


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("sqlite:///{here}/none.db", "sqlite:///{here}/new.db", "none.db: 没有这个台账"),
        ("nonsense", "sqlite:///{here}/new.db", "'nonsense'"),
        ("sqlite:///{here}/data/ledger.db", "oracle://u:secret@h/x", "oracle://u:…@h/x"),
        ("sqlite:///{here}/data/ledger.db", "sqlite:///{here}/data/ledger.db", "不是空的"),
    ],
)
def test_migrate_store_refuses(desk: Desk, tmp_path: Path, source: str, target: str, said: str) -> None:
    done = run("migrate-store", source.format(here=tmp_path), target.format(here=tmp_path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert desk.ledger.case(NUMBER) is not None


def test_a_migrated_ledger_answers_as_the_old_one(desk: Desk, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/moved/ledger.db"
    done = run("migrate-store", f"sqlite:///{desk.data}/ledger.db", target)
    assert done.exit_code == 0, done.stderr
    counts = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines()[:-1])
    assert counts["cases"] == counts["events"] == "1"
    assert done.stdout.splitlines()[-1] == f"已核对 {sum(map(int, counts.values()))} 行"
    for command in (["case", "list", "--json"], ["case", "show", NUMBER], ["explain", "p1"], ["search", "停水"], ["verify"]):
        old, new = (run(*command, "--data", folder) for folder in (desk.data, tmp_path / "moved"))
        assert (old.exit_code, old.stdout) == (new.exit_code, new.stdout), command
        assert new.exit_code == 0


# extract, train


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--url", "http://["], "extract: --url 'http://['"),
        (["--url", "http://a.example/", "--fetched-at", "0001-01-01T00:00:00+14:00"], "应为 ISO 8601"),
        (["--url", "http://a.example/", "--fetched-at", "刚刚"], "'刚刚'"),
        ([], "--url"),
    ],
)
def test_extract_refuses(tmp_path: Path, arguments: list[str], said: str) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><h1>停水通告</h1><p>今晚停水，请储水。</p></html>", encoding="utf-8")
    done = run("extract", page, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in re.sub(r"\x1b\[[0-9;]*m", "", done.stderr)


def test_a_fresh_model_is_not_trained_again(tmp_path: Path, model: LinearModel, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(model, tmp_path, {"rows": model.documents})
    monkeypatch.setattr(judging_commands, "MODEL", tmp_path)
    before = {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    done = run("train", "--if-stale")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert before == {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()} != {}


def test_without_a_model_every_judging_command_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "MODEL", tmp_path / "none")
    for command in (["assess", "--jsonl"], ["gather", "--jsonl"], ["explain", "--text", "停水"], ["demo", "--once", "--data", tmp_path / "d"]):
        done = run(*command)
        assert (done.exit_code, done.stdout) == (2, ""), command
        assert f"{tmp_path}/none" in done.stderr
        assert "先运行 huiying train" in done.stderr
