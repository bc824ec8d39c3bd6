"""PolicyDocument (政策文件) with its clauses, Mention (a post about one), Asked (a question gathered), Consultation (征求意见) with its suggestions.

Source: 实施方案三（三）3 (政策文件执行过程中密切跟踪舆情，持续解读), 三（三）2 (公布征求意见的采纳情况), 三（五）.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from records.instant import shanghai


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause. `number` as printed (第三条); `text` verbatim; `plain` how the public would say it, "" when nobody has written it."""

    number: str
    text: str
    plain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """One document under watch from `issued_on` to `until` (both days included, None = open), Shanghai days.

    `short_names` each name this document alone (老楼电梯补贴办法); `watch_words` are of its subject and others may use them too.
    `interpreted_on`: the days on which a 解读 was published.
    """

    id: str
    title: str
    number: str = ""  # 文号, "" when it has none
    issued_on: date
    url: str = ""
    unit: str  # 起草或解读单位, as printed
    clauses: tuple[Clause, ...]
    short_names: tuple[str, ...] = ()
    watch_words: tuple[str, ...] = ()
    until: date | None = None
    interpreted_on: tuple[date, ...] = ()

    def lives(self, at: datetime) -> bool:
        """True while the document is watched."""
        day = shanghai(at).date()
        return self.issued_on <= day and (self.until is None or day <= self.until)


class MentionKind(StrEnum):
    """What a post does with the document. A misreading is a guess until a person has read the post; none of them is a category (C1–C7)."""

    MISREADING = "疑似误读"
    QUESTION = "询问"
    SUGGESTION = "建议"
    COMPLAINT = "意见"
    OTHER = "提及"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One clause a post is about. `likeness` 0..1; `span` in title + "\\n" + text is the sentence that speaks for it, `evidence` its words."""

    clause: str
    likeness: float
    span: tuple[int, int]
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A post about a policy document: by what it was found, which clauses, best first, and what it does.

    `evidence` and `span` speak for the kind. Of a misreading `clause` is the clause that states otherwise, `stated` the words of both.
    """

    post_id: str
    policy_id: str
    why: str
    by_name: bool = False  # by title, 文号 or a short name; else by watch words, which posts of other districts use too
    touched: tuple[Touched, ...] = ()
    kind: MentionKind
    span: tuple[int, int] | None = None
    evidence: str = ""
    clause: str = ""
    stated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What several posts asked or misread alike, in the words of the first; `clause` "" when it fits none."""

    clause: str
    kind: MentionKind
    words: str
    stated: str
    post_ids: tuple[str, ...]


class Taken(StrEnum):
    """What became of a suggestion."""

    ADOPTED = "采纳"
    PARTLY = "部分采纳"
    DECLINED = "不采纳"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One suggestion received in a round, and how it was taken by whom; no name of who made it."""

    text: str
    taken: Taken
    unit: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One round of 征求意见, open from `opens` to `closes`, both Shanghai days included."""

    id: str
    title: str
    unit: str
    opens: date
    closes: date
    url: str = ""
    suggestions: tuple[Suggestion, ...] = ()
