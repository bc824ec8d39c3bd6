"""Clocks (时限) of a case as a reader needs them: which still run, which have run out, what the next one asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from records.case import Case, CaseState, Deadline
from records.instant import in_words

S = CaseState
ASKS = {
    "sign": "签收", "reply": "首次回应", "respond": "公开回应", "close": "办结", "release": "发布权威信息", "press": "召开新闻发布会",
    "ticket": "答复工单",
}  # fmt: skip
# how far along a state is; a clock is met once the case has come as far as MET says. 退回 stands where 交办 does: nobody has it.
FAR = {
    S.ALERTED: 0, S.DISPATCHED: 1, S.RETURNED: 1, S.SIGNED_FOR: 2, S.CHECKING: 3, S.REPORTED: 4, S.APPROVED: 5, S.ANSWERED: 6,
    S.NOT_PUBLISHED: 6, S.FOLLOWING: 6, S.CLOSED: 7, S.EVALUATED: 8, S.ARCHIVED: 9, S.SHELVED: 9, S.WITHDRAWN: 9, S.PAUSED: 3,
}  # fmt: skip
MET = {"sign": 2, "reply": 4, "respond": 6, "release": 6, "press": 7, "ticket": 6, "close": 7}
UNIT_KINDS = frozenset({"sign", "reply", "close"})
SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock that still runs. `overdue` when it had run out at the digest's making."""

    deadline: Deadline
    overdue: bool

    @property
    def words(self) -> str:
        """The absolute time, never "in two hours".

        >>> from datetime import UTC
        >>> at = datetime(2018, 6, 8, 6, 15, tzinfo=UTC)
        >>> Clock(deadline=Deadline(kind="reply", anchor_at=at, due_at=at, basis="建议值"), overdue=True).words
        '已逾期：应于6月8日14:15前首次回应'
        """
        asked = ASKS.get(self.deadline.kind, self.deadline.kind)
        by = f"{in_words(self.deadline.due_at)}前{asked}"
        late = "（迟发现，计入监测责任）" if self.deadline.late_found else ""
        return f"已逾期：应于{by}{late}" if self.overdue else f"{by}{late}"


def running(case: Case, now: datetime) -> tuple[Clock, ...]:
    """The clocks of `case` not yet met, earliest first. A clock of a kind unknown here is met only by 办结."""
    far = FAR[case.state]
    still = UNIT_KINDS if case.state is S.PAUSED else frozenset()  # 暂缓办理: the unit's clocks stand
    left = [d for d in case.deadlines if d.met_at is None and d.kind not in still and far < MET.get(d.kind, FAR[S.CLOSED])]
    return tuple(Clock(deadline=d, overdue=d.due_at < now) for d in sorted(left, key=lambda d: (d.due_at, d.kind)))


def is_overdue(case: Case, now: datetime) -> bool:
    """True when a clock still running had run out."""
    return any(clock.overdue for clock in running(case, now))


def is_due_soon(case: Case, now: datetime) -> bool:
    """True when a clock runs out within 24 hours, and none has run out yet."""
    clocks = running(case, now)
    return bool(clocks) and not clocks[0].overdue and clocks[0].deadline.due_at <= now + SOON
