"""Dangling references and missing rows across config/*.toml. Pure: records in, mistakes out, each with its key path."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from classifiers.corpus import GROUPS
from huiying import roster_references
from records.matter import TOWN

LATEST = 100  # the share of a clock beyond which nobody is pressed any more
Path = tuple[str | int, ...]
Found = dict[str, Any]  # file name without ".toml" → its record
Mistakes = Iterator[tuple[str, Path, str]]  # file name, key path, message


@dataclass(frozen=True, slots=True)
class Check:
    """One check and the files it reads: it runs whenever those could be read, whatever is wrong with the others."""

    needs: tuple[str, ...]
    run: Callable[[Found], Mistakes]


def mistakes(found: Found) -> Mistakes:
    """Every mistake that the readable files allow to see."""
    for check in CHECKS:
        if all(name in found for name in check.needs):
            yield from check.run(found)


def _unique(name: str, key: str, rows: Callable[[Any], Any], identity: Callable[[Any], str]) -> Check:
    def run(found: Found) -> Mistakes:
        seen: set[str] = set()
        for index, row in enumerate(rows(found[name])):
            if identity(row) in seen:
                yield name, (key, index), f"duplicate: {identity(row)}"
            seen.add(identity(row))

    return Check((name,), run)


def _matter_units(found: Found) -> Mistakes:
    ids = {u.id for u in found["units"].units} | {TOWN}
    for index, matter in enumerate(found["matters"].matters):
        splits = (("split", one) for one in matter.split)
        for key, one in (("", matter), *splits):
            for field, value in (("lead", one.lead), *(("joint", j) for j in one.joint)):
                if value not in ids:
                    yield "matters", ("matter", index, key or field), f"unknown unit: {value}"


def _is_word(word: str) -> bool:
    return bool(word.strip()) and word.isprintable()


def _unit_values(found: Found) -> Mistakes:
    for index, one in enumerate(found["units"].units):
        if one.group not in GROUPS:
            yield "units", ("unit", index, "group"), f"{one.group!r} is not one of {', '.join(GROUPS)}"
        if not one.names:
            yield "units", ("unit", index, "names"), "a unit needs a name"
        if not all(map(_is_word, one.duties)):
            yield "units", ("unit", index, "duties"), "a duty is empty"
        for place, signer in enumerate(one.signers):
            if not signer.name.strip() or any(s.name == signer.name for s in one.signers[:place]):
                yield "units", ("unit", index, "signers"), f"a signer needs a name of its own: {signer.name!r}"
            if bool(signer.deputises) is not (signer.until is not None):
                yield "units", ("unit", index, "signers"), f"{signer.name}: deputises and until go together"


def _matter_values(found: Found) -> Mistakes:
    ids = {m.id for m in found["matters"].matters}
    for index, matter in enumerate(found["matters"].matters):
        for other in (o for o in matter.confused_with if o not in ids):
            yield "matters", ("matter", index, "confused_with"), f"unknown matter: {other}"
        for key, legal in (("form", _LEGAL["form"]), ("level", _LEGAL["level"])):
            if getattr(matter, key) and getattr(matter, key) not in legal:
                yield "matters", ("matter", index, key), f"{getattr(matter, key)!r} is not a {key}"
        if not matter.strong:
            yield "matters", ("matter", index, "strong"), "no word speaks for it"
        for key, words in (("strong", matter.strong), ("words", matter.words), ("against", matter.against)):
            yield from (("matters", ("matter", index, key), f"not a word: {word!r}") for word in words if not _is_word(word))
        split = [word for one in matter.split for word in one.words]
        yield from (("matters", ("matter", index, "split"), f"not a word: {word!r}") for word in split if not _is_word(word))
        try:
            _ = matter.months
        except ValueError as error:
            yield "matters", ("matter", index, "season"), str(error)


def _named_units(found: Found) -> Mistakes:
    ids = {u.id for u in found["units"].units}
    for key in ("office", "pending_town", "discipline", "publicity", "cyberspace", "emergency"):
        if getattr(found["units"], key) not in ids:
            yield "units", (key,), f"unknown unit: {getattr(found['units'], key)}"


def _unit_areas(found: Found) -> Mistakes:
    codes = {a.code for a in found["areas"].areas}
    for index, one in enumerate(found["units"].units):
        if one.area and one.area not in codes:
            yield "units", ("unit", index, "area"), f"unknown area code: {one.area}"


def _unit_channels(found: Found) -> Mistakes:
    channels = {c.id for c in found["huiying"].channel}
    for index, one in enumerate(found["units"].units):
        for name in (c for c in one.channels if c not in channels):
            yield "units", ("unit", index, "channels"), f"unknown channel: {name}"


def _escalation(found: Found) -> Mistakes:
    ids = {u.id for u in found["units"].units}
    for index, level in enumerate(found["standard"].levels):
        for unknown in (u for u in level.escalate_to if u not in ids):
            yield "standard", ("level", index, "escalate_to"), f"unknown unit: {unknown}"


def _tickets(found: Found) -> Mistakes:
    kinds = [t.kind for t in found["standard"].tickets]
    for index, one in enumerate(found["sources"].source):
        if one.ticket and one.ticket not in kinds:
            yield "sources", ("source", index, "ticket"), f"{one.ticket!r} is not a ticket of standard.toml: {'、'.join(kinds)}"


def _robots_overrides(found: Found) -> Mistakes:
    """An override of robots.txt needs its letter, its approver and its end (design decision 5)."""
    for index, one in enumerate(found["sources"].source):
        given = {"robots_override": one.robots_override, "robots_approver": one.robots_approver, "robots_until": one.robots_until}
        if any(given.values()) and not all(given.values()):
            missing = "、".join(name for name, value in given.items() if not value)
            yield "sources", ("source", index, "robots_override"), f"incomplete permission, missing: {missing}"


_LEGAL = {
    "category": {f"C{i}" for i in range(1, 8)}, "form": {f"R{i}" for i in range(1, 7)}, "level": set("ⅠⅡⅢⅣ"), "relevant": {"1"},
    "irrelevant": {"1", "2"}, "accusation": {"1"},
}  # fmt: skip


def _complete_standard(found: Found) -> Mistakes:
    rows = found["standard"]
    for key, have in (("category", rows.categories), ("form", rows.forms), ("level", rows.levels)):
        for missing in sorted(_LEGAL[key] - {str(r.code) for r in have}):
            yield "standard", (key,), f"missing: {missing}"
    for index, rule in enumerate(rows.rules):
        if rule.task == "lead":
            continue  # its value is a unit: _lead_rules
        if rule.task not in _LEGAL:
            yield "standard", ("rule", index, "task"), f"{rule.task!r} is not one of {', '.join(_LEGAL)}"
        elif rule.value not in _LEGAL[rule.task]:
            yield "standard", ("rule", index, "value"), f"{rule.value!r} is not a {rule.task}"


def _lead_rules(found: Found) -> Mistakes:
    ids = {u.id for u in found["units"].units}
    for index, rule in enumerate(found["standard"].rules):
        if rule.task == "lead" and rule.value not in ids:
            yield "standard", ("rule", index, "value"), f"unknown unit: {rule.value}"


def _reminders(found: Found) -> Mistakes:
    before = 0.0
    for index, one in enumerate(found["standard"].reminders):
        if one.to not in ("unit", "leader", "office"):
            yield "standard", ("reminder", index, "to"), f"{one.to!r} is not one of unit, leader, office"
        if not before < one.at <= LATEST:
            yield "standard", ("reminder", index, "at"), f"{one.at}: steps must rise, each above 0, none beyond {LATEST}"
        before = max(before, one.at)


CHECKS = (
    _unique("units", "unit", lambda f: f.units, lambda u: u.id),
    _unique("matters", "matter", lambda f: f.matters, lambda m: m.id),
    _unique("sources", "source", lambda f: f.source, lambda s: s.id),
    _unique("standard", "rule", lambda f: f.rules, lambda r: r.id),
    _unique("areas", "area", lambda f: f.areas, lambda a: a.code),
    _unique("huiying", "channel", lambda f: f.channel, lambda c: c.id),
    Check(("units", "matters"), _matter_units),
    Check(("matters",), _matter_values),
    Check(("units",), _named_units),
    Check(("units",), _unit_values),
    Check(("units", "areas"), _unit_areas),
    Check(("units", "huiying"), _unit_channels),
    Check(("units", "standard"), _escalation),
    Check(("sources",), _robots_overrides),
    Check(("sources", "standard"), _tickets),
    Check(("standard",), _complete_standard),
    Check(("units", "standard"), _lead_rules),
    Check(("standard",), _reminders),
    Check(("standard",), roster_references.rungs),
    Check(("roster",), roster_references.values),
    Check(("roster", "units"), roster_references.units),
    Check(("roster", "huiying"), roster_references.ways),
    Check(("roster", "holidays"), roster_references.overlaps),
)
