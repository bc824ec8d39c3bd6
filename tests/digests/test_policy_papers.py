"""解读建议 and 意见采纳情况表: what they say, what they refuse, and how they look on paper and as text."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from digests.adoption import UnexplainedError, build_adoption, unexplained
from digests.document import Daily
from digests.interpretation import build_interpretation, ranked, since_interpreted
from digests.plain import render_text
from digests.word import render_word
from records.policy import Asked, Consultation, Mention, MentionKind, Suggestion, Taken
from tests.makers import NOW, a_post
from tests.policies import A_POLICY, A_ROUND, B_POLICY

OFFICE, READER = shutil.which("soffice"), shutil.which("pdftotext")
Q, M = MentionKind.QUESTION, MentionKind.MISREADING


def asks(clause: str, kind: MentionKind, times: int, words: str = "怎么办？", stated: str = "") -> Asked:
    ids = tuple(f"{clause}{kind}{words}{n}" for n in range(times))
    return Asked(clause=clause, kind=kind, words=words, stated=stated, post_ids=ids)


def proposal(asked: Sequence[Asked], mentions: Sequence[Mention] = (), **change: object) -> str:
    posts = {i: a_post(i, url=f"https://bbs.example.cn/{n}") for n, i in enumerate(i for one in asked for i in one.post_ids)}
    document = replace(A_POLICY, **change)  # type: ignore[arg-type]
    return render_text(build_interpretation(document, mentions, asked, posts, {}, "演示办公室", NOW))


def test_clauses_are_ranked_by_questions_and_misreadings_equal_ones_as_printed() -> None:
    asked = [asks("第七条", Q, 2), asks("第三条", Q, 1), asks("第三条", M, 2), asks("第八条", M, 2)]
    asked += [asks("第五条", MentionKind.SUGGESTION, 9), asks("", Q, 5)]
    assert [(c.number, q, m) for c, q, m in ranked(A_POLICY, asked, {})] == [("第三条", 1, 2), ("第七条", 2, 0), ("第八条", 0, 2)]
    told = proposal(asked)
    assert told.index("第三条（1条）") < told.index("第七条（2条）") < told.index("未对应到条款（5条）")


def test_posts_past_their_retention_are_counted_without_words() -> None:
    gone = {("第八条", Q): 3, ("第七条", M): 1, ("第九十九条", Q): 2}
    assert [(c.number, q, m) for c, q, m in ranked(A_POLICY, [asks("第七条", Q, 1)], gone)] == [("第八条", 3, 0), ("第七条", 1, 1)]
    told = render_text(build_interpretation(A_POLICY, (), (), {}, gone, "演示办公室", NOW))
    assert "收集相关帖文6条：疑似误读1条、询问5条" in told
    assert "其中6条原帖已过保存期限，只计数，不列原话" in told


def test_words_are_verbatim_masked_cut_and_counted() -> None:
    told = proposal([asks("第五条", Q, 3, "一楼不同意怎么办？打13900000000" + "长" * 300), asks("第七条", M, 1, "只补八万", "“八万”，原文“15万元”")])
    assert "1．“一楼不同意怎么办？打〔电话〕长长" in told
    assert "…”（3条）　帖1　帖2　帖3" in told
    assert "“只补八万”　系统比对：“八万”，原文“15万元”。" in told
    assert "13900000000" not in told


def test_a_long_list_says_what_it_leaves_out() -> None:
    told = proposal([asks("第五条", Q, 2, f"问题{n}？") for n in range(23)])
    assert "20．“问题19？”" in told
    assert "21．" not in told
    assert "另有6条，说法各异，未列。" in told


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ((), "印发38天以来尚未解读"),
        ((date(2018, 5, 3),), "已解读1次，最近一次为2018年5月3日，距今36天"),
        ((date(2018, 6, 1), date(2018, 5, 3)), "已解读2次，最近一次为2018年6月1日，距今7天"),
        ((date(2018, 7, 1),), "印发38天以来尚未解读"),
        ((date(2018, 6, 8),), "距今0天"),
    ],
)
def test_days_since_the_last_interpretation(done: tuple[date, ...], said: str) -> None:
    assert said in since_interpreted(replace(A_POLICY, interpreted_on=done), date(2018, 6, 8))
    assert said in proposal([], interpreted_on=done)


def test_a_guess_is_called_a_guess() -> None:
    told = proposal([asks("第七条", M, 1)])
    assert "疑似误读" in told
    assert "须由人核对" in told
    assert not any(word in told for word in ("谣言", "C7", "虚假信息"))


def test_a_document_without_number_or_clauses_asked() -> None:
    told = render_text(build_interpretation(replace(B_POLICY, number=""), (), (), {}, {}, "演示办公室", NOW))
    assert "无文号" in told
    assert "暂不建议安排专题解读" in told


def round_of(*rows: tuple[str, Taken, str]) -> Consultation:
    return replace(A_ROUND, suggestions=tuple(Suggestion(text=t, taken=k, unit="示例区财政局", reason=r) for t, k, r in rows))


NO, YES, HALF = Taken.DECLINED, Taken.ADOPTED, Taken.PARTLY


@pytest.mark.parametrize(
    ("rows", "groups", "missing"),
    [
        ([NO, NO, NO], [[0, 1, 2]], [0, 1, 2]),
        ([NO, YES, HALF], [[0, 1, 2]], [0, 2]),
        ([NO, NO, NO], [[0, 1], [2]], []),  # two are not concentrated
        ([YES, YES, YES], [[0, 1, 2]], []),
        ([], [], []),
    ],
)
def test_who_owes_a_reason(rows: list[Taken], groups: list[list[int]], missing: list[int]) -> None:
    held = round_of(*(("提高补贴", taken, " ") for taken in rows))
    assert unexplained(held, groups) == missing
    if missing:
        with pytest.raises(UnexplainedError, match="第1") as caught:
            build_adoption(held, groups, "演示办公室", NOW)
        assert caught.value.rows == tuple(missing)
    else:
        build_adoption(held, groups, "演示办公室", NOW)


def test_the_table_masks_and_says_each_reason_once() -> None:
    held = round_of(*(("提高补贴，电话13900000000", NO, "财力有限") for _ in range(3)))
    told = render_text(build_adoption(held, [[0, 1, 2]], "演示办公室", NOW))
    assert "1．“提高补贴，电话〔电话〕”等3条（序号1、2、3）。不采纳：财力有限（示例区财政局）。" in told
    assert "序号：3；意见建议：提高补贴，电话〔电话〕；采纳情况：不采纳；理由或说明：财力有限；承办单位：示例区财政局" in told
    assert "13900000000" not in told


@pytest.mark.parametrize(("closes", "open_still"), [(date(2018, 6, 7), False), (date(2018, 6, 8), True)])
def test_an_open_round_says_so(closes: date, open_still: bool) -> None:
    told = render_text(build_adoption(replace(A_ROUND, closes=closes), [], "演示办公室", NOW))
    assert ("征求意见尚未截止" in told) is open_still


def test_no_suggestions_and_odd_characters() -> None:
    assert "未收到意见建议" in render_text(build_adoption(round_of(), [], "演示办公室", NOW))
    odd = build_adoption(round_of(("<w:p>&\x00\u202e换行\n二", YES, "")), [], "演\ud800示", NOW)
    assert "<w:p>&换行 二" in render_text(odd)
    assert render_word(odd) == render_word(odd)


def large() -> Daily:
    rows = [(f"第{n}条建议：" + "补贴再高一些，" * 20, NO, "财力有限") for n in range(2_000)]
    return build_adoption(round_of(*rows), [list(range(2_000))], "演示办公室", NOW + timedelta(days=1))


def test_a_round_of_two_thousand_is_one_file() -> None:
    assert render_word(large())[:2] == b"PK"


@pytest.mark.skipif(not (OFFICE and READER), reason="libreoffice-writer or poppler-utils is not installed")
def test_both_papers_open_as_pages(tmp_path: Path) -> None:
    asked = [asks("第五条", Q, 3, "一楼不同意怎么办？"), asks("第七条", M, 1, "只补八万", "“八万”，原文“15万元”")]
    paper = build_interpretation(A_POLICY, (), asked, {}, {}, "演示办公室", NOW)
    table = build_adoption(A_ROUND, [[0, 2, 3], [1], [4]], "演示办公室", NOW)
    for name, made, said in (("a", paper, ("政策解读建议", "第五条", "一楼不同意怎么办")), ("b", table, ("意见采纳情况表", "序号", "部分采纳"))):
        (tmp_path / f"{name}.docx").write_bytes(render_word(made))
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = [str(OFFICE), "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / f"{name}.docx")]
        subprocess.run(command, check=True, capture_output=True, timeout=90)
        text = subprocess.run([str(READER), str(tmp_path / f"{name}.pdf"), "-"], check=True, capture_output=True, text=True, timeout=30).stdout
        squeezed = "".join(text.split())
        assert [words for words in said if words not in squeezed] == []
