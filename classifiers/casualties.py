"""Rules for what must never be missed: the dead, the hurt, the ill, gatherings, crimes against minors.

Each rule is a named function of the text that may abstain (returns None). Negation, hypotheticals, drills and history do not
raise a level. Source: codebook of levels; 突发事件应对法 第三条 (four grades); 国务院令第493号 第三条 (accident grades).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from classifiers.numerals import NUMBER, number
from records.assessment import Speaker, Verdict
from records.standard import Thresholds

Rule = Callable[[str, Thresholds], Verdict | None]

_UNREAL = re.compile(
    r"如果|假如|万一|倘若|要是|演练|演习|模拟|应急预案|年前|[一二三四五六七八九]十年代|19\d\d年|电影|小说|游戏|电视剧|历史上"
)
_NEGATED = re.compile(
    r"无人员?(?:死亡|伤亡|受伤|被困)|未造成人员?(?:死亡|伤亡)|没有(?:造成)?人员?(?:死亡|伤亡|受伤)|无(?:人)?伤亡|零伤亡|幸无"
)
_DEAD = re.compile(
    rf"(?P<a>{NUMBER})(?:名|位|个)?(?:人|死者|工人|村民|乘客|学生|孩子|儿童)?(?:当场|不幸|已经?|先后|经抢救无效)?(?:死亡|遇难|身亡|丧生|丧命|溺亡|罹难|去世)"
    rf"|(?P<b>{NUMBER})死|死亡(?:人数)?(?:已?[达升增]?[至到为]?|了)?(?P<c>{NUMBER})(?:人|名)|(?:造成|致)(?P<d>{NUMBER})人?死亡?"
    r"|(?:抢救无效|不幸)(?:死亡|身亡|遇难|去世|离世)|当场(?:死亡|身亡)|溺亡|坠亡|猝死|跳楼(?:身亡|自杀)|致人死亡|死了人|人(?:被|给).{0,4}(?:撞|砸|电|压|淹)死"
)
_HURT = re.compile(
    rf"(?P<a>{NUMBER})(?:名|位|个)?(?:人|工人|村民|乘客|学生|孩子)?(?:不同程度)?(?:重伤|受伤|烧伤|骨折|送医)|(?P<b>{NUMBER})伤(?!感|心)|受伤(?:人数)?(?P<c>{NUMBER})人"
)
_ILL = re.compile(
    rf"(?P<a>{NUMBER})(?:多|余|来)?(?:名|位|个)?(?:人|学生|孩子|居民|村民|职工|工人|幼儿|儿童|市民)?(?:出现)?.{{0,8}}(?:食物中毒|中毒|呕吐|腹泻|发热|感染|确诊|上吐下泻)"
)
_CROWD = re.compile(
    rf"(?P<a>{NUMBER})(?:多|余|来)?(?:名|位|个|户)?(?:人|群众|居民|村民|业主|工人|家长|农民工|司机|职工)?.{{0,10}}(?:聚集|围堵|堵路|堵门|拉横幅|集体上访|游行|静坐|罢工|停运)"
)
_MINOR = re.compile(
    r"(?:男童|女童|孩子|幼儿|婴儿|小孩|岁).{0,16}(?:满身是伤|浑身是伤|遍体鳞伤|全身是伤|被打得)|"
    r"(?:猥亵|性侵|强奸|虐待|殴打|体罚|针扎|拐卖|拐走|掐|踢打).{0,14}(?:幼儿|儿童|孩子|学生|女童|男童|婴儿|未成年|小孩|娃)"
    r"|(?:幼儿|儿童|孩子|女学生|学生|女童|男童|婴儿|未成年|小孩|娃).{0,14}(?:被|遭|受到?)[^，。！？]{0,10}(?:猥亵|性侵|强奸|虐待|毒打|殴打|针扎|拐卖|拐走)"
)

_GRAVE = re.compile(
    r"重伤|生命垂危|危在旦夕|岌岌可危|重症监护|[IiＩｉ][CcＣｃ][UuＵｕ]|植物人|截肢|昏迷不醒|高位截瘫|颅内出血|大面积烧伤|终身残疾|致残"
)
_KILLED = re.compile(r"(?:杀死|杀害|砍死|捅死|打死|掐死|勒死|灭门|凶杀|买凶杀|命案|杀人案)(?!.{0,3}(?:病毒|细菌|病菌|害虫|蟑螂|老鼠|蚊))")
_WATER = "饮用水|饮水源|水源地|取水口|取水点|自来水厂|水源保护区"
_FOUL = "污染|污水|废水|偷排|排污"
_POLLUTED = re.compile(
    rf"(?:{_WATER}).{{0,24}}(?:{_FOUL}|发臭|超标)|(?:{_FOUL}).{{0,24}}(?:{_WATER})|(?:万斤|大片|成片)[^，。]{{0,4}}鱼[^，。]{{0,4}}死"
)
_DISASTER = re.compile(r"震感强烈|余震不断|[5-9](?:\.\d)?级(?:强烈)?地震|(?:地震|海啸|龙卷风|溃坝|决堤).{0,20}(?:灾区|废墟|伤亡|房屋倒塌|紧急转移)")


def unreal(text: str, start: int) -> bool:
    """True when the words around `start` tell of what is not happening now."""
    return bool(_UNREAL.search(text, max(0, start - 24), start + 24))


def _people(match: re.Match[str]) -> int:
    """The largest number the match states; 1 when it tells of an event without a number."""
    stated = [number(g) for name, g in match.groupdict().items() if g and name in "abcd"]
    return max([n for n in stated if n is not None], default=1)


def _verdict(level: str, match: re.Match[str], reason: str, rule: str) -> Verdict:
    return Verdict(
        what="level",
        value=level,
        probability=0.95,
        reason=reason,
        speaker=Speaker.RULE,
        span=match.span(),
        evidence=match.group(),
        clause=rule,
    )


def _real(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that is neither negated, hypothetical, drilled nor history; the largest count wins."""
    found = [m for m in pattern.finditer(text) if not unreal(text, m.start()) and _people(m) > 0]
    return max(found, key=_people, default=None)


def deaths(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅰ from `deaths_i` dead, Ⅱ for any death; abstains without one.

    >>> deaths("事故造成三死五伤", Thresholds()).value
    'Ⅱ'
    >>> deaths("无人员死亡", Thresholds()) is None
    True
    """
    match = _real(_DEAD, _NEGATED.sub(lambda m: "　" * len(m.group()), text))
    if match is None:
        return None
    dead = _people(match)
    level = "Ⅰ" if dead >= limits.deaths_i else "Ⅱ"
    return _verdict(level, match, f"文中提到死亡（至少{dead}人）", "casualty.dead")


def injuries(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅰ from `hurt_i` hurt, Ⅲ below; abstains without one."""
    match = _real(_HURT, _NEGATED.sub(lambda m: "　" * len(m.group()), text))
    if match is None:
        return None
    hurt = _people(match)
    return _verdict("Ⅰ" if hurt >= limits.hurt_i else "Ⅲ", match, f"文中提到受伤（至少{hurt}人）", "casualty.hurt")


def illness(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅱ from `ill_ii` poisoned or ill; abstains below."""
    match = _real(_ILL, text)
    if match is None or _people(match) < limits.ill_ii:
        return None
    return _verdict("Ⅱ", match, f"群体性发病或中毒（至少{_people(match)}人）", "casualty.ill")


def gathering(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅱ from `gathering_ii` people gathered or on strike; abstains below."""
    match = _real(_CROWD, text)
    if match is None or _people(match) < limits.gathering_ii:
        return None
    return _verdict("Ⅱ", match, f"人员聚集（至少{_people(match)}人）", "gathering")


def minors(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅱ when a crime against a child is alleged; abstains otherwise."""
    match = _MINOR.search(text)
    if match is None or unreal(text, match.start()):
        return None
    return _verdict("Ⅱ", match, "涉及侵害未成年人", "minor.harmed")


def grave_injury(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅱ when somebody is gravely hurt; abstains otherwise.

    >>> grave_injury("塔吊砸下来，工人重伤送进重症监护室", Thresholds()).value
    'Ⅱ'
    """
    match = _told(_GRAVE, text)
    return None if match is None else _verdict("Ⅱ", match, f"有人重伤（“{match.group()}”）", "casualty.grave")


def killing(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅱ when a killing is told, not of germs and pests; abstains otherwise.

    >>> killing("消毒液能杀死病毒", Thresholds()) is None
    True
    """
    match = _told(_KILLED, text)
    return None if match is None else _verdict("Ⅱ", match, f"涉及命案（“{match.group()}”）", "casualty.killed")


def pollution(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅱ when drinking water is polluted or fish die in masses; abstains otherwise.

    >>> pollution("化工厂污水直排，下游就是自来水取水口", Thresholds()).value
    'Ⅱ'
    """
    match = _told(_POLLUTED, text)
    return None if match is None else _verdict("Ⅱ", match, "涉及饮用水源或大面积污染", "pollution.grave")


def disaster(text: str, limits: Thresholds) -> Verdict | None:
    """Ⅰ for an earthquake or the like that a whole city feels; abstains otherwise, also for anniversaries and drills."""
    match = _told(_DISASTER, text)
    return None if match is None else _verdict("Ⅰ", match, f"涉及全域性灾害（“{match.group()[:16]}”）", "disaster.city")


def _told(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that is neither negated, hypothetical, drilled nor history."""
    clean = _NEGATED.sub(lambda m: "　" * len(m.group()), text)
    return next((m for m in pattern.finditer(clean) if not unreal(clean, m.start())), None)


# Every match of a rule holds one of its words (folded): a text without them is not searched.
RULES: dict[Rule, tuple[str, ...]] = {
    deaths: ("死", "亡", "遇难", "丧生", "丧命", "罹难", "去世", "离世", "跳楼"),
    injuries: ("伤", "骨折", "送医"),
    illness: ("中毒", "呕吐", "腹泻", "发热", "感染", "确诊", "上吐下泻"),
    gathering: ("聚集", "围堵", "堵路", "堵门", "拉横幅", "集体上访", "游行", "静坐", "罢工", "停运"),
    minors: ("伤", "被打得", "猥亵", "性侵", "强奸", "虐待", "殴打", "体罚", "针扎", "拐卖", "拐走", "掐", "踢打", "毒打"),
    grave_injury: (
        "重伤", "生命垂危", "危在旦夕", "岌岌可危", "重症监护", "icu", "植物人", "截肢", "昏迷不醒", "高位截瘫", "颅内出血", "大面积烧伤", "终身残疾",
        "致残",
    ),
    killing: ("杀", "死", "灭门", "命案"),
    pollution: ("污染", "污水", "废水", "偷排", "排污", "发臭", "超标", "鱼"),
    disaster: ("震感强烈", "余震", "地震", "海啸", "龙卷风", "溃坝", "决堤"),
}  # fmt: skip


class RuleBook:
    """Rules that search a text, each with the words one of which every match holds. Immutable after construction."""

    def __init__(self, rules: Mapping[Rule, tuple[str, ...]]) -> None:
        self._rules = tuple(rules)
        self._waiting: dict[str, list[int]] = defaultdict(list)
        for at, words in enumerate(rules.values()):
            for word in words:
                self._waiting[word].append(at)

    def words(self) -> set[str]:
        """All words any rule waits for."""
        return set(self._waiting)

    def verdicts(self, text: str, limits: Thresholds, hits: Iterable[str] | None = None) -> list[Verdict]:
        """Verdicts of every rule that does not abstain. `hits`: folded words known to stand in the text; None searches with every rule."""
        asked = range(len(self._rules)) if hits is None else sorted({at for word in hits for at in self._waiting.get(word, ())})
        return [v for at in asked if (v := self._rules[at](text, limits)) is not None]


GRAVE = RuleBook(RULES)


def level_verdicts(text: str, limits: Thresholds, hits: Iterable[str] | None = None) -> list[Verdict]:
    """Verdicts of the rules of grave harm that do not abstain."""
    return GRAVE.verdicts(text, limits, hits)
