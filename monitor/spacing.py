"""One request at a time to a host, and a pause after it: a district's news site is a small machine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_MOST_LANES = 1000  # hosts remembered before idle ones are forgotten


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = float("-inf")  # seconds on the injected clock
    users: int = 0


class Spacing:
    """Turns at hosts, first come first served. `clock` is monotonic seconds, `sleep` waits so many of them."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[object]]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, key: str, gap: float) -> AsyncIterator[None]:
        """Holds the host's turn; the next begins `gap` seconds after this one ends. With gap 0 nobody waits."""
        if gap <= 0:
            yield
            return
        lane = self._lanes.setdefault(key, _Lane())
        lane.users += 1
        try:
            async with lane.lock:
                await self._pause(lane)
                try:
                    yield
                finally:
                    lane.free_at = self._clock() + gap
        finally:
            lane.users -= 1
            self._forget_idle()

    async def _pause(self, lane: _Lane) -> None:
        while (wait := lane.free_at - self._clock()) > 0:  # a sleep may end a little early
            await self._sleep(wait)

    def _forget_idle(self) -> None:
        if len(self._lanes) > _MOST_LANES:
            now = self._clock()
            self._lanes = {key: lane for key, lane in self._lanes.items() if lane.users or lane.free_at > now}
