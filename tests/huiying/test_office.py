"""Wiring: where the ledger is, who holds it, and what a new daemon finds of one that was killed."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from classifiers.model import LinearModel
from huiying.office import Office, ledger_url, new_uuid, open_desk, open_office
from huiying.settings import LedgerSettings, Settings
from ledger.opening import LedgerUrlError, open_ledger, shown
from records.notice import NoticeState
from tests.huiying.desk import with_mail
from tests.makers import NOW, a_notice


@pytest.mark.parametrize(
    ("url", "said"),
    [("", "sqlite:///{data}/ledger.db"), ("sqlite:///other.db", "sqlite:///other.db"), ("postgresql://h/x", "postgresql://h/x")],
)
def test_where_the_ledger_is(settings: Settings, tmp_path: Path, url: str, said: str) -> None:
    changed = replace(settings, office=replace(settings.office, ledger=LedgerSettings(url=url)))
    assert ledger_url(changed, tmp_path) == said.format(data=tmp_path)


@pytest.mark.parametrize("url", ["", "mysql://x", "sqlite://", "sqlite:///", "ledger.db"])
def test_a_url_that_names_no_engine_is_refused(url: str) -> None:
    with pytest.raises(LedgerUrlError, match="sqlite:///"):
        open_ledger(url)


def test_a_file_that_is_no_ledger_is_refused_by_name_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("这不是数据库，" * 100, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(LedgerUrlError, match=r"ledger\.db: 打不开"):
        open_ledger(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(LedgerUrlError, match=r"127\.0\.0\.1:9/.*连不上") as caught:
        open_ledger("postgresql://u:secret@127.0.0.1:9/ledger")
    assert "secret" not in str(caught.value)


def test_a_password_is_never_shown() -> None:
    assert "p@ss" not in shown("postgresql://u:p@ss@db/x")
    assert "secret" not in shown("postgresql://u:secret@db:5432/x")
    assert shown("sqlite:///a/b.db") == "sqlite:///a/b.db"


def test_ids_are_ordered_by_time_and_different() -> None:
    made = [new_uuid() for _ in range(200)]
    assert len(set(made)) == 200
    assert made == sorted(made)
    assert all(one[14] == "7" for one in made)


def test_claims_of_a_killed_daemon_are_due_at_once(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    with open_desk(settings, tmp_path, lambda: NOW) as desk:
        desk.ledger.add_notices([a_notice("a"), a_notice("b")])
        assert len(desk.ledger.claim_notices("killed", NOW, 9, 3_600)) == 2

    async def next_one() -> list[str]:
        async with open_office(with_mail(settings), tmp_path, model, lambda: NOW) as office:
            assert isinstance(office, Office)
            assert [n.key for n in office.ledger.notices(NoticeState.PENDING)] == ["a", "b"]
            return [n.key for n in office.ledger.claim_notices(office.sender_name, NOW + timedelta(seconds=1), 9, 30)]

    assert sorted(asyncio.run(next_one())) == ["a", "b"]
