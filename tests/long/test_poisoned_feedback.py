"""Reliability 10: one of five correctors flips every label (20 % of all corrections); held-out scores fall by one point at most; rolled back at once.

Every post is corrected by three of the five, as in an office that cross-checks; the hostile one also corrects posts alone.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from classifiers.corpus import read_corpus
from classifiers.evaluation import Scores
from classifiers.learning import held_out
from huiying.office import Desk
from huiying.retraining import corrections, retrain, roll_back
from huiying.settings import Settings
from records.assessment import FORMS
from records.review import Review
from tests.huiying.desk import desk_in
from tests.makers import NOW, STATE, a_post, an_assessment

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_800)]
POSTS, PEOPLE, HOSTILE = 600, ("甲", "乙", "丙", "丁"), "戊"
LOSS = 0.01


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    """600 posts, corrected to their true form; the hostile one says another form of as many posts as each of the four."""
    rng = np.random.default_rng(20180608)
    rows = [r for r in held_out(read_corpus())[0] if r.relevant]
    chosen = [rows[i] for i in rng.permutation(len(rows))[:POSTS]]
    with desk_in(tmp_path / "d", settings) as opened:
        posts = [a_post(f"p{n}", title=r.title, text=r.text) for n, r in enumerate(chosen)]
        opened.ledger.add_collected(posts, [], STATE)
        opened.ledger.add_assessments([an_assessment(p.id) for p in posts])
        for n, row in enumerate(chosen):
            wrong = FORMS[(FORMS.index(row.form) + 1 + int(rng.integers(5))) % 6]
            honest = [PEOPLE[n % 4], PEOPLE[(n + 1) % 4]] if n % 3 else [PEOPLE[n % 4]]
            said = [(person, row.form) for person in honest] if n % 5 else []  # every fifth by the hostile one alone
            said += [(HOSTILE, wrong)] if n % 2 or not said else []
            for by, value in said:
                at = NOW + timedelta(seconds=n)
                review = Review(id=f"{by}{n}", post_id=f"p{n}", task="form", before="", value=value, by=by, at=at, why="复核")
                opened.ledger.add_review(review)
        yield opened


def figures(scores: Scores) -> dict[str, float]:
    return {name: getattr(scores, name) for name in ("relevant_f1", "primary", "level", "form", "lead")}


def test_one_hostile_corrector_of_five_moves_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    gated, rows = corrections(desk)
    assert HOSTILE in gated.ignored
    true = {(r.title, r.text): r.form for r in read_corpus()}
    assert all(row.form == true[row.title, row.text] for row in rows), "nothing the hostile one said alone is learnt"
    made = retrain(desk)
    before, after = figures(made.before), figures(made.after)
    with capsys.disabled():
        moved = ", ".join(f"{name} {before[name]:.3f}→{after[name]:.3f}" for name in before)
        print(f"\npoisoned feedback: {len(rows)} posts learnt, ignored {gated.ignored}; {moved}")
    assert all(after[name] >= before[name] - LOSS for name in before)
    assert roll_back(desk.data) == "已回退到出厂模型"
