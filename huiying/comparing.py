"""口径一致 of one case: the drafts on file held against each other before anybody signs."""

from collections.abc import Sequence

from huiying.office import Desk
from huiying.settings import Settings
from responders.case_file import CaseFile
from responders.claims import Names
from responders.consistency import Contradiction, Severity, Side, against_facts, compare, side_of


def names_of(settings: Settings) -> Names:
    """The places and units of the office's own config, by every name they have."""
    areas = settings.areas.areas
    places = {name: "" for a in areas for name in (a.name, *a.aliases, *a.former)} | {p: a.name for a in areas for p in a.places}
    units = {name: u.id for u in settings.units.units for name in (*(n.name for n in u.names), *u.aliases)}
    return Names(places=places, units=units)


def contradictions(file: CaseFile, settings: Settings) -> tuple[Contradiction, ...]:
    """Every contradiction among the newest drafts of the case's units, and of each with its own conclusion."""
    return compare([side_of(paper) for paper in file.answers()], names_of(settings))


def differences(desk: Desk, file: CaseFile) -> tuple[Contradiction, ...]:
    """What the newest drafts say otherwise than the posts of the case's event. Only to be looked at: either may be wrong."""
    event, names = desk.ledger.event(file.case.event_id), names_of(desk.settings)
    posts = desk.ledger.posts(event.post_ids) if event else []
    said = [Side(unit="", paper_id=p.id, text=f"{p.title}\n{p.text}") for p in posts]
    return tuple(one for paper in file.answers() for one in against_facts(side_of(paper), said, names))


def to_resolve(found: Sequence[Contradiction], settings: Settings) -> tuple[str, ...]:
    """Those that bar signing, as sentences that name both units."""
    names = {u.id: u.name for u in settings.units.units}
    grave = (c for c in found if c.severity is Severity.RESOLVE)
    return tuple(f"{c.what}（{names.get(c.one.unit, c.one.unit)}、{names.get(c.other.unit, c.other.unit)}）" for c in grave)
