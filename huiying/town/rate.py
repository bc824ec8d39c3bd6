"""Rate (频率限制): how many messages a robot takes in a sliding window. The caller brings the time."""

from collections import deque
from datetime import datetime, timedelta


class Rate:
    """At most `count` accepted messages in any `window`. Refused ones do not count."""

    def __init__(self, count: int, window: timedelta) -> None:
        self._count, self._window = count, window
        self._taken: deque[datetime] = deque()

    def full(self, now: datetime) -> bool:
        """True when one more at `now` would be too many.

        >>> from datetime import UTC
        >>> at = datetime(2018, 6, 8, tzinfo=UTC)
        >>> rate = Rate(1, timedelta(minutes=1))
        >>> rate.take(at)
        >>> rate.full(at + timedelta(seconds=59)), rate.full(at + timedelta(seconds=60))
        (True, False)
        """
        while self._taken and now - self._taken[0] >= self._window:
            self._taken.popleft()
        return len(self._taken) >= self._count

    def take(self, now: datetime) -> None:
        """Counts one accepted message."""
        self._taken.append(now)
