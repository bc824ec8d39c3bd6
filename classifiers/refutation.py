"""Is a claim contradicted in the text itself, by an authority or by checkable facts? Only then may it be called false (C7, R6).

Precision first: a unit's bare denial (“不属实”, “别造谣”) is no contradiction of its critic (design decision 3), nor is a word such as 谣言.
Three things must come together: something that circulates, somebody who would know, and what they found, near each other.
"""

import re
from collections.abc import Iterable

from records.assessment import Speaker, Verdict

NEAR = 60  # characters between who knows and what was found
_CLAIM = re.compile(
    r"网传|流传|谣传|盛传|疯传|热传|误传|传言|传闻|听信|传得|在传|都传|传出|群里.{0,4}(?:传|说|转|发)|群(?:中|内)?(?:转发|流传)|朋友圈|网帖|网文|自媒体|[视音]频(?:称|平台|播放)"
    r"|网(?:民|友)(?:称|发帖|在|爆料)|账号(?:称|声称|发布)|转给|转发|扩散|快转|速转|【转】|紧急通知|家人们|别信|勿信|请勿|不要再转|勿传|不信谣|截图|消息被压|短信"
)
_KNOWS = re.compile(
    r"警方|公安|网警|民警|辟谣平台|联合辟谣|官方|官网|权威|有关部门|主管部门|相关部门|政府|专家|记者|检测(?:单位|机构|报告)?|质检|化验|疾控|气象台|地震(?:台|局|部门)|水文|供[水电气]公司|水厂|电网"
    r"|(?:住建|教育|卫健|卫生|医保|人社|民政|税务|应急|消防|水利|水务|交通(?:运输)?|生态环境|环保|市场监管|市监|发改|城管|自然资源|农业农村|退役军人|文旅|宣传|网信|财政|司法|征收|不动产|信访|粮食)[^，。]{0,6}(?:部门|局|委|办|站|大队|系统)?"
    r"|(?:镇|区|县|街道|村)(?:里|政府|委)|学校|医院|银行|公司(?:公告|回应|客服)|客服|经(?:核实|核查|查证|查|比对|调查|了解|求证|鉴定|检测)|通报|公告|声明|说明|回应"
)
_FOUND = re.compile(
    r"系(?:伪造|谣言|拼接|拼凑|编造|虚构|旧|误读|外地|外省|摆拍|合成|诈骗)|(?:为|是|属|纯属|均为|都是|全是)(?:谣言|假消息|不实|虚假|伪造|编造|虚构|旧闻|旧视频|旧照片|旧图|误读|误传|诈骗|假的|骗局|冒牌|钓鱼)"
    r"|从(?:未|没有?)(?:发布|出台|委托|收到|下发|要求|授权|有过|接到|印发|出过|开展)|未(?:出台|发布|下发|接到|收到|检出|发现|列入|开展|收治|授权)|均未|并(?:非|无|未|没有)|不存在|查无|没有(?:这|此|该|任何|接到|收到|发生|发现|编制|审批|停|出台|委托|要求|推出|打)"
    r"|没(?:这|有这)?(?:回|个|种|项|一)(?:事|政策|说|说法)|没收到|无一例|无人(?:伤亡|受伤|死亡)|伪造|拼凑|拼接|编造|移花接木|张冠李戴|无中生有|添油加醋|捏造|虚构|摆拍|变形特效|后期(?:添加|配音|合成)"
    r"|(?:外省|外地|他省|国外|20[01]\d年|前年|早年).{0,16}(?:视频|照片|图片|旧|演练|演习|画面|事故|纠纷|渠道|河道|村)|(?:视频|图片|照片|截图|画面|录音).{0,16}(?:旧|外省|外地|前年|20[01]\d年|拼|伪|合成|另一)"
    r"|(?:全部?|均|都|各项指标|水质|余氯).{0,6}(?:合格|正常|达标)|完好|(?:已|被|依法).{0,10}(?:立案|行政处罚|拘留|批评教育|致歉|道歉|训诫)|承认.{0,12}(?:编|造|旧|涨粉|博|假|拼|特效)|与事实不符|不符合?事实|不实信息|误读|曲解|断章取义|辟谣|谣言"
)
_SURE = re.compile(
    r"(?:警方|公安|网警|官方|辟谣平台|网信|卫健|教育|应急|气象|疾控|市场监管|有关部门|检测后|回应|通报|记者)[^。！？“”]{0,16}(?:辟谣|谣言|不实信息|不属实|编造|虚构)"
    r"|^\W{0,4}(?:【[^】]{0,8}辟谣|辟谣[：:|｜】]|谣言粉碎|求真[|｜：:]|.{0,24}[？?]\W{0,2}(?:假的|谣言|不实|辟谣|官方回应))|(?:编造|散布|传播)(?:谣言|虚假信息).{0,20}(?:拘留|处罚|立案|查处|训诫)"
)
# What a critic says of being called a liar, and what only a critic writes.
_CRITIC = re.compile(
    r"(?:说|讲|骂|叫|喊|告|怪)(?:我|俺|他|她|你|人家|我们|咱)?(?:们)?(?:是|在|别|不要|少)?(?:造谣|谣言|乱说|瞎说)|别(?:再)?(?:说我)?造谣|就是造谣|谁造谣|绝不造谣|不是我(?:们)?造谣|少造谣|以造谣|来造谣|算(?:不算)?造谣"
    r"|我(?:们)?(?:有|拍|留|录|亲眼|就在|家|去|拎|灌|手里|住)|我们(?:业主|村|厂|小区|组|几十|一栋|去|拿)|欠条|欠薪|工资|血汗钱|讨薪|凭什么|你们|打脸|呵呵|自己去看|数数|照片为证|视频为证|有图为证|收据|转账"
)


# A text without one of these holds no claim and no debunk.
TRIGGERS = (
    "传", "转", "谣", "截图", "账号", "视频", "音频", "短信", "别信", "勿信", "朋友圈", "网帖", "网文", "自媒体", "网民", "网友", "扩散", "通知",
    "家人们", "不实", "不属实", "虚构", "编造", "伪造", "假的", "回应", "消息", "请勿", "求真", "系旧", "误读",
)  # fmt: skip
ALONE, TOGETHER = 0.85, 0.45  # what the model must think of C7, where one sign is there and where both are


def refuted(text: str, likely: float) -> Verdict | None:
    """The contradiction found in `text`, as a verdict of category C7; None where there is none.

    `likely` is the model's probability of C7: two of three must agree: a claim that circulates, a finding beside one who knows, the model.

    >>> refuted("网传自来水有毒不能喝，区水务部门检测后辟谣：各项指标合格，该消息系谣言", 0.6).evidence
    '辟谣'
    >>> refuted("环保局说我们造谣，我家鸭子死了六十多只", 0.9) is None
    True
    """
    if likely < TOGETHER or _CRITIC.search(text):
        return None
    claim, found = _CLAIM.search(text), finding(text)
    if found is None and (claim is None or likely < ALONE):
        return None
    if claim is None and likely < ALONE and _SURE.search(text) is None:
        return None
    match = found or claim
    return None if match is None else _verdict(match, "文中有相反的事实或权威说法" if found else "属流传的不实说法")


def finding(text: str) -> re.Match[str] | None:
    """What was found, near one who would know.

    >>> finding("网传停课，区教育局回应：该消息系谣言").group()
    '系谣言'
    >>> finding("网传停课，家长都在问") is None
    True
    """
    sure = _SURE.search(text)
    if sure is not None:
        return _FOUND.search(text, sure.start()) or sure
    knows = [m.start() for m in _KNOWS.finditer(text)]
    return next((m for m in _FOUND.finditer(text) if _near(m.start(), knows)), None)


def _near(at: int, places: Iterable[int]) -> bool:
    return any(abs(at - place) <= NEAR for place in places)


def _verdict(match: re.Match[str], reason: str) -> Verdict:
    said = f"{reason}（“{match.group()[:16]}”）"
    return Verdict(
        what="category", value="C7", probability=0.9, reason=said, speaker=Speaker.RULE, span=match.span(), evidence=match.group(), clause="refuted"
    )
