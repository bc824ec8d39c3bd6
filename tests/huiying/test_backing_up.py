"""Backup and restore: equal by row hashes while another process writes; whole or not there at all; nothing secret; a wrong byte refused."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.office import Desk
from huiying.settings import Settings
from ledger.engine import Engine
from ledger.opening import open_engine
from ledger.store import Store
from ledger.transfer import TABLES, row_hash
from tests.huiying.desk import desk_in, waiting_case
from tests.makers import STATE, a_post

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys, itertools
from ledger.opening import open_ledger
from tests.makers import STATE, a_post
ledger = open_ledger(sys.argv[1])
for n in itertools.count():
    ledger.add_collected([a_post(f"w{n:06d}", text=f"第{n}条反映积水")], [], STATE)
    print(n, flush=True)
"""


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path / "data", settings) as opened:
        waiting_case(opened)
        (opened.data / "digests").mkdir()
        (opened.data / "digests" / "2018-06-08-daily.html").write_text("日报", encoding="utf-8")
        (opened.data / "author-keys").mkdir()
        (opened.data / "author-keys" / "201806.key").write_bytes(b"never leaves")
        (opened.data / "mail.key").write_bytes(b"never leaves")
        (opened.data / "link.txt").symlink_to("mail.key")
        yield opened


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words])


def backup(desk: Desk, target: Path, *more: object) -> Result:
    return run("backup", target, "--data", desk.data, *more)


def hashes(engine: Engine) -> dict[str, set[bytes]]:
    return {table: {row_hash(row) for row in engine.query(f"select * from {table}")} for table in TABLES}


def hashes_in(data: Path) -> dict[str, set[bytes]]:
    with closing(open_engine(f"sqlite:///{data}/ledger.db")) as engine:
        return hashes(engine)


def test_what_is_restored_is_what_was_there(desk: Desk, tmp_path: Path) -> None:
    done = backup(desk, tmp_path / "b")
    assert done.exit_code == 0, done.output
    back = run("restore", tmp_path / "b", "--data", tmp_path / "new")
    assert back.exit_code == 0, back.output
    assert hashes_in(tmp_path / "new") == hashes(desk.ledger.engine)
    with closing(Store(open_engine(f"sqlite:///{tmp_path}/new/ledger.db"))) as ledger:
        assert len(ledger.search("停水")) == 1
    assert (tmp_path / "new" / "digests" / "2018-06-08-daily.html").read_text("utf-8") == "日报"
    assert (tmp_path / "new" / "config" / "units.toml").exists()
    assert run("verify", "--data", tmp_path / "new").exit_code == 0
    assert not list(tmp_path.glob("*.part"))


def test_no_key_and_no_password_is_in_it(desk: Desk, tmp_path: Path) -> None:
    config = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    text = (config / "huiying.toml").read_text("utf-8")
    url = f'url = "sqlite:///{desk.data}/ledger.db"  # postgresql://huiying:geheim@db.example/ledger'
    (config / "huiying.toml").write_text(text.replace('url = ""', url, 1), encoding="utf-8")
    (config / "smtp.password").write_text("geheim", encoding="utf-8")
    assert backup(desk, tmp_path / "b", "--config", config).exit_code == 0
    files = [p for p in (tmp_path / "b").rglob("*") if p.is_file()]
    names = {str(p.relative_to(tmp_path / "b")) for p in files}
    assert names >= {"ledger.db", "manifest.json", "config/huiying.toml", "data/digests/2018-06-08-daily.html"}
    assert not [p for p in files if b"geheim" in p.read_bytes() or b"never leaves" in p.read_bytes()]
    assert "postgresql://huiying@db.example" in (tmp_path / "b" / "config" / "huiying.toml").read_text("utf-8")


def test_the_manifest_says_what_and_when(desk: Desk, tmp_path: Path) -> None:
    backup(desk, tmp_path / "b")
    told = json.loads((tmp_path / "b" / "manifest.json").read_text("utf-8"))
    last = desk.ledger.engine.rows("audit.last")[0]
    assert told["head"] == f"{last['seq']}:{last['digest']}"
    assert told["migrations"][0] == "0001_first"
    assert set(told["files"]) >= {"ledger.db", "config/huiying.toml"}
    assert run("verify", "--data", desk.data, "--anchor", told["head"]).exit_code == 0


@pytest.mark.parametrize("where", ["data/inside", "taken"])
def test_a_bad_place_is_refused(desk: Desk, tmp_path: Path, where: str) -> None:
    (tmp_path / "taken").mkdir()
    before = sorted(p.name for p in desk.data.iterdir())
    done = backup(desk, tmp_path / where)
    assert done.exit_code == 2
    assert where.split("/")[-1] in done.stderr
    assert sorted(p.name for p in desk.data.iterdir()) == before


def spoil_byte(b: Path) -> None:
    content = bytearray((b / "ledger.db").read_bytes())
    content[5000] ^= 1
    (b / "ledger.db").write_bytes(content)


def spoil_head(b: Path) -> None:
    told = json.loads((b / "manifest.json").read_text("utf-8"))
    (b / "manifest.json").write_text(json.dumps(told | {"head": f"7:{'0' * 64}"}), encoding="utf-8")


def as_link(b: Path) -> None:
    (b / "elsewhere").write_bytes((b / "ledger.db").read_bytes())
    (b / "ledger.db").unlink()
    (b / "ledger.db").symlink_to(b / "elsewhere")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_byte, "散列不符"),
        (lambda b: (b / "config" / "units.toml").unlink(), "units.toml: 缺失"),
        (lambda b: (b / "data" / "more.txt").write_text("x"), "more.txt: 清单上没有"),
        (lambda b: (b / "manifest.json").unlink(), "不是完整的备份"),
        (lambda b: (b / "manifest.json").write_text("[]"), "不是完整的备份"),
        (lambda b: (b / "manifest.json").write_text('{"head": "x"}'), "不是完整的备份"),
        (spoil_head, "链头与清单不符"),
        (as_link, "清单上没有"),
    ],
)
def test_a_spoilt_backup_is_refused(desk: Desk, tmp_path: Path, spoil: Callable[[Path], object], said: str) -> None:
    backup(desk, tmp_path / "b")
    spoil(tmp_path / "b")
    done = run("restore", tmp_path / "b", "--data", tmp_path / "new")
    assert done.exit_code == 1
    assert said in done.stderr
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_in_use_is_not_written_into(desk: Desk, tmp_path: Path) -> None:
    backup(desk, tmp_path / "b")
    before = hashes(desk.ledger.engine)
    done = run("restore", tmp_path / "b", "--data", desk.data)
    assert done.exit_code == 1
    assert "不是空目录" in done.stderr
    assert hashes(desk.ledger.engine) == before
    (tmp_path / "empty").mkdir()
    assert run("restore", tmp_path / "b", "--data", tmp_path / "empty").exit_code == 0


def test_a_backup_without_a_ledger_makes_none(tmp_path: Path) -> None:
    assert run("backup", tmp_path / "b", "--data", tmp_path / "none").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_while_another_process_writes_nothing_acknowledged_is_missing(desk: Desk, tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, f"sqlite:///{desk.data}/ledger.db"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout is not None
    try:
        for round_ in range(3):
            acknowledged = [int(writer.stdout.readline()) for _ in range(30)][-1]
            assert backup(desk, tmp_path / f"b{round_}").exit_code == 0
            assert run("restore", tmp_path / f"b{round_}", "--data", tmp_path / f"new{round_}").exit_code == 0
            there = hashes_in(tmp_path / f"new{round_}")
            assert len(there["posts"]) >= acknowledged + 2
            assert there["posts"] <= hashes(desk.ledger.engine)["posts"]
            assert there["audit"] == hashes(desk.ledger.engine)["audit"]
    finally:
        writer.kill()
        writer.communicate()


def test_two_at_once_make_one(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    both = [start_backup(desk, tmp_path / "b") for _ in range(2)]
    codes = [one.wait() for one in both]
    assert 0 in codes
    assert run("restore", tmp_path / "b", "--data", tmp_path / "new").exit_code == 0


def fill(desk: Desk) -> None:
    """Enough that a backup takes a while."""
    posts = [a_post(f"m{n}", text=f"第{n}条反映积水" * 20) for n in range(5_000)]
    desk.ledger.add_collected(posts, [], STATE)
    (desk.data / "digests").mkdir(exist_ok=True)
    chance = random.Random(1)  # noqa: S311
    for n in range(200):
        (desk.data / "digests" / f"{n}.docx").write_bytes(chance.randbytes(50_000))


def start_backup(desk: Desk, target: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "huiying", "backup", str(target), "--data", str(desk.data)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_killed_backup_is_none_and_the_next_is_whole(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    before, killed, chance = hashes(desk.ledger.engine), 0, random.Random(2)  # noqa: S311
    for round_ in range(5):
        target = tmp_path / f"b{round_}"
        child = start_backup(desk, target)
        while child.poll() is None and not (tmp_path / f"b{round_}.part").exists():
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.15))
        os.kill(child.pid, signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL and not target.exists()
        if not target.exists():
            assert run("restore", tmp_path / f"b{round_}.part", "--data", tmp_path / "never").exit_code == 1
            assert backup(desk, target).exit_code == 0
        assert run("restore", target, "--data", tmp_path / f"new{round_}").exit_code == 0
        assert hashes_in(tmp_path / f"new{round_}") == before
    assert killed >= 1, "the kills must hit backups at work"
    assert not (tmp_path / "never").exists()
