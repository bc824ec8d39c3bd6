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
LOCAL = ("127.0.0.1", "localhost", "::1")


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
    return not origin or ((place := _place(origin)) is not None and place in _ours(request.headers.get("host", ""), public_url))


def _place(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin; None for what is none ("null", a broken one).

    >>> _place("https://yq.tinghu.example"), _place("null"), _place("http://[")
    (('https', 'yq.tinghu.example', 443), None, None)
    """
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def _ours(host: str, public_url: str) -> set[tuple[str, str, int] | None]:
    """Where our own pages come from: public_url, and the address asked over http where that is how people reach it, or on this machine."""
    public, here = _place(public_url), _place(f"http://{host}")
    plain = public is None or public[0] == "http" or (here is not None and here[1] in LOCAL)
    return {public, here} if plain else {public}


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
    now, subjects = actions.now(), (subject_of(login), f"address:{address}")
    locked = any(is_locked(actions, s) for s in subjects)
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


def subject_of(login: str) -> str:
    """What failures of a login are counted under."""
    return f"login:{login.casefold()[:40]}"


def is_locked(actions: Actions, subject: str) -> bool:
    """True after five failures in a quarter of an hour."""
    return actions.accounts.failures(subject, actions.now() - LOCKED) >= MOST_FAILURES


def begin(actions: Actions, user: User, now: datetime) -> str:
    """A new session; its token, which is never stored."""
    token = secrets.token_urlsafe(32)
    actions.accounts.begin(Session(digest=digest_of(token), user_id=user.id, csrf=secrets.token_urlsafe(24), created_at=now, seen_at=now))
    return token
