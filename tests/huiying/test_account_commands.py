"""huiying account …: what is printed, how it ends, and that a refusal changes nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.bench_actions import BenchActions
from huiying.office import Desk
from huiying.settings import Settings
from records.account import Role, Session
from records.instant import micros
from tests.huiying.desk import desk_in
from tests.makers import NOW
from workbench import passwords

RUNNER = CliRunner()
ADD = ["add", "zhiban", "--name", "演示值班员", "--unit", "qzfb", "--role", "值班员"]
SECRET = re.compile(r"^zhiban 一次性口令 ([a-z0-9-]{23})\n$")


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path, settings) as opened:
        yield opened


def run(desk: Desk, *words: str, by: str | None = "系统管理员甲") -> Result:
    named = ["--by", by] if by is not None and words[0] != "list" else []
    return RUNNER.invoke(app, ["account", *words, *named, "--data", str(desk.data)])


def everything(desk: Desk) -> str:
    return str([desk.ledger.engine.query(f"select * from {table}") for table in ("users", "sessions", "audit")])


def test_add_prints_a_one_time_password_once(desk: Desk) -> None:
    done = run(desk, *ADD, "--role", "研判员")
    found = SECRET.match(done.stdout)
    assert (done.exit_code, done.stderr, found is not None) == (0, "", True)
    assert found is not None
    user = BenchActions(desk).accounts.by_login("zhiban")
    assert user is not None
    assert (user.name, user.unit, user.roles, user.must_change) == ("演示值班员", "qzfb", (Role.DUTY, Role.ANALYST), True)
    assert passwords.matches(user.password_hash, found[1])
    assert found[1] not in everything(desk)
    assert (BenchActions(desk).audit(1)[0].actor, BenchActions(desk).audit(1)[0].action) == ("系统管理员甲", "account:add")


@pytest.mark.parametrize(("change", "said"), [
    ({"zhiban": "值班"}, "登录名"), ({"zhiban": "a"}, "登录名"), ({"zhiban": "a b"}, "登录名"), ({"演示值班员": " "}, "姓名"),
    ({"qzfb": "nowhere"}, "单位"), ({"qzfb": ""}, "单位"),
])  # fmt: skip
def test_what_add_refuses_is_exit_1_and_changes_nothing(desk: Desk, change: dict[str, str], said: str) -> None:
    before = everything(desk)
    done = run(desk, *(change.get(word, word) for word in ADD))
    assert (done.exit_code, said in done.stderr, done.stdout) == (1, True, "")
    assert everything(desk) == before


@pytest.mark.parametrize("other", ["审签领导", "单位签批人", "系统管理员"])
def test_roles_that_exclude_each_other(desk: Desk, other: str) -> None:
    done = run(desk, *ADD, "--role", other)
    assert (done.exit_code, "不能兼任" in done.stderr) == (1, True)
    assert BenchActions(desk).accounts.users() == []


@pytest.mark.parametrize("words", [ADD[:-2], [*ADD[:-1], "区长"], ADD[:2], ["add"], ["reset"], ["disable"], ["remove", "zhiban"], ["list", "zhiban"]])
def test_wrong_use_is_exit_2(desk: Desk, words: list[str]) -> None:
    assert run(desk, *words).exit_code == 2
    assert BenchActions(desk).accounts.users() == []


@pytest.mark.parametrize("words", [ADD, ["reset", "zhiban"], ["disable", "zhiban"]], ids=lambda w: w[0])
@pytest.mark.parametrize("by", ["", " ", "系统", "huiying", None])
def test_nobody_changes_an_account(desk: Desk, words: list[str], by: str | None) -> None:
    if words[0] != "add":
        run(desk, *ADD)
    before = everything(desk)
    done = run(desk, *words, by=by)
    assert done.exit_code == (2 if by is None else 1)
    assert "Traceback" not in done.output
    assert everything(desk) == before


def test_a_login_is_given_once(desk: Desk) -> None:
    assert run(desk, *ADD).exit_code == 0
    before = everything(desk)
    done = run(desk, *ADD)
    assert (done.exit_code, "已有账号" in done.stderr) == (1, True)
    assert everything(desk) == before


@pytest.mark.parametrize("verb", ["reset", "disable"])
def test_an_unknown_login_is_exit_1(desk: Desk, verb: str) -> None:
    before = everything(desk)
    done = run(desk, verb, "nobody")
    assert (done.exit_code, done.stderr, everything(desk)) == (1, "没有账号 nobody\n", before)


def with_session(desk: Desk) -> None:
    user = BenchActions(desk).accounts.by_login("zhiban")
    assert user is not None
    BenchActions(desk).accounts.begin(Session(digest="d", user_id=user.id, csrf="c", created_at=NOW, seen_at=NOW))


def test_reset_prints_another_password_and_ends_the_sessions(desk: Desk) -> None:
    first = run(desk, *ADD).stdout
    with_session(desk)
    done = run(desk, "reset", "zhiban")
    found = SECRET.match(done.stdout)
    assert found is not None
    assert (done.exit_code, done.stdout != first) == (0, True)
    assert desk.ledger.engine.query("select * from sessions") == []
    user = BenchActions(desk).accounts.by_login("zhiban")
    assert user is not None
    assert passwords.matches(user.password_hash, found[1])
    assert user.must_change


def test_disable_holds_at_once_and_twice_is_no_fault(desk: Desk) -> None:
    run(desk, *ADD)
    with_session(desk)
    assert run(desk, "disable", "zhiban").stdout == "zhiban 已停用\n"
    user = BenchActions(desk).accounts.by_login("zhiban")
    assert user is not None
    assert user.disabled_at is not None
    assert desk.ledger.engine.query("select * from sessions") == []
    again = run(desk, "disable", "zhiban")
    assert (again.exit_code, again.stdout) == (0, "zhiban 此前已停用\n")
    stored = BenchActions(desk).accounts.by_login("zhiban")
    assert stored is not None
    assert stored.disabled_at is not None
    assert micros(stored.disabled_at) == micros(user.disabled_at)


def test_list_shows_state_and_no_secret(desk: Desk) -> None:
    assert "还没有账号" in run(desk, "list").stdout
    run(desk, *ADD)
    shown = run(desk, "list")
    assert (shown.exit_code, "待改口令" in shown.stdout, "argon2" in shown.stdout) == (0, True, False)
    run(desk, "disable", "zhiban")
    assert "已停用" in run(desk, "list").stdout


def test_all_of_it_is_in_an_unbroken_chain(desk: Desk) -> None:
    for words in (ADD, ["reset", "zhiban"], ["disable", "zhiban"]):
        run(desk, *words)
    assert [r.action for r in BenchActions(desk).audit(9)][::-1] == ["account:add", "account:reset", "account:disable"]
    assert desk.ledger.verify_audit() == []


def test_a_data_folder_that_is_none_is_exit_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = RUNNER.invoke(app, ["account", "list", "--data", str(tmp_path / "file")])
    assert (done.exit_code, "Traceback" in done.output) == (2, False)
