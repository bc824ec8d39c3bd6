"""Serving: the first administrator is printed once, never logged; a taken port is said in one sentence and stops nothing else."""

import asyncio
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from classifiers.model import LinearModel
from huiying.__main__ import app
from huiying.bench_actions import BenchActions
from huiying.office import Desk
from huiying.pulse import FILE
from huiying.serving import ADMINISTRATOR, PORT, NotServedError, first_administrator, serve
from huiying.settings import Settings
from records.account import Role
from tests.huiying.desk import desk_in, waiting_case
from workbench import passwords

ROOT = Path(__file__).resolve().parents[2]
SECRET = re.compile(r"一次性口令 ([a-z0-9-]{23})")


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path, settings) as opened:
        yield opened


async def visited(desk: Desk, *paths: str) -> list[httpx.Response]:
    async with serve(desk, port=0) as address, httpx.AsyncClient(base_url=address) as client:
        return [await client.get(path) for path in paths]


def test_the_first_administrator_is_printed_once_and_can_log_in(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(visited(desk, "/healthz"))
    out, err = capsys.readouterr()
    found = SECRET.search(err)
    assert found is not None
    assert out == ""
    assert err.count(found[1]) == 1
    assert f"登录名 {ADMINISTRATOR}" in err
    user = BenchActions(desk).accounts.by_login(ADMINISTRATOR)
    assert user is not None
    assert (user.must_change, user.roles) == (True, (Role.ADMINISTRATOR,))
    assert passwords.matches(user.password_hash, found[1])
    stored = [row for table in ("users", "audit", "sessions") for row in desk.ledger.engine.query(f"select * from {table}")]
    assert found[1] not in str(stored)
    asyncio.run(visited(desk, "/healthz"))
    assert "".join(capsys.readouterr()) == ""


def test_no_administrator_is_made_where_there_is_an_account(desk: Desk) -> None:
    actions = BenchActions(desk)
    assert first_administrator(actions) != ""
    assert first_administrator(actions) == ""
    assert [u.login for u in actions.accounts.users()] == [ADMINISTRATOR]
    actions.accounts.disable(actions.accounts.users()[0].id, desk.now())
    assert first_administrator(actions) == "", "a disabled account is one: no second door opens by itself"


def test_the_pages_are_served_over_http(desk: Desk) -> None:
    waiting_case(desk)
    health, today, login, none = asyncio.run(visited(desk, "/healthz", "/today", "/login", "/none"))
    assert (health.text, today.status_code, login.status_code, none.status_code) == ("ok", 303, 200, 404)
    assert "server" not in login.headers


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def test_a_taken_port_is_refused_in_one_sentence_and_uses_up_no_password(desk: Desk, taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    async def served() -> None:
        async with serve(desk, port=taken):
            raise AssertionError("served on a port of somebody else")

    with pytest.raises(NotServedError, match=rf"工作台不能在 127\.0\.0\.1:{taken} 提供服务"):
        asyncio.run(served())
    assert "一次性口令" not in "".join(capsys.readouterr())
    assert BenchActions(desk).accounts.users() == [], "an administrator whose password nobody saw would lock the office out"


def test_the_port_is_free_again_after(desk: Desk) -> None:
    async def twice() -> list[str]:
        async with serve(desk, port=0) as address:
            port = int(address.rsplit(":", 1)[1])
        async with serve(desk, port=port) as again:
            return [address, again]

    one, other = asyncio.run(twice())
    assert one == other


@pytest.mark.parametrize(("public_url", "wanted"), [
    ("http://127.0.0.1:8123", 8123), ("http://yq.tinghu.example", PORT), ("https://yq.tinghu.example/", PORT),
    ("https://yq.tinghu.example:8443", 8443),
])  # fmt: skip
def test_the_port_is_the_one_of_public_url_else_8700(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, public_url: str, wanted: int
) -> None:  # fmt: skip
    asked: list[tuple[str, int]] = []

    def refused(address: tuple[str, int], backlog: int) -> socket.socket:
        asked.append(address)
        raise OSError("taken")

    monkeypatch.setattr(socket, "create_server", refused)
    with desk_in(tmp_path, replace(settings, office=replace(settings.office, public_url=public_url))) as desk:

        async def served() -> None:
            async with serve(desk):
                pass

        with pytest.raises(NotServedError):
            asyncio.run(served())
    assert asked == [("127.0.0.1", wanted)]


@pytest.mark.parametrize("host", ["256.0.0.1", "nowhere.invalid", "203.0.113.9"])
def test_an_address_that_is_not_this_machines(desk: Desk, host: str) -> None:
    async def served() -> None:
        async with serve(desk, host, 0):
            pass

    with pytest.raises(NotServedError, match="不能在"):
        asyncio.run(served())


def test_two_requests_at_once_are_both_answered(desk: Desk) -> None:
    async def many() -> list[int]:
        async with serve(desk, port=0) as address, httpx.AsyncClient(base_url=address) as client:
            return [r.status_code for r in await asyncio.gather(*(client.get("/login") for _ in range(30)))]

    assert asyncio.run(many()) == [200] * 30


def test_workbench_says_a_taken_port_with_exit_2(desk: Desk, taken: int) -> None:
    done = CliRunner().invoke(app, ["workbench", "--port", str(taken), "--data", str(desk.data)])
    assert (done.exit_code, "Traceback" in done.output) == (2, False)
    assert f"工作台不能在 127.0.0.1:{taken}" in done.stderr


def configured(folder: Path, port: int) -> Path:
    """The shipped configuration with another public_url."""
    shutil.copytree(ROOT / "config", folder / "config")
    path = folder / "config" / "huiying.toml"
    path.write_text(re.sub(r'(?m)^public_url = .*', f'public_url = "http://127.0.0.1:{port}"', path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder / "config"


def started(folder: Path, port: int) -> tuple[int, str]:
    """`huiying start` until its heart has beaten, then SIGTERM: its exit code and what it said."""
    command = [sys.executable, "-m", "huiying", "start", "--config", str(configured(folder, port)), "--data", str(folder / "data")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, encoding="utf-8") as running:
        end = time.monotonic() + 90
        while running.poll() is None and time.monotonic() < end and not (folder / "data" / FILE).exists():
            time.sleep(0.1)
        running.send_signal(signal.SIGTERM)
        said = running.communicate(timeout=60)[1]
        return running.returncode, said


def test_start_goes_on_without_pages_where_the_port_is_taken(tmp_path: Path, model: LinearModel, taken: int) -> None:
    code, said = started(tmp_path, taken)
    assert code == 0, said
    assert f"工作台不能在 127.0.0.1:{taken} 提供服务" in said
    assert "值守照常进行" in said
    assert "一次性口令" not in said
    assert "daemon.stopped" in said


def test_start_serves_and_prints_the_password_once(tmp_path: Path, model: LinearModel) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    code, said = started(tmp_path, port)
    assert code == 0, said
    assert len(SECRET.findall(said)) == 1
    assert f"工作台 http://127.0.0.1:{port}" in said
    shutil.rmtree(tmp_path / "config")
    (tmp_path / "data" / FILE).unlink()
    assert "一次性口令" not in started(tmp_path, port)[1]
