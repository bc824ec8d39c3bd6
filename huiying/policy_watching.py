"""From a ledger to the two papers of the policy watch: 解读建议 of a document, 意见采纳情况表 of a round of 征求意见."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from classifiers.alike import gathered
from classifiers.asked import asked, clause_of
from classifiers.policy import PolicyWatch
from digests.adoption import build_adoption
from digests.document import Daily
from digests.interpretation import build_interpretation
from huiying.office import Desk
from ledger.policies import Added, Policies
from records.assessment import Territory
from records.instant import SHANGHAI
from records.policy import Consultation, Mention, PolicyDocument
from records.post import Post

SPAN = timedelta(days=7)  # read at once: a document lives for years
ELSEWHERE = (Territory.ELSEWHERE, Territory.NEIGHBOUR)


def interpretation(desk: Desk, document: PolicyDocument) -> Daily:
    """The proposal, out of every post the ledger holds of the document's life, and the counts of those it holds no longer."""
    found = keep_watch(desk, document)
    mentions, posts = [one for one, _ in found], {post.id: post for _, post in found}
    gone = Policies(desk.ledger.engine).gone(document.id)
    return build_interpretation(document, mentions, asked(mentions), posts, gone, desk.settings.office.name, desk.now())


def keep_watch(desk: Desk, document: PolicyDocument) -> list[tuple[Mention, Post]]:
    """Posts about the document now in the ledger, their counts kept. To be called more often than posts are deleted."""
    found = list(watched(desk, document))
    Policies(desk.ledger.engine).keep(document.id, {one.post_id: (clause_of(one), one.kind) for one, _ in found})
    return found


def watched(desk: Desk, document: PolicyDocument) -> Iterator[tuple[Mention, Post]]:
    """Posts about the document, oldest first. What watch words found is left out where the assessment places it in another district."""
    watch = PolicyWatch(document)
    for since, until in _spans(document, desk.now()):
        near = [(one, post) for post in desk.ledger.posts_seen(since, until) if (one := watch.mention(post))]
        judged = desk.ledger.assessments([post.id for _, post in near])
        for one, post in near:
            assessed = judged.get(post.id)
            if one.by_name or assessed is None or assessed.territory not in ELSEWHERE:
                yield one, post


def _spans(document: PolicyDocument, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """[since, until) from the day of issue up to and with `now`: what was published in its life may be seen long after."""
    since = datetime.combine(document.issued_on, time(0), SHANGHAI)
    while since <= now:
        yield since, since + SPAN
        since += SPAN


def adoption(desk: Desk, consultation: Consultation, by: str) -> tuple[Added, Daily]:
    """Registers the round and makes its table. Raises: UnexplainedError, before anything is registered."""
    groups = gathered([one.text for one in consultation.suggestions])
    named = replace(consultation, title=consultation.title.strip(), unit=consultation.unit.strip())
    table = build_adoption(named, groups, desk.settings.office.name, desk.now())
    return Policies(desk.ledger.engine).add_consultation(named, by, desk.now()), table
