"""解读建议: what the next interpretation of a policy document should explain, out of what the public asked and misread.

Source: 实施方案三（三）3 (政策文件执行过程中密切跟踪舆情，分段、多次、持续开展解读，避免误解误读); 盐政传发〔2017〕411号.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from digests.document import Block, Column, Daily, Head, Heading, Link, Paragraph, Pieces, Section, Table, TableRow, Text
from digests.quoting import clean, quote
from records.instant import shanghai
from records.policy import Asked, Clause, Mention, MentionKind, PolicyDocument
from records.post import Post

QUOTED = 120  # characters of a post's own words
LISTED = 20  # groups a list shows; the rest is counted
LINKED = 3  # pages of one group
Gone = Mapping[tuple[str, MentionKind], int]  # (clause, kind) → posts
EXPLAINED = (MentionKind.QUESTION, MentionKind.MISREADING)
_METHOD = (
    "帖文按文件标题、文号、简称和关注词收集，条款按用词相近推定，由系统初步归类，未经审核。",
    "“疑似误读”只表示帖文所述与条款原文的数额、年龄、日期、面积或条件不一致，须由人核对；不作为认定不实信息的依据，批评和意见不列入。",
    "问题为公众原话，电话、证件号等已隐去；说法相近的归并，括注条数，引首条原文。",
)


def build_interpretation(
    document: PolicyDocument, mentions: Sequence[Mention], asked: Sequence[Asked], posts: Mapping[str, Post], gone: Gone, office: str, at: datetime
) -> Daily:
    """The proposal. `posts` holds the posts of the mentions; `gone` counts posts past their retention, whose words are no longer there.

    Clauses stand by questions and misreadings, most first, equal ones as printed.
    """
    parts: list[tuple[str, tuple[Block, ...]]] = [
        ("基本情况", tuple(_body(words) for words in _standing(document, mentions, gone, at))),
        ("建议解读的条款", (_clauses(document, asked, gone),)),
        ("公众实际提出的问题", _by_clause(document, asked, posts, MentionKind.QUESTION)),
        ("疑似误读", _by_clause(document, asked, posts, MentionKind.MISREADING)),
        ("建议和意见", _voices(asked, posts)),
        ("说明", tuple(_body(f"{n}．{line}") for n, line in enumerate(_METHOD, start=1))),
    ]
    sections = tuple(Section(f"sec{n}", f"{'一二三四五六'[n - 1]}、", title, blocks) for n, (title, blocks) in enumerate(parts, start=1))
    return Daily(head=_head(document, office, at), sections=sections, annexes=(), amounts={})


def in_day(day: date) -> str:
    """A day as an official writes it.

    >>> in_day(date(2018, 6, 8))
    '2018年6月8日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def _head(document: PolicyDocument, office: str, at: datetime) -> Head:
    today = shanghai(at).date()
    return Head(
        mark="内部资料　注意保存", title="政策解读建议", issue=clean(document.number) or "无文号", day=today, day_words=in_day(today),
        span_words=f"{in_day(document.issued_on)}至{in_day(min(today, document.until or today))}", office=clean(office),
        compiled="系统自动生成", review="未经审核", reviewed=False, made_at=at,
    )  # fmt: skip


def _body(words: str) -> Paragraph:
    return Paragraph((Text(words),))


def since_interpreted(document: PolicyDocument, today: date) -> str:
    """How long ago the last interpretation was, in words; one announced for a later day is none yet."""
    done = [day for day in document.interpreted_on if day <= today]
    if not done:
        return f"印发{(today - document.issued_on).days}天以来尚未解读"
    return f"已解读{len(done)}次，最近一次为{in_day(max(done))}，距今{(today - max(done)).days}天"


def _standing(document: PolicyDocument, mentions: Sequence[Mention], gone: Gone, at: datetime) -> tuple[str, str]:
    kinds = Counter(one.kind for one in mentions)
    for (_, kind), times in gone.items():
        kinds[kind] += times
    past = f"其中{sum(gone.values())}条原帖已过保存期限，只计数，不列原话。" if gone else ""
    counted = "、".join(f"{kind.value}{kinds[kind]}条" for kind in MentionKind)
    number = f"（{clean(document.number)}）" if document.number else ""
    first = f"《{clean(document.title)}》{number}，{clean(document.unit)}，{in_day(document.issued_on)}印发，"
    return first + f"{since_interpreted(document, shanghai(at).date())}。", f"印发以来收集相关帖文{kinds.total()}条：{counted}。{past}"


def ranked(document: PolicyDocument, asked: Sequence[Asked], gone: Gone) -> list[tuple[Clause, int, int]]:
    """(clause, questions, misreadings) of every clause somebody asked about or misread, most first."""
    times: Counter[tuple[str, MentionKind]] = Counter(gone)
    for one in asked:
        times[one.clause, one.kind] += len(one.post_ids)
    rows = [(c, times[c.number, MentionKind.QUESTION], times[c.number, MentionKind.MISREADING]) for c in document.clauses]
    return sorted((row for row in rows if row[1] + row[2]), key=lambda row: -(row[1] + row[2]))


def _clauses(document: PolicyDocument, asked: Sequence[Asked], gone: Gone) -> Block:
    rows = ranked(document, asked, gone)
    if not rows:
        return _body("尚无针对具体条款的询问或疑似误读，暂不建议安排专题解读。")
    columns = (Column("条款", 14), Column("原文", 62), Column("询问", 12), Column("疑似误读", 12))
    table = tuple(_row(clean(c.number), quote(c.text, QUOTED), str(questions), str(wrong)) for c, questions, wrong in rows)
    return Table("按询问与疑似误读条数排序", columns, table, small=True)


def _row(*cells: str) -> TableRow:
    return TableRow(tuple((Text(words),) for words in cells))


def _by_clause(document: PolicyDocument, asked: Sequence[Asked], posts: Mapping[str, Post], kind: MentionKind) -> tuple[Block, ...]:
    """A heading and a list for every clause, in the order of their own counts; what fits no clause last."""
    order = [clause.number for clause, *_ in ranked(document, asked, {})] + [""]
    blocks: list[Block] = []
    for number in order:
        groups = [one for one in asked if one.kind is kind and one.clause == number]
        if groups:
            blocks.append(Heading(f"{clean(number) or '未对应到条款'}（{sum(len(g.post_ids) for g in groups)}条）"))
            blocks += _listed(groups, posts)
    return tuple(blocks) or (_body("无。"),)


def _voices(asked: Sequence[Asked], posts: Mapping[str, Post]) -> tuple[Block, ...]:
    return _listed([one for one in asked if one.kind not in EXPLAINED], posts) or (_body("无。"),)


def _listed(groups: Sequence[Asked], posts: Mapping[str, Post]) -> tuple[Block, ...]:
    rest = sum(len(one.post_ids) for one in groups[LISTED:])
    lines = [Paragraph(_line(n, one, posts)) for n, one in enumerate(groups[:LISTED], start=1)]
    return (*lines, *([_body(f"另有{rest}条，说法各异，未列。")] if rest else []))


def _line(n: int, one: Asked, posts: Mapping[str, Post]) -> Pieces:
    head = "" if one.kind in EXPLAINED else f"〔{one.kind.value}〕"
    times = f"（{len(one.post_ids)}条）" if len(one.post_ids) > 1 else ""
    told = f"　系统比对：{quote(one.stated, QUOTED)}。" if one.stated else ""
    links = [Link(f"帖{at}", posts[i].url) for at, i in enumerate(one.post_ids[:LINKED], start=1) if i in posts]
    after = [piece for link in links for piece in (Text("　"), link)]
    return Text(f"{n}．{head}“{quote(one.words, QUOTED)}”{times}{told}"), *after
