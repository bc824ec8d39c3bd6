"""The review queue's choices: every one has a key of its own and names what it says; 无误 repeats the machine."""

import pytest

from classifiers.learning import TASKS, check_correction
from huiying.settings import Settings
from records.assessment import OpinionLevel
from tests.makers import an_assessment
from workbench.office_pages import Choice, choices, confirmed


def offered(settings: Settings, **more: object) -> dict[str, list[Choice]]:
    return choices(an_assessment("p", **more), settings.standard, settings.units)


def test_every_choice_has_a_key_of_its_own_and_can_be_learnt(settings: Settings) -> None:
    found = [one for row in offered(settings).values() for one in row]
    keys = [one.key for one in found]
    assert len(keys) == len(set(keys))
    assert "y" not in keys
    for one in found:
        check_correction(one.task, one.value)
    assert {one.task for one in found} == set(TASKS)


def test_each_question_marks_what_the_machine_said(settings: Settings) -> None:
    found = offered(settings, level=OpinionLevel.II, form="R4", labels=("C5",), categories={"C5": 0.9})
    marked = {title: [one.value for one in row if one.judged] for title, row in found.items()}
    lead = settings.units.get("gs").group
    assert marked == {"是否相关": ["1"], "主类别": ["C5"], "等级": ["Ⅱ"], "回应形式": ["R4"], "主办单位": [lead]}


def test_units_of_one_group_are_asked_once_and_unknown_ones_not(settings: Settings) -> None:
    leads = (("gs", 0.5), ("gs", 0.3), ("no-such-unit", 0.1), ("zjj", 0.1))
    assert [one.name for one in offered(settings, leads=leads)["主办单位"]] == [settings.units.get("gs").name, settings.units.get("zjj").name]
    assert offered(settings, leads=(("no-such-unit", 1.0),))["主办单位"] == []


@pytest.mark.parametrize(
    ("abstain", "task"),
    [(("lead",), "lead"), (("category",), "primary"), (("relevant",), "relevant"), (("relevant", "lead"), "lead"), (("new",), "relevant")],
)
def test_no_fault_found_repeats_what_the_machine_was_least_sure_of(settings: Settings, abstain: tuple[str, ...], task: str) -> None:
    judged = an_assessment("p", abstain=abstain)
    right = confirmed(judged, choices(judged, settings.standard, settings.units))
    assert (right.task, right.judged) == (task, True)


def test_no_fault_found_without_a_known_lead_says_relevant(settings: Settings) -> None:
    judged = an_assessment("p", abstain=("lead",), leads=(("no-such-unit", 1.0),))
    right = confirmed(judged, choices(judged, settings.standard, settings.units))
    assert (right.task, right.value) == ("relevant", "1")
