"""`huiying notices`: what stands in the outbox, what is dead, one sent again."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiying.__main__ import app
from huiying.settings import Settings
from ledger.opening import open_ledger
from records.notice import Delivery, NoticeState, Outcome
from tests.huiying.desk import desk_in
from tests.makers import NOW, a_notice

RUNNER = CliRunner()
CONFIG = str(Path(__file__).resolve().parents[2] / "config")


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> str:
    """A data folder with one dead letter and one notice waiting."""
    with desk_in(tmp_path, settings) as desk:
        desk.ledger.add_notices([a_notice("dead")])
        (claimed,) = desk.ledger.claim_notices("s", NOW, 9, 30)
        answer = Delivery(notice_id=claimed.id, attempt=1, at=NOW, outcome=Outcome.PERMANENT, code="550", detail="邮件服务器拒收")
        desk.ledger.finish_notice(claimed, answer, NoticeState.DEAD, NOW)
        desk.ledger.add_notices([a_notice("waiting")])
    return str(tmp_path)


def said(data: str, *words: str) -> tuple[int, str]:
    found = RUNNER.invoke(app, ["notices", *words, "--config", CONFIG, "--data", data])
    return found.exit_code, found.output


def test_states_are_counted(data: str) -> None:
    assert said(data) == (0, "待发送 1 件\n发送中 0 件\n已送达 0 件\n未能送达 1 件\n")


def test_the_dead_are_listed_with_their_reason_and_make_exit_1(data: str) -> None:
    code, words = said(data, "--dead")
    assert code == 1
    for part in ("n-dead", "TH-1", "550 邮件服务器拒收", "gs@tinghu.example"):
        assert part in words
    assert "n-waiting" not in words


def test_one_is_sent_again_by_a_named_person_and_audited(data: str) -> None:
    assert said(data, "retry", "n-dead", "--by", "演示值班员", "--why", "邮箱已改正") == (0, "已重新排队\n")
    ledger = open_ledger(f"sqlite:///{data}/ledger.db")
    assert len(ledger.notices(NoticeState.PENDING)) == 2
    assert [row["actor"] for row in ledger.engine.rows("audit.all")] == ["演示值班员"]
    assert ledger.verify_audit() == []
    ledger.close()
    assert said(data, "--dead") == (0, "没有未能送达的通知\n")


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("retry", "n-waiting", "--by", "演示值班员"), 1, "不在未送达的通知之中"),
        (("retry", "nowhere", "--by", "演示值班员"), 1, "nowhere"),
        (("retry", "n-dead"), 2, "--by"),
        (("retry", "n-dead", "--by", " "), 2, "须写明姓名"),
    ],
)
def test_what_cannot_be_sent_again_is_said(data: str, words: tuple[str, ...], code: int, part: str) -> None:
    found = said(data, *words)
    assert found[0] == code
    assert part in found[1]
