"""Front (首页): 今日要情, 数据概览, 新增交办与到期. What a leader reads on one sheet; details stand in the annexes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from digests.changes import changed
from digests.clocks import is_due_soon, is_overdue, running
from digests.document import (
    Block,
    Column,
    Count,
    Link,
    Manner,
    Paragraph,
    Piece,
    Pieces,
    Section,
    Table,
    TableRow,
    Text,
    Tone,
    pieces_of,
)
from digests.facts import DayCount, DayFacts
from digests.layout import LINE
from digests.quoting import quote
from digests.reading import Kind, Reading, is_relevant, said_words
from digests.sheet import HEAD, SHEET, height_of, heights
from records.assessment import OpinionLevel
from records.case import Case, CaseState
from records.edition import REMARK
from records.event import Event
from records.post import Post
from records.source import MediaTier

HEADLINES, URGENT = 3, 3
ONE_CASE = 18.0  # points kept for the most urgent case before any split
LIMITS = ((36, REMARK, REMARK), (36, 30, 60), (28, 20, 60), (20, 16, 60))  # characters: title, remark beside it, remark on the paper
ROOM = SHEET - HEAD - 5 * LINE - 3 * ONE_CASE  # what 今日要情 may take: two headings, three lines of text and three small ones follow
WAITING = "预警提示待决定"
NOT_HEARD = "未监测到不等于没有"
NO_COMPARISON = "无可比数据"
S = CaseState
ADVICE = {
    S.ALERTED: "尽快确定承办单位并交办", S.SHELVED: "已定不交办，保持关注", S.DISPATCHED: "提醒承办单位签收",
    S.RETURNED: "由区政府办指定承办单位", S.SIGNED_FOR: "督促尽快核查", S.CHECKING: "督促反馈核查情况", S.REPORTED: "审核口径并按程序签批",
    S.APPROVED: "按签批口径公开回应", S.ANSWERED: "跟踪公众反馈", S.NOT_PUBLISHED: "按程序办结", S.CLOSED: "关注是否再起",
    S.EVALUATED: "归档", S.ARCHIVED: "已归档",
    S.WITHDRAWN: "已撤销，归档", S.FOLLOWING: "跟踪公众反馈", S.PAUSED: "按期复核暂缓事由",
}  # fmt: skip


# 一、今日要情
def headlines(reading: Reading) -> Section:
    """At most three events, gravest first or as the analyst ordered them; each with its first source, volume, unit, state, deadline and advice.

    Words are cut where more would leave the rest of the front no room; the annex and the log of edits have them whole.
    """
    top = reading.arranged(e for e in reading.events if reading.posts_within(e))[:HEADLINES]
    if not top:
        words = f"统计区间内未发现需要报告的要情。{NOT_HEARD}，监测运行情况见第十部分。"
        return Section("sec1", "一、", "今日要情", (Paragraph((Text(words),)), *remark(reading, REMARK)))
    made = (_headlines(reading, top, *limits) for limits in LIMITS)
    return next((section for section in made if height_of(section) <= ROOM), _headlines(reading, top, *LIMITS[-1]))


def _headlines(reading: Reading, top: list[Event], title: int, beside: int, words: int) -> Section:
    """The section with so many characters of each title, of each remark beside an event, of the remark on the paper."""
    columns = (Column("初判", 8), Column("要情与建议", 33), Column("首发与传播", 30), Column("办理情况", 29))
    rows = tuple(_headline(reading, event, title, beside) for event in top)
    return Section("sec1", "一、", "今日要情", (Table("今日要情", columns, rows), *remark(reading, words)))


def remark(reading: Reading, limit: int = REMARK) -> tuple[Block, ...]:
    """编者按: the analyst's words on the whole paper, masked; none where there are none."""
    words = quote(reading.facts.edition.remarks.get("", ""), limit)
    return (Paragraph((Text("编者按：", Tone.STRONG), Text(words)), Manner.SMALL),) if words else ()


def _headline(reading: Reading, event: Event, title: int, beside: int) -> TableRow:
    case = reading.case_by_event.get(event.id)
    name = Link(reading.event_title(event, title), f"#{reading.anchors[Kind.EVENT, event.id]}")
    told: Pieces = (name, Text(f"。建议{advice(reading, event, case)}。{aside(reading, event, beside)}"))
    return TableRow((level(event.opinion_level), told, _spread(reading, event), _handling(reading, event, case)))


def aside(reading: Reading, event: Event, limit: int = REMARK) -> str:
    """ "按：…", the analyst's remark on an event, masked; "" without one."""
    words = quote(reading.facts.edition.remarks.get(event.id, ""), limit)
    return f"按：{words}" if words else ""


def level(code: OpinionLevel) -> Pieces:
    """ "Ⅱ级", strong from Ⅱ up."""
    return (Text(f"{code}级", Tone.STRONG if code.rank <= OpinionLevel.II.rank else Tone.PLAIN),)


def _spread(reading: Reading, event: Event) -> Pieces:
    """First source and time, volume, and its change in 24 hours."""
    title = reading.event_title(event, 12)
    posts = reading.posts_of(event)
    now, before = reading.posts_within(event), reading.posts_within(event, 24)
    total = reading.count_posts(posts, f"事件“{title}”累计帖文")
    new = reading.count_posts(now, f"事件“{title}”本期新增")
    old = reading.count_posts(before, f"事件“{title}”前24小时")
    return (
        Text(f"{_first_words(reading, event, posts)}；累计"), total, Text("条，24小时新增"), new, Text("条（前日"), old, Text("条）"),
    )  # fmt: skip


def _first_words(reading: Reading, event: Event, posts: Iterable[Post]) -> str:
    first = next((p for p in posts if p.id == event.first_post_id), None) or min(posts, key=lambda p: p.said_at, default=None)
    if first is None:
        return "首发帖文已删除"
    if reading.withheld(first):
        return "首发情况另行报送"
    return f"{said_words(first)} {reading.source(first.source_id)}首发"


def _handling(reading: Reading, event: Event, case: Case | None) -> Pieces:
    """Unit, state, and the next clock as an absolute time."""
    if case is None:
        return (Text("尚未形成交办件"),)
    unit = "承办单位另行报送" if event.id in reading.secret_events else reading.unit(case.routing.lead)
    return (Text(f"{unit}；{case.state}；"), next_clock(reading, case))


def next_clock(reading: Reading, case: Case) -> Text:
    """The first clock that still runs, red when it has run out; "无待办时限" when none does."""
    clocks = running(case, reading.facts.made_at)
    if not clocks:
        return Text("无待办时限", Tone.QUIET)
    return Text(clocks[0].words, Tone.OVERDUE if clocks[0].overdue else Tone.PLAIN)


def advice(reading: Reading, event: Event, case: Case | None) -> str:
    """What to do next, by the state of the case; a person decides.

    An overdue case asks for 督办 first. No advice ever asks to silence or to remove what was said.
    """
    if case is None:
        grave = event.opinion_level.rank <= OpinionLevel.II.rank
        return "立即研判并按权限呈报" if grave else "研判后确定是否交办"
    pressed = "督办，并" if is_overdue(case, reading.facts.made_at) else ""
    return pressed + ADVICE[case.state]


# 二、数据概览
def overview(reading: Reading) -> Section:
    """Totals beside yesterday and the seven-day mean, then as much of the split by category, tier and street as the sheet has room for."""
    blocks: list[Block] = [Paragraph(_totals(reading)), changed(reading)]
    if reading.unassessed:
        lacking = reading.count_posts(reading.unassessed, "未研判帖文", Tone.OVERDUE)
        blocks.append(Paragraph((Text("另有"), lacking, Text("条未研判，须人工处理，未计入有效。")), Manner.SMALL))
    splits = [("分类别", categories(reading)), ("分级别", tiers(reading)), ("分街镇", streets(reading))]
    room = SHEET - HEAD - height_of(headlines(reading)) - LINE - heights(blocks) - height_of(_counted(reading)) - ONE_CASE
    for title, counts in splits:
        line = Paragraph(split(title, counts), Manner.SMALL)
        room -= heights((line,))
        blocks += [line] if room >= 0 else []
    return Section("sec2", "二、", "数据概览", tuple(blocks))


def _totals(reading: Reading) -> Pieces:
    facts = reading.facts
    now = count_of(facts)
    total = reading.count_seen("监测到的帖文（按信息源）")
    valid = reading.count_posts(reading.relevant, "有效帖文")
    opened = reading.count_cases(lambda c: dispatched_in(c, facts), "新增交办")
    return (
        Text("监测到帖文"), total, *_versus(reading, now.posts, "posts"), Text("条，有效"), valid, *_versus(reading, now.relevant, "relevant"),
        Text("条，新增交办"), opened, *_versus(reading, now.cases, "cases"), Text("件。"),
    )  # fmt: skip


def _versus(reading: Reading, now: int, what: str) -> Pieces:
    """ "（昨日48，7日均51.3）"; the numbers lead to the earlier day's row."""
    day = reading.facts.day
    known = {c.day: c for c in reading.facts.previous if day - timedelta(days=7) <= c.day < day}
    if not known:
        return (Text(f"（{NO_COMPARISON}）"),)
    mean = sum(_figure(c, what) for c in known.values()) / len(known)
    yesterday = known.get(day - timedelta(days=1))
    anchor = f"#{reading.anchors[Kind.EARLIER, yesterday.day.isoformat()]}" if yesterday else ""
    first: Piece = Link(str(_figure(yesterday, what)), anchor) if yesterday else Text(NO_COMPARISON)
    return Text("（昨日"), first, Text(f"，{len(known)}日均"), Link(f"{mean:.1f}", "#annex7"), Text("）")


def _figure(row: DayCount, what: str) -> int:
    return {"posts": row.posts, "relevant": row.relevant, "cases": row.cases}[what]


def split(title: str, counts: tuple[Count, ...], most: int = 4) -> Pieces:
    """The largest parts on one line; the annex has all."""
    shown = [c for c in counts if c.value][:most]
    if not shown:
        return (Text(f"{title}：", Tone.STRONG), Text("无"))
    pieces: list[Piece] = [Text(f"{title}：", Tone.STRONG)]
    for n, count in enumerate(shown):
        pieces += [Text(("、" if n else "") + count.label.removeprefix(f"{title}·")), count]
    rest = "等（附表1）。" if len([c for c in counts if c.value]) > most else "。"
    return (*pieces, Text(rest))


def tiers(reading: Reading) -> tuple[Count, ...]:
    """有效 posts by media tier, in the tiers' order, 未登记 last."""
    names: list[MediaTier | None] = [*MediaTier, None]
    return tuple(
        reading.count_posts((p for p in reading.relevant if reading.tier(p) is tier), f"分级别·{tier or '未登记信息源'}") for tier in names
    )


def categories(reading: Reading) -> tuple[Count, ...]:
    """有效 posts by category, most first; a post may have several, or none (未归类)."""
    rows = [(c.code, c.name) for c in reading.facts.standard.categories]
    labels = {p.id: reading.facts.assessments[p.id].labels for p in reading.relevant}
    counts = [reading.count_posts((p for p in reading.relevant if code in labels[p.id]), f"分类别·{name}") for code, name in rows]
    none = reading.count_posts((p for p in reading.relevant if not labels[p.id]), "分类别·未归类")
    return (*sorted(counts, key=lambda c: -c.value), none)


def streets(reading: Reading) -> tuple[Count, ...]:
    """有效 posts by street or town, most first; a post may name several, or none (属地未明)."""
    by_area: dict[str, list[Post]] = {name: [] for name in reading.facts.area_names}
    nowhere: list[Post] = []
    for post in reading.relevant:
        areas = reading.facts.assessments[post.id].areas
        for name in areas:
            by_area.setdefault(name, []).append(post)
        if not areas:
            nowhere.append(post)
    counts = [reading.count_posts(posts, f"分街镇·{name}") for name, posts in by_area.items()]
    return (*sorted(counts, key=lambda c: -c.value), reading.count_posts(nowhere, "分街镇·属地未明"))


def count_of(facts: DayFacts) -> DayCount:
    """The day's figures as this digest prints them: what the caller keeps as a later day's `previous`."""
    fresh = {p.id: p for p in facts.posts if not (p.baseline and p.said_at < facts.start)}
    return DayCount(
        day=facts.day,
        posts=len(fresh) + sum(facts.rest.values()),
        relevant=sum(is_relevant(p, facts) for p in fresh.values()),
        cases=len({c.id for c in facts.cases if dispatched_in(c, facts)}),
    )


def dispatched_in(case: Case, facts: DayFacts) -> bool:
    """True when the case was first dispatched in the span; one sent again after 退回 is not new."""
    moves = [t.at for t in facts.transitions.get(case.id, ()) if t.to_state is CaseState.DISPATCHED]
    return facts.in_span(min(moves, default=case.dispatched_at))


# 三、新增交办与到期
def dispatches(reading: Reading) -> Section:
    """New, undecided, due and overdue cases as numbers; of the most urgent a line each, as many as the sheet has room for, at most three."""
    counted = _counted(reading)
    room = SHEET - HEAD - sum(map(height_of, (headlines(reading), overview(reading), counted)))
    counts = [p for p in pieces_of(counted.blocks[0]) if isinstance(p, Count)]
    wanted = {row for count in counts if count.label != WAITING for row in count.rows}
    return replace(counted, blocks=(*counted.blocks, *_urgent(reading, wanted, room)))


def _counted(reading: Reading) -> Section:
    """The section's numbers alone."""
    facts = reading.facts
    opened = reading.count_cases(lambda c: dispatched_in(c, facts), "新增交办")
    waiting = reading.count_cases(lambda c: c.state is CaseState.ALERTED, WAITING)
    soon = reading.count_cases(lambda c: is_due_soon(c, facts.made_at), "24小时内到期")
    late = reading.count_cases(lambda c: is_overdue(c, facts.made_at), "逾期", Tone.OVERDUE)
    pieces: Pieces = (
        Text("新增交办"), opened, Text("件，待决定"), waiting, Text("件，24小时到期"), soon, Text("件，逾期"), late, Text("件。"),
    )  # fmt: skip
    return Section("sec3", "三、", "新增交办与到期", (Paragraph(pieces),))


def _urgent(reading: Reading, wanted: set[str], room: float) -> tuple[Block, ...]:
    """The most urgent of the cases counted, overdue ones first; where the rest stands."""
    now = reading.facts.made_at
    chosen = [c for c in reading.cases if reading.anchors[Kind.CASE, c.id] in wanted and running(c, now)]
    chosen.sort(key=lambda c: (running(c, now)[0].deadline.due_at, c.number))
    rest: Pieces = (Text("其余见"), Link("附表2", "#annex2"), Text("。"))
    shown: list[Pieces] = []
    for line in (_urgent_line(reading, case) for case in chosen[:URGENT]):
        room -= heights((Paragraph((*line, *rest), Manner.SMALL),))
        if room < 0:
            break
        shown.append(line)
    if shown and len(chosen) > len(shown):
        shown[-1] += rest
    return tuple(Paragraph(pieces, Manner.SMALL) for pieces in shown)


def _urgent_line(reading: Reading, case: Case) -> Pieces:
    unit = "" if case.event_id in reading.secret_events else f" {reading.unit(case.routing.lead)}"
    return (reading.case_row(case), Text(f"{unit}："), next_clock(reading, case), Text("。"))
