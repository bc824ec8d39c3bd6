"""The office's commands as a person types them: what they print, what they change, how they end."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.office import Desk
from huiying.settings import Settings
from ledger.opening import open_ledger
from records.notice import NoticeKind
from tests.huiying.desk import desk_in, waiting_case
from tests.makers import STATE, a_post

ROOT = Path(__file__).resolve().parents[2]
RUNNER = CliRunner()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data folder with one case in 预警提示."""
    with desk_in(tmp_path / "data", settings) as desk:
        waiting_case(desk)
    return tmp_path / "data"


@pytest.fixture
def desk(data: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(data, settings) as opened:
        yield opened


def run(*arguments: object) -> Result:
    return RUNNER.invoke(app, [str(a) for a in arguments])


NUMBER = "TH-20180608-001"


def test_case_list_shows_number_level_state_unit_and_limit(data: Path) -> None:
    done = run("case", "list", "--data", data, "--json")
    assert done.exit_code == 0
    (row,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (row["number"], row["level"], row["state"], row["lead"], row["due"]) == (NUMBER, "Ⅲ", "预警提示", "gs", "6月10日09:02")
    table = run("case", "list", "--data", data)
    assert NUMBER in table.stdout


@pytest.mark.parametrize(("state", "rows"), [("预警提示", 1), ("alerted", 1), ("交办", 0)])
def test_case_list_of_one_state(data: Path, state: str, rows: int) -> None:
    done = run("case", "list", "--data", data, "--json", "--state", state)
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == rows


def test_an_unknown_state_names_the_known_ones(data: Path) -> None:
    done = run("case", "list", "--data", data, "--state", "飞")
    assert done.exit_code == 2
    assert "没有状态“飞”" in done.stderr
    assert "公开回应" in done.stderr


def test_case_show_holds_everything_on_record(data: Path) -> None:
    shown = json.loads(run("case", "show", NUMBER, "--data", data).stdout)
    assert shown["reasons"] == ["停水归供水企业"]
    assert shown["joint"] == ["zjj"]
    assert shown["deadlines"][0]["due_at"].endswith("+08:00")
    assert [p["id"] for p in shown["posts"]] == shown["evidence"] == ["p1"]
    assert shown["next"] == ["交办", "不交办"]
    missing = run("case", "show", "TH-20180608-999", "--data", data)
    assert missing.exit_code == 1
    assert "TH-20180608-999" in missing.stderr


def test_case_move_needs_name_and_reason_and_follows_the_table(data: Path) -> None:
    assert run("case", "move", NUMBER, "交办", "--data", data).exit_code == 2
    assert run("case", "move", NUMBER, "交办", "--by", "", "--why", "x", "--data", data).exit_code == 1
    wrong = run("case", "move", NUMBER, "归档", "--by", "值班员", "--why", "x", "--data", data)
    assert wrong.exit_code == 1
    assert "可转为：交办、不交办" in wrong.stderr
    right = run("case", "move", NUMBER, "交办", "--by", "值班员", "--why", "属实", "--data", data)
    assert (right.exit_code, right.stdout.strip()) == (0, f"{NUMBER} → 交办")
    again = run("case", "move", NUMBER, "交办", "--by", "值班员", "--why", "属实", "--data", data)
    assert again.exit_code == 1


def test_search_finds_words_and_not_numbers(data: Path, desk: Desk) -> None:
    desk.ledger.add_collected([a_post("p2", title="联系13912345678", text="路面积水")], [], STATE)
    assert "停水三天" in run("search", "停水", "--data", data).stdout
    assert run("search", "积水", "--data", data).stdout.count("http://a.example/p2") == 1
    assert run("search", "13912345678", "--data", data).stdout == ""
    assert run("search", "停水", "--limit", 0, "--data", data).exit_code == 2


def test_verify_names_what_was_changed(data: Path, desk: Desk) -> None:
    assert run("verify", "--data", data).stdout.strip() == "审计链完整"
    desk.ledger.engine.execute("update audit set actor = '别人' where seq = 1")  # type: ignore[attr-defined]
    done = run("verify", "--data", data)
    assert done.exit_code == 1
    assert "第1条内容被改动" in done.stderr


def test_explain_by_number_post_and_address(data: Path) -> None:
    by_number = json.loads(run("explain", NUMBER, "--data", data).stdout)
    assert by_number["judged"][0]["lead"] == "gs"
    assert json.loads(run("explain", "p1", "--data", data).stdout)["title"] == "停水三天"
    unknown = run("explain", "nothing", "--data", data)
    assert unknown.exit_code == 1
    assert "nothing" in unknown.stderr


@pytest.mark.parametrize("arguments", [[], ["p1", "--text", "停水"]])
def test_explain_wants_one_thing(arguments: list[str], data: Path) -> None:
    done = run("explain", *arguments, "--data", data)
    assert done.exit_code == 2
    assert "二者取一" in done.stderr


# 日报


def test_a_digest_is_written_and_sent_to_the_reviewer_only(data: Path, config: Path) -> None:
    _open_mail(config)
    done = run("digest", "--date", "2018-06-09", "--data", data, "--config", config)
    assert done.exit_code == 0, done.stderr
    html, word = (Path(line) for line in done.stdout.split())
    assert "未经审核" in html.read_text(encoding="utf-8")
    assert word.read_bytes()[:2] == b"PK"
    assert _digest_letters(data) == [("yanpan@tinghu.example", "closed")]
    run("digest", "--date", "2018-06-09", "--data", data, "--config", config)
    assert len(_digest_letters(data)) == 1, "made again, sent once"


def test_a_reviewed_digest_goes_to_leaders_once(data: Path, config: Path) -> None:
    _open_mail(config)
    done = run("digest", "--date", "2018-06-09", "--reviewed-by", "审核员甲", "--data", data, "--config", config)
    assert done.exit_code == 0, done.stderr
    assert "审核员甲" in Path(done.stdout.split()[0]).read_text(encoding="utf-8")
    again = run("digest", "--date", "2018-06-09", "--reviewed-by", "审核员乙", "--data", data, "--config", config)
    assert again.exit_code == 1
    assert "已由审核员甲审核" in again.stderr
    assert ("lingdao@tinghu.example", "reviewed") in _digest_letters(data)
    assert "审核员乙" not in (data / "digests" / "2018-06-09-daily.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--date", "6月9日"], "应为 YYYY-MM-DD"),
        (["--kind", "yearly"], "应为 daily、weekly、monthly、special"),
        (["--kind", "special"], "--event 与 --kind special 须一起用"),
        (["--event", "e1"], "--event 与 --kind special 须一起用"),
        (["--date", "2018-02-30"], "2018-02-30"),
    ],
)
def test_a_wrong_digest_is_refused(data: Path, arguments: list[str], said: str) -> None:
    done = run("digest", *arguments, "--data", data)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize(("kind", "name"), [("weekly", "2018-06-09-weekly"), ("monthly", "2018-06-09-monthly")])
def test_other_kinds_have_their_own_files(data: Path, kind: str, name: str) -> None:
    done = run("digest", "--date", "2018-06-09", "--kind", kind, "--data", data)
    assert done.exit_code == 0, done.stderr
    assert [Path(line).name for line in done.stdout.split()] == [f"{name}.html", f"{name}.docx"]


def test_a_special_report_of_nothing_is_refused(data: Path) -> None:
    done = run("digest", "--kind", "special", "--event", "TH-1", "--data", data)
    assert done.exit_code == 1
    assert "没有事件或交办件 TH-1" in done.stderr


def _open_mail(config: Path) -> None:
    """Mail on, one reviewer, one leader."""
    path = config / "huiying.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ('enabled = false\ndetail = "full"', 'enabled = true\ndetail = "full"'),
        ("allowed_mail_domains = []", 'allowed_mail_domains = ["tinghu.example"]'),
        ("digest_to = []", 'digest_to = ["yanpan@tinghu.example"]'),
        ("digest_leaders = []", 'digest_leaders = ["lingdao@tinghu.example"]'),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def _digest_letters(data: Path) -> list[tuple[str, str]]:
    ledger = open_ledger(f"sqlite:///{data}/ledger.db")
    found = [(n.address, n.key.split(":")[2]) for n in ledger.notices() if n.kind is NoticeKind.DIGEST]
    ledger.close()
    return found


# 收集


def test_collect_refuses_what_it_may_not(config: Path, tmp_path: Path) -> None:
    unknown = run("collect", "nowhere", "--config", config, "--data", tmp_path / "d")
    assert unknown.exit_code == 2
    assert "没有信息源 nowhere" in unknown.stderr
    unassessed = run("collect", "tinghu_yw", "--config", config, "--data", tmp_path / "d")
    assert unassessed.exit_code == 2
    assert "impact_note" in unassessed.stderr


def test_collect_names_a_dead_source_and_ends_with_1(config: Path, tmp_path: Path) -> None:
    with (config / "sources.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[source]]\nid = "dead"\nname = "坏源"\nkind = "listing"\nurl = "http://127.0.0.1:9/"\ntier = "区级"\nterritory = "local"\n'
            'cadence_minutes = 5\nenabled = false\nverified = ""\nimpact_note = "测试"\n'
        )
    done = run("collect", "dead", "--config", config, "--data", tmp_path / "d")
    assert done.exit_code == 1
    assert "http://127.0.0.1:9/" in done.stderr
    assert "新帖文 0 条" in done.stdout
    assert run("collect", "--config", config, "--data", tmp_path / "d").stdout.startswith("新帖文 0 条，问题 0 处")


# 值守


def daemon(config: Path, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "huiying", "start", "--config", str(config), "--data", str(data)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"HUIYING_DATA": ""})


def test_start_runs_until_sigterm_and_one_at_a_time(config: Path, tmp_path: Path) -> None:
    first = daemon(config, tmp_path / "d")
    assert first.stderr is not None
    try:
        for line in first.stderr:
            if "daemon.started" in line:
                break
        second = daemon(config, tmp_path / "d")
        _, said = second.communicate(timeout=20)
        assert second.returncode == 2
        assert str(first.pid) in said
        first.send_signal(signal.SIGTERM)
        rest = first.stderr.read()
        assert first.wait(timeout=10) == 0
        assert "daemon.stopped" in rest
    finally:
        first.kill()
        first.communicate()


def test_start_refuses_a_config_that_check_calls_wrong(config: Path, tmp_path: Path) -> None:
    _open_mail(config)
    done = run("start", "--config", config, "--data", tmp_path / "d")
    assert done.exit_code == 2
    assert "public_url 仍是本机地址" in done.stderr
    assert run("start", "--processes", 2, "--config", config).exit_code == 2


def test_check_prints_every_finding_and_fails_on_errors(config: Path) -> None:
    done = run("check", "--config", config)
    assert done.exit_code == 0
    assert "监测标准尚未批准" in done.stdout
    assert "没有启用任何信息源" in done.stdout
    (config / "units.toml").write_text("[[unit]]\nid = 3\n", encoding="utf-8")
    broken = run("check", "--config", config)
    assert broken.exit_code == 2
    assert re.search(r"config/units\.toml:\d+: unit\[0\]\.id", broken.stderr)


# 迁移


def test_migrate_store_says_what_it_moved_and_refuses_the_rest(data: Path, tmp_path: Path) -> None:
    source, target = f"sqlite:///{data}/ledger.db", f"sqlite:///{tmp_path}/new.db"
    done = run("migrate-store", source, target)
    assert done.exit_code == 0, done.stderr
    assert "posts 1" in done.stdout
    assert "已核对" in done.stdout
    again = run("migrate-store", source, target)
    assert again.exit_code == 2
    assert "不是空的" in again.stderr
    assert run("migrate-store", f"sqlite:///{tmp_path}/none.db", target).exit_code == 2
    wrong = run("migrate-store", source, "mysql://root:secret@db/x")
    assert wrong.exit_code == 2
    assert "secret" not in wrong.stderr
