"""case unmask: the handling unit sees the numbers, nobody else does, and both stand on the chain, without a number."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.office import Desk
from huiying.settings import Settings
from ledger.integrity import misfits
from records.case import CaseState
from tests.huiying.desk import desk_in
from tests.makers import NOW, PAGE, STATE, a_case, a_post, an_event, opening

NUMBERS = ("13900000000", "苏J·12345")
TEXT = f"先锋街道停水三天，请联系{NUMBERS[0]}，车牌{NUMBERS[1]}"
URL = "http://a.example/p1"


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    """A case of p1 with two numbers, led by gs and handled; p2 belongs to no case."""
    with desk_in(tmp_path / "data", settings) as opened:
        opened.ledger.add_collected([a_post(text=TEXT), a_post("p2", text="电话13911111111"), a_post("p3", text="无号码")], [PAGE], STATE)
        opened.ledger.save_events([an_event("e1", ("p1", "p3"))])
        case = a_case("e1")
        opened.ledger.open_case(case, opening(case), lambda c: [], ["p1"], opened.settings.office.case_number_format, NOW)
        in_state(opened, CaseState.CHECKING)
        yield opened


def in_state(desk: Desk, state: CaseState) -> None:
    desk.ledger.engine.execute("update cases set state = :state", state=state.value)


def unmask(desk: Desk, post: str = "p1", *, number: str = "", by: str = "演示经办员", unit: str = "gs", purpose: str = "回访核实") -> Result:
    words = ["case", "unmask", number or desk.ledger.cases()[0].number, post, "--by", by, "--unit", unit, "--purpose", purpose]
    return CliRunner().invoke(app, [*words, "--data", str(desk.data)])


def last(desk: Desk) -> tuple[str, str, str, str]:
    row = desk.ledger.engine.rows("audit.all")[-1]
    return row["actor"], row["action"], row["subject"], row["detail"]


def assert_no_number_is_on_the_chain(desk: Desk) -> None:
    chain = str(desk.ledger.engine.rows("audit.all"))
    assert not [number for number in (*NUMBERS, "13911111111", "J12345") if number in chain]
    assert (desk.ledger.verify_audit(), misfits(desk.ledger.engine)) == ([], [])


@pytest.mark.parametrize("post", ["p1", URL])
@pytest.mark.parametrize("by_name", [False, True])
def test_the_handling_unit_sees_them_and_the_chain_knows(desk: Desk, post: str, *, by_name: bool) -> None:
    lead = next(u for u in desk.settings.units.units if u.id == "gs")
    done = unmask(desk, post, unit=lead.name if by_name else lead.id)
    assert (done.exit_code, tuple(done.stdout.split())) == (0, NUMBERS)
    unit = lead.name if by_name else lead.id
    assert last(desk) == ("演示经办员", "unmask", desk.ledger.cases()[0].number, f"帖文 p1；单位 {unit}；用途 回访核实")
    assert_no_number_is_on_the_chain(desk)


def test_every_look_is_an_entry(desk: Desk) -> None:
    before = len(desk.ledger.engine.rows("audit.all"))
    for _ in range(3):
        unmask(desk)
    assert len(desk.ledger.engine.rows("audit.all")) == before + 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": "zjj"}, "只有牵头单位"),
        ({"unit": "无此单位"}, "没有单位"),
        ({"unit": ""}, "没有单位"),
        ({"purpose": " "}, "--purpose"),
        ({"by": ""}, "--by"),
        ({"post": "p2"}, "没有这条帖文"),
        ({"post": "13900000000"}, "没有这条帖文"),
    ],
)
def test_a_refusal_shows_nothing_and_stands_on_the_chain(desk: Desk, change: dict[str, str], said: str) -> None:
    done = unmask(desk, **change)
    assert done.exit_code == 1
    assert said in done.stderr
    assert not [number for number in NUMBERS if number in done.output]
    actor, action, subject, detail = last(desk)
    assert (action, subject) == ("unmask:refused", desk.ledger.cases()[0].number)
    assert actor
    assert said in detail
    assert_no_number_is_on_the_chain(desk)


@pytest.mark.parametrize("state", list(CaseState))
def test_only_while_a_unit_handles_it(desk: Desk, state: CaseState) -> None:
    in_state(desk, state)
    handled = state.value not in ("预警提示", "不交办", "退回", "撤销", "归档")
    assert (unmask(desk).exit_code == 0) is handled
    assert (last(desk)[1] == "unmask") is handled


@pytest.mark.parametrize("where", ["by", "purpose", "unit"])
@pytest.mark.parametrize("number", [NUMBERS[0], "139-0000-0000", "苏J12345", "苏J·12345"])
def test_a_number_typed_by_the_person_does_not_reach_the_chain(desk: Desk, where: str, number: str) -> None:
    unmask(desk, **{where: f"回访{number}的住户"})  # type: ignore[arg-type]
    assert_no_number_is_on_the_chain(desk)


def test_a_post_without_numbers_says_so(desk: Desk) -> None:
    assert unmask(desk, "p3").stdout.strip() == "该帖没有被脱敏的号码"


def test_an_unknown_case_is_exit_1_without_an_entry(desk: Desk) -> None:
    before = len(desk.ledger.engine.rows("audit.all"))
    done = unmask(desk, number="TH-19990101-001")
    assert done.exit_code == 1
    assert "没有交办件" in done.stderr
    assert len(desk.ledger.engine.rows("audit.all")) == before
