"""What the figures were measured on, and how often each thing was run."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

REPEATS = 5


def hardware() -> str:
    """Processor, cores, Python and the versions that matter."""
    cpu = next((line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine())
    named = ("numpy", "scikit-learn", "selectolax", "readability-lxml", "fastfeedparser", "feedparser", "httpx", "rjieba", "jieba")
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}; " + ", ".join(f"{n} {version(n)}" for n in named)


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median CPU seconds of one call."""
    found = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return statistics.median(found)
