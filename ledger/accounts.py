"""Accounts of the workbench: users, their sessions, failed logins. Revoking is deleting a row: it holds from the next request on."""

from datetime import datetime

from ledger.engine import Engine, Row
from records.account import Role, Session, User, check_roles
from records.instant import from_micros, micros


class LoginTakenError(ValueError):
    """The login belongs to another account."""


class Accounts:
    """The shelf of accounts over an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def users(self) -> list[User]:
        """Every account, by login."""
        return [_user(row) for row in self._engine.rows("users.all")]

    def by_login(self, login: str) -> User | None:
        """The account of a login, disabled or not."""
        rows = self._engine.rows("users.by_login", login=login)
        return _user(rows[0]) if rows else None

    def add(self, user: User) -> None:
        """Stores a new account. Raises: LoginTakenError, ConflictingRolesError."""
        check_roles(user.roles)
        if not self._engine.insert("users", _row(user), unless="login"):
            raise LoginTakenError(f"登录名 {user.login} 已有账号")

    def set_password(self, user_id: str, password_hash: str, *, must_change: bool) -> None:
        """Changes the password and ends every session of the account."""
        with self._engine.transaction():
            self._engine.run("users.password", id=user_id, password_hash=password_hash, must_change=int(must_change))
            self._engine.run("sessions.end_of_user", user_id=user_id)

    def disable(self, user_id: str, at: datetime) -> bool:
        """Disables the account and ends its sessions; False when it was disabled already."""
        with self._engine.transaction():
            changed = self._engine.run("users.disable", id=user_id, at=micros(at))
            self._engine.run("sessions.end_of_user", user_id=user_id)
        return changed == 1

    def begin(self, session: Session) -> None:
        """Stores a new session."""
        row = {"digest": session.digest, "user_id": session.user_id, "csrf": session.csrf}
        self._engine.insert("sessions", row | {"created_at": micros(session.created_at), "seen_at": micros(session.seen_at)})

    def session(self, digest: str, now: datetime) -> tuple[Session, User] | None:
        """The living session and its active account, marked as seen; a session past its time is deleted."""
        rows = self._engine.rows("sessions.with_user", digest=digest)
        if not rows:
            return None
        found = _session(rows[0])
        if not found.alive(now):
            self.end(digest)
            return None
        self._engine.run("sessions.seen", digest=digest, at=micros(now))
        return found, _user(rows[0])

    def end(self, digest: str) -> None:
        """Ends one session."""
        self._engine.run("sessions.end", digest=digest)

    def failed(self, failure_id: str, subject: str, at: datetime) -> None:
        """Notes a failed login of a subject ("login:…", "address:…")."""
        self._engine.insert("login_failures", {"id": failure_id, "subject": subject, "at": micros(at)})

    def failures(self, subject: str, since: datetime) -> int:
        """How many logins of the subject failed after `since`."""
        return int(self._engine.rows("failures.since", subject=subject, since=micros(since))[0]["found"])

    def forgive(self, subject: str) -> None:
        """Forgets the failures of a subject."""
        self._engine.run("failures.clear", subject=subject)


def _row(user: User) -> Row:
    row: Row = {"id": user.id, "login": user.login, "name": user.name, "unit": user.unit, "roles": " ".join(user.roles)}
    row |= {"password_hash": user.password_hash, "must_change": int(user.must_change), "created_at": micros(user.created_at)}
    return row | {"disabled_at": micros(user.disabled_at) if user.disabled_at else None}


def _user(row: Row) -> User:
    return User(
        id=row["id"], login=row["login"], name=row["name"], unit=row["unit"], roles=tuple(Role(r) for r in row["roles"].split()),
        password_hash=row["password_hash"], must_change=bool(row["must_change"]), created_at=from_micros(row["created_at"]),
        disabled_at=from_micros(row["disabled_at"]) if row["disabled_at"] else None,
    )  # fmt: skip


def _session(row: Row) -> Session:
    return Session(
        digest=row["digest"], user_id=row["id"], csrf=row["csrf"],
        created_at=from_micros(row["session_created_at"]), seen_at=from_micros(row["seen_at"]),
    )  # fmt: skip
