"""Retention (保存期限): how long posts, pages and logs are kept; what may be deleted at `now`."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

IRRELEVANT_DAYS = 30
RELEVANT_DAYS = 180
PAGE_DAYS = 30
LOG_DAYS = 184  # six calendar months are 184 days at most


_MOST = {"irrelevant_days": IRRELEVANT_DAYS, "relevant_days": RELEVANT_DAYS, "page_days": PAGE_DAYS}


def unlawful(key: str, days: int) -> str:
    """What is wrong with so many days, "" when nothing is.

    >>> unlawful("log_days", 90)
    '90天，不得少于六个月（184天）'
    """
    if key in _MOST and not 1 <= days <= _MOST[key]:
        return f"{days}天，须在1至{_MOST[key]}天之间"
    if key == "log_days" and days < LOG_DAYS:
        return f"{days}天，不得少于六个月（{LOG_DAYS}天）"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days kept. Posts and pages may be kept shorter, logs longer. Cases follow the archive rule and are not counted here.

    Source: 个人信息保护法 第十九条 (保存期限应当为实现处理目的所必要的最短时间); 网络安全法 第二十一条 (网络日志不少于六个月); design decision 4.

    >>> Retention(relevant_days=365)
    Traceback (most recent call last):
    ValueError: retention.relevant_days: 365天，须在1至180天之间
    """

    irrelevant_days: int = IRRELEVANT_DAYS
    relevant_days: int = RELEVANT_DAYS
    page_days: int = PAGE_DAYS
    log_days: int = LOG_DAYS

    def __post_init__(self) -> None:
        """Raises: ValueError naming the key."""
        for one in fields(self):
            wrong = unlawful(one.name, getattr(self, one.name))
            if wrong:
                raise ValueError(f"retention.{one.name}: {wrong}")

    def post_expired(self, seen_at: datetime, now: datetime, *, relevant: bool, held: bool) -> bool:
        """Whether a post first seen at `seen_at` may go. `held`: it belongs to a case that is not archived."""
        days = self.relevant_days if relevant else self.irrelevant_days
        return not held and now - seen_at > timedelta(days=days)
