"""Retraining with the office's corrections: measured before and after on held-out rows, refused when worse, rolled back by one command."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from classifiers import training
from classifiers.assess import Assessor
from classifiers.corpus import FOLDER as FOLDER_OF_CORPUS
from classifiers.corpus import Labelled, read_corpus
from classifiers.evaluation import Scores, score
from classifiers.learning import Gated, corrected_rows, gate, held_out, worse
from classifiers.model import LinearModel
from classifiers.territory import Gazetteer
from huiying.evaluating import texts_of
from huiying.office import Desk

FOLDER, PREVIOUS = "model", "model.previous"  # under the data folder: the office's own model goes before the shipped one


class RetrainingRefusedError(RuntimeError):
    """The retrained model is worse; says by how much. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrained:
    """A model that was put in force, and the figures on held-out rows with and without the corrections."""

    model: LinearModel
    gated: Gated
    before: Scores
    after: Scores


def retrain(desk: Desk, corpus: Path = FOLDER_OF_CORPUS) -> Retrained:
    """Learns the ledger's corrections, beside `corpus`, into the office's own model. Raises: RetrainingRefusedError."""
    gated, extra = corrections(desk)
    learnt, asked = held_out(read_corpus(corpus))
    catalogue, gazetteer = desk.settings.catalogue, Gazetteer(desk.settings.areas)
    old = training.fit(learnt, "before", catalogue, gazetteer)
    new = training.fit([*learnt, *extra], "after", catalogue, gazetteer, (old.mixing, old.calibration))
    before, after = _scores(desk, old, asked), _scores(desk, new, asked)
    fallen = worse(before, after)
    if fallen:
        raise RetrainingRefusedError(f"重训后变差，未启用：{'、'.join(fallen)}")
    _keep_previous(desk.data)
    model = training.train(desk.data / FOLDER, catalogue, gazetteer, corpus, extra)
    return Retrained(model=model, gated=gated, before=before, after=after)


def corrections(desk: Desk) -> tuple[Gated, list[Labelled]]:
    """What the gate lets pass, and the rows made of it."""
    gated = gate(desk.ledger.reviews())
    ids = sorted({post_id for post_id, _ in gated.accepted})
    posts = {p.id: p for p in desk.ledger.posts(ids)}
    return gated, corrected_rows(gated, posts)


def _scores(desk: Desk, model: LinearModel, rows: list[Labelled]) -> Scores:
    settings = desk.settings
    assessor = Assessor(model, settings.standard, settings.catalogue, settings.areas, territory=False)
    return score(rows, assessor.assess(texts_of(rows)), {u.id: u.group for u in settings.units.units})


def _keep_previous(data: Path) -> None:
    if (data / FOLDER).exists():
        shutil.rmtree(data / PREVIOUS, ignore_errors=True)
        (data / FOLDER).rename(data / PREVIOUS)


def roll_back(data: Path) -> str:
    """Puts the model before the last retraining in force again; says which. Raises: FileNotFoundError when there is none."""
    if not (data / FOLDER).exists():
        raise FileNotFoundError(f"{data / FOLDER}: 没有重训过的模型，无可回退")
    shutil.rmtree(data / FOLDER)
    if (data / PREVIOUS).exists():
        (data / PREVIOUS).rename(data / FOLDER)
        return "已回退到上一次重训的模型"
    return "已回退到出厂模型"
