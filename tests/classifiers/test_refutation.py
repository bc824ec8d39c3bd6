"""False information needs a contradiction on record: two of three agree (what circulates, what was found by one who knows, the model)."""

import pytest

from classifiers.assess import Assessor, Text
from classifiers.refutation import ALONE, TOGETHER, TRIGGERS, refuted

DEBUNKS = [
    "网传“下月起公积金停止提取”。住建部门核实：从未出台此规定，截图系伪造。",
    "【辟谣】近日群里流传城东水厂投毒的视频，警方查明视频系外省旧闻，发布者已被行政处罚。",
    "有网民发帖称某桥裂缝要塌，交通运输局检测单位现场检测，桥梁完好，照片为2016年外地图片。",
    "转给家人！听说医保卡要清零，（医保局公告说余额结转使用，不存在清零一说）反正先刷掉",
]
CRITICS = [
    "他们说我造谣，网传的照片就是我拍的，公司公告说不属实，我有录像",
    "厂里贴公告“欠薪纯属谣言”，欠条还在我手里",
    "官方通报避重就轻，凭什么说是谣言",
    "公司回应称网传停工不实，工资五个月没发，血汗钱什么时候给",
    "路灯坏了三个月",
]


@pytest.mark.parametrize("text", DEBUNKS)
def test_a_claim_that_an_authority_disproves_is_contradicted(text: str) -> None:
    found = refuted(text, TOGETHER)
    assert found is not None
    assert found.span is not None
    assert text[slice(*found.span)] == found.evidence
    assert (found.what, found.value, found.clause) == ("category", "C7", "refuted")


@pytest.mark.parametrize("text", CRITICS)
def test_a_critic_is_never_contradicted_whatever_the_model_thinks(text: str) -> None:
    assert refuted(text, 0.99) is None


@pytest.mark.parametrize("text", DEBUNKS)
def test_the_model_must_agree(text: str) -> None:
    assert refuted(text, TOGETHER - 0.01) is None


def test_one_sign_needs_a_sure_model() -> None:
    claim = "紧急通知！转给身边有老房子的，市里定了一律不许买卖，速转"
    assert refuted(claim, ALONE - 0.01) is None
    assert refuted(claim, ALONE) is not None


@pytest.mark.parametrize("text", DEBUNKS)
def test_every_debunk_holds_a_word_that_starts_the_search(text: str) -> None:
    assert any(word in text for word in TRIGGERS)


def test_far_apart_is_not_together() -> None:
    text = "网传停水。" + "今天天气不错。" * 20 + "另，县里一张旧照片系外地。"
    assert refuted(text.replace("县里", ""), ALONE - 0.01) is None


def test_a_debunk_is_answered_by_r6_and_raises_no_alarm_about_the_dead(assessor: Assessor) -> None:
    text = "网传昨晚商场大火烧死十几人。消防回应：系谣言，火情八分钟处置完，无人员伤亡，发布者已被公安机关依法处罚。"
    (found,) = assessor.assess([Text(id="1", title="", text=text, local_source=True)], explain=True)
    assert found.contradicted
    assert found.form == "R6"
    assert "C7" in found.labels
    assert found.level.value == "Ⅲ"
    assert any(v.clause == "refuted" for v in found.verdicts)
