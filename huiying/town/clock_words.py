"""Time as Discuz! prints it (发表时间): words for a person, with the absolute time in the span's title."""

from datetime import datetime, timedelta

from records.instant import shanghai

WEEK = 7  # days; older times are printed in full


def full(when: datetime) -> str:
    """The absolute time without leading zeros, as Discuz! prints it.

    >>> from datetime import UTC
    >>> full(datetime(2018, 6, 8, 1, 5, 9, tzinfo=UTC))
    '2018-6-8 09:05:09'
    """
    local = shanghai(when)
    return f"{local.year}-{local.month}-{local.day} {local:%H:%M:%S}"


def in_discuz(when: datetime, now: datetime) -> str:
    """The words for `when` seen at `now`, a plain space where Discuz! sends a no-break one.

    >>> from records.instant import SHANGHAI
    >>> at = datetime(2018, 6, 8, 12, 0, tzinfo=SHANGHAI)
    >>> [in_discuz(at - timedelta(minutes=m), at) for m in (0, 5, 40, 150, 945, 2600, 4500, 20000)]
    ['刚刚', '5 分钟前', '半小时前', '2 小时前', '昨天 20:15', '前天 16:40', '3 天前', '2018-5-25 14:40:00']

    Source: Discuz! X3.4, function dgmdate with the format "u" (which errs by a day at the stroke of midnight; this does not).
    """
    local, here = shanghai(when), shanghai(now)
    days = (here.date() - local.date()).days
    if days <= 0:
        return _today((here - local) // timedelta(seconds=1))
    if days > WEEK:
        return full(when)
    return f"{('昨天', '前天')[days - 1]} {local:%H:%M}" if days <= 2 else f"{days} 天前"


def _today(seconds: int) -> str:
    if seconds > 3600:
        return f"{seconds // 3600} 小时前"
    if seconds > 1800:
        return "半小时前"
    if seconds > 60:
        return f"{seconds // 60} 分钟前"
    return f"{seconds} 秒前" if seconds > 0 else "刚刚"
