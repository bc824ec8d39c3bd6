"""Whose ground: names that other cities have too, delegated ground, words that stand for something else; and the rules of words."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from classifiers.features import Batch
from classifiers.keywords import keywords
from classifiers.lexicon import Lexicon, fire
from classifiers.territory import Gazetteer
from classifiers.wording import Wordbook
from huiying.settings import Settings
from records.assessment import Territory
from records.standard import LexiconRule


@pytest.fixture(scope="module")
def gazetteer(settings: Settings) -> Gazetteer:
    return Gazetteer(settings.areas)


@pytest.mark.parametrize(
    ("text", "local", "territory", "areas"),
    [
        ("盐城亭湖先锋街道停水三天", False, Territory.OURS, ["先锋街道"]),
        ("先锋街道停水三天", False, Territory.UNKNOWN, []),
        ("先锋街道停水三天", True, Territory.OURS, ["先锋街道"]),
        ("亭湖区伍佑街道路灯不亮", False, Territory.DELEGATED, ["伍佑街道"]),
        ("盐都区潘黄街道的小区门禁坏了", False, Territory.NEIGHBOUR, None),
        ("河南安阳文峰区老街开街", True, Territory.ELSEWHERE, []),
        ("运城盐湖区办庙会", True, Territory.ELSEWHERE, []),
        ("小区停水三天，儿子在上海上班都知道了，天天打电话问", True, Territory.OURS, []),
        ("小区停水三天，儿子在上海上班都知道了", False, Territory.ELSEWHERE, []),
        ("青岛路的路灯坏了", True, Territory.OURS, []),
        ("青岛路的路灯坏了", False, Territory.UNKNOWN, []),
        ("今天水压又不足", False, Territory.UNKNOWN, []),
        ("去亭湖宾馆吃饭", False, Territory.UNKNOWN, []),
        ("", False, Territory.UNKNOWN, []),
        ("", True, Territory.OURS, []),
    ],
)
def test_whose_ground(gazetteer: Gazetteer, text: str, local: bool, territory: Territory, areas: list[str] | None) -> None:
    found = gazetteer.locate(text, local_source=local)
    assert found.territory is territory
    if areas is not None:
        assert [a.name for a in found.areas] == areas


def test_a_place_says_where_it_stands(gazetteer: Gazetteer) -> None:
    text = "盐城市亭湖区毓龙街道有人占道"
    verdicts = gazetteer.locate(text).verdicts
    assert verdicts
    for verdict in verdicts:
        assert verdict.span is not None
        assert text[verdict.span[0] : verdict.span[1]] == verdict.evidence


# lexicon


def hits_of(lexicon: Lexicon, text: str) -> Mapping[str, list[int]]:
    """Where the lexicon's words stand in a text."""
    book = Wordbook(lexicon.words())
    return book.by_text(book.find(Batch.of([text])))[0]


def a_rule(**more: object) -> LexiconRule:
    base = LexiconRule(id="r", task="form", value="R6", any_of=("经核查",), with_any=("没有接到", "并非"), unless=("电影",), near=12)
    return replace(base, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("经核查，全区没有接到报警", True),
        ("经核查，" + "一" * 30 + "并非如此", False),
        ("没有接到，经核查", True),
        ("经核查属实", False),
        ("没有接到报警", False),
        ("电影里经核查并非如此", False),
        ("", False),
    ],
)
def test_a_rule_fires_on_its_conditions(text: str, fires: bool) -> None:
    rule = a_rule()
    found = fire(rule, hits_of(Lexicon([rule]), text), text)
    assert (found is not None) is fires
    if found:
        assert found.span is not None
        assert text[slice(*found.span)] == found.evidence == "经核查"


def test_full_width_and_capitals_are_folded() -> None:
    rule = a_rule(any_of=("PM2.5",), with_any=(), unless=())
    lexicon, text = Lexicon([rule]), "ｐｍ２.５爆表"
    assert lexicon.verdicts(hits_of(lexicon, text), text)[0].evidence == "ｐｍ２.５"
    assert Lexicon([]).verdicts({}, "什么都没有") == []


def test_keywords_tell_an_event_from_others() -> None:
    found = keywords(["先锋街道农贸市场改造，摊位减少一半，商户要求公示方案", "农贸市场摊位问题"])
    assert "摊位" in found
    assert len(found) <= 6
    assert all(len(word) > 1 for word in found)
    assert keywords([]) == ()
