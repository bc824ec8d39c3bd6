"""The daily digest (每日舆情): facts of one day → document. Pure; the same facts always give the same document."""

from datetime import date

from digests.binding import bind, head_of, runs
from digests.document import Count, Daily
from digests.facts import DayFacts
from digests.figures import figures
from digests.following import answers, around, doubtful, tomorrow, trends, watched
from digests.front import count_of, dispatches, headlines, overview
from digests.reading import read
from digests.running import watching

__all__ = ["build_daily", "count_of", "issue_of", "runs"]

SECTIONS = (headlines, overview, dispatches, watched, answers, trends, around, doubtful, tomorrow, watching, figures)


def build_daily(facts: DayFacts) -> Daily:
    """The digest of one day. Every number in it is the sum of the rows it leads to."""
    reading = read(facts)
    return bind(reading, head_of(facts, "每日舆情", issue_of(facts.day)), [section(reading) for section in SECTIONS])


def issue_of(day: date) -> str:
    """The issue number: the day of the year.

    >>> issue_of(date(2018, 6, 8))
    '〔2018〕第159期'
    """
    return f"〔{day.year}〕第{day.timetuple().tm_yday}期"


def rows_of(daily: Daily, count: Count) -> int:
    """What a count's rows add up to; equal to its value in every document built here."""
    return sum(daily.amounts[row] for row in count.rows)
