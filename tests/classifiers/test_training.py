"""Training: weights by balance, sharpness out of fold, equal input gives equal labels, torn files are never loaded."""

import json
from pathlib import Path

import numpy as np
import pytest

from classifiers import training
from classifiers.corpus import GROUPS, CorpusError, Labelled, parse_row, read_corpus
from classifiers.matters import Catalogue
from classifiers.model import ModelError, load_model
from classifiers.territory import Gazetteer
from records.area import Areas
from records.assessment import CATEGORIES, FORMS
from records.matter import Matters
from records.unit import Units

NO_CATALOGUE = Catalogue(Matters(matters=()), Units(units=()))
NO_PLACES = Gazetteer(Areas(code="", name="", city="", areas=(), anchors=()))


def row(n: int, text: str, **more: object) -> dict[str, object]:
    labels = {"categories": ["C3"], "primary": "C3", "level": "Ⅳ", "form": "R2", "lead": "town"}
    return {"id": f"r{n}", "title": "", "text": text, "relevant": 1} | labels | more


ROWS = [
    row(1, "物业不管小区垃圾"), row(2, "物业乱收费没人管", form="R3", level="Ⅲ"), row(3, "请问社保怎么补缴", form="R4", lead="labour"),
    row(4, "拖欠工资三个月", form="R3", level="Ⅲ", lead="labour"),
    row(5, "建议增加公交班次", form="R1", lead="transport", categories=["C1"], primary="C1"),
    row(6, "今晚决赛两队对阵", relevant=0, categories=[], primary="", level="", form="", lead=""),
    row(7, "大闸蟹团购满减", relevant=0, categories=[], primary="", level="", form="", lead=""),
]  # fmt: skip


def corpus(folder: Path, rows: list[dict[str, object]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    return folder


def labelled(rows: list[dict[str, object]]) -> list[Labelled]:
    return [parse_row(r, "x") for r in rows]


def test_equal_input_gives_equal_labels(tmp_path: Path) -> None:
    here = corpus(tmp_path / "c", ROWS * 3)
    first, second = training.train(tmp_path / "m1", NO_CATALOGUE, NO_PLACES, here), training.train(tmp_path / "m2", NO_CATALOGUE, NO_PLACES, here)
    assert first.version == second.version
    np.testing.assert_array_equal(first.weights, second.weights)
    assert (tmp_path / "m1" / "model.safetensors").read_bytes() == (tmp_path / "m2" / "model.safetensors").read_bytes()


def test_every_task_has_its_labels(tmp_path: Path) -> None:
    model = training.train(tmp_path / "m", NO_CATALOGUE, NO_PLACES, corpus(tmp_path / "c", ROWS * 3))
    assert model.labels("category") == list(CATEGORIES)
    assert model.labels("primary") == list(CATEGORIES)
    assert model.labels("form") == list(FORMS)
    assert model.labels("lead") == list(GROUPS)
    assert model.labels("relevant") == ["1"]
    assert len({tuple(o) for o in model.outputs}) == len(model.outputs)


def test_corrections_of_the_analyst_change_the_model(tmp_path: Path) -> None:
    here = corpus(tmp_path / "c", ROWS * 3)
    plain = training.train(tmp_path / "m", NO_CATALOGUE, NO_PLACES, here)
    taught = training.train(tmp_path / "m", NO_CATALOGUE, NO_PLACES, here, labelled([row(9, "今晚决赛两队对阵，散场堵车没人管")]))
    assert taught.version != plain.version
    assert taught.documents == plain.documents + 1
    assert training.is_stale(tmp_path / "m", here), "with corrections it is not the plain corpus's model"


def test_a_stale_model_is_known(tmp_path: Path) -> None:
    here = corpus(tmp_path / "c", ROWS * 3)
    assert training.is_stale(tmp_path / "m", here)
    training.train(tmp_path / "m", NO_CATALOGUE, NO_PLACES, here)
    assert not training.is_stale(tmp_path / "m", here)
    corpus(tmp_path / "c", ROWS * 4)
    assert training.is_stale(tmp_path / "m", here)


@pytest.mark.parametrize("damage", ["weights", "manifest", "gone"])
def test_a_torn_model_is_never_loaded(tmp_path: Path, damage: str) -> None:
    training.train(tmp_path / "m", NO_CATALOGUE, NO_PLACES, corpus(tmp_path / "c", ROWS * 3))
    weights, manifest = tmp_path / "m" / "model.safetensors", tmp_path / "m" / "manifest.json"
    if damage == "weights":
        weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    elif damage == "manifest":
        manifest.write_text("{", encoding="utf-8")
    else:
        weights.unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors|manifest\.json"):
        load_model(tmp_path / "m")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": "Ⅴ"}, "level"),
        ({"form": "R7"}, "form"),
        ({"lead": "zjj"}, "lead"),
        ({"categories": ["C9"]}, "categories"),
        ({"categories": []}, "categories"),
        ({"primary": "C1"}, "primary"),
        ({"primary": None}, "primary"),
        ({"title": "", "text": ""}, "both empty"),
    ],
)
def test_a_wrong_label_names_its_row_and_key(change: dict[str, object], said: str) -> None:
    with pytest.raises(CorpusError, match=f"a.jsonl:3: .*{said}"):
        parse_row(row(1, "停水") | change, "a.jsonl:3")


@pytest.mark.parametrize(("balance", "rare"), [(0.0, 1.0), (0.5, 2**0.5), (1.0, 2.0)])
def test_rare_labels_are_weighed_up_by_balance(balance: float, rare: float) -> None:
    weights = training._weights(np.array(["R2"] * 3 + ["R1"]), balance)
    assert weights["R1"] == pytest.approx(rare)
    assert weights["R2"] == pytest.approx((4 / 6) ** balance)


def test_sharpness_is_one_for_few_rows_and_more_for_an_unsure_model() -> None:
    few = np.array(["a", "b"] * 10)
    assert training.sharpness(np.zeros((20, 2)), np.zeros((20, 2), np.float32), ["a", "b"], few, 1.0, ["w"] * 20) == 1.0
    answers = np.array(["a", "b"] * 60)
    told_apart = np.array([[1.0, 0.0], [0.0, 1.0]] * 60) * 0.2
    hands = [f"w{n % 6}" for n in range(120)]
    assert training.sharpness(told_apart, told_apart.astype(np.float32), ["a", "b"], answers, 1.0, hands) == training.SHARPNESS[-1]


def test_no_hand_is_both_learnt_from_and_asked() -> None:
    hands = ["a"] * 30 + ["b"] * 50 + ["c"] * 20 + ["d"] * 40 + ["e"] * 10
    seen = np.zeros(len(hands), dtype=int)
    for learnt, asked in training.folds(len(hands), hands):
        assert not {hands[i] for i in learnt} & {hands[i] for i in asked}
        seen[asked] += 1
    assert (seen == 1).all()
    assert len(training.folds(100, ["a"] * 100)) == training.FOLDS, "one hand alone is folded row by row"


def test_the_shipped_corpus_is_sound() -> None:
    rows = read_corpus()
    assert len({r.id for r in rows}) == len(rows)
    texts = [f"{r.title}\n{r.text}" for r in rows]
    assert len(set(texts)) == len(texts)
    public = [r for r in rows if r.relevant]
    assert {r.lead for r in public} >= set(GROUPS) - {"other"}
    assert {r.form for r in public} == set(FORMS)
    assert {c for r in public for c in r.categories} == set(CATEGORIES)
    assert all(not r.categories and not r.lead for r in rows if not r.relevant)
