"""Forms (文书): a case file → the fields of each form an office writes. A field the file does not know stays empty, to be filled by hand.

Source: 实施方案三（三）4 (责任主体、回应形式), 三（四）4 (审核签批). Fields are strings or lists of paragraphs; word_forms puts them on paper.
"""

from collections.abc import Callable, Mapping

from records.case import CaseState, Transition
from records.paper import (
    Answer,
    Extension,
    LeadTransfer,
    Paper,
    Pause,
    SecrecyReview,
    Signature,
    Statement,
    Submission,
    Supervision,
)
from records.post import Post
from responders.event_reports import event_report, grave_report, spread
from responders.form_file import CLOCKS, FormFile, FormNotReadyError, lines, moment, span
from responders.masking import clean, masked, safe_link

Context = Mapping[str, str | list[str]]
MARK = "内部资料  注意保存"
SUMMARY = 300  # characters of the first post
LINKS = 5
ELSEWHERE = "另行密送"
_BLANK_MOVE = ("", "")


class UnknownFormError(LookupError):
    """No such form; says which there are."""


def form(file: FormFile, kind: str, nth: int = 0) -> Context:
    """The fields of one form; of a paper written several times the newest, or the `nth`.

    Raises: UnknownFormError; FormNotReadyError, also for a form that a 检举控告 may not have.
    """
    if kind not in FORMS:
        raise UnknownFormError(f"没有文书“{kind}”；可用：{'、'.join(FORMS)}")
    if file.secret and kind not in OF_DISCIPLINE:
        raise FormNotReadyError(f"{file.case.number}：检举控告类只出{'、'.join(OF_DISCIPLINE)}，内容由受理单位掌握")
    head: dict[str, str | list[str]] = {"number": file.number, "title": file.title, "office": masked(file.office.name), "lead": file.lead}
    return head | {"level": _level(file), "mark": MARK} | dict(FORMS[kind](file, nth))


def _level(file: FormFile) -> str:
    row = file.standard.level(file.case.opinion_level)
    return f"{row.code}级 {row.name}（{row.colour}色）"


def _move(move: Transition | None) -> tuple[str, str]:
    return (masked(move.actor), moment(move.at)) if move else _BLANK_MOVE


# 交办单
def dispatch(file: FormFile, nth: int = 0) -> Context:
    """交办单. Raises: FormNotReadyError before 交办."""
    given = file.last_move(CaseState.DISPATCHED)
    if given is None:
        raise FormNotReadyError(f"{file.case.number}：尚未交办，不能出交办单")
    signed = file.last_move(CaseState.SIGNED_FOR, since=given.at)
    (by, at), (signer, signed_at) = _move(given), _move(signed)
    return _matter(file) | {
        "joint": file.unit_list(file.case.routing.joint), "informed": file.unit_list(file.case.routing.informed),
        "asked": _asked(file), "sign_due": file.due("sign"), "reply_due": file.due("reply"), "respond_due": _respond_due(file),
        "close_due": file.due("close"), "by": by, "at": at, "signer": signer, "signed_at": signed_at, "contact": clean(file.office.contact),
        "instruction": _instruction(file), "phone": _phone(file), "attached": [""],
    }  # fmt: skip


def _matter(file: FormFile) -> dict[str, str | list[str]]:
    """What was said, where and how far; of a 检举控告 nothing of it."""
    if file.secret:
        return {
            "platform": "", "first_at": "", "links": [ELSEWHERE], "summary": [ELSEWHERE], "spread": [""],
            "judged": ["检举控告类，由受理单位依规办理"],
        }  # fmt: skip
    first = _first_post(file)
    return {
        "platform": file.source(file.event.first_source_id), "first_at": moment(file.event.first_said_at), "links": _links(file),
        "summary": lines(_cut(masked(first.text), SUMMARY)) if first else lines(file.title), "spread": lines(spread(file)), "judged": _judged(file),
    }  # fmt: skip


def _first_post(file: FormFile) -> Post | None:
    named = [p for p in file.posts if p.id == file.event.first_post_id]
    return named[0] if named else min(file.posts, key=lambda p: p.said_at, default=None)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _links(file: FormFile) -> list[str]:
    """The first originals that may be followed, and how many more there are."""
    found = [link for p in file.posts if (link := safe_link(p.url))]
    more = [f"另有{len(file.posts) - LINKS}条，见台账"] if len(file.posts) > LINKS else []
    return found[:LINKS] + more or [""]


def _judged(file: FormFile) -> list[str]:
    """研判意见: categories, form, why this level, why this unit."""
    names = {c.code: c.name for c in file.standard.categories}
    kinds = "、".join(f"{code} {names.get(code, '')}".strip() for code in file.case.labels)
    why = "；".join((*file.event.level_reasons, *file.case.routing.reasons))
    return lines(f"类别：{kinds or '未定'}；回应形式：{file.form_name(file.case.form)}（系统初判，以人工审定为准）", f"理由：{why}")


def _asked(file: FormFile) -> list[str]:
    """办理要求: check, answer, settle; what the form of answer must make public."""
    if file.secret:
        return ["依规受理；不得将线索转给被反映单位"]
    answer = next((f.answer for f in file.standard.forms if f.code == file.case.form), "")
    named = f"2．回应：{answer}{'，' if answer else ''}说明立场态度、事实真相、政策措施、处置结果。"
    return ["1．核实：查清基本事实，反馈属实、部分属实、不实或无法核实。", masked(named), "3．处置：依法依规解决问题，按期填报反馈单。"]


def _respond_due(file: FormFile) -> str:
    """公开回应 limit; of a grave 突发事件 its two."""
    grave = [f"{CLOCKS[kind]}：{words}" for kind in ("release", "press") if (words := file.due(kind))]
    return "；".join(grave) or file.due("respond")


def _instruction(file: FormFile) -> list[str]:
    found = file.written(Submission)
    return lines(found[1].instruction) if found and not file.secret else [""]


def _phone(file: FormFile) -> str:
    """The leading unit's duty telephone: a post's, not a person's, so it stands unmasked."""
    unit = next((u for u in file.units.units if u.id == file.case.routing.lead), None)
    return "、".join(clean(f"{c.role}{c.phone}") for c in unit.contacts if c.phone) if unit else ""


# 反馈单, 签批单
def feedback(file: FormFile, nth: int = 0) -> Context:
    """反馈单 of an answer. Raises: FormNotReadyError without one."""
    paper, answer = file.must_have(Answer, nth)
    signed = file.about(paper.id, Signature, lambda s: s.answer_id)
    return _answer(file, answer) | {
        "unit": file.unit(paper.unit or file.case.routing.lead), "measures": [ELSEWHERE] if file.secret else lines(*answer.measures),
        "unfinished": lines("" if file.secret else answer.unfinished), "contact": clean(answer.contact), "finding": str(answer.finding),
        "planned_at": "", "by": masked(paper.by),
        "at": moment(paper.at), "signed_by": masked(signed[0].by) if signed else "",
        "attached": lines("" if file.secret else "\n".join(answer.cites)),
    }  # fmt: skip


def _answer(file: FormFile, answer: Answer) -> dict[str, str | list[str]]:
    told_why = answer.withheld_why.strip() and not file.secret
    public = f"{answer.disclosure}（{masked(answer.withheld_why)}）" if told_why else str(answer.disclosure)
    head: dict[str, str | list[str]] = {"form": file.form_name(answer.form), "disclosure": public}
    if file.secret:
        return head | {"answer_title": "", "text": [ELSEWHERE], "four": [""], "channel": ""}
    return head | {
        "answer_title": masked(answer.title), "text": lines(answer.text), "four": _four(answer), "channel": masked(answer.channel),
    }


def _four(answer: Answer) -> list[str]:
    rows = (("立场态度", answer.stance), ("事实真相", answer.facts), ("政策措施", answer.policy), ("处置结果", answer.outcome))
    return [masked(f"{name}：{_stated(stated)}") for name, stated in rows]


def _stated(stated: Statement) -> str:
    return stated.text.strip() or f"不适用（{stated.not_applicable}）"


def signing(file: FormFile, nth: int = 0) -> Context:
    """签批单: the answer put up for signature, with its secrecy review and signature as far as they are on file."""
    paper, answer = file.must_have(Answer, nth)
    review = file.about(paper.id, SecrecyReview, lambda r: r.answer_id)
    signed = file.about(paper.id, Signature, lambda s: s.answer_id)
    joint = tuple(dict.fromkeys((*answer.joint,)))
    return _answer(file, answer) | {
        "unit": file.unit(paper.unit or file.case.routing.lead), "joint": file.unit_list(joint), "by": masked(paper.by), "at": moment(paper.at),
        "secrecy": _reviewed(review), "signature": _signed(file, signed),
    }  # fmt: skip


def _reviewed(found: tuple[Paper, SecrecyReview] | None) -> list[str]:
    if found is None:
        return [""]
    paper, review = found
    return lines(f"{'可以公开' if review.passed else '不得公开'}：{review.said}", f"审查人：{paper.by}　{moment(paper.at)}")


def _signed(file: FormFile, found: tuple[Paper, Signature] | None) -> list[str]:
    if found is None:
        return [""]
    paper, sign = found
    behalf = f"（代{sign.on_behalf_of}，至{sign.deputised_until}）" if sign.on_behalf_of else ""
    scan = f"纸质签批扫描件已登记，登记人：{sign.registered_by}" if sign.scan_sha256 else ""
    return lines(f"同意。{file.unit(sign.unit)}{sign.capacity}：{paper.by}{behalf}　{moment(paper.at)}", scan)


# 呈批件, 督办单
def submission(file: FormFile, nth: int = 0) -> Context:
    """呈批件 to a leader. Raises: FormNotReadyError without one."""
    paper, found = file.must_have(Submission, nth)
    answer = file.written(Answer)
    result = f"{answer[1].finding}。{_stated(answer[1].outcome)}" if answer else ""
    return {
        "to": masked(found.to), "origin": f"{file.case.number}，{file.source(file.event.first_source_id)}，首发{moment(file.event.first_said_at)}",
        "matter": lines(found.matter), "advice": lines(found.advice), "instruction": lines(found.instruction), "result": lines(result),
        "by": masked(paper.by), "at": moment(paper.at),
    }  # fmt: skip


def supervision(file: FormFile, nth: int = 0) -> Context:
    """督办单: which limit ran out, by how much, what is asked, for the how manieth time."""
    paper, found = file.must_have(Supervision, nth)
    clock = file.clock(found.clock)
    given = file.last_move(CaseState.DISPATCHED)
    return {
        "serial": f"第{found.serial}次", "clock": CLOCKS.get(found.clock, clean(found.clock)), "due": moment(clock.due_at) if clock else "",
        "overdue": span(found.overdue_seconds), "asked": _free(file, found.asked), "state": str(file.case.state),
        "dispatched_at": moment(given.at) if given else "", "by": masked(paper.by), "at": moment(paper.at), "contact": clean(file.office.contact),
    }  # fmt: skip


def _free(file: FormFile, text: str) -> list[str]:
    """What somebody wrote in words of their own; of a 检举控告 it goes the sealed way."""
    return [ELSEWHERE] if file.secret else lines(text)


# 延期审批, 暂缓办理审批
def extension(file: FormFile, nth: int = 0) -> Context:
    """延期审批 of one clock."""
    paper, found = file.must_have(Extension, nth)
    return {
        "unit": file.unit(paper.unit) if paper.unit else file.lead, "what": f"{CLOCKS.get(found.clock, clean(found.clock))}时限",
        "before": moment(found.old_due_at), "after": moment(found.new_due_at), "why": _free(file, found.why), "by": masked(paper.by),
        "at": moment(paper.at), "approved_by": masked(found.approved_by),
    }  # fmt: skip


def pause(file: FormFile, nth: int = 0) -> Context:
    """暂缓办理审批: where it stood, until when it rests."""
    paper, found = file.must_have(Pause, nth)
    return {
        "unit": file.unit(paper.unit) if paper.unit else file.lead, "came_from": clean(found.came_from), "until": moment(found.until),
        "why": _free(file, found.why), "by": masked(paper.by), "at": moment(paper.at), "approved_by": masked(found.approved_by),
    }  # fmt: skip


# 线索移交单
def transfer(file: FormFile, nth: int = 0) -> Context:
    """线索移交单: addresses and hashes, three names of the office, no author (design decision 4)."""
    paper, found = file.must_have(LeadTransfer, nth)
    evidence = [f"{n}．{safe_link(url) or '〔链接含个人信息，另附〕'}" for n, url in enumerate(found.evidence, start=1)]
    hashes = [f"SHA-256：{clean(digest)}" for digest in found.evidence.values()]
    return {
        "to": masked(found.to), "evidence": [line for pair in zip(evidence, hashes, strict=True) for line in pair] or [""],
        "refuted_by": lines(found.refuted_by), "proposed_by": masked(found.proposed_by), "approved_by": masked(found.approved_by),
        "by": masked(paper.by), "at": moment(paper.at),
    }  # fmt: skip


FORMS: dict[str, Callable[[FormFile, int], Mapping[str, str | list[str]]]] = {
    "交办单": dispatch, "反馈单": feedback, "呈批件": submission, "督办单": supervision, "签批单": signing, "延期审批": extension,
    "暂缓办理审批": pause, "线索移交单": transfer, "重大政务舆情信息报告": grave_report, "专报": event_report,
}  # fmt: skip
OF_DISCIPLINE = ("交办单", "反馈单", "督办单", "延期审批", "暂缓办理审批")  # what a 检举控告 may have
