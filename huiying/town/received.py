"""Received (收件夹): one folder of numbered files, each whole and on disk before the sender hears "ok"."""

import os
import tempfile
from pathlib import Path


class Received:
    """Files 001, 002 … in `folder`, created if missing; numbering goes on after a restart and never overwrites."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder, self._suffix = folder, suffix
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> Path:
        """The new file's path; content and name are fsynced. A reader never sees half a file. Raises: OSError."""
        handle, part = tempfile.mkstemp(dir=self._folder, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            found = self._link(Path(part))
        finally:
            os.unlink(part)
        self._sync_folder()
        return found

    def _link(self, part: Path) -> Path:
        """The part under the next free number: a link never replaces a file, so two writers cannot share a number."""
        number = self._highest()
        while True:
            number += 1
            path = self._folder / f"{number:03d}{self._suffix}"
            try:
                path.hardlink_to(part)
            except FileExistsError:
                continue
            return path

    def _highest(self) -> int:
        names = (path.name.removesuffix(self._suffix) for path in self._folder.glob(f"*{self._suffix}"))
        return max((int(name) for name in names if name.isdecimal()), default=0)

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
