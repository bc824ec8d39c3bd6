"""The demo's scripted people: a duty officer confirms every alert; the widest case is taken to its end by the same verbs a person has.

Who dispatches does not sign, who writes does not review: each step has its own post.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from huiying import case_papers, case_verbs
from huiying.bench_actions import BenchActions
from huiying.case_verbs import Details, unit_name
from huiying.office import Office
from huiying.publishing import look
from records.account import Role
from records.case import Case, CaseState
from records.paper import Answer, Finding, GraveReport, Stage, Statement
from records.unit import Capacity, Signer
from responders.gates import MAJOR
from workbench.admin_pages import new_account

OFFICER, CONTACT, JOINT, REVIEWER, SIGNER = "演示值班员", "演示联络员", "演示协办联络员", "演示保密审查员", "演示单位分管负责人"
SIGNERS = (Signer(name=SIGNER, capacity=Capacity.DEPUTY),)
PUBLISHED = "published"  # folder under the data folder that the town serves as the office's own pages
ADDRESS = "/published/"
UNIT = "zjj"  # whose contact and signer have accounts in the demo


@dataclass(frozen=True, slots=True)
class Officer:
    """Acts on an office. `town` is the base URL of the sample town, where answers are published."""

    office: Office
    town: str

    async def confirm(self, *, leave: int = 0) -> list[Case]:
        """交办 of every case still in 预警提示 but the `leave` least grave; the case told on most sources goes to its end."""
        gravest = sorted(self.office.ledger.cases(CaseState.ALERTED), key=lambda c: (c.opinion_level.rank, c.number))
        chosen = sorted(gravest[: len(gravest) - leave], key=lambda c: c.number)
        moved = [self._move(case.number, CaseState.DISPATCHED, OFFICER, _why(case)) for case in chosen]
        if moved:
            await self._to_the_end(self._widest(moved))
        return moved

    def to_be_signed(self, unit: str) -> None:
        """One case of the unit stands before its signer, so that who looks round finds a draft to sign; none where it has no case to answer."""
        case = next((c for c in self.office.ledger.cases(CaseState.DISPATCHED) if c.routing.lead == unit and c.form in PROOF), None)
        if case is not None:
            self._reported(case)

    def _move(self, number: str, state: CaseState, by: str, why: str, details: Details | None = None) -> Case:
        return case_verbs.move(self.office, number, state.value, by=by, why=why, details=details or Details())

    def _widest(self, cases: Sequence[Case]) -> Case:
        events = {c.id: self.office.ledger.event(c.event_id) for c in cases}
        return max(cases, key=lambda c: (e.source_count, len(e.post_ids)) if (e := events[c.id]) else (0, 0))

    def _reported(self, case: Case) -> Answer:
        """签收, 核查, 反馈 and 保密审查; the answer."""
        number, office = case.number, self.office
        self._move(number, CaseState.SIGNED_FOR, CONTACT, "已收到，由运行科办理")
        if case.opinion_level in MAJOR:
            case_papers.report(office, number, first_report(case), by=CONTACT)
        self._move(number, CaseState.CHECKING, CONTACT, "派员到现场核查")
        for unit in case.routing.joint:
            case_papers.file_answer(office, number, answer_for(office, case, unit), by=JOINT, unit=unit)
        answer = answer_for(office, case, case.routing.lead)
        self._move(number, CaseState.REPORTED, CONTACT, "属实：情况与原帖一致，已处置，措施与进度拟对外公布", Details(answer=answer))
        case_papers.vet(office, number, passed=True, by=REVIEWER, why="不涉及国家秘密、工作秘密、商业秘密和个人隐私")
        return answer

    async def _to_the_end(self, case: Case) -> None:
        number, answer = case.number, self._reported(case)
        self._move(number, CaseState.APPROVED, SIGNER, "事实清楚，同意对外答复")
        await self._publish(number, answer)
        case_papers.follow(self.office, number, by=OFFICER, what="回应后未见新的反映")
        self._move(number, CaseState.FOLLOWING, OFFICER, "跟踪公众反馈")
        self._move(number, CaseState.CLOSED, OFFICER, "已公开回应，回访无异议")

    async def _publish(self, number: str, answer: Answer) -> None:
        """The answer as a page of the town, registered with its address and what a look at it found."""
        office, url = self.office, f"{self.town}{ADDRESS}{number}.html"
        folder = office.data / PUBLISHED
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.html").write_text(page_of(answer), encoding="utf-8")
        checked = await look(office.fetcher, url, answer, office.now())
        details = Details(channel="区政府网站", url=url, checked=checked)
        self._move(number, CaseState.ANSWERED, CONTACT, "已在区政府网站公布原因、处置经过与后续安排", details)


def _why(case: Case) -> str:
    return f"核对原文无误，同意系统建议：{case.routing.reasons[0]}"


def page_of(answer: Answer) -> str:
    """The published page: plain HTML as a 政府网站 article."""
    title, paragraphs = html.escape(answer.title), "".join(f"<p>{html.escape(p)}</p>" for p in answer.text.splitlines() if p.strip())
    return f'<!doctype html><meta charset="utf-8"><title>{title}</title><article><h1>{title}</h1>{paragraphs}</article>'


def first_report(case: Case) -> GraveReport:
    """The lead's 首报."""
    return GraveReport(
        stage=Stage.FIRST, serial=1, happened=f"网上反映“{case.title}”，已受理核查。", public_view="公众希望尽快说明情况、公布进展。",
        done="已派员到现场核查，联系协办单位。", planned="核实后当日公布情况和处置安排，并续报。",
    )  # fmt: skip


def answer_for(office: Office, case: Case, unit: str) -> Answer:
    """A whole answer for the demo, in the form the case asks for; R6 is never scripted, since it needs evidence on record."""
    name, form = unit_name(office, unit), case.form if case.form != "R6" else "R4"
    text = (
        f"针对网上反映的“{case.title}”，{name}当日到现场核查，情况属实。\n现场问题已经处置，后续整改由{name}负责，进度在本栏目每周公布。\n"
        f"感谢公众监督，如有新情况请继续向{name}反映。"
    )
    return Answer(
        form=form, finding=Finding.TRUE, title=f"关于“{case.title}”的情况说明", text=text, stance=Statement(text="高度重视，向受影响的群众致歉"),
        facts=Statement(text="经现场核查，反映的情况属实"), policy=Statement(text="按本单位职责和公开的办理规定处置"),
        outcome=Statement(text="已处置，后续整改每周公布进度"), proof=PROOF[form], measures=("现场处置", "每周公布整改进度"), channel="区政府网站",
    )  # fmt: skip


PROOF = {
    "R1": {"adopted": "建议已纳入本年度工作安排", "declined": "没有不予采纳的建议"},
    "R2": {"solved": "现场问题已处置", "solved_when": "当日", "responsible": "承办单位运行科"},
    "R3": {"investigation": "当日到现场核查，调取记录并询问有关人员", "conclusion": "反映的情况属实", "measures": "责令限期整改", "persons": "无"},
    "R4": {"authority": "承办单位公开的办理规定", "quotation": "按规定公布情况和进度"},
    "R5": {"misreading": "对办理规定适用范围的误解", "reading": "以公开的规定原文为准", "authority": "承办单位公开的办理规定"},
}


def demo_accounts(office: Office) -> list[tuple[str, str, str]]:
    """(login, role, one-time password) of an account a role, made anew where the demo's folder has none: to look round in the workbench."""
    actions, made = BenchActions(office), []
    for login, name, unit, role in ACCOUNTS:
        if actions.accounts.by_login(login) is None:
            made.append((login, role.value, new_account(actions, login, name, unit, (role,))[1]))
    return made


ACCOUNTS = (
    ("zhiban", OFFICER, "qzfb", Role.DUTY), ("yanpan", "演示研判员", "qzfb", Role.ANALYST), ("lianluo", CONTACT, UNIT, Role.CONTACT),
    ("qianpi", SIGNER, UNIT, Role.SIGNER), ("shenji", "演示安全审计员", "qzfb", Role.AUDITOR),
)  # fmt: skip
