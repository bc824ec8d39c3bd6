"""签收链接: a signed one-time link in each notice to a unit. Opening it changes nothing; pressing the button does.

The token names case, unit and the instant of the 交办 it belongs to: after the receipt, a 退回 or a new 交办 the case has moved on
and the link is spent. It lives 72 hours. Source: design decision 11 (a GET never acknowledges; previews and scanners fetch links).
"""

import base64
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from records.case import Case, CaseState
from records.instant import micros

HOURS = 72
_SALT = "huiying.receipt"


class LinkError(ValueError):
    """A link that is no link of ours, or has run out; says which in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLink:
    """What a link is for."""

    number: str
    unit: str
    dispatched: int  # UTC microseconds

    def fits(self, case: Case) -> bool:
        """True while the case waits for this very receipt."""
        sent = case.dispatched_at
        return case.state is CaseState.DISPATCHED and sent is not None and micros(sent) == self.dispatched and case.routing.lead == self.unit


class LinkSigner:
    """Makes and reads links with the office's own key."""

    def __init__(self, key: str) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt=_SALT)
        self._key = key.encode()

    def code(self, case: Case) -> str:
        """The ten-character code of this dispatch for receipts by mail: base32 of an HMAC, 50 bits; "" while it is not dispatched."""
        if case.dispatched_at is None:
            return ""
        said = f"{_SALT}|{case.number}|{case.routing.lead}|{micros(case.dispatched_at)}".encode()
        return base64.b32encode(hmac.digest(self._key, said, "sha256"))[:10].decode()

    def make(self, case: Case) -> str:
        """The token for the leading unit of a dispatched case. Raises: ValueError when it is not dispatched."""
        if case.dispatched_at is None:
            raise ValueError(f"{case.number}: not dispatched, nothing to sign for")
        return str(self._serializer.dumps([case.number, case.routing.lead, micros(case.dispatched_at)]))

    def read(self, token: str) -> ReceiptLink:
        """What the token is for. Raises: LinkError."""
        try:
            number, unit, dispatched = self._serializer.loads(token, max_age=HOURS * 3600)
            return ReceiptLink(number=str(number), unit=str(unit), dispatched=int(dispatched))
        except SignatureExpired as error:
            raise LinkError(f"链接已过{HOURS}小时，请登录工作台或电话联系区政府办") from error
        except (BadSignature, ValueError, TypeError) as error:
            raise LinkError("链接无效或不完整，请从通知中重新打开") from error


def signer_in(data: Path) -> LinkSigner:
    """The signer of a data folder; its key is made once, readable by the owner alone."""
    path = data / "receipt.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return LinkSigner(path.read_text(encoding="ascii").strip())
    key = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return LinkSigner(key)
