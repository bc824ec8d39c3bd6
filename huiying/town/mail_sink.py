"""Mail sink (收信端): an SMTP server on loopback that keeps each letter as NNN.eml and takes none for a foreign domain."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from huiying.town.loopback import HOST
from huiying.town.received import Received

LARGEST = 16 << 20  # bytes of one letter


class Keeper:
    """aiosmtpd's handler. Letters are kept as sent, under Return-Path and Delivered-To (RFC 5321, 4.4: final delivery)."""

    def __init__(self, kept: Received, allowed_domain: str) -> None:
        self._kept, self._domain = kept, allowed_domain.lower()

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """250, or 550 for a recipient outside the domain."""
        if domain_of(address) != self._domain:
            return "550 5.7.1 Recipient outside the allowed domain"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """250 once the letter is on disk; 452 when it cannot be kept, so that the sender tries again."""
        body = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        try:
            path = await asyncio.to_thread(self._kept.put, delivery_lines(envelope) + body)
        except OSError:
            return "452 4.3.1 Insufficient system storage"
        return f"250 2.0.0 OK kept as {path.name}"


def domain_of(address: str) -> str:
    """The part after the last @, lower case; "" when there is none.

    >>> domain_of("zjj@Tinghu.Example"), domain_of("区政府办")
    ('tinghu.example', '')
    """
    return address.rpartition("@")[2].lower() if "@" in address else ""


def delivery_lines(envelope: Envelope) -> bytes:
    """Who sent the letter and whom it reached, as header lines."""
    lines = [f"Return-Path: <{envelope.mail_from}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
    return "".join(f"{line}\r\n" for line in lines).encode()


@asynccontextmanager
async def serve_mail(folder: Path, allowed_domain: str) -> AsyncIterator[tuple[str, int]]:
    """(host, port) of the sink while the block runs; letters go to `folder`/NNN.eml. Raises: OSError."""
    keeper = Keeper(Received(folder, ".eml"), allowed_domain)
    open_ones: WeakSet[SMTP] = WeakSet()

    def greet() -> SMTP:
        one = SMTP(keeper, enable_SMTPUTF8=True, data_size_limit=LARGEST, hostname="mail.tinghu.example")
        open_ones.add(one)
        return one

    server = await asyncio.get_running_loop().create_server(greet, HOST, 0)
    try:
        yield HOST, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for one in list(open_ones):
            if one.transport is not None:  # a client that keeps its connection must not keep the sink
                one.transport.close()
        await server.wait_closed()
