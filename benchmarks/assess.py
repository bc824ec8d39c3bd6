"""研判, texts a second on one core and memory: ours, reasons off and on, beside jieba + TF-IDF + LinearSVC and baisitong2's rules.

Same texts, one run, each contestant in a process of its own. Texts are long corpus posts, about 270 characters. The linear rival is fitted
on the same corpus for one task of ours (the lead), which favours it. baisitong2 is no dependency; it takes part where it was put:
    pip install --no-deps --target build/peers baisitong2==1.0.2 python-dotenv
"""

import importlib.util
import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BATCH, TEXTS, REPEATS = 512, 2_048, 5
LENGTHS = (200, 380)
PEERS = Path(__file__).resolve().parents[1] / "build" / "peers"
Work = Callable[[list[str]], object]


def texts() -> list[str]:
    """TEXTS corpus posts of LENGTHS characters, over and over."""
    from classifiers.corpus import read_corpus

    found = [text for r in read_corpus() if r.relevant and LENGTHS[0] <= len(text := f"{r.title}{r.text}") <= LENGTHS[1]]
    return (found * (TEXTS // len(found) + 1))[:TEXTS]


def _ours(explain: bool) -> Work:
    from classifiers.assess import Assessor, Text
    from classifiers.model import load_model
    from huiying.cli import MODEL
    from huiying.settings import find_config_dir, load_settings

    settings = load_settings(find_config_dir(None, {}), {})
    assessor = Assessor(load_model(MODEL), settings.standard, settings.catalogue, settings.areas)
    return lambda batch: assessor.assess([Text(id=str(n), title="", text=t, local_source=True) for n, t in enumerate(batch)], explain=explain)


def _linear(batched: bool) -> Work:
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    from classifiers.corpus import read_corpus

    rows = [r for r in read_corpus() if r.relevant]
    model = make_pipeline(TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None), LinearSVC())
    model.fit([f"{r.title}\n{r.text}" for r in rows], [r.lead for r in rows])
    return model.predict if batched else lambda batch: [model.predict([one]) for one in batch]


def _baisitong2() -> Work:
    sys.path.insert(0, str(PEERS))
    from baisitong2.services.analyzer import RuleAnalyzer

    analyzer = RuleAnalyzer()
    return lambda batch: [analyzer.analyze(one) for one in batch]


CONTESTANTS: dict[str, Callable[[], Work]] = {
    "ours, reasons off": lambda: _ours(explain=False),
    "ours, reasons on": lambda: _ours(explain=True),
    "jieba + TF-IDF + LinearSVC, batched (lead only)": lambda: _linear(batched=True),
    "jieba + TF-IDF + LinearSVC, item by item (lead only)": lambda: _linear(batched=False),
    "baisitong2 1.0.2, rules": _baisitong2,
}


def _measured(name: str, given: list[str], answer: Any) -> None:
    """Sends (median CPU seconds of all texts, MB of the process after the first batch was answered)."""
    work = CONTESTANTS[name]()
    batches = [given[at : at + BATCH] for at in range(0, len(given), BATCH)]
    work(batches[0])
    found = []
    for _ in range(REPEATS):
        began = time.process_time()
        for batch in batches:
            work(batch)
        found.append(time.process_time() - began)
    answer.send((statistics.median(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def run() -> None:
    """Prints texts a second, the ratio to ours with reasons off, and the peak memory of each process (the rivals' includes their fitting)."""
    given = texts()
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    print(f"assess: {len(given)} texts of {sum(map(len, given)) / len(given):.0f} characters, batches of {BATCH}, one thread")
    first = 0.0
    for name in CONTESTANTS:
        if name.startswith("baisitong2") and importlib.util.find_spec("baisitong2") is None and not (PEERS / "baisitong2").exists():
            print(f"  {name}: not there; pip install --no-deps --target build/peers baisitong2==1.0.2 python-dotenv")
            continue
        here, there = multiprocessing.Pipe()
        child = multiprocessing.get_context("spawn").Process(target=_measured, args=(name, given, there))
        child.start()
        there.close()
        try:
            seconds, megabytes = here.recv()
        except EOFError:
            print(f"  {name}: failed")
            continue
        finally:
            child.join()
        first = first or seconds
        print(f"  {name:54} {len(given) / seconds:8.0f} texts/s  {seconds / first:6.2f} x our time  {megabytes:5.0f} MB")
