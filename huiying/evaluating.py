"""Evaluating on labelled JSON Lines, and replaying a changed standard over what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from classifiers.alerting import alerting
from classifiers.assess import Assessor, Text
from classifiers.corpus import Labelled, read_file
from classifiers.events import Bench, regrade
from classifiers.model import LinearModel
from huiying.office import Desk
from records.event import Event
from records.post import Post
from records.standard import Standard


def labelled_rows(path: Path) -> list[Labelled]:
    """The rows of a labelled file. Raises: CorpusError naming file, line and key; OSError."""
    return list(read_file(path))


def texts_of(rows: Sequence[Labelled]) -> list[Text]:
    """What is assessed of each row; places do not count."""
    return [Text(id=r.id, title=r.title, text=r.text, local_source=True) for r in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One event under both standards: its level and whether it would have been alerted."""

    event: Event
    was_level: str
    would_level: str
    was_alerted: bool
    would_alert: bool

    @property
    def change(self) -> str:
        """新增预警, 不再预警, 升级, 降级 or ""."""
        if self.was_alerted != self.would_alert:
            return "新增预警" if self.would_alert else "不再预警"
        if self.was_level == self.would_level or not self.would_alert:
            return ""
        return "升级" if "ⅠⅡⅢⅣ".index(self.would_level) < "ⅠⅡⅢⅣ".index(self.was_level) else "降级"


def replay(desk: Desk, model: LinearModel, standard: Standard, days: int, now: datetime) -> list[Replayed]:
    """Every event of the last `days` days, assessed and graded anew under `standard`, beside what was done. Nothing is written."""
    events = desk.ledger.events_touched(now - timedelta(days=days), desk.end_of_time)
    opened = {c.event_id for c in desk.ledger.cases()}
    assessor = Assessor(model, standard, desk.settings.catalogue, desk.settings.areas)
    return [_replayed(desk, assessor, standard, event, event.id in opened) for event in events]


def _replayed(desk: Desk, assessor: Assessor, standard: Standard, event: Event, alerted: bool) -> Replayed:
    posts = desk.ledger.posts(event.post_ids)
    judged = {a.post_id: a for a in assessor.assess([_text(desk, p) for p in posts], explain=True)}
    bench = Bench(running=(), known=(), judged=judged, sources=desk.sources, standard=standard)
    graded = regrade(event, posts, bench, event.updated_at)
    decision = alerting(graded, list(judged.values()), standard, event.created_at)
    return Replayed(
        event=graded, was_level=event.opinion_level.value, would_level=graded.opinion_level.value, was_alerted=alerted,
        would_alert=decision.alert,
    )  # fmt: skip


def _text(desk: Desk, post: Post) -> Text:
    source = desk.sources.get(post.source_id)
    local = source is not None and source.territory == "local"
    return Text(id=post.id, title=post.title, text=post.text, local_source=local, month=post.month)
