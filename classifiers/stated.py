"""What a sentence states that a clause may state otherwise: amounts, ages, days, areas, shares, terms, and conditions. Pure.

Two statements differ when they are of one measure and no value of the clause meets the post's, or when they speak of one thing and one allows
what the other forbids, one demands what the other waives. Only what is asserted counts: a question, a wish or somebody's own age states nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from classifiers.features import fold
from classifiers.numerals import NUMBER, number

UNITS: dict[str, str] = {  # measure → its units; the first that fits, in this order
    "岁": "周?岁", "面积": "平方米|平米|㎡|平方(?!公里)", "亩": "亩", "层": "层", "金额": "元|块钱?|万(?=一|每|/|，|。|！|$|的|，|,)|万元",
    "工期": "个?工作日|天", "月数": "个月", "年数": "年(?=内|以上|及以上|才|后|的?社保)", "比例": "%|折",
}  # fmt: skip
_MORE = r"(?P<more>多|余|来|几)?"
_QUANTITY = re.compile("|".join(rf"(?P<{name}>(?:{units}))" for name, units in UNITS.items()))
_RANGE = re.compile(rf"(?P<low>{NUMBER})(?:(?:至|到|-|—|~)(?P<high>{NUMBER}))?{_MORE}(?P<wan>万)?(?P<more2>多|余)?\s?")
_FRACTION = re.compile(rf"(?P<of>{NUMBER})分之(?P<part>{NUMBER})|(?P<all>(?:全部|全体|所有|百分百)(?=业主|住户|居民|人))")
_DATE = re.compile(  # the 3号 of a 文号, a building or a line is no day
    r"(?:(?P<y>(?:19|20)?\d{2})年)?(?:(?P<m>\d{1,2})月(?:份)?)?"
    r"(?:(?<![\d〕】﹞)\]）])(?P<d>\d{1,2})(?:日|号(?!楼|线|门|院|地|文)))?(?P<end>底)?"
)
_FEE = re.compile("的?[\u4e00-\u9fff]{0,3}费")  # what is paid, not what is given
_PERIODS = {"月": 1, "个月": 1, "季": 3, "季度": 3, "半年": 6, "年": 12}
_PERIOD = re.compile(
    r"按(?P<a>月|季度?|年)|(?:每个?|一个?)(?P<b>季度?|半年|月|年)[^，。,]{0,12}?一次|(?<!\d)(?P<c>半年)[^，。,]{0,6}?一次|每(?P<d>季度)"
)
_PARTS = re.compile(rf"(?P<once>一次性)|分(?P<n>{NUMBER})(?:年|次|批|期)")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One value: every number from `low` to `high` meets it; of a date `parts` are year, month, day, None where not said. `span` in the text."""

    measure: str
    low: float = 0
    high: float = 0
    parts: tuple[int | None, int | None, int | None] = (None, None, None)
    span: tuple[int, int]
    words: str

    def meets(self, other: "Stated") -> bool:
        """True when one value can satisfy both."""
        if self.measure == "日期":
            return all(a is None or b is None or a == b for a, b in zip(self.parts, other.parts, strict=True))
        return self.low <= other.high and other.low <= self.high


def stated(text: str) -> list[Stated]:
    """Every value of a text, in order.

    >>> [(s.measure, s.low, s.words) for s in stated("年满六十周岁，每月一百多元，2019年底前")]
    [('岁', 60.0, '六十周岁'), ('金额', 100.0, '一百多元'), ('日期', 0, '2019年底')]
    >>> [(s.measure, round(s.low, 2)) for s in stated("三分之二业主同意，分三年发，按季度发放")]
    [('比例', 0.67), ('分次', 3.0), ('周期', 3.0)]
    """
    flat = fold(text)
    found = [*_quantities(flat), *_shares(flat), *_dates(flat), *_terms(flat)]
    return sorted(found, key=lambda one: one.span)


def _value(words: str) -> float | None:
    """The number; 人数三分之二 holds no 数三: a vague word stands only before a place (数十, 上百)."""
    words = re.sub("^(?:好几|[数几上近成])(?![十百千万])", "", words)
    if _PLAIN.fullmatch(words):
        return float(words)
    found = number(words)
    return None if found is None else float(found)


def _quantities(flat: str) -> Iterator[Stated]:
    for match in _RANGE.finditer(flat):
        unit = _QUANTITY.match(flat, match.end())
        low, high = _value(match["low"]), _value(match["high"] or match["low"])
        if low is None or high is None:
            continue
        measure, end = unit.lastgroup if unit else None, unit.end() if unit else match.end()
        if measure is None and not (match["wan"] or match["low"].endswith("万")):
            continue
        if (measure is None and not _bare_money(flat, match.end())) or (measure == "岁" and low > 150):
            continue
        if flat[match.start() - 1 : match.start()] == "分":
            continue  # 分三年: a number of parts
        measure = "收费" if measure in (None, "金额") and _FEE.match(flat, end) else measure
        yield _quantity(measure or "金额", low, high, match, flat[match.start() : end])


def _bare_money(flat: str, end: int) -> bool:
    """15万 with nothing countable behind it is money."""
    return not re.match(r"[多余]?(?:人|户|名|辆|台|平|亩|吨|次|字|公里|个|家)", flat[end:])


def _quantity(measure: str, low: float, high: float, match: re.Match[str], words: str) -> Stated:
    times = 10_000.0 if match["wan"] or (words.endswith(("万", "万元")) and not match["low"].endswith("万")) else 1.0
    times *= {"%": 0.01, "折": 0.1}.get(words[-1], 1.0)
    high += _place(low) if match["more"] or match["more2"] else 0.0
    return Stated(measure=measure, low=low * times, high=high * times, span=(match.start(), match.start() + len(words)), words=words)


def _place(value: float) -> float:
    """The place of the last digit that is not zero: 30 → 10, 150 → 10, 32 → 1."""
    place = 1.0
    while value and value % (place * 10) == 0 and place < 1e12:
        place *= 10
    return place


def _shares(flat: str) -> Iterator[Stated]:
    for match in _FRACTION.finditer(flat):
        of, part = (1.0, 1.0) if match["all"] else (_value(match["of"]), _value(match["part"]))
        if of and part is not None:
            yield Stated(measure="比例", low=part / of, high=part / of, span=match.span(), words=match.group())


def _dates(flat: str) -> Iterator[Stated]:
    for match in _DATE.finditer(flat):
        year, month, day = (int(match[k]) if match[k] else None for k in "ymd")
        if (year is None and day is None) or (month is None and day is not None and not match["d"]):
            continue
        if month is None and year is not None and year < 50 and re.match("内|以[上内]|及以上|才|后", flat[match.end() :]):
            continue  # 5年内: a term, no year
        if year is not None and year < 100:
            year += 2000 if year < 50 else 1900
        if match["end"] and year is not None and month is None:
            month, day = 12, 31
        yield Stated(measure="日期", parts=(year, month, day), span=match.span(), words=match.group())


def _terms(flat: str) -> Iterator[Stated]:
    for match in _PERIOD.finditer(flat):
        months = float(_PERIODS[next(one for one in match.groups() if one)])
        yield Stated(measure="周期", low=months, high=months, span=match.span(), words=match.group())
    for match in _PARTS.finditer(flat):
        times = 1.0 if match["once"] else _value(match["n"])
        if times:
            yield Stated(measure="分次", low=times, high=times, span=match.span(), words=match.group())


class Force(Enum):
    """What a sentence does with what it speaks of."""

    MAY = "可以"
    MUST = "应当"
    NOT = "不可"
    FREE = "不必"


AGAINST = {(Force.MAY, Force.NOT), (Force.NOT, Force.MAY), (Force.MUST, Force.FREE), (Force.FREE, Force.MUST), (Force.MUST, Force.NOT)}
_FORCES = (
    (Force.MAY, r"不受[^，。]{0,10}限制|不限|均可|都可以|也能|就能|也可以"),
    (Force.FREE, r"不用|无需|无须|不必|不需要?|免交|免收|不收取?|用不着"),
    (Force.NOT, r"不能|不可以?|不得|不予|不准|不许|不让|不行|不适用|不包括|不享受|不补|不发|禁止|从不|从来不|一分没有|没有资格|轮不到"),
    (Force.MUST, r"应当|必须|须|还要|还得|要先|得先|得要|一律"),
    (Force.MAY, r"可以|可(?=提|申|享|领|由|网)|能(?=领|申|提|用|办|享|补|报|再)"),
)
_SAME = (
    ("外地户口|外地户籍|外来人口", "非本地户籍"), ("户口(?!簿|本)", "户籍"), ("退休工资|养老金|退休费", "退休金"), ("子女|儿女|家属|家人", "亲属"),
    ("线上|手机上", "网上"), ("[\u4e00-\u9fff]{2}费(?!用)", "费用"), ("拆迁", "征收"), ("本[区市县]户籍", "本地户籍"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One part of a sentence: its force, the word the force falls on, and what it speaks of, as one spells it (户口 → 户籍)."""

    force: Force
    verb: str
    about: str
    span: tuple[int, int]
    words: str


def conditions(text: str, *, plain: bool = False) -> list[Condition]:
    """The conditions of a text, one a part between commas; with `plain`, a part without any force allows what it names.

    >>> [(c.force.name, c.verb) for c in conditions("申请不收取任何费用，应当退回")]
    [('FREE', '任何'), ('MUST', '退回')]
    """
    found = []
    for match in re.finditer("[^，。；！？,;!?\n、]+", text):
        part = spelled(fold(match.group()))
        hit = next(((force, m) for force, words in _FORCES if (m := re.search(words, part))), None)
        if hit or plain:
            force, at = hit or (Force.MAY, None)
            verb = part[at.end() - (at.group() in ("不补", "不发")) : at.end() + 2] if at else ""
            found.append(Condition(force=force, verb=verb, about=part, span=match.span(), words=match.group()))
    return found


def spelled(text: str) -> str:
    """The text with the common words of policies spelled one way.

    >>> spelled("子女持户口簿代办，外地户口不行")
    '亲属持户口簿代办，非本地户籍不行'
    """
    for words, one in _SAME:
        text = re.sub(words, one, text)
    return text


def opposed(post: Condition, clause: Condition, idle: frozenset[str]) -> bool:
    """True when the two speak of one thing with opposite force; `idle` are pairs of characters that name nothing in particular.

    >>> one, other = conditions("不能用公积金")[0], conditions("可以提取公积金")[0]
    >>> opposed(one, other, frozenset()), opposed(other, other, frozenset())
    (True, False)
    """
    shared = {pair for pair in _pairs(post.about) & _pairs(clause.about) if pair not in idle}
    same_verb = post.verb and post.verb[:1] == clause.verb[:1] and not {post.verb, clause.verb} & idle
    if not shared and not same_verb:
        return False
    against = (post.force, clause.force) in AGAINST
    turned = any((f"非{pair}" in post.about) != (f"非{pair}" in clause.about) for pair in shared)
    return against != turned if post.force in (Force.MAY, Force.NOT) else against


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1) if re.fullmatch("[\u4e00-\u9fff]{2}", text[at : at + 2])}
