"""The door (门禁): who is asking, may they, is it really their browser. Every route names what it asks for in access.py's table.

Source: OWASP ASVS 5 (V3, V6, V7); 等保二级 身份鉴别、访问控制. Sessions are rows (ledger/accounts.py): revoking one holds from the next request on.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import Request

from records.account import Permission, Session, User
from workbench import passwords
from workbench.actions import Actions

COOKIE, PRE = "huiying", "huiying-pre"
MOST_FAILURES, LOCKED = 5, timedelta(minutes=15)


class NotLoggedInError(Exception):
    """Nobody is logged in: the page sends to the login."""


class ForbiddenError(Exception):
    """The account may not do this; says why in Chinese."""


class HiddenError(Exception):
    """There is no such thing, or it is not this account's to see: the answer is the same 404."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is asking."""

    user: User
    session: Session

    def may(self, permission: Permission) -> bool:
        """True when the account's roles allow it."""
        return self.user.may(permission)


def digest_of(token: str) -> str:
    """What of a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def visitor(request: Request, actions: Actions) -> Visitor:
    """Who is logged in. Raises: NotLoggedInError."""
    token = request.cookies.get(COOKIE, "")
    found = actions.accounts.session(digest_of(token), actions.now()) if token else None
    if found is None:
        raise NotLoggedInError
    return Visitor(session=found[0], user=found[1])


def same_origin(request: Request, public_url: str) -> bool:
    """True when the browser says the request comes from our own pages, or says nothing (not a browser; the token still holds).

    Source: Fetch Metadata (W3C); RFC 6454.
    """
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    if site and site not in ("same-origin", "none"):
        return False
    return not origin or urlsplit(origin).netloc in (request.headers.get("host", ""), urlsplit(public_url).netloc)


def check_token(expected: str, given: str) -> None:
    """Raises: ForbiddenError when a form does not carry the session's token."""
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise ForbiddenError("页面已过期或不是从本系统提交的，请返回刷新后重试")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A login that succeeded: the cookie's token, shown once, and the account."""

    token: str
    user: User


class LoginRefusedError(Exception):
    """A login that failed; says no more than it must."""


def log_in(actions: Actions, login: str, password: str, address: str) -> LoggedIn:
    """A new session with a new token. Raises: LoginRefusedError, the same for an unknown login and a wrong password.

    Five failures of a login or from an address lock it for a quarter of an hour.
    """
    now, subjects = actions.now(), (f"login:{login.casefold()}", f"address:{address}")
    locked = any(actions.accounts.failures(s, now - LOCKED) >= MOST_FAILURES for s in subjects)
    user = actions.accounts.by_login(login)
    right = passwords.matches(user.password_hash if user and user.disabled_at is None else None, password)
    if locked or not right or user is None:
        for subject in subjects if not locked else ():
            actions.accounts.failed(actions.new_id(), subject, now)
        actions.log(login[:40] or "（空）", "login:refused", "账号", "锁定" if locked else "登录名或口令不对")
        raise LoginRefusedError("尝试次数过多，请十五分钟后再试" if locked else "登录名或口令不对")
    actions.accounts.forgive(subjects[0])
    actions.log(user.name, "login", "账号", user.login)
    return LoggedIn(token=begin(actions, user, now), user=user)


def begin(actions: Actions, user: User, now: datetime) -> str:
    """A new session; its token, which is never stored."""
    token = secrets.token_urlsafe(32)
    actions.accounts.begin(Session(digest=digest_of(token), user_id=user.id, csrf=secrets.token_urlsafe(24), created_at=now, seen_at=now))
    return token
