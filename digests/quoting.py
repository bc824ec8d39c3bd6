"""Quoting (引文): other people's text made fit to print: clean characters, no personal numbers, short, safe links."""

import re
from urllib.parse import urlsplit

# what XML 1.0 cannot hold, lone surrogates, and marks that turn the reading direction of what follows
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DIGIT = "[0-9０-９]"
_GAP = r"[-－—\s]?"
_ID_CARD = re.compile(rf"(?<!{_DIGIT})(?:{_DIGIT}{{17}}[0-9０-９XxＸｘ]|[1-9１-９]{_DIGIT}{{14}})(?!{_DIGIT})")
_BANK_CARD = re.compile(rf"(?<!{_DIGIT})[3-6]{_DIGIT}{{3}}(?:[-\s]?{_DIGIT}{{4}}){{3}}(?:[-\s]?{_DIGIT}{{1,3}})?(?!{_DIGIT})")
_MOBILE = re.compile(rf"(?<!{_DIGIT})(?:\+?86{_GAP})?[1１][3-9３-９]{_DIGIT}(?:{_GAP}{_DIGIT}{{4}}){{2}}(?!{_DIGIT})")
_LANDLINE = re.compile(rf"(?<!{_DIGIT})[（(]?0{_DIGIT}{{2,3}}[)）]?{_GAP}[2-9]{_DIGIT}{{6,7}}(?!{_DIGIT})")
_NEAR_PHONE = re.compile(rf"((?:电话|手机|座机|微信|QQ|qq|热线)[:：是号\s]{{0,3}}){_DIGIT}{{6,12}}(?!{_DIGIT})")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_PLATE = re.compile(r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新][A-HJ-Z][·.\s]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警]")
_MASKS = ((_ID_CARD, "〔证件号〕"), (_BANK_CARD, "〔卡号〕"), (_MOBILE, "〔电话〕"), (_LANDLINE, "〔电话〕"), (_NEAR_PHONE, r"\1〔号码〕"),
          (_MAIL, "〔邮箱〕"), (_PLATE, "〔车牌〕"))  # fmt: skip


def clean(text: str) -> str:
    """`text` without what XML 1.0, UTF-8 or the reader's eye cannot take (NUL, lone surrogates, direction marks).

    >>> clean("停水\\x00三\\x0b天\\ud800了")
    '停水三天了'
    """
    return _UNPRINTABLE.sub("", text)


def mask(text: str) -> str:
    """`text` with phone, identity-card, bank-card, plate numbers and mail addresses replaced by their kind.

    >>> mask("请联系139-0000-0000，车苏J·12345，身份证32090219900101001X")
    '请联系〔电话〕，车〔车牌〕，身份证〔证件号〕'
    >>> mask("6月8日拨打12345，编号TH-20180608-003")
    '6月8日拨打12345，编号TH-20180608-003'
    """
    for pattern, kind in _MASKS:
        text = pattern.sub(kind, text)
    return text


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
