"""`huiying case receive`: a telephone receipt needs two people and the leading unit."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiying.__main__ import app
from huiying.settings import Settings
from records.case import CaseState
from records.paper import Means, Receipt
from tests.huiying.desk import desk_in, take, waiting_case


@pytest.fixture
def number(tmp_path: Path, settings: Settings) -> str:
    with desk_in(tmp_path, settings) as desk:
        return take(desk, waiting_case(desk).number, "交办").number


def receive(data: Path, number: str, **options: str) -> tuple[int, str]:
    given = {"by": "值班员甲", "told": "接线员乙", "unit": "gs", "why": "已电话告知"} | options
    run = CliRunner().invoke(app, ["case", "receive", number, "--data", str(data), *(x for k, v in given.items() for x in (f"--{k}", v))])
    return run.exit_code, run.output


def test_a_telephone_receipt_names_both(tmp_path: Path, settings: Settings, number: str) -> None:
    assert receive(tmp_path, number) == (0, f"{number} → 签收\n")
    with desk_in(tmp_path, settings) as desk:
        case = desk.ledger.case(number)
        assert case is not None
        assert case.state is CaseState.SIGNED_FOR
        move = desk.ledger.transitions(case.id)[-1]
        assert (move.actor, move.why) == ("接线员乙", "电话签收（值班员甲登记）：已电话告知")
        (filed,) = [p.content for p in desk.ledger.papers(case.id) if isinstance(p.content, Receipt)]
        assert filed == Receipt(unit="gs", means=Means.PHONE, registered_by="值班员甲")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"told": "值班员甲"}, "须是两个人"),
        ({"told": "值班 员甲"}, "须是两个人"),
        ({"unit": "zjj"}, "不是本件的牵头单位"),
        ({"unit": "没有局"}, "没有单位"),
        ({"why": " "}, "理由不能为空"),
        ({"by": "系统"}, "不能是“系统”"),
    ],
)
def test_refusals_change_nothing(tmp_path: Path, settings: Settings, number: str, options: dict[str, str], said: str) -> None:
    code, text = receive(tmp_path, number, **options)
    assert code == 1
    assert said in text
    with desk_in(tmp_path, settings) as desk:
        case = desk.ledger.case(number)
        assert case is not None
        assert case.state is CaseState.DISPATCHED


def test_it_can_be_registered_once(tmp_path: Path, number: str) -> None:
    assert receive(tmp_path, number)[0] == 0
    code, text = receive(tmp_path, number)
    assert code == 1
    assert "签收→签收 不允许" in text
    assert receive(tmp_path, "TH-1")[0] == 1
