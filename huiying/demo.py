"""`huiying demo`: the whole way on the sample town, over real protocols on loopback, with the office's own units and standard.

The machine alone sends 预警提示; a scripted duty officer then confirms by the same verbs a person has (huiying/case_verbs.py).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from classifiers.model import LinearModel
from huiying import pipeline
from huiying.demo_officer import PUBLISHED, SIGNERS, UNIT, Officer
from huiying.digesting import Made, current_day, issue_digest
from huiying.office import Office, open_office, utc_now
from huiying.settings import LedgerSettings, Settings
from huiying.town.mail_sink import serve_mail
from huiying.town.receivers import Receivers, serve_receivers
from huiying.town.site import serve_town
from records.case import Case
from records.channel import ChannelConfig, ChannelKind, Detail
from records.instant import from_micros, micros
from records.notice import NoticeState
from records.source import MediaTier, Source, SourceKind
from records.unit import Contact, Unit

DOMAIN = "tinghu.example"
ANALYST = f"yanpan@{DOMAIN}"
LEADER = f"lingdao@{DOMAIN}"
GROUPS = {"wecom": ("gs", "zjj"), "dingtalk": ("jyj", "hbj"), "feishu": ("cgj", "rsj")}  # units whose group robot is on
NOTE = "演示小城在本机回环地址上，由本程序自己提供；不涉及任何外部网站"
PATIENCE = timedelta(seconds=20)  # for the outbox to empty


class DemoError(RuntimeError):
    """The demo cannot run here; says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What of a demo outlives a restart: the town's port (its addresses are the posts' identities) and when it was opened."""

    port: int
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo's run: the office, when it began (aware UTC), what its rounds did, and what the officer confirmed."""

    office: Office
    began_at: datetime
    account: pipeline.Account
    confirmed: tuple[Case, ...]
    digest: Made


def opened_in(data: Path) -> Opened | None:
    """What an earlier run left in the folder. Raises: DemoError when the folder is an office's own, or the marker unreadable."""
    marker = data / "demo.json"
    if marker.exists():
        try:
            found = json.loads(marker.read_text(encoding="utf-8"))
            return Opened(port=int(found["port"]), opened_at=from_micros(int(found["opened_at"])))
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise DemoError(f"{marker}: 读不懂上一次演示的记录（{error}）；请用 --data 另指一个目录") from error
    if (data / "ledger.db").exists():
        raise DemoError(f"{data}: 这是正式数据目录，不能用来演示；请用 --data 另指一个目录")
    return None


def remember(data: Path, opened: Opened) -> None:
    """Marks the folder as a demo's; whole or not at all."""
    data.mkdir(parents=True, exist_ok=True)
    part = data / "demo.json.part"
    part.write_text(json.dumps({"port": opened.port, "opened_at": micros(opened.opened_at)}), encoding="utf-8")
    part.replace(data / "demo.json")


@asynccontextmanager
async def open_demo(
    settings: Settings, data: Path, model: LinearModel, *, ledger_url: str = "", now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Office]:
    """The office of a demo, with town, receivers and mail sink serving. Raises: DemoError."""
    known = opened_in(data)
    opened_at = known.opened_at if known else now()
    received = data / "received"
    async with AsyncExitStack() as stack:
        try:
            town = await stack.enter_async_context(serve_town(opened_at, clock=now, port=known.port if known else 0, published=data / PUBLISHED))
        except OSError as error:
            raise DemoError(f"端口 {known.port if known else 0} 被占用：上一次演示还在运行？（{error}）") from error
        remember(data, Opened(port=int(town.rpartition(":")[2]), opened_at=opened_at))
        robots = await stack.enter_async_context(serve_receivers(received))
        host, port = await stack.enter_async_context(serve_mail(received / "mail", DOMAIN))
        ready = demo_settings(settings, town, robots, host, port, ledger_url)
        yield await stack.enter_async_context(open_office(ready, data, model, now))


def demo_settings(settings: Settings, town: str, robots: Receivers, mail_host: str, mail_port: int, ledger_url: str) -> Settings:
    """The office's settings with the town's sources, the loopback channels, and a mailbox for every unit."""
    office = replace(
        settings.office, allowed_mail_domains=(DOMAIN,), private_allow=(town.removeprefix("http://"),), digest_to=(ANALYST,),
        digest_leaders=(LEADER,), channel=demo_channels(robots, mail_host, mail_port), ledger=LedgerSettings(url=ledger_url),
    )  # fmt: skip
    units = replace(settings.units, units=tuple(_reachable(u) for u in settings.units.units))
    return replace(settings, office=office, units=units, sources=town_sources(town))


def _reachable(unit: Unit) -> Unit:
    contacts = (Contact(role="舆情联络员", email=f"{unit.id}@{DOMAIN}"),)
    robots = tuple(name for name, members in GROUPS.items() if unit.id in members)
    return replace(unit, contacts=contacts, channels=("mail", *robots), signers=SIGNERS)


def demo_channels(robots: Receivers, mail_host: str, mail_port: int) -> tuple[ChannelConfig, ...]:
    """Mail with full text inside the building; robots with the least."""
    return (
        ChannelConfig(
            id="mail", kind=ChannelKind.SMTP, enabled=True, detail=Detail.FULL, host=mail_host, port=mail_port, sender=f"yuqing@{DOMAIN}"
        ),
        ChannelConfig(id="wecom", kind=ChannelKind.WECOM, enabled=True, base_url=robots.wecom_url, key=robots.key, public=True),
        ChannelConfig(
            id="dingtalk", kind=ChannelKind.DINGTALK, enabled=True, base_url=robots.dingtalk_url, key=robots.key,
            secret=robots.secret, public=True,
        ),
        ChannelConfig(
            id="feishu", kind=ChannelKind.FEISHU, enabled=True, base_url=robots.feishu_url, key=robots.key,
            secret=robots.secret, public=True,
        ),
    )  # fmt: skip


def town_sources(town: str) -> tuple[Source, ...]:
    """The town's four sources."""
    rows = (
        ("town-news", "示例小城 新闻", SourceKind.LISTING, "/news/", MediaTier.DISTRICT),
        ("town-bbs", "示例小城 论坛", SourceKind.FORUM, "/bbs/forum-2-1.html", MediaTier.PERSONAL),
        ("town-feed", "示例小城 订阅", SourceKind.FEED, "/feed.xml", MediaTier.PERSONAL),
        ("town-mailbox", "示例小城 区长信箱", SourceKind.MAILBOX, "/mailbox/", MediaTier.DISTRICT),
    )
    return tuple(
        Source(
            id=source_id, name=name, kind=kind, url=f"{town}{path}", tier=tier, territory="local", cadence_minutes=1, enabled=True,
            impact_note=NOTE, verified="2026-11-24",
        )
        for source_id, name, kind, path, tier in rows
    )  # fmt: skip


def town_of(office: Office) -> str:
    """The base URL of the town the office reads."""
    parts = urlsplit(office.settings.sources[0].url)
    return f"{parts.scheme}://{parts.netloc}"


async def run_once(office: Office, tell: Callable[[str], None], *, leave: int = 0) -> Demo:
    """The whole way once: collect, judge, alert, confirm, tell the units, digest. `tell` hears what is under way.

    `leave`: alerts left to whoever looks round in the workbench, beside an answer that waits for its signer.
    """
    began, account = office.now(), pipeline.Account()
    tell("收集四个信息源")
    await pipeline.collect_due(office, account)
    tell("研判、归并、定级、立案")
    await pipeline.judge(office, account)
    tell("发送预警提示")
    await send_all(office, account)
    tell("值班员确认交办")
    officer = Officer(office, town_of(office))
    confirmed = await officer.confirm(leave=leave)
    if leave:
        officer.to_be_signed(UNIT)
    await send_all(office, account)
    tell("编制日报")
    made = issue_digest(office, current_day(office.now()))
    await send_all(office, account)
    return Demo(office=office, began_at=began, account=account, confirmed=tuple(confirmed), digest=made)


async def send_all(office: Office, account: pipeline.Account) -> None:
    """Rounds of sending until nothing more falls due within PATIENCE: what a channel's rate holds back longer is left to the next run."""
    end = office.now() + PATIENCE
    while office.now() < end:
        account.sent.append(await pipeline.send(office))
        waiting = [n.next_attempt_at for n in office.ledger.notices(NoticeState.PENDING)]
        waiting += [n.claimed_until or end for n in office.ledger.notices(NoticeState.CLAIMED)]
        if all(due >= end for due in waiting):
            return
        await asyncio.sleep(0.5)
