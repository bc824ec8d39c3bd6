"""One correction by a named analyst: checked, and into the ledger with its audit entry."""

from classifiers.learning import check_correction
from huiying.office import Desk
from monitor.canonical import canonical_url
from records.assessment import Assessment
from records.post import post_id
from records.review import Review


def correction(desk: Desk, post: str, task: str, value: str, *, by: str, why: str = "") -> Review:
    """The stored correction. Raises: LookupError for an unknown post; ValueError without a name, or for an unknown task or value."""
    if not by.strip():
        raise ValueError("纠正须有纠正人姓名")
    check_correction(task, value)
    found = desk.ledger.posts([post, post_id(canonical_url(post))])
    judged = desk.ledger.assessments([found[0].id]).get(found[0].id) if found else None
    if judged is None:
        raise LookupError(f"没有研判过的帖文 {post}")
    review = Review(
        id=desk.new_id(), post_id=found[0].id, task=task, before=_before(desk, judged, task), value=value, by=by.strip(), at=desk.now(), why=why
    )  # fmt: skip
    desk.ledger.add_review(review)
    return review


def _before(desk: Desk, judged: Assessment, task: str) -> str:
    """What the machine had said."""
    return {
        "relevant": str(int(judged.relevant >= desk.settings.standard.thresholds.relevant)),
        "primary": judged.primary,
        "level": judged.level.value,
        "form": judged.form,
        "lead": next((u.group for u in desk.settings.units.units if u.id == judged.leads[0][0]), "other"),
    }[task]
