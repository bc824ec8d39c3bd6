"""Desk and Office: everything the verbs and the stages need, built once from settings and a data folder. Wiring only."""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import uuid6

from classifiers.model import LinearModel
from huiying.author_keys import AuthorKeys
from huiying.judging import Beside, Inline, Judging
from huiying.recalling import recalled_windows
from huiying.settings import Settings
from ledger.opening import open_ledger
from ledger.protocol import Ledger
from monitor.fetch import Fetcher
from records.source import Source
from responders.channels import MailRules
from responders.channels.http import Client, open_http
from responders.rate_windows import RateWindows


def new_uuid() -> str:
    """A UUIDv7."""
    return str(uuid6.uuid7())


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a verb needs: settings, ledger, data folder, clock (aware UTC), ids."""

    settings: Settings
    ledger: Ledger
    data: Path
    now: Callable[[], datetime] = utc_now
    new_id: Callable[[], str] = new_uuid

    beginning_of_time: ClassVar[datetime] = datetime(1970, 1, 1, tzinfo=UTC)
    end_of_time: ClassVar[datetime] = datetime(9000, 1, 1, tzinfo=UTC)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Sources by id."""
        return {s.id: s for s in self.settings.sources}


@dataclass(frozen=True, kw_only=True)
class Office(Desk):
    """What the stages need beside it: judgment, network, author keys; `windows` are the channels' rates, `sender_name` marks claims."""

    fetcher: Fetcher
    http: Client
    author_keys: AuthorKeys
    judging: Judging
    windows: RateWindows = field(default_factory=RateWindows)
    sender_name: str = field(default_factory=lambda: f"sender-{os.getpid()}")

    @property
    def mail_rules(self) -> MailRules:
        """What a mail may carry and whom it may reach."""
        return MailRules(allowed_domains=self.settings.office.allowed_mail_domains, data=self.data)


def ledger_url(settings: Settings, data: Path) -> str:
    """[ledger] url of huiying.toml, else ledger.db in the data folder."""
    return settings.office.ledger.url or f"sqlite:///{data.resolve()}/ledger.db"


@contextmanager
def open_desk(settings: Settings, data: Path, now: Callable[[], datetime] = utc_now) -> Iterator[Desk]:
    """A desk on the office's ledger, closed at the end."""
    ledger = open_ledger(ledger_url(settings, data))
    try:
        yield Desk(settings=settings, ledger=ledger, data=data, now=now)
    finally:
        ledger.close()


@asynccontextmanager
async def open_office(
    settings: Settings, data: Path, model: LinearModel, now: Callable[[], datetime] = utc_now, *, beside: bool = False
) -> AsyncIterator[Office]:
    """An office with open network clients, closed at the end; `beside`: judged in a process of its own. The caller holds the instance lock."""
    ledger = open_ledger(ledger_url(settings, data))
    allow = frozenset(settings.office.private_allow)
    judging = Beside(settings, model, new_uuid) if beside else Inline.of(settings, model, new_uuid)
    try:
        async with Fetcher(user_agent=settings.office.user_agent, private_allow=allow) as fetcher, open_http() as http:
            office = Office(
                settings=settings,
                ledger=ledger,
                data=data,
                now=now,
                judging=judging,
                fetcher=fetcher,
                http=http,
                author_keys=AuthorKeys(data / "author-keys", now()),
                windows=recalled_windows(ledger.engine, settings.channels, http, now()),
            )
            if ledger_url(settings, data).startswith("sqlite:"):  # the caller holds the instance lock: no other sender is alive
                ledger.take_over_claims(office.sender_name)
            yield office
    finally:
        if isinstance(judging, Beside):
            judging.close()
        ledger.close()
