"""A sender killed at one of five points of one notice, then a second one: python -m tests.crash.points FOLDER TIMES prints what came of it.

The receivers live in the parent; two points are theirs, so that the kill falls exactly there: they end the sender by its process id.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from huiying.cli import quiet_log
from ledger.opening import open_ledger
from ledger.store import Store
from records.channel import ChannelConfig
from records.notice import NoticeState
from responders.channels import MailRules, smtp, wecom
from responders.channels.http import open_http
from responders.rate_windows import RateWindows
from responders.sender import send_due
from tests.responders import receivers
from tests.responders.receivers import Mailbox, Robot, serve, serve_mail
from tests.responders.samples import MAIL, WECOM, Clock, a_letter, a_notice, changed

POINTS = ("before send", "after send", "after accept", "before commit", "after commit")
VICTIM = {"pid": 0, "point": ""}


def die() -> None:
    """The end of this process, now."""
    os.kill(os.getpid(), signal.SIGKILL)


def end_victim(point: str) -> None:
    """The receivers' own two points."""
    if VICTIM["point"] == point and VICTIM["pid"]:
        os.kill(int(VICTIM["pid"]), signal.SIGKILL)
        os.waitpid(int(VICTIM["pid"]), 0)
        VICTIM["pid"] = 0


class KillingRobot(Robot):
    """Ends the sender when a message has come, or when it is accepted."""

    async def scripted(self, request: web.Request) -> web.StreamResponse | None:
        """Before anything is checked."""
        end_victim("after send")
        return await super().scripted(request)


class KillingList(list[object]):
    """What a receiver accepted; the sender ends before it hears so."""

    def append(self, thing: object) -> None:
        """One more."""
        super().append(thing)
        end_victim("after accept")


class KillingMailbox(Mailbox):
    """Ends the sender when a letter's text has come."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """DATA."""
        end_victim("after send")
        return await super().handle_DATA(server, session, envelope)


def armed(store: Store, point: str) -> None:
    """The sender's own three points, in this process."""
    finish, insert = store.finish_notice, store.engine.insert

    def before_commit(table: str, row: dict[str, object], *, unless: str = "") -> int:
        found = insert(table, row, unless=unless)
        if table == "deliveries":
            die()
        return found

    def after_commit(*what: object) -> bool:
        finish(*what)  # type: ignore[arg-type]
        die()
        return True

    async def before_send(*what: object, **more: object) -> None:
        die()

    if point == "before commit":
        store.engine.insert = before_commit  # type: ignore[method-assign]
    if point == "after commit":
        store.finish_notice = after_commit  # type: ignore[method-assign, assignment]
    if point == "before send":
        smtp.deliver = wecom.deliver = before_send  # type: ignore[assignment]


async def send(path: Path, channels: dict[str, ChannelConfig], clock: Clock, by: str, point: str = "") -> None:
    """One round on the ledger at `path`."""
    store = open_ledger(f"sqlite:///{path}")
    assert isinstance(store, Store)
    armed(store, point)
    rules = MailRules(data=path.parent, allowed_domains=("tinghu.example",))
    async with open_http() as http:
        await send_due(store, channels, http, mail=rules, windows=RateWindows(), now=clock, by=by)
    store.close()


async def killed(path: Path, channels: dict[str, ChannelConfig], point: str) -> bool:
    """A sender in a child of its own, killed at the point; False when it ended by itself."""
    child = os.fork()
    if not child:
        asyncio.run(send(path, channels, Clock(), "first", point))
        os._exit(0)
    VICTIM.update(pid=child, point=point)
    while VICTIM["pid"]:
        await asyncio.sleep(0.002)
        done, status = os.waitpid(child, os.WNOHANG) if VICTIM["pid"] else (0, 0)  # noqa: ASYNC222
        if done:
            VICTIM["pid"] = 0
            return os.WIFSIGNALED(status)
    return True


async def one(folder: Path, number: int, point: str, kind: str, found: Counter[str]) -> None:
    """One notice through one kill, counted at its receiver."""
    path = folder / f"{number}.db"
    store = open_ledger(f"sqlite:///{path}")
    store.add_notices([a_letter() if kind == "mail" else a_notice()])
    robot, mailbox = KillingRobot(), KillingMailbox()
    robot.accepted, mailbox.received = KillingList(), KillingList()  # type: ignore[assignment]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serve(robot, receivers.wecom))
        await stack.enter_async_context(serve_mail(mailbox))
        channels = {"mail": changed(MAIL, port=mailbox.port), "wecom": changed(WECOM, base_url=robot.url)}
        found["killed"] += await killed(path, channels, point)
        VICTIM["point"] = ""
        clock = Clock()
        clock.forward(seconds=31)
        await send(path, channels, clock, "second")
    arrived = len(robot.accepted) + len(mailbox.received)
    keys = {str(m["Message-ID"]) for m in mailbox.letters()} | {str(body) for body in robot.accepted}
    found["lost"] += arrived == 0 or store.notices()[0].state is not NoticeState.SENT
    found["repeats"] += arrived - 1 if arrived else 0
    found["more than one repeat"] += arrived > 2
    found["another key"] += len(keys) != 1
    found["integrity not ok"] += store.engine.query("pragma integrity_check")[0]["integrity_check"] != "ok"
    store.close()


async def main(folder: Path, times: int) -> dict[str, dict[str, int]]:
    """Point → what came of `times` kills there, half of them by mail, half by robot."""
    told: dict[str, dict[str, int]] = {}
    for place, point in enumerate(POINTS):
        found: Counter[str] = Counter()
        for turn in range(times):
            await one(folder, place * times + turn, point, ("mail", "wecom")[turn % 2], found)
        told[point] = dict(found)
    return told


if __name__ == "__main__":
    quiet_log("critical")
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))))
