"""What a sentence states: values by measure, conditions by force, and when two of them differ."""

import pytest

from classifiers.stated import Force, conditions, opposed, spelled, stated


@pytest.mark.parametrize(
    ("text", "measure", "low", "high"),
    [
        ("每人每月50元", "金额", 50, 50),
        ("每台15万", "金额", 150_000, 150_000),
        ("每台１５万元", "金额", 150_000, 150_000),
        ("每台十五万元", "金额", 150_000, 150_000),
        ("1.5万元", "金额", 15_000, 15_000),
        ("一百多块", "金额", 100, 200),
        ("先交2000元审核费", "收费", 2_000, 2_000),
        ("80至89周岁", "岁", 80, 89),
        ("满六十岁", "岁", 60, 60),
        ("12.5平方米", "面积", 12.5, 12.5),
        ("四层以上", "层", 4, 4),
        ("30个工作日内", "工期", 30, 30),
        ("6个月", "月数", 6, 6),
        ("5年以上", "年数", 5, 5),
        ("50%", "比例", 0.5, 0.5),
        ("八折", "比例", 0.8, 0.8),
        ("四分之三业主", "比例", 0.75, 0.75),
        ("人数三分之二", "比例", 2 / 3, 2 / 3),
        ("全体业主同意", "比例", 1, 1),
        ("按季度发放", "周期", 3, 3),
        ("每半年要认证一次", "周期", 6, 6),
        ("一次性拨付", "分次", 1, 1),
        ("分三年后给清", "分次", 3, 3),
    ],
)
def test_values(text: str, measure: str, low: float, high: float) -> None:
    (one,) = [s for s in stated(text) if s.measure == measure]
    assert (one.low, one.high) == (pytest.approx(low), pytest.approx(high))
    assert len(one.words) == one.span[1] - one.span[0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2019年12月31日", (2019, 12, 31)),
        ("2019年底", (2019, 12, 31)),
        ("08年建的", (2008, None, None)),
        ("98年建的", (1998, None, None)),
        ("12月31日前", (None, 12, 31)),
        ("每季20日前", (None, None, 20)),
    ],
)
def test_days(text: str, parts: tuple[int | None, ...]) -> None:
    assert [s.parts for s in stated(text) if s.measure == "日期"] == [parts]


@pytest.mark.parametrize(
    "text",
    ["", "政策很好", "一起去", "15万人受益", "文号12345", "三万户", "示政规〔2018〕13号文", "示政规[2018]3号", "住3号楼", "坐5号线"],
)
def test_what_states_no_value(text: str) -> None:
    assert stated(text) == []


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ("2019年", "2019年12月31日", True), ("2018年", "2019年12月31日", False), ("12月31日", "2019年12月31日", True),
        ("85周岁", "80至89周岁", True), ("90周岁", "80至89周岁", False), ("150元", "一百多元", True),
    ],
)  # fmt: skip
def test_meeting(one: str, other: str, meets: bool) -> None:
    assert stated(one)[0].meets(stated(other)[0]) is meets
    assert stated(other)[0].meets(stated(one)[0]) is meets


@pytest.mark.parametrize(
    ("text", "force"),
    [
        ("可以网上申请", Force.MAY), ("不受户籍限制", Force.MAY), ("应当提交", Force.MUST), ("必须本人到场", Force.MUST), ("不得转让", Force.NOT),
        ("外地的不行", Force.NOT), ("不收取任何费用", Force.FREE), ("无需证明", Force.FREE),
    ],
)  # fmt: skip
def test_forces(text: str, force: Force) -> None:
    assert [c.force for c in conditions(text)] == [force]


@pytest.mark.parametrize(
    ("post", "clause", "is_opposed"),
    [
        ("不能用公积金", "可以提取住房公积金", True),
        ("可以用公积金", "可以提取住房公积金", False),
        ("别墅也能申请", "别墅不适用本办法", True),
        ("别墅不能申请", "别墅不适用本办法", False),
        ("外地户口也能领", "具有本地户籍的可以申领", True),
        ("外地户口不能领", "具有本地户籍的可以申领", False),
        ("多领的不用退", "应当退回", True),
        ("不能停车", "可以提取住房公积金", False),
        ("还要交审核费", "不收取任何费用", True),
    ],
)
def test_opposition(post: str, clause: str, is_opposed: bool) -> None:
    (one,), (other,) = conditions(post), conditions(clause)
    assert opposed(one, other, frozenset()) is is_opposed


def test_a_part_without_force_allows_what_it_names_only_where_asked() -> None:
    assert conditions("本人或其亲属申请") == []
    assert [c.force for c in conditions("本人或其亲属申请", plain=True)] == [Force.MAY]
    assert spelled("退休工资") == "退休金"


def test_what_names_nothing_in_particular_opposes_nothing() -> None:
    (one,), (other,) = conditions("不能申请"), conditions("可以申请")
    assert opposed(one, other, frozenset())
    assert not opposed(one, other, frozenset({"申请"}))
