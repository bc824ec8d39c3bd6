"""Replies through a real SMTP listener: the unit's contact signs; strangers, wrong codes, second letters change nothing."""

import asyncio
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying.mail_receipts import MailReceipts
from huiying.office import Desk
from huiying.settings import Settings
from records.case import Case, CaseState
from records.paper import Means, Receipt
from responders.channels.inbound import listening
from tests.huiying.desk import desk_in, take, waiting_case
from tests.responders.test_receipt_mail import a_reply
from workbench.receipt_links import signer_in

TO = "yuqing@tinghu.example"


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path, settings) as opened:
        yield opened


def dispatched(desk: Desk) -> tuple[Case, str]:
    case = take(desk, waiting_case(desk).number, "交办")
    return case, signer_in(desk.data).code(case)


def letter(case: Case, code: str, written: str = "签收 王联络", sender: str = "gs@tinghu.example") -> bytes:
    return a_reply(written, quote=f"\n> 校验码：{code}）\n", From=sender, Subject=f"Re: 【舆情】[{case.number}] 停水")


def sent(desk: Desk, *letters: tuple[bytes, str]) -> MailReceipts:
    """Sends the letters over SMTP, one connection each."""
    receipts = MailReceipts(desk)

    async def go() -> None:
        async with listening("127.0.0.1", 0, TO, receipts.take) as port:
            for raw, sender in letters:
                await asyncio.to_thread(_send, port, raw, sender)

    asyncio.run(go())
    return receipts


def _send(port: int, raw: bytes, sender: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.sendmail(sender, [TO], raw)


def test_the_contact_signs_by_mail_once(desk: Desk) -> None:
    case, code = dispatched(desk)
    mine = (letter(case, code, "签收 王联络，已派人"), "gs@tinghu.example")
    receipts = sent(desk, mine, mine)
    now = desk.ledger.case(case.number)
    assert now is not None
    assert now.state is CaseState.SIGNED_FOR
    assert (desk.ledger.transitions(case.id)[-1].actor, desk.ledger.transitions(case.id)[-1].why) == ("王联络", "邮件回复签收（已派人）")
    (filed,) = [p for p in desk.ledger.papers(case.id) if isinstance(p.content, Receipt)]
    assert (filed.by, filed.content) == ("王联络", Receipt(unit="gs", means=Means.MAIL))
    assert receipts.counted == {"签收": 1, "不算签收": 1}
    assert desk.ledger.verify_audit() == []


def test_a_unit_sends_it_back_by_mail(desk: Desk) -> None:
    case, code = dispatched(desk)
    sent(desk, (letter(case, code, "退回 王联络 住建局 水泵归物业"), "gs@tinghu.example"))
    move = desk.ledger.transitions(case.id)[-1]
    assert (move.to_state, move.why) == (CaseState.RETURNED, "邮件回复退回：水泵归物业（应由区住房和城乡建设局办理）")


@pytest.mark.parametrize(
    ("written", "sender", "code"),
    [
        ("签收 王联络", "zjj@tinghu.example", None),  # a joint unit's contact
        ("签收 王联络", "stranger@tinghu.example", None),
        ("签收 王联络", "gs@tinghu.example", "AAAAAAAAAA"),
        ("退回 王联络", "gs@tinghu.example", None),
        ("退回 王联络 某某局 不归我们", "gs@tinghu.example", None),
        ("签收 系统", "gs@tinghu.example", None),
    ],
)
def test_everything_else_changes_nothing(desk: Desk, written: str, sender: str, code: str | None) -> None:
    case, right = dispatched(desk)
    before = desk.ledger.transitions(case.id), desk.ledger.papers(case.id)
    receipts = sent(desk, (letter(case, code or right, written, sender), sender), (b"junk", "x@y.example"))
    assert (desk.ledger.transitions(case.id), desk.ledger.papers(case.id)) == before
    assert receipts.counted == {"不算签收": 2}


def test_only_the_one_address_is_taken(desk: Desk) -> None:
    case, code = dispatched(desk)

    async def go() -> None:
        async with listening("127.0.0.1", 0, "other@tinghu.example", MailReceipts(desk).take) as port:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                await asyncio.to_thread(_send, port, letter(case, code), "gs@tinghu.example")

    asyncio.run(go())


def test_a_new_dispatch_has_a_new_code(desk: Desk) -> None:
    case, code = dispatched(desk)
    assert len(code) == 10
    assert signer_in(desk.data).code(case) == code, "the key outlives a restart"
    assert (desk.data / "receipt.key").stat().st_mode & 0o077 == 0
