"""Gates (关口): what must be on file before a case may go on. A move the table allows passes its gate, or is refused with all that is missing.

Pure: reads the case's file as it would be with the papers that come with the move.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from records.assessment import OpinionLevel
from records.case import CaseState
from records.paper import Answer, Disclosure, Ground, Paper, Pause, Publication, Shelving
from records.unit import Units
from responders.answers import blocked, faults, is_address
from responders.case_file import CaseFile
from responders.cases import MoveRefusedError, person, same

S = CaseState
OFFLINE = ("报纸", "广播", "电视", "新闻发布会", "现场", "公告栏", "上门")  # channels that have no address
MAJOR = (OpinionLevel.I, OpinionLevel.II)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for which move, and what the rules need beside the file.

    `authoritative` tells whether an address is on record as coming from an authority other than the responding unit; `contradictions` are
    those between the units' drafts that must be resolved before signing (口径一致).
    """

    to: CaseState
    by: str
    units: Units
    authoritative: Callable[[str], bool]
    contradictions: Sequence[str] = ()


def check_gate(file: CaseFile, asked: Asked) -> None:
    """Returns when the move may be made. Raises: MoveRefusedError with everything that is missing."""
    gate = _GATES.get(asked.to)
    missing = tuple(gate(file, asked)) if gate else ()
    if missing:
        raise MoveRefusedError(f"{file.case.number}：不能转为“{asked.to}”：" + "；".join(missing))


def _shelved(file: CaseFile, asked: Asked) -> Iterator[str]:
    found = file.latest(Shelving)
    if found is None:
        return
    ground, into = found[1].ground, found[1].into.strip()
    if ground in (Ground.MERGED, Ground.ELSEWHERE) and not into:
        yield f"{ground}须写明去向（并入哪一件，或移送哪个机关）"
    if ground is Ground.MERGED and into == file.case.number:
        yield "不能并入自身"


def _reported(file: CaseFile, asked: Asked) -> Iterator[str]:
    """A report may have gaps, but not a measure nobody may take."""
    found = file.answer()
    yield from (f"不得以压制或追查发帖人为措施：“{clause}”（{what}）" for what, clause in (blocked(found[1]) if found else ()))


def _approved(file: CaseFile, asked: Asked) -> Iterator[str]:
    """The answer is whole, its disclosure reviewed, its text consistent; nobody signs what they wrote or dispatched."""
    found = file.answer()
    if found is None:
        yield "没有承办单位的反馈单和回应口径（huiying case answer N 文件）"
        return
    paper, answer = found
    yield from faults(answer)
    yield from _refuted(answer, asked)
    yield from _reviewed(file, paper)
    sign = file.signed()
    if sign is None or sign[1].answer_id != paper.id:
        yield "没有对现行回应口径的签批单"
    if any(same(asked.by, one) for one in file.dispatchers()):
        yield f"{asked.by}是交办人，不能签批本件"
    if same(asked.by, paper.by):
        yield f"{asked.by}是回应口径的拟稿人，不能签批自己拟的稿"
    yield from (f"口径不一致：{one}" for one in asked.contradictions)


def _refuted(answer: Answer, asked: Asked) -> Iterator[str]:
    """Design decision 3: false only with a contradicting authoritative source on record."""
    if answer.form == "R6" and not asked.authoritative(answer.proof.get("evidence", "")):
        yield "R6 的反证须为台账中已有的权威来源（被反映单位自己的说法不算）；否则请改用 R4 或 R5，标明“待核实”"


def _reviewed(file: CaseFile, paper: Paper) -> Iterator[str]:
    review = file.review(paper.id)
    if review is None:
        yield "现行回应口径没有保密审查（huiying case vet N）"
    elif not review[1].passed:
        yield f"保密审查未通过：{review[1].said}"
    elif same(review[0].by, paper.by):
        yield f"保密审查人{review[0].by}就是拟稿人，须由另一人审查"


def _answered(file: CaseFile, asked: Asked) -> Iterator[str]:
    signed, out = file.signed_answer(), file.published()
    if signed is None:
        yield "没有签批的回应口径"
        return
    if signed[1].disclosure not in (Disclosure.PUBLIC, Disclosure.PARTLY):
        yield f"公开属性为“{signed[1].disclosure}”，只能转为“不公开回应”"
    if out is None or out[1].answer_id != signed[0].id:
        yield "没有公开回应登记（渠道、网址、时间）"
    else:
        yield from _where(out[1])
        yield from _when(file, out)


def _where(out: Publication) -> Iterator[str]:
    if not out.channel.strip():
        yield "没有写明公开渠道"
    offline = any(word in out.channel for word in OFFLINE)
    if not offline and not is_address(out.url):
        yield f"网上公开须有网址（{out.channel}）；线下渠道可写：{'、'.join(OFFLINE)}"


def _when(file: CaseFile, out: tuple[Paper, Publication]) -> Iterator[str]:
    """Published after it was signed, before it is registered."""
    sign = file.signed()
    if sign is not None and out[1].published_at < sign[0].at:
        yield "公开时间早于签批时间：未经签批不得公开"
    if out[1].published_at > out[0].at:
        yield "公开时间在将来，公开后再登记"


def _not_published(file: CaseFile, asked: Asked) -> Iterator[str]:
    signed = file.signed_answer()
    if signed is None:
        yield "没有签批的回应口径：不公开也须经签批"
    elif signed[1].disclosure is Disclosure.PUBLIC:
        yield "签批的公开属性为“主动公开”，应转为“公开回应”"


def _paused(file: CaseFile, asked: Asked) -> Iterator[str]:
    """Each pause has an approval of its own: an older one is used up."""
    found, used = file.latest(Pause), sum(m.to_state is S.PAUSED for m in file.moves)
    new = sum(isinstance(p.content, Pause) for p in file.papers) > used
    if found is None or not new or found[1].came_from != file.case.state.value:
        yield "没有暂缓办理的审批（批准人、复核时间）"
    elif not _named(found[1].approved_by) or same(found[1].approved_by, asked.by):
        yield "暂缓办理须由申请人以外的区政府办负责人批准"
    elif found[1].until <= found[0].at:
        yield "暂缓办理的复核时间须晚于现在"


def _named(approver: str) -> bool:
    try:
        return bool(person(approver))
    except MoveRefusedError:
        return False


def _closed(file: CaseFile, asked: Asked) -> Iterator[str]:
    if file.case.state is S.ANSWERED and file.case.opinion_level in MAJOR:
        yield f"{file.case.opinion_level}级舆情公开回应后须先“跟踪”，再办结"
    for _, task in file.open_tasks():
        name = next((u.name for u in asked.units.units if u.id == task.unit), task.unit)
        yield f"{name}的子任务未完成：{task.what}"


_GATES: dict[CaseState, Callable[[CaseFile, Asked], Iterator[str]]] = {
    S.SHELVED: _shelved, S.REPORTED: _reported, S.APPROVED: _approved, S.ANSWERED: _answered,
    S.NOT_PUBLISHED: _not_published, S.PAUSED: _paused, S.CLOSED: _closed,
}  # fmt: skip
