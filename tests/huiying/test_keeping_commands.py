"""verify --anchor as a person types it, against the chain head of a digest that was really made."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.digesting import current_day, make_digest
from huiying.office import Desk
from huiying.settings import Settings
from ledger.chain import Head, anchors, head, printed
from tests.huiying.desk import desk_in, waiting_case


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path / "data", settings) as opened:
        waiting_case(opened)
        yield opened


def verify(desk: Desk, anchor: object) -> Result:
    return CliRunner().invoke(app, ["verify", "--anchor", str(anchor), "--data", str(desk.data)])


def test_a_digest_is_an_anchor(desk: Desk) -> None:
    made = make_digest(desk, current_day(desk.now()))
    assert anchors(made.html.read_text("utf-8"))[0].digest == head(desk.ledger.engine).digest[:16]
    done = verify(desk, made.html)
    assert (done.exit_code, done.stdout.strip()) == (0, "审计链完整")


def test_another_digest_at_that_number_is_an_error(desk: Desk) -> None:
    done = verify(desk, printed(Head(1, "0" * 64)))
    assert done.exit_code == 1
    assert "第1条与锚定摘要不符" in done.stderr


def test_a_number_the_chain_does_not_reach_is_an_error(desk: Desk) -> None:
    done = verify(desk, f"99:{'a' * 64}")
    assert done.exit_code == 1
    assert "锚定的第99条不存在" in done.stderr


@pytest.mark.parametrize("content", [None, b"", "没有链头".encode(), b"\xff\xfe"])
def test_what_holds_no_anchor_is_refused(desk: Desk, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "日报.html"
    if content is not None:
        path.write_bytes(content)
    done = verify(desk, path)
    assert done.exit_code == 2
    assert "--anchor" in done.stderr
