"""Receipts by mail: a reply of the unit's own contact with the notice's code moves the case; all else changes nothing and is counted."""

import hmac
from collections import Counter
from dataclasses import dataclass, field

import structlog

from huiying import case_verbs
from huiying.case_verbs import Details
from huiying.office import Desk
from ledger.protocol import StaleCaseError
from records.case import Case, CaseState
from records.paper import Means, Receipt
from responders.cases import MoveRefusedError
from responders.lifecycle import IllegalMoveError
from responders.receipt_mail import NoReceiptError, Reply, read_reply
from responders.rerouting import unit_called
from workbench.receipt_links import signer_in

log = structlog.get_logger()


@dataclass(slots=True)
class MailReceipts:
    """Takes letters for an office. `counted` tells what became of them, in words."""

    desk: Desk
    counted: Counter[str] = field(default_factory=Counter)

    async def take(self, raw: bytes, envelope_from: str) -> str:
        """What became of one letter; never raises for what the letter is."""
        try:
            reply = read_reply(raw, envelope_from)
            moved = self._moved(reply)
        except (NoReceiptError, MoveRefusedError, IllegalMoveError, StaleCaseError, LookupError) as error:
            self.counted["不算签收"] += 1
            log.warning("receipt_mail.refused", why=str(error))
            return f"不算签收：{error}"
        self.counted[moved.state.value] += 1
        log.info("receipt_mail.taken", case=moved.number, state=moved.state.value)
        return f"{moved.number} {moved.state.value}"

    def _moved(self, reply: Reply) -> Case:
        case = self.desk.ledger.case(reply.number)
        if case is None or case.state is not CaseState.DISPATCHED or not self._theirs(case, reply):
            raise NoReceiptError("编号、校验码与发件人对不上，或本件已不在待签收")
        unit, why = "", f"邮件回复签收（{reply.why}）" if reply.why else "邮件回复签收"
        state = CaseState.SIGNED_FOR
        if reply.act == "退回":
            state, (unit, why) = CaseState.RETURNED, _returned(self.desk, reply)
        receipt = Receipt(unit=case.routing.lead, means=Means.MAIL)
        return case_verbs.move(self.desk, case.number, state.value, by=reply.name, why=why, details=Details(unit=unit, receipt=receipt))

    def _theirs(self, case: Case, reply: Reply) -> bool:
        """True when the code is this dispatch's and the sender a contact of the leading unit."""
        lead = next((u for u in self.desk.settings.units.units if u.id == case.routing.lead), None)
        known = {c.email.strip().lower() for c in lead.contacts if c.email.strip()} if lead else set()
        return hmac.compare_digest(signer_in(self.desk.data).code(case).encode(), reply.code.encode()) and reply.sender in known


def _returned(desk: Desk, reply: Reply) -> tuple[str, str]:
    """(unit it belongs to, reason) of “退回 姓名 单位 理由”."""
    word, _, why = reply.why.partition(" ")
    unit = unit_called(word, desk.settings.units) if word else None
    if unit is None or not why.strip():
        raise NoReceiptError("退回须写“退回 姓名 应办单位 理由”")
    return unit.id, f"邮件回复退回：{why.strip()}"
