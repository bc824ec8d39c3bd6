"""供公开发布: the signed answers of a period and whether they came in time, to be published. No link to a post, no quotation, no unit ranked.

Source: 实施方案三（三）4 (对外公布), 四（三） (公开评价).
"""

from collections.abc import Sequence
from datetime import datetime

from digests.document import Block, Daily, Head, Heading, Link, Paragraph, Section, Text
from digests.quoting import clean, web_address
from records.instant import in_words, shanghai
from records.masking import mask
from records.performance import Rate
from records.public_answer import PublicAnswer

NONE = "本期没有公开发布的政务舆情回应。"


def build_public(
    answers: Sequence[PublicAnswer], forms: dict[str, str], *, since: datetime, until: datetime, office: str, now: datetime
) -> Daily:
    """The paper of a period. `forms` is code → name. It needs a signature on paper before it is published, and says so."""
    ordered = sorted(answers, key=lambda a: (a.published_at, a.title))
    sections = (
        Section("sec1", "一、", "总体情况", (_line(_overall(ordered, forms)),)),
        Section("sec2", "二、", "回应内容", tuple(_told(ordered, forms)) or (_line(NONE),)),
    )
    return Daily(head=_head(since, until, office, now), sections=sections, annexes=(), amounts={})


def _overall(answers: Sequence[PublicAnswer], forms: dict[str, str]) -> str:
    timed = [a.on_time for a in answers if a.on_time is not None]
    kinds = {code: sum(a.form == code for a in answers) for code in forms}
    said = "、".join(f"{forms[code]}{n}件" for code, n in kinds.items() if n)
    kept = f"有公开回应时限的{len(timed)}件中按时{Rate(met=sum(timed), of=len(timed)).words}。" if timed else ""
    return f"本期公开回应{len(answers)}件{f'，其中{said}' if said else ''}。{kept}"


def _told(answers: Sequence[PublicAnswer], forms: dict[str, str]) -> list[Block]:
    blocks: list[Block] = []
    for number, one in enumerate(answers, 1):
        blocks.append(Heading(f"{number}. {_clean(one.title)}"))
        where = web_address(one.url)
        link = (Text("，"), Link("原文", where)) if where else ()
        said = f"{_clean(one.unit)}　{forms.get(one.form, one.form)}　{in_words(one.published_at, year=True)}在{_clean(one.channel)}公布"
        blocks.append(Paragraph((Text(said), *link, Text("。"))))
        blocks += [_line(_clean(line)) for line in one.text.splitlines() if line.strip()]
    return blocks


def _clean(text: str) -> str:
    return mask(clean(text))


def _line(words: str) -> Paragraph:
    return Paragraph((Text(words),))


def _head(since: datetime, until: datetime, office: str, now: datetime) -> Head:
    first, day = shanghai(since), shanghai(now).date()
    return Head(
        mark="供公开发布（发布前须经签批）", title="政务舆情回应情况", issue=f"{first.year}年{first.month}月", day=day,
        day_words=f"{day.year}年{day.month}月{day.day}日", span_words=f"{in_words(since, year=True)}至{in_words(until, year=True)}",
        office=clean(office), compiled="政务公开工作机构", review="未经签批", reviewed=False, made_at=now,
    )  # fmt: skip
