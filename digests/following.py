"""Following (后续): 持续关注, 回应情况, 苗头性问题, 上级与周边, 不实信息线索, 明日敏感节点."""

import re
from collections.abc import Iterable

from digests.document import Block, Column, Heading, Link, Manner, Paragraph, Piece, Pieces, Section, Table, TableRow, Text, Tone
from digests.front import level
from digests.quoting import clean, quote, web_address
from digests.reading import Kind, Reading, said_words
from digests.trends import Trend
from records.assessment import Territory
from records.case import Case, CaseState, Transition
from records.event import Event, EventPhase
from records.instant import in_words
from records.post import Post

SHOWN = 8  # rows of a list in the body; the number before it still leads to all
TRENDS = 5
_NUMERALS = "一二三四五六七八九十"
_ADDRESS = re.compile(r"https?://[^\s，。；、）)]+")


def _none(words: str) -> tuple[Block, ...]:
    return (Paragraph((Text(words),)),)


# 四、持续关注事件
def watched(reading: Reading) -> Section:
    """Events older than the span that drew posts in it or just before it: growing, level, or receding."""
    facts = reading.facts
    older = [e for e in reading.events if e.created_at < facts.start and (reading.posts_within(e) or reading.posts_within(e, 24))]
    old = reading.arranged(older)
    columns = (Column("事件", 34), Column("等级", 9), Column("累计", 9), Column("24小时", 16), Column("走势", 16), Column("办理", 16))
    rows = tuple(_watched_row(reading, event) for event in old[:SHOWN])
    blocks: tuple[Block, ...] = (Table("持续关注事件", columns, rows),) if rows else _none("无跨日持续传播的事件。")
    rest = _rest(len(old), "#annex3", "附表3")
    return Section("sec4", "四、", "持续关注事件", (*blocks, *rest))


def _rest(total: int, href: str, name: str) -> tuple[Block, ...]:
    return (Paragraph((Text(f"以上列出前{SHOWN}项，其余见"), Link(name, href), Text("。"))),) if total > SHOWN else ()


def _watched_row(reading: Reading, event: Event) -> TableRow:
    title = reading.event_title(event, 12)
    posts, now, before = reading.posts_of(event), reading.posts_within(event), reading.posts_within(event, 24)
    case = reading.case_by_event.get(event.id)
    change: Pieces = (
        reading.count_posts(now, f"事件“{title}”本期新增"), Text("（前"), reading.count_posts(before, f"事件“{title}”前24小时"), Text("）"),
    )  # fmt: skip
    return TableRow((
        (Link(reading.event_title(event), f"#{reading.anchors[Kind.EVENT, event.id]}"),),
        level(event.opinion_level),
        (reading.count_posts(posts, f"事件“{title}”累计帖文"),),
        change,
        (Text(f"{course(len(now), len(before))}·{event.phase}期"),),
        (Text(str(case.state)) if case else Text("未交办", Tone.QUIET),),
    ))  # fmt: skip


def course(now: int, before: int) -> str:
    """Where the attention goes.

    >>> course(3, 9), course(9, 3), course(4, 4)
    ('回落', '上升', '持平')
    """
    if now == before:
        return "持平"
    return "上升" if now > before else "回落"


# 五、回应情况
def answers(reading: Reading) -> Section:
    """Cases answered in public in the span, with the published address and what was posted since."""
    moves = [(case, move) for case in reading.cases for move in _answer_moves(reading, case)]
    public = [(case, move) for case, move in moves if move.to_state is CaseState.ANSWERED]
    told = reading.count(Kind.CASE, (c.id for c, _ in public), "本期已公开回应")
    kept = reading.count(Kind.CASE, (c.id for c, m in moves if m.to_state is CaseState.NOT_PUBLISHED), "本期不公开回应")
    receding = [e for e in reading.events if e.phase is EventPhase.FADING and e.id in reading.case_by_event]
    fading = reading.count(Kind.EVENT, (e.id for e in receding), "已交办且回落的事件")
    intro: Pieces = (
        Text("本期公开回应"), told, Text("件，按程序不公开回应"), kept, Text("件；已交办事件中"), fading, Text("件处于回落期。"),
    )  # fmt: skip
    columns = (Column("编号", 25, whole=True), Column("事项与单位", 33), Column("回应时间", 20), Column("回应后新增", 10), Column("链接", 12))
    table = Table("本期公开回应", columns, tuple(_answer_row(reading, case, move) for case, move in public))
    return Section("sec5", "五、", "回应情况", (Paragraph(intro), *((table,) if public else ())))


def _answer_moves(reading: Reading, case: Case) -> Iterable[Transition]:
    ends = (CaseState.ANSWERED, CaseState.NOT_PUBLISHED)
    return (t for t in reading.facts.transitions.get(case.id, ()) if t.to_state in ends and reading.facts.in_span(t.at))


def _answer_row(reading: Reading, case: Case, move: Transition) -> TableRow:
    facts = reading.facts
    posts = [p for p in facts.posts_by_event.get(case.event_id, ()) if move.at < p.first_seen_at < facts.end]
    address = web_address(facts.answer_urls.get(case.id, "") or "".join(_ADDRESS.findall(clean(move.why))[:1]))
    secret = case.event_id in reading.secret_events
    matter = reading.case_title(case) + ("" if secret else f"（{reading.unit(case.routing.lead)}）")
    limits = [d.due_at for d in case.deadlines if d.kind == "respond"]
    late = Text("，逾时", Tone.OVERDUE) if limits and move.at > min(limits) else Text("，按时" if limits else "")
    shown: Piece = Text("另行报送") if secret else Link("查看", address) if address else Text("未登记链接", Tone.OVERDUE)
    return TableRow((
        (reading.case_row(case),), (Text(matter),), (Text(in_words(move.at)), late),
        (reading.count_posts(posts, f"{case.number} 回应后新增帖文"), Text("条")), (shown,),
    ))  # fmt: skip


# 六、苗头性问题
def trends(reading: Reading) -> Section:
    """Three or more posts of one street and one matter within seven days."""
    blocks: list[Block] = []
    for number, trend in enumerate(reading.trends[:TRENDS], start=1):
        blocks += _trend(reading, trend, number)
    found = tuple(blocks) or _none("近七日未见同地同类三条以上的帖文。")
    hidden = reading.count_posts((p for t in reading.trends[TRENDS:] for p in t.posts), "苗头 其余较小的同类情况")
    rest = (Paragraph((Text("另有较小的同类情况，涉及帖文"), hidden, Text("条。"))),) if hidden.value else ()
    return Section("sec6", "六、", "苗头性问题", (*found, *rest))


def _trend(reading: Reading, trend: Trend, number: int) -> tuple[Block, ...]:
    name = f"{clean(trend.area)} · {reading.category(trend.category)}"
    secret = any(reading.withheld(p) for p in trend.posts)
    unit = f" · {reading.unit(trend.unit)}" if trend.unit and not secret else ""
    new = [p for p in trend.posts if reading.facts.in_span(p.first_seen_at)]
    pieces: Pieces = (
        Text("近七日"), reading.count_posts(trend.posts, f"苗头 {name}{unit} 近七日"), Text("条，其中本期"),
        reading.count_posts(new, f"苗头 {name}{unit} 本期"), Text("条。最近一条：“"), _to_row(reading, trend.posts[-1]), Text("”。"),
    )  # fmt: skip
    return Heading(f"（{_NUMERALS[number - 1]}）{name}{unit}"), Paragraph(pieces)


def _to_row(reading: Reading, post: Post) -> Link:
    return Link(reading.post_title(post, 36), reading.post_href(post))


# 七、上级与周边关注
def around(reading: Reading) -> Section:
    """What media of the city and above said of us, and what was said of the neighbours on matters like ours."""
    facts = reading.facts
    near = [p for p in reading.around if facts.assessments[p.id].territory is Territory.NEIGHBOUR]
    above = [p for p in reading.around if facts.assessments[p.id].territory is not Territory.NEIGHBOUR]
    if not reading.around:
        return Section("sec7", "七、", "上级与周边关注", _none("未监测到市级以上媒体涉区报道和周边同类情况。"))
    of_us, of_them = reading.count_posts(above, "市级以上媒体涉区"), reading.count_posts(near, "周边同类")
    intro: Pieces = (Text("市级以上媒体涉区"), of_us, Text("条，周边同类"), of_them, Text("条。"))
    lines = [Paragraph(_around_line(reading, p), Manner.SMALL) for p in (*above[: SHOWN // 2], *near[: SHOWN // 2])]
    return Section("sec7", "七、", "上级与周边关注", (Paragraph(intro), *lines))


def _around_line(reading: Reading, post: Post) -> Pieces:
    if reading.withheld(post):
        return (_to_row(reading, post),)
    tier = reading.tier(post) or "级别未登记"
    return (Text(f"{tier}·{reading.source(post.source_id)}（{said_words(post)}）："), _to_row(reading, post))


# 八、不实信息线索
def doubtful(reading: Reading) -> Section:
    """C7 and R6: suspected only. Criticism, complaint or satire alone never stands here."""
    facts = reading.facts
    found = [p for p in reading.relevant if "C7" in facts.assessments[p.id].labels or facts.assessments[p.id].form == "R6"]
    title = "不实信息线索（疑似，待核实）"
    if not found:
        return Section("sec8", "八、", title, _none("无。批评、投诉、讽刺不属于不实信息。"))
    rule = "条，均待具名人员依据权威来源核实；核实前不作定性，不据此处置发言者。"
    intro: Pieces = (Text("疑似线索"), reading.count_posts(found, "疑似不实信息线索"), Text(rule))
    lines = [Paragraph((Text("疑似，待核实："), *_around_line(reading, p)), Manner.SMALL) for p in found[:SHOWN]]
    return Section("sec8", "八、", title, (Paragraph(intro), *lines, *_rest(len(found), "#annex4", "附表4")))


# 九、明日敏感节点
def tomorrow(reading: Reading) -> Section:
    """The dates the office listed for tomorrow."""
    lines = tuple(Paragraph((Text(f"{n}. {quote(what, 80)}"),)) for n, what in enumerate(reading.facts.sensitive, start=1))
    return Section("sec9", "九、", "明日敏感节点", lines or _none("未登记明日敏感节点（由区政府办登记）。"))
