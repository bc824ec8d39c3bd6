"""Items (示例内容) of the sample town, read from content/*.jsonl; ages are minutes before the moment the town opens.

The `expect` object beside each item is read by `town/expectations.py` alone: an Item has no field for it, so no page can show it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.resources import files


class Place(StrEnum):
    """Which of the town's four sources an item stands on."""

    NEWS = "news"  # 登瀛新闻网
    FORUM = "forum"  # 亭湖茶座
    FEED = "feed"  # 串场河边
    MAILBOX = "mailbox"  # 区长信箱


class BadItem(ValueError):
    """A line of the content that is not an item; the message names file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply (跟帖). `age` in minutes before opening, >= 0."""

    age: int
    author: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The office's public reply (答复) to a letter. `age` in minutes before opening, >= 0."""

    age: int
    unit: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published thing. `age` in minutes before opening, >= 0; `text` has one paragraph a line.

    `closed` is "" (readable), "login" or "deleted"; `views` in times, forum only; `kind` is a letter's 类型, `answer` its
    reply or None (办理中); `origin` and `column` are a news article's 来源 and 栏目.
    """

    id: str
    place: Place
    title: str
    text: str
    age: int
    author: str = ""
    origin: str = ""
    column: str = ""
    kind: str = ""
    views: int = 0
    replies: tuple[Reply, ...] = ()
    answer: Answer | None = None
    closed: str = ""
    sticky: bool = False

    @property
    def number(self) -> int:
        """The number in the item's address, from its id.

        >>> Item(id="t07", place=Place.FORUM, title="路灯不亮", text="三天了", age=5).number
        7
        """
        return int(self.id[1:])

    def said_at(self, now: datetime) -> datetime:
        """When it was published, for a town opened at `now`."""
        return now - timedelta(minutes=self.age)


def load_items() -> tuple[Item, ...]:
    """Every item of the town, news first, youngest first within a source. Raises: BadItem naming file and line."""
    return tuple(item for place in Place for item in sorted(_read(place), key=lambda item: item.age))


def rows(place: Place) -> list[tuple[str, Mapping[str, object]]]:
    """(where, object) of each line of one source's file. Raises: BadItem when a line is not a JSON object."""
    name = f"{place.value}.jsonl"
    text = files(__package__).joinpath("content", name).read_text(encoding="utf-8")
    return [(f"{name}:{number}", _object(f"{name}:{number}", line)) for number, line in enumerate(text.splitlines(), 1)]


def _object(where: str, line: str) -> Mapping[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadItem(f"{where}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadItem(f"{where}: not an object")
    return row


def _read(place: Place) -> list[Item]:
    return [parse_item(place, row, where) for where, row in rows(place)]


def parse_item(place: Place, row: Mapping[str, object], where: str) -> Item:
    """The item of one line, its `expect` left behind. Raises: BadItem naming `where` and what is wrong.

    >>> parse_item(Place.NEWS, {"id": "n99", "title": "降温", "text": "添衣", "age": 3, "expect": {"case": False}}, "甲:1").title
    '降温'
    """
    fields = {key: value for key, value in row.items() if key not in ("expect", "replies", "answer")}
    replies, answer = row.get("replies", []), row.get("answer")
    try:
        item = Item(
            place=place,
            replies=tuple(Reply(**one) for one in replies),  # type: ignore[attr-defined]
            answer=Answer(**answer) if answer else None,  # type: ignore[arg-type]
            **fields,  # type: ignore[arg-type]
        )
    except TypeError as error:
        raise BadItem(f"{where}: {error}") from error
    if wrong := _wrong(item):
        raise BadItem(f"{where}: {wrong}")
    return item


def _wrong(item: Item) -> str:
    """What is wrong with an item, or ""."""
    ages = [item.age, *(reply.age for reply in item.replies), *([item.answer.age] if item.answer else [])]
    checks = (
        (not (item.id[:1].isalpha() and item.id[1:].isdecimal()), f"id {item.id!r} is not a letter and a number"),
        (not item.title.strip() or not item.text.strip(), "title and text must not be empty"),
        (any(type(age) is not int or age < 0 for age in ages), "age must be whole minutes >= 0"),
        (any(type(age) is int and age > item.age for age in ages[1:]), "an answer older than what it answers"),
        (item.closed not in ("", "login", "deleted"), f"closed {item.closed!r} is not known"),
    )
    return next((why for bad, why in checks if bad), "")
