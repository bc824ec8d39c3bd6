"""Whose ground, and which unit's duty: names that other cities have too, delegated ground, words that stand for something else."""

from dataclasses import replace

import pytest

from classifiers.assess import Assessor, Text
from classifiers.duties import DutyBook, duty_verdicts, joint_units, rank
from classifiers.keywords import keywords
from classifiers.lexicon import Lexicon, fire
from classifiers.model import LinearModel
from classifiers.territory import Gazetteer
from huiying.settings import Settings
from records.assessment import Territory
from records.standard import LexiconRule
from records.unit import Route, Unit, UnitKind, UnitName


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


# duties

ROADS = Route(id="roads", matter="道路", words=("路灯", "坑洼"), without=("村道",), lead="zjj", joint=("@town",), basis="职责")
NOISE = Route(id="noise", matter="噪音", words=("打桩", "工地"), with_words=("扰民", "半夜"), lead="cgj")
NEW = Route(id="new", matter="低空飞行", words=("无人机",), lead="dkb")


@pytest.fixture(scope="module")
def book(settings: Settings) -> DutyBook:
    novel = Unit(id="dkb", group="other", kind=UnitKind.GOVERNMENT, names=(UnitName(name="区低空办", since=settings.units.units[0].names[0].since),))
    return DutyBook(replace(settings.units, units=(*settings.units.units, novel), routes=(ROADS, NOISE, NEW)))


@pytest.mark.parametrize(
    ("text", "fired"),
    [
        ("路灯坏了", ["roads"]),
        ("村道路灯坏了", []),
        ("工地", []),
        ("工地半夜施工", ["noise"]),
        ("坑洼，路灯，半夜打桩", ["roads", "noise"]),
        ("无人机扰民", ["new"]),
    ],
)
def test_a_route_fires_on_its_conditions(book: DutyBook, text: str, fired: list[str]) -> None:
    assert [d.route.id for d in book.fired(book.hits(text))] == fired


def test_the_first_word_in_the_text_is_the_evidence(book: DutyBook) -> None:
    (duty,) = book.fired(book.hits("坑洼得厉害，路灯也坏了"))
    assert (duty.word, duty.start) == ("坑洼", 0)
    (verdict,) = duty_verdicts([duty], book)
    assert verdict.reason == "事项“道路”（文中“坑洼”）"
    assert verdict.span == (0, 2)
    assert verdict.clause == "职责·roads"


def test_a_unit_described_only_in_toml_can_lead(book: DutyBook, model: LinearModel, settings: Settings) -> None:
    assessor = Assessor(model, settings.standard, book.units, settings.areas)
    (found,) = assessor.assess([Text(id="1", title="无人机天天在楼顶飞", text="请管一管无人机，吵得睡不着")])
    assert found.leads[0][0] == "dkb"


def test_the_town_of_the_place_is_joint(book: DutyBook, settings: Settings) -> None:
    duties = book.fired(book.hits("路灯坏了"))
    (area,) = Gazetteer(settings.areas).locate("盐城先锋街道路灯坏了").areas
    assert joint_units(duties, "zjj", book, [area]) == ("jd_xianfeng",)
    assert joint_units(duties, "cgj", book, [area]) == ()
    assert joint_units(duties, "zjj", book, []) == (settings.units.pending_town,)


def test_probabilities_sum_to_one_and_are_sorted(book: DutyBook, model: LinearModel) -> None:
    groups = model.labels("lead")
    scores = model.scores(["路灯坏了三个月没人修"])[0][model.columns("lead")]
    ranked = rank(book, groups, scores, book.fired(book.hits("路灯坏了")), [], 0)
    assert ranked[0][0] == "zjj"
    assert [p for _, p in ranked] == sorted((p for _, p in ranked), reverse=True)
    assert 0.5 < sum(p for _, p in ranked) <= 1.0001


# lexicon


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
    found = fire(rule, Lexicon([rule]).hits(text), text)
    assert (found is not None) is fires
    if found:
        assert found.span is not None
        assert text[slice(*found.span)] == found.evidence == "经核查"


def test_full_width_and_capitals_are_folded() -> None:
    rule = a_rule(any_of=("PM2.5",), with_any=(), unless=())
    assert Lexicon([rule]).verdicts("ｐｍ２.５爆表")[0].evidence == "ｐｍ２.５"
    assert Lexicon([]).verdicts("什么都没有") == []


def test_keywords_tell_an_event_from_others() -> None:
    found = keywords(["先锋街道农贸市场改造，摊位减少一半，商户要求公示方案", "农贸市场摊位问题"])
    assert "摊位" in found
    assert len(found) <= 6
    assert all(len(word) > 1 for word in found)
    assert keywords([]) == ()
