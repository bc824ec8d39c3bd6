"""What a restarted sender must know of the minutes before: each channel's rate windows, read back from the deliveries on record."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from ledger.engine import Engine
from ledger.outbox import OutboxShelf, Tried
from records.channel import ChannelConfig, ChannelKind
from responders.channels import MailRules, Transport, rest_after, transports
from responders.channels.http import Client
from responders.rate_windows import Past, RateWindows, recalled

BACK = timedelta(minutes=11)  # the longest rest a channel asks for is ten
UNSENT = frozenset({"channel", "no-key", "no-address", "too-long", "domain", "config", "attachment"})  # no message left the building


def recalled_windows(engine: Engine, channels: Sequence[ChannelConfig], http: Client, now: datetime) -> RateWindows:
    """The windows of every channel with a documented rate."""
    shelf, ways = OutboxShelf(engine), {c.id: c for c in channels}
    known = transports(http, MailRules(data=Path(), allowed_domains=()))
    past = [
        _past(list(group), ways[key[0]], known)
        for key, group in groupby(sorted(_left(shelf.lately(now - BACK), ways), key=_message), key=_message)
    ]
    return recalled(sorted(past, key=lambda one: one.at), [name for name in shelf.claimed_channels() if name in ways], now)


def _left(tried: Sequence[Tried], ways: Mapping[str, ChannelConfig]) -> list[Tried]:
    """Attempts that reached a robot."""
    return [
        one for one in tried
        if one.delivery.code not in UNSENT and one.notice.channel in ways and ways[one.notice.channel].kind is not ChannelKind.SMTP
    ]  # fmt: skip


def _message(one: Tried) -> tuple[str, datetime, str, str]:
    """Attempts alike in this were one message (responders/sender.py records a batch at one instant)."""
    return one.notice.channel, one.delivery.at, one.notice.recipient, one.delivery.code


def _past(group: Sequence[Tried], channel: ChannelConfig, known: Mapping[ChannelKind, Transport]) -> Past:
    first = group[0]
    messages = known[channel.kind].messages(first.notice) if len(group) == 1 else 1
    return Past(channel=channel.id, at=first.delivery.at, messages=messages, rest=rest_after(channel.kind, first.delivery.code))
