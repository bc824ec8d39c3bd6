"""What a sensible official would have done with the sample town, beside what the machine proposes on real bytes."""

import asyncio

import pytest

from benchmarks.town import judged
from huiying.town.expectations import Expectation, load_expectations
from records.assessment import FORMS
from records.case import Case

EXPECTED = load_expectations()
DESERVING = {item: e for item, e in EXPECTED.items() if e.case}


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, Case]]:
    """Item → event, event → case, after one round."""
    return asyncio.run(judged(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="module")
def found(proposed: tuple[dict[str, str], dict[str, Case]]) -> dict[str, Case]:
    """Deserving item → its case."""
    events, cases = proposed
    return {item: cases[events[item]] for item in DESERVING if events.get(item) in cases}


def test_everything_that_deserves_a_case_has_one(found: dict[str, Case]) -> None:
    assert set(DESERVING) - set(found) == set()


def test_nothing_irrelevant_is_alerted(proposed: tuple[dict[str, str], dict[str, Case]]) -> None:
    events, cases = proposed
    assert [item for item, e in EXPECTED.items() if not e.case and events.get(item) in cases] == []


def test_every_case_went_to_a_unit_a_sensible_official_would_choose(found: dict[str, Case]) -> None:
    wrong = {item: case.routing.lead for item, case in found.items() if case.routing.lead not in DESERVING[item].lead}
    assert wrong == {}


def test_one_happening_is_one_event_on_however_many_sources(proposed: tuple[dict[str, str], dict[str, Case]]) -> None:
    events, cases = proposed
    told: dict[str, set[str]] = {}
    for item, e in EXPECTED.items():
        if e.event:
            told.setdefault(e.event, set()).add(events[item])
    assert {name: len(found) for name, found in told.items()} == dict.fromkeys(told, 1)
    assert len({frozenset(found) for found in told.values()}) == len(told), "two happenings became one event"
    wide = [item for item, e in EXPECTED.items() if e.event == "water-main"]
    assert {item[0] for item in wide} == {"n", "t", "f", "m"}
    assert len({cases[events[item]].number for item in wide}) == 1


def test_different_matters_stay_apart(proposed: tuple[dict[str, str], dict[str, Case]]) -> None:
    events, _ = proposed
    alone = [item for item, e in DESERVING.items() if not e.event]
    assert len({events[item] for item in alone}) == len(alone)


def share(found: dict[str, Case], right: str) -> int:
    def agrees(case: Case, e: Expectation) -> bool:
        if right == "category":
            return e.categories[0] in case.labels
        return case.form == e.form if right == "form" else case.opinion_level.value == e.level

    return sum(agrees(case, DESERVING[item]) for item, case in found.items())


@pytest.mark.parametrize(("right", "least"), [("category", 30), ("form", 24), ("level", 30)])
def test_proposals_are_mostly_what_people_would_say(found: dict[str, Case], right: str, least: int) -> None:
    assert share(found, right) >= least


def test_every_form_and_category_occurs(found: dict[str, Case]) -> None:
    assert {code for case in found.values() for code in case.labels} == {f"C{n}" for n in range(1, 8)}
    assert {case.form for case in found.values()} >= set(FORMS) - {"R5"}


def test_an_accusation_reaches_discipline_and_never_the_accused(found: dict[str, Case]) -> None:
    accusations = [item for item, e in DESERVING.items() if e.lead[0] == "jwjw"]
    assert accusations
    for item in accusations:
        routing = found[item].routing
        assert routing.lead == "jwjw"
        assert (routing.joint, routing.informed, routing.escalate_to) == ((), (), ())
