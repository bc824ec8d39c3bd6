"""Masking (脱敏): phone, identity-card, bank-card and plate numbers, and control characters, taken out of what leaves the building.

Source: 个人信息保护法 第五十一条 (去标识化); design decision 4. Names of people in running text are not found by this.
"""

import re
import unicodedata

MASK = "＊＊"
_DIGIT = r"[0-9０-９]"
_GAP = r"[-\s·.—－]?"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PRIVATE = re.compile(
    rf"(?<!{_DIGIT})(?:[+＋]?(?:86|８６){_GAP})?[1１][3-9３-９](?:{_GAP}{_DIGIT}){{9}}(?!{_DIGIT})"  # mobile, also 139-0000-0000
    rf"|(?<!{_DIGIT}){_DIGIT}{{6}}{_GAP}{_DIGIT}{{8}}{_GAP}{_DIGIT}{{3}}[0-9０-９XxＸｘ](?!{_DIGIT})"  # identity card, 18
    rf"|(?<!{_DIGIT}){_DIGIT}{{15,19}}(?!{_DIGIT})"  # identity card of 15 digits, bank cards
    rf"|(?<!{_DIGIT})[0０]{_DIGIT}{{2,3}}{_GAP}{_DIGIT}{{7,8}}(?!{_DIGIT})"  # landline
    rf"|[{_PROVINCES}][A-Za-zＡ-Ｚ]{_GAP}(?=[A-Za-z0-9]{{0,5}}[0-9])[A-Za-z0-9]{{5,6}}(?![A-Za-z0-9])"  # plate, also 新能源
)
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
    '电话＊＊，车牌＊＊，证件＊＊，编号TH-20180608-003'
    """
    return _PRIVATE.sub(MASK, clean(text))


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
