"""Accounts on both engines: one login one account, sessions that end at once, failures counted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.accounts import Accounts, LoginTakenError
from ledger.opening import open_engine
from ledger.store import Store
from records.account import ABSOLUTE, IDLE, ConflictingRolesError, Role, Session, User
from tests.makers import NOW

USER = User(id="u1", login="zhiban", name="演示值班员", unit="qzfb", roles=(Role.DUTY, Role.ANALYST), password_hash="h", created_at=NOW)
SESSION = Session(digest="d1", user_id="u1", csrf="c", created_at=NOW, seen_at=NOW)


@pytest.fixture
def accounts(ledger: Store, url: str) -> Iterator[Accounts]:
    engine = open_engine(url)
    yield Accounts(engine)
    engine.close()


def test_an_account_is_read_back_whole(accounts: Accounts) -> None:
    accounts.add(USER)
    assert accounts.by_login("zhiban") == USER
    assert accounts.users() == [USER]
    assert accounts.by_login("nobody") is None


def test_a_login_belongs_to_one_account(accounts: Accounts) -> None:
    accounts.add(USER)
    with pytest.raises(LoginTakenError, match="zhiban"):
        accounts.add(replace(USER, id="u2"))
    assert len(accounts.users()) == 1


def test_conflicting_roles_are_not_stored(accounts: Accounts) -> None:
    with pytest.raises(ConflictingRolesError):
        accounts.add(replace(USER, roles=(Role.DUTY, Role.REVIEWER)))
    assert accounts.users() == []


def test_disabling_ends_the_sessions_and_is_done_once(accounts: Accounts) -> None:
    accounts.add(USER)
    accounts.begin(SESSION)
    assert accounts.session("d1", NOW) == (SESSION, USER)
    assert accounts.disable("u1", NOW)
    assert accounts.session("d1", NOW) is None
    assert not accounts.disable("u1", NOW + IDLE)
    found = accounts.by_login("zhiban")
    assert found
    assert found.disabled_at == NOW


def test_a_new_password_ends_every_session(accounts: Accounts) -> None:
    accounts.add(USER)
    accounts.begin(SESSION)
    accounts.set_password("u1", "h2", must_change=False)
    assert accounts.session("d1", NOW) is None
    assert accounts.by_login("zhiban") == replace(USER, password_hash="h2", must_change=False)


def test_a_session_lives_as_long_as_it_is_used_but_not_past_twelve_hours(accounts: Accounts) -> None:
    accounts.add(USER)
    accounts.begin(SESSION)
    now, step = NOW, IDLE - timedelta(seconds=1)
    while now + step < NOW + ABSOLUTE:
        now += step
        assert accounts.session("d1", now)
    assert accounts.session("d1", NOW + ABSOLUTE) is None
    assert accounts.session("d1", NOW) is None  # deleted, not only refused


def test_an_idle_session_is_over(accounts: Accounts) -> None:
    accounts.add(USER)
    accounts.begin(SESSION)
    assert accounts.session("d1", NOW + IDLE) is None


def test_one_session_is_ended_and_the_other_goes_on(accounts: Accounts) -> None:
    accounts.add(USER)
    accounts.begin(SESSION)
    accounts.begin(replace(SESSION, digest="d2"))
    accounts.end("d1")
    assert accounts.session("d1", NOW) is None
    assert accounts.session("d2", NOW)


def test_failures_are_counted_by_subject_and_time(accounts: Accounts) -> None:
    for number, subject in enumerate(["login:a", "login:a", "address:b"]):
        accounts.failed(str(number), subject, NOW + timedelta(minutes=number))
    assert accounts.failures("login:a", NOW - IDLE) == 2
    assert accounts.failures("login:a", NOW) == 1
    accounts.forgive("login:a")
    assert accounts.failures("login:a", NOW - IDLE) == 0
    assert accounts.failures("address:b", NOW - IDLE) == 1
