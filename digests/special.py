"""Special report (舆情专报) of one event: course, spread, views by proportion, risk, advice, answer. Pure.

Issues, not people: a view is what is asked for, counted over posts; quotations are masked, carry no name and lead to the row only.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from digests.binding import bind, head_of, numbered
from digests.clocks import running
from digests.document import (
    Block,
    Chart,
    Column,
    Count,
    Daily,
    Link,
    Manner,
    Paragraph,
    Pieces,
    Section,
    Series,
    Table,
    TableRow,
    Text,
    Tone,
)
from digests.facts import DayFacts
from digests.following import course
from digests.front import advice, level, next_clock, remark, tiers
from digests.quoting import clean, quote, web_address
from digests.reading import TIERS, Kind, Reading, read, said_words
from records.assessment import OpinionLevel
from records.case import Case, CaseState
from records.event import Event, EventLevel, EventPhase
from records.instant import in_words, shanghai
from records.post import Post
from records.source import MediaTier

MOMENTS, SOURCES, QUOTED = 16, 12, 2
QUOTE = 60  # characters
BARS = 30
HIGH = (MediaTier.CENTRAL, MediaTier.PROVINCE)
VOICES = {
    "R1": "提出建议", "R2": "反映诉求，要求解决", "R3": "反映问题，要求查处", "R4": "询问、要求说明", "R5": "批评、质疑", "R6": "转述待核实的说法",
}  # fmt: skip


class WithheldEventError(ValueError):
    """A 检举控告: its words go another way, never into a paper the accused may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAnswer:
    """What the office said in public: the paper's words, where and when (aware UTC)."""

    title: str
    text: str
    channel: str
    url: str
    published_at: datetime


def build_special(facts: DayFacts, event: Event, answer: PublishedAnswer | None = None) -> Daily:
    """专报 of `event`: `facts` hold its posts alone, from its first word to the report's making.

    Raises: WithheldEventError for a 检举控告.
    """
    reading = read(facts)
    if event.id in reading.secret_events:
        raise WithheldEventError("检举控告类事件不出专报：内容另行报送")
    parts = (
        _outline(reading, event), _timeline(reading, event), _spread(reading, event), _views(reading), _risk(reading, event),
        _advice(reading, event), _answer(reading, event, answer),
    )  # fmt: skip
    day = facts.day
    return bind(reading, head_of(facts, "舆情专报", f"〔{day.year}〕{day.month}月{day.day}日"), numbered(parts))


def _section(title: str, *blocks: Block) -> Section:
    return Section("", "", title, blocks)


def _posts(reading: Reading, event: Event) -> list[Post]:
    """The event's posts, oldest word first."""
    return sorted(reading.posts_of(event), key=lambda p: (p.said_at, p.id))


# 概况
def _outline(reading: Reading, event: Event) -> Section:
    """What it is, since when, how much, whose, how far."""
    posts = _posts(reading, event)
    case = reading.case_by_event.get(event.id)
    total = reading.count_posts(posts, "事件累计帖文")
    opening: Pieces = (
        *level(event.opinion_level), Text("（系统初判）："),
        Link(reading.event_title(event), f"#{reading.anchors[Kind.EVENT, event.id]}"), Text("。"),
    )  # fmt: skip
    first = posts[0] if posts else None
    began = f"{said_words(first)}由{reading.source(first.source_id)}首发；" if first else ""
    volume: Pieces = (
        Text(f"{began}截至{in_words(reading.facts.end)}，累计帖文"), total,
        Text(f"条，涉及信息源{len({p.source_id for p in posts})}个，互动{event.heat}次，处于{event.phase}期。"),
    )  # fmt: skip
    graded = "" if event.event_level is EventLevel.NONE else f"突发事件等级（人工审定）：{event.event_level}。"
    return _section("事件概况", Paragraph(opening), Paragraph(volume), Paragraph((Text(graded), *_handled(reading, case))), *remark(reading))


def _handled(reading: Reading, case: Case | None) -> Pieces:
    if case is None:
        return (Text("尚未形成交办件。"),)
    joint = "、".join(reading.unit(u) for u in case.routing.joint)
    unit = reading.unit(case.routing.lead) + (f"（协办：{joint}）" if joint else "")
    return (Text("交办件"), reading.case_row(case), Text(f"，牵头单位{unit}，现为“{case.state}”；"), next_clock(reading, case), Text("。"))


# 时间线
def _timeline(reading: Reading, event: Event) -> Section:
    """The first word of each source, and every move of the case, in order of time."""
    moments = sorted(_moments(reading, event), key=lambda m: m[0])
    columns = (Column("时间", 22, whole=True), Column("事项", 54), Column("来源", 24))
    rows = tuple(TableRow(cells) for _, cells in moments[:MOMENTS])
    rest = Paragraph((Text(f"以上列出前{MOMENTS}项，其余见"), Link("附表4", "#annex4"), Text("。")), Manner.SMALL)
    return _section("时间线", Table("时间线", columns, rows), *((rest,) if len(moments) > MOMENTS else ()))


def _moments(reading: Reading, event: Event) -> Iterator[tuple[datetime, tuple[Pieces, ...]]]:
    seen: set[str] = set()
    for post in _posts(reading, event):
        if post.source_id not in seen:
            what = "首发" if not seen else "出现"
            seen.add(post.source_id)
            told: Pieces = (Text(f"{what}："), Link(reading.post_title(post, 30), reading.post_href(post)))
            yield post.said_at, ((Text(said_words(post)),), told, (Text(reading.source(post.source_id)),))
    case = reading.case_by_event.get(event.id)
    for move in reading.facts.transitions.get(case.id, ()) if case else ():
        yield move.at, ((Text(in_words(move.at)),), (Text(f"交办件转为“{move.to_state}”：{quote(move.why, 40)}"),), (Text("办理记录"),))


# 传播
def _spread(reading: Reading, event: Event) -> Section:
    """By tier, by source, by day (by hour within two days)."""
    posts = _posts(reading, event)
    by_tier: list[Pieces] = [(Text(c.label.partition("·")[2]), c) for c in tiers(reading) if c.value]
    told = [piece for n, pair in enumerate(by_tier) for piece in ((Text("、"),) if n else ()) + pair]
    order = Counter(p.source_id for p in posts)
    ranked = sorted(order, key=lambda s: (-order[s], s))
    columns = (Column("信息源", 40), Column("级别", 18), Column("帖文（条）", 18), Column("最早", 24))
    rows = tuple(_source_row(reading, source, [p for p in posts if p.source_id == source]) for source in ranked[:SOURCES])
    rest = (Paragraph((Text(f"以上列出前{SOURCES}个，其余见"), Link("附表6", "#annex6"), Text("。"))),) if len(ranked) > SOURCES else ()
    head = Paragraph((Text("分级别：", Tone.STRONG), *(told or [Text("无")]), Text("。")), Manner.SMALL)
    return _section("传播情况", head, Table("分信息源", columns, rows), *rest, *_course(posts))


def _source_row(reading: Reading, source_id: str, posts: list[Post]) -> TableRow:
    tier = reading.tier(posts[0])
    count = reading.count_posts(posts, f"专报信息源·{reading.source(source_id)}")
    return TableRow(((Text(reading.source(source_id)),), (Text(str(tier or "未登记")),), (count,), (Text(said_words(posts[0])),)))


def _course(posts: list[Post]) -> tuple[Block, ...]:
    """Bars a day, or an hour where all was said within two days; empty ones between are drawn: they are known to be empty."""
    if not posts:
        return ()
    step = timedelta(hours=1) if posts[-1].said_at - posts[0].said_at < timedelta(hours=48) else timedelta(days=1)
    keys = [_floor(p.said_at, step) for p in posts]
    bars = [keys[0] + n * step for n in range((keys[-1] - keys[0]) // step + 1)][-BARS:]
    labels = tuple(f"{at.day}日{at.hour}时" if step < timedelta(days=1) else f"{at.month}月{at.day}日" for at in bars)
    values = tuple(keys.count(at) for at in bars)
    peak = max(range(len(bars)), key=lambda n: values[n])
    return (
        Chart("发帖走势", "条", labels, (Series("帖文", values),)),
        Paragraph((Text(f"最多在{labels[peak]}：{values[peak]}条（图中只列最近{BARS}段）。"),), Manner.SMALL),
    )


def _floor(at: datetime, step: timedelta) -> datetime:
    local = shanghai(at)
    return local.replace(minute=0, second=0, microsecond=0, hour=local.hour if step < timedelta(days=1) else 0)


# 观点
def _views(reading: Reading) -> Section:
    """What is asked for, by proportion of the posts, with masked words; no count of people, no names."""
    said = reading.facts.assessments
    groups = {f.code: [p for p in reading.relevant if said[p.id].form == f.code] for f in reading.facts.standard.forms}
    total = len(reading.relevant)
    columns = (Column("诉求", 26), Column("条数", 10), Column("占比", 12), Column("有代表性的原话（已脱敏）", 52))
    ranked = sorted((code for code in groups if groups[code]), key=lambda code: (-len(groups[code]), code))
    rows = tuple(_view_row(reading, code, groups[code], total) for code in ranked)
    if not rows:
        return _section("各方观点", Paragraph((Text("有效帖文不足，不作归纳。"),)))
    note = f"按有效帖文{total}条计，一人多帖不合并，不代表人数。只归纳事，不归纳人。"
    return _section("各方观点", Table("各方观点", columns, rows), Paragraph((Text(note, Tone.QUIET),), Manner.SMALL))


def _view_row(reading: Reading, code: str, posts: list[Post], total: int) -> TableRow:
    name = VOICES.get(code, code)
    count = reading.count_posts(posts, f"观点·{name}")
    loud = sorted(posts, key=lambda p: (-((p.reach.replies or 0) + (p.reach.likes or 0)), p.said_at, p.id))
    words: list[Link | Text] = []
    for line, post in list({quote(p.text or p.title, QUOTE): p for p in reversed(loud)}.items())[::-1][:QUOTED]:
        words += [Text("；" if words else ""), Link(f"“{line}”", reading.post_href(post))]
    return TableRow(((Text(name),), (count,), (Text(f"{100 * len(posts) / total:.1f}%"),), tuple(words)))


# 风险、建议、回应
def _risk(reading: Reading, event: Event) -> Section:
    """Each line a reason on record; nothing guessed of who speaks."""
    lines = [Paragraph((Text(f"{n}. {words}"),)) for n, words in enumerate(_risks(reading, event), start=1)]
    note = "以上由规则依记录列出，等级与定性以人工研判为准。"
    return _section("风险研判", *lines, Paragraph((Text(note, Tone.QUIET),), Manner.SMALL))


def _risks(reading: Reading, event: Event) -> Iterator[str]:
    reasons = quote("；".join(event.level_reasons), 120)
    yield f"系统初判{event.opinion_level}级" + (f"，理由：{reasons}。" if reasons else "。")
    day = timedelta(hours=24)
    end = reading.facts.end
    now = [p for p in reading.posts_of(event) if p.first_seen_at >= end - day]
    before = [p for p in reading.posts_of(event) if end - 2 * day <= p.first_seen_at < end - day]
    yield f"最近24小时新增{len(now)}条，前24小时{len(before)}条，走势{course(len(now), len(before))}。"
    high = sorted({t for p in reading.posts_of(event) if (t := reading.tier(p)) in HIGH}, key=lambda t: TIERS[t])
    if high:
        yield f"已有{'、'.join(map(str, high))}媒体报道，关注面可能扩大。"
    case = reading.case_by_event.get(event.id)
    if late := [c.words for c in running(case, reading.facts.made_at) if c.overdue] if case else []:
        yield f"办理时限{'；'.join(late)}，逾期未答易引发再次关注。"
    if any(reading.facts.assessments[p.id].form == "R6" for p in reading.relevant):
        yield "含待核实的说法：未经权威来源印证前不作不实认定，以公开事实回应。"


def _advice(reading: Reading, event: Event) -> Section:
    """What to do next, for a person to decide."""
    case = reading.case_by_event.get(event.id)
    answered = case is not None and case.state in (CaseState.ANSWERED, CaseState.FOLLOWING, CaseState.CLOSED, CaseState.EVALUATED)
    lines = [advice(reading, event, case) + "。"]
    if not answered:
        lines.append("依核实情况及时公开回应，说明已知事实、正在采取的措施和下次发布时间；批评和投诉以解决问题回应。")
    if event.opinion_level.rank <= OpinionLevel.II.rank:
        lines.append("每日续报，直至回落。")
    if event.phase is EventPhase.FADING:
        lines.append("跟踪落实承诺事项，防止办结后再起。")
    return _section("处置建议", *(Paragraph((Text(f"{n}. {words}"),)) for n, words in enumerate(lines, start=1)))


def _answer(reading: Reading, event: Event, answer: PublishedAnswer | None) -> Section:
    """The answer as published, and what was posted since."""
    if answer is None:
        return _section("回应情况", Paragraph((Text("尚未公开回应。"),)))
    since = [p for p in reading.posts_of(event) if p.first_seen_at > answer.published_at]
    count: Count = reading.count_posts(since, "回应后新增帖文")
    address = web_address(answer.url)
    where: Pieces = (Link("查看原文", address),) if address else (Text("未登记链接", Tone.OVERDUE),)
    told: Pieces = (
        Text(f"{in_words(answer.published_at)}在{clean(answer.channel) or '未登记渠道'}公开回应（"), *where,
        Text("），此后新增帖文"), count, Text("条。"),
    )  # fmt: skip
    words = [Paragraph((Text(quote(answer.title, 80), Tone.STRONG),)), Paragraph((Text(quote(answer.text, 600)),))]
    return _section("回应情况", Paragraph(told), *words)
