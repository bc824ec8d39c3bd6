"""Backup and restore (备份与恢复): the ledger, the office's files and its settings in one folder, whole or not there at all.

A backup is built as DIR.part, every file written through to disk, the manifest last, then renamed. Author keys, key files and the password of
a database URL are not in it: keys are made anew, and after a restore no voice can be traced to one from before. What was erased after a backup
is still in it: backups are to be kept no longer than retention lets posts live.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from ledger.chain import Head, head
from ledger.engine import Engine
from ledger.integrity import misfits
from ledger.migrating import migrations
from ledger.opening import open_ledger
from ledger.snapshot import snapshot

LEDGER, MANIFEST = "ledger.db", "manifest.json"
LEFT_OUT = ("author-keys", "huiying.lock", "config")  # of the data folder, beside the ledger's own files
SECRET_ENDINGS = (".key", ".pem", ".secret", ".part")
_PASSWORD = re.compile(r"(?<=://)([^:@/\s\"']*):[^@\s\"']*@")


class BackupRefusedError(RuntimeError):
    """Nothing was written; says why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `files` are sha256 by path within it, `head` is the audit chain's, `made_at` ISO 8601."""

    made_at: str
    version: str
    migrations: tuple[str, ...]
    head: str
    files: dict[str, str]

    @property
    def chain_head(self) -> Head:
        """Raises: ValueError."""
        seq, _, digest = self.head.partition(":")
        return Head(int(seq), digest)


def back_up(engine: Engine, *, config: Path, data: Path, target: Path, now: datetime) -> Manifest:
    """Makes the backup `target`, which must not be there yet. Raises: BackupRefusedError; SnapshotFailedError; OSError."""
    target = target.resolve()
    if target.exists():
        raise BackupRefusedError(f"{target}: 已存在，不覆盖；请换一个名称")
    if target.is_relative_to(data.resolve()):
        raise BackupRefusedError(f"{target}: 备份不能放在数据目录内")
    with _being_built(target) as part:
        last = snapshot(engine, part / LEDGER)
        for path in sorted(config.glob("*.toml")):
            _write(part / "config" / path.name, _PASSWORD.sub(r"\1@", path.read_text(encoding="utf-8")).encode())
        for path in office_files(data):
            with suppress(FileNotFoundError):  # replaced or gone since it was listed
                _write(part / "data" / path.relative_to(data), path.read_bytes())
        _through(part / LEDGER)
        made = Manifest(
            made_at=now.isoformat(), version=version("huiying"), migrations=tuple(m.name for m in migrations("sqlite", "blob")),
            head=f"{last.seq}:{last.digest}", files={name: _sha256(part / name) for name in _files(part)},
        )  # fmt: skip
        _write(part / MANIFEST, _as_json(made))
    return made


def office_files(data: Path) -> Iterator[Path]:
    """Files of the data folder that a backup holds: digests, forms, received papers, the office's own model; no keys, no links."""
    for path in sorted(data.rglob("*")):
        top = path.relative_to(data).parts[0]
        kept = not top.startswith(LEDGER) and top not in LEFT_OUT and path.suffix not in SECRET_ENDINGS
        if kept and path.is_file() and not path.is_symlink():
            yield path


def restore(source: Path, data: Path) -> Manifest:
    """Makes `data`, absent or empty before, from a backup, once everything in it has been checked. Raises: BackupRefusedError; OSError."""
    manifest = checked(source)
    data = data.resolve()
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BackupRefusedError(f"{data}: 不是空目录，不覆盖任何数据")
    with _being_built(data) as part:
        for name in manifest.files:
            inside = Path(name).relative_to("data") if name.startswith("data/") else Path(name)
            (part / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, part / inside)
            _through(part / inside)
        problems = _problems(part / LEDGER, manifest)
        if problems:
            raise BackupRefusedError(f"{source}: 台账核对未通过：{problems[0]}")
    return manifest


def checked(source: Path) -> Manifest:
    """The manifest of a backup whose files are all there, unchanged, and no others. Raises: BackupRefusedError naming the first that is not."""
    try:
        told = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**told | {"migrations": tuple(told["migrations"]), "files": dict(told["files"])})
        manifest.chain_head  # noqa: B018
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupRefusedError(f"{source / MANIFEST}: 读不出，不是完整的备份（{error}）") from error
    there = set(_files(source)) - {MANIFEST}
    if LEDGER not in manifest.files or there != set(manifest.files):
        odd = sorted(there ^ set(manifest.files)) or [LEDGER]
        raise BackupRefusedError(f"{source / odd[0]}: {'清单上没有' if odd[0] in there else '缺失'}")
    for name, digest in manifest.files.items():
        if _sha256(source / name) != digest:
            raise BackupRefusedError(f"{source / name}: 内容与清单的散列不符")
    return manifest


def _problems(ledger_file: Path, manifest: Manifest) -> list[str]:
    with closing(open_ledger(f"sqlite:///{ledger_file}")) as ledger:
        found = [*ledger.verify_audit(), *misfits(ledger.engine)]
        return found if head(ledger.engine) == manifest.chain_head else [*found, "审计链链头与清单不符"]


@contextmanager
def _being_built(target: Path) -> Iterator[Path]:
    """`target`.part, empty and ours alone; renamed to `target` at the end. What a killed one left is cleared first, what fails is removed."""
    part = target.with_name(f"{target.name}.part")
    part.mkdir(parents=True, exist_ok=True)
    with _alone(part):
        _empty(part)
        try:
            yield part
            _through_folders(part)
            part.rename(target)
            _through(target.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """The kernel drops the lock when the process dies, however it dies."""
    held = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BackupRefusedError(f"{part}: 另一个备份或恢复正在进行") from error
    finally:
        os.close(held)


def _empty(part: Path) -> None:
    for left in part.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    _through(path)


def _through(path: Path) -> None:
    """On disk before anything builds on it."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _through_folders(part: Path) -> None:
    for path in (part, *part.rglob("*")):
        if path.is_dir():
            _through(path)


def _files(folder: Path) -> list[str]:
    """Every file and link under it, relative; a link is no file of a backup and so is never on a manifest's list of hashes."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())


def _sha256(path: Path) -> str:
    if path.is_symlink():
        return "link"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_json(made: Manifest) -> bytes:
    told = {"made_at": made.made_at, "version": made.version, "migrations": made.migrations, "head": made.head, "files": made.files}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
