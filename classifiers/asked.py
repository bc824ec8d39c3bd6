"""What was asked, misread or proposed alike: mentions of one clause and kind gathered by their words. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from classifiers.alike import gathered
from records.policy import Asked, Mention, MentionKind


def asked(mentions: Sequence[Mention]) -> tuple[Asked, ...]:
    """Every group but bare mentions, the largest first, equal ones in the order of their first posts. The words are the first post's own."""
    by_clause: dict[tuple[str, MentionKind], list[Mention]] = defaultdict(list)
    for one in mentions:
        if one.kind is not MentionKind.OTHER:
            by_clause[clause_of(one), one.kind].append(one)
    found = [_asked([members[at] for at in group]) for members in by_clause.values() for group in gathered([m.evidence for m in members])]
    return tuple(sorted(found, key=lambda one: -len(one.post_ids)))


def clause_of(mention: Mention) -> str:
    """The clause a mention counts for: the one it contradicts, else the likeliest, else ""."""
    return mention.clause or (mention.touched[0].clause if mention.touched else "")


def _asked(group: list[Mention]) -> Asked:
    first = group[0]
    return Asked(clause=clause_of(first), kind=first.kind, words=first.evidence, stated=first.stated, post_ids=tuple(m.post_id for m in group))
