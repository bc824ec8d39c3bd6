"""Drafting (起草): what the ledger holds of a case, gathered for a draft of its answer. Reads only; responders/drafts.py writes the words."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice

from classifiers.refutation import finding
from huiying.case_papers import authoritative, case_file
from huiying.case_verbs import unit_name
from huiying.comparing import names_of
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
_INDEPENDENT = re.compile("警方|公安|检测|鉴定|化验|第三方")
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

    An authority that only reports what is said, that something circulates, or what the unit itself denies, refutes nothing.
    """
    names = names_of(desk.settings).units
    for post in posts:
        judged = found.get(post.id)
        if judged is not None and judged.contradicted and authoritative(desk, case.routing.lead, post.id):
            said = contradiction(post)
            if said and not own_denial(said, case.routing.lead, names):
                yield Refutation(url=post.url, quotation=said)


def own_denial(sentence: str, lead: str, names: Mapping[str, str]) -> bool:
    """True when the only one the sentence names as knowing is the responding unit; `names` maps unit names to ids.

    >>> names = {"区教育局": "jyj", "区公安分局": "gaj"}
    >>> [own_denial(s, "jyj", names) for s in ("区教育局回应：系谣言。", "区教育局、区公安分局通报：系谣言。", "警方：系谣言。")]
    [True, False, False]
    """
    named = {unit for name, unit in names.items() if name in sentence}
    return named == {lead} and not _INDEPENDENT.search(sentence)


def contradiction(post: Post) -> str:
    """The sentence of the text, else the headline, that says what was found by one who would know; "" where none does."""
    if (match := finding(post.text)) is not None:
        sentences = re.finditer(r"[^。！？\n]+[。！？]?[”’]?", post.text)
        return next((s[0].strip() for s in sentences if s.end() > match.start()), "")
    return post.title.strip() if finding(post.title) else ""


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
