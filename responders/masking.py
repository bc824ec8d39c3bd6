"""What leaves the building (脱敏): one clean line, private numbers masked, links that may be followed."""

import re
import unicodedata

from records.masking import mask

_BLOCKED = frozenset({"Cc", "Cs", "Co", "Cn"})  # control, surrogate, private, unassigned
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")  # they can show text backwards


def clean(text: str) -> str:
    """The text on one line: control and direction characters and lone surrogates gone, spaces collapsed.

    >>> clean("停水\\r\\nBcc: a@b.example")
    '停水 Bcc: a@b.example'
    """
    kept = (" " if c.isspace() else "" if unicodedata.category(c) in _BLOCKED or c in _DIRECTION else c for c in text)
    return " ".join("".join(kept).split())


def masked(text: str) -> str:
    """One clean line with private numbers replaced.

    >>> masked("电话139 0000 0000，车牌苏J·D12345，证件320902199001011234，编号TH-20180608-003")
    '电话〔电话〕，车牌〔车牌〕，证件〔证件号〕，编号TH-20180608-003'
    """
    return mask(clean(text))


def safe_link(url: str) -> str:
    """The URL when it may be shown and followed: http or https, no blanks or quotes, no private number in it; else "".

    >>> [safe_link(u) for u in ("http://bbs.example/thread-1-1-1.html", "javascript:alert(1)", "http://a.example/?q=13900000000")]
    ['http://bbs.example/thread-1-1-1.html', '', '']
    """
    if not re.fullmatch(r"https?://[^\s<>\"'`\\^{}|\x00-\x20\x7f]+", url) or url != clean(url):
        return ""
    return "" if _MOBILE.search(url) or _CARD.search(url) else url


# a long number in a link is mostly the page's own id: only what looks like a phone, an identity card with a birth date or a 62… bank card
# is taken for one
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<!\d)[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?!\d)|(?<!\d)62\d{14}(?:\d{3})?(?!\d)")
