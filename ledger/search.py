"""Words of the full-text index: segmented Chinese, phone, ID-card and plate numbers masked first (a query for one finds nothing)."""

import re
import unicodedata

from records.masking import mask

try:
    from rjieba import cut_for_search
except ImportError:  # no wheel on this platform (loongarch64): the pure-Python segmenter, 20 times slower, nearly the same words
    from jieba import cut_for_search  # type: ignore[no-redef]

MOST_CHARS = 60_000  # PostgreSQL bounds a tsvector to 1 MB
MOST_TOKEN = 64
_SYNTAX = {"sqlite": ('"', " "), "postgresql": ("'", " & ")}
_HAN = re.compile(r"[\u3400-\u9fff]+")
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def tokens(text: str) -> str:
    """Space-separated words of the masked text: Chinese words, every pair of neighbouring Chinese characters, runs of letters and digits.

    Segmentation alone reads 路面积水 as 路·面积·水 and would hide 积水; the pairs make every two-character word findable
    (docs/decisions/0003-search-pairs.md). Only the first MOST_CHARS characters are indexed. Both engines index exactly these tokens.

    >>> tokens("停水ABC通知")
    '停水 通知 abc 停水 通知'
    """
    clean = _plain(text)
    words = [w for w in cut_for_search(clean) if _HAN.fullmatch(w)]
    latin = [run[:MOST_TOKEN] for run in _RUN.findall(clean) if not _HAN.fullmatch(run)]
    return " ".join([*words, *latin, *(pair for run in _HAN.findall(clean) for pair in _pairs(run))])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", mask(text[:MOST_CHARS], "＊")).lower()


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def asked(text: str, engine: str) -> str:
    """The engine's query that asks for every word of `text`; "" when it has none.

    >>> asked("停水通知 abc", "sqlite")
    '"停水" "水通" "通知" "abc"'
    >>> asked("停水 abc", "postgresql")
    "'停水' & 'abc'"
    """
    runs = _RUN.findall(_plain(text))
    words = [part for run in runs for part in (_pairs(run) if _HAN.fullmatch(run) and len(run) > 1 else [run[:MOST_TOKEN]])]
    quote, between = _SYNTAX[engine]
    return between.join(f"{quote}{w}{quote}" for w in words)
