"""Events from posts, levels from events, and model files that cannot be swapped unnoticed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from classifiers.corpus import CorpusError, corpus_hash, read_corpus, read_file
from classifiers.features import buckets, counts, seen_buckets
from classifiers.gather import Piece, gather
from classifiers.grading import by_heat, by_spread, by_tier, phase
from classifiers.matters import Catalogue
from classifiers.model import MANIFEST, WEIGHTS, LinearModel, ModelError, load_model
from classifiers.territory import Gazetteer
from classifiers.training import is_stale, train
from records.area import Areas
from records.assessment import OpinionLevel
from records.event import Event, EventPhase
from records.matter import Matters
from records.source import MediaTier
from records.standard import Thresholds
from records.unit import Units

NO_CATALOGUE = Catalogue(Matters(matters=()), Units(units=()))
NO_PLACES = Gazetteer(Areas(code="", name="", city="", areas=(), anchors=()))

NOW = datetime(2018, 6, 8, tzinfo=UTC)
TOLD = [
    ("先锋街道自来水主管爆裂 数千户停水", "今天凌晨，先锋街道建军路一处自来水主管道爆裂，周边小区数千户居民停水。"),
    ("建军路水管爆了，家里停水到现在", "先锋街道建军路自来水主管道爆裂，水漫到路上，我们小区停水"),
    ("突发！建军路自来水主管道爆裂", "建军路自来水主管道凌晨爆裂，供水公司抢修，先锋街道多个小区停水"),
]


def pieces(*texts: tuple[str, str], **more: object) -> list[Piece]:
    return [Piece(id=str(i), title=t, text=x, published_at=NOW, **more) for i, (t, x) in enumerate(texts)]  # type: ignore[arg-type]


def test_retellings_make_one_event(model: LinearModel) -> None:
    assert {j.event for j in gather(pieces(*TOLD), model)} == {"0"}


def test_different_matters_stay_apart(model: LinearModel) -> None:
    other = pieces(
        TOLD[0], ("学区调整征求意见", "教育局公布学区调整方案征求意见稿"), ("讨薪", "工地拖欠农民工工资，工人到劳动监察大队反映")
    )
    assert [j.event for j in gather(other, model)] == ["0", "1", "2"]


def test_other_streets_other_weeks_and_other_groups_are_not_joined(model: LinearModel) -> None:
    title, text = TOLD[0]
    base = Piece(id="a", title=title, text=text, published_at=NOW, areas=("先锋街道",), group="1")
    for changed in (
        Piece(id="b", title=title, text=text, published_at=NOW, areas=("大洋街道",), group="1"),
        Piece(id="b", title=title, text=text, published_at=NOW + timedelta(days=9), areas=("先锋街道",), group="1"),
        Piece(id="b", title=title, text=text, published_at=NOW, areas=("先锋街道",), group="2"),
    ):
        assert [j.event for j in gather([base, changed], model)] == ["a", "b"]


def test_a_running_event_takes_new_posts_and_keeps_its_id(model: LinearModel) -> None:
    first = Piece(id="old", title=TOLD[0][0], text=TOLD[0][1], published_at=NOW, event="E1")
    late = Piece(id="new", title=TOLD[2][0], text=TOLD[2][1], published_at=NOW + timedelta(hours=5))
    assert [j.event for j in gather([first, late], model)] == ["E1", "E1"]


def test_gather_says_why(model: LinearModel) -> None:
    answers = gather(pieces(TOLD[0], TOLD[0]), model)
    assert answers[0].why.startswith("新事件")
    assert "重合" in answers[1].why


@pytest.mark.parametrize(("sources", "level"), [(1, "Ⅳ"), (2, "Ⅳ"), (3, "Ⅲ"), (9, "Ⅲ")])
def test_spread(sources: int, level: str) -> None:
    assert by_spread(sources, Thresholds()).level.value == level


@pytest.mark.parametrize(("total", "level"), [(0, "Ⅳ"), (1_000, "Ⅳ"), (1_001, "Ⅲ"), (10_001, "Ⅱ"), (50_001, "Ⅰ")])
def test_heat(total: int, level: str) -> None:
    assert by_heat(total, Thresholds()).level.value == level


def test_routine_coverage_by_a_big_paper_raises_nothing() -> None:
    assert by_tier([MediaTier.CENTRAL], OpinionLevel.IV).level is OpinionLevel.IV
    assert by_tier([MediaTier.PERSONAL, MediaTier.CENTRAL], OpinionLevel.III).level is OpinionLevel.I


@pytest.mark.parametrize(("before", "now", "want"), [(0, 5, "潜伏"), (100, 130, "成长"), (100, 105, "高潮"), (100, 60, "回落")])
def test_phase(before: int, now: int, want: str) -> None:
    event = Event(
        id="e", title="t", post_ids=("p",), first_post_id="p", first_source_id="s", first_said_at=NOW, created_at=NOW, updated_at=NOW,
        source_count=1, heat=before,
    )  # fmt: skip
    assert phase(event, now) is EventPhase(want)


def test_features_ignore_white_space_and_width() -> None:
    assert buckets("停 水\n三天").tolist() == buckets("停水三天").tolist()
    assert buckets("ＡＢ").tolist() == buckets("ab").tolist()
    assert len(buckets("")) == 0


def test_unseen_grams_are_dropped() -> None:
    seen, frequency = seen_buckets(["停水", "停水", "停电"])
    assert len(seen) == len(frequency)
    assert len(counts("火星", seen).columns) == 0


def test_the_corpus_is_large_varied_and_legal() -> None:
    rows = read_corpus()
    assert len(rows) >= 500
    assert len({(r.title, r.text) for r in rows}) == len(rows)
    assert {c for r in rows for c in r.categories} == {f"C{i}" for i in range(1, 8)}
    assert {r.form for r in rows if r.relevant} == {f"R{i}" for i in range(1, 7)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ('{"id":"a","text":"x","relevant":1,"level":"IV"}', "level"),
        ('{"id":"a","text":"","relevant":0}', "empty"),
    ],
)
def test_a_bad_row_names_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "bad.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=rf"bad\.jsonl:2.*{said}"):
        list(read_file(tmp_path / "bad.jsonl"))


def small_corpus(folder: Path) -> Path:
    rows = [
        {
            "id": "1",
            "text": "物业乱收费投诉无门",
            "relevant": 1,
            "categories": ["C3"],
            "primary": "C3",
            "level": "Ⅳ",
            "form": "R3",
            "lead": "town",
        },
        {
            "id": "2",
            "text": "请问社保怎么补缴",
            "relevant": 1,
            "categories": ["C3"],
            "primary": "C3",
            "level": "Ⅳ",
            "form": "R4",
            "lead": "labour",
        },
        {"id": "3", "text": "今晚决赛两队对阵", "relevant": 0},
        {
            "id": "4",
            "text": "物业投诉怎么补缴决赛",
            "relevant": 1,
            "categories": ["C4"],
            "primary": "C4",
            "level": "Ⅲ",
            "form": "R3",
            "lead": "town",
        },
    ]
    folder.mkdir(exist_ok=True)
    (folder / "a.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    return folder


def test_training_is_reproducible_cached_and_tamper_evident(tmp_path: Path) -> None:
    corpus, folder = small_corpus(tmp_path / "corpus"), tmp_path / "model"
    assert is_stale(folder, corpus)
    first = train(folder, NO_CATALOGUE, NO_PLACES, corpus)
    assert not is_stale(folder, corpus)
    assert np.array_equal(first.weights, train(tmp_path / "again", NO_CATALOGUE, NO_PLACES, corpus).weights)
    loaded = load_model(folder)
    assert loaded.outputs == first.outputs
    assert loaded.corpus_hash != corpus_hash(corpus)  # settings are part of the key
    blob = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(blob[:-1] + bytes([blob[-1] ^ 1]))
    with pytest.raises(ModelError, match="sha256"):
        load_model(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(ModelError, match="huiying train"):
        load_model(folder)
