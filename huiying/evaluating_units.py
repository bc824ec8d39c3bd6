"""The evaluation (评估) of a period, gathered from the ledger."""

from datetime import datetime

from digests.facts import UnitFigures
from huiying.office import Desk
from records.performance import CaseHistory, Evaluation
from responders.evaluation import evaluate


def gather(desk: Desk, since: datetime, until: datetime) -> Evaluation:
    """The figures of the period, out of the ledger."""
    files = []
    for case in desk.ledger.cases():
        event = desk.ledger.event(case.event_id)
        posts = tuple(desk.ledger.posts(event.post_ids)) if event else ()
        moves, papers = tuple(desk.ledger.transitions(case.id)), tuple(desk.ledger.papers(case.id))
        files.append(CaseHistory(case=case, moves=moves, papers=papers, event=event, posts=posts))
    units = [u.id for u in desk.settings.units.units]
    return evaluate(files, desk.ledger.reviews(), units, since, until, desk.now())


def unit_figures(desk: Desk, since: datetime, until: datetime) -> tuple[UnitFigures, ...]:
    """考核 of the period as the monthly digest prints it: counts beside rates, units in their fixed order."""
    return tuple(
        UnitFigures(
            unit=one.unit,
            figures=(
                ("受理", str(one.accepted)), ("签收", one.signed.words), ("公开回应", one.answered.words), ("办结", one.closed.words),
                ("退回", one.returned.words),
            ),
        )
        for one in gather(desk, since, until).units
    )  # fmt: skip
