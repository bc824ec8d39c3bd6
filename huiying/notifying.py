"""A case's notices from what stands in the ledger and the settings."""

from collections.abc import Callable
from functools import partial

import structlog

from huiying.office import Desk
from records.case import Case
from records.event import Event
from records.notice import Notice, NoticeKind
from responders.notices import Composed, compose
from responders.reminders import PRESSED, compose_reminders, due_steps

log = structlog.get_logger()


def compose_notices(desk: Desk, case: Case, event: Event, kind: NoticeKind) -> list[Notice]:
    """The case's notices; what cannot go out is logged by name, never dropped silently."""
    return _written(desk, case, event, partial(compose, kind=kind))


def remind(desk: Desk) -> int:
    """Queues every reminder (催办) that is due; how many are new. Each goes out once, whatever restarts happen: its key is stored once."""
    ledger, standard, now = desk.ledger, desk.settings.standard, desk.now()
    late = [case for state in PRESSED for case in ledger.cases(state) if due_steps(case, standard, now)]
    pairs = [(case, event) for case in late if (event := ledger.event(case.event_id)) is not None]
    return ledger.add_notices([notice for case, event in pairs for notice in _written(desk, case, event, compose_reminders)])


def _written(desk: Desk, case: Case, event: Event, composing: Callable[..., Composed]) -> list[Notice]:
    settings = desk.settings
    made = composing(
        case, event, desk.ledger.posts(event.post_ids), desk.sources, settings.units, settings.standard, settings.channels,
        public_url=settings.office.public_url, office_name=settings.office.name, contact=settings.office.contact, now=desk.now(),
        new_id=desk.new_id, allowed_mail_domains=settings.office.allowed_mail_domains,
    )  # fmt: skip
    for problem in made.problems:
        log.error("notice.refused", case=case.number, problem=str(problem))
    return list(made.notices)
