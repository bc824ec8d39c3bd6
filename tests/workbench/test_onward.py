"""Where a message leads on to, who may send a text back, and that a refused step answers with its own page."""

from dataclasses import replace

import pytest

from huiying.settings import Settings
from records.account import Role, Session, User
from records.case import CaseState as S
from tests.makers import NOW, a_case
from workbench.access import handles
from workbench.admin_pages import done
from workbench.door import Visitor
from workbench.rendering import _onward


def a_user(role: Role = Role.SIGNER, unit: str = "gs", **more: object) -> User:
    base = User(id="u", login="u", name="签批人甲", unit=unit, roles=(role,), password_hash="", must_change=False, created_at=NOW)
    return replace(base, **more)  # type: ignore[arg-type]


def a_visitor(**more: object) -> Visitor:
    return Visitor(user=a_user(**more), session=Session(digest="d", user_id="u", csrf="c", created_at=NOW, seen_at=NOW))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "status", "to"),
    [
        ("/cases/TH-1/move", 403, "/cases/TH-1"), ("/cases/TH-1/vet", 409, "/cases/TH-1"), ("/cases/TH-1/move", 404, "/today"),
        ("/cases/TH-1", 403, "/today"), ("/cases", 403, "/today"), ("/cases/\"><b>/move", 403, "/cases/%22%3E%3Cb%3E"), ("/audit", 403, "/today"),
    ],
)  # fmt: skip
def test_a_message_leads_on(path: str, status: int, to: str) -> None:
    onward = _onward(path, status, a_visitor())
    assert onward is not None
    assert onward[0] == to


def test_a_message_leads_to_what_must_be_done_first() -> None:
    assert _onward("/cases", 403, None) == ("/login", "登录")
    assert _onward("/qs/abc", 410, None) is None
    assert _onward("/cases/TH-1/move", 403, a_visitor(must_change=True)) == ("/account", "修改口令")


@pytest.mark.parametrize(
    ("role", "unit", "state", "may"),
    [
        (Role.SIGNER, "gs", S.REPORTED, True), (Role.SIGNER, "zjj", S.REPORTED, False), (Role.SIGNER, "gs", S.APPROVED, False),
        (Role.SIGNER, "gs", S.SIGNED_FOR, False), (Role.REVIEWER, "qzfb", S.REPORTED, True), (Role.DUTY, "qzfb", S.REPORTED, False),
        (Role.CONTACT, "gs", S.REPORTED, True), (Role.CONTACT, "zjj", S.REPORTED, False), (Role.ANALYST, "qzfb", S.REPORTED, False),
    ],
)  # fmt: skip
def test_who_may_sign_may_send_back_instead_and_only_then(settings: Settings, role: Role, unit: str, state: S, may: bool) -> None:
    assert handles(a_user(role, unit), a_case(state=state), S.CHECKING, settings.units) is may


@pytest.mark.parametrize(
    ("action", "words"),
    [("open", "立案"), ("move:交办", "转为交办"), ("paper:反馈单", "归入案卷：反馈单"), ("review:digest", "审核日报"), ("moved", "moved")],
)
def test_the_audit_speaks_in_words(action: str, words: str) -> None:
    assert done(action) == words
