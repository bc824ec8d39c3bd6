"""Quoting (引文): other people's text made fit to print: clean characters, no personal numbers, short, safe links."""

import re
from urllib.parse import urlsplit

from records.masking import mask

# what XML 1.0 cannot hold, lone surrogates, and marks that turn the reading direction of what follows
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean(text: str) -> str:
    """`text` without what XML 1.0, UTF-8 or the reader's eye cannot take (NUL, lone surrogates, direction marks).

    >>> clean("停水\\x00三\\x0b天\\ud800了")
    '停水三天了'
    """
    return _UNPRINTABLE.sub("", text)


def quote(text: str, limit: int) -> str:
    """`text` cleaned, on one line, masked, and cut at `limit` characters with an ellipsis.

    >>> quote("先锋街道\\n停水  三天，望尽快恢复", 8)
    '先锋街道 停水…'
    """
    line = mask(" ".join(clean(text).split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """`url` when a browser may open it (http, https, a host, no password, nothing unprintable), else "".

    >>> web_address("https://bbs.example.cn/thread-1-1-1.html")
    'https://bbs.example.cn/thread-1-1-1.html'
    >>> web_address("javascript:alert(1)"), web_address("urn:huiying:paste:1")
    ('', '')
    """
    if clean(url) != url or any(c in url for c in " \t\r\n\"'<>`\\"):
        return ""
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""
    except ValueError:  # a broken port or IPv6 literal
        return ""
