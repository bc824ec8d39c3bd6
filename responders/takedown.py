"""压制与追查 (删帖、封号、约谈、寻找发帖人): the clauses of a text that ask for it. No answer may, whatever its form.

Each clause is read alone, folded: full width, spaces, inserted marks and traditional characters make no difference. Cautious on purpose: what is
refused wrongly is worded anew in a minute; what is let through harms whoever spoke.
"""

import re
import unicodedata
from collections.abc import Iterator

_CLAUSES = re.compile(r"[，,。｡；;！!？?\n、]")
_MARKS = re.compile(r"[\W_]")
_TRADITIONAL = str.maketrans(
    "刪貼號約談發評論視頻賬帳戶關閉凍結銷尋鎖網查個禁論壇東屏蔽撤處壓熱絡舉報訴實調繫聯係單業對將據說沒會應從與為眾氣該這員問題",
    "删贴号约谈发评论视频账帐户关闭冻结销寻锁网查个禁论坛东屏蔽撤处压热络举报诉实调系联系单业对将据说没会应从与为众气该这员问题",
)

_POSTS = (
    "帖(?:子|文)?|贴文|贴子|[该此原网跟发]贴|博文|推文|网文|微博|评论(?!员)|文章|视频(?!监控|探头|会议)|言论|留言|弹幕|热搜|词条|话题|舆情|谣言|稿件|"
    "(?:不实|负面|有害|敏感|网上|网络|相关网)信息|网传内容"
)
_AUTHOR = (
    "发帖(?:人|者|网友|群众|用户|账号|员工|学生|业主)|发贴[人者]|发文[人者]|楼主|网民|网友|原作者|作者|博主|爆料(?:人|者)|投诉(?:人|者)|举报(?:人|者)|"
    "反映人|反映者|信访人|上访人|发布[人者]|评论[人者]|留言[人者]|账号主|号主|转发[人者]|造谣者|传谣者|始作俑者|发声者|拍摄者"
)
_SPOKE = rf"(?:{_AUTHOR})(?!(?:所|们|来电|来信|在网上|通过\w{{2,6}}|多次|集中)*(?:反映|投诉|举报|提出|提供|提到|诉求|指出|描述|关心|关注|询问|咨询))"
_REPORTED = r"(?:中|里|内|上)?(?:所)?(?:反映|提到|提及|涉及|指|投诉|举报|曝光|述|说|拍到|拍摄)(?:到|出)?的(?!内容|信息|文字|话)"
_POST = rf"(?:{_POSTS})(?!{_REPORTED})"
_TAKE_DOWN = "删除|删掉|删去|删了|下架|撤下|撤除|撤掉|撤回|屏蔽|清理|清除|清空|处理掉|压制|压下|降热|降温|隐藏|消除|限流|沉底|和谐掉|封堵"
_SILENT = "(?:已|已经|被|由|平台|网站|论坛|予以|全部|进行|及时|彻底|都|均|一律|依法|自行|主动|尽快|立即|了|全网|统一|作|做|给)*"
_SEEK = "查找|寻找|锁定|追查|查明|查清|查出|查到|查实|排查|摸排|摸清|人肉|溯源|找到|找出|追踪|追溯|定位|倒查|核查|核实|调查|比对出|甄别"
_PUNISH = "训诫|稳控|批评教育|控制|拘留|处罚|传唤|劝返|警告|问话|谈话|做笔录|喝茶|上门做工作|做思想工作|稳定情绪并|追责|问责|追究"
_SEEKING = "查找|寻找|锁定|追查|查明|查清|查出|查到|排查|摸排|摸清|人肉|溯源|找到|找出|追踪|追溯|定位|倒查|控制|拘留|训诫|稳控|批评教育|处罚|传唤"
_ACCOUNT = "账号|帐号|微信号|抖音号|公众号|(?:社交|网络|微博|平台|论坛|其|该)账户|(?<!人)群(?![众体租楼防治落])|群聊|微信群|业主群"
_BODY = (
    "公司|企业|集团|物业(?!群)|单位|开发商|商家|商户|门店|店铺|超市|饭店|"
    "酒店|酒楼|学校|幼儿园|园区|医院|诊所|机构|平台方|施工方|经营者|"
    "经营户|业主委员会|业委会|银行|"
    "工厂|电厂|水厂|厂家|厂区|加油站|车站|培训中心|合作社|运营方|承包方|责任方|负责人|法定代表人|法人代表|责任人|街道|镇|局|工地|项目部|矿|砂场"
)
_BETWEEN = r"(?:(?!并|后|至|到|在|所在|其|家长|亲属|当事|人员|员工|职工|学生|教师).){0,16}"
# 约谈 of a body named at once after it, or before it as its object; anything that points at who spoke spoils it.
_LAW_ABIDING = re.compile(
    rf"约谈{_BETWEEN}(?:{_BODY})|(?:对|将|把|向){_BETWEEN}(?:{_BODY}).{{0,8}}约谈|(?:{_BODY}).{{0,6}}(?:被|接受|受到).{{0,4}}约谈"
)
_POINTS = re.compile(rf"{_AUTHOR}|发帖|发贴|发文|跟帖|转发|转载|爆料|(?<!被)投诉|(?<!被)举报|(?<!被)反映|信访|上访|"
    "当事人|家长|亲属|所在(?:的)?单位|本人")

_BLOCKED = (
    ("删帖", re.compile(
        rf"删[帖贴稿评]|删文(?![字件本])|撤(?:帖|贴|稿|热搜)|沉[帖贴]|控评|关(?:闭|停|掉)?(?:其|该|网站)?评论|(?:降低|压低|压降)\w{{0,6}}热度|"
        rf"(?:{_TAKE_DOWN}).{{0,12}}?(?:{_POST})|(?:{_POSTS}){_SILENT}(?:{_TAKE_DOWN})|(?:{_AUTHOR}){_SILENT}(?:删除|删掉|撤下|撤回)"
    )),
    ("封号", re.compile(
        rf"封号|封禁|禁言|拉黑|封其?微信|(?:封停|关闭|关停|注销|冻结|处置|封掉|查封|解散|举报掉).{{0,8}}?(?:{_ACCOUNT})|"
        rf"(?:踢出|移出|清退出).{{0,4}}群|"
        rf"(?:{_ACCOUNT}){_SILENT}(?:封停|关停|注销|冻结|解散|封掉)"
    )),
    ("约谈", re.compile(rf"约谈|约见(?=.{{0,6}}(?:{_AUTHOR}))|(?:传唤|喊来|叫来|找).{{0,4}}(?:{_SPOKE}).{{0,6}}(?:谈话|问话|做工作)")),
    ("寻找发帖人", re.compile(
        rf"(?:{_SEEK}|{_PUNISH}).{{0,10}}?(?:{_SPOKE})|落地查人|(?:谁|何人|什么人|哪个人|是谁)(?:在)?(?:发的?帖|发布|发的|爆料|举报|投诉|传的|拍的)|"
        rf"(?:{_AUTHOR}).{{0,8}}?(?:身份(?!证)|IP|ip|住址|真实姓名|工作单位|手机号|家庭情况|实名信息)|"
        rf"(?:发帖|发贴|发文|信息|帖文|帖子|爆料)(?:的)?(?:源头|来源|IP|ip)|(?:调取|查询|锁定|获取|追踪).{{0,8}}(?:IP|ip|实名信息|注册信息)|"
        rf"(?:对|将|把|向)(?:该|这名|上述|相关|有关|个别)?(?:{_AUTHOR}).{{0,6}}?(?:{_SEEKING}|{_PUNISH})|"
        rf"(?:{_AUTHOR}){_SILENT}(?:被|予以|依法).{{0,3}}(?:{_SEEKING}|{_PUNISH})"
    )),
)  # fmt: skip

_NOT = "不|未|没有|没|无|严禁|杜绝|不得|禁止|从未|并非|不会|不予|绝不|拒绝"
_AFTER_NOT = (
    "得|会|应|要求|要|再|曾|存在|任何|进行|采取|以|我|其|他|网站|平台|论坛|网信部门|媒体|有关|相关|部门|单位|联系|通知|协调|让|请|向|对|过|亦|人员|委托|授意|"
    "参与|实施|对外|情况|通过|个人|帖文|帖子|评论|账号|因此|为此|该|予以|作|做|的|和|或|与"
)
_DENIED = re.compile(rf"(?:{_NOT})(?:{_AFTER_NOT}|{_NOT})*$")
_TWICE = re.compile(r"(?:不得不|不能不|不可不|无不|没有不|不会不|未尝不|不要不|不应不|如不|若不|"
    "如果不|倘不|要是不|凡不|不得没有|不仅|不但|不只|不光|不再不)$")
_KEPT_SAFE = re.compile(r"保密|保护|不公开|不泄露|不得泄露|严禁泄露|隐去|脱敏")
_TORN = (("删帖", re.compile(r"删[^\w。；！？\n]{1,3}[帖贴]")), ("封号", re.compile(r"封[^\w。；！？\n]{1,3}号|禁[^\w。；！？\n]{1,3}言")))


def folded(text: str) -> str:
    """The text as it is compared: one width, one script, letters and digits only.

    >>> folded("刪 － 帖　１２３")
    '删帖123'
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).translate(_TRADITIONAL)


def asks_for(text: str) -> Iterator[tuple[str, str]]:
    """(what, the clause as written) for each thing a clause of the text asks for.

    >>> list(asks_for("已约谈物业公司，未删帖。对发帖人批评教育"))
    [('寻找发帖人', '对发帖人批评教育')]
    """
    for clause in _CLAUSES.split(text):
        yield from ((what, clause.strip()) for what, pattern in _BLOCKED if _asks(what, pattern, folded(clause)))
    whole = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)
    yield from ((what, found.group()) for what, pattern in _TORN for found in pattern.finditer(whole))


def _asks(what: str, pattern: re.Pattern[str], clause: str) -> bool:
    if what == "约谈" and _LAW_ABIDING.search(clause) and not _POINTS.search(clause):
        return False
    if what == "寻找发帖人" and _KEPT_SAFE.search(clause):
        return False
    return any(not _denied(clause[: m.start()]) for m in pattern.finditer(clause))


def _denied(before: str) -> bool:
    return bool(_DENIED.search(before)) and not _TWICE.search(before)
