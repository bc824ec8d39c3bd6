"""Counts a page shows (阅读 1.2万, 评论 35) → Reach."""

import re
from datetime import datetime

from records.post import Reach

_NUMBER = r"\s{0,3}[:：]?\s{0,3}[（(]?\s{0,3}(\d[\d,]{0,11}(?:\.\d{1,2})?)\s{0,2}(万|亿)?"
_VIEWS = re.compile(rf"(?:浏览|阅读|点击|访问|查看)(?:次数|量|数|率|人次)?{_NUMBER}(?:次|人)?(?!\d|[-年/月])")
_REPLIES = re.compile(rf"(?:评论|回复|跟帖|留言)(?:次数|量|数)?{_NUMBER}(?!\d|[-年/月])")
_LIKES = re.compile(rf"(?:点赞|赞)(?:数|量)?{_NUMBER}(?!\d|[-年/月])")
_TIMES = {"万": 10_000, "亿": 100_000_000, "": 1}


def read_reach(text: str, *, read_at: datetime) -> Reach:
    """The counts `text` (a by-line, not prose) states; None where it states none.

    >>> at = datetime(2018, 6, 8)
    >>> found = read_reach("来源：某报 浏览次数：1.2万 评论(35)", read_at=at)
    >>> found.views, found.replies, found.likes
    (12000, 35, None)
    """
    views, replies, likes = (_count(pattern, text) for pattern in (_VIEWS, _REPLIES, _LIKES))
    shown = any(count is not None for count in (views, replies, likes))
    return Reach(views=views, replies=replies, likes=likes, read_at=read_at if shown else None)


def number(text: str) -> int | None:
    """A count as a page writes it, None when it is none.

    >>> number("1,204"), number("3.5万"), number("-")
    (1204, 35000, None)
    """
    found = re.fullmatch(r"\s*(\d[\d,]{0,11}(?:\.\d{1,2})?)\s*(万|亿)?\s*", text)
    return _value(found[1], found[2] or "") if found else None


def _count(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return _value(found[1], found[2] or "") if found else None


def _value(digits: str, unit: str) -> int:
    return round(float(digits.replace(",", "")) * _TIMES[unit])
