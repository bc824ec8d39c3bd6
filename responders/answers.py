"""回应的完整与正当: what an answer must hold before it may be signed, by its form; and what no answer may ask for.

Source: 实施方案三（三）4 (six forms; 立场态度、事实真相、政策措施、处置结果); 政府信息公开条例 第六条. Pure: reads no store, no clock.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from records.paper import Answer, Disclosure, Finding, Statement

PROOFS: dict[str, tuple[tuple[str, str], ...]] = {  # form → (key, what it is); every one is required
    "R1": (("adopted", "采纳内容"), ("declined", "未采纳内容及理由")),
    "R2": (("solved", "解决事项"), ("solved_when", "完成时间"), ("responsible", "责任单位")),
    "R3": (("investigation", "调查经过"), ("conclusion", "调查结论"), ("measures", "处置措施"), ("persons", "责任追究（依法公开范围内）")),
    "R4": (("authority", "权威依据名称"), ("quotation", "依据原文")),
    "R5": (("misreading", "误读之处"), ("reading", "正确解读"), ("authority", "依据")),
    "R6": (("evidence", "反证出处网址"), ("quotation", "反证原文")),
}
STATEMENTS = {"stance": "立场态度", "facts": "事实真相", "policy": "政策措施", "outcome": "处置结果"}
BLANK = re.compile(r"〔待(?:填|核)[^〕]*〕")
SHORTEST = 2  # characters of a statement or a proof that says anything
NO_PERSON = "无"  # "责任追究：无" is an answer

# Takedown and hunting for authors: never a measure of an answer, whatever the form. Each is read within one clause of a sentence.
_POSTS = "帖|贴文|博文|微博|评论|文章|视频|言论|留言"
_AUTHOR = "发帖人|发帖者|发贴人|楼主|网民|网友|作者|博主|爆料人|投诉人|举报人|反映人|信访人|发布者|评论者|账号主"
_BODY = "公司|企业|物业|单位|开发商|商家|商户|店|学校|园|医院|机构|平台方|施工方|经营者|业主委员会|业委会|银行|厂|站|中心|合作社|运营方"
_TAKE_DOWN = "删除|下架|撤下|屏蔽|清理|处理掉|压制|降热"
_HUNT = "查找|寻找|锁定|追查|查明|排查|摸排|人肉|溯源|找到|训诫|稳控|批评教育|控制|拘留"
_BLOCKED = (
    ("删帖", re.compile(rf"删[帖贴]|(?:{_TAKE_DOWN})[^，。；]{{0,12}}(?:{_POSTS})|(?:{_POSTS})[^，。；]{{0,6}}(?:{_TAKE_DOWN})")),
    ("封号", re.compile(r"封号|封禁|禁言|(?:封停|关闭|注销|冻结)[^，。；]{0,8}(?:账号|帐号|账户|群)")),
    ("约谈", re.compile(rf"约谈|约见(?=[^，。；]{{0,6}}(?:{_AUTHOR}))")),
    ("寻找发帖人", re.compile(
        rf"(?:{_HUNT})[^，。；]{{0,10}}(?:{_AUTHOR})|落地查人|(?:{_AUTHOR})[^，。；]{{0,8}}(?:身份|IP|住址|真实姓名|工作单位)"
    )),
)  # fmt: skip
_DENIED = re.compile(r"(?:不|未|没有|无|严禁|杜绝|不得|禁止|从未|并非|不会|不予)(?:得|会|应|要求|要|再|曾|存在|任何|进行|采取|以)*$")
_CLAUSES = re.compile(r"[，。；！？\n、]")
_LAW_ABIDING = re.compile(rf"约谈[^，。；]{{0,16}}(?:{_BODY})|(?:{_BODY})[^，。；]{{0,10}}(?:被|进行|予以|接受)?约谈")


def faults(answer: Answer) -> tuple[str, ...]:
    """What is wrong or missing, in Chinese, every point at once; empty when the answer may be put up for signature.

    >>> stand = Statement(text="高度重视并致歉")
    >>> whole = Answer(form="R2", finding=Finding.TRUE, title="停水情况", text="已于六月九日恢复供水。", stance=stand, facts=Statement(
    ...     text="主管道破裂"), policy=Statement(not_applicable="不涉及政策"), outcome=Statement(text="已修复"), proof={"solved": "更换破裂管段",
    ...     "solved_when": "6月9日", "responsible": "区供水公司"}, channel="区政府网站")
    >>> faults(whole)
    ()
    """
    return (*_missing(answer), *(f"措施含“{said}”：“{what}”属压制或追查发帖人，不得作为回应措施" for what, said in blocked(answer)))


def _missing(answer: Answer) -> Iterator[str]:
    if answer.form not in PROOFS:
        yield f"回应形式 {answer.form!r} 不存在（R1–R6）"
        return
    heads = (("标题", answer.title), ("公开文本", answer.text), ("公开渠道", answer.channel))
    yield from (f"{name}为空" for name, value in heads if not value.strip())
    for key, name in STATEMENTS.items():
        yield from _statement(name, getattr(answer, key))
    for key, name in PROOFS[answer.form]:
        if not _says(answer.proof.get(key, "")) and answer.proof.get(key, "").strip() != NO_PERSON:
            yield f"{answer.form} 须有“{name}”（proof.{key}）"
    yield from _form_rules(answer)
    for blank in sorted({b for text in _texts(answer) for b in BLANK.findall(text)}):
        yield f"还有待填待核之处：{blank}"


def _statement(name: str, one: Statement) -> Iterator[str]:
    if one.text.strip() and one.not_applicable.strip():
        yield f"{name}：既有内容又写明不适用，只能取其一"
    elif not _says(one.text) and not _says(one.not_applicable):
        yield f"缺{name}（写明内容，或写明为何不适用）"


def _says(text: str) -> bool:
    return len("".join(text.split())) >= SHORTEST or bool(re.search(r"\d", text))


def _form_rules(answer: Answer) -> Iterator[str]:
    if answer.form == "R6" and urlsplit(answer.proof.get("evidence", "")).scheme not in ("http", "https"):
        yield "R6 的反证出处须为网址"
    if answer.form == "R6" and answer.finding is not Finding.FALSE:
        yield f"R6 只用于核查结论为“不实”的，现为“{answer.finding}”"
    if answer.disclosure is not Disclosure.PUBLIC and not answer.withheld_why.strip():
        yield f"公开属性为“{answer.disclosure}”须写明理由（政府信息公开条例第十三条至第十六条）"


def _texts(answer: Answer) -> tuple[str, ...]:
    said = (s.text for s in (answer.stance, answer.facts, answer.policy, answer.outcome))
    return (answer.title, answer.text, *said, *answer.proof.values(), *answer.measures, answer.unfinished)


def blocked(answer: Answer) -> tuple[tuple[str, str], ...]:
    """(what, the clause) of everything that asks for taking down, silencing or finding who spoke; each once.

    约谈 of a company, school or the like is supervision and may stand; saying that nothing was deleted may, too.

    >>> said = dict(stance=Statement(text="重视"), facts=Statement(text="属实"), policy=Statement(text="依规"), outcome=Statement(text="已办"))
    >>> blocked(Answer(form="R2", finding=Finding.TRUE, title="回复", text="已修复。", measures=("联系网站删除该帖",), **said))
    (('删帖', '联系网站删除该帖'),)
    >>> blocked(Answer(form="R2", finding=Finding.TRUE, title="回复", text="已修复。", measures=("约谈物业公司负责人", "未删帖"), **said))
    ()
    """
    found = {
        (what, clause.strip()): None
        for text in _texts(answer) for clause in _CLAUSES.split(text) for what, pattern in _BLOCKED if _asks(what, pattern, clause)
    }  # fmt: skip
    return tuple(found)


def _asks(what: str, pattern: re.Pattern[str], clause: str) -> bool:
    if what == "约谈" and _LAW_ABIDING.search(clause) and not re.search(_AUTHOR, clause):
        return False
    return any(not _DENIED.search(clause[: m.start()]) for m in pattern.finditer(clause))
