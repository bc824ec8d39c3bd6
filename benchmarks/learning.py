"""The learning curve: an analyst corrects one half of a real set, form by form; what the other half gains. Measures, trains nothing that ships."""

import json
import os
from pathlib import Path

import numpy as np

from classifiers.assess import Assessor, Text
from classifiers.corpus import Labelled, read_corpus
from classifiers.matters import Mixing
from classifiers.mixing import UNCALIBRATED
from classifiers.territory import Gazetteer
from classifiers.training import fit
from huiying.settings import find_config_dir, load_settings

EVAL = Path(os.environ.get("HUIYING_EVAL", Path(__file__).resolve().parents[2] / "shared" / "eval"))
SIZES = (0, 100, 300, 1_000, 3_000)
SAID = {"建言": ("R1",), "投诉/求助": ("R3", "R2"), "咨询": ("R4",)}


def rows() -> list[tuple[str, str]]:
    """(text, type) of the letters with a type, shuffled once."""
    path = EVAL / "data" / "forms-dev.jsonl"
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    typed = [(f"{r.get('title') or ''}\n{r.get('text') or ''}", r["type"]) for r in found if r.get("type") in SAID]
    order = np.random.default_rng(20180608).permutation(len(typed))
    return [typed[i] for i in order]


def corrected(number: int, text: str, kind: str) -> Labelled:
    """What the gate makes of one correction of the form."""
    form = SAID[kind][0]
    return Labelled(
        id=f"c{number}", title="", text=text, relevant=True, categories=(), primary="", level="", form=form, lead="", joint=(), voice="review"
    )


def run() -> None:
    """Prints type → form accuracy on the second half after so many corrections of the first."""
    if not EVAL.exists():
        print(f"learning curve: skipped, {EVAL} is not there")
        return
    letters, corpus, settings = rows(), read_corpus(), load_settings(find_config_dir(None, {}), {})
    gazetteer = Gazetteer(settings.areas)
    half = len(letters) // 2
    asked = letters[half:]
    for size in SIZES:
        taught = [corrected(n, *letter) for n, letter in enumerate(letters[:size])]
        model = fit([*corpus, *taught], f"curve-{size}", settings.catalogue, gazetteer, (Mixing(), UNCALIBRATED))
        assessor = Assessor(model, settings.standard, settings.catalogue, settings.areas, territory=False)
        said = [found.form for found in assessor.assess([Text(id=str(n), title="", text=text) for n, (text, _) in enumerate(asked)])]
        right = np.mean([form in SAID[kind] for form, (_, kind) in zip(said, asked, strict=True)])
        print(f"learning curve    {size:5} corrections: form {right:.3f} on {len(asked)} other letters")
