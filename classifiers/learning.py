"""Learning from the analyst (纠正): corrections → labelled rows, with an agreement gate, and a retrained model only if it is no worse. Pure.

One careless or hostile corrector must not poison the model: a correction counts only where nobody says otherwise or most agree, and a person
who is often overruled by others does not count at all. Source: reliability test 10.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifiers.corpus import GROUPS, LEVELS, Labelled
from classifiers.evaluation import Scores
from records.assessment import CATEGORIES, FORMS
from records.post import Post
from records.review import Review

TASKS: Mapping[str, Sequence[str]] = {"relevant": ("0", "1"), "primary": CATEGORIES, "level": LEVELS, "form": FORMS, "lead": GROUPS}
OVERRULED = 0.4  # share of shared corrections in which a person stands against the majority, from which the person does not count
SHARED = 5  # shared corrections before anybody is judged so
PER_PERSON = 0.2  # of all accepted corrections at most this share from one person, once several correct
WORSE = 0.01  # a score may fall by so much before a retrained model is refused,
ROWS = 2  # or by so many held-out rows, where there are few
Key = tuple[str, str]  # post id, task


class CorrectionError(ValueError):
    """A correction that is none: unknown task or value."""


def check_correction(task: str, value: str) -> None:
    """Returns when the correction can be learnt.

    >>> check_correction("form", "R9")
    Traceback (most recent call last):
        ...
    classifiers.learning.CorrectionError: form 没有取值“R9”；可用：R1、R2、R3、R4、R5、R6
    """
    if task not in TASKS:
        raise CorrectionError(f"没有任务“{task}”；可用：{'、'.join(TASKS)}")
    if value not in TASKS[task]:
        raise CorrectionError(f"{task} 没有取值“{value}”；可用：{'、'.join(TASKS[task])}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """What passed: (post, task) → value. `ignored` are people who do not count, `disputed` keys without a majority."""

    accepted: Mapping[Key, str]
    ignored: tuple[str, ...]
    disputed: tuple[Key, ...]


def gate(reviews: Sequence[Review]) -> Gated:
    """The corrections that count; the newest of one person on one thing replaces that person's older ones."""
    said: dict[Key, dict[str, str]] = defaultdict(dict)
    for review in reviews:
        said[review.post_id, review.task][review.by] = review.value
    ignored = _overruled(said)
    accepted, disputed = {}, []
    for key, by_person in said.items():
        counted = {person: value for person, value in by_person.items() if person not in ignored}
        value = _majority(list(counted.values()))
        if value is not None:
            accepted[key] = value
        elif counted:
            disputed.append(key)
    return Gated(accepted=_bounded(accepted, said, ignored), ignored=tuple(sorted(ignored)), disputed=tuple(disputed))


def _majority(values: Sequence[str]) -> str | None:
    """What more than half say, or None."""
    if not values:
        return None
    value, count = Counter(values).most_common(1)[0]
    return value if count * 2 > len(values) else None


def _overruled(said: Mapping[Key, Mapping[str, str]]) -> frozenset[str]:
    """People who too often stand against the majority of the others."""
    shared: Counter[str] = Counter()
    against: Counter[str] = Counter()
    for by_person in said.values():
        for person, value in by_person.items():
            others = _majority([other for name, other in by_person.items() if name != person])
            if others is not None:
                shared[person] += 1
                against[person] += value != others
    return frozenset(p for p in shared if shared[p] >= SHARED and against[p] / shared[p] >= OVERRULED)


def _bounded(accepted: Mapping[Key, str], said: Mapping[Key, Mapping[str, str]], ignored: frozenset[str]) -> dict[Key, str]:
    """The accepted corrections, those of one person alone at most PER_PERSON of all once three people correct."""
    people = {p for by_person in said.values() for p in by_person} - ignored
    if len(people) < 3:
        return dict(accepted)
    most = max(1, int(PER_PERSON * len(accepted)))
    taken: Counter[str] = Counter()
    kept = {}
    for key, value in accepted.items():
        alone = [p for p in said[key] if p not in ignored]
        if len(alone) == 1:
            taken[alone[0]] += 1
            if taken[alone[0]] > most:
                continue
        kept[key] = value
    return kept


def corrected_rows(gated: Gated, posts: Mapping[str, Post]) -> list[Labelled]:
    """One row a corrected post, with the corrected labels only: what the machine had said of the rest is not taught back to it."""
    by_post: dict[str, dict[str, str]] = defaultdict(dict)
    for (post_id, task), value in gated.accepted.items():
        by_post[post_id][task] = value
    return [_row(posts[i], fixed) for i, fixed in by_post.items() if i in posts]


def _row(post: Post, fixed: Mapping[str, str]) -> Labelled:
    relevant = fixed.get("relevant", "1") == "1"
    said = fixed if relevant else {}
    primary = said.get("primary", "")
    return Labelled(
        id=f"review-{post.id}", title=post.title, text=post.text, relevant=relevant, categories=(primary,) if primary else (), primary=primary,
        level=said.get("level", ""), form=said.get("form", ""), lead=said.get("lead", ""), joint=(), voice="review",
    )  # fmt: skip


def held_out(rows: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """(learnt, held out): every tenth row by its place, so that before and after are measured on the same rows."""
    return [r for n, r in enumerate(rows) if n % 10], [r for n, r in enumerate(rows) if not n % 10]


def worse(before: Scores, after: Scores) -> list[str]:
    """The scores that fell by more than the bound, in words; empty when the new model may be put in force."""
    names = ("relevant_f1", "primary", "level", "form", "lead")
    bound = max(WORSE, ROWS / max(1, before.rows))
    fallen = [(n, getattr(before, n), getattr(after, n)) for n in names if getattr(after, n) < getattr(before, n) - bound]
    return [f"{name} {was:.3f}→{now:.3f}" for name, was, now in fallen]
