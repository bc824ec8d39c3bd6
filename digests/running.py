"""Running (监测运行): which sources failed or fell silent, what is not watched at all, which versions judged, what was not delivered."""

from digests.document import Block, Column, Heading, Link, Manner, Paragraph, Piece, Pieces, Section, Table, TableRow, Text, Tone
from digests.front import NOT_HEARD
from digests.quoting import clean, quote
from digests.reading import Kind, Reading
from digests.standing import GAPS, Standing, standing_of
from records.edition import REMARK, DigestEdit, EditKind
from records.instant import in_words
from records.notice import NoticeState
from records.source import MediaTier, Source


def watching(reading: Reading) -> Section:
    """Section 十."""
    blocks: tuple[Block, ...] = (
        Heading("（一）信息源状况"), *_sources(reading), Heading("（二）覆盖缺口"), *_gaps(reading), Heading("（三）通知与版本"), *_versions(reading),
    )  # fmt: skip
    return Section("sec10", "十、", "监测运行", (*blocks, *_edits(reading)))


def _edits(reading: Reading) -> tuple[Block, ...]:
    """What was changed of the paper, by whom, when and why: an event left out is still in the figures and the annex."""
    lines = [Paragraph((Text(_edit_words(reading, edit)),), Manner.SMALL) for edit in reading.facts.edition.edits]
    return (Heading("（四）编辑记录"), *lines) if lines else ()


def _edit_words(reading: Reading, edit: DigestEdit) -> str:
    events = {e.id: e for e in reading.events}
    names = "、".join(f"“{reading.event_title(events[i], 12)}”" if i in events else "本期以外的事件" for i in edit.events)
    told = {
        EditKind.ORDER: f"调整要情次序：{names}", EditKind.DROP: f"略去{names}（仍计入数据和附表）", EditKind.RESTORE: f"恢复{names}",
        EditKind.REMARK: f"按语{names}",
    }[edit.kind]  # fmt: skip
    return f"{in_words(edit.at)} {clean(edit.by)} {told}" + (f"：{quote(edit.words, REMARK)}" if edit.words else "") + "。"


def standings(reading: Reading) -> dict[str, Standing]:
    """Source id → standing, for the registered sources."""
    facts = reading.facts
    return {s.id: standing_of(s, facts.fetch_states.get(s.id), facts.start) for s in facts.sources}


def _sources(reading: Reading) -> tuple[Block, ...]:
    found = standings(reading)
    pieces: list[Piece] = [Text("各信息源中")]
    for n, standing in enumerate(s for s in Standing if s in found.values()):
        rows = [i for i, s in found.items() if s is standing]
        pieces += [Text(f"{'，' if n else ''}{standing}"), reading.count(Kind.STATE, rows, f"信息源·{standing}"), Text("个")]
    said = Paragraph((*pieces, Text(f"。{NOT_HEARD}：下列信息源本期的情况，本报无从反映。")))
    bad = sorted((s for s in reading.facts.sources if found[s.id] in GAPS), key=lambda s: list(GAPS).index(found[s.id]))
    if not bad:
        return (Paragraph((*pieces, Text(f"。未发现失败、停更或零产出。{NOT_HEARD}。"))),)
    columns = (Column("信息源", 30), Column("状况", 20), Column("最近成功", 22), Column("说明", 28))
    return said, Table("需要处理的信息源", columns, tuple(_bad_row(reading, s, found[s.id]) for s in bad))


def _bad_row(reading: Reading, source: Source, standing: Standing) -> TableRow:
    state = reading.facts.fetch_states.get(source.id)
    last = in_words(state.last_ok_at) if state and state.last_ok_at else "无"
    name = Link(reading.source(source.id), f"#{reading.anchors[Kind.SOURCE, source.id]}")
    tone = Tone.OVERDUE if standing in (Standing.NEVER, Standing.FAILING, Standing.STALE) else Tone.PLAIN
    return TableRow(((name,), (Text(str(standing), tone),), (Text(last),), (Text(why(reading, source, standing)),)))


def why(reading: Reading, source: Source, standing: Standing) -> str:
    """What is known of the trouble, in a phrase."""
    state = reading.facts.fetch_states.get(source.id)
    if state is None:
        return "尚无采集记录"
    return {
        Standing.BARREN: f"连续{state.zero_yields}次页面无条目",
        Standing.SILENT: f"最近新帖：{in_words(state.last_new_at)}" if state.last_new_at else "接入以来无新帖",
    }.get(standing) or f"连续失败{state.failures}次：{quote(state.last_error, 40) or '原因未记录'}"


def _gaps(reading: Reading) -> tuple[Block, ...]:
    """Media tiers without an enabled source, streets with no post, and the standing gap of closed platforms."""
    enabled = {s.tier for s in reading.facts.sources if s.enabled}
    lacking = [str(t) for t in MediaTier if t not in enabled]
    named = {a for p in reading.relevant for a in reading.facts.assessments[p.id].areas}
    quiet = [name for name in reading.facts.area_names if name not in named]
    words = [
        f"没有启用信息源的媒体级别：{'、'.join(lacking)}。" if lacking else "各媒体级别均有启用的信息源。",
        f"本期无帖文提及：{'、'.join(map(clean, quiet))}。" if quiet else "",
        "须登录的平台、私密群组、短视频内容不在采集范围，只收导入件。",
    ]
    return (Paragraph((Text("".join(words)),)),)


def _versions(reading: Reading) -> tuple[Block, ...]:
    facts = reading.facts
    sent = reading.count(Kind.NOTICE, (n.id for n in facts.notices if n.state is NoticeState.SENT), "已送达通知")
    dead = reading.count(Kind.NOTICE, (n.id for n in facts.notices if n.state is NoticeState.DEAD), "未能送达通知", Tone.OVERDUE)
    other = [n.id for n in facts.notices if n.state not in (NoticeState.SENT, NoticeState.DEAD)]
    pieces: Pieces = (
        Text("通知已送达"), sent, Text("件，待发送"), reading.count(Kind.NOTICE, other, "待发送通知"), Text("件，未能送达"), dead, Text("件。"),
    )  # fmt: skip
    approved = "已批准" if facts.standard.approved else "草案，未经批准"
    standard = clean(facts.standard_version or facts.standard.version)
    versions = f"模型版本{clean(facts.model_version) or '未知'}，监测标准版本{standard}（{approved}）。研判为机器初判，以人工审定为准。"
    chain = f"{clean(facts.chain_head)}。" if facts.chain_head else ""
    return Paragraph(pieces), Paragraph((Text(versions + chain),))
