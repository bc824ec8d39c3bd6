"""Trends (苗头性问题): three or more posts on the same ground and the same matter within seven days, one of them new."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from records.assessment import Assessment
from records.post import Post

ENOUGH = 3
WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Posts of one area and one category, oldest first. `unit` is the unit id most fitted to lead, "" when they differ."""

    area: str
    category: str
    unit: str
    posts: tuple[Post, ...]


def find_trends(posts: Iterable[Post], assessments: Mapping[str, Assessment], start: datetime, end: datetime) -> tuple[Trend, ...]:
    """The trends up to `end`, largest first: by area, category and unit; then by area and category alone, where no unit has enough.

    `posts` are relevant and assessed. A group counts only if one of its posts was first seen at or after `start`.
    Source: the office's rule of thumb, ≥3 of the same place and kind in seven days.
    """
    groups: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in posts:
        if end - WINDOW <= post.first_seen_at < end:
            said = assessments[post.id]
            for area in said.areas:
                groups[area, said.primary].append(post)
    found = [trend for key, group in groups.items() for trend in _of_group(key, group, assessments) if _is_new(trend, start)]
    return tuple(sorted(found, key=lambda t: (-len(t.posts), t.area, t.category, t.unit)))


def _of_group(key: tuple[str, str], group: list[Post], assessments: Mapping[str, Assessment]) -> list[Trend]:
    by_unit: dict[str, list[Post]] = defaultdict(list)
    for post in group:
        leads = assessments[post.id].leads
        by_unit[leads[0][0] if leads else ""].append(post)
    narrow = {unit: found for unit, found in by_unit.items() if unit and len(found) >= ENOUGH}
    chosen = narrow or ({"": group} if len(group) >= ENOUGH else {})
    return [Trend(area=key[0], category=key[1], unit=unit, posts=_in_order(found)) for unit, found in chosen.items()]


def _in_order(posts: list[Post]) -> tuple[Post, ...]:
    return tuple(sorted({p.id: p for p in posts}.values(), key=lambda p: (p.first_seen_at, p.id)))


def _is_new(trend: Trend, start: datetime) -> bool:
    return len(trend.posts) >= ENOUGH and trend.posts[-1].first_seen_at >= start
