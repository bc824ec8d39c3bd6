"""Standing (运行状况): how the watching of one source went in the span. Not hearing anything is not the same as nothing being said."""

from datetime import datetime
from enum import StrEnum

from records.source import FetchState, Source

ZERO_YIELDS = 3  # polls in a row with an empty page: the page has changed, or is gone


class Standing(StrEnum):
    """Worst first; the first that holds is the source's standing."""

    NEVER = "从未采集成功"
    FAILING = "采集失败"
    STALE = "本期无成功采集"
    BARREN = "连续零产出"
    SILENT = "本期无新帖"
    WELL = "正常"
    OFF = "未启用"


GAPS = (Standing.NEVER, Standing.FAILING, Standing.STALE, Standing.BARREN, Standing.SILENT)


def standing_of(source: Source, state: FetchState | None, start: datetime) -> Standing:
    """The standing of `source` at the digest's making; `start` is the span's start.

    A source whose last new item is older than the span is SILENT: it may be quiet, or its pages no longer show what is new.
    """
    if not source.enabled:
        return Standing.OFF
    if state is None or state.last_ok_at is None:
        return Standing.NEVER
    checks = (
        (Standing.FAILING, state.failures > 0),
        (Standing.STALE, state.last_ok_at < start),
        (Standing.BARREN, state.zero_yields >= ZERO_YIELDS),
        (Standing.SILENT, state.last_new_at is None or state.last_new_at < start),
    )
    return next((standing for standing, holds in checks if holds), Standing.WELL)
