"""Parts (分段): a text cut to a channel's byte limit at line ends, never inside a character, each part numbered."""

import unicodedata
from collections.abc import Callable

HEADROOM = 12  # bytes of "(99/99)\n" and some to spare


def byte_size(text: str) -> int:
    """Bytes in UTF-8.

    >>> byte_size("停水a")
    7
    """
    return len(text.encode("utf-8", "replace"))


def parts(text: str, limit: int, size: Callable[[str], int] = byte_size) -> list[str]:
    """The text in pieces of at most `limit` by `size`; one piece comes unnumbered, more carry (1/3) in front.

    >>> parts("停水通知\\n恢复时间待定", 64)
    ['停水通知\\n恢复时间待定']
    >>> parts("停水通知\\n恢复时间待定", 30)
    ['(1/2)\\n停水通知', '(2/2)\\n恢复时间待定']

    Raises: ValueError when the limit leaves no room for a character.
    """
    if size(text) <= limit:
        return [text]
    room = limit - HEADROOM
    if room < 8:
        raise ValueError(f"a limit of {limit} bytes leaves no room for text")
    found = _packed([piece for line in text.split("\n") for piece in _cut(line, room, size)], room, size)
    return [f"({n}/{len(found)})\n{part}" for n, part in enumerate(found, 1)]


def _packed(lines: list[str], room: int, size: Callable[[str], int]) -> list[str]:
    """Lines joined as long as they fit. Sizes of pieces are added up (a join never costs more than `\\n` by itself does)."""
    found: list[str] = []
    held: list[str] = []
    used, newline = 0, size("\n")
    for line in lines:
        cost = size(line)
        if held and used + newline + cost > room:
            found.append("\n".join(held))
            held, used = [], 0
        used += cost + (newline if held else 0)
        held.append(line)
    return [part for part in [*found, "\n".join(held)] if part.strip()]


def _cut(line: str, room: int, size: Callable[[str], int]) -> list[str]:
    """One line in pieces that fit; combining marks and joiners stay with their character."""
    if size(line) <= room:
        return [line]
    found, held, used = [], "", 0
    for cluster in (c for k in _clusters(line) for c in ([k] if size(k) <= room else k)):
        cost = size(cluster)
        if held and used + cost > room:
            found.append(held)
            held, used = "", 0
        held, used = held + cluster, used + cost
    return [*found, held]


def _clusters(line: str) -> list[str]:
    """Characters with what belongs to them, at most 8 code points each."""
    found: list[str] = []
    for char in line:
        joined = bool(found) and len(found[-1]) < 8
        mark = unicodedata.combining(char) or char in "\u200d\ufe0e\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff"
        if joined and (mark or found[-1].endswith("\u200d")):
            found[-1] += char
        else:
            found.append(char)
    return found
