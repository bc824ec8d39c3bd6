"""Judgment end to end: labels an official would choose, the promises of the design, and reasons for each."""

import pytest

from classifiers.assess import Assessor, Text
from classifiers.duties import UnitNames
from classifiers.features import Batch, fold, joined
from classifiers.territory import Gazetteer
from classifiers.wording import Wordbook
from huiying.settings import Settings
from records.assessment import Assessment, Territory


def one(assessor: Assessor, text: str, title: str = "", *, local: bool = True) -> Assessment:
    return assessor.assess([Text(id="x", title=title, text=text, local_source=local)], explain=True)[0]


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("工地拖欠我们二十几个农民工工资半年了，血汗钱什么时候给", "rsj"),
        ("学区划分不合理，孩子入学要走三公里，请教育局给个说法", "jyj"),
        ("小区突然停水两天，水压也不行，自来水公司电话打不通", "gs"),
        ("异地就医回来报销一直不给办，医保窗口让等", "ybj"),
        ("路口红绿灯坏了好几天，天天堵车", "jjdd"),
        ("楼下烧烤摊占道经营，油烟熏得不敢开窗", "cgj"),
        ("先锋街道某小区物业公司收了物业费不打扫卫生，业委会也不管", "jd_xianfeng"),
        ("某小区物业公司收了物业费不打扫卫生", "shudi"),
    ],
)
def test_the_unit_in_charge_leads(assessor: Assessor, text: str, lead: str) -> None:
    assert one(assessor, text).leads[0][0] == lead


def test_whistleblowing_goes_to_discipline_and_never_to_the_accused(assessor: Assessor) -> None:
    found = one(assessor, "实名举报住建局干部收受贿赂，在老旧小区改造招标中以权谋私")
    assert found.whistleblowing
    assert found.leads[0][0] == "jwjw"
    assert "zjj" in found.accused
    assert "zjj" not in {u for u, _ in found.leads} | set(found.joint)


@pytest.mark.parametrize(
    "text", ["这些当官的不作为，气死人了！！", "呵呵，办事效率真高，跑了八趟还没办下来", "政策说一套做一套，骗人"]
)
def test_anger_and_satire_are_never_false_information(assessor: Assessor, text: str) -> None:
    found = one(assessor, text)
    assert "C7" not in found.labels
    assert found.form != "R6"
    assert not found.contradicted


def test_a_debunk_carries_its_contradiction(assessor: Assessor) -> None:
    found = one(assessor, "网传自来水有毒不能喝，区水务部门检测后辟谣：各项指标合格，该消息系谣言")
    assert found.contradicted
    assert "C7" in found.labels
    assert found.form == "R6"


def test_probabilities_are_probabilities(assessor: Assessor) -> None:
    found = one(assessor, "请问公积金怎么提取，需要什么材料？")
    assert 0 <= found.relevant <= 1
    assert sum(found.forms.values()) == pytest.approx(1, abs=0.01)
    assert sum(p for _, p in found.leads) <= 1.001
    assert all(0 <= p <= 1 for p in found.categories.values())
    assert found.form == "R4"


def test_every_label_has_a_reason_and_rule_spans_are_true(assessor: Assessor) -> None:
    title, text = "停水三天没人管", "先锋街道停水三天，投诉多次，工作人员互相推诿"
    found = one(assessor, text, title)
    words = joined(title, text)
    assert {"lead", "level", "category"} <= {v.what for v in found.verdicts}
    for verdict in found.verdicts:
        if verdict.span and verdict.evidence:
            assert fold(words[verdict.span[0] : verdict.span[1]]) == fold(verdict.evidence)


def test_empty_text_is_answered(assessor: Assessor) -> None:
    found = one(assessor, "")
    assert found.labels
    assert found.leads


def test_batch_equals_single(assessor: Assessor) -> None:
    texts = [Text(id=str(i), title="", text=t) for i, t in enumerate(["停电了", "物业乱收费", "今晚决赛开哨"])]
    assert assessor.assess(texts) == [assessor.assess([t])[0] for t in texts]


@pytest.mark.parametrize(
    ("text", "local", "territory", "areas"),
    [
        ("盐城先锋街道的路灯坏了", False, Territory.OURS, ["先锋街道"]),
        ("先锋街道的路灯坏了", False, Territory.UNKNOWN, []),
        ("先锋街道的路灯坏了", True, Territory.OURS, ["先锋街道"]),
        ("运城盐湖区先锋街道的路灯坏了", False, Territory.ELSEWHERE, []),
        ("步凤镇的桥塌了", False, Territory.DELEGATED, ["步凤镇"]),
        ("盐都区一小区停水", False, Territory.NEIGHBOUR, ["盐都区"]),
        ("东亭湖街道征地", False, Territory.OURS, ["亭湖新区"]),
        ("亭湖宾馆周年庆大酬宾", False, Territory.UNKNOWN, []),
    ],
)
def test_territory(settings: Settings, text: str, local: bool, territory: Territory, areas: list[str]) -> None:
    found = Gazetteer(settings.areas).locate(text, local_source=local)
    assert (found.territory, [a.name for a in found.areas]) == (territory, areas)


def test_a_text_from_elsewhere_is_not_ours(assessor: Assessor) -> None:
    assert one(assessor, "运城盐湖区一小区停水三天居民投诉", local=False).relevant <= 0.1


def test_alias_and_former_names_find_the_unit(settings: Settings) -> None:
    names = UnitNames(settings.units)
    book = Wordbook(names.words())
    (hits,) = book.by_text(book.find(Batch.of(["环保局和食药监局都说不归他管，卫计委也推"])))
    assert names.mentioned(hits) == {"hbj": 0, "scj": 4, "wjw": 15}
