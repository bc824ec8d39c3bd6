"""Whatever is written: spans stay inside the text, groups part it, nothing raises, equal input gives equal answers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.alike import gathered
from classifiers.policy import PolicyWatch
from classifiers.stated import conditions, stated
from records.policy import MentionKind
from tests.makers import a_post
from tests.policies import A_POLICY

WORDS = (
    "加装电梯", "电梯补贴", "每台", "15万元", "八万", "三分之二", "不能", "可以", "应当", "公积金", "建议", "？", "。", "，",
    "2019年底", "分三年", "\n",
)  # fmt: skip
PIECES = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=30).map("".join)
WATCH = PolicyWatch(A_POLICY)


@given(PIECES)
@settings(max_examples=200, deadline=None)
def test_what_is_stated_stands_in_the_text(text: str) -> None:
    for one in stated(text):
        assert 0 <= one.span[0] < one.span[1] <= len(text)
        assert one.low <= one.high
        assert one.meets(one)
    for part in conditions(text, plain=True):
        assert text[slice(*part.span)] == part.words


@given(PIECES, PIECES)
@settings(max_examples=200, deadline=None)
def test_a_mention_points_into_its_post_and_a_misreading_to_a_clause(title: str, text: str) -> None:
    one = WATCH.mention(a_post(title=title, text=text))
    assert one == WATCH.mention(a_post(title=title, text=text))
    if one is None:
        return
    numbers = {clause.number for clause in A_POLICY.clauses}
    assert {t.clause for t in one.touched} <= numbers
    assert all(0 < t.likeness <= 1 for t in one.touched)
    assert (one.kind is MentionKind.MISREADING) == (one.clause in numbers) == bool(one.stated)
    assert (one.span is None) == (one.kind is MentionKind.OTHER)


@given(st.lists(PIECES, max_size=12))
@settings(max_examples=100, deadline=None)
def test_groups_part_the_sentences(texts: list[str]) -> None:
    groups = gathered(texts)
    assert sorted(at for group in groups for at in group) == list(range(len(texts)))
    assert [len(g) for g in groups] == sorted((len(g) for g in groups), reverse=True)
    assert all(group == sorted(group) for group in groups)
