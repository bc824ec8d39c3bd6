"""assess and gather: lines a second on one core, start-up apart; a keyword system beside it on the same rows."""

import json

from benchmarks.machine import seconds
from classifiers.assess import Assessor
from classifiers.corpus import read_corpus
from classifiers.features import Batch, joined
from classifiers.gather import Piece, gather
from classifiers.lexicon import Lexicon
from classifiers.model import load_model
from classifiers.wording import Wordbook
from huiying.cli import MODEL
from huiying.jsonl import assess_lines
from huiying.settings import find_config_dir, load_settings

ROWS = 2_000


def run() -> None:
    """Prints lines a second, and the ratio to the keyword system."""
    settings, model = load_settings(find_config_dir(None, {}), {}), load_model(MODEL)
    rows = (read_corpus() * 3)[:ROWS]
    lines = [json.dumps({"id": r.id, "title": r.title, "text": r.text}, ensure_ascii=False) for r in rows]
    assessor = Assessor(model, settings.standard, settings.catalogue, settings.areas)
    ours = seconds(lambda: list(assess_lines(lines, assessor, frozenset(), explain=False)))
    lexicon = Lexicon(settings.standard.rules)
    book = Wordbook(lexicon.words())
    texts = [joined(r.title, r.text) for r in rows]
    keywords = seconds(lambda: [lexicon.verdicts(h, t) for h, t in zip(book.by_text(book.find(Batch.of(texts))), texts, strict=True)])
    print(f"assess --jsonl    {ROWS / ours:8.0f} lines/s   keyword system alone {ROWS / keywords:8.0f} lines/s   ratio {keywords / ours:.3f}")
    pieces = [Piece(id=r.id, title=r.title, text=r.text) for r in rows[:1_000]]
    print(f"gather --jsonl    {len(pieces) / seconds(lambda: gather(pieces, model), 3):8.0f} pieces/s (window of {len(pieces)})")
