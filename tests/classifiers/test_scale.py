"""Rules of scale and of grave harm: when they speak, what they show, and when they must be silent."""

import pytest

from classifiers import scale
from classifiers.assess import Assessor, Text
from classifiers.casualties import disaster, grave_injury, killing, level_verdicts, minors, pollution
from classifiers.scale import affected, hazard, repeated, scale_verdicts, unanswered, whole_group
from records.assessment import OpinionLevel
from records.standard import Thresholds

LIMITS = Thresholds()


@pytest.mark.parametrize(
    ("rule", "text", "speaks"),
    [
        (affected, "我们这栋二十四户人家都漏水", True),
        (affected, "一百多户业主没拿到房产证", True),
        (affected, "9户居民没水", False),
        (affected, "10户居民没水", True),
        (affected, "两千余名学生换了食堂", True),
        (affected, "如果有一百户人家同意", False),
        (whole_group, "全村人喝的都是黄水", True),
        (whole_group, "业主们气得没办法", True),
        (whole_group, "我家楼上漏水", False),
        (repeated, "打了三次电话没人来", True),
        (repeated, "多次向社区反映", True),
        (repeated, "我打电话问过", False),
        (unanswered, "报上去就石沉大海", True),
        (unanswered, "两个部门互相推诿", True),
        (unanswered, "很快就修好了", False),
        (hazard, "电线杆歪了，随时可能倒", True),
        (hazard, "飞线充电差点起火", True),
        (hazard, "演练中模拟起火", False),
        (hazard, "十年前那次着火", False),
        (hazard, "路灯不亮", False),
    ],
)
def test_a_rule_of_scale_speaks_or_abstains(rule: scale.Rule, text: str, speaks: bool) -> None:
    found = rule(text, LIMITS)
    assert (found is not None) is speaks
    if found is not None:
        assert found.value == "Ⅲ"
        assert found.span is not None
        assert text[slice(*found.span)] == found.evidence
        assert found.clause.startswith("scale.")


def test_the_threshold_is_the_standard_s() -> None:
    text = "五户人家停水"
    assert affected(text, LIMITS) is None
    assert affected(text, Thresholds(affected_iii=5)) is not None


@pytest.mark.parametrize(
    ("rule", "text", "level"),
    [
        (grave_injury, "工人从架子上掉下来，重伤送进重症监护", "Ⅱ"),
        (grave_injury, "手指划破了", None),
        (grave_injury, "电影里主角重伤", None),
        (killing, "男子将邻居砍死", "Ⅱ"),
        (killing, "这款消毒液可杀死细菌", None),
        (killing, "小说里的命案", None),
        (pollution, "化工厂污水直排，下游就是自来水取水口", "Ⅱ"),
        (pollution, "水源保护区里建了养猪场，污水横流", "Ⅱ"),
        (pollution, "水库大片鱼死了", "Ⅱ"),
        (pollution, "楼下烧烤油烟污染", None),
        (disaster, "今天下午震感强烈，居民跑到街上", "Ⅰ"),
        (disaster, "6.5级地震", "Ⅰ"),
        (disaster, "地震应急演练，模拟6.5级地震", None),
        (disaster, "三级地震台网", None),
        (minors, "3岁男童独自在街头，浑身是伤", "Ⅱ"),
        (minors, "孩子摔了一跤", None),
    ],
)
def test_a_rule_of_grave_harm_speaks_or_abstains(rule: scale.Rule, text: str, level: str | None) -> None:
    found = rule(text, LIMITS)
    assert (found.value if found else None) == level


@pytest.mark.parametrize("text", ["", "。" * 500, "停水" * 5_000])
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(scale_verdicts(text, LIMITS), list)
    assert isinstance(level_verdicts(text, LIMITS), list)


def level(assessor: Assessor, text: str) -> OpinionLevel:
    return assessor.assess([Text(id="1", title="", text=text, local_source=True)])[0].level


def test_a_question_about_a_whole_estate_stays_iv(assessor: Assessor) -> None:
    assert level(assessor, "请问整个小区加装充电桩需要什么材料，怎么办理？") is OpinionLevel.IV


def test_harm_to_a_group_is_iii(assessor: Assessor) -> None:
    assert level(assessor, "整个小区停水五天，多次投诉无果，老人拎水摔伤") is OpinionLevel.III


def test_what_a_text_refutes_did_not_happen(assessor: Assessor) -> None:
    refuted = "网传“学校门口砍死三名学生”系谣言，经核查，当日没有发生任何伤亡案件，造谣者已被训诫"
    told = "学校门口有人持刀，砍死三名学生，家长围在门口"
    assert level(assessor, told).rank <= 2
    assert level(assessor, refuted) is OpinionLevel.III, "a rumour about a public matter"


def test_every_rule_is_named_once() -> None:
    assert len({rule.__name__ for rule in scale.RULES}) == len(scale.RULES)
    assert all(rule.__doc__ for rule in scale.RULES)
