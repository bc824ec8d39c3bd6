"""The lifecycle of a case, as one table. Every allowed move stands here; the docs' diagram is generated from it."""

from records.case import CaseState as S

MOVES: dict[S, tuple[S, ...]] = {
    S.ALERTED: (S.DISPATCHED, S.SHELVED),
    S.SHELVED: (S.DISPATCHED, S.ARCHIVED),
    S.DISPATCHED: (S.SIGNED_FOR, S.RETURNED, S.WITHDRAWN),
    S.RETURNED: (S.DISPATCHED, S.SHELVED),
    S.SIGNED_FOR: (S.CHECKING, S.RETURNED, S.PAUSED, S.WITHDRAWN),
    S.CHECKING: (S.REPORTED, S.PAUSED, S.WITHDRAWN),
    S.PAUSED: (S.SIGNED_FOR, S.CHECKING, S.WITHDRAWN),
    S.REPORTED: (S.APPROVED, S.CHECKING, S.WITHDRAWN),
    S.APPROVED: (S.ANSWERED, S.NOT_PUBLISHED, S.CHECKING),
    S.ANSWERED: (S.FOLLOWING, S.CLOSED),
    S.NOT_PUBLISHED: (S.FOLLOWING, S.CLOSED),
    S.FOLLOWING: (S.CLOSED, S.CHECKING),
    S.CLOSED: (S.EVALUATED, S.DISPATCHED),
    S.EVALUATED: (S.ARCHIVED, S.DISPATCHED),
    S.WITHDRAWN: (S.ARCHIVED,),
    S.ARCHIVED: (S.DISPATCHED,),
}
REOPENED = (S.CLOSED, S.EVALUATED, S.ARCHIVED)  # 交办 from here is 重新办理


class IllegalMoveError(ValueError):
    """A move the table does not hold; says which moves it does."""


def check_move(here: S, there: S) -> None:
    """Returns when the move is allowed.

    >>> check_move(S.ALERTED, S.ARCHIVED)
    Traceback (most recent call last):
        ...
    responders.lifecycle.IllegalMoveError: 预警提示→归档 不允许；可转为：交办、不交办
    """
    if there not in MOVES[here]:
        legal = "、".join(MOVES[here])
        raise IllegalMoveError(f"{here}→{there} 不允许；可转为：{legal}")


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = [f"    {here} --> {there}" for here, moves in MOVES.items() for there in moves]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {S.ALERTED}", *lines, f"    {S.ARCHIVED} --> [*]"])
