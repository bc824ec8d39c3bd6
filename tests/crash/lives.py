"""Many short lives of the real program, each ended by SIGKILL at a random instant: the one harness of the crash tests, short and long.

A server imports once, loads model and dictionary, forks the world (a feed that grows, a mail server, a robot that refuses what the real one refuses)
and then one child a life. Each life opens the ledger anew and runs the pipeline's own stages over real HTTP and SMTP on loopback.
The clock moves eight hours a life, so that what a kill left claimed is due again. Run: python -m tests.crash.lives DATA KILLS SEED
"""

import asyncio
import json
import mmap
import os
import random
import re
import signal
import struct
import sys
import time
from ast import literal_eval
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from aiohttp import web

from classifiers.keywords import keywords
from classifiers.model import LinearModel, load_model
from huiying import pipeline
from huiying.cli import MODEL, quiet_log
from huiying.notifying import compose_notices
from huiying.office import Desk, Office, open_office, utc_now
from huiying.settings import LedgerSettings, Settings, load_settings
from huiying.town.loopback import on_loopback
from records.channel import ChannelConfig, ChannelKind, Detail
from records.notice import NoticeKind, NoticeState
from records.source import MediaTier, Source, SourceKind
from records.unit import Contact
from tests.responders import receivers
from tests.responders.receivers import Mailbox, Robot, serve, serve_mail

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = "tinghu.example"
PER_LIFE, OFFERED = 3, 150  # new items a life; the feed's length: an item is on offer for 50 lives
LIFE = timedelta(hours=8)
STAGES = ("starting", "collecting", "judging", "sending", "idle")
LISTED = re.compile(r"^\d+\. \S+ | http\S+$")  # what stands around a subject in a list
SENDING = 0.04  # seconds: about as long as a life sends
LONGEST = 10.0  # seconds a life may last, on a busy machine
TROUBLES = (
    "停水三天没人管", "楼顶漏水物业不理", "路灯坏了半个月", "垃圾堆在楼道发臭", "学校门口乱停车", "工地夜里施工吵得睡不着",
    "下水道返水淹了一楼", "小区电梯坏了老人下不了楼", "工资拖欠两个月", "烧烤店油烟熏人", "公交改线没有通知", "暖气不热", "河道发黑",
    "健身器材断了伤人", "充电桩跳闸", "医院挂号排队四小时", "幼儿园饭菜发馊", "化工味道刺鼻", "拆迁补偿不到位", "宠物狗咬伤孩子",
    "快递堆在消防通道", "外墙瓷砖掉落砸车", "预售楼盘停工",
)  # fmt: skip
CLOSINGS = (
    "打了几次电话没有人管", "孩子上学绕路", "物业推给社区社区推给物业", "请查一查", "老人摔了一跤", "街坊都在议论", "到今天也没人来看", "谁负责修",
    "夜里根本没法睡", "照片发在群里了", "已经第三次反映", "希望给个说法", "邻居准备联名",
)  # fmt: skip
STREETS = (
    "先锋街道", "毓龙街道", "五星街道", "文峰街道", "黄海街道", "大洋街道", "新洋街道", "伍佑街道", "新河街道", "南洋镇", "新兴镇", "便仓镇",
    "盐东镇", "黄尖镇", "亭湖新区", "新城街道", "步凤镇",
)  # fmt: skip
TELLINGS = (
    "亭湖{street}{one}{trouble}，{closing}，{two}、{three}也一样。",
    "{one}在{street}，{trouble}；{two}门口{closing}。{three}的人都知道。",
    "{closing}！{street}{three}隔壁的{one}，{trouble}，连{two}都受影响。",
    "请问亭湖区：{trouble}，{one}（{street}）该找谁？{two}问过，{three}问过，{closing}。",
    "住{one}五年，{trouble}。{street}的{two}答应过，{closing}，{three}为证。",
)  # fmt: skip
SYLLABLES = "沐棠澜栖砚霁钧珩蔚岚筠曦琅湛芷煦葭璟缦鹭翊蘅澍琮霭苓榷漪翎桐珞榆淞橡茗羲绮墨鸢荻汀檀蓼梧枫霖萱楠岫笙漱樾砾簌珏瑜蕙琼沅溆"


class Board:
    """What the processes share: the life's number, its stage, and how long it took from its fork to its first stage (s)."""

    def __init__(self) -> None:
        self._map = mmap.mmap(-1, 4096)

    def put(self, slot: int, value: float) -> None:
        """Writes one number."""
        struct.pack_into("d", self._map, slot * 8, value)

    def get(self, slot: int) -> float:
        """Reads it."""
        return float(struct.unpack_from("d", self._map, slot * 8)[0])


LIVES, STAGE, READY = 0, 1, 2


def clock(board: Board) -> Callable[[], datetime]:
    """The world's clock."""
    return lambda: utc_now() + LIFE * int(board.get(LIVES))


def named(matter: int, place: int) -> str:
    """A name of three syllables which no other matter's places bear (but by chance)."""
    return "".join(random.Random(3 * matter + place).choices(SYLLABLES, k=3)) + "园庭府"[place]


def item(number: int, at: datetime) -> str:
    """One entry of the feed. Two of three tell of a matter and of places of their own: each opens a case; the third tells of the first again."""
    matter = number - 2 if number % 3 == 2 else number
    street, trouble, told = STREETS[matter % len(STREETS)], TROUBLES[matter % len(TROUBLES)], TELLINGS[matter % len(TELLINGS)]
    one, two, three = (named(matter, place) for place in range(3))
    words = told.format(street=street, trouble=trouble, one=one, two=two, three=three, closing=CLOSINGS[number % len(CLOSINGS)])
    link = f"http://127.0.0.1/thread-{number}.html"
    return (
        f"<item><title>{escape(street + one + trouble)}</title><link>{link}</link><guid>{link}</guid>"
        f"<description>{escape(words)}</description><pubDate>{format_datetime(at)}</pubDate></item>"
    )


@dataclass
class Arrivals(list[object]):
    """A receiver's list that notes in which life each thing arrived."""

    board: Board
    lives: list[int]

    def append(self, thing: object) -> None:
        """One more."""
        self.lives.append(int(self.board.get(LIVES)))
        super().append(thing)


async def world(board: Board, data: Path, per_life: int = PER_LIFE, offered: int = OFFERED) -> None:
    """Feed, mail server and robot until SIGTERM; then what arrived is written down."""
    stop, now = asyncio.Event(), clock(board)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    born: list[datetime] = []

    async def feed(request: web.Request) -> web.Response:
        while len(born) < (int(board.get(LIVES)) + 1) * per_life:
            born.append(now())
        entries = "".join(item(n, born[n]) for n in range(len(born) - 1, max(-1, len(born) - 1 - offered), -1))
        return web.Response(text=f'<rss version="2.0"><channel><title>小城</title>{entries}</channel></rss>', content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/feed.xml", feed)
    mailbox, robot = Mailbox(), Robot(limit=100, secret="SEC", clock=lambda: now().timestamp())
    letters, messages = Arrivals(board, []), Arrivals(board, [])
    mailbox.received, robot.accepted = letters, messages  # type: ignore[assignment]
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(on_loopback(app))
        await stack.enter_async_context(serve_mail(mailbox))
        await stack.enter_async_context(serve(robot, receivers.feishu))
        told = {"town": town, "mail": mailbox.port, "robot": robot.url, "key": robot.key, "secret": robot.secret}
        (data / "world.part").write_text(json.dumps(told), encoding="utf-8")
        (data / "world.part").replace(data / "world.json")
        await stop.wait()
    found = {
        "offered": len(born),
        "letters": [[str(message_from_bytes(raw)["Message-ID"]), life] for (_, _, raw), life in zip(mailbox.received, letters.lives, strict=True)],
        "messages": [[str(body["content"]), life] for body, life in zip(robot.accepted, messages.lives, strict=True)],
    }
    (data / "arrived.json").write_text(json.dumps(found), encoding="utf-8")


def settings_in(data: Path) -> Settings:
    """The shipped settings on this world: one source, mail to every unit, 飞书 to two."""
    told = json.loads((data / "world.json").read_text(encoding="utf-8"))
    shipped = load_settings(ROOT / "config", {})
    mail = ChannelConfig(
        id="mail", kind=ChannelKind.SMTP, enabled=True, detail=Detail.FULL, host="127.0.0.1", port=told["mail"], sender=f"yuqing@{DOMAIN}"
    )
    robot = ChannelConfig(id="feishu", kind=ChannelKind.FEISHU, enabled=True, base_url=told["robot"], key=told["key"], secret=told["secret"])
    units = tuple(
        replace(u, contacts=(Contact(role="联络员", email=f"{u.id}@{DOMAIN}"),), channels=("mail", "feishu") if n % 3 == 0 else ("mail",))
        for n, u in enumerate(shipped.units.units)
    )
    source = Source(
        id="feed", name="小城", kind=SourceKind.FEED, url=f"{told['town']}/feed.xml", tier=MediaTier.PERSONAL, territory="local", cadence_minutes=1,
        enabled=True, impact_note="回环", verified="2026-11-24",
    )  # fmt: skip
    office = replace(
        shipped.office, allowed_mail_domains=(DOMAIN,), private_allow=(told["town"].removeprefix("http://"),), channel=(mail, robot),
        ledger=LedgerSettings(),
    )  # fmt: skip
    return replace(shipped, office=office, units=replace(shipped.units, units=units), sources=(source,))


async def live(board: Board, data: Path, settings: Settings, model: LinearModel, *, born: float, last: bool) -> None:
    """One life: rounds of the pipeline until it is killed; the last one until nothing is left to do."""
    async with open_office(settings, data, model, clock(board)) as office:
        board.put(READY, time.monotonic() - born)
        while not last:
            await one_round(board, office)
        for _ in range(200):
            await one_round(board, office)
            if not office.ledger.notices(NoticeState.PENDING) and not office.ledger.notices(NoticeState.CLAIMED):
                return
            board.put(LIVES, board.get(LIVES) + 1)


async def one_round(board: Board, office: Office) -> None:
    """The pipeline's stages, each announced on the board."""
    account = pipeline.Account()
    board.put(STAGE, 1)
    await pipeline.collect_due(office, account)
    board.put(STAGE, 2)
    await pipeline.judge(office, account)
    board.put(STAGE, 3 if office.ledger.notices(NoticeState.PENDING) else 4)
    await pipeline.send(office)
    board.put(STAGE, 4)
    await asyncio.sleep(0.01)


def forked(work: Callable[[], None]) -> int:
    """The child's process id; the child does its work and leaves without any clean-up of the parent's."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except Exception as error:
        print(f"life failed: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(code)


def await_instant(board: Board, chance: random.Random) -> None:
    """Until the instant to kill: a tenth while starting, a half just after sending began, the others anywhere in the rounds."""
    way, limit = chance.random(), time.monotonic() + LONGEST
    if way < 0.1:
        time.sleep(chance.uniform(0.0, 0.3))
        return
    wanted = 3 if way < 0.6 else 1
    while board.get(STAGE) < wanted and time.monotonic() < limit:
        time.sleep(0.001)
    time.sleep(chance.uniform(0.0, SENDING if wanted == 3 else 0.4))


def run(data: Path, kills: int, seed: int) -> dict[str, object]:
    """`kills` lives ended by SIGKILL and a whole one; the figures."""
    quiet_log("critical")
    board, chance, model = Board(), random.Random(seed), load_model(MODEL)
    keywords(["先锋街道停水三天"])  # reads its dictionary here, once: a life shall spend its time where something can be lost
    outside = forked(lambda: asyncio.run(world(board, data)))
    while not (data / "world.json").exists():
        time.sleep(0.01)
    settings = settings_in(data)

    def life(last: bool) -> int:
        board.put(STAGE, 0)
        board.put(READY, 0)
        born = time.monotonic()
        return forked(lambda: asyncio.run(live(board, data, settings, model, born=born, last=last)))

    stages: Counter[str] = Counter()
    restarts: list[float] = []
    began = time.monotonic()
    for _ in range(kills):
        child = life(last=False)
        await_instant(board, chance)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        stages[STAGES[int(board.get(STAGE))]] += 1
        if board.get(READY):
            restarts.append(board.get(READY))
        board.put(LIVES, board.get(LIVES) + 1)
    took = time.monotonic() - began
    child = life(last=True)
    _, status = os.waitpid(child, 0)
    os.kill(outside, signal.SIGTERM)
    os.waitpid(outside, 0)
    found = {"kills": kills, "seed": seed, "seconds": round(took, 1), "stages": dict(stages), "last life": status}
    return found | {"restart s": round(max(restarts, default=0.0), 3)} | account(data, settings)


def account(data: Path, settings: Settings) -> dict[str, object]:
    """What the receivers and the ledger say, one held against the other."""
    from ledger.opening import open_ledger

    arrived = json.loads((data / "arrived.json").read_text(encoding="utf-8"))
    ledger = open_ledger(f"sqlite:///{data}/ledger.db")
    desk = Desk(settings=settings, ledger=ledger, data=data)
    posts = ledger.posts_seen(desk.beginning_of_time, desk.end_of_time)
    notices = ledger.notices()
    wanted = {f"http://127.0.0.1/thread-{n}.html" for n in range(arrived["offered"])}
    lost_alerts = 0
    for case in ledger.cases():
        event = ledger.event(case.event_id)
        composed = compose_notices(desk, case, event, NoticeKind.ALERT) if event else []
        lost_alerts += len({n.key for n in composed} - {n.key for n in notices})
    letters, mails = arrived["letters"], [n for n in notices if n.channel == "mail"]
    told, wanted_told = heard(arrived["messages"]), Counter(n.subject for n in notices if n.channel == "feishu")
    known = Counter(str(n.id) for n in mails)
    repeats = repeated(letters)
    return {
        "posts": len(posts), "posts lost": len(wanted - {p.url for p in posts}), "unfinished": unfinished(desk), "cases": len(ledger.cases()),
        "notices": len(notices), "alerts lost": lost_alerts + len(known) - len({key for key, _ in letters}) + (wanted_told - told).total(),
        "unsent": sum(n.state is not NoticeState.SENT for n in notices), "letters": len(letters), "letter repeats": sum(repeats.values()),
        "most letter repeats a life": max(repeats.values(), default=0), "robot messages": len(arrived["messages"]),
        "robot repeats": (told - wanted_told).total(),
        "same key twice": len(notices) - len({n.key for n in notices}),
        "a case twice": len(ledger.cases()) - len({c.event_id for c in ledger.cases()}),
        "thrice": sum(count > 2 for count in Counter(key for key, _ in letters).values()),
        "integrity": ledger.engine.query("pragma integrity_check")[0]["integrity_check"], "audit": ledger.verify_audit(),
    }  # fmt: skip


def heard(messages: list[tuple[str, int]]) -> Counter[str]:
    """Subject → how often a robot said it, by itself or in a list (合并通知)."""
    found: Counter[str] = Counter()
    for content, _ in messages:
        first, *lines = literal_eval(content)["text"].splitlines()
        found.update((LISTED.sub("", line) for line in lines) if "【合并通知】" in first else [first])
    return found


def repeated(letters: list[tuple[str, int]]) -> Counter[int]:
    """Life → letters of a Message-ID that had arrived before."""
    seen: set[str] = set()
    found: Counter[int] = Counter()
    for key, life in letters:
        found[life] += key in seen
        seen.add(key)
    return found


def unfinished(desk: Desk) -> int:
    """What a stage still had to do."""
    ledger, limit = desk.ledger, desk.settings.standard.thresholds.relevant
    return len(ledger.unassessed(9)) + len(ledger.ungathered(9, relevant_from=limit)) + len(ledger.undecided_events())


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
