"""Drafting (起草): what the ledger holds of a case, gathered for a draft of its answer. Reads only; responders/drafts.py writes the words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

from huiying.case_papers import authoritative, case_file
from huiying.case_verbs import unit_name
from huiying.office import Desk
from records.assessment import Assessment
from records.case import Case
from records.instant import in_words
from records.paper import Signature
from records.post import Post
from responders.case_file import CaseFile
from responders.cases import MoveRefusedError
from responders.drafts import MOST_EARLIER, DraftFacts, Earlier, Refutation
from responders.duty import confidential

EARLIER_WITHIN = timedelta(days=730)  # policies change: an older answer is no guide
_MATTER = "事项目录·"  # how a verdict of classifiers/duties.py names its matter


def draft_facts(desk: Desk, number: str) -> DraftFacts:
    """Everything on record that a draft may use. Raises: UnknownCaseError; MoveRefusedError when the event is gone."""
    file = case_file(desk, number)
    case, event = file.case, desk.ledger.event(file.case.event_id)
    if event is None:
        raise MoveRefusedError(f"{number}：事件 {case.event_id} 不在台账中")
    posts, routing = desk.ledger.posts(event.post_ids), case.routing
    found = desk.ledger.assessments(event.post_ids)
    matter = matter_of([found[p] for p in event.post_ids if p in found])
    return DraftFacts(
        case=case, event=event, posts=posts, lead=unit_name(desk, routing.lead), joint=tuple(unit_name(desk, u) for u in routing.joint),
        matter=next((m.name for m in desk.settings.catalogue.matters if m.id == matter), ""), now=desk.now(),
        refutations=tuple(_refutations(desk, case, posts, found)), earlier=tuple(islice(_earlier(desk, case, matter), MOST_EARLIER)),
        history=tuple(f"{in_words(m.at)} {m.to_state}：{m.why}" for m in file.moves),
    )  # fmt: skip


def matter_of(found: Sequence[Assessment]) -> str:
    """The id of the matter most posts were judged to be about; of equals the one named first; "" for none."""
    named = Counter(matter for one in found if (matter := _matter(one)))
    return named.most_common(1)[0][0] if named else ""


def _matter(one: Assessment) -> str:
    """The matter of the likeliest verdict on who leads; "" where that verdict rests on no matter (a unit named, or duties alike)."""
    best = max((v for v in one.verdicts if v.what == "lead"), key=lambda v: v.probability, default=None)
    return best.clause.removeprefix(_MATTER) if best is not None and best.clause.startswith(_MATTER) else ""


def _refutations(desk: Desk, case: Case, posts: Sequence[Post], found: dict[str, Assessment]) -> Iterator[Refutation]:
    """Posts of the event that carry a contradiction and come from an authority other than the unit itself (design decision 3).

    An authority that only reports what the critics say refutes nothing.
    """
    for post in posts:
        judged = found.get(post.id)
        if judged is not None and judged.contradicted and authoritative(desk, case.routing.lead, post.id):
            yield Refutation(url=post.url, quotation=_contradiction(post, judged))


def _contradiction(post: Post, judged: Assessment) -> str:
    """The sentence the contradiction stands in; the first of the text where no verdict says where."""
    whole = f"{post.title}\n{post.text}"
    spans = (v.span for v in judged.verdicts if (v.what, v.value) in (("category", "C7"), ("form", "R6")) and v.span)
    at = next(spans, (len(post.title) + 1, 0))[0]
    return next((m[0].strip() for m in re.finditer(r"[^。！？\n]+[。！？]?", whole) if m.end() > at), "")


def _earlier(desk: Desk, case: Case, matter: str) -> Iterator[Earlier]:
    """Answers on the same matter that were signed and published, newest first; nothing of a 检举控告."""
    if not matter:
        return
    signed = desk.ledger.papers_between(desk.now() - EARLIER_WITHIN, desk.end_of_time)
    cases = {c.id: c for c in desk.ledger.cases()}
    ids = dict.fromkeys(p.case_id for p in reversed(signed) if isinstance(p.content, Signature) and p.case_id != case.id)
    for other in (cases[i] for i in ids if i in cases and not confidential(cases[i].routing, desk.settings.units)):
        if _matter_of_case(desk, other) == matter and (found := _published(case_file(desk, other.number))):
            yield found


def _matter_of_case(desk: Desk, case: Case) -> str:
    event = desk.ledger.event(case.event_id)
    found = desk.ledger.assessments(event.post_ids) if event else {}
    return matter_of([found[p] for p in event.post_ids if p in found]) if event else ""


def _published(file: CaseFile) -> Earlier | None:
    """The signed answer of a case that went out; None where there is none, or it says nothing of policy."""
    signed, out = file.signed_answer(), file.published()
    if signed is None or out is None or out[1].answer_id != signed[0].id or not signed[1].policy.text.strip():
        return None
    return Earlier(number=file.case.number, policy=signed[1].policy.text, url=out[1].url)
