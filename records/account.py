"""Account (账号), its roles and what a role may do. The permissions are one table: pages, API and tests read it from here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


class Role(StrEnum):
    """Roles of an office. One account may hold several, but none of CONFLICTS together."""

    ADMINISTRATOR = "系统管理员"
    AUDITOR = "安全审计员"
    ANALYST = "研判员"
    DUTY = "值班员"
    REVIEWER = "审签领导"
    CONTACT = "单位联络员"
    SIGNER = "单位签批人"
    PUBLICITY = "宣传网信协同"


class Permission(StrEnum):
    """What a page or a verb asks for."""

    OWN_ACCOUNT = "own account"
    READ_CASES = "read cases"
    READ_OFFICE = "read office"  # events, search, digests: what the whole district says
    DISPATCH = "dispatch"
    HANDLE = "handle"  # 签收, 退回, 核查, 反馈
    SIGN = "sign"
    LABEL = "label"
    READ_AUDIT = "read audit"
    ADMINISTER = "administer"


_P = Permission
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset({_P.OWN_ACCOUNT, _P.ADMINISTER}),
    Role.AUDITOR: frozenset({_P.OWN_ACCOUNT, _P.READ_AUDIT}),
    Role.ANALYST: frozenset({_P.OWN_ACCOUNT, _P.READ_CASES, _P.READ_OFFICE, _P.LABEL}),
    Role.DUTY: frozenset({_P.OWN_ACCOUNT, _P.READ_CASES, _P.READ_OFFICE, _P.LABEL, _P.DISPATCH}),
    Role.REVIEWER: frozenset({_P.OWN_ACCOUNT, _P.READ_CASES, _P.READ_OFFICE, _P.SIGN}),
    Role.CONTACT: frozenset({_P.OWN_ACCOUNT, _P.READ_CASES, _P.HANDLE}),
    Role.SIGNER: frozenset({_P.OWN_ACCOUNT, _P.READ_CASES, _P.SIGN}),
    Role.PUBLICITY: frozenset({_P.OWN_ACCOUNT, _P.READ_CASES, _P.READ_OFFICE}),
}
CONFLICTS = ((_P.DISPATCH, _P.SIGN), (_P.ADMINISTER, _P.READ_CASES), (_P.ADMINISTER, _P.READ_AUDIT))
OF_UNIT = frozenset({Role.CONTACT, Role.SIGNER})  # these see only the cases of their unit


class ConflictingRolesError(ValueError):
    """Two roles one account must not hold together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account. `unit` is a unit id; `password_hash` argon2id; `must_change` while the one-time password stands; `disabled_at` None = active."""

    id: str
    login: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    password_hash: str = field(repr=False)
    must_change: bool = True
    created_at: datetime
    disabled_at: datetime | None = None

    def may(self, permission: Permission) -> bool:
        """True when one of its roles allows it and the account is not disabled."""
        return self.disabled_at is None and permission in permissions_of(self.roles)

    def sees(self, units: Iterable[str]) -> bool:
        """True when it may read a case in which `units` lead, join or are informed."""
        if not self.may(Permission.READ_CASES):
            return False
        return not set(self.roles) <= OF_UNIT or self.unit in units


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One login. `digest` is sha256 of the cookie's token, hex; `csrf` stands in every form; aware UTC."""

    digest: str
    user_id: str
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime

    def alive(self, now: datetime) -> bool:
        """True within 30 minutes of the last request and 12 hours of the login."""
        return now - self.seen_at < IDLE and now - self.created_at < ABSOLUTE


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """What the roles allow together.

    >>> Permission.SIGN in permissions_of([Role("值班员")])
    False
    """
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def check_roles(roles: Iterable[Role]) -> None:
    """Passes roles one account may hold together. Raises: ConflictingRolesError.

    >>> check_roles([Role("研判员"), Role("值班员")])
    """
    held = tuple(roles)
    found = permissions_of(held)
    if any(one in found and other in found for one, other in CONFLICTS):
        raise ConflictingRolesError(f"同一账号不能兼任：{'、'.join(held)}（交办与签批、管理与阅件须分设）")
