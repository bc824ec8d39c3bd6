"""Rules that make a matter more than one household's (较大): how many it touches, how often it was told in vain, what could kill.

Each rule is a named function of the text that may abstain. A pure question or suggestion is not raised by them (classifiers/assess.py).
Source: the codebook's level Ⅲ: a whole estate, village, school or company; repeated complaint with no result; a hazard that could kill.
"""

import re
from collections.abc import Callable, Iterable

from classifiers.casualties import RuleBook, unreal
from classifiers.numerals import NUMBER, number
from records.assessment import Speaker, Verdict
from records.standard import Thresholds

Rule = Callable[[str, Thresholds], Verdict | None]
_HEADS = re.compile(
    rf"(?P<n>{NUMBER})(?:多|余|来|几)?(?:户|名业主|位业主|家住户|户人家|口人|名学生|个学生|名工人|个工人|名村民|人联名|多号人|家商户|家店|个孩子"
    r"|名职工|个工友|个家庭|名家长|位家长)"
)
_WHOLE = re.compile(
    r"全村|整个村|全小区|整个小区|整栋|整幢|全校|全班|全镇|全体业主|全体居民|整条街|全厂|家家户户|周边居民|附近居民|业主们|村民们|居民们|家长们"
    r"|工友们|我们这栋|所有业主|很多业主|不少居民|很多居民|大家都"
)
_REPEATED = re.compile(
    r"(?:多次|反复|数次|无数次|再三|[两三四五六七八九十\d]+(?:次|回|趟)).{0,10}(?:投诉|反映|举报|上访|信访|打电话|拨打|报修|报警)"
    r"|(?:投诉|反映|举报|信访|报修|打了).{0,8}(?:多次|数次|[两三四五六七八九十\d]+(?:次|回|趟))"
)
_UNANSWERED = re.compile(
    r"无果|没结果|没有结果|没下文|没有下文|不解决|没解决|未解决|没人理|踢皮球|推诿|互相推|石沉大海|杳无音信|不了了之|至今(?:未|没)|仍(?:未|没)有?"
    r"|敷衍|不给答复|没有回复|没回复"
)
_HAZARD = re.compile(
    r"随时(?:会|可能)|迟早(?:要)?出事|要出人命|漏电|触电|坍塌|倒塌|危房|砸到|砸中|掉下来|摔(?:伤|倒|断)|差点(?:撞|摔|被)|起火|着火|燃气泄漏|漏气"
    r"|没有护栏|没护栏|安全隐患|消防通道"
)


def _verdict(match: re.Match[str], reason: str, rule: str) -> Verdict:
    return Verdict(
        what="level", value="Ⅲ", probability=0.9, reason=reason, speaker=Speaker.RULE, span=match.span(), evidence=match.group(), clause=rule
    )


def _first(pattern: re.Pattern[str], text: str, reason: str, rule: str) -> Verdict | None:
    match = next((m for m in pattern.finditer(text) if not unreal(text, m.start())), None)
    return None if match is None else _verdict(match, f"{reason}（“{match.group()}”）", rule)


def affected(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅲ from `affected_iii` households or persons touched; abstains below.

    >>> affected("我们这栋二十四户都漏水", Thresholds()).reason
    '涉及24户（人）以上'
    >>> affected("我家三口人", Thresholds()) is None
    True
    """
    found = [(number(m["n"]) or 0, m) for m in _HEADS.finditer(text) if not unreal(text, m.start())]
    most, match = max(found, key=lambda item: item[0], default=(0, None))
    if match is None or most < limits.affected_iii:
        return None
    return _verdict(match, f"涉及{most}户（人）以上", "scale.affected")


def whole_group(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅲ when a whole estate, village, school or street is spoken of; abstains otherwise."""
    return _first(_WHOLE, text, "涉及一个群体", "scale.whole")


def repeated(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅲ when it was told again and again; abstains otherwise.

    >>> repeated("打了三次电话没人来", Thresholds()).clause
    'scale.repeated'
    """
    return _first(_REPEATED, text, "反复反映", "scale.repeated")


def unanswered(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅲ when it was told without result; abstains otherwise."""
    return _first(_UNANSWERED, text, "反映未果", "scale.unanswered")


def hazard(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅲ when something could kill; abstains otherwise, also for a drill or what happened years ago."""
    return _first(_HAZARD, text, "安全隐患", "scale.hazard")


# Every match of a rule holds one of its words (folded): a text without them is not searched.
RULES: dict[Rule, tuple[str, ...]] = {
    affected: ("户", "业主", "口人", "学生", "工人", "村民", "联名", "号人", "店", "孩子", "职工", "工友", "家庭", "家长"),
    whole_group: (
        "全村", "整个村", "全小区", "整个小区", "整栋", "整幢", "全校", "全班", "全镇", "全体业主", "全体居民", "整条街", "全厂",
        "家家户户",
        "周边居民", "附近居民", "业主们", "村民们", "居民们", "家长们", "工友们", "我们这栋",
        "所有业主", "很多业主", "不少居民", "很多居民", "大家都",
    ),
    repeated: ("投诉", "反映", "举报", "上访", "信访", "打电话", "拨打", "报修", "报警", "打了"),
    unanswered: (
        "无果", "没结果", "没有结果", "没下文", "没有下文", "不解决", "没解决", "未解决", "没人理", "踢皮球", "推诿", "互相推", "石沉大海",
        "杳无音信", "不了了之", "至今未", "至今没", "仍未", "仍没", "敷衍", "不给答复", "没有回复", "没回复",
    ),
    hazard: (
        "随时", "迟早", "要出人命", "漏电", "触电", "坍塌", "倒塌", "危房", "砸到", "砸中", "掉下来", "摔", "差点", "起火", "着火", "燃气泄漏",
        "漏气", "没有护栏", "没护栏", "安全隐患", "消防通道",
    ),
}  # fmt: skip


SCALE = RuleBook(RULES)


def scale_verdicts(text: str, limits: Thresholds, hits: Iterable[str] | None = None) -> list[Verdict]:
    """Verdicts of the rules of scale that do not abstain."""
    return SCALE.verdicts(text, limits, hits)
