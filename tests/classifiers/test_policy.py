"""Finding posts about a document, their clauses and kinds: a labelled set with floors, and what must never happen.

policy_posts.jsonl: 131 invented posts on three invented documents (tests/policies.py) and on none. The rows "tune" shaped the rules; "held" were
not looked at until their figures stood, one rule (a bare question mark asks only for the last part) came of them after; "third" are of a document
written when the rules stood: with them in sight the weight MEASURE was chosen, time gone by (三个月了) stopped being a term and a fee an amount
given. So none of the three is wholly unseen. The figures are printed with -s.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from classifiers.corpus import read_corpus, read_file
from classifiers.policy import PolicyWatch, mentions
from records.policy import Clause, Mention, MentionKind, PolicyDocument
from records.post import Post
from tests.makers import NOW, a_post
from tests.policies import A_POLICY, B_POLICY, C_POLICY

DOCUMENTS = (A_POLICY, B_POLICY, C_POLICY)

HERE = Path(__file__).parent
ROWS = [json.loads(line) for line in (HERE / "policy_posts.jsonl").read_text(encoding="utf-8").splitlines()]


@dataclass(kw_only=True)
class Figures:
    """Counts over one part of the set."""

    right: int = 0
    found: int = 0
    there: int = 0
    clause: tuple[int, int] = (0, 0)
    kind: tuple[int, int] = (0, 0)
    misread: tuple[int, int, int] = (0, 0, 0)  # right, said, there
    contradicted: tuple[int, int] = (0, 0)  # of the right ones: the clause named, all


def of_post(row: dict[str, str]) -> Post:
    return a_post(row["id"], title=row["title"], text=row["text"])


def measured(part: str) -> Figures:
    rows = [row for row in ROWS if row["set"] == part]
    got = {(m.post_id, m.policy_id): m for m in mentions([of_post(r) for r in rows], DOCUMENTS)}
    wanted = {(r["id"], r["policy"]): r for r in rows if r["policy"]}
    both = [(got[key], row) for key, row in wanted.items() if key in got]
    clauses = [bool(m.touched) and m.touched[0].clause in row["clauses"] for m, row in both if row["clauses"]]
    said = [(m.kind is MentionKind.MISREADING, row["kind"] == MentionKind.MISREADING.value) for m, row in both]
    named = [m.clause in row["clauses"] for m, row in both if m.kind is MentionKind.MISREADING and row["kind"] == m.kind.value]
    return Figures(
        right=len(both), found=len(got), there=len(wanted), clause=(sum(clauses), len(clauses)),
        kind=(sum(m.kind.value == row["kind"] for m, row in both), len(both)),
        misread=(sum(a and b for a, b in said), sum(a for a, _ in said), sum(b for _, b in said)),
        contradicted=(sum(named), len(named)),
    )  # fmt: skip


def test_the_set_is_large_invented_and_taught_to_nobody() -> None:
    assert sum(bool(row["policy"]) for row in ROWS) >= 100
    assert {row["set"] for row in ROWS} == {"tune", "held", "third"}
    numbers = {d.id: {c.number for c in d.clauses} for d in DOCUMENTS}
    assert all(set(row["clauses"]) <= numbers.get(row["policy"], set()) for row in ROWS)
    assert all("示例" in d.title for d in DOCUMENTS)


@pytest.mark.parametrize(
    ("part", "precision", "recall", "clause", "kind", "misread_precision", "misread_recall"),
    [("tune", 1.0, 1.0, 0.9, 0.95, 1.0, 0.95), ("held", 0.95, 1.0, 0.8, 0.85, 0.95, 0.65), ("third", 1.0, 1.0, 0.85, 0.85, 0.95, 0.7)],
)
def test_floors(
    part: str, precision: float, recall: float, clause: float, kind: float, misread_precision: float, misread_recall: float
) -> None:
    one = measured(part)
    print(part, one)
    right, said, there = one.misread
    assert one.right / one.found >= precision
    assert one.right / one.there >= recall
    assert one.clause[0] / one.clause[1] >= clause
    assert one.kind[0] / one.kind[1] >= kind
    assert right / said >= misread_precision
    assert right / there >= misread_recall
    assert one.contradicted[0] / one.contradicted[1] >= 0.75


def found(text: str, document: PolicyDocument = A_POLICY, title: str = "", at: datetime = NOW) -> Mention | None:
    return PolicyWatch(document).mention(a_post(title=title, text=text, published_at=at, first_seen_at=at))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("转《示例区既有住宅加装电梯补贴办法（试行）》", "标题"),
        ("示例区既有住宅 加装电梯补贴办法什么时候修订", "标题"),
        ("看了示政规[2018]3号，不懂", "文号“示政规〔2018〕3号”"),
        ("老楼电梯补贴办法在哪看", "简称“老楼电梯补贴办法”"),
        ("加梯，业主表决", "关注词“加梯”“业主表决”"),
        ("加装电梯公积金能用吗", "关注词“加装电梯”"),
        ("政策好，政策妙，补贴政策真热闹", None),
        ("加装电梯", None),  # the word alone, nothing a clause says beside it
        ("示政规〔2018〕13号", None),
        ("", None),
    ],
)
def test_by_what_a_document_is_found(text: str, why: str | None) -> None:
    one = found(text)
    assert (one.why if one else None) == why


@pytest.mark.parametrize(
    ("day", "there"), [(date(2018, 4, 30), False), (date(2018, 5, 1), True), (date(2020, 4, 30), True), (date(2020, 5, 1), False)]
)
def test_a_document_lives_from_its_day_to_its_last_in_shanghai(day: date, there: bool) -> None:
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    for at in (first, first + timedelta(hours=24, microseconds=-1)):
        assert (found("加装电梯补贴办法", at=at) is not None) is there
    assert found("加装电梯补贴办法", replace(A_POLICY, until=None), at=first + timedelta(days=9_000)) is not None


@pytest.mark.parametrize(
    ("text", "clause", "stated"),
    [
        ("电梯补贴每台只给八万元", "第七条", "“八万元”，原文“15万元、10万元、5万元”"),
        ("加装电梯验收合格后90个工作日才到账", "第八条", "“90个工作日”，原文“30个工作日”"),
        ("示政规〔2018〕3号文写的四分之三业主同意", "第五条", "“四分之三”，原文“三分之二”"),
        ("申请加装电梯还要交2000元审核费", "第十条", "“申请加装电梯还要交2000元审核费”，原文“申请不收取任何费用”"),
        ("加装电梯不能提取公积金", "第十二条", "“加装电梯不能提取公积金”，原文“加装电梯可以提取业主及其配偶的住房公积金”"),
        ("加装电梯补贴截止到2020年底", "第十五条", "“2020年底”，原文“2019年12月31日”"),
    ],
)
def test_a_misreading_names_the_clause_and_both_statements(text: str, clause: str, stated: str) -> None:
    one = found(text)
    assert one
    assert (one.kind, one.clause, one.stated) == (MentionKind.MISREADING, clause, stated)
    assert one.span is not None
    assert one.evidence in ("\n" + text)[slice(*one.span)] or one.evidence == f"停水三天\n{text}"[slice(*one.span)].strip()


@pytest.mark.parametrize(
    "text",
    [
        "电梯补贴每台15万元",  # as the clause states it
        "电梯补贴每台是不是只给八万元？",  # asks
        "建议电梯补贴每台给20万元",  # proposes
        "加装电梯一楼东户不同意，要八万补偿",  # what a neighbour wants
        "加装电梯我们花了五十二万",  # what was paid
        "加装电梯补贴拖了四个月没见到",
        "加装电梯验收合格三个月了，补贴还没到账",  # time gone by is no term
        "加装电梯只给补五万？",  # asks, if with a mark only
        "加装电梯可以提取公积金",
        "加装电梯，人数三分之二以上同意就行",  # 数 belongs to 人数
    ],
)
def test_what_is_no_misreading(text: str) -> None:
    one = found(text)
    assert one
    assert one.kind is not MentionKind.MISREADING, one


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("加装电梯一楼不同意怎么办", MentionKind.QUESTION),
        ("建议加装电梯给一楼补偿", MentionKind.SUGGESTION),
        ("加装电梯跑了五趟街道材料还不全，推来推去", MentionKind.COMPLAINT),
        ("凭什么加装电梯要三分之二同意？", MentionKind.COMPLAINT),
        ("加装电梯补贴办法公布了", MentionKind.OTHER),
    ],
)
def test_kinds(text: str, kind: MentionKind) -> None:
    one = found(text)
    assert one
    assert one.kind is kind


def test_the_question_shown_is_the_one_that_says_most() -> None:
    one = found("我家是三层半的老楼，算不算四层？", title="咨询老楼电梯补贴办法")
    assert one
    assert (one.kind, one.evidence) == (MentionKind.QUESTION, "我家是三层半的老楼，算不算四层？")


def test_a_clause_called_by_its_number_is_certain_and_its_sentence_is_shown() -> None:
    one = found("新办法出来了。加装电梯补贴办法第八条是什么意思？", title="求教")
    assert one
    assert (one.touched[0].clause, one.touched[0].likeness) == ("第八条", 1.0)
    assert one.touched[0].evidence == "加装电梯补贴办法第八条是什么意思？"
    assert "求教\n新办法出来了。加装电梯补贴办法第八条是什么意思？"[slice(*one.touched[0].span)] == one.touched[0].evidence


def test_criticism_that_names_no_document_is_not_gathered_and_none_is_called_a_misreading() -> None:
    posts = [a_post(r.id, title=r.title, text=r.text) for r in read_file(HERE / "criticism.jsonl")]
    got = mentions(posts, DOCUMENTS)
    assert len(got) <= 1, got
    assert not any(m.kind is MentionKind.MISREADING for m in got)


def test_in_five_thousand_posts_written_for_other_ends_hardly_anything_is_called_a_misreading() -> None:
    posts = [a_post(r.id, title=r.title, text=r.text) for r in read_corpus()]
    got = mentions(posts, DOCUMENTS)
    assert len(posts) > 5_000
    assert 10 <= len(got) <= 40, len(got)
    assert sum(m.kind is MentionKind.MISREADING for m in got) <= 2, [m for m in got if m.kind is MentionKind.MISREADING]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("楼道灯坏了。谁来修？" + "地下车库积水。" * 5 + "加装电梯公积金也能用。", MentionKind.OTHER),  # the question is of the lamp
        ("楼道灯坏了。" + "地下车库积水。" * 5 + "加装电梯。公积金能用吗？", MentionKind.QUESTION),
    ],
)
def test_of_a_long_post_what_stands_around_the_watch_word_counts(text: str, kind: MentionKind) -> None:
    one = found(text)
    assert one
    assert (one.kind, one.touched[0].clause) == (kind, "第十二条")


def test_nothing_here_is_a_category() -> None:
    assert not {k.value for k in MentionKind} & {f"C{n}" for n in range(1, 8)}
    assert not any(name in Mention.__slots__ for name in ("category", "labels", "form", "author_key"))


@pytest.mark.parametrize("text", ["加装电梯必须六层以上，" * 60_000, "加装电梯" + "十" * 600_000, "加装电梯" + "吗 " * 300_000, "加装电梯\x00\ud800"])
def test_odd_and_endless_posts_do_no_harm(text: str) -> None:
    found(text)


def test_a_document_of_one_clause_and_one_without_names() -> None:
    bare = PolicyDocument(
        id="one", title="示例区停车办法", issued_on=date(2018, 1, 1), unit="示例区城管局", clauses=(Clause(number="一", text="每小时收费5元"),)
    )
    one = found("示例区停车办法每小时收10元", bare)
    assert one
    assert (one.kind, one.clause) == (MentionKind.MISREADING, "一")
