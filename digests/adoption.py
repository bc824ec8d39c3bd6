"""意见采纳情况表: every suggestion of a round of 征求意见, how it was taken, by whom and why; refused while a reason the plan demands is missing.

Source: 实施方案三（三）2 (及时公布征求意见的采纳情况，相对集中的意见建议不予采纳的，公布时要说明理由).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from digests.document import Block, Column, Daily, Head, Paragraph, Section, Table, TableRow, Text
from digests.interpretation import in_day
from digests.quoting import clean, quote
from records.instant import shanghai
from records.policy import Consultation, Suggestion, Taken

CONCENTRATED = 3  # suggestions alike that count as 相对集中; the plan gives no number
LONGEST = 500  # characters printed of one suggestion or reason


class UnexplainedError(ValueError):
    """The table may not be published: `rows` are the positions of concentrated suggestions not wholly adopted and without a reason."""

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__(f"相对集中的意见未采纳而无理由：第{'、'.join(str(at + 1) for at in rows)}条")
        self.rows = tuple(rows)


def unexplained(consultation: Consultation, groups: Sequence[Sequence[int]]) -> list[int]:
    """Positions of suggestions that need a reason and have none; `groups` are positions of suggestions that say one thing."""
    concentrated = {at for group in groups if len(group) >= CONCENTRATED for at in group}
    suggestions = enumerate(consultation.suggestions)
    return [at for at, one in suggestions if at in concentrated and one.taken is not Taken.ADOPTED and not one.reason.strip()]


def build_adoption(consultation: Consultation, groups: Sequence[Sequence[int]], office: str, at: datetime) -> Daily:
    """The table. Raises: UnexplainedError."""
    missing = unexplained(consultation, groups)
    if missing:
        raise UnexplainedError(missing)
    together = [group for group in groups if len(group) >= CONCENTRATED]
    parts: tuple[tuple[str, tuple[Block, ...]], ...] = (
        ("征求意见情况", (_body(_overall(consultation, shanghai(at).date())),)),
        ("相对集中的意见建议", tuple(_gathered(n, consultation, group) for n, group in enumerate(together, start=1)) or (_body("无。"),)),
        ("采纳情况", (_table(consultation),) if consultation.suggestions else (_body("征求意见期间未收到意见建议。"),)),
    )
    sections = tuple(Section(f"sec{n}", f"{'一二三'[n - 1]}、", title, blocks) for n, (title, blocks) in enumerate(parts, start=1))
    return Daily(head=_head(consultation, office, at), sections=sections, annexes=(), amounts={})


def _head(consultation: Consultation, office: str, at: datetime) -> Head:
    today = shanghai(at).date()
    return Head(
        mark="拟公开　公布前须经签批", title="意见采纳情况表", issue=clean(consultation.unit), day=today, day_words=in_day(today),
        span_words=f"{in_day(consultation.opens)}至{in_day(consultation.closes)}", office=clean(office), compiled="系统按登记内容生成",
        review="未经审核", reviewed=False, made_at=at,
    )  # fmt: skip


def _body(words: str) -> Paragraph:
    return Paragraph((Text(words),))


def _overall(consultation: Consultation, today: date) -> str:
    taken = Counter(one.taken for one in consultation.suggestions)
    counted = "、".join(f"{one.value}{taken[one]}条" for one in Taken)
    open_still = "征求意见尚未截止，以下为阶段情况。" if today <= consultation.closes else ""
    return (
        f"《{clean(consultation.title)}》于{in_day(consultation.opens)}至{in_day(consultation.closes)}公开征求意见，"
        f"收到意见建议{len(consultation.suggestions)}条：{counted}。{open_still}"
    )


def _gathered(n: int, consultation: Consultation, group: Sequence[int]) -> Paragraph:
    members = [consultation.suggestions[at] for at in group]
    reasons = dict.fromkeys(f"{m.taken.value}{'：' if m.reason else ''}{quote(m.reason, LONGEST)}（{clean(m.unit)}）" for m in members)
    numbers = "、".join(str(at + 1) for at in group)
    return _body(f"{n}．“{quote(members[0].text, LONGEST)}”等{len(group)}条（序号{numbers}）。{'；'.join(reasons)}。")


def _table(consultation: Consultation) -> Table:
    columns = (Column("序号", 8), Column("意见建议", 38), Column("采纳情况", 12), Column("理由或说明", 26), Column("承办单位", 16))
    rows = tuple(_row(n, one) for n, one in enumerate(consultation.suggestions, start=1))
    return Table("意见建议采纳情况", columns, rows, small=True)


def _row(n: int, one: Suggestion) -> TableRow:
    cells = (str(n), quote(one.text, LONGEST), one.taken.value, quote(one.reason, LONGEST), clean(one.unit))
    return TableRow(tuple((Text(words),) for words in cells))
