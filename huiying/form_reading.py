"""The facts of a case's forms, read out of the ledger."""

from huiying import case_verbs
from huiying.office import Desk
from responders.form_file import FormFile, FormOffice


def read_case_file(desk: Desk, number: str, serial: str = "") -> FormFile:
    """Everything on record of one case. Raises: UnknownError, which says what cases there are."""
    case = desk.ledger.case(number)
    if case is None:
        known = [c.number for c in desk.ledger.cases()]
        there = f"现有：{'、'.join(known[-5:])}{' 等' if len(known) > 5 else ''}" if known else "台账中还没有交办件"
        raise case_verbs.UnknownError(f"没有交办件 {number}；{there}")
    event = desk.ledger.event(case.event_id)
    assert event is not None  # a case is opened with its event, which is never deleted
    settings = desk.settings
    return FormFile(
        case=case, event=event, posts=tuple(desk.ledger.posts(event.post_ids)), sources=desk.sources,
        transitions=tuple(desk.ledger.transitions(case.id)), papers=tuple(desk.ledger.papers(case.id)), units=settings.units,
        standard=settings.standard, office=FormOffice(name=settings.office.name, contact=settings.office.contact, serial=serial), now=desk.now(),
    )  # fmt: skip
