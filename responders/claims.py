"""Claims (陈述): what a draft says that another may contradict, each with its place in the text. Reads the text only.

A claim is about something: `about` are the character pairs of its clause without figures, `marks` what narrows it (其中, 未, 去年, 3号楼 …).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from responders.numerals import NUMERAL, Range, narrow, range_of, value_of


class Kind(StrEnum):
    """What kind of thing is claimed."""

    NUMBER = "数字"
    MONEY = "金额"
    SHARE = "比例"
    DATE = "日期"
    TIME = "时间"
    PLACE = "地点"
    UNIT = "单位"
    CONCLUSION = "结论"
    OUTCOME = "处置"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim. `topic` must be equal for two to be compared (measure word, role, verb); `value` is a Range or a word; `span` in the text."""

    kind: Kind
    topic: str
    value: Range | str
    span: tuple[int, int]
    words: str
    sentence: str
    about: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names to look for. `places` maps a place to the area it lies in ("" for an area itself); `units` maps a name or alias to a unit id."""

    places: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


MEASURES = (
    "平方米|平方公里|立方米|公里|千米|厘米|毫米|米|亩|吨|千瓦|个工作日|工作日|个月|小时|分钟|天|周|户|人次|人|名|位|个|起|件|条|处|套|台|辆|家|次|批"
    "|棵|盏|栋|所|车次|份|场"
)
_FRAME = r"(?P<before>至少|不少于|不低于|超过|逾|不足|不到|至多|不超过|不高于|低于|大约|约|大概|接近|近)?"
_TO = rf"(?:\s*(?:至|到|-|—|~|～)\s*(?P<last>{NUMERAL}))?"
_COUNT = re.compile(
    rf"{_FRAME}(?P<n>{NUMERAL}){_TO}(?P<a>余|多|几|来)?(?P<scale>[万亿])?(?P<b>余|多|几)?\s*"
    rf"(?P<measure>{MEASURES}|元|块钱|[%％])(?P<c>左右|上下|以上|以内|以下)?"
)
_PERCENT = re.compile(rf"百分之(?P<n>{NUMERAL})")
_SIDE = "(?P<side>之?前|以前|之?后|以后|起)?"
_SMALL = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DATE = re.compile(rf"(?:(?P<y>\d{{4}}|[二〇零一二三四五六七八九]{{4}})年)?(?P<m>{_SMALL})月(?P<d>{_SMALL})[日号]{_SIDE}")
_ISO = re.compile(rf"(?<!\d)(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d){_SIDE}")
_TIME = re.compile(
    rf"(?P<part>凌晨|早上|上午|中午|下午|晚上|晚)?(?P<h>{_SMALL})"
    rf"(?:[时点](?!间|期|候)(?:(?P<half>半)|(?P<min>{_SMALL})分?)?|:(?P<colon>\d{{2}})){_SIDE}"
)
_FOUND = re.compile(
    r"(?<!是否)(?<![如若])(?P<w>部分属实|基本属实|不属实|不实|未发现[^，。；]{0,12}(?:问题|情况)|无法核实|未能核实|查无实据|(?<![不分本])属实)"
)
_FINDINGS = {"部分属实": "部分属实", "基本属实": "属实或部分属实", "属实": "属实", "无法核实": "无法核实", "未能核实": "无法核实"}
_STEMS = (
    "整改|修复|维修|抢修|恢复供水|恢复供电|恢复通行|拆除|清运|清理|受理|立案|办结|解决|赔付|补偿|退还|通车|开工|完工|停工|关停|处罚|查处|发放"
    "|更换|安装"
)
_DONE = re.compile(rf"(?:已经?|均已|全部|现已)(?:全部|依法|完成|得到|[^，。；、]{{0,6}}?)(?P<v>{_STEMS})|(?P<v2>{_STEMS})(?:完毕|完成|到位|结束)")
_DOING = re.compile(rf"(?:正在?|仍在|着手)(?:组织|进行|抓紧|全力|依法|[^，。；、]{{0,6}}?)(?P<v>{_STEMS})|(?P<v2>{_STEMS})(?:之?中(?!心)|过程中)")
_WILL = re.compile(rf"(?:将|拟|计划|预计|力争)[^，。；]{{0,18}}?(?P<v>{_STEMS})")
_NOT = re.compile(rf"(?:尚未|还未|未能|没有|未)(?:完成|得到|[^，。；、]{{0,4}}?)(?P<v>{_STEMS})")
_REFUSED = re.compile(rf"(?:不予|不能|不符合)[^，。；、]{{0,6}}?(?P<v>{_STEMS})")
_WHERE = re.compile(r"(?:在|于|地点为|地点是|地点系|地址为|地址是)[^，。；]{0,8}$")  # a place at the head of a clause is its subject, not a claim
_ROLES = re.compile(r"牵头|负责|承办|主管|责任单位|组织实施")
_MARKS = (
    ("其中", "其中"), ("剩余|余下|其余|尚余|还有", "剩余"), ("未|尚|没有", "未"), ("计划|拟|将|预计", "将"), ("新增|另有|另外", "另"),
    ("去年|上年", "去年"),
    ("今年|本年", "今年"), ("上月|上个月", "上月"), ("本月|这个月", "本月"), ("日均|每天|每日", "每日"), ("每户|户均", "每户"), ("每月|月均", "每月"),
    ("首批|第一批", "一批"), ("第二批", "二批"), ("东侧|东区", "东"), ("西侧|西区", "西"), ("南侧|南区", "南"), ("北侧|北区", "北"),
)  # fmt: skip
_LABEL = re.compile(rf"第?{NUMERAL}(?:号(?!线)楼?|幢|单元|期|标段)")
_NOISE = re.compile(r"[\s\W\d的了为是在有共约计经现已对等个区本]+")
_IDLE_ONE = frozenset({"个", "户", "次", "家", "处", "条", "件", "天", "位", "批", "场", "份", "套", "周"})  # 一户一策, 一次性: no count


def claims(text: str, names: Names | None = None) -> tuple[Claim, ...]:
    """Every claim of a text, in order.

    >>> [(c.kind.value, c.topic, c.words) for c in claims("6月8日停水，涉及三十余户居民。")]
    [('日期', '', '6月8日'), ('数字', '户', '三十余户')]
    """
    known, flat = names or Names(), narrow(text)
    found = [claim for start, end in _clauses(flat) for claim in _of_clause(text, flat, start, end, known)]
    return tuple(sorted(found, key=lambda c: c.span))


def pairs(text: str) -> frozenset[str]:
    """Character pairs without figures and function words: what a clause is about.

    >>> sorted(pairs("涉及32户居民"))
    ['及户', '居民', '户居', '涉及']
    """
    kept = _NOISE.sub("", text)
    return frozenset(kept[i : i + 2] for i in range(len(kept) - 1))


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^，。；！？\n,;]+", re.sub(r"(?<=\d),(?=\d)", "0", text)):
        yield match.span()


def _sentence(text: str, at: int) -> str:
    start = max((text.rfind(sign, 0, at) for sign in "。！？\n"), default=-1) + 1
    ends = [end for sign in "。！？\n" if (end := text.find(sign, at)) >= 0]
    return text[start : min(ends, default=len(text))].strip()


def _of_clause(text: str, flat: str, start: int, end: int, names: Names) -> Iterator[Claim]:
    clause, sentence = flat[start:end], _sentence(text, start)
    bare = _bare(clause)
    about = pairs(bare) or pairs(_bare(narrow(sentence)))
    marks = _marks_of(clause, names)
    for kind, topic, value, (left, right) in _readings(clause, names):
        shown = text[start + left : start + right]
        span = (start + left, start + right)
        yield Claim(kind=kind, topic=topic, value=value, span=span, words=shown, sentence=sentence, about=about, marks=marks)


def _bare(clause: str) -> str:
    """The clause without its figures and dates."""
    for pattern in (_DATE, _ISO, _TIME, _COUNT, _PERCENT, _FOUND):
        clause = pattern.sub(" ", clause)
    return clause


def _marks_of(clause: str, names: Names) -> frozenset[str]:
    marks = {mark for words, mark in _MARKS if re.search(words, clause)}
    marks |= {f"@{m[0]}" for m in _LABEL.finditer(clause) if not m[0].endswith("号") or "楼" in m[0]}
    return frozenset(marks | {f"#{p}" for p in names.places if p in clause})


_Reading = tuple[Kind, str, Range | str, tuple[int, int]]


def _readings(clause: str, names: Names) -> Iterator[_Reading]:
    dates = list(_dates(clause))
    taken = [span for _, _, _, span in dates]
    yield from dates
    times = [t for t in _times(clause) if not _inside(t[3], taken)]
    yield from times
    yield from (c for c in _counts(clause) if not _inside(c[3], taken + [t[3] for t in times]))
    yield from _conclusions(clause)
    yield from _outcomes(clause)
    yield from _places(clause, names)
    yield from _units(clause, names)


def _inside(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _counts(clause: str) -> Iterator[_Reading]:
    for match in _PERCENT.finditer(clause):
        if (value := range_of("", match["n"], "")) is not None:
            yield Kind.SHARE, "%", value, match.span()
    for match in _COUNT.finditer(clause):
        ahead, measure = clause[: match.start("n")], match["measure"]
        if ahead.endswith(("第", "百分之")) or (match["n"] == "一" and measure in _IDLE_ONE and not match["scale"]):
            continue
        after = f"{match['a'] or ''}{match['b'] or ''}{match['c'] or ''}"
        value = range_of(match["before"] or "", match["n"], after, match["scale"] or "", match["last"] or "")
        if value is not None:
            yield *_measured(measure, clause[match.end() :]), value, match.span()


def _measured(measure: str, following: str) -> tuple[Kind, str]:
    """Kind and topic: money, share, or what is counted (people by any of their measure words are one topic)."""
    if measure in ("元", "块钱"):
        return Kind.MONEY, "元"
    if measure in ("%", "％"):
        return Kind.SHARE, "%"
    measure = {"名": "人", "位": "人", "个工作日": "工作日", "千米": "公里"}.get(measure, measure)
    return Kind.NUMBER, measure + (_noun(following) if measure in ("个", "家", "处", "条", "件", "起", "台", "套") else "")


def _noun(following: str) -> str:
    """The two characters counted after a measure word that says nothing itself: 3个小区 → 小区."""
    match = re.match(r"的?([\u4e00-\u9fff]{2})", following)
    return match[1] if match else ""


def _dates(clause: str) -> Iterator[_Reading]:
    for pattern in (_DATE, _ISO):
        for match in pattern.finditer(clause):
            month, day = value_of(match["m"]), value_of(match["d"])
            if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
                continue
            year = f"{value_of(match['y'])}-" if match["y"] else ""
            yield Kind.DATE, "", f"{year}{int(month):02d}-{int(day):02d}{_side(match['side'])}", match.span()


def _side(word: str | None) -> str:
    return "<" if word and "前" in word else ">" if word else ""


def _times(clause: str) -> Iterator[_Reading]:
    for match in _TIME.finditer(clause):
        hour = value_of(match["h"])
        said = match["min"] or match["colon"] or "0"
        minute = Decimal(30) if match["half"] else value_of(said)
        if hour is None or minute is None or hour > 24 or minute > 59:
            continue
        hour += 12 if match["part"] in ("下午", "晚上", "晚") and hour < 12 else 0
        yield Kind.TIME, "", f"{int(hour):02d}:{int(minute):02d}{_side(match['side'])}", match.span()


def _conclusions(clause: str) -> Iterator[_Reading]:
    for match in _FOUND.finditer(clause):
        yield Kind.CONCLUSION, "", _FINDINGS.get(match["w"], "不实"), match.span()


_STATES = ((_REFUSED, "不予"), (_NOT, "未"), (_DOING, "正在"), (_WILL, "将"), (_DONE, "已"))


def _outcomes(clause: str) -> Iterator[_Reading]:
    seen: set[str] = set()
    for pattern, state in _STATES:
        for match in pattern.finditer(clause):
            verb = match["v"] or (match["v2"] if "v2" in pattern.groupindex else "")
            if verb and verb not in seen:
                seen.add(verb)
                yield Kind.OUTCOME, verb, state, match.span()


def _places(clause: str, names: Names) -> Iterator[_Reading]:
    for place, area in names.places.items():
        at = clause.find(place) if place else -1
        if at >= 0 and _WHERE.search(clause[:at]):
            yield Kind.PLACE, place[-1] if area else "街道镇", place, (at, at + len(place))


def _units(clause: str, names: Names) -> Iterator[_Reading]:
    role = _ROLES.search(clause)
    found = [(name, clause.find(name)) for name in names.units if name and name in clause] if role else []
    for name, at in found:
        if role and not any(name != other and name in other for other, _ in found):
            yield Kind.UNIT, role[0], names.units[name], (at, at + len(name))
