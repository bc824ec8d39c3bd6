"""Notices (通知): one for each unit that must hear of a case, on each of its channels. Composed, not sent.

What leaves is minimal unless the channel is the office's own and set to full (design decision 11); 检举控告 is always minimal and goes to
discipline alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from records.assessment import OpinionLevel
from records.case import Case
from records.channel import ChannelConfig, ChannelKind, Detail
from records.event import Event
from records.instant import micros
from records.notice import Notice, NoticeKind
from records.post import Post
from records.source import Source
from records.standard import Standard
from records.unit import Unit, Units
from responders.alert_text import Facts, Message, full, minimal
from responders.deadlines import GRAVE_EVENTS
from responders.duty import Duty, confidential, duty, parts_of
from responders.mailbox import allowed

CASE_KINDS = (NoticeKind.ALERT, NoticeKind.DISPATCH, NoticeKind.UPDATE, NoticeKind.WITHDRAWAL)
URGENT = (OpinionLevel.I, OpinionLevel.II)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The notices, and in Chinese what kept others from being written (a person must reach those units)."""

    notices: tuple[Notice, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What every notice about a case is written from: the office, its settings, its ways, its clock."""

    sources: Mapping[str, Source]
    units: Units
    standard: Standard
    channels: Sequence[ChannelConfig]
    public_url: str
    office_name: str
    contact: str
    allowed_mail_domains: Sequence[str]
    now: datetime
    new_id: Callable[[], str]
    receipt_link: Callable[[Case], str] = lambda case: ""  # where the leading unit signs for it; "" = only in the workbench
    receipt_code: Callable[[Case], str] = lambda case: ""  # what a reply by mail must quote; "" = no receipts by mail


def compose(case: Case, event: Event, posts: Sequence[Post], by: Writing, *, kind: NoticeKind) -> Composed:
    """One notice for each (unit, channel, address). Composing again gives the same keys, so the outbox stores each once.

    Raises: ValueError when the case has no number yet, the kind is not about a case, or `public_url` is no http(s) address.
    """
    _check(case, kind, by.public_url)
    level = event.opinion_level if kind is NoticeKind.UPDATE else case.opinion_level
    lead = next((u.name for u in by.units.units if u.id == case.routing.lead), case.routing.lead)
    made: list[Composed] = []
    for unit_id, part in parts_of(case.routing, by.units):
        unit = next((u for u in by.units.units if u.id == unit_id), None)
        if unit is None:
            made.append(Composed(notices=(), problems=(f"{case.number}：单位 {unit_id} 不在名录中，未通知（{part}）",)))
            continue
        duties = duty(case, kind, unit_id, part, lead=lead, now=by.now)
        facts = facts_of(case, event, posts, by, unit, kind=kind, level=level, told=duties)
        made.append(written(facts, by, about=part, key=partial(key_of, facts)))
    return together(made)


def facts_of(
    case: Case, event: Event, posts: Sequence[Post], by: Writing, unit: Unit, *, kind: NoticeKind, level: OpinionLevel, told: Duty
) -> Facts:
    """What the text for one reader is made from."""
    return Facts(
        case=case, event=event, posts=posts, sources=by.sources, standard=by.standard, unit=unit, kind=kind, level=level, now=by.now,
        duty=told, public_url=by.public_url, office_name=by.office_name, contact=by.contact,
        receipt=by.receipt_link(case) if _signs(case, unit, kind) else "", code=by.receipt_code(case) if _signs(case, unit, kind) else "",
    )  # fmt: skip


def _signs(case: Case, unit: Unit, kind: NoticeKind) -> bool:
    """True for the notice that asks the leading unit for its receipt."""
    return kind is NoticeKind.DISPATCH and unit.id == case.routing.lead


def written(facts: Facts, by: Writing, *, about: str, key: Callable[[str, str], str]) -> Composed:
    """The notices of one reader, a way each, and what barred the others. `key` gives the idempotency key of (channel, address)."""
    secret = confidential(facts.case.routing, by.units)
    ways, wrong = reachable_ways(facts.unit, by.channels, by.allowed_mail_domains)
    return Composed(
        notices=tuple(_notice(facts, channel, address, secret, by.new_id(), key(channel.id, address)) for channel, address in ways),
        problems=tuple(f"{facts.case.number}：{said}（{about}）" for said in wrong),
    )


def together(made: Sequence[Composed]) -> Composed:
    """All notices and problems, in order."""
    return Composed(notices=tuple(n for one in made for n in one.notices), problems=tuple(p for one in made for p in one.problems))


def _check(case: Case, kind: NoticeKind, public_url: str) -> None:
    if not case.number:
        raise ValueError(f"case {case.id}: a notice needs the case's number; compose inside the ledger's open_case")
    if kind not in CASE_KINDS:
        raise ValueError(f"{case.number}: {kind} is not a notice about a case")
    if urlsplit(public_url).scheme not in ("http", "https") or not urlsplit(public_url).netloc:
        raise ValueError(f"public_url: not an http(s) address: {public_url!r}")


Way = tuple[ChannelConfig, str]


def reachable_ways(
    unit: Unit, channels: Sequence[ChannelConfig], allowed_mail_domains: Sequence[str]
) -> tuple[tuple[Way, ...], tuple[str, ...]]:
    """The unit's (channel, address) pairs that are on, and what is wrong with the others. A unit nobody can reach is a problem."""
    known = {c.id: c for c in channels}
    missing = [f"{unit.name}的通道 {name} 不在设置中" for name in unit.channels if name not in known]
    live = [known[name] for name in dict.fromkeys(unit.channels) if name in known and known[name].enabled]
    ways = [way for channel in live for way in _ways(unit, channel)]
    barred = [_barred(unit, address) for channel, address in ways if not _may(channel, address, allowed_mail_domains)]
    good = tuple(way for way in ways if _may(*way, allowed_mail_domains))
    nobody = [] if good else [f"{unit.name}没有可用的通道或收件人，须人工送达"]
    return good, (*missing, *barred, *nobody)


def _ways(unit: Unit, channel: ChannelConfig) -> Iterator[Way]:
    """A robot speaks to its group; a mail goes to each contact's mailbox."""
    if channel.kind is not ChannelKind.SMTP:
        yield channel, ""
        return
    for address in dict.fromkeys(c.email.strip() for c in unit.contacts if c.email.strip()):
        yield channel, address


def _may(channel: ChannelConfig, address: str, domains: Sequence[str]) -> bool:
    return channel.kind is not ChannelKind.SMTP or allowed(address, domains)


def _barred(unit: Unit, address: str) -> str:
    shown = "".join(c for c in address if c.isprintable())[:80]
    return f"{unit.name}的收件地址 {shown} 不合规或不在允许的邮件域名内，未发送"


def _notice(facts: Facts, channel: ChannelConfig, address: str, secret: bool, notice_id: str, key: str) -> Notice:
    message = _message(facts, channel, secret)
    return Notice(
        id=notice_id, key=key, kind=facts.kind, case_id=facts.case.id, recipient=facts.unit.id,
        channel=channel.id, address=address, subject=message.subject, text=message.text,
        html=message.html if channel.kind is ChannelKind.SMTP else "", thread=facts.case.number, created_at=facts.now,
        next_attempt_at=facts.now, urgent=facts.level in URGENT or facts.event.event_level in GRAVE_EVENTS,
    )  # fmt: skip


def _message(facts: Facts, channel: ChannelConfig, secret: bool) -> Message:
    least = secret or channel.public or channel.detail is not Detail.FULL
    return minimal(facts) if least else full(facts)


def key_of(facts: Facts, channel: str, address: str) -> str:
    """The idempotency key. An upgrade is told once a level; a second 交办 (after 退回) is a new message, since its clocks are new."""
    sent = facts.case.dispatched_at
    dispatched = str(micros(sent)) if sent else ""
    turn = {NoticeKind.UPDATE: str(facts.level), NoticeKind.DISPATCH: dispatched, NoticeKind.WITHDRAWAL: dispatched}.get(facts.kind, "")
    return "|".join((facts.kind, facts.case.id, turn, facts.unit.id, channel, address.casefold()))
