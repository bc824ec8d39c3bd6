"""Chinese dates as pages write them, absolute and relative, with the precision they really have."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from records.instant import SHANGHAI, shanghai
from records.post import Precision

Found = tuple[datetime | None, Precision]
FUTURE = timedelta(minutes=10)  # a page's clock may run ahead this far
_DIGIT = str.maketrans("〇零一二三四五六七八九", "00123456789")
_UNITS = {
    "秒": "seconds",
    "分": "minutes",
    "小时": "hours",
    "时": "hours",
    "天": "days",
    "日": "days",
    "周": "weeks",
    "星期": "weeks",
}
_PRECISION = {
    "seconds": Precision.SECOND,
    "minutes": Precision.MINUTE,
    "hours": Precision.HOUR,
    "days": Precision.DAY,
    "weeks": Precision.DAY,
}
_CLOCK = r"(?P<h>\d{1,2})[:：时点](?:(?P<m>\d{1,2})分?)?(?:[:：]?(?P<s>\d{1,2})秒?)?"
_HALF = {"凌晨": 0, "早上": 0, "早晨": 0, "上午": 0, "中午": 12, "下午": 12, "傍晚": 12, "晚上": 12, "晚": 12, "夜里": 12, "": 0}
_WHEN = r"(?P<half>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚|夜里)?\s*"
_AGO = re.compile(
    r"(?P<n>\d+|半|几|[一二两三四五六七八九十]+)\s*个?(?P<u>秒|分钟?|小时|时|天|日|周|星期|月|年)(?P<half>半)?\s*之?前"
)
_DAY = re.compile(rf"(?P<day>今[天日]?|昨[天日]?|前天|大前天)\s*{_WHEN}(?:{_CLOCK})?")
_WEEKDAY = re.compile(rf"(?:上?周|星期|礼拜)(?P<w>[一二三四五六日天])\s*{_WHEN}(?:{_CLOCK})?")
_FULL = re.compile(
    rf"(?P<y>\d{{4}})\s*[-/.年]\s*(?P<mo>\d{{1,2}})\s*[-/.月]\s*(?P<d>\d{{1,2}})\s*日?[T\s]*{_WHEN}(?:{_CLOCK})?(?:\.\d+)?\s*(?P<z>Z|[+-]\d{{2}}:?\d{{2}})?"
)
_SHORT = re.compile(rf"(?<!\d)(?P<mo>\d{{1,2}})\s*[-/月]\s*(?P<d>\d{{1,2}})\s*日?\s*{_WHEN}(?:{_CLOCK})?(?!\d)")
_ONLY_CLOCK = re.compile(rf"^{_WHEN}{_CLOCK}$")


def parse_date(raw: str, *, fetched_at: datetime) -> Found:
    """The instant (aware UTC) `raw` states and its precision; (None, NONE) when it states none, or one in the future.

    Zoneless times are Asia/Shanghai; relative ones count from `fetched_at`; a date without a year is the latest that is not in
    the future.

    >>> at = datetime(2018, 6, 8, 12, 0, tzinfo=SHANGHAI)
    >>> [parse_date(r, fetched_at=at)[0].astimezone(SHANGHAI).strftime("%m-%d %H:%M") for r in ("半小时前", "昨天 20:15", "06-07")]
    ['06-08 11:30', '06-07 20:15', '06-07 00:00']
    """
    text = _plain(raw)
    now = shanghai(fetched_at)
    for read in _READERS:
        found = read(text, now)
        if found is not None:
            when, precision = found
            return (when.astimezone(UTC), precision) if when <= now + FUTURE else (None, Precision.NONE)
    return None, Precision.NONE


def _plain(raw: str) -> str:
    text = re.sub(r"[\s\u00a0\u3000]+", " ", raw.replace("&nbsp;", " ")).strip()
    return re.sub(r"[〇零一二三四五六七八九十]+(?=[年月日])", lambda m: str(_number(m.group())), text)


def _number(words: str) -> int:
    """Chinese digits: 二〇一八 → 2018, 二十八 → 28, 十 → 10."""
    if words.isdecimal() and words.isascii():
        return int(words)
    if "十" not in words:
        return int(words.replace("两", "二").translate(_DIGIT))
    tens, ones = words.split("十", 1)
    return (int(tens.translate(_DIGIT)) if tens else 1) * 10 + (int(ones.translate(_DIGIT)) if ones else 0)


def _just_now(text: str, now: datetime) -> tuple[datetime, Precision] | None:
    return (now, Precision.MINUTE) if re.search(r"刚刚|刚才|刚发", text) else None


def _ago(text: str, now: datetime) -> tuple[datetime, Precision] | None:
    match = _AGO.search(text)
    if match is None:
        return None
    words, unit = match["n"], match["u"].removesuffix("钟")
    amount = 0.5 if words == "半" else 3 if words == "几" else _number(words)
    amount += 0.5 if match["half"] else 0
    if unit in ("月", "年"):
        return now - timedelta(days=amount * (30 if unit == "月" else 365)), Precision.DAY
    name = _UNITS[unit]
    return now - timedelta(**{name: amount}), _PRECISION[name]


def _relative_day(text: str, now: datetime) -> tuple[datetime, Precision] | None:
    match = _DAY.search(text)
    if match is None:
        return None
    back = {"今": 0, "昨": 1, "前天": 2, "大前天": 3}
    days = back[match["day"] if match["day"] in back else match["day"][0]]
    return _with_clock(now - timedelta(days=days), match)


def _weekday(text: str, now: datetime) -> tuple[datetime, Precision] | None:
    match = _WEEKDAY.search(text)
    if match is None:
        return None
    wanted = "一二三四五六日".index(match["w"].replace("天", "日"))
    found = _with_clock(now - timedelta(days=(now.weekday() - wanted) % 7), match)
    return found if found is None or found[0] <= now + FUTURE else (found[0] - timedelta(days=7), found[1])


def _full(text: str, now: datetime) -> tuple[datetime, Precision] | None:
    for match in _FULL.finditer(text):
        day = _date(int(match["y"]), int(match["mo"]), int(match["d"]))
        if day is not None and (found := _with_clock(day, match)) is not None:
            zone = match["z"]
            return (datetime.fromisoformat(f"{found[0]:%Y-%m-%dT%H:%M:%S}{zone}"), found[1]) if zone else found
    return None


def _short(text: str, now: datetime) -> tuple[datetime, Precision] | None:
    for match in _SHORT.finditer(text):
        for year in (now.year, now.year - 1):
            day = _date(year, int(match["mo"]), int(match["d"]))
            found = _with_clock(day, match) if day else None
            if found is not None and found[0] <= now + timedelta(hours=1):
                return found[0], Precision.YEAR_GUESS
    return None


def _clock_only(text: str, now: datetime) -> tuple[datetime, Precision] | None:
    match = _ONLY_CLOCK.match(text)
    found = _with_clock(now, match) if match else None
    return found if found is None or found[0] <= now + FUTURE else (found[0] - timedelta(days=1), found[1])


def _date(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=SHANGHAI)
    except ValueError:
        return None


def _with_clock(day: datetime, match: re.Match[str]) -> tuple[datetime, Precision] | None:
    """The day at the clock time the match states; None when there is no such time."""
    if match["h"] is None:
        return day.replace(hour=0, minute=0, second=0, microsecond=0), Precision.DAY
    hour = int(match["h"])
    hour += 12 if _HALF[match["half"] or ""] and hour < 12 else 0
    try:
        when = day.replace(hour=hour, minute=int(match["m"] or 0), second=int(match["s"] or 0), microsecond=0)
    except ValueError:
        return None
    return when, Precision.SECOND if match["s"] else Precision.MINUTE if match["m"] else Precision.HOUR


_READERS: tuple[Callable[[str, datetime], tuple[datetime, Precision] | None], ...] = (
    _full, _just_now, _ago, _relative_day, _weekday, _short, _clock_only,
)  # fmt: skip
