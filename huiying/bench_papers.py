"""The workbench's CasePapers on an office's desk: each kind of paper is a paper verb (huiying/case_papers.py)."""

from collections.abc import Callable, Mapping, Sequence

from huiying import case_papers
from huiying.drafting import draft_facts
from huiying.office import Desk
from huiying.refusing import refusing
from huiying.unmasking import unmask
from records.account import User
from records.event import EventLevel
from records.paper import Conference, GraveReport, Paper, Stage, Submission
from responders.drafts import draft
from workbench.actions import RefusedError
from workbench.paper_actions import DraftText, PaperAsked

NAMES = {"extension": "延期审批", "grade": "突发事件定级", "conference": "新闻发布会"}  # verbs that answer with the case


class BenchPapers:
    """The file of a case behind its page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def file(self, number: str, asked: PaperAsked, *, by: User) -> str:
        """The Chinese name of the paper that is on file now."""
        work = WORK.get(asked.kind)
        if work is None:
            raise RefusedError(f"没有“{asked.kind}”这种文书")
        with refusing():
            paper = work(self._desk, number, asked, by.name)
        return NAMES[asked.kind] if paper is None else paper.kind

    def draft(self, number: str, form: str) -> DraftText:
        """回应口径草稿."""
        with refusing():
            made = draft(draft_facts(self._desk, number), form)
        parts = {key: made.text_of(key) for key in made.parts}
        return DraftText(form=made.form, title=made.title, text=made.text, parts=parts, notes=made.notes)

    def unmask(self, number: str, post: str, *, by: User, purpose: str) -> Sequence[str]:
        """The masked numbers of a post."""
        with refusing():
            return unmask(self._desk, number, post, by=by.name, unit=by.unit, purpose=purpose)


Work = Callable[[Desk, str, PaperAsked, str], Paper | None]


def _report(desk: Desk, number: str, asked: PaperAsked, by: str) -> Paper:
    said = asked.texts
    content = GraveReport(
        stage=Stage(said["stage"]), happened=said["happened"], public_view=said["public_view"], done=said["done"], planned=said["planned"],
        asked=said.get("asked", ""),
    )  # fmt: skip
    return case_papers.report(desk, number, content, by=by)


def _extension(desk: Desk, number: str, asked: PaperAsked, by: str) -> None:
    said = asked.texts
    case_papers.extend(desk, number, said["clock"], asked.times["until"], by=by, approved_by=said["approved_by"], why=said["why"])


def _grade(desk: Desk, number: str, asked: PaperAsked, by: str) -> None:
    case_papers.grade(desk, number, EventLevel(asked.texts["level"]), by=by, basis=asked.texts["basis"])


def _conference(desk: Desk, number: str, asked: PaperAsked, by: str) -> None:
    said = asked.texts
    held = Conference(held_at=asked.times["held_at"], place=said["place"], spokesperson=said["spokesperson"], url=said.get("url", ""))
    case_papers.conference(desk, number, held, by=by)


def _submission(desk: Desk, number: str, asked: PaperAsked, by: str) -> Paper:
    said = asked.texts
    content = Submission(to=said["to"], matter=said["matter"], advice=said["advice"], instruction=said.get("instruction", ""))
    return case_papers.submit(desk, number, content, by=by)


def _task(desk: Desk, number: str, asked: PaperAsked, by: str) -> Paper:
    return case_papers.add_task(desk, number, asked.texts["unit"], asked.texts["what"], asked.times["due_at"], by=by)


def _task_done(desk: Desk, number: str, asked: PaperAsked, by: str) -> Paper:
    return case_papers.finish_task(desk, number, asked.texts["task"], by=by, what=asked.texts["what"])


def _transfer(desk: Desk, number: str, asked: PaperAsked, by: str) -> Paper:
    said = asked.texts
    return case_papers.transfer(desk, number, said["to"], by=by, proposed_by=said["proposed_by"], approved_by=said["approved_by"])


WORK: Mapping[str, Work] = {
    "task": _task, "task-done": _task_done, "report": _report, "extension": _extension, "grade": _grade, "conference": _conference,
    "submission": _submission, "transfer": _transfer,
    "supervision": lambda desk, number, asked, by: case_papers.supervise(desk, number, by=by, asked=asked.texts["asked"]),
    "following": lambda desk, number, asked, by: case_papers.follow(desk, number, by=by, what=asked.texts["what"]),
}  # fmt: skip
