"""The corpus is varied: enough posts, of all lengths and labels, no templates, no post that is nearly another."""

from dataclasses import replace

import pytest

from classifiers.corpus import GROUPS, Labelled, read_corpus
from classifiers.diversity import RUN, Diversity, diversity

ROW = Labelled(
    id="a", title="", text="", relevant=True, categories=("C3",), primary="C3", level="Ⅳ", form="R2", lead="town", joint=(), voice="letter"
)


@pytest.fixture(scope="module")
def shipped() -> Diversity:
    return diversity(read_corpus())


def test_the_shipped_corpus_is_large_and_of_all_lengths(shipped: Diversity) -> None:
    assert shipped.posts >= 4_000
    assert shipped.lengths[0] <= 20
    assert shipped.lengths[-1] >= 240


def test_no_templates(shipped: Diversity) -> None:
    assert shipped.repeated / shipped.runs <= 0.005
    assert shipped.openings / shipped.posts >= 0.85
    assert len(shipped.alike) <= 0.001 * shipped.posts, shipped.alike


def test_every_label_is_taught(shipped: Diversity) -> None:
    assert set(shipped.labels["lead"]) >= set(GROUPS)
    assert min(shipped.labels["primary"].values()) >= 100
    assert min(shipped.labels["form"].values()) >= 50


def test_a_template_is_found_out() -> None:
    frame = "请问{}的路灯坏了三个月为什么一直没有人来修请尽快安排"
    farmed = [replace(ROW, id=str(n), text=frame.format(place)) for n, place in enumerate(("东门", "西门", "南门"))]
    found = diversity([*farmed, replace(ROW, id="own", text="车棚里又多了两辆没牌的电动车，谁家的")])
    assert set(found.alike) == {("0", "1"), ("0", "2"), ("1", "2")}
    assert found.repeated > found.runs / 3


def test_short_and_empty_posts_have_no_runs() -> None:
    found = diversity([replace(ROW, id="s", text="停水" * (RUN // 2 - 1)), replace(ROW, id="t", text="停电")])
    assert (found.runs, found.repeated, found.alike) == (0, 0, ())
    assert diversity([]).posts == 0
