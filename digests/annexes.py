"""Annexes (附表): the rows every number leads to, and from there to the source's page or the case's."""

from collections.abc import Iterable

from digests.clocks import running
from digests.document import (
    POST_ROWS,
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
)
from digests.front import categories, level, streets, tiers
from digests.quoting import clean, quote, web_address
from digests.reading import Kind, Reading, said_words
from digests.running import standings, why
from digests.standing import Standing
from records.case import Case
from records.event import Event
from records.instant import in_words
from records.notice import Notice, NoticeState
from records.post import Post
from records.source import Source

NAMES = {"p": "帖", "q": "引", "c": "件", "e": "事", "s": "源", "w": "况", "d": "通", "h": "日"}
NOTICE_STATES = {NoticeState.PENDING: "待发送", NoticeState.CLAIMED: "发送中", NoticeState.SENT: "已送达", NoticeState.DEAD: "未能送达"}
NOTHING: Pieces = (Text("—", Tone.QUIET),)


def row_name(anchor: str) -> str:
    """A row's name as printed in the annex and in the index of numbers.

    >>> row_name("p12")
    '帖12'
    """
    return NAMES[anchor[0]] + anchor[1:]


def annexes_of(reading: Reading) -> tuple[Section, ...]:
    """附表1–8, always all of them, so that their numbers mean the same every day. 附表9 (数字索引) is made from the counts."""
    parts = (
        ("分项数据", _splits(reading)), ("交办件", _cases(reading)), ("事件", _events(reading)),
        ("有效帖文", _posts(reading, reading.relevant, "有效帖文")), ("引用的其他帖文", _posts(reading, reading.cited, "引用的其他帖文")),
        ("信息源", _sources(reading)), ("往日数据", _earlier(reading)), ("通知", _notices(reading)),
    )  # fmt: skip
    return tuple(Section(f"annex{n}", f"附表{n}　", title, blocks) for n, (title, blocks) in enumerate(parts, start=1))


def _table(caption: str, columns: tuple[Column, ...], rows: Iterable[TableRow]) -> tuple[Block, ...]:
    found = tuple(rows)
    return (Table(caption, columns, found, small=True),) if found else (Paragraph((Text("无。"),), Manner.SMALL),)


def _splits(reading: Reading) -> tuple[Block, ...]:
    counts = (*tiers(reading), *categories(reading), *streets(reading), *_forms(reading))
    columns = (Column("口径", 18), Column("项目", 64), Column("有效（条）", 18))
    rows = (TableRow(((Text(c.label.partition("·")[0]),), (Text(c.label.partition("·")[2]),), (c,))) for c in counts)
    note = "一条帖文可属多个类别、涉及多个街镇，分项之和可大于有效帖文数。"
    return Paragraph((Text(note, Tone.QUIET),), Manner.SMALL), *_table("分项数据", columns, rows)


def _forms(reading: Reading) -> tuple[Count, ...]:
    said = reading.facts.assessments
    return tuple(
        reading.count_posts((p for p in reading.relevant if said[p.id].form == f.code), f"分回应形式·{f.name}")
        for f in reading.facts.standard.forms
    )


def _cases(reading: Reading) -> tuple[Block, ...]:
    columns = (Column("序", 8, whole=True), Column("编号", 20), Column("事项", 24), Column("单位", 17), Column("状态", 9), Column("时限", 22))
    return _table("交办件", columns, (_case_row(reading, c) for c in reading.cases))


def _case_row(reading: Reading, case: Case) -> TableRow:
    anchor = reading.anchors[Kind.CASE, case.id]
    secret = case.event_id in reading.secret_events
    unit = NOTHING if secret else (Text(_units(reading, case)),)
    event = reading.anchors.get((Kind.EVENT, case.event_id))
    matter = (Link(reading.case_title(case), f"#{event}" if event else ""),)
    return TableRow(
        (_own(anchor), (reading.case_page(case),), (*level(case.opinion_level), Text(" "), *matter), unit, (Text(str(case.state)),),
         _clocks(reading, case)), anchor,
    )  # fmt: skip


def _units(reading: Reading, case: Case) -> str:
    joint = "、".join(reading.unit(u) for u in case.routing.joint)
    return reading.unit(case.routing.lead) + (f"（协办：{joint}）" if joint else "")


def _clocks(reading: Reading, case: Case) -> Pieces:
    clocks = running(case, reading.facts.made_at)
    texts = [Text(("；" if n else "") + c.words, Tone.OVERDUE if c.overdue else Tone.PLAIN) for n, c in enumerate(clocks)]
    return tuple(texts) or (Text("无待办时限", Tone.QUIET),)


def _own(anchor: str) -> Pieces:
    return (Text(row_name(anchor), Tone.QUIET),)


def _events(reading: Reading) -> tuple[Block, ...]:
    columns = (Column("序", 8, whole=True), Column("事件", 29), Column("等级与理由", 33), Column("累计", 9), Column("互动", 10), Column("交办件", 11))
    return _table("事件", columns, (_event_row(reading, e) for e in reading.events))


def _event_row(reading: Reading, event: Event) -> TableRow:
    anchor = reading.anchors[Kind.EVENT, event.id]
    secret = event.id in reading.secret_events
    reasons = "" if secret else quote("；".join(event.level_reasons), 60)
    label = f"事件“{reading.event_title(event, 12)}”累计帖文"
    case = reading.case_by_event.get(event.id)
    return TableRow(
        (_own(anchor), (Text(reading.event_title(event)),), (*level(event.opinion_level), Text(f" {reasons}")),
         (reading.count_posts(reading.posts_of(event), label),), (Text(f"{event.heat}次"),), (_case_short(reading, case),) if case else NOTHING),
        anchor,
    )  # fmt: skip


def _posts(reading: Reading, posts: tuple[Post, ...], caption: str) -> tuple[Block, ...]:
    columns = (
        Column("序", 8, whole=True), Column("时间", 16), Column("来源", 16), Column("标题", 30), Column("研判", 17), Column("归属", 13),
    )  # fmt: skip
    return (*_unlisted(len(posts)), *_table(caption, columns, (_post_row(reading, p) for p in posts[:POST_ROWS])))


def _unlisted(total: int) -> tuple[Block, ...]:
    """How many rows are not shown, and where they are."""
    if total <= POST_ROWS:
        return ()
    words = f"本表列出前{POST_ROWS}条，其余{total - POST_ROWS}条未列出（均已计入各项数字），存于台账，在工作台“检索”中按统计区间查看。"
    return (Paragraph((Text(words),), Manner.SMALL),)


def _post_row(reading: Reading, post: Post) -> TableRow:
    anchor = reading.post_anchor(post)
    said = reading.said(post)
    if reading.withheld(post):
        return TableRow((_own(anchor), NOTHING, NOTHING, (Text(reading.post_title(post)),), NOTHING, NOTHING), anchor)
    judged = NOTHING
    if said is not None:
        labels = "、".join(reading.category(code) for code in said.labels) or "未归类"
        judged = (*level(said.level), Text(f" {labels}"))
    cells: tuple[Pieces, ...] = (
        _own(anchor), (Text(said_words(post)),), (Text(reading.source(post.source_id)),), (reading.post_link(post),), judged,
        _belongs(reading, post),
    )  # fmt: skip
    return TableRow(cells, anchor)


def _belongs(reading: Reading, post: Post) -> Pieces:
    """Streets, then the event's row and the case's."""
    said, event = reading.said(post), reading.event_by_post.get(post.id)
    pieces: list[Piece] = [Text("、".join(map(clean, said.areas)) if said and said.areas else "属地未明")]
    if event:
        anchor = reading.anchors[Kind.EVENT, event.id]
        pieces += [Text(" "), Link(row_name(anchor), f"#{anchor}")]
        if case := reading.case_by_event.get(event.id):
            pieces += [Text(" "), _case_short(reading, case)]
    return tuple(pieces)


def _case_short(reading: Reading, case: Case) -> Link:
    """ "件5": a full number would take three lines of a narrow cell."""
    anchor = reading.anchors[Kind.CASE, case.id]
    return Link(row_name(anchor), f"#{anchor}")


def _sources(reading: Reading) -> tuple[Block, ...]:
    by_source: dict[str, list[Post]] = {}
    for post in reading.relevant:
        by_source.setdefault(post.source_id, []).append(post)
    volume = (Column("序", 9, whole=True), Column("信息源", 46), Column("级别", 15), Column("帖文（条）", 15), Column("有效（条）", 15))
    health = (Column("序", 9, whole=True), Column("信息源", 41), Column("状况", 20), Column("说明", 30))
    found = standings(reading)
    return (
        *_table("采集量（按信息源）", volume, (_volume_row(reading, s, by_source) for s in reading.sources)),
        *_table("运行状况", health, (_health_row(reading, s, found) for s in reading.sources)),
    )


def _volume_row(reading: Reading, source: Source | str, by_source: dict[str, list[Post]]) -> TableRow:
    source_id = source if isinstance(source, str) else source.id
    anchor = reading.anchors[Kind.SOURCE, source_id]
    name = reading.source(source_id)
    href = "" if isinstance(source, str) else web_address(source.url)
    seen = Count(reading.amounts[anchor], (anchor,), f"{name} 帖文") if reading.amounts[anchor] else Count(0, (), f"{name} 帖文")
    valid = reading.count_posts(by_source.get(source_id, ()), f"分信息源·{name}")
    tier = "未登记" if isinstance(source, str) else str(source.tier)
    return TableRow((_own(anchor), (Link(name, href),), (Text(tier),), (seen,), (valid,)), anchor)


def _health_row(reading: Reading, source: Source | str, found: dict[str, Standing]) -> TableRow:
    source_id = source if isinstance(source, str) else source.id
    anchor = reading.anchors[Kind.STATE, source_id]
    name: Pieces = (Text(reading.source(source_id)),)
    if isinstance(source, str):
        return TableRow((_own(anchor), name, (Text("未登记"),), (Text("导入或已从清单删除"),)), anchor)
    standing = found[source_id]
    note = NOTHING if standing in (Standing.WELL, Standing.OFF) else (Text(why(reading, source, standing)),)
    return TableRow((_own(anchor), name, (Text(str(standing)),), note), anchor)


def _earlier(reading: Reading) -> tuple[Block, ...]:
    columns = (Column("序", 10, whole=True), Column("日期", 30), Column("帖文（条）", 20), Column("有效（条）", 20), Column("新增交办（件）", 20))
    rows = {c.day: c for c in reading.facts.previous}
    made = []
    for day, row in sorted(rows.items(), reverse=True):
        anchor = reading.anchors[Kind.EARLIER, day.isoformat()]
        figures = tuple((Text(str(n)),) for n in (row.posts, row.relevant, row.cases))
        made.append(TableRow((_own(anchor), (Text(f"{day.year}年{day.month}月{day.day}日"),), *figures), anchor))
    return _table("往日数据", columns, made)


def _notices(reading: Reading) -> tuple[Block, ...]:
    columns = (Column("序", 9, whole=True), Column("时间", 19), Column("种类", 14), Column("收件单位", 27), Column("通道", 15), Column("结果", 16))
    return _table("通知", columns, (_notice_row(reading, n) for n in {n.id: n for n in reading.facts.notices}.values()))


def _notice_row(reading: Reading, notice: Notice) -> TableRow:
    anchor = reading.anchors[Kind.NOTICE, notice.id]
    result = Text(NOTICE_STATES[notice.state], Tone.OVERDUE if notice.state is NoticeState.DEAD else Tone.PLAIN)
    cells: tuple[Pieces, ...] = (
        _own(anchor), (Text(in_words(notice.created_at)),), (Text(str(notice.kind)),), (Text(reading.unit(notice.recipient)),),
        (Text(clean(notice.channel)),), (result,),
    )  # fmt: skip
    return TableRow(cells, anchor)
