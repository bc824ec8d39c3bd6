"""Consistency (口径一致): contradictions among the drafts of a case's units, shown before sign-off. It decides nothing and changes no draft.

Source: 实施方案三（三）4 责任主体 (涉及多个部门的，确保回应的信息准确一致).

Two claims are compared when they are of one kind and topic, their clauses speak of the same (a share of common character pairs), and nothing
narrows one of them alone (其中, 未, 去年, 另一处地点). They contradict each other when no value satisfies both, and neither side says the other's
value elsewhere about the same. Numbers: ranges of responders/numerals.py must meet (32户 fits 三十余户). Dates: without year on one side,
month and day count; two limits (…前) must be equal, a day fits a limit it does not pass. Places: of one area and its parts none contradict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from records.paper import Answer, Finding, Paper
from responders.claims import Claim, Kind, Names, claims
from responders.numerals import Range

SURE = 0.5  # share of common character pairs from which two clauses speak of the same
MAYBE = 0.34


class Severity(StrEnum):
    """What a contradiction asks for."""

    RESOLVE = "须解决"
    LOOK = "请核对"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One text to compare. `unit` is a unit id ("" the case's own facts), `paper_id` the paper, post or case number it stands in."""

    unit: str
    paper_id: str
    text: str
    finding: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """One side of a contradiction: who says it, where, in which words. `span` is in the side's text, (0, 0) for 核查结论 itself."""

    unit: str
    paper_id: str
    words: str
    span: tuple[int, int]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two sides that cannot both be right. `what` is a sentence in Chinese."""

    kind: Kind
    what: str
    severity: Severity
    one: Quoted
    other: Quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    side: Side
    claims: tuple[Claim, ...] = field(default=())


def side_of(paper: Paper) -> Side:
    """What an answer says, as one text. Raises: TypeError when the paper is no answer."""
    answer = paper.content
    if not isinstance(answer, Answer):
        raise TypeError(f"{paper.kind}不是反馈单")
    said = (answer.stance, answer.facts, answer.policy, answer.outcome)
    parts = (answer.title, answer.text, *(s.text for s in said), *answer.measures, answer.unfinished, *answer.proof.values())
    return Side(unit=paper.unit, paper_id=paper.id, text="\n".join(p for p in parts if p), finding=answer.finding)


def compare(sides: Sequence[Side], names: Names | None = None) -> tuple[Contradiction, ...]:
    """Every contradiction among the drafts, and of each draft's conclusion with its own text; those that must be resolved first.

    >>> one = Side(unit="gs", paper_id="a", text="停水涉及32户居民。")
    >>> two = Side(unit="zjj", paper_id="b", text="此次停水涉及48户居民。")
    >>> [(c.kind.value, c.severity.value, c.what) for c in compare([one, two])]
    [('数字', '须解决', '数字不一致：“32户”与“48户”')]
    >>> compare([one, Side(unit="zjj", paper_id="b", text="停水涉及三十余户居民。")])
    ()
    """
    known = names or Names()
    read = [_Read(side=side, claims=claims(side.text, known)) for side in sides]
    found = [one for here, there in combinations(read, 2) for one in _between(here, there, known)]
    found += [one for here in read for one in _within(here)]
    return tuple(sorted(_once(found), key=lambda c: c.severity is not Severity.RESOLVE))


def against_facts(draft: Side, facts: Sequence[Side], names: Names | None = None) -> tuple[Contradiction, ...]:
    """What a draft says otherwise than the case's own facts. Each is only to be looked at: the public may be wrong, and so may the unit.

    >>> said = Side(unit="", paper_id="p1", text="先锋街道停水三天，无人管")
    >>> draft = Side(unit="gs", paper_id="a", text="先锋街道停水1天。")
    >>> [c.severity.value for c in against_facts(draft, [said])]
    ['请核对']
    """
    known = names or Names()
    here = _Read(side=draft, claims=claims(draft.text, known))
    found: list[Contradiction] = []
    for fact in facts:
        there = _Read(side=fact, claims=claims(fact.text, known))
        found += _between(here, there, known)
    return tuple(
        Contradiction(kind=c.kind, what=c.what, severity=Severity.LOOK, one=c.one, other=c.other) for c in _once(found)
    )


def _once(found: Sequence[Contradiction]) -> list[Contradiction]:
    """The first of those that quote the same words on both sides: a proof often repeats the text."""
    first: dict[tuple[object, ...], Contradiction] = {}
    for one in found:
        first.setdefault((one.kind, one.one.paper_id, one.one.words, one.other.paper_id, one.other.words), one)
    return list(first.values())


def _between(here: _Read, there: _Read, names: Names) -> Iterator[Contradiction]:
    yield from _findings(here, there)
    for one, other, share in _candidates(here.claims, there.claims, names):
        if not _fits(one, other, names):
            severity = _severity(one, other, share)
            yield _contradiction(one.kind, severity, _quote(here.side, one), _quote(there.side, other))


def _candidates(ours: Sequence[Claim], theirs: Sequence[Claim], names: Names) -> Iterator[tuple[Claim, Claim, float]]:
    """Claims of the two sides about the same that found no partner on the other side; each once, with its nearest."""
    near = [(a, b, share) for a in ours for b in theirs if (share := _share(a, b)) >= MAYBE]
    met = {id(claim) for a, b, _ in near if _fits(a, b, names) for claim in (a, b)}
    used: set[int] = set()
    for a, b, share in sorted(near, key=lambda row: -row[2]):
        if not {id(a), id(b)} & (met | used):
            used |= {id(a), id(b)}
            yield a, b, share


def _share(a: Claim, b: Claim) -> float:
    """How much two claims speak of the same, 0..1; 0 when they are not to be compared."""
    if a.kind is not b.kind or a.topic != b.topic or _narrowed(a, b):
        return 0.0
    if a.kind is Kind.CONCLUSION and (_general(a) or _general(b)):
        return 1.0
    if not a.about or not b.about:
        return 1.0 if a.about == b.about else 0.0
    common = len(a.about & b.about)
    return max(common / min(len(a.about), len(b.about)) if common > 1 or a.about == b.about else 0.0, 0.0)


def _general(claim: Claim) -> bool:
    """True for a conclusion on the whole matter: 反映情况属实."""
    return not claim.about or any(word in claim.sentence for word in ("反映情况", "反映问题", "反映的问题", "反映的情况", "所反映"))


def _narrowed(a: Claim, b: Claim) -> bool:
    """True when something narrows one claim and not the other, or each differently. What the kind itself is about does not narrow."""
    ours, theirs = a.marks, b.marks
    if a.kind is Kind.OUTCOME:
        ours, theirs = ours - {"未", "将"}, theirs - {"未", "将"}
    elif a.kind is Kind.CONCLUSION:
        ours, theirs = ours - {"未"}, theirs - {"未"}
    places = ({m for m in ours if m[0] == "#"}, {m for m in theirs if m[0] == "#"})
    if a.kind is not Kind.PLACE and all(places) and not places[0] & places[1]:
        return True
    labels = ({m for m in ours if m[0] == "@"}, {m for m in theirs if m[0] == "@"})
    if all(labels) and not labels[0] & labels[1]:
        return True
    return {m for m in ours if m[0] not in "#@"} != {m for m in theirs if m[0] not in "#@"}


def _fits(a: Claim, b: Claim, names: Names) -> bool:
    if isinstance(a.value, Range) and isinstance(b.value, Range):
        return a.value.meets(b.value)
    ours, theirs = str(a.value), str(b.value)
    if a.kind is Kind.PLACE:
        return ours == theirs or ours in theirs or theirs in ours or _same_area(ours, theirs, names.places)
    if a.kind in (Kind.DATE, Kind.TIME):
        return _moments_fit(ours, theirs)
    if a.kind is Kind.CONCLUSION:
        return ours in theirs.split("或") or theirs in ours.split("或")
    return ours == theirs


def _same_area(one: str, other: str, places: Mapping[str, str]) -> bool:
    return places.get(one) == other or places.get(other) == one


def _moments_fit(one: str, other: str) -> bool:
    """True when both can hold: equal; or a point and a limit it keeps. A year counts only where both name one.

    >>> [_moments_fit(a, b) for a, b in (("06-08", "2018-06-08"), ("06-20<", "06-30<"), ("06-20<", "06-18"), ("06-20>", "06-18"))]
    [True, False, True, False]
    """
    a, b = one.rstrip("<>"), other.rstrip("<>")
    size = min(len(a), len(b))
    a, b = a[-size:], b[-size:]
    sides = (one[-1:] if one[-1:] in "<>" else "", other[-1:] if other[-1:] in "<>" else "")
    if a == b or sides[0] == sides[1]:
        return a == b
    if "<" in sides and ">" in sides:
        return True
    limit, point, sign = (a, b, sides[0]) if sides[0] else (b, a, sides[1])
    return point <= limit if sign == "<" else point >= limit


def _severity(one: Claim, other: Claim, share: float) -> Severity:
    """须解决 where both sides name one value about the same; 请核对 where words are loose or the clauses only resemble each other."""
    loose = any(isinstance(c.value, Range) and not c.value.exact for c in (one, other))
    planned = {one.value, other.value} <= {"正在", "将", "未"}
    unsure = "无法核实" in (one.value, other.value)
    return Severity.LOOK if loose or planned or unsure or share < SURE else Severity.RESOLVE


def _quote(side: Side, claim: Claim) -> Quoted:
    return Quoted(unit=side.unit, paper_id=side.paper_id, words=claim.words, span=claim.span, sentence=claim.sentence)


def _contradiction(kind: Kind, severity: Severity, one: Quoted, other: Quoted) -> Contradiction:
    return Contradiction(kind=kind, what=f"{kind}不一致：“{one.words}”与“{other.words}”", severity=severity, one=one, other=other)


def _findings(here: _Read, there: _Read) -> Iterator[Contradiction]:
    """Two 核查结论 that differ."""
    ours, theirs = here.side.finding, there.side.finding
    if ours is None or theirs is None or ours is theirs:
        return
    severity = Severity.LOOK if Finding.UNVERIFIABLE in (ours, theirs) else Severity.RESOLVE
    yield _contradiction(Kind.CONCLUSION, severity, _finding(here.side), _finding(there.side))


def _finding(side: Side) -> Quoted:
    words = str(side.finding)
    return Quoted(unit=side.unit, paper_id=side.paper_id, words=words, span=(0, 0), sentence=f"核查结论：{words}")


def _within(here: _Read) -> Iterator[Contradiction]:
    """A draft whose text concludes on the whole matter otherwise than its own 核查结论."""
    finding = here.side.finding
    for claim in here.claims:
        if finding is not None and claim.kind is Kind.CONCLUSION and _general(claim) and finding.value not in str(claim.value).split("或"):
            yield _contradiction(Kind.CONCLUSION, Severity.RESOLVE, _finding(here.side), _quote(here.side, claim))
