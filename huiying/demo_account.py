"""The readable account of a demo: what was collected, how judged and why, who was alerted through what, where the digest is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from huiying.case_verbs import unit_name
from huiying.demo import Demo
from huiying.office import Office, ledger_url
from ledger.opening import shown
from records.assessment import Assessment
from records.case import Case, CaseState
from records.event import Event
from records.instant import in_words, shanghai
from records.notice import Notice, NoticeKind, NoticeState
from records.post import Post
from responders.case_file import CaseFile

COLOURS = {"Ⅰ": "bold red", "Ⅱ": "dark_orange", "Ⅲ": "yellow", "Ⅳ": "blue"}
CLOCKS = {
    "sign": "签收", "reply": "首次回应", "respond": "公开回应", "close": "办结", "release": "权威发布", "press": "新闻发布会", "ticket": "工单答复",
}  # fmt: skip
SHOWN_QUIET = 6  # of the events without an alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the ledger holds after a demo, read once."""

    posts: Sequence[Post]
    assessments: dict[str, Assessment]
    events: dict[str, Event]
    cases: Sequence[Case]
    notices: Sequence[Notice]
    quiet: dict[str, str]  # event id → why it was not alerted


def standing(office: Office) -> Standing:
    """Everything of the ledger that the account speaks of."""
    ledger = office.ledger
    cases = ledger.cases()
    opened = {c.event_id for c in cases}
    decisions = {event: why for event, why in ledger.decisions().items() if event not in opened}
    events = [e for i in (*opened, *decisions) if (e := ledger.event(i)) is not None]
    posts = ledger.posts_seen(office.beginning_of_time, office.end_of_time)
    return Standing(
        posts=posts,
        assessments=ledger.assessments([p.id for p in posts]),
        events={e.id: e for e in events},
        cases=cases,
        notices=ledger.notices(),
        quiet=decisions,
    )


def tell(demo: Demo, console: Console) -> None:
    """Prints the account."""
    found = standing(demo.office)
    console.rule("[bold]回应 Huiying 演示[/bold]", align="left")
    _collected(demo, found, console)
    _judged(demo, found, console)
    _alerted(demo, found, console)
    _handled(demo, found, console)
    _where(demo, console)


def _collected(demo: Demo, found: Standing, console: Console) -> None:
    console.print("\n[bold]一、收集[/bold]")
    table = Table("信息源", "方式", "帖文", "本次新增", "最早", "最晚", box=None, pad_edge=False)
    for source in demo.office.settings.sources:
        mine = [p for p in found.posts if p.source_id == source.id]
        times = sorted(p.published_at for p in mine if p.published_at)
        first, last = (in_words(times[0]), in_words(times[-1])) if times else ("", "")
        fresh = sum(p.first_seen_at >= demo.began_at for p in mine)
        table.add_row(source.name, source.kind.value, str(len(mine)), str(fresh), first, last)
    console.print(table)
    for problem in demo.account.problems:
        console.print(f"  [yellow]采集问题[/yellow] {escape(problem)}")


def _judged(demo: Demo, found: Standing, console: Console) -> None:
    relevant = [a for a in found.assessments.values() if a.relevant >= demo.office.settings.standard.thresholds.relevant]
    console.print(
        f"\n[bold]二、研判[/bold]　{len(found.posts)} 条帖文，相关 {len(relevant)} 条，归并为 {len(found.events)} 个事件，"
        f"立案 {len(found.cases)} 件"
    )
    for case in found.cases:
        for line in _case_lines(demo.office, case, found.events[case.event_id]):
            console.print(line)
    console.print(f"\n  未预警的事件 {len(found.quiet)} 个，例如：")
    for event_id, why in list(found.quiet.items())[:SHOWN_QUIET]:
        if event_id in found.events:
            console.print(f"    《{escape(found.events[event_id].title)}》——{escape(why)}", style="dim")


def _case_lines(office: Office, case: Case, event: Event) -> Iterator[str]:
    """A case in four lines: what, whose, why, by when."""
    colour, unit = COLOURS[case.opinion_level.value], unit_name(office, case.routing.lead)
    yield (
        f"\n  [{colour}]{case.opinion_level.value}级[/{colour}] [bold]{case.number}[/bold]《{escape(case.title)}》"
        f"　{'、'.join(case.labels)}　{case.form}　{len(event.post_ids)} 条帖文、{event.source_count} 个信息源"
    )
    joint = "、".join(unit_name(office, u) for u in case.routing.joint)
    yield f"    牵头 [bold]{unit}[/bold]{f'，协办 {joint}' if joint else ''}　状态 {case.state.value}"
    yield f"    为何：{escape('；'.join((*case.routing.reasons, *event.level_reasons[:1])))}"
    yield f"    时限：{'，'.join(_clocks(case)) or ('已办结' if case.state is CaseState.CLOSED else '无')}"


def _clocks(case: Case) -> Iterator[str]:
    for clock in sorted(case.deadlines, key=lambda d: d.due_at):
        late = "（迟发现，记监测责任）" if clock.late_found else ""
        yield f"{CLOCKS[clock.kind]} {in_words(clock.due_at)}前{late}"


def _alerted(demo: Demo, found: Standing, console: Console) -> None:
    console.print("\n[bold]三、通知[/bold]")
    table = Table("通道", *(k.value for k in (NoticeKind.ALERT, NoticeKind.DISPATCH, NoticeKind.UPDATE, NoticeKind.DIGEST)), "未送达")
    counted = Counter((n.channel, n.kind) for n in found.notices if n.state is NoticeState.SENT)
    waiting = Counter(n.channel for n in found.notices if n.state is not NoticeState.SENT)
    for channel in demo.office.settings.channels:
        kinds = (NoticeKind.ALERT, NoticeKind.DISPATCH, NoticeKind.UPDATE, NoticeKind.DIGEST)
        table.add_row(channel.id, *(str(counted[channel.id, kind]) for kind in kinds), str(waiting[channel.id]))
    console.print(table)


def _handled(demo: Demo, found: Standing, console: Console) -> None:
    closed = [c for c in found.cases if c.state is CaseState.CLOSED]
    console.print(f"\n[bold]四、办理[/bold]　值班员本次确认交办 {len(demo.confirmed)} 件；办结 {len(closed)} 件")
    for case in closed:
        for move in demo.office.ledger.transitions(case.id):
            console.print(f"    {shanghai(move.at):%H:%M:%S}  {move.to_state.value}  {escape(move.actor)}：{escape(move.why[:60])}", style="dim")
        _answered(demo.office, case, console)


def _answered(office: Office, case: Case, console: Console) -> None:
    """Where the answer stands, what a look at it found, how much is on file."""
    papers = tuple(office.ledger.papers(case.id))
    out = CaseFile(case=case, moves=(), papers=papers).published()
    kinds = "、".join(f"{kind} {count}" for kind, count in Counter(p.kind for p in papers).items())
    if out is not None:
        console.print(f"    公开回应：{escape(out[1].channel)} {escape(out[1].url)}（{escape(out[1].checked)}）", soft_wrap=True)
    console.print(f"    案卷：{kinds}")


def _where(demo: Demo, console: Console) -> None:
    received = demo.office.data / "received"
    console.print("\n[bold]五、日报与存档[/bold]")
    for name, path in (
        ("日报（网页）", demo.digest.html),
        ("日报（Word）", demo.digest.word),
        ("收到的邮件", received / "mail"),
        *((f"收到的群消息 {name}", received / name) for name in ("wecom", "dingtalk", "feishu")),
    ):
        console.print(f"  {name}：{_size(path)}{path}", soft_wrap=True)
    waiting = Counter(n.channel for n in standing(demo.office).notices if n.state in (NoticeState.PENDING, NoticeState.CLAIMED))
    for channel, count in sorted(waiting.items()):
        console.print(f"  因通道限速排队：{channel} {count} 条，下一轮发出（再运行一次即发）")
    console.print(f"  台账：{shown(ledger_url(demo.office.settings, demo.office.data))}", soft_wrap=True)


def _size(path: Path) -> str:
    return f"{sum(1 for p in path.rglob('*.*') if p.is_file())} 份　" if path.is_dir() else ""
