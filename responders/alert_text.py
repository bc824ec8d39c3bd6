"""Alert text (通知文本): what one unit reads of one case, in full or with the least that suffices; plain text and HTML.

Every value is cleaned of control characters and of private numbers before it goes in. Reads no clock and no store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

import jinja2

from records.assessment import OpinionLevel
from records.case import Case
from records.event import Event
from records.notice import NoticeKind
from records.post import Post
from records.source import Source
from records.standard import Standard
from records.unit import Unit
from responders.duty import Duty, Part, time_in_words
from responders.masking import clean, masked, safe_link

TEMPLATES = Path(__file__).parent / "templates"
MOST_LINKS = 10
LONGEST_TITLE = 40  # characters in a subject
LONGEST_FACT = 120  # characters
INKS = {OpinionLevel.I: "#b3261e", OpinionLevel.II: "#b45309", OpinionLevel.III: "#8a6d00", OpinionLevel.IV: "#1d4ed8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a text is made from. `unit` is the reader; `posts` the event's, in order of joining; `receipt` where it signs without logging in."""

    case: Case
    event: Event
    posts: Sequence[Post]
    sources: Mapping[str, Source]
    standard: Standard
    unit: Unit
    duty: Duty
    kind: NoticeKind
    level: OpinionLevel
    public_url: str
    office_name: str
    contact: str
    now: datetime
    receipt: str = ""
    code: str = ""  # for a receipt by mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One original: where it is read. `link` is "" when it may not be shown; `sha256` of the bytes kept, or ""."""

    source: str
    when: str
    link: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered message."""

    subject: str
    text: str
    html: str


HEADS = {
    NoticeKind.UPDATE: "舆情升级", NoticeKind.REMINDER: "催办·舆情", NoticeKind.WITHDRAWAL: "撤销·舆情", NoticeKind.SUPERVISION: "督办·舆情",
}  # fmt: skip


def link_to(case: Case, public_url: str) -> str:
    """Where the case is read and signed for, after logging in.

    Opening it never signs (design decision 11): previews and scanners open links too.
    """
    return f"{public_url.rstrip('/')}/cases/{quote(case.number, safe='')}"


def level_words(facts: Facts, *, marked: bool) -> str:
    """「Ⅱ级·重大」, marked （系统初判） where nothing else says that the machine proposed it."""
    mark = "（系统初判）" if marked else ""
    return f"{facts.level}级·{facts.standard.level(facts.level).name}{mark}"


def minimal(facts: Facts) -> Message:
    """Number, level （系统初判）, absolute deadline, link: no word of any post, no place, no unit."""
    head = HEADS.get(facts.kind, "舆情")
    subject = f"【{head}{level_words(facts, marked=True)}】[{facts.case.number}] {facts.duty.headline}"
    link = link_to(facts.case, facts.public_url)
    lines = (
        f"编号：{facts.case.number}",
        f"舆情等级：{level_words(facts, marked=True)}",
        f"时限：{facts.duty.headline}",
        f"查看办理：{link}",
        *((f"签收：{facts.receipt}",) if facts.receipt else ()),
    )
    html = _template("minimal.html").render(facts=facts, rows=[line.split("：", 1) for line in lines[:3]], link=link, ink=INKS[facts.level])
    return Message(subject=subject, text="\n".join(lines), html=html)


def full(facts: Facts) -> Message:
    """Everything a duty officer needs to begin without asking back."""
    head = HEADS.get(facts.kind, "舆情") + ("至" if facts.kind is NoticeKind.UPDATE else "")
    title = masked(facts.case.title)[:LONGEST_TITLE] or "（无标题）"
    subject = f"【{head}{level_words(facts, marked=False)}】[{facts.case.number}] {title} {facts.duty.headline}"
    rows, shown = facts_rows(facts), originals(facts)
    link = link_to(facts.case, facts.public_url)
    html = _template("full.html").render(
        facts=facts, subject=subject, title=title, rows=rows, reasons=_reasons(facts), originals=shown, more=_more(facts), link=link,
        ink=INKS[facts.level], contact=clean(facts.contact), office=clean(facts.office_name),
    )  # fmt: skip
    return Message(subject=subject, text=_text(facts, rows, shown, link), html=html)


def facts_rows(facts: Facts) -> list[tuple[str, str]]:
    """(label, value) of what is known; a value nobody read says so."""
    level = facts.standard.level(facts.level)
    rows = [
        ("编号", facts.case.number),
        ("舆情等级", f"{level_words(facts, marked=True)}，{level.colour}色"),
        ("事实", fact(facts)),
        ("地点", masked("、".join(facts.event.areas)) or "文中没有具体地点"),
        ("类别", _labels(facts)),
        ("首发", first_said(facts)),
        ("当前量", volume(facts)),
        ("定级依据", masked("；".join(facts.event.level_reasons)) or "未记录"),
        ("拟回应形式", _form(facts)),
    ]
    return [(label, value) for label, value in rows if value]


def fact(facts: Facts) -> str:
    """One sentence: the title, and what the first post says beyond it, masked."""
    title = masked(facts.event.title)
    first = _first(facts)
    sentence = masked(first.text).split("。")[0][:LONGEST_FACT] if first else ""
    if not title:
        return sentence or "（原文没有标题和正文）"
    return title if not sentence or sentence in title else f"{title}（原文：{sentence}）"


def first_said(facts: Facts) -> str:
    """Time, platform and tier of the first post; its time is marked when the page told none."""
    source = facts.sources.get(facts.event.first_source_id)
    name = f"{clean(source.name)}（{source.tier}）" if source else clean(facts.event.first_source_id)
    first = _first(facts)
    mark = "（首见时间，原文未标时间）" if first is not None and first.published_at is None else ""
    return f"{time_in_words(facts.event.first_said_at, facts.now)}{mark} {name}"


def volume(facts: Facts) -> str:
    """Posts, sources and the counts pages showed (floors of a thread count once), with the time they were last read."""
    said = f"{len(facts.event.post_ids)}条帖文、{facts.event.source_count}个信息源"
    names = (("浏览", "views"), ("回复", "replies"), ("点赞", "likes"), ("转发", "shares"))
    counts = []
    for word, field in names:
        values = [v for p in _distinct(facts.posts) if (v := getattr(p.reach, field)) is not None]
        counts += [f"{word}{sum(values)}次"] if values else []
    read = max((p.reach.read_at for p in facts.posts if p.reach.read_at), default=None)
    if not counts:
        return f"{said}；页面未显示浏览、回复数"
    return f"{said}；{'、'.join(counts)}（{time_in_words(read, facts.now)}采集）" if read else f"{said}；{'、'.join(counts)}"


def originals(facts: Facts) -> list[Original]:
    """The originals by URL, in order, at most ten."""
    return [_original(p, facts) for p in _distinct(facts.posts)[:MOST_LINKS]]


def _original(post: Post, facts: Facts) -> Original:
    source = facts.sources.get(post.source_id)
    when = time_in_words(post.published_at, facts.now) if post.published_at else "未标时间"
    return Original(
        source=clean(source.name if source else post.source_id), when=when, link=safe_link(post.url), sha256=clean(post.raw_sha256)
    )


def _distinct(posts: Sequence[Post]) -> list[Post]:
    """The first post of each URL: floors of one thread are one link."""
    return list({p.url: p for p in reversed(posts)}.values())[::-1]


def _more(facts: Facts) -> str:
    count = len(_distinct(facts.posts))
    return f"等{count}条，其余见办理页面" if count > MOST_LINKS else ""


def _first(facts: Facts) -> Post | None:
    return next((p for p in facts.posts if p.id == facts.event.first_post_id), None)


def _labels(facts: Facts) -> str:
    """Categories by name; C7 is 疑似 until a person confirms (design decision 3)."""
    names = {c.code: c.name for c in facts.standard.categories}
    return "、".join(f"{c} {names.get(c, '')}".rstrip() + ("（疑似，待核实）" if c == "C7" else "") for c in facts.case.labels)


def _form(facts: Facts) -> str:
    form = next((f for f in facts.standard.forms if f.code == facts.case.form), None)
    return f"{form.code} {form.name}：{form.answer}" if form else ""


def _reasons(facts: Facts) -> list[str]:
    """Why this unit: its part, the routing's reasons, its duties on file."""
    name = facts.unit.name
    part = {Part.LEAD: f"{name}为牵头单位", Part.JOINT: f"{name}为协办单位"}.get(facts.duty.part, f"{name}：{facts.duty.part}")
    duties = f"单位职责：{'、'.join(facts.unit.duties)}" if facts.unit.duties else ""
    return [masked(said) for said in (part, *facts.case.routing.reasons, duties) if said]


def _text(facts: Facts, rows: Sequence[tuple[str, str]], shown: Sequence[Original], link: str) -> str:
    lines = [f"{label}：{value}" for label, value in rows]
    lines += ["", "为什么是你单位："] + [f"· {r}" for r in _reasons(facts)]
    lines += ["", "要做什么："] + [f"· {t}" for t in facts.duty.tasks]
    signing = [f"免登录签收：{facts.receipt}", "（打开链接不算签收，须按“确认签收”；72小时内有效，用一次）"] if facts.receipt else []
    signing += [f"邮件签收：回复本邮件，第一行写“签收 您的姓名”（校验码：{facts.code}）"] if facts.code else []
    lines += ["", *signing, f"签收、退回与办理：{link}", "（打开链接不算签收，须登录后点“签收”或“退回”）", "", "原文与存证："]
    for number, one in enumerate(shown, 1):
        lines.append(f"{number}. {one.source} {one.when} {one.link or '（链接见办理页面）'}")
        lines += [f"   存证 sha256：{one.sha256}"] if one.sha256 else []
    lines += [_more(facts)] if _more(facts) else []
    lines += ["", f"联系：{clean(facts.office_name)} {clean(facts.contact)}".rstrip()]
    return "\n".join(lines)


@cache
def _template(name: str) -> jinja2.Template:
    """A template with autoescape on; a name the template does not get is an error, not an empty place."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined).get_template(name)
