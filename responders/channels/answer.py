"""Answer (通道答复): what a channel said of one message, and how its codes are read: again, never again, or done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from records.notice import Outcome

LONGEST_DETAIL = 200  # characters
LONGEST_CODE = 32  # characters
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`code` is the channel's own; `detail` its words, without message text and secrets. `retry_after` rests the whole channel."""

    outcome: Outcome
    code: str
    detail: str = ""
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """How one documented code is read. `why` is for the officer who looks at the dead letter; `wait` rests the channel."""

    outcome: Outcome
    why: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


DONE = Ruling(outcome=Outcome.ACCEPTED, why="已接收")


def again(why: str, wait: timedelta | None = None) -> Ruling:
    """A ruling that tries later."""
    return Ruling(outcome=Outcome.RETRY, why=why, wait=wait)


def never(why: str) -> Ruling:
    """A ruling that stops: the same message would be refused again until a person changes something."""
    return Ruling(outcome=Outcome.PERMANENT, why=why)


def judge(code: str, words: str, rulings: Mapping[str, Ruling], *, retry_after: timedelta | None = None) -> Answer:
    """The answer for a code. A code not in the table is tried again: only a documented refusal may bury an alert.

    >>> judge("93000", "invalid webhook url", {"93000": never("密钥错误")}).detail
    '密钥错误：invalid webhook url'
    """
    ruling = rulings.get(code, again("未列入对照表的答复"))
    detail = ruling.why if ruling is DONE else "：".join(part for part in (ruling.why, words) if part)
    waits = [w for w in (ruling.wait, retry_after) if w is not None and ruling.outcome is Outcome.RETRY]
    wait = max(waits, default=None)
    return Answer(outcome=ruling.outcome, code=code[:LONGEST_CODE], detail=detail[:LONGEST_DETAIL], retry_after=wait)
