"""谁主管谁负责: the catalogue of matters speaks at once, place and actor change hands, an unlearnt unit can lead, the accused never does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from classifiers.assess import Assessor, Text
from classifiers.matters import Catalogue
from classifiers.mixing import UNCALIBRATED
from classifiers.model import LinearModel
from huiying.settings import Settings
from records.assessment import Assessment, Verdict
from records.matter import Matter, Matters, Split
from records.unit import Unit, UnitKind, UnitName, Units

Judge = Callable[..., Assessment]


def unit(unit_id: str, name: str, **more: object) -> Unit:
    base = Unit(id=unit_id, group="other", kind=UnitKind.GOVERNMENT, names=(UnitName(name=name, since=date(2024, 1, 1)),))
    return replace(base, **more)  # type: ignore[arg-type]


def matter(matter_id: str, lead: str, *strong: str, **more: object) -> Matter:
    return replace(Matter(id=matter_id, path=("试", matter_id), lead=lead, strong=strong), **more)  # type: ignore[arg-type]


def office(
    settings: Settings, model: LinearModel, *matters: Matter, units: tuple[Unit, ...] = (), without: tuple[str, ...] = ()
) -> Judge:
    """A judge with the shipped catalogue and these matters and units beside it, less the matters named."""
    kept = tuple(m for m in settings.matters.matters if m.id not in without)
    catalogue = Catalogue(Matters(matters=(*kept, *matters)), replace(settings.units, units=(*settings.units.units, *units)))
    assessor = Assessor(model, settings.standard, catalogue, settings.areas)

    def judge(text: str, title: str = "", month: int = 0) -> Assessment:
        return assessor.assess([Text(id="x", title=title, text=text, local_source=True, month=month)], explain=True)[0]

    return judge


def spoken(found: Assessment) -> list[Verdict]:
    return [v for v in found.verdicts if v.what == "lead" and v.clause]


@pytest.mark.parametrize(
    ("text", "lead", "joint"),
    [
        ("物业费涨了三成没有公示，业委会也不知道，要求公开收费依据", "shudi", None),
        ("健身房办了年卡，上个月关门，预付卡里的钱退不了", "scj", None),
        ("宅基地翻建的申请交上去一年了没有批复", "gtj", None),
        ("厂里改制那年买断工龄的钱到现在没有给清，改制企业下岗职工找谁", "jxj", None),
        ("先锋街道一个小区化粪池满了往外溢，物业不管", "jd_xianfeng", None),
    ],
)
def test_where_plain_words_failed_the_matter_knows(
    settings: Settings, model: LinearModel, text: str, lead: str, joint: tuple[str, ...] | None
) -> None:
    found = office(settings, model)(text)
    assert found.leads[0][0] == lead
    assert spoken(found), "a reason names the matter"


def test_the_reason_names_matter_word_and_place_in_the_text(settings: Settings, model: LinearModel) -> None:
    found = office(settings, model)("小区门口新装的无证预售广告，没有预售许可证就收认筹金")
    first = spoken(found)[0]
    assert first.reason.startswith("事项“商品房开发·无证预售与违规销售”（文中“")
    assert first.clause == "事项目录·zjj.presale"
    assert first.span is not None
    assert "\n小区门口新装的无证预售广告，没有预售许可证就收认筹金"[slice(*first.span)] == first.evidence


def test_an_edited_matter_speaks_without_training(settings: Settings, model: LinearModel) -> None:
    moved = matter("charge", "fgw", "充电桩收费", words=("充电桩", "服务费", "电价"))
    text = "充电桩收费一度电两块一，服务费比电价还高，是谁定的充电桩收费"
    others = tuple(m.id for m in settings.matters.matters if "充电桩" in "".join((*m.strong, *m.words)))
    before, after = office(settings, model, without=others)(text), office(settings, model, moved, without=others)(text)
    rank = dict(after.leads)["fgw"] - dict(before.leads).get("fgw", 0.0)
    assert rank > 0.1, "the office's edit moves the probability"
    assert after.leads[0][0] == "fgw"


def test_a_unit_described_only_in_toml_can_lead(settings: Settings, model: LinearModel) -> None:
    new = unit("dkb", "区低空办", duties=("无人机飞行登记", "起降场管理"))
    judge = office(settings, model, units=(new,))
    assert judge("请管一管，天天在楼顶飞，吵得睡不着", title="无人机天天在楼顶飞").leads[0][0] == "dkb"
    assert "dkb" not in dict(judge("停水三天了").leads), "where no word of its duties stands it is not named"
    named = matter("fly", "dkb", "黑飞")
    assert office(settings, model, named, units=(new,))("公园里有人黑飞，差点砸到孩子").leads[0][0] == "dkb"


def test_place_and_actor_change_hands(settings: Settings, model: LinearModel) -> None:
    split = (Split(words=("村里", "农村"), lead="@town", joint=("gtj",)), Split(words=("工地",), lead="zjj"))
    judge = office(settings, model, matter("shed", "cgj", "搭彩钢棚", words=("彩钢棚",), joint=("zjj",), split=split))
    town, street = judge("村里有人搭彩钢棚占了路"), judge("楼顶有人搭彩钢棚，彩钢棚挡光")
    assert "shudi" in dict(town.leads)
    assert any("且有“村里”" in v.reason for v in spoken(town))
    assert street.leads[0][0] == "cgj"
    assert "zjj" in street.joint
    assert any("搭彩钢棚" in v.reason and "且有" not in v.reason for v in spoken(street))


def test_a_matter_gains_in_its_season(settings: Settings, model: LinearModel) -> None:
    judge = office(settings, replace(model, calibration=UNCALIBRATED))  # without its steps every gain shows
    text = "村里沟渠堵了，一下雨田里就淹"
    summer, winter, unknown = (dict(judge(text, month=month).leads)["slj"] for month in (7, 1, 0))
    assert summer > max(winter, unknown) + 0.02


def test_the_accused_unit_neither_leads_nor_joins(settings: Settings, model: LinearModel) -> None:
    found = office(settings, model)("举报城管局干部收受贿赂，对占道经营的摊点睁一只眼闭一只眼，以权谋私")
    assert found.leads[0][0] == "jwjw"
    assert "cgj" in found.accused
    assert "cgj" not in {u for u, _ in found.leads} | set(found.joint)


def test_probabilities_are_ordered_and_sum_to_at_most_one(settings: Settings, model: LinearModel) -> None:
    judge = office(settings, model)
    for text in ("停水", "物业费", "", "今天天气不错", "拖欠工资半年，劳动仲裁也拖着不办", "路灯" * 400):
        leads = judge(text).leads
        assert [p for _, p in leads] == sorted((p for _, p in leads), reverse=True)
        assert sum(p for _, p in leads) <= 1.001
        assert len({u for u, _ in leads}) == len(leads)


def test_an_office_without_catalogue_still_judges(settings: Settings, model: LinearModel) -> None:
    bare = Assessor(model, settings.standard, Catalogue(Matters(matters=()), settings.units), settings.areas)
    (found,) = bare.assess([Text(id="1", title="", text="工地拖欠农民工工资")])
    assert found.leads[0][0] == "rsj"


def test_no_units_no_matters_is_an_empty_catalogue() -> None:
    empty = Catalogue(Matters(matters=()), Units(units=()))
    assert empty.matters == ()
    assert empty.group("nobody") == "other"


def test_what_law_gives_to_one_unit_goes_there(settings: Settings, model: LinearModel) -> None:
    judge = office(settings, model)
    found = judge("某中学二十余名学生食物中毒送医，学校食堂已停业")
    assert found.leads[0][0] == "scj"
    assert found.leads[0][1] >= 0.8
    assert any(v.what == "lead" and v.clause.startswith("食品安全法") for v in found.verdicts)
    assert not any(v.clause.startswith("食品安全法") for v in judge("学校组织食物中毒应急演练").verdicts), "a drill is no poisoning"


def test_a_unit_by_another_name_leads_as_before(settings: Settings, model: LinearModel) -> None:
    """Another office calls its units by other ids: what the model knows of a group's duties holds for them."""
    units = replace(settings.units, units=tuple(replace(u, id=f"n_{u.id}") if u.id in ("zjj", "scj") else u for u in settings.units.units))

    def renamed(unit_id: str) -> str:
        return f"n_{unit_id}" if unit_id in ("zjj", "scj") else unit_id

    matters = tuple(replace(m, lead=renamed(m.lead), joint=tuple(map(renamed, m.joint)), split=()) for m in settings.matters.matters)
    plain = tuple(replace(m, split=()) for m in settings.matters.matters)
    texts = [Text(id=m.id, title="", text=m.examples[0]) for m in plain]
    theirs = Assessor(model, settings.standard, Catalogue(Matters(matters=matters), units), settings.areas).assess(texts)
    ours = Assessor(model, settings.standard, Catalogue(Matters(matters=plain), settings.units), settings.areas).assess(texts)
    for here, there in zip(ours, theirs, strict=True):
        assert [(renamed(u), p) for u, p in here.leads if u != "scj"] == [(u, p) for u, p in there.leads if u != "n_scj"], here.post_id


def test_without_any_matter_or_duty_the_model_alone_speaks(settings: Settings, model: LinearModel) -> None:
    bare = replace(settings.units, units=tuple(replace(u, duties=()) for u in settings.units.units))
    (found,) = Assessor(model, settings.standard, Catalogue(Matters(matters=()), bare), settings.areas).assess([Text(id="1", title="", text="停水")])
    assert found.leads


def test_reasons_name_no_word_of_a_place(settings: Settings, model: LinearModel) -> None:
    text = "盐城市亭湖区先锋街道停水三天没人管"
    judge = office(settings, model)
    place = range(1, 1 + len("盐城市亭湖区先锋街道"))
    for verdict in judge(text).verdicts:
        if verdict.speaker.value == "model" and verdict.span:
            assert verdict.span[0] not in place
