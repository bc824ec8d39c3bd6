"""督查通报: a period's figures as a document for Word. Units in their fixed order, counts beside rates, nobody named.

Source: 实施方案四（三）(加强督查考核).
"""

from datetime import timedelta

from digests.document import Block, Column, Daily, Head, Paragraph, Pieces, Section, Table, TableRow, Text
from digests.quoting import clean
from records.instant import in_words, shanghai
from records.performance import FEWEST, Evaluation, OnTime, Performance, Spans

CLOCK_NAMES = {"sign": "签收", "reply": "首次回应", "respond": "公开回应", "close": "办结", "release": "权威发布", "press": "新闻发布会"}
_METHOD = (
    "受理数为统计期内首次交办且未撤销的件数，按现牵头单位计；撤销件另列。",
    f"不足{FEWEST}件的不列率，只列件数；不排名，不涉及个人。",
    "按时率＝时限内完成件数÷（已完成与已逾期件数）；未到期的不计；迟发现的计入监测，不计承办单位。",
    "回应率＝已公开回应件数÷应回应件数（受理件去掉经签批不公开回应的）。",
    "二次舆情：首次回应满24小时后至第7日又有3条以上帖文，或跟踪中重新核查。",
    "时长取中位数与第90百分位（最近秩），只计已完成的件。",
)


def build_bulletin(found: Evaluation, names: dict[str, str], praised: tuple[str, ...], office: str) -> Daily:
    """The bulletin of a period; `names` unit id → name, `praised` the unit ids commended by figures. 未经审核 until signed on paper."""
    blocks: tuple[tuple[str, tuple[Block, ...]], ...] = (
        ("总体情况", (_body(_overall(found)),)),
        ("各单位办理情况", (_table(found, names),)),
        ("工作推动有力的单位", (_body("、".join(clean(names.get(u, u)) for u in praised) or "本期没有达到列举条件的单位。"),)),
        ("逾期情况与原因", (_late(found.district, names),) if found.district.late else (_body("本期没有逾期件。"),)),
        ("统计口径", tuple(_body(f"{n}．{line}") for n, line in enumerate(_METHOD, start=1))),
    )
    sections = tuple(Section(f"sec{n}", f"{'一二三四五'[n - 1]}、", title, inside) for n, (title, inside) in enumerate(blocks, start=1))
    annex = Section("annex1", "附表1　", "受理件编号", (_body("、".join(found.district.numbers) or "无。"),))
    return Daily(head=_head(found, office), sections=sections, annexes=(annex,), amounts={})


def _head(found: Evaluation, office: str) -> Head:
    first, day = shanghai(found.since), shanghai(found.at).date()
    return Head(
        mark="内部资料　注意保存", title="政务舆情回应督查通报", issue=f"{first.year}年{first.month}月", day=day,
        day_words=f"{day.year}年{day.month}月{day.day}日", span_words=f"{in_words(found.since, year=True)}至{in_words(found.until, year=True)}",
        office=clean(office), compiled="系统自动生成", review="未经审核", reviewed=False, made_at=found.at,
    )  # fmt: skip


def _body(words: str) -> Paragraph:
    return Paragraph((Text(words),))


def _cell(words: object) -> Pieces:
    return (Text(str(words)),)


def in_hours(span: timedelta | None) -> str:
    """A duration in hours, "—" for none.

    >>> in_hours(timedelta(minutes=90)), in_hours(None)
    ('1.5小时', '—')
    """
    return "—" if span is None else f"{span / timedelta(hours=1):.1f}小时"


def _spans(name: str, spans: Spans) -> str:
    return f"{name}{spans.count}件，中位数{in_hours(spans.median)}，第90百分位{in_hours(spans.p90)}"


def _overall(found: Evaluation) -> str:
    one = found.district
    return (
        f"本期预警{one.alerted}件，受理{one.accepted}件，另撤销{one.withdrawn}件。签收{one.signed.words}；公开回应{one.answered.words}；"
        f"办结{one.closed.words}；退回{one.returned.words}；重复件{one.repeats.words}；误报{one.false_alarms.words}；漏报{found.missed}条；"
        f"迟发现{one.late_found}件；二次舆情{one.second_waves.words}。{_spans('签收时长', one.signing)}。"
        f"{_spans('首次回应时长（自首发）', one.first_from_published)}。{_spans('首次回应时长（自交办）', one.first_from_dispatched)}。"
        f"{_spans('发现时延', one.discovery)}。首次回应前七日帖文{one.mentions_before}条，后七日{one.mentions_after}条。"
    )


def _table(found: Evaluation, names: dict[str, str]) -> Table:
    shares = {"单位": 16, "受理": 7, "撤销": 7, "签收": 16, "回应": 16, "办结": 16, "按时": 22}
    columns = tuple(Column(title, share) for title, share in shares.items())
    rows = tuple(TableRow(tuple(map(_cell, _unit(one, names)))) for one in found.units)
    return Table("各单位办理情况（件）", columns, rows, small=True)


def _unit(one: Performance, names: dict[str, str]) -> tuple[object, ...]:
    times = "；".join(_on_time(clock) for clock in one.on_time if clock.rate.of) or "—"
    name = clean(names.get(one.unit, one.unit))
    return name, one.accepted, one.withdrawn, *(_short(r.met, r.of, r.percent) for r in (one.signed, one.answered, one.closed)), times


def _on_time(clock: OnTime) -> str:
    return f"{CLOCK_NAMES.get(clock.kind, clock.kind)}{_short(clock.rate.met, clock.rate.of, clock.rate.percent)}"


def _short(met: int, of: int, percent: float | None) -> str:
    return f"{met}/{of}" + ("" if percent is None else f" {percent:.1f}%")


def _late(one: Performance, names: dict[str, str]) -> Table:
    columns = (Column("编号", 22), Column("单位", 22), Column("时限", 12), Column("应完成", 19), Column("原因", 25))
    rows = tuple(
        TableRow(tuple(map(_cell, (
            o.number, clean(names.get(o.unit, o.unit)), CLOCK_NAMES.get(o.kind, o.kind), in_words(o.due_at), o.why + ("" if o.met_at else "；未完成")
        ))))
        for o in one.late
    )  # fmt: skip
    return Table("逾期件", columns, rows, small=True)
