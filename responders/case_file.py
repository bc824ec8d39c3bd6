"""The file of a case (案卷) as rules read it: the case, its moves and its papers, with what they say at a glance."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from records.case import Case, CaseState, Transition
from records.paper import Answer, GraveReport, Paper, Pause, Publication, SecrecyReview, Signature, Task, TaskDone
from responders.cases import Standstill

C = TypeVar("C")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """What is on record of one case, oldest first."""

    case: Case
    moves: tuple[Transition, ...]
    papers: tuple[Paper, ...]

    def latest(self, kind: type[C], where: Callable[[Paper, C], bool] = lambda paper, content: True) -> tuple[Paper, C] | None:
        """The newest paper of a kind that fits, with its content."""
        found = (p for p in reversed(self.papers) if isinstance(p.content, kind) and where(p, p.content))
        return next(((p, p.content) for p in found if isinstance(p.content, kind)), None)

    def answer(self, unit: str | None = None) -> tuple[Paper, Answer] | None:
        """The newest answer of the leading unit (or of `unit`) since the last 交办: one of a turn before it answers nothing."""
        wanted, since = unit or self.case.routing.lead, self.case.dispatched_at
        return self.latest(Answer, lambda p, a: p.unit == wanted and (since is None or p.at >= since))

    def answers(self) -> tuple[Paper, ...]:
        """The newest answer of each unit that takes part, the lead's first."""
        units = (self.case.routing.lead, *self.case.routing.joint)
        return tuple(found[0] for unit in units if (found := self.answer(unit)))

    def review(self, answer_id: str) -> tuple[Paper, SecrecyReview] | None:
        """The newest 保密审查 of an answer."""
        return self.latest(SecrecyReview, lambda p, r: r.answer_id == answer_id)

    def signed(self) -> tuple[Paper, Signature] | None:
        """The newest signature of this turn."""
        since = self.case.dispatched_at
        return self.latest(Signature, lambda p, s: since is None or p.at >= since)

    def signed_answer(self) -> tuple[Paper, Answer] | None:
        """The answer that was signed in this turn."""
        sign = self.signed()
        return self.latest(Answer, lambda p, a: p.id == sign[1].answer_id) if sign else None

    def published(self) -> tuple[Paper, Publication] | None:
        """The newest publication of this turn."""
        since = self.case.dispatched_at
        return self.latest(Publication, lambda p, c: since is None or p.at >= since)

    def standstill(self) -> Standstill | None:
        """The 暂缓办理 the case is in, else None."""
        found = self.latest(Pause) if self.case.state is CaseState.PAUSED else None
        return Standstill(since=found[0].at, came_from=CaseState(found[1].came_from)) if found else None

    def dispatchers(self) -> frozenset[str]:
        """Who has dispatched the case."""
        return frozenset(m.actor for m in self.moves if m.to_state is CaseState.DISPATCHED)

    def open_tasks(self) -> tuple[tuple[Paper, Task], ...]:
        """Sub-tasks of this turn that are not done: an answer of the unit does a joint unit's, a report of its stage does a report's."""
        return tuple(self._undone())

    def _undone(self) -> Iterator[tuple[Paper, Task]]:
        since = self.case.dispatched_at
        done = {p.content.task_id for p in self.papers if isinstance(p.content, TaskDone)}
        for paper in self.papers:
            task = paper.content
            if isinstance(task, Task) and paper.id not in done and (since is None or paper.at >= since) and not self._answered(paper, task):
                yield paper, task

    def _answered(self, paper: Paper, task: Task) -> bool:
        """A joint unit's answer, or the report of the task's stage, by the task's unit after it was set."""
        later = (p for p in self.papers if p.at >= paper.at and p.unit == task.unit)
        if task.stage is not None:
            return any(isinstance(p.content, GraveReport) and p.content.stage is task.stage for p in later)
        return task.unit != self.case.routing.lead and any(isinstance(p.content, Answer) for p in later)
