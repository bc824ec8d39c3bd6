"""A workbench for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying.settings import Settings
from tests.workbench.bench import Bench, bench_in


@pytest.fixture
def bench(tmp_path: Path, settings: Settings) -> Iterator[Bench]:
    with bench_in(tmp_path, settings) as opened:
        yield opened
