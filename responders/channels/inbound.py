"""收信 (inbound): an SMTP listener to which the office's mail server forwards replies. It judges nothing: each letter goes to the caller.

Source: RFC 5321. One recipient address is taken; size and connections are bounded; a letter is answered only after it was dealt with.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from responders.receipt_mail import LARGEST

Take = Callable[[bytes, str], Awaitable[str]]  # letter, envelope sender → the words of the answer


class Taker:
    """aiosmtpd's handler."""

    def __init__(self, address: str, take: Take) -> None:
        self._address, self._take = address.lower(), take

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """250 for the one address, 550 for any other."""
        if address.lower() != self._address:
            return "550 5.1.1 No such recipient"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """250 always: a letter that is no receipt is not to be sent again, and its sender learns nothing of why."""
        body = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        await self._take(body, envelope.mail_from or "")
        return "250 2.0.0 OK"


@asynccontextmanager
async def listening(host: str, port: int, address: str, take: Take) -> AsyncIterator[int]:
    """The port listened on while the block runs. Raises: OSError when it is taken."""
    handler = Taker(address, take)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="Huiying", timeout=60, loop=loop), host, port
    )
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await server.wait_closed()
