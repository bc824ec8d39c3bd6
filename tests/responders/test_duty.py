"""Who hears of a case, and what is asked of each part, over every kind of clock. And that the layers of responders/ hold."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.case import Case, Deadline, Routing
from records.notice import NoticeKind
from responders.duty import Part, confidential, duty, headline_clock, parts_of
from tests.responders.samples import NOW, SETTINGS, a_case, a_clock, a_dispatched_case, a_routing

UNITS = SETTINGS.units
IDS = [u.id for u in UNITS.units]
RESPONDERS = Path(__file__).resolve().parents[2] / "responders"


def headline(case: Case, part: Part) -> str:
    return duty(case, NoticeKind.DISPATCH, "gs", part, lead="区供水企业", now=NOW).headline


@given(*[st.lists(st.sampled_from(IDS), max_size=6)] * 3, st.sampled_from(IDS))
def test_each_unit_has_one_part_and_the_lead_comes_first(joint: list[str], told: list[str], raised: list[str], lead: str) -> None:
    routing = a_routing(lead=lead, joint=tuple(joint), informed=tuple(told), escalate_to=tuple(raised))
    found = parts_of(routing, UNITS)
    ids = [unit for unit, _ in found]
    assert found[0] == (lead, Part.LEAD)
    assert len(ids) == len(set(ids))
    if lead == UNITS.discipline:
        assert ids == [lead]
    else:
        assert set(ids) == {lead, *joint, *told, *raised}


@pytest.mark.parametrize(("lead", "secret"), [("jwjw", True), ("gs", False), ("qzfb", False)])
def test_what_discipline_leads_is_confidential(lead: str, secret: bool) -> None:
    assert confidential(a_routing(lead=lead), UNITS) is secret


@pytest.mark.parametrize(
    ("kinds", "dispatched", "pressing"),
    [
        (("respond",), False, "respond"),
        (("press", "release"), False, "release"),
        (("respond", "sign", "reply", "close"), True, "reply"),
        (("respond",), True, None),
        ((), False, None),
    ],
)
def test_the_pressing_clock(kinds: tuple[str, ...], dispatched: bool, pressing: str | None) -> None:
    dues = {"release": "08 13:10", "press": "09 08:10", "respond": "10 08:10", "sign": "08 12:45", "reply": "08 14:15", "close": "15 18:00"}
    clocks: tuple[Deadline, ...] = tuple(a_clock(k, dues[k]) for k in kinds)
    found = headline_clock(a_dispatched_case(deadlines=clocks) if dispatched else a_case(deadlines=clocks))
    assert (found.kind if found else None) == pressing


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        (Part.LEAD, "请关注核实，最迟应于6月10日08:10前公开回应", "请于6月8日14:15前首次回应"),
        (Part.JOINT, "请配合牵头单位，最迟应于6月10日08:10前公开回应", "请配合牵头单位，于6月8日14:15前首次回应"),
        (Part.ESCALATED, "提级报告，最迟应于6月10日08:10前公开回应", "提级报告，须于6月8日14:15前首次回应"),
        (Part.INFORMED, "抄送知悉", "抄送知悉"),
    ],
)
def test_headlines_before_and_after_dispatch(part: Part, before: str, after: str) -> None:
    assert headline(a_case(), part) == before
    assert headline(a_dispatched_case(), part) == after


@pytest.mark.parametrize("part", list(Part))
def test_no_headline_counts_hours_or_is_empty(part: Part) -> None:
    for case in (a_case(), a_dispatched_case(), a_case(deadlines=()), a_case(deadlines=(a_clock("respond", "07 08:10"),))):
        said = headline(case, part)
        assert said
        assert "小时" not in said
        assert "后" not in said


def test_late_found_is_not_charged_to_the_unit() -> None:
    case = a_case(deadlines=(a_clock("respond", "07 08:10", late_found=True),))
    tasks = duty(case, NoticeKind.ALERT, "gs", Part.LEAD, lead="区供水企业", now=NOW).tasks
    assert tasks[-1] == "公开回应时限6月7日08:10在发现前已过（迟发现，不计入承办单位），请尽快公开回应（国办发〔2016〕61号）"


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_the_http_library_is_named_in_one_file_and_the_network_only_in_channels() -> None:
    by_file = {p.relative_to(RESPONDERS).as_posix(): imported(p) for p in RESPONDERS.rglob("*.py")}
    assert [name for name, found in by_file.items() if "httpx" in found] == ["channels/http.py"]
    network = {"httpx", "aiohttp", "aiosmtplib", "smtplib", "socket", "urllib3", "requests"}
    assert {name.split("/")[0] for name, found in by_file.items() if found & network} == {"channels"}


def test_responders_import_only_themselves_and_the_records() -> None:
    ours = {"monitor", "classifiers", "digests", "ledger", "huiying", "workbench"}
    assert [p.name for p in RESPONDERS.rglob("*.py") if imported(p) & ours] == []


def test_publicity_coordinates_a_grave_case_and_leads_none_of_its_facts() -> None:
    routing = a_routing(escalate_to=(UNITS.publicity, "yjj"))
    parts = dict(parts_of(routing, UNITS))
    assert (parts[UNITS.publicity], parts["yjj"], parts["gs"]) == (Part.COORDINATING, Part.ESCALATED, Part.LEAD)
    told = duty(a_dispatched_case(), NoticeKind.DISPATCH, UNITS.publicity, Part.COORDINATING, lead="区供水企业", now=NOW)
    assert "事实与口径由区供水企业负责" in told.tasks[0]
    assert told.headline.startswith("请牵头协调处置和信息发布")


@pytest.mark.parametrize("routing", [a_routing(joint=(UNITS.publicity,)), a_routing(joint=(), escalate_to=(), informed=(UNITS.publicity,))])
def test_publicity_otherwise_has_the_part_it_was_given(routing: Routing) -> None:
    assert Part.COORDINATING not in dict(parts_of(routing, UNITS)).values()


@pytest.mark.parametrize("part", list(Part))
def test_a_withdrawal_tells_every_part_to_stop_and_names_no_limit(part: Part) -> None:
    told = duty(a_dispatched_case(), NoticeKind.WITHDRAWAL, "gs", part, lead="区供水企业", now=NOW)
    assert told.headline == "本件已撤销，请停止办理"
    assert all("请于" not in task for task in told.tasks)


def test_a_clock_that_is_met_is_asked_of_nobody() -> None:
    case = a_dispatched_case(deadlines=(a_clock("sign", "08 10:00", met_at=NOW), a_clock("reply", "08 18:15")))
    told = duty(case, NoticeKind.UPDATE, "gs", Part.LEAD, lead="区供水企业", now=NOW)
    assert not any("签收" in task for task in told.tasks)
    assert any("首次回应" in task for task in told.tasks)
