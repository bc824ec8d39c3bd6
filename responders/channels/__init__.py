"""Channels (通道): how a notice leaves the building. A new one is its module, a line here and a word in records/channel.py."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from records.channel import ChannelConfig, ChannelKind
from records.notice import Notice
from responders.channels import dingtalk, feishu, smtp, wecom
from responders.channels.answer import MINUTE, Answer, Rate, Ruling
from responders.channels.http import Client
from responders.channels.smtp import MailRules

__all__ = ["Answer", "Client", "Deliver", "MailRules", "Rate", "Transport", "rest_after", "transports"]

_RULINGS: Mapping[ChannelKind, Mapping[str, Ruling]] = {
    ChannelKind.WECOM: wecom.RULINGS, ChannelKind.DINGTALK: dingtalk.RULINGS, ChannelKind.FEISHU: feishu.RULINGS,
}  # fmt: skip
Deliver = Callable[[Notice, ChannelConfig, datetime], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """One way out. `rates` are the documented limits of one robot; `messages` how many messages a notice makes."""

    deliver: Deliver
    rates: tuple[Rate, ...]
    messages: Callable[[Notice], int]


def transports(http: Client, mail: MailRules) -> dict[ChannelKind, Transport]:
    """Channel kind → its transport, with the client and the mail rules it needs."""
    return {
        ChannelKind.SMTP: Transport(
            deliver=lambda notice, channel, now: smtp.deliver(notice, channel, mail), rates=smtp.RATES, messages=lambda _: 1
        ),
        ChannelKind.WECOM: Transport(
            deliver=lambda notice, channel, now: wecom.deliver(notice, channel, http, now=now),
            rates=wecom.RATES,
            messages=lambda notice: len(wecom.bodies(notice)),
        ),
        ChannelKind.DINGTALK: Transport(
            deliver=lambda notice, channel, now: dingtalk.deliver(notice, channel, http, now=now),
            rates=dingtalk.RATES,
            messages=lambda notice: len(dingtalk.bodies(notice)),
        ),
        ChannelKind.FEISHU: Transport(
            deliver=lambda notice, channel, now: feishu.deliver(notice, channel, http, now=now),
            rates=feishu.RATES,
            messages=lambda notice: len(feishu.bodies(notice)),
        ),
    }


def rest_after(kind: ChannelKind, code: str) -> timedelta | None:
    """The rest a recorded code asked of its channel. A Retry-After is not on record: a minute stands for it.

    >>> rest_after(ChannelKind.DINGTALK, "130101"), rest_after(ChannelKind.WECOM, "0")
    (datetime.timedelta(seconds=600), None)
    """
    ruling = _RULINGS.get(kind, {}).get(code)
    return ruling.wait if ruling else MINUTE if code == "429" else None
