"""One daemon a data folder: an advisory lock that the kernel drops when the process dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunningError(RuntimeError):
    """Another process holds the data folder."""


@contextmanager
def instance_lock(data: Path) -> Iterator[None]:
    """Holds `data`/huiying.lock. Raises: AlreadyRunningError naming the other process."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / "huiying.lock"
    with path.open("a+", encoding="utf-8") as file:
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
