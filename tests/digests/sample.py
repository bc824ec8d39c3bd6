"""A day made up for the tests: an imagined town's sources, posts, events and cases. Every field can be overridden."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from digests.facts import DayCount, DayFacts, span_of
from records.assessment import CATEGORIES, FORMS, Assessment, OpinionLevel, Territory
from records.case import ActorKind, Case, CaseState, Deadline, Routing, Transition
from records.event import Event, EventPhase
from records.notice import Notice, NoticeKind, NoticeState
from records.post import Post, Precision
from records.source import FetchState, MediaTier, Source, SourceKind
from records.standard import Category, Form, Level, Limit, Standard, Thresholds, WorkingHours
from records.unit import Unit, UnitKind, UnitName, Units

DAY = date(2018, 6, 8)
START, END = span_of(DAY)
MADE = END + timedelta(minutes=5)
HOUR = timedelta(hours=1)
NAMES = ("重大决策", "重大活动与经济", "切身利益", "形象公信", "突发事件", "道德底线", "误解不实")
ANSWERS = ("吸收采纳", "研究解决", "调查处置", "解疑释惑", "引导纠正", "回应移交")
STREETS = (
    "先锋街道",
    "文峰街道",
    "毓龙街道",
    "五星街道",
    "新洋街道",
    "大洋街道",
    "南洋镇",
    "新兴镇",
    "便仓镇",
    "盐东镇",
    "黄尖镇",
)
LIMIT = Limit(amount=48, unit="hours", basis="国办发〔2016〕61号")


def a_unit(unit_id: str, name: str) -> Unit:
    return Unit(
        id=unit_id,
        group=unit_id,
        kind=UnitKind.GOVERNMENT,
        names=(UnitName(name=name, since=date(2001, 1, 1)),),
    )


UNITS = Units(
    units=(
        a_unit("zjj", "区住房和城乡建设局"),
        a_unit("cgj", "区城市管理局"),
        a_unit("hbj", "区环境保护局"),
        a_unit("jyj", "区教育局"),
        a_unit("gs", "盐城汇津水务"),
        a_unit("rsj", "区人力资源和社会保障局"),
        a_unit("jwjw", "区纪委监委"),
        a_unit("qzfb", "区政府办公室"),
    ),
)


def a_level(code: OpinionLevel) -> Level:
    return Level(
        code=code,
        name="",
        colour="",
        criteria=(),
        sign=LIMIT,
        reply=LIMIT,
        respond=LIMIT,
        close=LIMIT,
        escalate_to=(),
    )


STANDARD = Standard(
    version="2026.1",
    approved=False,
    document="",
    categories=tuple(Category(code=c, name=n, words=n, clause="") for c, n in zip(CATEGORIES, NAMES, strict=True)),
    forms=tuple(Form(code=c, name=n, when="", answer="", clause="") for c, n in zip(FORMS, ANSWERS, strict=True)),
    levels=tuple(a_level(code) for code in OpinionLevel),
    rules=(),
    thresholds=Thresholds(),
    working_hours=WorkingHours(
        morning_start=time(8, 30), morning_end=time(12), afternoon_start=time(14, 30), afternoon_end=time(18)
    ),
    release=LIMIT,
    press=LIMIT,
)


def a_source(source_id: str, **other: object) -> Source:
    fields = {
        "name": "鹤鸣亭论坛",
        "kind": SourceKind.FORUM,
        "url": f"https://{source_id}.example.cn/",
        "tier": MediaTier.DISTRICT,
        "territory": "local",
        "cadence_minutes": 10,
        "enabled": True,
        "impact_note": "已评估",
    }
    return Source(id=source_id, **(fields | other))


def a_state(source_id: str, **other: object) -> FetchState:
    fields = {"due_at": MADE, "last_ok_at": MADE - HOUR, "last_new_at": END - HOUR, "baseline_done": True}
    return FetchState(source_id=source_id, **(fields | other))


def a_post(post_id: str, **other: object) -> Post:
    """A post first seen an hour after the span's start, published ten minutes before."""
    seen = other.pop("seen", START + HOUR)
    fields = {
        "source_id": "bbs",
        "url": f"https://bbs.example.cn/thread-{post_id}-1-1.html",
        "title": f"帖文{post_id}",
        "text": "正文",
        "published_at": seen - timedelta(minutes=10),
        "precision": Precision.MINUTE,
        "first_seen_at": seen,
    }
    return Post(id=post_id, **(fields | other))


def an_assessment(post_id: str, **other: object) -> Assessment:
    labels = other.get("labels", ("C3",))
    fields = {
        "relevant": 0.9,
        "categories": dict.fromkeys(labels, 0.9),
        "labels": labels,
        "level": OpinionLevel.IV,
        "forms": {"R2": 0.9},
        "form": "R2",
        "leads": (("cgj", 0.8),),
        "joint": (),
        "areas": ("先锋街道",),
        "territory": Territory.OURS,
    }
    return Assessment(post_id=post_id, **(fields | other))


def an_event(event_id: str, posts: tuple[Post, ...], **other: object) -> Event:
    fields = {
        "title": f"事件{event_id}",
        "post_ids": tuple(p.id for p in posts),
        "first_post_id": posts[0].id,
        "first_source_id": posts[0].source_id,
        "first_said_at": posts[0].said_at,
        "created_at": posts[0].first_seen_at,
        "updated_at": posts[-1].first_seen_at,
        "source_count": len({p.source_id for p in posts}),
        "heat": 10,
    }
    return Event(id=event_id, **(fields | other))


def a_deadline(kind: str, due_at: datetime, **other: object) -> Deadline:
    return Deadline(kind=kind, anchor_at=due_at - 24 * HOUR, due_at=due_at, basis="建议值", **other)


def a_case(number: str, **other: object) -> Case:
    fields = {
        "id": f"id-{number}",
        "event_id": "",
        "title": f"交办{number}",
        "state": CaseState.DISPATCHED,
        "opinion_level": OpinionLevel.III,
        "labels": ("C3",),
        "form": "R2",
        "routing": Routing(lead="cgj", reasons=("谁主管谁负责",)),
        "deadlines": (a_deadline("sign", MADE + HOUR),),
        "opened_at": START + HOUR,
        "dispatched_at": START + 2 * HOUR,
    }
    return Case(number=number, **(fields | other))


def a_move(case: Case, to: CaseState, at: datetime, why: str = "按程序") -> Transition:
    return Transition(
        case_id=case.id,
        from_state=None,
        to_state=to,
        actor_kind=ActorKind.PERSON,
        actor="值班岗",
        at=at,
        why=why,
    )


def a_notice(notice_id: str, **other: object) -> Notice:
    fields = {
        "key": notice_id,
        "kind": NoticeKind.DISPATCH,
        "case_id": "",
        "recipient": "cgj",
        "channel": "mail",
        "address": "",
        "subject": "",
        "text": "",
        "html": "",
        "thread": "",
        "created_at": START + HOUR,
        "next_attempt_at": START + HOUR,
        "state": NoticeState.SENT,
    }
    return Notice(id=notice_id, **(fields | other))


def facts(**other: object) -> DayFacts:
    """An empty day, but for what is given."""
    fields = {
        "day": DAY,
        "start": START,
        "end": END,
        "made_at": MADE,
        "office_name": "亭湖区政府办公室",
        "public_url": "http://10.0.0.8:8700",
        "units": UNITS,
        "standard": STANDARD,
        "area_names": STREETS,
        "model_version": "m1",
        "standard_version": "2026.1",
    }
    return DayFacts(**(fields | other))


def a_day(posts: tuple[Post, ...], **other: object) -> DayFacts:
    """A day of relevant posts on one source; keyword `said` overrides assessments by post id."""
    said = {p.id: an_assessment(p.id) for p in posts} | other.pop("said", {})
    return facts(
        **(
            {
                "posts": posts,
                "assessments": said,
                "sources": (a_source("bbs"),),
                "fetch_states": {"bbs": a_state("bbs")},
            }
            | other
        )
    )


MATTERS = (
    ("解放南路下穿通道积水，早高峰堵了两公里", "C5", "先锋街道", "zjj", "R3"),
    ("自来水发黄持续三天，水务公司说在冲洗管网", "C3", "毓龙街道", "gs", "R2"),
    ("大洋新村夜间工地施工吵到凌晨两点", "C3", "大洋街道", "cgj", "R2"),
    ("文港路小学学区划分方案看不懂，哪里可以问", "C1", "文峰街道", "jyj", "R4"),
    ("新洋化工园附近又闻到刺鼻气味，孩子咳嗽", "C3", "新洋街道", "hbj", "R3"),
    ("建议在串场河步道加装路灯和座椅", "C3", "五星街道", "zjj", "R1"),
    ("网传自来水有毒要停供一周，官方已说明系检修", "C7", "毓龙街道", "gs", "R6"),
    ("工地三个月没发工资，二十多人等着回家", "C3", "南洋镇", "rsj", "R3"),
    ("养老院护理费涨价没有公示", "C6", "新兴镇", "qzfb", "R3"),
    ("窗口排队两小时还让重新取号，态度也不好", "C4", "盐东镇", "qzfb", "R5"),
)
SOURCES = (
    a_source("bbs"),
    a_source("news", name="亭湖新闻网", tier=MediaTier.DISTRICT, kind=SourceKind.LISTING),
    a_source("mail", name="区长信箱公开来信", tier=MediaTier.DISTRICT, kind=SourceKind.MAILBOX),
    a_source("city", name="盐城晚报", tier=MediaTier.CITY),
    a_source("prov", name="江苏民生频道", tier=MediaTier.PROVINCE),
    a_source("self", name="盐城同城公众号", tier=MediaTier.PERSONAL, kind=SourceKind.FEED),
    a_source("lost", name="盐都在线论坛", tier=MediaTier.CITY),
    a_source("calm", name="黄尖镇便民网", tier=MediaTier.DISTRICT),
    a_source("bare", name="市民留言板", tier=MediaTier.CITY),
    a_source("off", name="央视新闻评论", tier=MediaTier.CENTRAL, enabled=False),
)
STATES = {
    **{s: a_state(s) for s in ("bbs", "news", "mail", "city", "prov", "self")},
    "lost": a_state("lost", failures=7, last_ok_at=START - 5 * HOUR, last_error="HTTP 503 Service Unavailable"),
    "calm": a_state("calm", last_new_at=START - 60 * HOUR),
    "bare": a_state("bare", zero_yields=12),
}


def rich_day() -> DayFacts:
    """A busy day: 60 posts in ten events, older posts, seven cases in all kinds of states, sources in all kinds of trouble."""
    posts, said, by_event, events = [], {}, {}, []
    froms = ("bbs", "bbs", "self", "news", "mail", "city")
    for m, (title, category, street, unit, form) in enumerate(MATTERS):
        old = [a_post(f"o{m}{n}", title=f"{title}（{n}楼）", seen=START - (3 + 9 * n) * HOUR) for n in range(m % 4)]
        new = [
            a_post(
                f"n{m}{n}",
                title=title if not n else f"回复：{title[: 8 + n]}",
                source_id=froms[(m + n) % 6],
                seen=START + (1 + (m + 3 * n) % 23) * HOUR,
                url=f"https://{froms[(m + n) % 6]}.example.cn/thread-{m}{n}-1-1.html",
            )
            for n in range(6)
        ]
        level = (OpinionLevel.II, OpinionLevel.III, OpinionLevel.IV)[min(m % 5, 2)]
        for post in (*old, *new):
            said[post.id] = an_assessment(
                post.id,
                labels=(category,),
                areas=(street,),
                leads=((unit, 0.8),),
                form=form,
                level=level,
                territory=Territory.NEIGHBOUR if m == 9 and post.id.endswith("5") else Territory.OURS,
                contradicted=category == "C7",
            )
        posts += new
        by_event[f"e{m}"] = (*reversed(old), *new)
        reasons = (
            ("涉及整个小区、村、学校、企业或道路使用者", "3个以上信息源") if level is not OpinionLevel.IV else ("一人一户之事",)
        )
        phase = list(EventPhase)[m % 4]
        events.append(
            an_event(
                f"e{m}",
                by_event[f"e{m}"],
                title=title,
                opinion_level=level,
                level_reasons=reasons,
                heat=37 * (11 - m),
                phase=phase,
            )
        )
    noise = tuple(a_post(f"x{n}", title="转让二手电动车", source_id="self") for n in range(30))
    said |= {p.id: an_assessment(p.id, relevant=0.02, labels=(), areas=()) for p in noise}
    cases, moves = _rich_cases()
    notices = (
        *(a_notice(f"m{n}", recipient=("cgj", "zjj", "gs")[n % 3]) for n in range(9)),
        a_notice("dead", recipient="hbj", state=NoticeState.DEAD),
    )
    return facts(
        posts=(*posts, *noise, a_post("raw", title="还没研判的一条")),
        assessments=said,
        events=tuple(events),
        posts_by_event=by_event,
        cases=cases,
        transitions=moves,
        sources=SOURCES,
        fetch_states=STATES,
        notices=notices,
        earlier_posts=tuple(p for group in by_event.values() for p in group if p.first_seen_at < START),
        previous=tuple(
            DayCount(day=DAY - timedelta(days=n), posts=80 + 3 * n, relevant=50 + n, cases=2 + n % 3) for n in range(1, 8)
        ),
        sensitive=(
            "高考第三天（英语听力时段，考点周边禁止施工和鸣笛）",
            "盐马路热力管道检修，先锋街道部分小区停水 9:00—17:00",
        ),
        compiled_by="区政府办信息科",
    )


def _rich_cases() -> tuple[tuple[Case, ...], dict[str, tuple[Transition, ...]]]:
    s = CaseState
    rows = (
        (
            0,
            s.CHECKING,
            "zjj",
            (a_deadline("reply", MADE - 2 * HOUR), a_deadline("respond", MADE + 20 * HOUR)),
        ),
        (
            1,
            s.ANSWERED,
            "gs",
            (a_deadline("respond", MADE + 9 * HOUR), a_deadline("close", MADE + 80 * HOUR)),
        ),
        (2, s.DISPATCHED, "cgj", (a_deadline("sign", MADE - HOUR), a_deadline("respond", MADE + 30 * HOUR))),
        (4, s.ALERTED, "hbj", (a_deadline("respond", MADE + 12 * HOUR, late_found=True),)),
        (5, s.CLOSED, "zjj", ()),
        (7, s.RETURNED, "rsj", (a_deadline("sign", MADE + 3 * HOUR),)),
        (8, s.SIGNED_FOR, "qzfb", (a_deadline("reply", MADE + 6 * HOUR),)),
    )
    cases = tuple(
        a_case(
            f"TH-20180607-{n:03d}",
            event_id=f"e{m}",
            title=MATTERS[m][0],
            state=state,
            routing=Routing(lead=unit, joint=("qzfb",), reasons=("属地",)),
            deadlines=clocks,
            dispatched_at=None if state is s.ALERTED else START + 2 * HOUR,
        )
        for n, (m, state, unit, clocks) in enumerate(rows, start=1)
    )
    moves = {c.id: (a_move(c, s.DISPATCHED, START + 2 * HOUR),) for c in cases if c.dispatched_at}
    answer = "已在门户网站公开：https://www.example.gov.cn/art/2018/6/7/art_1_1.html"
    moves[cases[1].id] += (a_move(cases[1], s.ANSWERED, START + 8 * HOUR, answer),)
    return cases, moves


def masked_words() -> re.Pattern[str]:
    """Numbers that must never be printed."""
    return re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]|苏J[·.]?[A-Z0-9]{5}")


def hostile(day: DayFacts, words: str) -> DayFacts:
    """`day` with `words` as every title and name that comes from outside or from the office."""
    return replace(
        day,
        office_name=words,
        compiled_by=words,
        reviewed_by=words,
        sensitive=(words,),
        area_names=(*day.area_names, words),
        model_version=words,
        posts=tuple(replace(p, title=words, text=words) for p in day.posts),
        events=tuple(replace(e, title=words, level_reasons=(words,)) for e in day.events),
        posts_by_event={i: tuple(replace(p, title=words, text=words) for p in group) for i, group in day.posts_by_event.items()},
        cases=tuple(replace(c, title=words) for c in day.cases),
        sources=tuple(replace(s, name=words) for s in day.sources),
        fetch_states={i: replace(s, last_error=words) for i, s in day.fetch_states.items()},
    )
