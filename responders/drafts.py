"""Draft (回应口径草稿): what a form's answer may say, filled from the ledger's facts, each linked; the rest are blanks for the unit.

A draft concludes nothing and invents nothing: what only the unit can know is 〔待填：…〕. R6 wording exists only where a contradicting source is
on record (design decision 3); without one the draft is R4 and says 待核实.
Source: 实施方案三（三）4 (回应形式；立场态度、事实真相、政策措施、处置结果).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import jinja2

from records.case import Case, Deadline
from records.event import Event
from records.post import Post
from responders.duty import time_in_words
from responders.masking import clean, masked, safe_link
from responders.reminders import ASKED

TEMPLATES = Path(__file__).parent / "templates" / "drafts"
STATEMENTS = {"stance": "立场态度", "facts": "事实真相", "policy": "政策措施", "outcome": "处置结果"}
FORMS = ("R1", "R2", "R3", "R4", "R5", "R6")
LONGEST_FACT = 300  # characters
MOST_EARLIER = 3
_INNER = str.maketrans("“”", "‘’")
_OPEN, _MID, _CLOSE = "\x01", "\x02", "\x03"  # around a linked fact; clean() leaves none of them in any fact
_PART = re.compile(f"{_OPEN}([^{_MID}]*){_MID}([^{_CLOSE}]*){_CLOSE}")
_SECTION = re.compile(r"^\[([a-z_]+)\]\n", re.MULTILINE)


class UnknownFormError(ValueError):
    """A form that is none of R1–R6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refutation:
    """A contradicting authoritative source on record: where it is read, and its words."""

    url: str
    quotation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An answer on the same matter, signed and published earlier: its case number, its 政策措施 and where it stands ("" offline)."""

    number: str
    policy: str
    url: str = ""

    @property
    def source(self) -> str:
        """What its facts are linked to: the address, else the number."""
        return safe_link(self.url) or self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """What a draft is made from. `posts` are the event's in order; `lead` and `joint` unit names; `matter` the matter's path in words, or "".

    `history` says in words what was done in the case so far, a move each.
    """

    case: Case
    event: Event
    posts: Sequence[Post]
    lead: str
    joint: tuple[str, ...] = ()
    matter: str = ""
    refutations: tuple[Refutation, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    history: tuple[str, ...] = ()
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of text. `source` is the post id, case number or URL a fact rests on; "" for the template's own words and blanks."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft. `parts` maps each statement and each proof key of the form to its segments; `notes` say what a reader must know."""

    case_number: str
    form: str
    title: str
    parts: Mapping[str, tuple[Segment, ...]]
    notes: tuple[str, ...] = ()

    def text_of(self, key: str) -> str:
        """One part as plain text."""
        return "".join(s.text for s in self.parts[key])

    @property
    def proof(self) -> tuple[str, ...]:
        """Keys of the form's proof."""
        return tuple(key for key in self.parts if key not in STATEMENTS)

    @property
    def text(self) -> str:
        """The four statements as one text."""
        return "\n".join(self.text_of(key) for key in STATEMENTS)

    @property
    def cites(self) -> tuple[str, ...]:
        """Every source, in order, each once."""
        return tuple(dict.fromkeys(s.source for part in self.parts.values() for s in part if s.source))


def blank(what: str) -> str:
    """The sign for what only the unit can fill in.

    >>> blank("完成时间")
    '〔待填：完成时间〕'
    """
    return f"〔待填：{what}〕"


def draft(facts: DraftFacts, form: str = "") -> Draft:
    """The draft of `form`, or of the case's own form. Raises: UnknownFormError."""
    wanted = form or facts.case.form
    if wanted not in FORMS:
        raise UnknownFormError(f"没有回应形式 {wanted}；可用：{'、'.join(FORMS)}")
    usable = _usable(facts.refutations)
    unproved = wanted == "R6" and not usable
    used = "R4" if unproved else wanted
    values = _values(facts, usable) | {"unproved": unproved, "blank": blank}
    return Draft(
        case_number=facts.case.number, form=used, title=_title(facts), parts=_parts(_template(used).render(values)), notes=_notes(facts, unproved)
    )


def _usable(found: Sequence[Refutation]) -> tuple[Refutation, ...]:
    """Those that say where and what."""
    return tuple(r for r in found if safe_link(r.url) and masked(r.quotation))


def _title(facts: DraftFacts) -> str:
    return f"关于“{masked(facts.case.title)[:60].translate(_INNER) or '（无标题）'}”的回应"


def _notes(facts: DraftFacts, unproved: bool) -> tuple[str, ...]:
    notes = ["本草稿由模板生成，〔待填〕各处须由承办单位核实填写；未填完不得送签"]
    if unproved:
        notes.append("没有在案的权威反证：不用 R6，按 R4 起草，有关说法待核实")
    notes += [f"时限：{_clock(d, facts.now)}" for d in facts.case.deadlines if d.met_at is None]
    notes += [f"事项：{masked(facts.matter)}"] if facts.matter else []
    notes += [f"经过：{masked(move)}" for move in facts.history]
    return tuple(notes + [f"承办理由：{masked(reason)}" for reason in facts.case.routing.reasons])


def _clock(one: Deadline, now: datetime) -> str:
    return f"{ASKED.get(one.kind, one.kind)} {time_in_words(one.due_at, now)}（{masked(one.basis)}）"


def _linked(text: str, source: str, *, within_quotes: bool = False) -> str:
    """A fact with its link, as the templates carry it; quotation marks within quotation marks are single (GB/T 15834)."""
    said = masked(text)[:LONGEST_FACT].translate(_INNER if within_quotes else {})
    return f"{_OPEN}{clean(source)}{_MID}{said}{_CLOSE}" if said else ""


def _values(facts: DraftFacts, usable: Sequence[Refutation]) -> dict[str, object]:
    number = facts.case.number
    first = next((p for p in facts.posts if p.id == facts.event.first_post_id), None)
    when = time_in_words(facts.event.first_said_at, facts.now)
    places = "、".join(facts.event.areas)
    joint = "、".join(facts.joint)
    return {
        "thanks": "网友，您好。",
        "title": _linked(facts.case.title, first.id if first else number, within_quotes=True) or blank("反映事项"),
        "when": _linked(when, first.id if first else number),
        "where": _linked(places, first.id if first else number) or blank("地点"),
        "lead": _linked(facts.lead, number) or blank("承办单位"),
        "joint": f"，{_linked(joint, number)}配合" if joint else "",
        "earlier": "".join(_cited(e) for e in _latest(facts.earlier)),
        "refuted_by": _linked(usable[0].url, usable[0].url) if usable else "",
        "quotation": _linked(usable[0].quotation, usable[0].url, within_quotes=True) if usable else "",
    }


def _cited(e: Earlier) -> str:
    """An earlier answer in the words a citizen can follow: number, address, what it said."""
    where = f"（{_linked(safe_link(e.url), e.source)}）" if safe_link(e.url) else ""
    return f"此前{_linked(e.number, e.source)}号答复{where}写明：{_linked(e.policy, e.source)}；"


def _latest(earlier: Sequence[Earlier]) -> tuple[Earlier, ...]:
    return tuple(e for e in earlier if masked(e.policy))[:MOST_EARLIER]


def _parts(rendered: str) -> dict[str, tuple[Segment, ...]]:
    pieces = _SECTION.split(rendered)[1:]
    return {key: _segments(said.strip()) for key, said in zip(pieces[::2], pieces[1::2], strict=True)}


def _segments(said: str) -> tuple[Segment, ...]:
    found, at = [], 0
    for match in _PART.finditer(said):
        found += [Segment(text=said[at : match.start()])] if said[at : match.start()] else []
        found.append(Segment(text=match[2], source=match[1]))
        at = match.end()
    return tuple(found + ([Segment(text=said[at:])] if said[at:] else []))


@cache
def _template(form: str) -> jinja2.Template:
    """Plain text, so nothing is escaped; a name the template does not get is an error."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(loader=loader, autoescape=False, undefined=jinja2.StrictUndefined).get_template(f"{form.lower()}.j2")
