"""公开回应的核查: a look at the page an answer was published on. Advisory: it never holds the registration up."""

import asyncio
import re
from datetime import datetime

from huiying.case_papers import case_file
from huiying.office import Desk
from monitor.extract import extract
from monitor.fetch import Fetcher
from monitor.fetch_error import FetchError
from monitor.page import ArticlePage, UnreadableError
from records.paper import Answer

SHORTEST = 8  # characters of a sentence that is looked for
_STOPS = re.compile(r"[。！？；\n]")
_BLANK = re.compile(r"\s+")


async def look(fetcher: Fetcher, url: str, answer: Answer, now: datetime) -> str:
    """What the page says of the signed text, in Chinese. A page that cannot be read is told, not raised."""
    try:
        found = await fetcher.get(url)
        page = extract(found.body, url=found.url, content_type=found.content_type, fetched_at=now)
    except (FetchError, UnreadableError) as error:
        return f"页面未能核查：{error}"
    return compared(page.text, answer.text) if isinstance(page, ArticlePage) else "页面打开了，但不是一篇文章，请人工核对"


def look_for(desk: Desk, number: str, url: str) -> str:
    """What a look at the page of a case's signed answer says; "" when there is no address or nothing is signed yet."""
    signed = case_file(desk, number).signed_answer()
    if signed is None or not url:
        return ""

    async def looked() -> str:
        office = desk.settings.office
        async with Fetcher(user_agent=office.user_agent, private_allow=frozenset(office.private_allow)) as fetcher:
            return await look(fetcher, url, signed[1], desk.now())

    return asyncio.run(looked())


def compared(page: str, signed: str) -> str:
    """How much of the signed text stands on the page.

    >>> compared("区住建局回复：已于6月9日修复路灯共十二盏。感谢监督。", "已于6月9日修复路灯共十二盏。")
    '页面已打开，签批文本1句全部可见'
    >>> compared("网站首页 新闻 公告", "已于6月9日修复路灯共十二盏。")
    '页面已打开，但签批文本1句中有1句未见，请人工核对'
    """
    whole = _BLANK.sub("", page)
    sentences = [s for part in _STOPS.split(signed) if len(s := _BLANK.sub("", part)) >= SHORTEST] or [_BLANK.sub("", signed)]
    gone = sum(s not in whole for s in sentences)
    if not gone:
        return f"页面已打开，签批文本{len(sentences)}句全部可见"
    return f"页面已打开，但签批文本{len(sentences)}句中有{gone}句未见，请人工核对"
