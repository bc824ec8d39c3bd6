"""Each contract test runs once an engine: `url` names a fresh store, `ledger` is it opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.opening import open_ledger
from ledger.store import Store
from tests.postgres_server import new_database, postgres_server


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return new_database(request.getfixturevalue("server"))


@pytest.fixture
def ledger(url: str) -> Iterator[Store]:
    opened = open_ledger(url)
    assert isinstance(opened, Store)
    yield opened
    opened.close()
