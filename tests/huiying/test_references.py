"""References across the config files, as records: each dangling one has its key path; a file that was not read is no excuse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from huiying.config_references import CHECKS, Found, mistakes
from huiying.settings import Settings, _SourceFile
from records.matter import Split
from records.standard import LexiconRule, Reminder

Change = Callable[[Found], Any]


@pytest.fixture
def found(settings: Settings) -> Found:
    """The shipped files as they were read."""
    return {
        "huiying": settings.office, "sources": _SourceFile(source=settings.sources), "standard": settings.standard,
        "units": settings.units, "areas": settings.areas, "holidays": settings.holidays,
        "matters": settings.matters, "roster": settings.roster,
    }  # fmt: skip


def said(found: Found) -> list[tuple[str, tuple[str | int, ...], str]]:
    return list(mistakes(found))


def of_units(**more: object) -> tuple[str, Change]:
    return "units", lambda found: replace(found["units"], **more)


def of_unit(index: int, **more: object) -> tuple[str, Change]:
    def change(found: Found) -> object:
        units = list(found["units"].units)
        units[index] = replace(units[index], **more)
        return replace(found["units"], units=tuple(units))

    return "units", change


def of_matter(index: int, **more: object) -> tuple[str, Change]:
    def change(found: Found) -> object:
        matters = list(found["matters"].matters)
        matters[index] = replace(matters[index], **more)
        return replace(found["matters"], matters=tuple(matters))

    return "matters", change


def of_steps(*shares: float, to: str = "unit") -> tuple[str, Change]:
    steps = tuple(Reminder(at=share, to=to, name="催办") for share in shares)
    return "standard", lambda found: replace(found["standard"], reminders=steps)


def of_source(**more: object) -> tuple[str, Change]:
    return "sources", lambda found: _SourceFile(source=(replace(found["sources"].source[0], **more), *found["sources"].source[1:]))


def of_rule(**more: object) -> tuple[str, Change]:
    def change(found: Found) -> object:
        rules: tuple[LexiconRule, ...] = found["standard"].rules
        return replace(found["standard"], rules=(replace(rules[0], **more), *rules[1:]))  # type: ignore[arg-type]

    return "standard", change


def without(key: str, code: str) -> tuple[str, Change]:
    """The standard without one row of `key`."""
    return "standard", lambda found: replace(
        found["standard"], **{key: tuple(row for row in getattr(found["standard"], key) if str(row.code) != code)}
    )


def twice(name: str, key: str) -> tuple[str, Change]:
    """The file with its first row of `key` once more at the end."""
    return name, lambda found: replace(found[name], **{key: (*getattr(found[name], key), getattr(found[name], key)[0])})


LAST = -1  # stands for the index of the last row


def test_the_shipped_files_refer_to_what_there_is(found: Found) -> None:
    assert said(found) == []


@pytest.mark.parametrize(
    ("edit", "path", "message"),
    [
        (of_matter(0, lead="nobody"), ("matter", 0, "lead"), "unknown unit: nobody"),
        (of_matter(1, lead=""), ("matter", 1, "lead"), "unknown unit: "),
        (of_matter(2, joint=("@town", "nobody")), ("matter", 2, "joint"), "unknown unit: nobody"),
        (of_matter(3, split=(Split(words=("村里",), lead="nobody"),)), ("matter", 3, "split"), "unknown unit: nobody"),
        (of_matter(3, split=(Split(words=("村里",), lead="@town", joint=("x",)),)), ("matter", 3, "split"), "unknown unit: x"),
        (of_matter(4, confused_with=("no.such",)), ("matter", 4, "confused_with"), "unknown matter: no.such"),
        (of_matter(5, form="R7"), ("matter", 5, "form"), "'R7' is not a form"),
        (of_matter(5, level="4"), ("matter", 5, "level"), "'4' is not a level"),
        (of_matter(6, strong=()), ("matter", 6, "strong"), "no word speaks for it"),
        (of_matter(6, words=(" ",)), ("matter", 6, "words"), "not a word: ' '"),
        (of_matter(6, against=("x\ny",)), ("matter", 6, "against"), "not a word"),
        (of_matter(6, split=(Split(words=("",), lead="zjj"),)), ("matter", 6, "split"), "not a word: ''"),
        (of_matter(7, season="6-"), ("matter", 7, "season"), "no list of months"),
        (of_unit(2, group="dwellings"), ("unit", 2, "group"), "'dwellings' is not one of housing"),
        (of_unit(2, names=()), ("unit", 2, "names"), "a unit needs a name"),
        (of_unit(2, duties=("",)), ("unit", 2, "duties"), "a duty is empty"),
        (of_steps(0.5, 0.5), ("reminder", 1, "at"), "steps must rise"),
        (of_steps(float("nan")), ("reminder", 0, "at"), "steps must rise"),
        (of_steps(1e9), ("reminder", 0, "at"), "none beyond 100"),
        (of_steps(1.0, to="mayor"), ("reminder", 0, "to"), "'mayor' is not one of"),
        (of_matter(7, season="6-13"), ("matter", 7, "season"), "months are 1 to 12"),
        (of_matter(7, season="夏"), ("matter", 7, "season"), "no list of months"),
        (of_units(office="nobody"), ("office",), "unknown unit: nobody"),
        (of_units(pending_town="nobody"), ("pending_town",), "unknown unit: nobody"),
        (of_units(discipline="@town"), ("discipline",), "unknown unit: @town"),
        (of_units(publicity=""), ("publicity",), "unknown unit: "),
        (of_units(cyberspace="WXB"), ("cyberspace",), "unknown unit: WXB"),
        (of_units(emergency="119"), ("emergency",), "unknown unit: 119"),
        (of_unit(3, area="999999"), ("unit", 3, "area"), "unknown area code: 999999"),
        (of_unit(0, channels=("mail", "pigeon")), ("unit", 0, "channels"), "unknown channel: pigeon"),
        (of_source(robots_override="亭政函3号"), ("source", 0, "robots_override"), "missing: robots_approver、robots_until"),
        (of_source(robots_until=date(2018, 6, 8)), ("source", 0, "robots_override"), "missing: robots_override、robots_approver"),
        (of_rule(task="gossip"), ("rule", 0, "task"), "'gossip' is not one of category, form, level"),
        (of_rule(task="category", value="C9"), ("rule", 0, "value"), "'C9' is not a category"),
        (of_rule(task="form", value="C1"), ("rule", 0, "value"), "'C1' is not a form"),
        (of_rule(task="level", value="III"), ("rule", 0, "value"), "'III' is not a level"),
        (of_rule(task="lead", value="nobody"), ("rule", 0, "value"), "unknown unit: nobody"),
        (without("categories", "C3"), ("category",), "missing: C3"),
        (without("forms", "R6"), ("form",), "missing: R6"),
        (without("levels", "Ⅰ"), ("level",), "missing: Ⅰ"),
        (twice("areas", "areas"), ("area", LAST), "duplicate: "),
        (twice("standard", "rules"), ("rule", LAST), "duplicate: "),
        (twice("matters", "matters"), ("matter", LAST), "duplicate: "),
        (twice("sources", "source"), ("source", LAST), "duplicate: "),
        (twice("huiying", "channel"), ("channel", LAST), "duplicate: "),
    ],
)
def test_one_mistake_is_one_line_with_its_key(
    found: Found, edit: tuple[str, Change], path: tuple[str | int, ...], message: str
) -> None:
    name, change = edit
    found[name] = change(found)
    ((file, at, words),) = said(found)
    rows = {"areas": "areas", "standard": "rules", "units": "units", "matters": "matters", "sources": "source", "huiying": "channel"}
    last = len(getattr(found[name], rows[name])) - 1
    assert file == name
    assert at == tuple(last if part == LAST else part for part in path)
    assert message in words


def test_a_unit_twice_is_named_at_its_second_place(found: Found) -> None:
    units = found["units"].units
    found["units"] = replace(found["units"], units=(*units, units[4]))
    assert said(found) == [("units", ("unit", len(units)), f"duplicate: {units[4].id}")]


def test_a_renamed_unit_shows_at_every_place_that_names_it(found: Found) -> None:
    units = found["units"].units
    found["units"] = replace(found["units"], units=tuple(replace(u, id="new") if u.id == "gs" else u for u in units))
    matters = enumerate(found["matters"].matters)
    named = set()
    for n, one in matters:
        splits = [u for s in one.split for u in (s.lead, *s.joint)]
        named |= {("matter", n, key) for key, ids in (("lead", (one.lead,)), ("joint", one.joint), ("split", splits)) if "gs" in ids}
    assert named
    assert {path for _, path, _ in said(found)} == named


def test_levels_that_escalate_to_nobody(found: Found) -> None:
    levels = found["standard"].levels
    found["standard"] = replace(found["standard"], levels=(replace(levels[0], escalate_to=("xcb", "x", "y")), *levels[1:]))
    assert [(path, message) for _, path, message in said(found)] == [
        (("level", 0, "escalate_to"), "unknown unit: x"),
        (("level", 0, "escalate_to"), "unknown unit: y"),
    ]


def test_a_whole_permission_is_no_mistake(found: Found) -> None:
    name, change = of_source(robots_override="亭政函3号", robots_approver="科长", robots_until=date(2018, 6, 8))
    found[name] = change(found)
    assert said(found) == []


@pytest.mark.parametrize("unread", ["huiying", "sources", "standard", "units", "areas"])
def test_checks_run_on_the_files_that_were_read(found: Found, unread: str) -> None:
    found["units"] = replace(found["units"], office="nobody")
    found["standard"] = without("categories", "C1")[1](found)
    del found[unread]
    names = {name for name, _, _ in said(found)}
    assert names == {"units", "standard"} - {unread}


def test_every_check_names_files_there_are(found: Found) -> None:
    assert {name for check in CHECKS for name in check.needs} <= set(found)
    assert said({}) == []
