"""The shipped catalogue (事项目录): every matter whole, every example its own, and each example finds its unit."""

from collections import Counter

import pytest

from classifiers.assess import Assessor, Text
from huiying.settings import Settings
from records.matter import TOWN, Matter

COUNTED = 350  # matters the office was promised


@pytest.fixture(scope="module")
def matters(settings: Settings) -> tuple[Matter, ...]:
    return settings.matters.matters


def test_it_covers_every_kind_of_unit(settings: Settings, matters: tuple[Matter, ...]) -> None:
    assert len(matters) >= COUNTED
    groups = Counter("town" if m.lead == TOWN else settings.units.get(m.lead).group for m in matters)
    assert set(groups) >= {u.group for u in settings.units.units}
    assert len({m.path for m in matters}) == len(matters), "two matters of one path cannot be told apart"


def test_every_matter_is_whole(matters: tuple[Matter, ...]) -> None:
    for one in matters:
        assert len(one.path) == 2, one.id
        assert all(one.path), one.id
        assert one.form, one.id
        assert one.level, one.id
        assert len(one.examples) == 3, one.id
        assert not set(one.strong) & set(one.against), one.id
        assert one.id not in one.confused_with, one.id
        assert all(len(word) > 1 for word in one.strong), one.id


def test_no_example_stands_twice_or_in_the_corpus(matters: tuple[Matter, ...]) -> None:
    examples = [example for one in matters for example in one.examples]
    assert len(set(examples)) == len(examples)


def test_examples_find_their_unit(settings: Settings, assessor: Assessor, matters: tuple[Matter, ...]) -> None:
    texts = [Text(id=f"{m.id}/{n}", title="", text=e, local_source=True) for m in matters for n, e in enumerate(m.examples)]
    group = {u.id: u.group for u in settings.units.units}
    wanted = ["town" if m.lead == TOWN else group[m.lead] for m in matters for _ in m.examples]
    right = [group[found.leads[0][0]] == want for found, want in zip(assessor.assess(texts), wanted, strict=True)]
    assert sum(right) / len(right) >= 0.9
