"""POST of one JSON message, bounded in time and size. The only file of responders/ that names the HTTP library.

Nothing returned or logged here carries the address: robots keep their key in it.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

Client = httpx.AsyncClient
SECONDS = 10.0  # of one request, from connecting to the last byte
BIGGEST_ANSWER = 64 * 1024  # bytes; robots answer in a line
LONGEST_WAIT = timedelta(hours=1)
_WEBHOOKS = ("/cgi-bin/webhook/", "/robot/send", "/bot/v2/hook/")


def open_http() -> Client:
    """A client for the robots, to be closed by `async with`. A proxy of the environment is used, but never for this machine itself."""
    here = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))
    return httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, mounts=here)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. `status` 0 when nothing did; `body` the JSON object, or None; `fault` a word for what went wrong, or ""."""

    status: int
    body: dict[str, object] | None = None
    fault: str = ""
    retry_after: timedelta | None = None


class _NoWebhooks(logging.Filter):
    """Drops the library's request lines that would print a robot's key."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not any(part in record.getMessage() for part in _WEBHOOKS)


_NO_WEBHOOKS = _NoWebhooks()


async def post_json(
    http: Client, url: str, message: dict[str, object], *, now: datetime, seconds: float = SECONDS, headers: Mapping[str, str] | None = None
) -> Reply:
    """The reply to one POST; never raises for what a server or a network does. Redirects are not followed (the key would travel)."""
    logging.getLogger("httpx").addFilter(_NO_WEBHOOKS)  # adding the same filter again changes nothing
    content = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    sent = {"Content-Type": "application/json; charset=utf-8"} | dict(headers or {})
    try:
        async with asyncio.timeout(seconds), http.stream(
            "POST", url, content=content, headers=sent, timeout=seconds, follow_redirects=False
        ) as response:  # fmt: skip
            raw = await _bounded(response)
            return _reply(response.status_code, raw, response.headers.get("retry-after", ""), now)
    except (TimeoutError, httpx.TimeoutException):
        return Reply(status=0, fault="timeout")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        return Reply(status=0, fault=type(error).__name__)


async def _bounded(response: httpx.Response) -> bytes:
    """The first bytes of the body; what is longer is cut and then no JSON."""
    kept = b""
    async for piece in response.aiter_bytes():
        kept += piece
        if len(kept) > BIGGEST_ANSWER:
            break
    return kept[:BIGGEST_ANSWER]


def _reply(status: int, raw: bytes, retry_after: str, now: datetime) -> Reply:
    wait = waiting_time(retry_after, now) if status in (429, 503) else None
    if status == 429 and wait is None:
        wait = timedelta(minutes=1)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    found = body if isinstance(body, dict) else None
    return Reply(status=status, body=found, fault="" if found is not None else "not-json", retry_after=wait)


def waiting_time(header: str, now: datetime) -> timedelta | None:
    """The wait a Retry-After header asks for: seconds or an HTTP date; at most an hour; None when it says nothing.

    >>> waiting_time("120", datetime(2018, 6, 8, tzinfo=UTC))
    datetime.timedelta(seconds=120)
    >>> waiting_time("Fri, 08 Jun 2018 00:00:30 GMT", datetime(2018, 6, 8, tzinfo=UTC))
    datetime.timedelta(seconds=30)
    >>> waiting_time("soon", datetime(2018, 6, 8, tzinfo=UTC)) is None
    True
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:6])), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return min(max(when - now, timedelta(0)), LONGEST_WAIT)
