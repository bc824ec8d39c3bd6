"""Rate windows (限流窗口): when a channel may take the next message. Kept by the daemon between rounds; the clock is an argument.

A restart reads them back from the deliveries on record (`recalled`), so that it neither breaks a rate nor sends into a silence.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from responders.channels.answer import Rate

LONGEST_REST = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One message on record: how many the channel counted, and the rest its answer asked for."""

    channel: str
    at: datetime
    messages: int
    rest: timedelta | None = None


@dataclass(slots=True)
class RateWindows:
    """What each channel has sent lately and until when it rests."""

    sent: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    resting: dict[str, datetime] = field(default_factory=dict)
    held: dict[str, datetime] = field(default_factory=dict)  # urgent notices wait: others yield until then

    def wait(self, channel: str, rates: Sequence[Rate], messages: int, now: datetime) -> timedelta:
        """How long until `messages` more keep within every rate and the channel rests no more; zero when now."""
        self._forget(channel, rates, now)
        times = self.sent[channel]
        waits = [timedelta(0), self.rest(channel, now)]
        for rate in rates:
            span = timedelta(seconds=rate.seconds)
            inside = [at for at in times if at > now - span]
            over = len(inside) + min(messages, rate.count) - rate.count
            if over > 0:
                waits.append(inside[over - 1] + span - now)
        return max(waits)

    def room(self, channel: str, rates: Sequence[Rate], now: datetime) -> int:
        """How many messages the longest of the rates still lets through at `now`; 0 while the channel rests."""
        if not rates or self.rest(channel, now) > timedelta(0):
            return 0
        longest = max(rates, key=lambda rate: rate.seconds)
        return max(0, longest.count - sum(at > now - timedelta(seconds=longest.seconds) for at in self.sent[channel]))

    def rest(self, channel: str, now: datetime) -> timedelta:
        """How long the channel still rests; a rest beyond the longest comes from a clock that was set back, and is dropped."""
        left = self.resting.get(channel, now) - now
        return max(left, timedelta(0)) if left <= LONGEST_REST else timedelta(0)

    def hold(self, channel: str, until: datetime) -> None:
        """An urgent notice could not go and is due again at `until`: what becomes free before is for it."""
        self.held[channel] = max(until, self.held.get(channel, until))

    def yields(self, channel: str, now: datetime) -> bool:
        """True when a notice that is not urgent must let urgent ones pass; a hold from a clock set back is dropped."""
        left = self.held.get(channel, now) - now
        return timedelta(0) < left <= LONGEST_REST

    def spend(self, channel: str, messages: int, now: datetime) -> None:
        """Counts messages as sent at `now` (when the answer came: the channel's own count began earlier)."""
        self.sent[channel].extend([now] * messages)

    def pause(self, channel: str, wait: timedelta, now: datetime) -> None:
        """The channel asked for rest."""
        self.resting[channel] = max(now + min(wait, LONGEST_REST), self.resting.get(channel, now))

    def _forget(self, channel: str, rates: Sequence[Rate], now: datetime) -> None:
        """Drops what no rate counts any more, and what lies in the future of a clock set back."""
        longest = timedelta(seconds=max((r.seconds for r in rates), default=0))
        kept = [at for at in self.sent[channel] if now - longest < at <= now]
        self.sent[channel] = deque(kept)


def recalled(past: Sequence[Past], in_flight: Sequence[str], now: datetime) -> RateWindows:
    """The windows as the sender before the restart had them. `in_flight`: channels of which one message may have left unrecorded."""
    windows = RateWindows()
    for one in past:
        windows.spend(one.channel, one.messages, one.at)
        if one.rest is not None:
            windows.pause(one.channel, one.rest, one.at)
    for channel in in_flight:
        windows.spend(channel, 1, now)
    return windows
