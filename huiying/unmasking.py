"""Unmasking (查看脱敏号码): the numbers of one post, for the unit that handles the case and must call back; each look is on the audit chain first.

Source: 个人信息保护法 第五十一条, 第五十四条 (审计); design decision 4.
"""

from huiying.case_verbs import find
from huiying.office import Desk
from ledger.chain import append
from records.case import Case, CaseState
from records.masking import mask, masked
from records.post import Post
from responders.cases import MoveRefusedError
from responders.rerouting import unit_called

NOT_HANDLED = (CaseState.ALERTED, CaseState.SHELVED, CaseState.RETURNED, CaseState.WITHDRAWN, CaseState.ARCHIVED)
NAMELESS = "（未署名）"


class UnmaskRefusedError(PermissionError):
    """No number is shown; says why. The refusal is on the audit chain."""


def unmask(desk: Desk, number: str, post: str, *, by: str, unit: str, purpose: str) -> tuple[str, ...]:
    """The masked numbers of a post (id or URL) of the case. The entry says who, case, post and purpose, never a number.

    Raises: UnknownError when there is no such case; UnmaskRefusedError.
    """
    case = find(desk, number)
    found = next((p for p in _posts(desk, case) if post in (p.id, p.url)), None)
    why_not = "该件没有这条帖文" if found is None else _refusal(desk, case, by=by, unit=unit, purpose=purpose)
    hidden = masked(f"{found.title}\n{found.text}") if found else ()
    said = f"帖文 {found.id if found else '（不属该件）'}；单位 {unit.strip() or '（未填）'}；用途 {purpose.strip() or '（未填）'}"
    with desk.ledger.engine.transaction():
        action, reason = ("unmask:refused", f"；{why_not}") if why_not else ("unmask", "")
        actor = _without(by.strip(), hidden) or NAMELESS
        append(desk.ledger.engine, actor, action, case.number, _without(f"{said}{reason}", hidden), desk.now())
    if why_not:
        raise UnmaskRefusedError(f"{case.number}: {why_not}")
    return hidden


def _posts(desk: Desk, case: Case) -> list[Post]:
    event = desk.ledger.event(case.event_id)
    return desk.ledger.posts(event.post_ids) if event else []


def _refusal(desk: Desk, case: Case, *, by: str, unit: str, purpose: str) -> str:
    """Why not, "" when it may be shown."""
    if not by.strip() or not purpose.strip():
        return "查看号码须有姓名（--by）和用途（--purpose）"
    if case.state in NOT_HANDLED:
        return f"该件处于“{case.state.value}”，没有单位在办理"
    try:
        asking = unit_called(unit, desk.settings.units).id
    except MoveRefusedError as error:
        return str(error)
    return "" if asking == case.routing.lead else "只有牵头单位可以查看号码"


def _without(text: str, hidden: tuple[str, ...]) -> str:
    """What a person typed, without the numbers themselves: the chain cannot be erased."""
    for number in hidden:
        text = text.replace(number, mask(number, "＊"))
        digits = "".join(c for c in number if c.isdigit())
        text = text.replace(digits, "＊") if digits else text
    return mask(text)
