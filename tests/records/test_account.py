"""Separation of duties, as tables of cases."""

from dataclasses import replace
from itertools import combinations

import pytest

from records.account import OF_UNIT, PERMISSIONS, ConflictingRolesError, Permission, Role, User, check_roles
from tests.makers import NOW

ALONE = {  # permission → the only roles that have it
    Permission.DISPATCH: {"值班员"},
    Permission.SIGN: {"审签领导", "单位签批人"},
    Permission.HANDLE: {"单位联络员"},
    Permission.LABEL: {"研判员", "值班员"},  # the duty officer judges at night, when no analyst sits there
    Permission.READ_AUDIT: {"安全审计员"},
    Permission.ADMINISTER: {"系统管理员"},
}
APART = {
    frozenset(pair)
    for pair in [("值班员", "审签领导"), ("值班员", "单位签批人"), ("系统管理员", "安全审计员")]
    + [("系统管理员", r) for r in ("研判员", "值班员", "审签领导", "单位联络员", "单位签批人", "宣传网信协同")]
}


def a_user(*roles: Role, unit: str = "zjj") -> User:
    return User(id="u", login="l", name="演示联络员", unit=unit, roles=roles, password_hash="secret", created_at=NOW)


@pytest.mark.parametrize("permission", ALONE)
def test_a_permission_belongs_to_its_roles_alone(permission: Permission) -> None:
    assert {str(role) for role in Role if permission in PERMISSIONS[role]} == ALONE[permission]


@pytest.mark.parametrize("pair", list(combinations(Role, 2)))
def test_which_two_roles_one_account_may_hold(pair: tuple[Role, Role]) -> None:
    if frozenset(map(str, pair)) in APART:
        with pytest.raises(ConflictingRolesError, match=pair[0]):
            check_roles(pair)
    else:
        check_roles(pair)


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_which_case(role: Role) -> None:
    user = a_user(role)
    reads = role not in (Role.ADMINISTRATOR, Role.AUDITOR)
    assert user.sees({"zjj", "hbj"}) is reads
    assert user.sees({"hbj"}) is (reads and role not in OF_UNIT)


def test_a_disabled_account_may_nothing() -> None:
    gone = replace(a_user(Role.DUTY), disabled_at=NOW)
    assert not any(gone.may(p) for p in Permission)
    assert not gone.sees({"zjj"})


def test_the_hash_is_not_shown() -> None:
    assert "secret" not in repr(a_user(Role.DUTY))
