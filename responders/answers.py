"""回应的完整与正当: what an answer must hold before it may be signed, by its form; and what no answer may ask for.

Source: 实施方案三（三）4 (six forms; 立场态度、事实真相、政策措施、处置结果); 政府信息公开条例 第六条. Pure: reads no store, no clock.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from records.paper import Answer, Disclosure, Finding, Statement
from responders.takedown import asks_for

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
NONE = "无"  # an answer only to what MAY_BE_NONE names
MAY_BE_NONE = ("persons", "adopted", "declined")  # nobody to blame; everything, or nothing, of a proposal adopted


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
    heads = [("标题", answer.title), ("公开文本", answer.text)]
    heads += [("公开渠道", answer.channel)] if answer.disclosure in (Disclosure.PUBLIC, Disclosure.PARTLY) else []
    yield from (f"{name}为空" for name, value in heads if not _says(value))
    for key, name in STATEMENTS.items():
        yield from _statement(name, getattr(answer, key))
    for key, name in PROOFS[answer.form]:
        if not _proves(answer, key):
            yield f"{answer.form} 须有“{name}”（proof.{key}）"
    yield from _form_rules(answer)
    for blank in sorted({b for text in _texts(answer) for b in BLANK.findall(text)}):
        yield f"还有待填待核之处：{blank}"


def _statement(name: str, one: Statement) -> Iterator[str]:
    if one.text.strip() and one.not_applicable.strip():
        yield f"{name}：既有内容又写明不适用，只能取其一"
    elif not _says(one.text) and not _says(one.not_applicable):
        yield f"缺{name}（写明内容，或写明为何不适用）"


def _proves(answer: Answer, key: str) -> bool:
    """What the key asks for is said; "无" is enough where there may be none, but not for all of R1."""
    said = answer.proof.get(key, "").strip()
    if said == NONE and key in MAY_BE_NONE:
        return answer.form != "R1" or any(answer.proof.get(k, "").strip() != NONE for k in ("adopted", "declined"))
    return _says(said)


def _says(text: str) -> bool:
    """Dots and dashes say nothing; a figure does."""
    return len(re.sub(r"[\W_]", "", text)) >= SHORTEST or bool(re.search(r"\d", text))


def _form_rules(answer: Answer) -> Iterator[str]:
    if answer.form == "R6" and not is_address(answer.proof.get("evidence", "")):
        yield "R6 的反证出处须为网址"
    if answer.form == "R6" and answer.finding is not Finding.FALSE:
        yield f"R6 只用于核查结论为“不实”的，现为“{answer.finding}”"
    if answer.disclosure is not Disclosure.PUBLIC and not _says(answer.withheld_why):
        yield f"公开属性为“{answer.disclosure}”须写明理由（政府信息公开条例第十三条至第十六条）"


def is_address(text: str) -> bool:
    """True for a web address with a host.

    >>> is_address("http://gov.example/1.html"), is_address("http://"), is_address("http://[坏")
    (True, False, False)
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _texts(answer: Answer) -> tuple[str, ...]:
    """Every text of the answer a reader may see."""
    statements = (answer.stance, answer.facts, answer.policy, answer.outcome)
    said = (text for s in statements for text in (s.text, s.not_applicable))
    return (
        answer.title, answer.text, *said, *answer.proof.values(), *answer.measures, answer.unfinished, answer.withheld_why, answer.channel,
        answer.contact,
    )  # fmt: skip


def blocked(answer: Answer) -> tuple[tuple[str, str], ...]:
    """(what, the clause) of everything that asks for taking down, silencing or finding who spoke; each once.

    约谈 of a company, school or the like is supervision and may stand; saying that nothing was deleted may, too.

    >>> said = dict(stance=Statement(text="重视"), facts=Statement(text="属实"), policy=Statement(text="依规"), outcome=Statement(text="已办"))
    >>> blocked(Answer(form="R2", finding=Finding.TRUE, title="回复", text="已修复。", measures=("联系网站删除该帖",), **said))
    (('删帖', '联系网站删除该帖'),)
    >>> blocked(Answer(form="R2", finding=Finding.TRUE, title="回复", text="已修复。", measures=("约谈物业公司负责人", "未删帖"), **said))
    ()
    """
    return tuple(dict.fromkeys(found for text in _texts(answer) for found in asks_for(text)))
