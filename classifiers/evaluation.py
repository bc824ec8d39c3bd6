"""Scores on labelled rows (评估), and per rule: coverage, conflict, accuracy. Pure.

Source of the per-rule figures: Snorkel's LFAnalysis (Ratner et al., 2017): coverage = share of rows on which a rule speaks, conflict = share
on which another rule of the same task says otherwise, accuracy = share of its words that are right.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifiers.corpus import Labelled
from records.assessment import Assessment, Speaker, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleScore:
    """One rule on a set of rows. Shares in 0..1; `accuracy` is None where no row has an answer for its task."""

    rule: str
    task: str
    value: str
    spoke: int
    coverage: float
    conflict: float
    accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Shares in 0..1 over the rows that have the label; counts in rows."""

    rows: int
    relevant_f1: float
    false_alarms: float
    primary: float
    level: float
    form: float
    lead: float
    lead_top3: float


def score(rows: Sequence[Labelled], found: Sequence[Assessment], groups: Mapping[str, str], relevant_from: float = 0.5) -> Scores:
    """How often the assessments say what the labels say. `groups` maps unit ids to the corpus's groups."""
    pairs = list(zip(rows, found, strict=True))
    public = [(r, a) for r, a in pairs if r.relevant]
    hit = sum(a.relevant >= relevant_from for _, a in public)
    false = sum(a.relevant >= relevant_from for r, a in pairs if not r.relevant)
    leads = [[groups.get(unit, "other") for unit, _ in a.leads] for _, a in public]
    return Scores(
        rows=len(rows),
        relevant_f1=2 * hit / max(1, len(public) + hit + false),
        false_alarms=false / max(1, len(pairs) - len(public)),
        primary=_share([r.primary == a.primary for r, a in public]),
        level=_share([r.level == a.level.value for r, a in public]),
        form=_share([r.form == a.form for r, a in public]),
        lead=_share([r.lead == named[0] for (r, _), named in zip(public, leads, strict=True)]),
        lead_top3=_share([r.lead in named[:3] for (r, _), named in zip(public, leads, strict=True)]),
    )


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 0.0


def rule_scores(rows: Sequence[Labelled], found: Sequence[Assessment], groups: Mapping[str, str]) -> list[RuleScore]:
    """Every rule that spoke at least once, the most talkative first. A verdict of lead counts as right when its unit's group is the label's."""
    spoken: dict[tuple[str, str, str], list[bool | None]] = defaultdict(list)
    disputed: dict[tuple[str, str, str], int] = defaultdict(int)
    for row, assessment in zip(rows, found, strict=True):
        verdicts = {(v.clause, v.what, v.value): v for v in assessment.verdicts if v.speaker is Speaker.RULE and v.clause}
        for key, verdict in verdicts.items():
            spoken[key].append(_right(verdict, row, groups))
            disputed[key] += any(other[1] == key[1] and other[2] != key[2] for other in verdicts)
    scores = [_rule_score(key, answers, disputed[key], len(rows)) for key, answers in spoken.items()]
    return sorted(scores, key=lambda s: (-s.spoke, s.rule, s.value))


def _rule_score(key: tuple[str, str, str], answers: Sequence[bool | None], disputed: int, rows: int) -> RuleScore:
    judged = [one for one in answers if one is not None]
    return RuleScore(
        rule=key[0], task=key[1], value=key[2], spoke=len(answers), coverage=len(answers) / max(1, rows),
        conflict=disputed / max(1, rows), accuracy=_share(judged) if judged else None,
    )  # fmt: skip


def _right(verdict: Verdict, row: Labelled, groups: Mapping[str, str]) -> bool | None:
    """Whether the verdict is what the label says; None where the row has no answer for its task."""
    if verdict.what in ("relevant", "irrelevant"):
        return row.relevant is (verdict.what == "relevant")
    if not row.relevant or verdict.what == "territory":
        return None
    said = {
        "category": verdict.value in row.categories,
        "level": verdict.value >= row.level,  # Ⅰ < Ⅱ < Ⅲ < Ⅳ: a floor is right when the label is at least as grave
        "form": verdict.value == row.form,
        "lead": ("town" if verdict.value == "@town" else groups.get(verdict.value, "other")) == row.lead,
        "accusation": row.lead == "discipline",
    }
    return said.get(verdict.what)
