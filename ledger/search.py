"""Words of the full-text index: segmented Chinese, phone, ID-card and plate numbers masked first (a query for one finds nothing)."""

import re

import rjieba

_PRIVATE = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9·]{5,7}"
    r"|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"
)
_WORD = re.compile(r"\w")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def masked(text: str) -> str:
    """The text with private numbers replaced.

    >>> masked("电话13912345678，苏J12345")
    '电话＊，＊'
    """
    return _PRIVATE.sub("＊", text)


def tokens(text: str) -> str:
    """Space-separated words of the masked text, and every pair of neighbouring Chinese characters.

    Segmentation alone reads 路面积水 as 路·面积·水 and would hide 积水; the pairs make every two-character word findable
    (docs/decisions/0003-search-pairs.md).
    """
    clean = masked(text).lower()
    words = [w for w in rjieba.cut_for_search(clean) if _WORD.search(w)]
    return " ".join([*words, *(pair for run in _HAN.findall(clean) for pair in _pairs(run))])


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def query(text: str) -> str:
    """The FTS5 query that asks for every word of `text`; "" when it has none.

    >>> query("停水通知 abc")
    '"停水" "水通" "通知" "abc"'
    """
    clean = masked(text).lower()
    asked = [part for run in _RUN.findall(clean) for part in (_pairs(run) if _HAN.fullmatch(run) and len(run) > 1 else [run])]
    return " ".join(f'"{w}"' for w in asked)
