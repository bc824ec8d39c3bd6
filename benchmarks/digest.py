"""The digest of a day of 100,000 posts, 5,000 of them 有效, out of a real ledger: reading, building, HTML, Word; time and peak memory.

Bar (design): the whole within 10 s. Each step runs in this one process; memory is the process's peak, the ledger's making left out by a fork.
"""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from digests.daily import build_daily
from digests.facts import span_of
from digests.html import render_html
from digests.word import render_word
from huiying.cli import settings_of
from huiying.digest_facts import gather_facts
from huiying.office import open_desk
from ledger.opening import open_engine
from ledger.rows import encode
from ledger.search import tokens
from records.assessment import CATEGORIES, Assessment, OpinionLevel, Territory
from records.event import Event
from records.post import Post, Precision

POSTS, RELEVANT, EVENTS, BEFORE = 100_000, 5_000, 300, 3
DAY = date(2018, 6, 8)
BAR = 10.0  # seconds
R = TypeVar("R")


def run() -> None:
    """Prints the steps."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        fill(Path(folder))
        print(f"digest: a ledger of {POSTS} posts a day, {BEFORE} days before it, made in {time.perf_counter() - began:.0f} s (not counted)")
        child = multiprocessing.get_context("spawn").Process(target=measure, args=(folder,))
        child.start()
        child.join()


def fill(folder: Path) -> None:
    """The day, and `BEFORE` days like it."""
    start, _ = span_of(DAY)
    with closing(open_engine(f"sqlite:///{folder}/ledger.db")) as engine:
        for back in range(BEFORE + 1):
            posts = [_post(n, start - timedelta(days=back)) for n in range(POSTS)]
            said = [_assessment(p, n) for n, p in enumerate(posts)]
            with engine.transaction():
                engine.insert_many("posts", [encode(p) for p in posts])
                engine.insert_many("assessments", [encode(a) for a in said])
                engine.run_many("search.add", [{"id": p.id, "words": tokens(p.title)} for p in posts[:100]])
            if not back:
                events = [_event(n, posts) for n in range(EVENTS)]
                with engine.transaction():
                    engine.insert_many("events", [encode(e) for e in events])


def _post(n: int, start: datetime) -> Post:
    seen = start + timedelta(seconds=n * 86_400 // POSTS)
    return Post(
        id=f"{seen:%m%d}{n:028d}", source_id=f"s{n % 40}", url=f"https://bbs{n % 40}.example.cn/thread-{seen:%m%d}{n}-1-1.html",
        title=f"第{n}条：小区停水三天无人管，望尽快恢复", text="小区停水三天，物业和供水公司互相推，望尽快恢复。" * 4,
        published_at=seen - timedelta(minutes=9),
        precision=Precision.MINUTE, first_seen_at=seen,
    )  # fmt: skip


def _assessment(post: Post, n: int) -> Assessment:
    valid, label = n % (POSTS // RELEVANT) == 0, CATEGORIES[n % 7]
    return Assessment(
        post_id=post.id, relevant=0.9 if valid else 0.02, categories={label: 0.8}, labels=(label,) if valid else (), level=OpinionLevel.IV,
        forms={"R2": 1.0}, form="R2", leads=(("gs", 0.7),), joint=(), areas=("先锋街道",) if valid else (), territory=Territory.OURS,
    )  # fmt: skip


def _event(n: int, posts: list[Post]) -> Event:
    own = tuple(posts[k] for k in range(n * (POSTS // EVENTS), (n + 1) * (POSTS // EVENTS), POSTS // RELEVANT))
    return Event(
        id=f"e{n}", title=f"第{n}件事", post_ids=tuple(p.id for p in own), first_post_id=own[0].id, first_source_id=own[0].source_id,
        first_said_at=own[0].said_at, created_at=own[0].first_seen_at, updated_at=own[-1].first_seen_at, source_count=3,
    )  # fmt: skip


def measure(folder: str) -> None:
    """The digest out of the ledger in `folder`, each step timed."""
    with open_desk(settings_of(None), Path(folder)) as desk:
        began = time.perf_counter()
        facts = _told("read", lambda: gather_facts(desk, DAY))
        daily = _told("build", lambda: build_daily(facts))
        page = _told("html", lambda: render_html(daily))
        paper = _told("word", lambda: render_word(daily))
    total = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  total {total:.2f} s (bar {BAR:g} s: {'met' if total <= BAR else 'MISSED'}), peak {peak:.0f} MB")
    print(f"  html {len(page.encode()) / 1e6:.1f} MB, word {len(paper) / 1e6:.1f} MB")


def _told(name: str, work: Callable[[], R]) -> R:
    began = time.perf_counter()
    done = work()
    print(f"  {name:5} {time.perf_counter() - began:.2f} s")
    return done
