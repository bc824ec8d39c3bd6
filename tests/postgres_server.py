"""A real PostgreSQL server for tests, one a run, on a local socket; a fresh database a test."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from huiying.throwaway_postgres import NoServerError, throwaway_postgres

_names = itertools.count()


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of the server's own database. Skips, saying so, where no server can be had; with CI=true that is a failure."""
    try:
        with throwaway_postgres() as url:
            yield url
    except NoServerError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def new_database(server_url: str) -> str:
    """The URL of a new, empty database."""
    name = f"t{os.getpid()}_{next(_names)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"create database {name}")  # type: ignore[arg-type]
    return server_url.replace("/postgres?", f"/{name}?")
