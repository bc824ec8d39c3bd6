"""Beside pyproject.toml only because a wheel carries two things that live outside the packages or are not committed.

config/*.toml become the wheel's defaults (huiying/defaults), and the model is trained into it when it has not been yet.
"""

import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class WithDefaults(build_py):
    """Copies the office's starting config into the built package."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        defaults = Path(self.build_lib) / "huiying" / "defaults"
        defaults.mkdir(parents=True, exist_ok=True)
        for path in sorted((ROOT / "config").glob("*.toml")):
            shutil.copy(path, defaults / path.name)
        if not (ROOT / "classifiers" / "model" / "manifest.json").exists():
            sys.exit("classifiers/model is missing: run `huiying train` (or ./run.sh test) before building the wheel")


setup(cmdclass={"build_py": WithDefaults})
