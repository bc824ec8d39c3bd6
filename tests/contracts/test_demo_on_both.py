"""The demo says the same on both engines: numbers, units, levels, states and deadlines, at the same time of day."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers.model import LinearModel
from huiying.demo import open_demo, run_once
from huiying.office import Office
from huiying.settings import Settings
from records.instant import in_words
from tests.postgres_server import new_database

OPENED = datetime(2026, 11, 24, 1, 30, 20, tzinfo=UTC)


def clock_from(opened: datetime) -> Callable[[], datetime]:
    """A clock that starts at `opened` and goes on."""
    began = time.monotonic()
    return lambda: opened + timedelta(seconds=time.monotonic() - began)


Account = list[tuple[object, ...]]


def account(office: Office) -> Account:
    return [
        (
            case.number, case.title, case.state.value, case.opinion_level.value, case.labels, case.form, case.routing,
            [(d.kind, in_words(d.due_at, year=True), d.basis, d.late_found) for d in case.deadlines],
            sorted((n.kind.value, n.recipient, n.channel, n.state.value) for n in office.ledger.notices() if n.case_id == case.id),
        )
        for case in office.ledger.cases()
    ]  # fmt: skip


def told(settings: Settings, model: LinearModel, folder: Path, ledger_url: str) -> Account:
    async def run() -> Account:
        async with open_demo(settings, folder, model, ledger_url=ledger_url, now=clock_from(OPENED)) as office:
            await run_once(office, lambda what: None)
            return account(office)

    return asyncio.run(run())


@pytest.mark.timeout(120)
def test_the_account_is_the_same(settings: Settings, model: LinearModel, tmp_path: Path, server: str) -> None:
    sqlite = told(settings, model, tmp_path / "sqlite", "")
    postgresql = told(settings, model, tmp_path / "postgresql", new_database(server))
    assert len(sqlite) >= 20
    assert sqlite == postgresql
