"""The demo: its folder, its port, its second run, its readable account."""

import asyncio
import io
import json
import socket
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from classifiers.model import LinearModel
from huiying import demo_account
from huiying.__main__ import app
from huiying.demo import (
    ANALYST,
    DOMAIN,
    GROUPS,
    DemoError,
    Opened,
    demo_settings,
    open_demo,
    opened_in,
    remember,
    run_once,
    town_sources,
)
from huiying.demo_officer import ACCOUNTS, OFFICER, UNIT
from huiying.office import Office
from huiying.settings import Settings
from huiying.town.receivers import Receivers
from ledger.opening import open_ledger
from records.account import Role
from records.case import CaseState
from records.instant import SHANGHAI
from records.notice import NoticeState
from records.source import SourceKind

NOWHERE = "http://127.0.0.1:1"
ROBOTS = Receivers(wecom_url=NOWHERE, dingtalk_url=NOWHERE, feishu_url=NOWHERE, key="k", secret="s")
TOWN = "http://127.0.0.1:1234"


@pytest.fixture(scope="module")
def told(settings: Settings, model: LinearModel, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The account of one whole run, and its folder."""
    folder, heard = tmp_path_factory.mktemp("demo"), io.StringIO()

    async def go() -> None:
        async with open_demo(settings, folder, model) as office:
            done = await run_once(office, lambda what: None)
            demo_account.tell(done, Console(file=heard, width=160, highlight=False))

    asyncio.run(go())
    return heard.getvalue(), folder


def test_the_account_names_every_source_case_unit_and_limit(told: tuple[str, Path], settings: Settings) -> None:
    text, folder = told
    ledger = open_ledger(f"sqlite:///{folder}/ledger.db")
    for source in town_sources(TOWN):
        assert source.name in text
    for case in ledger.cases():
        assert case.number in text
        assert settings.units.get(case.routing.lead).name in text
    assert text.count("为何：") == len(ledger.cases())
    assert "时限：" in text
    assert "未预警的事件" in text
    assert str(next((folder / "digests").glob("*.html"))) in text.replace("\n", "")
    ledger.close()


def test_the_officer_confirmed_everything_and_closed_one(told: tuple[str, Path]) -> None:
    ledger = open_ledger(f"sqlite:///{told[1]}/ledger.db")
    cases = ledger.cases()
    assert {c.state for c in cases} == {CaseState.DISPATCHED, CaseState.CLOSED}
    (closed,) = [c for c in cases if c.state is CaseState.CLOSED]
    moves = ledger.transitions(closed.id)
    assert moves[1].actor == OFFICER
    signer = next(t.actor for t in moves if t.to_state is CaseState.APPROVED)
    assert signer != OFFICER, "who dispatches does not sign"
    ledger.close()


def test_what_units_and_robots_received_is_on_disk(told: tuple[str, Path]) -> None:
    received = told[1] / "received"
    assert len(list((received / "mail").glob("*.eml"))) > 40
    for robot in GROUPS:
        messages = [json.loads(p.read_text(encoding="utf-8")) for p in (received / robot).glob("*.json")]
        assert messages
        assert all("TH-" in json.dumps(m, ensure_ascii=False) for m in messages)


def test_a_second_run_sees_nothing_new(told: tuple[str, Path], settings: Settings, model: LinearModel) -> None:
    folder = told[1]
    before = sorted(p.name for p in (folder / "received").glob("*/*"))

    async def again() -> Office:
        async with open_demo(settings, folder, model) as office:
            done = await run_once(office, lambda what: None)
            assert done.account.new_posts == 0
            assert done.confirmed == ()
            return office

    ledger = open_ledger(f"sqlite:///{folder}/ledger.db")
    held_back = [n for n in ledger.notices() if n.state is not NoticeState.SENT]
    ledger.close()
    assert f"因通道限速排队：wecom {len(held_back)} 条" in told[0] or not held_back, "a channel's rate may hold some back, and says so"
    asyncio.run(again())
    after = sorted(p.name for p in (folder / "received").glob("*/*"))
    assert 0 <= len(after) - len(before) <= len(held_back), "nothing but what was held back goes out, and that once its claim has ended"


# the folder


def test_an_office_s_own_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"")
    with pytest.raises(DemoError, match="正式数据目录"):
        opened_in(tmp_path)
    done = CliRunner().invoke(app, ["demo", "--once", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "正式数据目录" in done.stderr


def test_port_and_opening_are_remembered(tmp_path: Path) -> None:
    assert opened_in(tmp_path) is None
    at = datetime(2018, 6, 8, 9, 0, 0, 5, tzinfo=SHANGHAI)
    remember(tmp_path / "new", Opened(port=4321, opened_at=at))
    assert opened_in(tmp_path / "new") == Opened(port=4321, opened_at=at)


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"port": 1}', '{"port": "x", "opened_at": 0}', '{"port": 1, "opened_at": 1e30}', "\\xff"])
def test_a_marker_that_cannot_be_read_is_named_and_kept(tmp_path: Path, text: str) -> None:
    marker = tmp_path / "demo.json"
    marker.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["demo", "--once", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert f"{marker}: 读不懂" in done.stderr
    assert marker.read_text(encoding="utf-8") == text
    assert not (tmp_path / "ledger.db").exists()


def test_a_port_taken_by_somebody_else_is_said(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        remember(tmp_path, Opened(port=port, opened_at=datetime.now(SHANGHAI) - timedelta(hours=1)))

        async def go() -> None:
            async with open_demo(settings, tmp_path, model):
                pass

        with pytest.raises(DemoError, match=str(port)):
            asyncio.run(go())


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["demo", "--once", "--ledger", "oracle", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "oracle" in done.stderr


# its settings


def test_every_unit_is_reachable_and_only_inside(settings: Settings) -> None:
    made = demo_settings(settings, TOWN, ROBOTS, "127.0.0.1", 25, "")
    assert all(unit.reachable for unit in made.units.units)
    assert all(c.email.endswith(f"@{DOMAIN}") for u in made.units.units for c in u.contacts)
    assert made.office.allowed_mail_domains == (DOMAIN,)
    assert made.office.digest_to == (ANALYST,)
    assert made.office.private_allow == ("127.0.0.1:1234",)
    assert {c.id for c in made.channels if c.public} == set(GROUPS)


def test_the_town_has_one_source_of_each_kind() -> None:
    sources = town_sources(TOWN)
    assert {s.kind for s in sources} == set(SourceKind) - {SourceKind.IMPORT}  # what is imported comes from a file, not from a town
    assert all(s.url.startswith(TOWN) and s.impact_note and s.enabled for s in sources)
    assert {s.territory for s in sources} == {"local"}


def test_the_office_s_own_standard_and_units_are_used(settings: Settings) -> None:
    odd = replace(settings, standard=replace(settings.standard, version="别的"))
    made = demo_settings(odd, TOWN, ROBOTS, "127.0.0.1", 25, "postgresql://x")
    assert made.standard.version == "别的"
    assert {u.id for u in made.units.units} == {u.id for u in settings.units.units}
    assert made.office.ledger.url == "postgresql://x"


def test_who_looks_round_finds_work_of_each_kind(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def served() -> None:
        async with open_demo(settings, tmp_path, model) as office:
            await run_once(office, lambda what: None, leave=3)
            cases = office.ledger.cases()
            left = [c for c in cases if c.state is CaseState.ALERTED]
            assert len(left) == 3, "alerts to confirm"
            assert min(c.opinion_level.rank for c in left) >= max(c.opinion_level.rank for c in cases if c not in left)
            (waiting,) = [c for c in cases if c.state is CaseState.REPORTED]
            assert waiting.routing.lead == UNIT, "an answer its signer may sign"
            assert any(c.routing.lead == UNIT and c.state is CaseState.DISPATCHED for c in cases), "a case its contact may sign for"
            assert {(unit, role) for _, _, unit, role in ACCOUNTS} >= {(UNIT, Role.SIGNER), (UNIT, Role.CONTACT)}

    asyncio.run(served())
