"""The words of the index: the same on both engines, private numbers out, and nearly the same from either segmenter."""

import jieba
import pytest
import rjieba

from ledger.search import MOST_CHARS, MOST_TOKEN, asked, tokens

TEXTS = (
    "先锋街道停水三天，多次投诉无人处理", "农民工工资拖欠七个月，工头说钱在上面没下来", "南洋镇橡胶厂夜间偷排，气味熏人", "路面积水严重，电动车熄火",
    "请问毓龙街道明年的施教区会不会重划", "小区电梯困人，维修资金迟迟批不下来", "建议把15路公交末班延到九点半", "学校食堂的午餐肉是馊的",
)  # fmt: skip


@pytest.mark.parametrize("number", ["13912345678", "139-1234-5678", "320902199001011234", "苏J12345", "0515-88123456", "a.b@tinghu.example"])
def test_a_private_number_leaves_no_word(number: str) -> None:
    assert tokens(f"停水{number}积水") == tokens("停水＊积水")
    assert asked(number, "sqlite") == ""
    assert asked(number, "postgresql") == ""


@pytest.mark.parametrize(("text", "word"), [("ＡＢＣ大厦", "abc"), ("PM2.5超标", "pm2"), ("12345热线", "12345"), ("路面积水", "积水"), ("3栋", "3")])
def test_words_of_every_kind_are_found(text: str, word: str) -> None:
    assert word in tokens(text).split()
    assert asked(word, "sqlite") == f'"{word}"'


@pytest.mark.parametrize("hostile", ['" OR words:*', "' | '", "NEAR(a b)", "a' & !'b", "\\", "*", "停水*", ":*"])
def test_a_query_holds_no_syntax_of_the_user(hostile: str) -> None:
    for engine, quote in (("sqlite", '"'), ("postgresql", "'")):
        said = asked(hostile, engine)
        inside = said.replace(f"{quote} & {quote}", "").replace(f"{quote} {quote}", "").strip(quote)
        assert all(c.isalnum() for c in inside), said


def test_length_is_bounded() -> None:
    assert len(tokens("停" * 2 * MOST_CHARS).split()) < 3 * MOST_CHARS
    assert tokens("x" * 500).split() == ["x" * MOST_TOKEN]


def test_both_segmenters_see_nearly_the_same_words() -> None:
    same = total = 0
    for text in TEXTS:
        one, other = set(rjieba.cut_for_search(text)), set(jieba.cut_for_search(text))
        same, total = same + len(one & other), total + len(one | other)
    assert same / total > 0.9
