"""The paper verbs of a case: what a person puts on file between moves. Each needs a name; what changes clocks is compare-and-set."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations

from huiying.notifying import composed
from huiying.office import Desk
from monitor.canonical import canonical_url
from records.case import Case, CaseState, Deadline
from records.event import EventLevel
from records.instant import shanghai
from records.paper import (
    Answer,
    Conference,
    Content,
    EventGrade,
    Extension,
    Following,
    GraveReport,
    LeadTransfer,
    Paper,
    SecrecyReview,
    Stage,
    Submission,
    Supervision,
    Task,
    TaskDone,
)  # fmt: skip
from records.post import Post, post_id
from records.source import MediaTier, SourceKind
from responders.answers import blocked
from responders.case_file import CaseFile
from responders.cases import MoveRefusedError, person, said, same
from responders.deadlines import due, extended, graded, may_extend, met
from responders.gates import MAJOR
from responders.reminders import open_clocks
from responders.signing import check_approver
from responders.supervision import compose_supervision

CONTENT_STATES = (CaseState.SIGNED_FOR, CaseState.CHECKING, CaseState.REPORTED)  # in which units may put up answers


class UnknownCaseError(LookupError):
    """A case number nobody knows."""


def case_file(desk: Desk, number: str) -> CaseFile:
    """Everything on record of a case. Raises: UnknownCaseError."""
    case = desk.ledger.case(number)
    if case is None:
        raise UnknownCaseError(f"没有交办件 {number}")
    return CaseFile(case=case, moves=tuple(desk.ledger.transitions(case.id)), papers=tuple(desk.ledger.papers(case.id)))


def a_paper(desk: Desk, case: Case, content: Content, *, by: str, unit: str = "") -> Paper:
    """The paper, named and timed. Raises: MoveRefusedError for no person."""
    return Paper(id=desk.new_id(), case_id=case.id, unit=unit, by=person(by), at=desk.now(), content=content)


def file_answer(desk: Desk, number: str, answer: Answer, *, by: str, unit: str = "") -> Paper:
    """Files a unit's 反馈单 and 回应口径. It may still have gaps: signing asks for the rest. `unit` is the lead unless named.

    Raises: MoveRefusedError when the unit takes no part, the state is not one to answer in, or a measure is blocked.
    """
    file = case_file(desk, number)
    case, writer = file.case, unit or file.case.routing.lead
    if writer not in (case.routing.lead, *case.routing.joint):
        raise MoveRefusedError(f"{number}：{writer}不是本件的牵头或协办单位")
    if case.state not in CONTENT_STATES:
        raise MoveRefusedError(f"{number}：状态为“{case.state}”，不能提交反馈单（须在签收、核查或反馈时）")
    wrong = [f"“{clause}”（{what}）" for what, clause in blocked(answer)]
    if wrong:
        raise MoveRefusedError(f"{number}：不得以压制或追查发帖人为措施：{'；'.join(wrong)}")
    paper = a_paper(desk, case, answer, by=by, unit=writer)
    desk.ledger.file_papers(case, [paper])
    return paper


def vet(desk: Desk, number: str, *, passed: bool, by: str, why: str, unit: str = "") -> Paper:
    """保密审查 of the newest answer of the lead (or `unit`). Raises: MoveRefusedError when there is none, or its writer reviews it."""
    file = case_file(desk, number)
    found = file.answer(unit or None)
    if found is None:
        raise MoveRefusedError(f"{number}：还没有反馈单可供保密审查")
    if same(person(by), found[0].by):
        raise MoveRefusedError(f"{number}：{by}是拟稿人，保密审查须由另一人进行")
    paper = a_paper(desk, file.case, SecrecyReview(answer_id=found[0].id, passed=passed, said=said(why)), by=by, unit=found[0].unit)
    desk.ledger.file_papers(file.case, [paper])
    return paper


def grade(desk: Desk, number: str, level: EventLevel, *, by: str, basis: str) -> Case:
    """People set the 突发事件等级: the 5 h and 24 h clocks begin or end. Raises: StaleCaseError."""
    file = case_file(desk, number)
    event = desk.ledger.event(file.case.event_id)
    if event is None:
        raise MoveRefusedError(f"{number}：事件 {file.case.event_id} 不在台账中")
    standard = desk.settings.standard
    clocks = graded(
        file.case.deadlines, event.first_said_at, level, standard.level(file.case.opinion_level), standard, desk.now(), file.case.opened_at
    )
    paper = a_paper(desk, file.case, EventGrade(level=level, basis=said(basis)), by=by)
    return desk.ledger.amend_case(replace(file.case, deadlines=clocks), [paper], grade=level)


def extend(desk: Desk, number: str, clock: str, until: datetime, *, by: str, approved_by: str, why: str) -> Case:
    """延期 of 首次回应 or 办结, asked for by the unit, approved by another. Raises: MoveRefusedError; StaleCaseError."""
    case = case_file(desk, number).case
    old = _running(case, clock)
    asker, approver = person(by), person(approved_by)
    if same(asker, approver):
        raise MoveRefusedError(f"{number}：延期须由申请人以外的区政府办负责人批准")
    check_approver(desk.settings.units, approver, shanghai(desk.now()).date())
    refused = may_extend(old, until, desk.now(), timedelta(days=desk.settings.standard.longest_extension_days))
    if refused:
        raise MoveRefusedError(f"{number}：{refused}")
    new = extended(old, until, approver)
    content = Extension(clock=clock, old_due_at=old.due_at, new_due_at=new.due_at, approved_by=approver, why=said(why))
    clocks = tuple(new if d is old else d for d in case.deadlines)
    return desk.ledger.amend_case(replace(case, deadlines=clocks), [a_paper(desk, case, content, by=by, unit=case.routing.lead)])


def _running(case: Case, kind: str) -> Deadline:
    for clock in case.deadlines:
        if clock.kind == kind and clock.met_at is None:
            return clock
    raise MoveRefusedError(f"{case.number}：没有正在计时的时限 {kind}；现有：{'、'.join(d.kind for d in case.deadlines if d.met_at is None) or '无'}")


def conference(desk: Desk, number: str, content: Conference, *, by: str) -> Case:
    """Registers a 新闻发布会 that was held; meets the 24 h clock at the time it was held. Raises: MoveRefusedError; StaleCaseError."""
    case = case_file(desk, number).case
    if not content.place.strip() or not content.spokesperson.strip():
        raise MoveRefusedError(f"{number}：新闻发布会须登记地点和发布人")
    if content.held_at > desk.now():
        raise MoveRefusedError(f"{number}：新闻发布会时间在将来，召开后再登记")
    if any(d.kind == "press" and content.held_at < d.anchor_at for d in case.deadlines):
        raise MoveRefusedError(f"{number}：新闻发布会时间早于事发，不是本件的发布会")
    clocks = met(case.deadlines, frozenset({"press"}), content.held_at)
    return desk.ledger.amend_case(replace(case, deadlines=clocks), [a_paper(desk, case, content, by=by)])


def add_task(desk: Desk, number: str, unit: str, what: str, due_at: datetime, *, by: str, basis: str = "区政府办交办") -> Paper:
    """A sub-task for a unit that takes part. Raises: MoveRefusedError."""
    case = case_file(desk, number).case
    if unit not in (case.routing.lead, *case.routing.joint, *case.routing.informed):
        raise MoveRefusedError(f"{number}：{unit}不是本件的牵头、协办或抄送单位")
    if due_at <= desk.now():
        raise MoveRefusedError(f"{number}：子任务时限已过，须晚于现在")
    paper = a_paper(desk, case, Task(unit=unit, what=said(what), due_at=due_at, basis=basis), by=by, unit=unit)
    desk.ledger.file_papers(case, [paper])
    return paper


def finish_task(desk: Desk, number: str, task_id: str, *, by: str, what: str) -> Paper:
    """Marks an open sub-task done. Raises: MoveRefusedError naming the open ones."""
    file = case_file(desk, number)
    open_tasks = {p.id: t for p, t in file.open_tasks()}
    if task_id not in open_tasks:
        raise MoveRefusedError(f"{number}：没有未完成的子任务 {task_id}；未完成的：{'、'.join(open_tasks) or '无'}")
    paper = a_paper(desk, file.case, TaskDone(task_id=task_id, said=said(what)), by=by, unit=open_tasks[task_id].unit)
    desk.ledger.file_papers(file.case, [paper])
    return paper


def report(desk: Desk, number: str, content: GraveReport, *, by: str) -> Paper:
    """Files a 《重大政务舆情信息报告》; in each turn of the case stages come in order, 终报 once. Raises: MoveRefusedError."""
    file = case_file(desk, number)
    since, filed = file.case.dispatched_at, [(p.at, p.content.stage) for p in file.papers if isinstance(p.content, GraveReport)]
    stages = [stage for at, stage in filed if since is None or at >= since]
    if (content.stage is Stage.FIRST) is bool(stages):
        raise MoveRefusedError(f"{number}：{'首报已报过' if stages else '须先有首报'}")
    if Stage.FINAL in stages:
        raise MoveRefusedError(f"{number}：终报已报，不再续报")
    numbered = replace(content, serial=len(filed) + 1)
    paper = a_paper(desk, file.case, numbered, by=by, unit=file.case.routing.lead)
    desk.ledger.file_papers(file.case, [paper])
    return paper


def transfer(desk: Desk, number: str, to: str, *, by: str, proposed_by: str, approved_by: str) -> Paper:
    """线索移交: three different people, only for a signed R6; address and text hash of each post leave, nothing about a person.

    Raises: MoveRefusedError.
    """
    file, names = case_file(desk, number), tuple(person(n) for n in (by, proposed_by, approved_by))
    if any(same(one, other) for one, other in combinations(names, 2)):
        raise MoveRefusedError(f"{number}：线索移交须由提出、批准、确认三人分别经手")
    signed = file.signed_answer()
    if signed is None or signed[1].form != "R6":
        raise MoveRefusedError(f"{number}：只有已签批的 R6（虚假不实）回应才能移交线索")
    event = desk.ledger.event(file.case.event_id)
    posts = desk.ledger.posts(event.post_ids) if event else []
    evidence = {p.url: p.raw_sha256 for p in posts}
    if not evidence:
        raise MoveRefusedError(f"{number}：事件没有留存的帖文，没有可移交的证据")
    content = LeadTransfer(to=said(to), evidence=evidence, refuted_by=signed[1].proof["evidence"], proposed_by=names[1], approved_by=names[2])
    paper = a_paper(desk, file.case, content, by=by)
    desk.ledger.file_papers(file.case, [paper])
    return paper


def supervise(desk: Desk, number: str, *, by: str, asked: str) -> Paper:
    """督办单 for a case whose unit's clock has run out. Raises: MoveRefusedError when nothing is overdue."""
    file, now = case_file(desk, number), desk.now()
    late = [d for d in open_clocks(file.case, desk.settings.standard) if d.due_at <= now]
    if not late or file.case.dispatched_at is None:
        raise MoveRefusedError(f"{number}：没有逾期的时限，不必督办")
    worst = min(late, key=lambda d: d.due_at)
    serial = 1 + sum(isinstance(p.content, Supervision) for p in file.papers)
    seconds = int((now - worst.due_at).total_seconds())
    content = Supervision(serial=serial, clock=worst.kind, overdue_seconds=seconds, asked=said(asked))
    paper = a_paper(desk, file.case, content, by=by, unit=file.case.routing.lead)
    event = desk.ledger.event(file.case.event_id)
    telling = partial(compose_supervision, paper_id=paper.id, content=content)
    desk.ledger.file_papers(file.case, [paper], composed(desk, file.case, event, telling) if event else [])
    return paper


def submit(desk: Desk, number: str, content: Submission, *, by: str) -> Paper:
    """呈批件: only for Ⅰ and Ⅱ, beside the case's way, never holding it up. Raises: MoveRefusedError."""
    case = case_file(desk, number).case
    if case.opinion_level not in MAJOR:
        raise MoveRefusedError(f"{number}：只有Ⅰ、Ⅱ级舆情呈批（本件{case.opinion_level}级）")
    paper = a_paper(desk, case, content, by=by)
    desk.ledger.file_papers(case, [paper])
    return paper


def follow(desk: Desk, number: str, *, by: str, what: str) -> Paper:
    """跟踪记录: how many posts of the event came since the answer, and what was seen."""
    file = case_file(desk, number)
    out, event = file.published(), desk.ledger.event(file.case.event_id)
    posts = desk.ledger.posts(event.post_ids) if event else []
    since = out[1].published_at if out else None
    count = sum(since is not None and p.first_seen_at >= since for p in posts)
    paper = a_paper(desk, file.case, Following(mentions=count, said=said(what)), by=by)
    desk.ledger.file_papers(file.case, [paper])
    return paper


@dataclass(frozen=True, slots=True)
class OnDispatch:
    """What 交办 sets going beside the move: tasks of joint units, and the lead's 首报 for Ⅰ and Ⅱ."""

    desk: Desk
    case: Case
    by: str

    def papers(self) -> list[Paper]:
        """The task papers."""
        return [a_paper(self.desk, self.case, task, by=self.by, unit=task.unit) for task in (*self._joint(), *self._first_report())]

    def _joint(self) -> Iterable[Task]:
        reply = next(d for d in self.case.deadlines if d.kind == "reply" and d.met_at is None)
        for unit in self.case.routing.joint:
            yield Task(unit=unit, what="按职责核查，向牵头单位提供情况和口径", due_at=reply.due_at, basis="实施方案三（三）4 责任主体")

    def _first_report(self) -> Iterable[Task]:
        standard, now = self.desk.settings.standard, self.desk.now()
        if self.case.opinion_level in MAJOR:
            end, basis = due(now, standard.first_report, standard.working_hours, self.desk.settings.holidays)
            yield Task(
                unit=self.case.routing.lead, what="向区委、区政府报送《重大政务舆情信息报告》首报", due_at=end, basis=basis, stage=Stage.FIRST
            )


def authoritative(desk: Desk, lead: str, address: str) -> bool:
    """True when the address (or post id) is on record from an edited source above 自媒体 that is not the responding unit's own.

    Not a forum, not a mailbox. The unit's own denial alone does not make a criticism false (design decision 3).
    """
    found = desk.ledger.posts([post_id(canonical_url(address)) if "://" in address else address, address])
    own = tuple(name for u in desk.settings.units.units if u.id == lead for name in (*(n.name for n in u.names), *u.aliases))
    return any(_edited(desk, post, own) for post in found)


def _edited(desk: Desk, post: Post, own: tuple[str, ...]) -> bool:
    source = desk.sources.get(post.source_id)
    if source is None or source.tier is MediaTier.PERSONAL or source.kind not in (SourceKind.FEED, SourceKind.LISTING):
        return False
    return not any(name in source.name for name in own)
