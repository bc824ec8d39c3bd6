"""定级: an event's 舆情等级 from content, media tier and spread, each a visible factor. Proposed here, confirmed by people.

Source: published local plans grade by media tier, spread across sites and kind of happening, almost never by numbers
(seen in published local plans); thresholds stand in standard.toml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from records.assessment import Assessment, OpinionLevel
from records.event import Event, EventPhase
from records.post import Post, Reach
from records.source import MediaTier, Source
from records.standard import Standard, Thresholds

_TIER_LEVEL = {
    MediaTier.CENTRAL: OpinionLevel.I,
    MediaTier.PROVINCE: OpinionLevel.II,
    MediaTier.CITY: OpinionLevel.IV,
    MediaTier.DISTRICT: OpinionLevel.IV,
    MediaTier.PERSONAL: OpinionLevel.IV,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor's proposal and the sentence that explains it."""

    level: OpinionLevel
    reason: str


def heat(posts: Sequence[Post]) -> int:
    """Interactions (次): replies + likes + shares over all posts."""
    return sum(_interactions(p.reach) for p in posts)


def _interactions(reach: Reach) -> int:
    return (reach.replies or 0) + (reach.likes or 0) + (reach.shares or 0)


def by_content(assessments: Sequence[Assessment]) -> Factor:
    """The gravest post decides."""
    worst = min(assessments, key=lambda a: a.level.rank)
    said = [v.reason for v in worst.verdicts if v.what == "level" and v.value == worst.level.value]
    return Factor(level=worst.level, reason=f"内容：{said[0] if said else '单件诉求或咨询'}")


def by_spread(sources: int, limits: Thresholds) -> Factor:
    """Ⅲ from `sources_iii` distinct sources."""
    level = OpinionLevel.III if sources >= limits.sources_iii else OpinionLevel.IV
    return Factor(level=level, reason=f"传播：{sources}个信息源")


def by_heat(total: int, limits: Thresholds) -> Factor:
    """Ⅰ, Ⅱ, Ⅲ by interactions."""
    for bar, level in ((limits.heat_i, OpinionLevel.I), (limits.heat_ii, OpinionLevel.II), (limits.heat_iii, OpinionLevel.III)):
        if total > bar:
            return Factor(level=level, reason=f"热度：互动{total}次，超过{bar}")
    return Factor(level=OpinionLevel.IV, reason=f"热度：互动{total}次")


def by_tier(tiers: Sequence[MediaTier], content: OpinionLevel) -> Factor:
    """The highest media tier, only for a critical or grave matter: routine coverage by a big paper raises nothing."""
    top = min(tiers, key=list(MediaTier).index, default=MediaTier.PERSONAL)
    if content is OpinionLevel.IV:
        return Factor(level=OpinionLevel.IV, reason=f"媒体：最高{top.value}")
    return Factor(level=_TIER_LEVEL[top], reason=f"媒体：最高{top.value}")


def grade(
    event: Event, posts: Sequence[Post], assessments: Sequence[Assessment], sources: Mapping[str, Source], standard: Standard
) -> Event:
    """The event with its proposed level, reasons, heat, growth and phase. Does not touch 突发事件等级."""
    total = heat(posts)
    content = by_content(assessments)
    tiers = [sources[p.source_id].tier for p in posts if p.source_id in sources]
    factors = [
        content,
        by_tier(tiers, content.level),
        by_spread(event.source_count, standard.thresholds),
        by_heat(total, standard.thresholds),
    ]
    level = min((f.level for f in factors), key=lambda one: one.rank)
    growth = total / event.heat - 1 if event.heat else 0.0
    return replace(
        event,
        heat=total,
        growth=growth,
        phase=phase(event, total),
        opinion_level=level,
        level_reasons=tuple(f.reason for f in sorted(factors, key=lambda f: f.level.rank)),
    )


def phase(event: Event, total: int) -> EventPhase:
    """潜伏 while new, 成长 while heat grows by a fifth or more, 高潮 while it holds, 回落 when it shrinks."""
    if not event.heat:
        return EventPhase.LATENT
    ratio = total / event.heat
    return EventPhase.GROWING if ratio >= 1.2 else EventPhase.PEAK if ratio >= 1.0 else EventPhase.FADING
