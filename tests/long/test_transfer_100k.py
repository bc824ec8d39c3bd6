"""100,000 posts from engine to engine, both ways, killed in the middle: counts, hashes and search answers equal."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.opening import open_engine
from ledger.store import Store
from ledger.transfer import transfer
from tests.makers import NOW, STATE, a_post
from tests.postgres_server import new_database, postgres_server

POSTS = 100_000
WORDS = ("积水", "欠薪", "停水", "小区停水 反映")
TEXTS = ("路面积水严重，车过不去", "工地欠薪半年，讨要无果", "小区停水三天，多次反映没人管", "公园里的桂花开了")

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_800)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


def filled(url: str) -> None:
    with closing(open_engine(url)) as engine:
        ledger = Store(engine)
        for start in range(0, POSTS, 5_000):
            posts = [
                a_post(f"p{n}", title=f"第{n}条", text=f"{TEXTS[n % 4]}（{n}）", first_seen_at=NOW + timedelta(seconds=n))
                for n in range(start, start + 5_000)
            ]
            ledger.add_collected(posts, [], STATE)


def killed_once(source: str, target: str) -> None:
    """Begins the transfer in a child and kills it -9 after 40,000 posts."""
    code = (
        "from ledger.opening import open_engine; from ledger.transfer import transfer\n"
        f"transfer(open_engine({source!r}), open_engine({target!r}), source_name='x', told=lambda t, n: print(t, n, flush=True))"
    )
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root)
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith("posts 40000"):
            os.kill(child.pid, signal.SIGKILL)
            break
    child.communicate()
    assert child.returncode == -signal.SIGKILL


def answers(url: str) -> dict[str, list[str]]:
    with closing(open_engine(url)) as engine:
        return {word: [p.id for p in Store(engine).search(word, POSTS)] for word in WORDS}


@pytest.mark.parametrize("way", ["sqlite→postgresql", "postgresql→sqlite"])
def test_100_000_posts(way: str, server: str, tmp_path: Path) -> None:
    ends = [f"sqlite:///{tmp_path}/there.db", new_database(server)]
    source, target = ends if way.startswith("sqlite") else reversed(ends)
    filled(source)
    killed_once(source, target)
    began = time.monotonic()
    with closing(open_engine(source)) as there, closing(open_engine(target)) as here:
        moved = transfer(there, here, source_name="x")
    print(f"{way}: {moved.rows['posts']} posts, resumed after 40,000, copied and verified in {time.monotonic() - began:.0f} s")
    assert moved.rows["posts"] == POSTS
    found = answers(source)
    assert {word: len(ids) for word, ids in found.items()} == {"积水": 25_000, "欠薪": 25_000, "停水": 25_000, "小区停水 反映": 25_000}
    assert answers(target) == found
