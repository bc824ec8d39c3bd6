"""What is installed works without the source tree: the wheel carries model, config defaults, town, templates and SQL."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's contents, built from a copy so that the source tree stays as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    copy, built, unpacked = folder / "source", folder / "built", folder / "installed"
    ignored = ["--exclude=.git", "--exclude=.venv", "--exclude=data", "--exclude=*_cache", "--exclude=tests"]
    copy.mkdir()
    packed = subprocess.run(["tar", *ignored, "-cf", "-", "."], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-xf", "-"], cwd=copy, input=packed, check=True)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), "."]
    uv = ["uv", "build", "--quiet", "--wheel", "--out-dir", str(built), "."]  # a .venv made by uv has no pip
    subprocess.run(pip if importlib.util.find_spec("pip") else uv, cwd=copy, check=True, capture_output=True, timeout=100)
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(unpacked)
    return unpacked


def huiying(installed: Path, folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("HUIYING")} | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", "-m", "huiying", *arguments]
    return subprocess.run(command, cwd=folder, env=env, input=given, capture_output=True, text=True, timeout=60)


@pytest.mark.timeout(180)
def test_the_installed_program_judges_with_its_own_config(installed: Path, tmp_path: Path) -> None:
    row = {"id": "1", "title": "", "text": "先锋街道停水三天，多次投诉，互相推诿"}
    done = huiying(installed, tmp_path, "assess", "--jsonl", given=json.dumps(row) + "\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["lead"] == "gs"


@pytest.mark.timeout(180)
def test_the_installed_demo_runs(installed: Path, tmp_path: Path) -> None:
    done = huiying(installed, tmp_path, "demo", "--once")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "data" / "demo" / "digests").glob("*.docx"))) == 1
    assert not (tmp_path / "data" / "ledger.db").exists()
