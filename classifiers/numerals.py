"""Chinese and Arabic numbers of people: 三死五伤, 数十人, 上百户, 两千余名. Lower bounds, never guesses upwards."""

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_VAGUE = {"数": 2, "几": 2, "上": 1, "近": 1, "好几": 2, "成": 1}
NUMBER = r"(?:\d{1,7}(?:\.\d+)?万?|(?:好几|[数几上近成])?[零〇一二两三四五六七八九十百千万俩仨]{1,9})"


def number(words: str) -> int | None:
    """The number `words` state at least, or None when they state none.

    >>> [number(w) for w in ("三", "十二", "两千", "数十", "上百", "1.2万", "二百零五", "好几十", "人")]
    [3, 12, 2000, 20, 100, 12000, 205, 20, None]
    """
    if re.fullmatch(r"\d+(?:\.\d+)?万?", words):
        return int(float(words.removesuffix("万")) * (10_000 if words.endswith("万") else 1))
    for vague, times in sorted(_VAGUE.items(), key=lambda item: -len(item[0])):
        if words.startswith(vague) and words[len(vague) :]:
            rest = number(words[len(vague) :])
            return None if rest is None else rest * times
    return _formal(words)


def _formal(words: str) -> int | None:
    if not words or any(c not in _DIGITS and c not in _UNITS for c in words):
        return None
    total = section = digit = 0
    for c in words:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c == "万":
            total, section, digit = total + (section + digit or 1) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * _UNITS[c], 0
    return total + section + digit
