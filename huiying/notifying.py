"""A case's notices from what stands in the ledger and the settings."""

from collections.abc import Callable, Sequence
from functools import partial

import structlog

from huiying.office import Desk
from records.case import Case, CaseState
from records.event import Event
from records.notice import Notice, NoticeKind
from records.paper import Paper, Task
from records.post import Post
from responders.case_file import CaseFile
from responders.ladder import compose_ladder, due_rung
from responders.notices import Composed, Writing, compose
from responders.reminders import PRESSED, Step, compose_reminders, due_steps
from workbench.receipt_links import signer_in

log = structlog.get_logger()


def compose_notices(desk: Desk, case: Case, event: Event, kind: NoticeKind) -> list[Notice]:
    """The case's notices; what cannot go out is logged by name, never dropped silently."""
    return composed(desk, case, event, partial(compose, kind=kind))


class Reminding:
    """催办 of one office: looks what is due, queues each step once. Remembers what nobody could be told, so that it is logged once a run."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._refused: set[str] = set()

    def remind(self) -> int:
        """Queues every reminder that is due and not yet stored; how many. A case that cannot be pressed is logged and hinders no other."""
        ledger, told = self._desk.ledger, self._desk.ledger.notice_keys(NoticeKind.REMINDER)
        known = {key.rsplit("|", 3)[0] for key in told} | self._refused
        open_cases = [case for state in (*PRESSED, CaseState.PAUSED) for case in ledger.cases(state)]
        late = [case for case in open_cases if {s.key for s in self._steps(case)} - known]
        pressed = sum(ledger.add_notices(self._composed(case)) for case in late)
        return pressed + sum(ledger.add_notices(self._climbed(case, told)) for case in open_cases if self._climbs(case, known))

    def _climbs(self, case: Case, known: set[str]) -> bool:
        climb = due_rung(case, self._desk.settings.standard, self._desk.now())
        return climb is not None and climb.key not in known

    def _climbed(self, case: Case, told: frozenset[str]) -> list[Notice]:
        """逐级通知 of a Ⅰ or Ⅱ nobody has confirmed; a rung nobody could be reached on is logged once a run."""
        desk, settings = self._desk, self._desk.settings
        event = desk.ledger.event(case.event_id)
        climbing = partial(compose_ladder, roster=settings.roster, holidays=settings.holidays, told=told)
        notices = composed(desk, case, event, climbing) if event else []
        climb = due_rung(case, settings.standard, desk.now())
        if climb is not None and not notices:
            self._refused.add(climb.key)
        return notices

    def _tasks(self, case: Case) -> tuple[tuple[Paper, Task], ...]:
        papers = tuple(self._desk.ledger.papers(case.id)) if case.dispatched_at else ()
        return CaseFile(case=case, moves=(), papers=papers).open_tasks()

    def _steps(self, case: Case) -> tuple[Step, ...]:
        return due_steps(case, self._desk.settings.standard, self._desk.now(), self._tasks(case))

    def _composed(self, case: Case) -> list[Notice]:
        desk = self._desk
        steps = {s.key for s in self._steps(case)}
        event = desk.ledger.event(case.event_id)
        if event is None:
            log.error("reminder.refused", case=case.number, problem=f"事件 {case.event_id} 不在台账中")
        notices = composed(desk, case, event, partial(compose_reminders, tasks=self._tasks(case))) if event else []
        self._refused |= steps - {n.key.rsplit("|", 3)[0] for n in notices}
        return notices


def _no_code(case: Case) -> str:
    return ""


def _receipt_link(desk: Desk, case: Case) -> str:
    """Where the leading unit signs for a dispatched case without logging in."""
    return f"{desk.settings.office.public_url.rstrip('/')}/qs/{signer_in(desk.data).make(case)}" if case.dispatched_at else ""


def composed(desk: Desk, case: Case, event: Event, composing: Callable[[Case, Event, Sequence[Post], Writing], Composed]) -> list[Notice]:
    """The notices a composing function writes from what stands in the ledger; what bars one is logged."""
    settings = desk.settings
    by = Writing(
        sources=desk.sources, units=settings.units, standard=settings.standard, channels=settings.channels,
        public_url=settings.office.public_url, office_name=settings.office.name, contact=settings.office.contact,
        allowed_mail_domains=settings.office.allowed_mail_domains, now=desk.now(), new_id=desk.new_id,
        receipt_link=partial(_receipt_link, desk), receipt_code=signer_in(desk.data).code if settings.office.inbound.enabled else _no_code,
    )  # fmt: skip
    made = composing(case, event, desk.ledger.posts(event.post_ids), by)
    for problem in made.problems:
        log.error("notice.refused", case=case.number, problem=str(problem))
    return list(made.notices)
