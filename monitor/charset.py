"""Bytes → text on the Chinese web: labels lie, gb2312 means GB18030, some pages carry none."""

import codecs
import re

_META = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FAMILY = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb-2312": "gb18030",
    "x-gbk": "gb18030",
    "utf8": "utf-8",
    "big5-hkscs": "big5hkscs",
}
_TWO_BYTE = re.compile("[\u0080-\u07ff]+")
_SAMPLE = 400  # bytes from the start that show whether every other one is zero
_LATIN = {"iso-8859-1", "latin-1", "ascii", "us-ascii", "windows-1252"}


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text and the encoding used. Never raises: what no encoding reads is replaced by U+FFFD.

    Order: BOM (or UTF-16 by its zeros), then labels (header, meta or XML declaration) and utf-8, gb18030, big5, each strictly;
    a page that is strict UTF-8 with characters beyond ASCII is UTF-8 whatever its label says.

    >>> decode("停水通知".encode("gb18030"), "text/html; charset=utf-8")
    ('停水通知', 'gb18030')
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace"), name
    wide = _wide(body[:_SAMPLE])
    if wide:
        return body.decode(wide, "replace"), wide
    for name in ("utf-8", *_labels(body, content_type), "gb18030", "big5"):
        text = _strictly(body, name)
        if text is not None and not (name == "utf-8" and _disguised(text, body)):
            return text, name
    return _loosely(body, _labels(body, content_type))


def _wide(sample: bytes) -> str:
    """UTF-16 without a BOM: every other byte of markup is zero, and which one tells the byte order. "" for anything else."""
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if max(high, low) * 8 < len(sample) or min(high, low) * 4 > max(high, low):
        return ""
    return "utf-16-be" if high > low else "utf-16-le"


def _disguised(text: str, body: bytes) -> bool:
    """True when strict UTF-8 is really GBK: 停水 in GBK happens to be valid two-byte UTF-8 (the "联通" trap).

    Signs: nothing but two-byte characters beyond ASCII, always two or more in a row (accented letters stand alone), and GBK agrees.
    """
    beyond = _TWO_BYTE.findall(text)
    if not beyond or any(ord(c) > 0x7FF for c in text) or any(len(run) < 2 for run in beyond):
        return False
    chinese = _strictly(body, "gb18030") or ""
    return all("\u4e00" <= c <= "\u9fff" for c in chinese if ord(c) > 0x7F)


def _labels(body: bytes, content_type: str | None) -> list[str]:
    found = [m.decode("ascii", "replace") for m in _META.findall((content_type or "").encode("ascii", "replace"))]
    found += [m.decode("ascii") for m in _META.findall(body[:4096])]
    names = [_FAMILY.get(label.lower(), label.lower()) for label in found]
    return [name for name in dict.fromkeys(names) if name not in _LATIN and _known(name)]


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _loosely(body: bytes, labels: list[str]) -> tuple[str, str]:
    """A damaged page: the encoding that loses least."""
    tried = [(body.decode(name, "replace"), name) for name in (*labels, "utf-8", "gb18030")]
    return min(tried, key=lambda item: item[0].count("\ufffd"))
