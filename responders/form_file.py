"""Case file (案卷): all that is on record of one case, as its forms read it. Reads no clock and no store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from records.case import Case, CaseState, Deadline, Transition
from records.event import Event
from records.instant import in_words, shanghai
from records.paper import Paper
from records.post import Post
from records.source import Source
from records.standard import Standard
from records.unit import Units
from responders.duty import confidential
from responders.masking import clean, masked

C = TypeVar("C")
CLOCKS = {"sign": "签收", "reply": "首次回应", "respond": "公开回应", "close": "办结", "release": "权威发布", "press": "新闻发布会"}


class FormNotReadyError(ValueError):
    """The form cannot be made yet: what it rests on is not on file. Says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOffice:
    """What the office says of itself. `serial` is its own number for this form (亭政舆交〔2018〕12号), "" = the case number stands there."""

    name: str
    contact: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFile:
    """One case with its event, posts (in order of joining), moves and papers (in order). `now` is when the form is made (aware UTC)."""

    case: Case
    event: Event
    posts: Sequence[Post]
    sources: Mapping[str, Source]
    transitions: Sequence[Transition]
    papers: Sequence[Paper]
    units: Units
    standard: Standard
    office: FormOffice
    now: datetime

    @property
    def secret(self) -> bool:
        """检举控告: nothing of what was said goes on paper outside discipline."""
        return confidential(self.case.routing, self.units)

    @property
    def number(self) -> str:
        """The office's serial, with the case number beside it; the case number alone where there is none."""
        return f"{masked(self.office.serial)}（{self.case.number}）" if self.office.serial.strip() else self.case.number

    @property
    def title(self) -> str:
        """What the case is about, masked; of a 检举控告 only its kind."""
        return "检举控告类线索（内容另行密送）" if self.secret else masked(self.case.title)

    @property
    def lead(self) -> str:
        """The leading unit's name."""
        return self.unit(self.case.routing.lead)

    def unit(self, unit_id: str) -> str:
        """A unit's name; its id where the office has since taken it out of its list."""
        return next((u.name for u in self.units.units if u.id == unit_id), clean(unit_id))

    def unit_list(self, ids: Sequence[str]) -> str:
        """Names, parted by 、."""
        return "、".join(self.unit(i) for i in ids)

    def form_name(self, code: str) -> str:
        """R2 → "R2 研究解决"."""
        return next((f"{f.code} {f.name}" for f in self.standard.forms if f.code == code), clean(code))

    def source(self, source_id: str) -> str:
        """A source's name; its id where it is no longer watched."""
        return masked(self.sources[source_id].name) if source_id in self.sources else clean(source_id)

    def clock(self, kind: str) -> Deadline | None:
        """The earliest clock of a kind."""
        return min((d for d in self.case.deadlines if d.kind == kind), key=lambda d: d.due_at, default=None)

    def due(self, kind: str) -> str:
        """When a clock ends, with its basis; "" where it does not run."""
        clock = self.clock(kind)
        if clock is None:
            return ""
        return f"{moment(clock.due_at)}前" + (f"（{masked(clock.basis)}）" if clock.basis else "") + ("（迟发现）" if clock.late_found else "")

    def last_move(self, to: CaseState, since: datetime | None = None) -> Transition | None:
        """The newest move into a state, not before `since`."""
        found = [t for t in self.transitions if t.to_state is to and (since is None or t.at >= since)]
        return found[-1] if found else None

    def written(self, content: type[C], nth: int = 0) -> tuple[Paper, C] | None:
        """The newest paper with such a content, or the `nth` one (1 is the oldest). None where there is none."""
        found = [(p, p.content) for p in self.papers if isinstance(p.content, content)]
        if nth:
            return found[nth - 1] if 0 < nth <= len(found) else None
        return found[-1] if found else None

    def must_have(self, content: type[C], nth: int = 0) -> tuple[Paper, C]:
        """The same. Raises: FormNotReadyError."""
        found = self.written(content, nth)
        if found is None:
            which = f"第{nth}份" if nth else ""
            raise FormNotReadyError(f"{self.case.number}：案卷中没有{which}{content.kind}，不能出此单")  # type: ignore[attr-defined]
        return found

    def about(self, answer_id: str, content: type[C], answer_of: Callable[[C], str]) -> tuple[Paper, C] | None:
        """The newest paper with such a content that speaks of an answer."""
        found = [(p, p.content) for p in self.papers if isinstance(p.content, content) and answer_of(p.content) == answer_id]
        return found[-1] if found else None


def moment(when: datetime | None) -> str:
    """An instant on paper, always with its year; "" for none.

    >>> from datetime import UTC
    >>> moment(datetime(2018, 6, 8, 6, 15, tzinfo=UTC)), moment(None)
    ('2018年6月8日14:15', '')
    """
    return in_words(when, year=True) if when else ""


def day(when: datetime) -> str:
    """成文日期 in Arabic digits (GB/T 9704-2012 7.3.5.4).

    >>> from datetime import UTC
    >>> day(datetime(2018, 6, 8, 16, 15, tzinfo=UTC))
    '2018年6月9日'
    """
    local = shanghai(when)
    return f"{local.year}年{local.month}月{local.day}日"


def span(seconds: int) -> str:
    """How long, in whole minutes: never nothing.

    >>> span(95_400), span(59), span(3_600)
    ('1天2小时30分钟', '不足1分钟', '1小时')
    """
    length = timedelta(seconds=max(0, seconds))
    hours, minutes = divmod(length.seconds // 60, 60)
    parts = ((length.days, "天"), (hours, "小时"), (minutes, "分钟"))
    return "".join(f"{n}{name}" for n, name in parts if n) or "不足1分钟"


def lines(*texts: str) -> list[str]:
    """Paragraphs of a cell or section: one a line of the texts, masked, blank ones left out; [""] for none, since a cell needs one.

    >>> lines("已恢复供水\\n\\n电话13900000000", ""), lines("")
    (['已恢复供水', '电话〔电话〕'], [''])
    """
    return [found for text in texts for line in text.split("\n") if (found := masked(line))] or [""]
