"""Event reports (信息报告、专报): running text on one event. Quotations are masked and name nobody.

Source: 实施方案三（三）4 (责任主体 sends 《重大政务舆情信息报告》 to 区委、区政府).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from records.instant import shanghai
from records.paper import GraveReport
from records.post import Post
from records.source import MediaTier
from responders.form_file import CLOCKS, FormFile, FormNotReadyError, day, lines, moment
from responders.masking import masked, safe_link

QUOTES = 5
QUOTE = 80  # characters of one quotation
ORIGINALS = 20  # addresses in the annex
PLACES = 8  # platforms and days named one by one


def grave_report(file: FormFile, nth: int = 0) -> Mapping[str, str | list[str]]:
    """《重大政务舆情信息报告》: 首报, 续报 or 终报 as its unit wrote it. Raises: FormNotReadyError without one."""
    paper, report = file.must_have(GraveReport, nth)
    return {
        "stage": str(report.stage), "serial": str(report.serial), "unit": file.unit(paper.unit) if paper.unit else file.lead,
        "happened": lines(report.happened), "public_view": lines(report.public_view), "done": lines(report.done),
        "planned": lines(report.planned), "asked": lines(report.asked), "by": masked(paper.by), "at": moment(paper.at), "day": day(paper.at),
    }  # fmt: skip


def event_report(file: FormFile, nth: int = 0) -> Mapping[str, str | list[str]]:
    """专报 of the event: 概况, 传播, 观点, 研判, 建议, and the originals. Raises: FormNotReadyError where no post is left."""
    if not file.posts:
        raise FormNotReadyError(f"{file.case.number}：事件没有留存的帖文，不能出专报")
    media = [p for p in file.posts if _is_media(file, p)]
    people = [p for p in file.posts if not _is_media(file, p)]
    return {
        "day": day(file.now), "happened": _happened(file), "spread": lines(spread(file), _places(file), _course(file)),
        "media": _views(file, media, "媒体报道"), "people": _views(file, people, "网民发言"), "risk": _risk(file), "advice": _advice(file),
        "originals": _originals(file),
    }  # fmt: skip


def _is_media(file: FormFile, post: Post) -> bool:
    return post.source_id in file.sources and file.sources[post.source_id].tier is not MediaTier.PERSONAL


def _happened(file: FormFile) -> list[str]:
    event, first = file.event, file.source(file.event.first_source_id)
    where = f"，涉及{'、'.join(event.areas)}" if event.areas else ""
    began = f"{moment(event.first_said_at)}，{first}首先出现“{file.title}”相关内容{where}。"
    return lines(f"{began}当前办理状态：{file.case.state}，牵头单位：{file.lead}。")


def spread(file: FormFile) -> str:
    """How far it went, with the hour the counts were read.

    Counts a page does not show are left out, never taken for nothing.
    """
    totals = (_total(file, "views", "浏览"), _total(file, "replies", "回复"), _total(file, "likes", "点赞"), _total(file, "shares", "转发"))
    read = [p.reach.read_at for p in file.posts if p.reach.read_at]
    counts = "，".join(t for t in totals if t)
    when = f"（采集时间{moment(max(read))}）" if read and counts else ""
    return f"共{len(file.posts)}条，{file.event.source_count}个平台" + (f"；{counts}{when}" if counts else "")


def _total(file: FormFile, field: str, name: str) -> str:
    shown = [n for p in file.posts if (n := getattr(p.reach, field)) is not None]
    return f"{name}{sum(shown)}次" if shown else ""


def _places(file: FormFile) -> str:
    found = Counter(file.source(p.source_id) for p in file.posts).most_common()
    rest = sum(n for _, n in found[PLACES:])
    named = "，".join(f"{name}{n}条" for name, n in found[:PLACES])
    return f"各平台：{named}{f'，其他平台{rest}条' if rest else ''}。"


def _course(file: FormFile) -> str:
    """Posts a day, the newest days: 走势."""
    days = Counter(shanghai(p.said_at).date() for p in file.posts)
    shown = sorted(days)[-PLACES:]
    return f"走势：{'，'.join(f'{d.month}月{d.day}日{days[d]}条' for d in shown)}；目前处于{file.event.phase}期。"


def _views(file: FormFile, posts: Sequence[Post], name: str) -> list[str]:
    """How many there are, their share, and the most discussed in their own words, masked."""
    if not posts:
        return [f"未监测到{name}（未监测到不等于没有）。"]
    share = round(100 * len(posts) / len(file.posts))
    head = f"{name}{len(posts)}条，占{share}%。{'代表性内容：' if name == '媒体报道' else '代表性原话：'}"
    told = sorted(posts, key=lambda p: (-_heat(p), p.said_at, p.id))
    seen = list(dict.fromkeys(f"“{_quoted(p)}”（{file.source(p.source_id)}，{moment(p.published_at) or '时间未注明'}）" for p in told))
    return [head, *seen[:QUOTES]]


def _heat(post: Post) -> int:
    return sum(n or 0 for n in (post.reach.replies, post.reach.likes, post.reach.shares))


def _quoted(post: Post) -> str:
    line = masked(post.text) or masked(post.title)
    return line if len(line) <= QUOTE else f"{line[: QUOTE - 1]}…"


def _risk(file: FormFile) -> list[str]:
    row, event = file.standard.level(file.case.opinion_level), file.event
    level = f"舆情等级{row.code}级（{row.name}），突发事件等级{event.event_level}。"
    growth = f"热度{event.heat}次，较上次研判{event.growth:+.0%}。"
    return lines(level + growth, f"定级理由：{'；'.join(event.level_reasons) or '未记录'}。", "以上为系统初判，以人工审定为准。")


def _advice(file: FormFile) -> list[str]:
    """处置建议 from the routing, the form's requirement and the limits that run."""
    routing = file.case.routing
    joint = f"，{file.unit_list(routing.joint)}配合" if routing.joint else ""
    answer = next((f.answer for f in file.standard.forms if f.code == file.case.form), "")
    limits = "；".join(f"{CLOCKS.get(d.kind, d.kind)}{file.due(d.kind)}" for d in file.case.deadlines if d.met_at is None)
    rows = (f"由{file.lead}牵头{joint}：{'；'.join(routing.reasons)}。", f"回应形式：{file.form_name(file.case.form)}。{answer}。" if answer else "")
    return [f"{n}．{line}" for n, line in enumerate(lines(*rows, f"时限：{limits}。" if limits else ""), start=1)]


def _originals(file: FormFile) -> list[str]:
    found = [f"{n}．{masked(p.title)[:40] or '无标题'}　{safe_link(p.url)}".rstrip() for n, p in enumerate(file.posts[:ORIGINALS], start=1)]
    more = [f"其余{len(file.posts) - ORIGINALS}条见台账。"] if len(file.posts) > ORIGINALS else []
    return found + more
