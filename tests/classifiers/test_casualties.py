"""Rules for what must never be missed, and what must not raise a level."""

import pytest

from classifiers.assess import Assessor, Text
from classifiers.casualties import deaths, gathering, illness, injuries, level_verdicts, minors
from classifiers.numerals import number
from records.standard import Thresholds

LIMITS = Thresholds()


def worst(text: str) -> str:
    return min((v.value for v in level_verdicts(text, LIMITS)), key="ⅠⅡⅢⅣ".index, default="")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("事故造成12人死亡", "Ⅰ"),
        ("三死五伤", "Ⅱ"),
        ("死亡3人，另有多人送医", "Ⅱ"),
        ("两名工人不幸遇难", "Ⅱ"),
        ("孩子在沟里溺亡了", "Ⅱ"),
        ("共有六十余人受伤，六十人受伤", "Ⅰ"),
        ("造成5人受伤", "Ⅲ"),
        ("30多名学生食物中毒", "Ⅱ"),
        ("百余名业主到售楼处拉横幅", "Ⅱ"),
        ("上百户居民聚集", "Ⅱ"),
        ("幼儿园老师用针扎孩子", "Ⅱ"),
        ("女童遭邻居猥亵", "Ⅱ"),
    ],
)
def test_harm_raises_the_level(text: str, level: str) -> None:
    assert worst(text) == level


@pytest.mark.parametrize(
    "text",
    [
        "现场无人员伤亡", "火已扑灭，未造成人员死亡", "没有造成人员受伤", "如果死了人谁负责", "应急演练模拟3人死亡", "十年前那场火灾造成5人死亡",
        "电影里有200人遇难", "家里两口人", "三五个人在散步", "",
    ],
)  # fmt: skip
def test_negation_hypothesis_drill_history_and_fiction_do_not(text: str) -> None:
    assert worst(text) == ""


def test_thresholds_are_the_standards_not_the_codes() -> None:
    strict = Thresholds(deaths_i=3, ill_ii=5, gathering_ii=200)
    assert deaths("造成3人死亡", strict).value == "Ⅰ"  # type: ignore[union-attr]
    assert illness("6名学生腹泻", strict) is not None
    assert illness("6名学生腹泻", LIMITS) is None
    assert gathering("百余名业主聚集", strict) is None


def test_spans_point_at_the_evidence() -> None:
    text = "昨夜车祸，造成3人死亡，事故在处理"
    found = deaths(text, LIMITS)
    assert found is not None
    assert found.span is not None
    assert text[found.span[0] : found.span[1]] == found.evidence
    assert "死亡" in found.evidence


def test_rules_abstain_on_ordinary_text() -> None:
    assert [rule("路灯坏了一个月没人修", LIMITS) for rule in (deaths, injuries, illness, gathering, minors)] == [None] * 5


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("十", 10),
        ("二十", 20),
        ("一百零三", 103),
        ("两千余", None),
        ("3万", 30000),
        ("一万二千", 12000),
        ("数百", 200),
        ("近百", 100),
        ("", None),
    ],
)
def test_numbers(words: str, value: int | None) -> None:
    assert number(words) == value


@pytest.mark.parametrize("ward", ["ICU", "icu", "ＩＣＵ"])
def test_intensive_care_is_grave_however_it_is_written(assessor: Assessor, ward: str) -> None:
    (found,) = assessor.assess([Text(id="1", title="", text=f"工人从塔吊摔下送进{ward}抢救", local_source=True)])
    assert found.level.value == "Ⅱ"
