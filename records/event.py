"""Event (事件): posts on one happening. The unit of alerting."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.assessment import OpinionLevel, Territory


class EventPhase(StrEnum):
    """Lifecycle of public attention (舆情阶段)."""

    LATENT = "潜伏"
    GROWING = "成长"
    PEAK = "高潮"
    FADING = "回落"


class EventLevel(StrEnum):
    """突发事件等级, set by people only (突发事件应对法 第三条). The 5 h / 24 h clock hangs on the first two."""

    NONE = "未定"
    EXTREME = "特别重大"
    GRAVE = "重大"
    LARGE = "较大"
    ORDINARY = "一般"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Posts on one happening.

    `id` is a UUIDv7; `post_ids` in order of joining; `source_count` distinct sources; `heat` = replies + likes + shares summed
    over posts (次); `growth` is heat now ÷ heat at the last grading − 1 (a ratio, 0 when new). `why` says why the last post
    joined. `keywords` are the words that tell it from others, weightiest first. `merged_into` is the surviving event's id, or "".
    """

    id: str
    title: str
    post_ids: tuple[str, ...]
    first_post_id: str
    first_source_id: str
    first_said_at: datetime
    created_at: datetime
    updated_at: datetime
    source_count: int
    heat: int = 0
    growth: float = 0.0
    phase: EventPhase = EventPhase.LATENT
    opinion_level: OpinionLevel = OpinionLevel.IV
    level_reasons: tuple[str, ...] = ()
    event_level: EventLevel = EventLevel.NONE
    labels: tuple[str, ...] = ()
    form: str = "R2"
    areas: tuple[str, ...] = ()
    territory: Territory = Territory.UNKNOWN
    why: str = ""
    keywords: tuple[str, ...] = ()
    merged_into: str = ""
