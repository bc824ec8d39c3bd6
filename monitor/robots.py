"""robots.txt: what a site lets collectors read, remembered for an hour. Reads no network: `fetch` brings the bytes.

Source: RFC 9309. 4xx means no rules (§2.3.1.3), 5xx and silence mean no access (§2.3.1.4). Stricter than the RFC: 429 is silence.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from protego import Protego

from monitor.addresses import RefusedError, read_target
from records.instant import shanghai
from records.source import Source

KEEP = 3600.0  # s; RFC 9309 §2.4 allows up to a day
KEEP_REFUSAL = 300.0  # s: an unreachable robots.txt is asked again at the next poll, not for each page of this one
READ = 512 * 1024  # bytes; RFC 9309 §2.5 asks for at least 500 KiB
_MOST_SITES = 2000
_DELAY_CAP = 60.0  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One site's rules for one agent. `refused` says why nothing may be read now, or ""; `retry_after` in seconds."""

    url: str  # of robots.txt
    agent: str
    parsed: Protego | None = None  # None = everything is allowed
    refused: str = ""
    retry_after: float | None = None

    def allows(self, url: str) -> bool:
        """True when the agent may read `url`.

        >>> rules = read_rules(b"User-agent: *\\nDisallow: /admin/", url="http://a.cn/robots.txt", agent="Huiying")
        >>> rules.allows("http://a.cn/news/1.html"), rules.allows("http://a.cn/admin/1.html")
        (True, False)
        """
        return not self.refused and (self.parsed is None or self.parsed.can_fetch(url, self.agent))

    def delay(self) -> float:
        """Crawl-delay in seconds, 0 when none is stated, at most 60."""
        stated = self.parsed.crawl_delay(self.agent) if self.parsed is not None else None
        return min(max(stated or 0.0, 0.0), _DELAY_CAP)


def read_rules(body: bytes, *, url: str, agent: str) -> Rules:
    """The rules in a robots.txt. Bytes that are no rules (an HTML page, say) forbid nothing."""
    return Rules(url=url, agent=agent, parsed=Protego.parse(body[:READ].decode("utf-8-sig", "replace")))


def agent_token(user_agent: str) -> str:
    """The product token robots.txt names us by.

    >>> agent_token("Huiying/0.1 (+mailto:office@example.cn)")
    'Huiying'
    """
    return re.split(r"[/\s(]", user_agent.strip(), maxsplit=1)[0]


def exempt_authority(source: Source, now: datetime) -> str:
    """The authority (host:port) a permission letter (robots_override) covers today, "" when there is none or it has ended.

    Covers the source's own authority only, through the last day (Shanghai) of the letter.
    """
    valid = source.robots_override and source.robots_until is not None and shanghai(now).date() <= source.robots_until
    if not valid:
        return ""
    try:
        return read_target(source.url).authority
    except RefusedError:
        return ""


class RobotsCache:
    """Rules by origin, each until its age is over. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Rules]] = {}

    def get(self, origin: str) -> Rules | None:
        """The rules, None when unknown or too old."""
        until, rules = self._kept.get(origin, (float("-inf"), None))
        return rules if self._clock() < until else None

    def put(self, origin: str, rules: Rules) -> None:
        """Keeps rules an hour, refusals five minutes."""
        if len(self._kept) >= _MOST_SITES:
            now = self._clock()
            self._kept = {key: kept for key, kept in self._kept.items() if kept[0] > now}
        if len(self._kept) >= _MOST_SITES:
            self._kept.clear()
        self._kept[origin] = (self._clock() + (KEEP_REFUSAL if rules.refused else KEEP), rules)
