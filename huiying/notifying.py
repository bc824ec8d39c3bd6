"""A case's notices from what stands in the ledger and the settings."""

import structlog

from huiying.office import Desk
from records.case import Case
from records.event import Event
from records.notice import Notice, NoticeKind
from responders.notices import compose

log = structlog.get_logger()


def compose_notices(desk: Desk, case: Case, event: Event, kind: NoticeKind) -> list[Notice]:
    """The case's notices; what cannot go out is logged by name, never dropped silently."""
    settings = desk.settings
    made = compose(
        case, event, desk.ledger.posts(event.post_ids), desk.sources, settings.units, settings.standard, settings.channels,
        public_url=settings.office.public_url, office_name=settings.office.name, contact=settings.office.contact, now=desk.now(),
        kind=kind, new_id=desk.new_id, allowed_mail_domains=settings.office.allowed_mail_domains,
    )  # fmt: skip
    for problem in made.problems:
        log.error("notice.refused", case=case.number, problem=str(problem))
    return list(made.notices)
