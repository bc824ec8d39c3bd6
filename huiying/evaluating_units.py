"""The evaluation (评估) of a period, gathered from the ledger."""

from datetime import datetime

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
