"""The real daemon on a clock that somebody else sets: python -m tests.crash.clock_jumps DATA, under libfaketime, until SIGTERM.

A dozen cases are opened by the pipeline and dispatched by a person; the daemon then presses and sends on its own. While the file DATA/refuse
stands, the mail server answers every letter with 451. What arrived is written to DATA/arrived.json.
"""

import asyncio
import json
import sys
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from classifiers.model import load_model
from huiying import case_verbs, pipeline
from huiying.cli import MODEL, quiet_log
from huiying.daemon import Beat, Daemon
from huiying.office import Office, open_office, utc_now
from huiying.settings import Settings, load_settings
from tests.crash.lives import CLOSINGS, ROOT, STREETS, TELLINGS, TROUBLES, named
from tests.huiying.desk import with_mail
from tests.makers import STATE, a_post
from tests.responders.receivers import Mailbox, serve_mail

CASES = 12
QUICK = Beat(collect=5.0, judge=1.0, send=0.3, remind=0.3, pulse=0.2)


class Moody(Mailbox):
    """Answers 451 while it is told to."""

    flag = Path()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """DATA."""
        return "451 try later" if self.flag.exists() else await super().handle_DATA(server, session, envelope)


def settings_of(port: int) -> Settings:
    """The shipped ones, every unit by mail."""
    settings = with_mail(load_settings(ROOT / "config", {}))
    (mail,) = settings.office.channel
    return replace(settings, sources=(), office=replace(settings.office, channel=(replace(mail, port=port),)))


async def open_cases(office: Office) -> None:
    """A dozen, said now, dispatched; every third is signed for."""
    now = office.now()
    for n in range(CASES):
        one, two, three = (named(n, place) for place in range(3))
        words = TELLINGS[n % len(TELLINGS)].format(
            street=STREETS[n], trouble=TROUBLES[n], one=one, two=two, three=three, closing=CLOSINGS[n % len(CLOSINGS)]
        )  # fmt: skip
        post = a_post(f"p{n}", title=f"亭湖区{STREETS[n]}{one}{TROUBLES[n]}", text=words, published_at=now, first_seen_at=now)
        office.ledger.add_collected([post], [], STATE)
    await pipeline.judge(office, pipeline.Account())
    for n, case in enumerate(office.ledger.cases()):
        case_verbs.move(office, case.number, "交办", by="值班员", why="核实属实")
        if n % 3 == 0:
            case_verbs.move(office, case.number, "签收", by="联络员", why="已收到")


async def main(data: Path) -> None:
    """Until SIGTERM."""
    mailbox = Moody()
    mailbox.flag = data / "refuse"
    async with serve_mail(mailbox):
        async with open_office(settings_of(mailbox.port), data, load_model(MODEL), utc_now) as office:
            await open_cases(office)
            daemon = Daemon(office, beat=QUICK)
            await daemon.run()
        letters = [message_from_bytes(raw) for _, _, raw in mailbox.received]
        found = {
            "letters": [str(m["Message-ID"]) for m in letters], "failures": daemon.failures,
        }  # fmt: skip
        (data / "arrived.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    quiet_log("critical")
    asyncio.run(main(Path(sys.argv[1])))
