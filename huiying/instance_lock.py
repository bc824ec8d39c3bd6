"""One daemon a data folder: an advisory lock that the kernel drops when the process dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


class DataFolderError(RuntimeError):
    """The data folder cannot be used; says which and why."""


class AlreadyRunningError(DataFolderError):
    """Another process holds the data folder."""


@contextmanager
def instance_lock(data: Path) -> Iterator[None]:
    """Holds `data`/huiying.lock. Raises: AlreadyRunningError naming the other process; DataFolderError when it cannot be written."""
    path = data / "huiying.lock"
    with _opened(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            other = file.read().strip() or "?"
            raise AlreadyRunningError(f"{path}: 另一个 Huiying 进程（{other}）正在使用该数据目录") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        raise DataFolderError(f"{path.parent}: 不能用作数据目录：{error.strerror}") from error
