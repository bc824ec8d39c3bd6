"""Commands that keep a second copy: backup, restore."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from huiying.backing_up import BackupRefusedError, Manifest, back_up
from huiying.backing_up import restore as restored
from huiying.cli import Config, Data, app, data_of, desk_of, quiet_log, stop
from huiying.settings import find_config_dir
from ledger.snapshot import SnapshotFailedError


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="备份写入的新目录（先写 DIR.part，完成后改名）")],
    config: Config = None,
    data: Data = None,
) -> None:
    """在线备份台账、日报等文件和设置；不含作者密钥、通道密钥和数据库密码。"""
    with desk_of(config, data) as desk:
        try:
            made = back_up(
                desk.ledger.engine, config=find_config_dir(config, os.environ), data=data_of(data), target=folder, now=datetime.now(UTC)
            )
        except BackupRefusedError as error:
            raise stop(error) from error
        except (SnapshotFailedError, OSError) as error:
            raise stop(f"{folder}: 备份未完成：{error}", 1) from error
    _say("已备份", folder, made)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="备份目录")],
    data: Annotated[Path, typer.Option("--data", help="恢复到的数据目录，须不存在或为空")],
) -> None:
    """核对备份并恢复为新的数据目录：散列、审计链、台账逐项核对，有一项不符即不恢复。"""
    quiet_log()
    try:
        made = restored(folder, data)
    except BackupRefusedError as error:
        raise stop(error, 1) from error
    except OSError as error:
        raise stop(f"{data}: 恢复未完成：{error}", 1) from error
    _say("已恢复", data, made)
    print(f"设置的副本在 {data / 'config'}；密钥须重新配置；台账为 SQLite 文件，用 PostgreSQL 的再运行 huiying migrate-store")


def _say(done: str, folder: Path, made: Manifest) -> None:
    print(f"{done} {folder}：文件{len(made.files)}个，审计链链头 {made.head[:40]}，备份时间 {made.made_at}")
