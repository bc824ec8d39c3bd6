"""Access (访问控制): one table of every route, what it asks for, and which roles' moves are whose. Tests hold every route against it."""

from records.account import Permission as P  # noqa: N817
from records.account import User
from records.case import Case
from records.case import CaseState as S
from records.unit import Units

OPEN = "open"  # no login: health, login, static files, receipts by signed link
ROUTES: dict[tuple[str, str], str | P] = {
    ("GET", "/"): P.OWN_ACCOUNT,
    ("GET", "/static/{mark}/{name}"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): OPEN,
    ("GET", "/login"): OPEN,
    ("POST", "/login"): OPEN,
    ("POST", "/logout"): P.OWN_ACCOUNT,
    ("GET", "/qs/{token}"): OPEN,
    ("POST", "/qs/{token}"): OPEN,
    ("GET", "/account"): P.OWN_ACCOUNT,
    ("POST", "/account/password"): P.OWN_ACCOUNT,
    ("GET", "/today"): P.OWN_ACCOUNT,
    ("GET", "/cases"): P.READ_CASES,
    ("GET", "/cases/{number}"): P.READ_CASES,
    ("GET", "/cases/{number}/sign"): P.READ_CASES,
    ("GET", "/cases/{number}/brief"): P.READ_CASES,
    ("GET", "/cases/{number}/form/{kind}"): P.READ_CASES,
    ("POST", "/cases/{number}/move"): P.READ_CASES,  # the move itself asks for its own permission, see MOVES
    ("POST", "/cases/{number}/answer"): P.HANDLE,
    ("POST", "/cases/{number}/vet"): P.HANDLE,
    ("POST", "/cases/{number}/draft"): P.HANDLE,
    ("POST", "/cases/{number}/unmask"): P.HANDLE,
    ("POST", "/cases/{number}/papers/{kind}"): P.READ_CASES,  # each paper asks for its own, see paper_forms.py
    ("GET", "/events"): P.READ_OFFICE,
    ("GET", "/events/{event_id}"): P.READ_OFFICE,
    ("GET", "/search"): P.READ_OFFICE,
    ("GET", "/review"): P.LABEL,
    ("POST", "/review/{post_id}"): P.LABEL,
    ("GET", "/digests"): P.READ_OFFICE,
    ("GET", "/digests/{day}/{kind}/{form}"): P.READ_OFFICE,
    ("POST", "/digests/{day}/review"): P.LABEL,
    ("GET", "/evaluation"): P.READ_OFFICE,
    ("GET", "/roster"): P.READ_OFFICE,
    ("GET", "/units"): P.OWN_ACCOUNT,
    ("GET", "/standard"): P.OWN_ACCOUNT,
    ("GET", "/sources"): P.ADMINISTER,
    ("GET", "/system"): P.ADMINISTER,
    ("GET", "/accounts"): P.ADMINISTER,
    ("POST", "/accounts"): P.ADMINISTER,
    ("POST", "/accounts/{login}/{what}"): P.ADMINISTER,
    ("GET", "/audit"): P.READ_AUDIT,
}
_OFFICE = (S.DISPATCHED, S.SHELVED, S.WITHDRAWN, S.FOLLOWING, S.CLOSED, S.EVALUATED, S.ARCHIVED)
MOVES: dict[S, P] = {state: P.DISPATCH if state in _OFFICE else P.SIGN if state is S.APPROVED else P.HANDLE for state in S}
NAVIGATION = (
    ("/today", "今日", P.OWN_ACCOUNT),
    ("/review", "待研判", P.LABEL),
    ("/events", "事件", P.READ_OFFICE),
    ("/cases", "交办件", P.READ_CASES),
    ("/search", "检索", P.READ_OFFICE),
    ("/digests", "日报", P.READ_OFFICE),
    ("/evaluation", "考核", P.READ_OFFICE),
    ("/roster", "值班", P.READ_OFFICE),
    ("/sources", "信息源", P.ADMINISTER),
    ("/standard", "监测标准", P.OWN_ACCOUNT),
    ("/units", "单位", P.OWN_ACCOUNT),
    ("/accounts", "账号", P.ADMINISTER),
    ("/audit", "审计", P.READ_AUDIT),
    ("/system", "系统", P.ADMINISTER),
)


def involved(case: Case) -> tuple[str, ...]:
    """The units that take part in a case: lead, joint, informed, told at once."""
    routing = case.routing
    return (routing.lead, *routing.joint, *routing.informed, *routing.escalate_to)


def sees(user: User, case: Case, units: Units) -> bool:
    """True when the account may see the case. A 检举控告 is seen by discipline and by who dispatches, nobody else."""
    if case.routing.lead == units.discipline:
        return user.unit == units.discipline or user.may(P.DISPATCH)
    return user.sees(involved(case))


def handles(user: User, case: Case, to: S, units: Units) -> bool:
    """True when the account may ask for this move of this case: its permission, and for a unit's step its unit's case.

    签批 is the leading unit's, or 区政府办's; who may sign for it by name is responders/signing.py's matter. Who may sign may send back instead.
    """
    signs = to is S.APPROVED or (to is S.CHECKING and case.state is S.REPORTED and user.may(P.SIGN))
    wanted = P.SIGN if signs else MOVES[to]
    if not sees(user, case, units) or not user.may(wanted):
        return False
    if wanted is P.DISPATCH:
        return True
    return user.unit == case.routing.lead or (signs and user.unit == units.office)
