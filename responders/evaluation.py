"""Evaluation (评估): what became of the cases of a period, as figures with their counts. Reads no clock and names nobody.

Two sets are counted. *Accepted* (受理) are the cases whose first 交办 lies in the period; *alerted* (预警) those opened in it. Both go by the unit
that leads now: a move does not say which unit it was taken from. A case withdrawn (撤销) for good is in neither, and is counted apart.
Source: practice.md 2.4's indicators; 实施方案四（三）(督查考核).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from records.case import CaseState as S
from records.case import Deadline
from records.paper import Conference, Extension, Ground, Pause, Publication, Shelving
from records.performance import FEWEST, CaseHistory, Evaluation, Lateness, OnTime, Performance, Rate, Spans
from records.review import Review

CLOCKS = ("sign", "reply", "respond", "close", "release", "press")
WINDOW = timedelta(days=7)  # before and after an answer, for mentions
QUIET = timedelta(days=1)  # after an answer, before posts count as a second wave: the answer itself is talked about
WAVE = 3  # posts that make one
_END = (S.CLOSED, S.EVALUATED, S.ARCHIVED)
_TOLD = (S.ANSWERED, S.NOT_PUBLISHED, S.FOLLOWING, *_END)
_REACHED: dict[str, tuple[S, ...]] = {  # a clock is met by the first move into one of these after it began
    "sign": (S.SIGNED_FOR, S.CHECKING, S.REPORTED, S.APPROVED, *_TOLD),
    "reply": (S.REPORTED, S.APPROVED, *_TOLD),
    "respond": _TOLD,
    "release": (S.ANSWERED,),
    "close": _END,
}


def evaluate(
    files: Sequence[CaseHistory], reviews: Sequence[Review], units: Sequence[str], since: datetime, until: datetime, at: datetime
) -> Evaluation:
    """The figures of [since, until) as they stand at `at`: the district, then each of `units` that has a case, in the order given."""
    inside = [f for f in files if _opened_in(f, since, until) or _accepted_in(f, since, until)]
    leads = {f.case.routing.lead for f in inside}
    order = (*units, *sorted(leads - set(units)))
    lost = irrelevant(reviews)
    parts = [(u, [f for f in inside if f.case.routing.lead == u]) for u in order if u in leads]
    return Evaluation(
        since=since, until=until, at=at, missed=missed(reviews, since, until), district=_performance("", inside, lost, since, until, at),
        units=tuple(_performance(u, found, lost, since, until, at) for u, found in parts),
    )  # fmt: skip


def _performance(unit: str, files: Sequence[CaseHistory], lost: frozenset[str], since: datetime, until: datetime, at: datetime) -> Performance:
    alerted = [f for f in files if _opened_in(f, since, until)]
    dispatched = [f for f in files if _accepted_in(f, since, until)]
    accepted = [f for f in dispatched if not withdrawn(f)]
    before, after = mentions(accepted, at)
    return Performance(
        unit=unit, since=since, until=until, alerted=len(alerted), accepted=len(accepted), withdrawn=len(dispatched) - len(accepted),
        numbers=tuple(sorted(f.case.number for f in accepted)), signed=signed(accepted), signing=signing(accepted),
        first_from_published=from_published(accepted), first_from_dispatched=from_dispatched(accepted),
        on_time=tuple(on_time(accepted, kind, at) for kind in CLOCKS), answered=answered(accepted), closed=closed(accepted),
        returned=returned(accepted), dispatches=sum(len(_moves_to(f, S.DISPATCHED)) for f in accepted), repeats=repeats(alerted),
        second_waves=second_waves(accepted, at), mentions_before=before, mentions_after=after, false_alarms=false_alarms(alerted, lost),
        discovery=discovery(alerted), late_found=sum(any(d.late_found for d in f.case.deadlines) for f in alerted), late=late(accepted, at),
    )  # fmt: skip


def _opened_in(file: CaseHistory, since: datetime, until: datetime) -> bool:
    return since <= file.case.opened_at < until


def _accepted_in(file: CaseHistory, since: datetime, until: datetime) -> bool:
    first = accepted_at(file)
    return first is not None and since <= first < until


def accepted_at(file: CaseHistory) -> datetime | None:
    """受理: the first 交办; None while there was none."""
    return next(iter(_moves_to(file, S.DISPATCHED)), None)


def _moves_to(file: CaseHistory, *states: S) -> list[datetime]:
    return [m.at for m in file.moves if m.to_state in states]


def withdrawn(file: CaseHistory) -> bool:
    """撤销 for good: a 撤销 with no 交办 after it."""
    last = [m.to_state for m in file.moves if m.to_state in (S.WITHDRAWN, S.DISPATCHED)]
    return last[-1:] == [S.WITHDRAWN]


def met_at(file: CaseHistory, clock: Deadline) -> datetime | None:
    """When a clock was met: as its case says, else by the moves (ledgers older than Deadline.met_at); None while it was not.

    新闻发布会 is met by its paper, any other clock by the first move after its anchor into a state that its limit asks for.
    """
    if clock.met_at is not None:
        return clock.met_at
    if clock.kind == "press":
        return min((p.content.held_at for p in file.papers if isinstance(p.content, Conference)), default=None)
    return min((at for at in _moves_to(file, *_REACHED.get(clock.kind, ())) if at >= clock.anchor_at), default=None)


def answered_at(file: CaseHistory) -> datetime | None:
    """首次回应: the earliest of publication, press conference and, where no paper tells, the move to 公开回应."""
    told = [p.content.published_at for p in file.papers if isinstance(p.content, Publication)]
    held = [p.content.held_at for p in file.papers if isinstance(p.content, Conference)]
    return min((*told, *held), default=None) or min(_moves_to(file, S.ANSWERED), default=None)


def said_at(file: CaseHistory) -> datetime | None:
    """When the public first said it: its event's first word, else its earliest post; None where neither is on record."""
    return file.event.first_said_at if file.event else min((p.said_at for p in file.posts), default=None)


def spans(found: Iterable[timedelta]) -> Spans:
    """Median and 90th percentile by nearest rank: the ⌈q·n⌉th smallest.

    >>> spans([timedelta(hours=h) for h in (3, 1, 2, 9)])
    Spans(count=4, median=datetime.timedelta(seconds=7200), p90=datetime.timedelta(seconds=32400))
    """
    ordered = sorted(found)
    if not ordered:
        return Spans(count=0, median=None, p90=None)
    half, ninth = (-(-len(ordered) * q // 10) for q in (5, 9))
    return Spans(count=len(ordered), median=ordered[half - 1], p90=ordered[ninth - 1])


def _signed_after(file: CaseHistory) -> timedelta | None:
    """From the last 交办 before the first 签收 to it: a unit is not charged with the one that gave it back."""
    sign = min(_moves_to(file, S.SIGNED_FOR), default=None)
    given = [at for at in _moves_to(file, S.DISPATCHED) if sign is not None and at <= sign]
    return sign - max(given) if sign is not None and given else None


def signed(accepted: Sequence[CaseHistory]) -> Rate:
    """签收率: accepted cases with a move to 签收 ÷ accepted cases."""
    return Rate(met=sum(bool(_moves_to(f, S.SIGNED_FOR)) for f in accepted), of=len(accepted))


def signing(accepted: Sequence[CaseHistory]) -> Spans:
    """签收时长: first 签收 − last 交办 before it, over accepted cases that were signed for."""
    return spans(t for f in accepted if (t := _signed_after(f)) is not None)


def from_published(accepted: Sequence[CaseHistory]) -> Spans:
    """首次回应时长 from publishing: first answer − first word (said_at), over accepted cases answered. 迟发现 is left out: monitoring's."""
    prompt = (f for f in accepted if not any(d.late_found for d in f.case.deadlines))
    return spans(end - start for f in prompt if (end := answered_at(f)) and (start := said_at(f)) and end >= start)


def from_dispatched(accepted: Sequence[CaseHistory]) -> Spans:
    """首次回应时长 from dispatch: first answer − first 交办, over accepted cases answered after it."""
    return spans(end - start for f in accepted if (end := answered_at(f)) and (start := accepted_at(f)) and end >= start)


def on_time(accepted: Sequence[CaseHistory], kind: str, at: datetime) -> OnTime:
    """按时率 of a clock: met by its limit ÷ (met + run out before `at`). Running clocks and 迟发现 are counted apart.

    A clock of a case that ended without what it asks (不交办) stops at `at` like any other: it ran out or runs.
    """
    clocks = [(f, d) for f in accepted for d in f.case.deadlines if d.kind == kind]
    fair = [(f, d) for f, d in clocks if not d.late_found]
    ended = [(met_at(f, d), d.due_at) for f, d in fair if d.due_at < at or met_at(f, d) is not None]
    good = sum(met is not None and met <= due for met, due in ended)
    return OnTime(kind=kind, rate=Rate(met=good, of=len(ended)), running=len(fair) - len(ended), late_found=len(clocks) - len(fair))


def answered(accepted: Sequence[CaseHistory]) -> Rate:
    """回应率: answered in public ÷ should be (应回应: accepted cases but those signed off as 不公开回应 and never answered)."""
    due = [f for f in accepted if answered_at(f) or not _moves_to(f, S.NOT_PUBLISHED)]
    return Rate(met=sum(answered_at(f) is not None for f in due), of=len(due))


def closed(accepted: Sequence[CaseHistory]) -> Rate:
    """办结率: accepted cases with a 办结 and no 交办 after it (not reopened) ÷ accepted cases. 不交办 after 退回 is no 办结, archived or not."""
    return Rate(met=sum(max(_moves_to(f, S.CLOSED), default=f.case.opened_at) > _last_dispatch(f) for f in accepted), of=len(accepted))


def _last_dispatch(file: CaseHistory) -> datetime:
    return max(_moves_to(file, S.DISPATCHED))


def returned(accepted: Sequence[CaseHistory]) -> Rate:
    """退回率: accepted cases with at least one move to 退回 ÷ accepted cases."""
    return Rate(met=sum(bool(_moves_to(f, S.RETURNED)) for f in accepted), of=len(accepted))


def repeats(alerted: Sequence[CaseHistory]) -> Rate:
    """重复件率: alerted cases put down as 并案 ÷ alerted cases."""
    return Rate(met=sum(_shelved(f, Ground.MERGED) for f in alerted), of=len(alerted))


def _shelved(file: CaseHistory, ground: Ground) -> bool:
    """By the newest 不交办登记."""
    grounds = [p.content.ground for p in file.papers if isinstance(p.content, Shelving)]
    return grounds[-1:] == [ground]


def second_waves(accepted: Sequence[CaseHistory], at: datetime) -> Rate:
    """二次舆情率: WAVE posts or more, from QUIET to WINDOW after the first answer, or a move 跟踪→核查 ÷ answered cases whose WINDOW is over."""
    over = [(f, end) for f in accepted if (end := answered_at(f)) and end + WINDOW <= at]
    return Rate(met=sum(_rose_again(f, end) for f, end in over), of=len(over))


def _rose_again(file: CaseHistory, end: datetime) -> bool:
    anew = any(m.from_state is S.FOLLOWING and m.to_state is S.CHECKING for m in file.moves)
    return anew or sum(end + QUIET <= p.said_at < end + WINDOW for p in file.posts) >= WAVE


def mentions(accepted: Sequence[CaseHistory], at: datetime) -> tuple[int, int]:
    """Posts said in the WINDOW before the first answer, and in the WINDOW after it, over answered cases whose WINDOW is over."""
    over = [(f, end) for f in accepted if (end := answered_at(f)) and end + WINDOW <= at]
    before = sum(end - WINDOW <= p.said_at < end for f, end in over for p in f.posts)
    return before, sum(end <= p.said_at < end + WINDOW for f, end in over for p in f.posts)


def missed(reviews: Sequence[Review], since: datetime, until: datetime) -> int:
    """漏报数: posts whose newest review in the period says relevant where the machine had said not."""
    newest = {r.post_id: r for r in sorted(reviews, key=lambda r: r.at) if r.task == "relevant" and since <= r.at < until}
    return sum(r.before == "0" and r.value == "1" for r in newest.values())


def irrelevant(reviews: Sequence[Review]) -> frozenset[str]:
    """Posts whose newest review says that they are not relevant."""
    newest = {r.post_id: r.value for r in sorted(reviews, key=lambda r: r.at) if r.task == "relevant"}
    return frozenset(post for post, value in newest.items() if value == "0")


def false_alarms(alerted: Sequence[CaseHistory], lost: frozenset[str]) -> Rate:
    """误报率: alerted cases put down as 无关, or whose event's first post an analyst calls irrelevant ÷ alerted cases."""
    wrong = sum(_shelved(f, Ground.IRRELEVANT) or (f.event is not None and f.event.first_post_id in lost) for f in alerted)
    return Rate(met=wrong, of=len(alerted))


def discovery(alerted: Sequence[CaseHistory]) -> Spans:
    """发现时延: earliest first sight − earliest publishing over a case's posts; posts of a first poll or without a time are left out."""
    dated = ([(p.first_seen_at, p.published_at) for p in f.posts if p.published_at and not p.baseline] for f in alerted)
    return spans(max(timedelta(0), min(s for s, _ in one) - min(p for _, p in one)) for one in dated if one)


def late(accepted: Sequence[CaseHistory], at: datetime) -> tuple[Lateness, ...]:
    """Every clock of the accepted cases met after its limit or still open past it, by number and limit."""
    found = [_lateness(f, d, met_at(f, d)) for f in accepted for d in f.case.deadlines if (met_at(f, d) or at) > d.due_at]
    return tuple(sorted(found, key=lambda one: (one.number, one.due_at, one.kind)))


def _lateness(file: CaseHistory, clock: Deadline, met: datetime | None) -> Lateness:
    return Lateness(
        number=file.case.number, unit=file.case.routing.lead, kind=clock.kind, due_at=clock.due_at, met_at=met, why=_why(file, clock),
        monitoring=clock.late_found,
    )  # fmt: skip


def _why(file: CaseHistory, clock: Deadline) -> str:
    """What the file says of the delay, without naming anybody; 案卷未载明原因 where it says nothing."""
    if clock.late_found:
        return "迟发现：发现时时限已过，计入监测"
    grounds = []
    if any(isinstance(p.content, Extension) and p.content.clock == clock.kind for p in file.papers):
        grounds.append("经批准延期后仍逾期")
    if any(isinstance(p.content, Pause) for p in file.papers):
        grounds.append("曾经批准暂缓办理")
    back = len(_moves_to(file, S.RETURNED))
    grounds += [f"退回{back}次"] if back else []
    return "；".join(grounds) or "案卷未载明原因"


def commended(unit: Performance) -> bool:
    """通报表扬 by figures alone: FEWEST accepted cases or more, no clock late, none unanswered that should be, no second wave.

    Source: 实施方案四（三）(对工作推动有力的予以通报表扬).
    """
    charged = any(not one.monitoring for one in unit.late)
    return unit.accepted >= FEWEST and not charged and unit.answered.met == unit.answered.of > 0 and unit.second_waves.met == 0
