"""Words found in a batch, cues counted by zone, batches that are vectorised like single texts."""

import numpy as np
import pytest

from classifiers.casualties import GRAVE
from classifiers.corpus import read_corpus
from classifiers.features import BUCKETS, MAX_CHARS, Batch, Vectoriser, counts, fold, joined, seen_buckets
from classifiers.mixing import CEILING, UNCALIBRATED, fit_calibration
from classifiers.model import LinearModel
from classifiers.scale import SCALE
from classifiers.speech import CUES, NAMES, Speech
from classifiers.speech import words as cue_words
from classifiers.wording import Wordbook
from records.standard import Thresholds

TEXTS = ["停水\n停水三天了ＡＢ１２", "", "今天　天气  好\n😀😀a B", "的" * (2 * MAX_CHARS), "\ufffd\t", "物业" * 700 + "\n" + "停电" * 300]


def test_a_batch_is_folded_like_its_texts() -> None:
    batch = Batch.of(TEXTS)
    assert len(batch) == len(TEXTS)
    assert batch.text == "".join(f"{fold(text)}\x00" for text in TEXTS)
    assert len(Batch.of([])) == 0


def test_a_batch_is_vectorised_like_its_texts() -> None:
    seen, frequency = seen_buckets(TEXTS, at_least=1)
    idf = np.linspace(1, 3, len(seen), dtype=np.float32)
    table = Vectoriser(seen, idf)(Batch.of(TEXTS))
    assert table.shape == (len(TEXTS), len(seen))
    for row, text in enumerate(TEXTS):
        one = counts(text, seen)
        values = one.values * idf[one.columns]
        norm = np.sqrt((values.astype(float) ** 2).sum()) or 1.0
        np.testing.assert_array_equal(table[row].indices, one.columns)
        np.testing.assert_allclose(table[row].data, values / norm, rtol=1e-5)
    assert len(frequency) == len(seen) <= BUCKETS


def test_words_are_found_where_they_stand_overlapping_and_folded() -> None:
    book = Wordbook(["停水", "水三", "AB", "停水三天", ""])
    found = book.by_text(book.find(Batch.of(["停水三天ａｂ停水", "", "水\n三"])))
    assert found == [{"停水": [0, 6], "水三": [1], "停水三天": [0], "ab": [4]}, {}, {}]
    assert book.find(Batch.of(["停水停水"])).counts()[0, book.number("停水")] == 2
    assert book.find(Batch.of(["停水停水"])).presence()[0, book.number("停水")] == 1
    assert Wordbook([]).by_text(Wordbook([]).find(Batch.of(["什么"]))) == [{}]
    with pytest.raises(KeyError):
        book.number("没有")


def test_no_word_is_found_across_two_texts() -> None:
    book = Wordbook(["停水"])
    assert book.by_text(book.find(Batch.of(["停", "水"]))) == [{}, {}]


def test_cues_are_counted_whole_and_by_zone() -> None:
    speech_book = Wordbook(cue_words())
    text = "建议增设一个站台。" + "一" * 100 + "请问什么时候能办？"
    (row,) = Speech(speech_book).features(speech_book.find(Batch.of([text])), [len(text)])
    said = {name: float(value) for name, value in zip(NAMES, row, strict=True) if value}
    assert said["proposes.whole"] == said["proposes.beginning"] == 1
    assert "proposes.end" not in said
    assert said["asks.end"] == said["when.end"] == said["question.end"] == 1
    assert "asks.beginning" not in said
    assert len(NAMES) == 3 * len(CUES)


def test_a_cue_counts_three_times_at_most() -> None:
    book = Wordbook(cue_words())
    (row,) = Speech(book).features(book.find(Batch.of(["投诉" * 50])), [100])
    assert row[NAMES.index("reports.whole")] == pytest.approx(3**0.5)


def test_rules_searched_by_their_words_miss_nothing() -> None:
    book = Wordbook(GRAVE.words() | SCALE.words())
    texts = [joined(r.title, r.text) for r in read_corpus()]
    for text, hits in zip(texts, book.by_text(book.find(Batch.of(texts))), strict=True):
        for rules in (GRAVE, SCALE):
            assert rules.verdicts(text, Thresholds(), hits) == rules.verdicts(text, Thresholds()), text


def test_calibration_never_falls_and_never_claims_certainty() -> None:
    rng = np.random.default_rng(3)
    total = rng.normal(0, 2, (600, 5)).astype(np.float32)
    right = np.where(rng.random(600) < 0.5, total.argmax(axis=1), 0)
    stated, proved = fit_calibration(total, right)
    assert list(stated) == sorted(stated)
    assert list(proved) == sorted(proved)
    assert proved[0] > 0
    assert proved[-1] < 1
    assert fit_calibration(total[:10], right[:10]) == UNCALIBRATED


def test_the_shipped_model_states_less_than_certainty(model: LinearModel) -> None:
    assert model.proved(1.0) == pytest.approx(CEILING)
    steps = [model.proved(p) for p in np.linspace(0, 1, 101)]
    assert steps == sorted(steps)


def test_loudest_words_are_whole_telling_and_heaviest_first(model: LinearModel) -> None:
    column = model.outputs.index(("lead", "labour"))
    (grams,) = model.loudest("老板拖欠工资半年，的的的，劳动仲裁也没用", [column])
    weights = [weight for _, weight in grams]
    assert weights == sorted(weights, reverse=True)
    assert len(grams) <= 3
    assert "工资" in {gram for gram, _ in grams}
    assert model.loudest("", [column]) == [[]]
    assert model.loudest("a", [column]) == [[]]
