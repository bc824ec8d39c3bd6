"""Numerals (数词): what a number in Chinese running text may mean, as a closed range.

Rules, tried in this order (documented because a reader may dispute them):
至少/不少于/超过 n, n以上 → [n, ∞); 不足/不到/至多 n, n以内 → [0, n]; 约/大约 n, n左右/上下 → n ± 10 %; 近 n → [0.9 n, n];
n余/多/几 → from n up to the next round number of the same place (三十余 → 30–39); 几十/数十 → 20–99; n至m → [n, m]; else exactly n.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MANY = {"万": 10_000, "亿": 100_000_000}
_WIDE = str.maketrans("０１２３４５６７８９．，：", "0123456789.,:")
NUMERAL = r"(?:\d[\d,]{0,14}(?:\.\d{1,4})?|[几数]?[零〇一二两三四五六七八九十百千]{1,9})"
INFINITE = Decimal("Infinity")


class Range(NamedTuple):
    """Every value the words allow, both ends included."""

    low: Decimal
    high: Decimal

    def meets(self, other: "Range") -> bool:
        """True when one number can satisfy both."""
        return self.low <= other.high and other.low <= self.high

    @property
    def exact(self) -> bool:
        """True when the words name one number."""
        return self.low == self.high


def narrow(text: str) -> str:
    """Full-width digits, points, commas and colons as ASCII; the length stays.

    >>> narrow("３２户")
    '32户'
    """
    return text.translate(_WIDE)


def value_of(numeral: str) -> Decimal | None:
    """The number, or None when the characters are no numeral.

    >>> [int(value_of(n)) for n in ("三十二", "一百零五", "两千三", "二〇一八", "1,200", "十")]
    [32, 105, 2300, 2018, 1200, 10]
    >>> value_of("百年") is None
    True
    """
    if numeral[:1].isdigit():
        try:
            return Decimal(numeral.replace(",", ""))
        except InvalidOperation:
            return None
    if not numeral or any(c not in _DIGITS and c not in _PLACES for c in numeral):
        return None
    if not any(c in _PLACES for c in numeral):
        return Decimal("".join(str(_DIGITS[c]) for c in numeral))
    return Decimal(_placed(numeral))


def _placed(numeral: str) -> int:
    """The sum of digit × place; a last bare digit counts one place lower (两千三 = 2300), after 零 it counts as it is."""
    total, digit, last, zero = 0, 0, 10, False
    for c in numeral:
        if c in _PLACES:
            total += (digit or 1) * _PLACES[c]
            digit, last, zero = 0, _PLACES[c], False
        else:
            digit, zero = _DIGITS[c], zero or _DIGITS[c] == 0
    return total + digit * (1 if zero or last == 10 else last // 10)


def range_of(before: str, numeral: str, after: str, scale: str = "", last: str = "") -> Range | None:
    """The range of one numeral with the words around it; `scale` is 万 or 亿, `last` the second numeral of n至m.

    >>> range_of("", "三十", "余")
    Range(low=Decimal('30'), high=Decimal('39'))
    >>> range_of("近", "100", "")
    Range(low=Decimal('90.0'), high=Decimal('100'))
    >>> range_of("", "1.2", "", "万").low == 12000
    True
    >>> range_of("不少于", "5", "").high == INFINITE
    True
    """
    times = Decimal(_MANY.get(scale, 1))
    if numeral[:1] in "几数" and (place := value_of(numeral[1:])) is not None:
        return Range(2 * place * times, (10 * place - 1) * times)
    value = value_of(numeral)
    if value is None:
        return None
    end = value_of(last) if last else None
    if end is not None:
        return Range(min(value, end) * times, max(value, end) * times)
    return _worded(before, value * times, after, value if scale else None, times)


def _worded(before: str, value: Decimal, after: str, bare: Decimal | None, times: Decimal) -> Range:
    if re.search("至少|不少于|不低于|超过|逾", before) or "以上" in after:
        return Range(value, INFINITE)
    if re.search("不足|不到|至多|不超过|不高于|低于", before) or "以内" in after or "以下" in after:
        return Range(Decimal(0), value)
    if re.search("约|大概", before) or re.search("左右|上下", after):
        return Range(value * Decimal("0.9"), value * Decimal("1.1"))
    if before.endswith("近"):
        return Range(value * Decimal("0.9"), value)
    if re.search("[余多几来]", after):
        step = _place(bare if bare is not None else value) * times
        return Range(value, value + step - (1 if times == 1 else 0))
    return Range(value, value)


def _place(value: Decimal) -> Decimal:
    """The place of the last digit that is not zero: 30 → 10, 1200 → 100, 32 → 1."""
    place = Decimal(1)
    while value and value % (place * 10) == 0 and place < 10**12:
        place *= 10
    return place
