"""Wording (措辞): the language model asked about one draft. What it says is a comment for the writer; nothing else of the case depends on it."""

from huiying.office import Desk
from records.unit import Unit
from responders.channels.http import Client
from responders.channels.language_model import Wording, ask
from responders.drafts import STATEMENTS, Draft, DraftFacts
from responders.duty import confidential
from responders.machine_text import Material


async def wording(desk: Desk, facts: DraftFacts, draft: Draft, http: Client) -> Wording:
    """The proposal, or why there is none. A 检举控告 never leaves the building (design decision 3)."""
    if confidential(facts.case.routing, desk.settings.units):
        return Wording(problem="检举控告件不交语言模型；草稿仍按模板")
    template = "".join(s.text for key in STATEMENTS for s in draft.parts[key] if not s.source)
    own = {facts.case.routing.lead, *facts.case.routing.joint}
    units = desk.settings.units.units
    material = Material(
        draft=draft.text, template=template, posts=tuple(f"{p.title}\n{p.text}" for p in facts.posts),
        own=frozenset(n for u in units if u.id in own for n in _names(u)), strange=frozenset(n for u in units if u.id not in own for n in _names(u)),
    )  # fmt: skip
    return await ask(desk.settings.office.language_model, material, http=http, now=desk.now())


def _names(unit: Unit) -> tuple[str, ...]:
    return (*(n.name for n in unit.names), *unit.aliases)
