"""Records the tests of responders/ begin from. Each function gives a whole record; name only what matters to the test."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from huiying.settings import load_settings
from records.assessment import OpinionLevel, Territory
from records.case import Case, CaseState, Deadline, Routing
from records.channel import ChannelConfig, ChannelKind, Detail
from records.event import Event
from records.instant import SHANGHAI
from records.notice import Notice, NoticeKind
from records.post import Post, Precision, Reach
from records.source import MediaTier, Source, SourceKind
from records.unit import Contact, Units

SETTINGS = load_settings(Path(__file__).resolve().parents[2] / "config", {})
STANDARD, HOLIDAYS = SETTINGS.standard, SETTINGS.holidays
R = TypeVar("R")


def at(text: str) -> datetime:
    """Shanghai wall clock of 2018-06: "08 14:15"."""
    return datetime.fromisoformat(f"2018-06-{text}").replace(tzinfo=SHANGHAI)


NOW = at("08 12:15")


def changed(record: R, **more: object) -> R:
    """The record with fields changed."""
    return replace(record, **more)  # type: ignore[type-var]


def a_post(name: str = "p1", **more: object) -> Post:
    """A post on a forum, seen at 09:05."""
    base = Post(
        id=name, source_id="bbs", url=f"http://bbs.example/thread-{name}-1-1.html", title="先锋街道停水三天", text="家里停水三天了。没有人管。",
        published_at=at("08 08:10"), precision=Precision.MINUTE, first_seen_at=at("08 08:20"),
        reach=Reach(views=1200, replies=34, read_at=at("08 09:05")), raw_sha256="ab" * 32,
    )  # fmt: skip
    return changed(base, **more)


SOURCES = {
    "bbs": Source(
        id="bbs", name="鹤乡论坛", kind=SourceKind.FORUM, url="http://bbs.example/", tier=MediaTier.PERSONAL, territory="local",
        cadence_minutes=5, enabled=True,
    )
}  # fmt: skip


def an_event(**more: object) -> Event:
    """Water cut off, level Ⅱ."""
    base = Event(
        id="e1", title="先锋街道停水三天", post_ids=("p1",), first_post_id="p1", first_source_id="bbs", first_said_at=at("08 08:10"),
        created_at=at("08 08:20"), updated_at=at("08 09:05"), source_count=1, heat=34, opinion_level=OpinionLevel.II,
        level_reasons=("内容：波及整个小区",), labels=("C3",), form="R2", areas=("先锋街道",), territory=Territory.OURS,
    )  # fmt: skip
    return changed(base, **more)


def a_routing(**more: object) -> Routing:
    """Water company leads, housing joins, publicity is told."""
    base = Routing(lead="gs", joint=("zjj",), escalate_to=("xcb",), reasons=("谁主管谁负责：事项“供水”（停水），由供水企业牵头",))
    return changed(base, **more)


def a_clock(kind: str, due: str, **more: object) -> Deadline:
    """One clock, due at "08 14:15"."""
    return changed(Deadline(kind=kind, anchor_at=at("08 08:10"), due_at=at(due), basis="国办发〔2016〕61号"), **more)


def a_case(**more: object) -> Case:
    """A numbered case in 预警提示."""
    base = Case(
        id="c1", number="TH-20180608-003", event_id="e1", title="先锋街道停水三天", state=CaseState.ALERTED, opinion_level=OpinionLevel.II,
        labels=("C3",), form="R2", routing=a_routing(), deadlines=(a_clock("respond", "10 08:10"),), opened_at=NOW,
    )  # fmt: skip
    return changed(base, **more)


def a_dispatched_case(**more: object) -> Case:
    """The same case after 交办: first answer due at 14:15."""
    clocks = (a_clock("respond", "10 08:10"), a_clock("sign", "08 12:45"), a_clock("reply", "08 14:15"), a_clock("close", "15 18:00"))
    return changed(a_case(state=CaseState.DISPATCHED, dispatched_at=NOW, deadlines=clocks), **more)


MAIL = ChannelConfig(
    id="mail", kind=ChannelKind.SMTP, enabled=True, detail=Detail.FULL, host="127.0.0.1", sender="yuqing@tinghu.example"
)
WECOM = ChannelConfig(id="wecom", kind=ChannelKind.WECOM, enabled=True, base_url="http://127.0.0.1:1", key="KEY-never-shown")
DINGTALK = changed(WECOM, id="dingtalk", kind=ChannelKind.DINGTALK, secret="SEC-never-shown")
FEISHU = changed(DINGTALK, id="feishu", kind=ChannelKind.FEISHU)


def units(*channels: str, **emails: str) -> Units:
    """The shipped units, each with a mailbox and the channels; emails by unit id overrule."""
    found = tuple(
        changed(u, channels=channels or ("mail",), contacts=(Contact(role="联络员", email=emails.get(u.id, f"{u.id}@tinghu.example")),))
        for u in SETTINGS.units.units
    )
    return changed(SETTINGS.units, units=found)


def a_notice(key: str = "k1", **more: object) -> Notice:
    """A minimal notice to the water company's group."""
    base = Notice(
        id=f"n-{key}", key=key, kind=NoticeKind.ALERT, case_id="c1", recipient="gs", channel="wecom", address="",
        subject="【舆情Ⅱ级·重大（系统初判）】[TH-20180608-003] 请于6月8日14:15前首次回应",
        text="编号：TH-20180608-003\n查看办理：http://127.0.0.1:8700/cases/TH-20180608-003", html="", thread="TH-20180608-003",
        created_at=NOW, next_attempt_at=NOW,
    )  # fmt: skip
    return changed(base, **more)


def a_letter(key: str = "k1", **more: object) -> Notice:
    """A notice by mail."""
    return a_notice(key, **({"channel": "mail", "address": "gs@tinghu.example", "html": "<p>停水</p>"} | more))


class Clock:
    """A clock that stands until it is moved; its sleep moves it."""

    def __init__(self, start: datetime = NOW) -> None:
        self.time = start
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.time

    def seconds(self) -> float:
        """Seconds since 1970."""
        return self.time.timestamp()

    def forward(self, **more: float) -> None:
        """Moves the clock."""
        self.time += timedelta(**more)

    async def sleep(self, seconds: float) -> None:
        """Sleeping is moving the clock."""
        self.slept.append(seconds)
        self.forward(seconds=seconds)
