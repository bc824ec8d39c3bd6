"""Questions, misreadings and proposals are gathered within their clause and kind; bare mentions are not."""

import pytest

from classifiers.asked import asked, clause_of
from records.policy import Mention, MentionKind, Touched

Q, M, OTHER = MentionKind.QUESTION, MentionKind.MISREADING, MentionKind.OTHER


def mention(post: str, kind: MentionKind, words: str, clause: str = "第五条", contradicted: str = "") -> Mention:
    touched = (Touched(clause=clause, likeness=0.5, span=(0, 1), evidence=words),) if clause else ()
    return Mention(post_id=post, policy_id="lift", why="标题", touched=touched, kind=kind, evidence=words, clause=contradicted, stated=contradicted)


def test_the_largest_group_is_first_in_the_words_of_its_first_post() -> None:
    found = asked([
        mention("a", Q, "公积金能不能用？", "第十二条"), mention("b", Q, "一楼不同意怎么办？"), mention("c", OTHER, "一楼不同意怎么办？"),
        mention("d", Q, "请问一楼不同意该怎么办？"), mention("e", M, "一楼不同意怎么办？"), mention("f", Q, "一楼不同意怎么办？", ""),
    ])  # fmt: skip
    assert [(one.clause, one.kind, one.words, one.post_ids) for one in found] == [
        ("第五条", Q, "一楼不同意怎么办？", ("b", "d")),
        ("第十二条", Q, "公积金能不能用？", ("a",)),
        ("第五条", M, "一楼不同意怎么办？", ("e",)),
        ("", Q, "一楼不同意怎么办？", ("f",)),
    ]


@pytest.mark.parametrize(("clause", "contradicted", "counts_for"), [("第五条", "", "第五条"), ("第五条", "第七条", "第七条"), ("", "", "")])
def test_which_clause_a_post_counts_for(clause: str, contradicted: str, counts_for: str) -> None:
    assert clause_of(mention("a", M, "只补八万", clause, contradicted)) == counts_for


def test_nothing_asked() -> None:
    assert asked([]) == ()
    assert asked([mention("a", OTHER, "公布了")]) == ()
