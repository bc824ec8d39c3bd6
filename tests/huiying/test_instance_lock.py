"""One daemon a data folder; a killed one leaves no lock behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from huiying.instance_lock import AlreadyRunningError, instance_lock

HOLD = """
import sys, time
from pathlib import Path
from huiying.instance_lock import instance_lock
with instance_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    child = holder(tmp_path)
    try:
        with pytest.raises(AlreadyRunningError, match=str(child.pid)), instance_lock(tmp_path):
            pass
    finally:
        child.kill()
        child.communicate()


def test_a_killed_process_frees_the_folder(tmp_path: Path) -> None:
    child = holder(tmp_path)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    with instance_lock(tmp_path):
        assert (tmp_path / "huiying.lock").read_text(encoding="utf-8") == str(os.getpid())
    with instance_lock(tmp_path / "new" / "folder"):
        assert (tmp_path / "new" / "folder").is_dir()
