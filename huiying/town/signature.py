"""Signatures (加签) as the robots' owners document them, checked here on the receiving side.

Written apart from responders/channels on purpose: a mistake there is then refused here, as the real robot would.
Source: open.dingtalk.com 自定义机器人安全设置; open.feishu.cn 自定义机器人使用指南, 签名校验.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)  # both owners: older or later than this is refused


def dingtalk_sign(milliseconds: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 with the secret as key, before URL encoding.

    >>> dingtalk_sign("1528420500000", "SECtest000")
    'x0B8IGTnAGVV33eav8S7XqOYMdn5nxmjPVCw3BRZn40='
    """
    return _hmac(secret, f"{milliseconds}\n{secret}")


def feishu_sign(seconds: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 of nothing, with time and secret as key.

    >>> feishu_sign("1599360473", "demo")
    'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8='
    """
    return _hmac(f"{seconds}\n{secret}", "")


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def same(given: str, right: str) -> bool:
    """True when the two signatures are equal, in constant time; any text may be given.

    >>> same("签名", "c2ln"), same("c2ln", "c2ln")
    (False, True)
    """
    return hmac.compare_digest(given.encode(), right.encode())


def timely(stamp: str, unit: timedelta, now: datetime) -> bool:
    """True when `stamp`, whole `unit`s since 1970, is within an hour of `now`; False when it is no such number.

    >>> from datetime import UTC
    >>> now = datetime(2018, 6, 7, 8, 15, tzinfo=UTC)
    >>> [timely(s, timedelta(milliseconds=1), now) for s in ("1528359300000", "1528359300", "明天", "9" * 30)]
    [True, False, False, False]
    """
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 15):
        return False
    return abs(now.timestamp() - int(stamp) * unit.total_seconds()) <= WINDOW.total_seconds()
