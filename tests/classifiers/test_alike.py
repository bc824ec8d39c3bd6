"""Near-duplicates are gathered, other questions are not, and odd input does no harm."""

import pytest

from classifiers.alike import gathered

LIFT = [
    "请问加装电梯一楼不同意怎么办？", "建议把补贴提高到每台20万元", "加装电梯，一楼住户不同意怎么办", "补贴应提高到每台20万", "公积金能不能用？",
    "一楼不同意加装电梯该怎么办呢", "希望补贴提高到20万元一台", "什么时候截止？",
]  # fmt: skip


def test_other_words_one_question() -> None:
    assert gathered(LIFT) == [[0, 2, 5], [1, 3, 6], [4], [7]]


@pytest.mark.parametrize(
    ("texts", "groups"),
    [
        ([], []),
        (["停水"], [[0]]),
        (["补贴太少"] * 4, [[0, 1, 2, 3]]),
        (["", "", "停水三天了"], [[0], [1], [2]]),
        (["建议把补贴标准提高", "建议把补贴标准降低", "希望把补贴标准提高"], [[0, 2], [1]]),
        (["同意加装电梯", "不同意加装电梯", "反对加装电梯"], [[0], [1], [2]]),
        (["补贴标准要改", "补贴标准要提高", "补贴标准要降低"], [[0, 1], [2]]),
        (["建议提高补贴标准", "建议降低申请门槛", "建议延长申请期限"], [[0], [1], [2]]),
    ],
)
def test_groups(texts: list[str], groups: list[list[int]]) -> None:
    assert gathered(texts) == groups


def test_each_position_stands_once_in_a_large_round() -> None:
    groups = gathered([f"第{n}条意见：{LIFT[n % 8]}" for n in range(1_500)])
    assert sorted(at for group in groups for at in group) == list(range(1_500))
    assert len(groups[0]) > 300
