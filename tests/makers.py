"""Records for tests: each maker gives a whole, plausible record; keywords replace fields."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from records.assessment import Assessment, OpinionLevel, Speaker, Territory, Verdict
from records.case import ActorKind, Case, CaseState, Deadline, Routing, Transition
from records.event import Event
from records.notice import Notice, NoticeKind
from records.paper import Answer, Finding, Paper, Statement
from records.post import Post, Precision, Reach
from records.source import FetchState, RawPage

NOW = datetime(2018, 6, 8, 1, 2, 3, 456789, tzinfo=UTC)


def a_post(name: str = "p1", **more: object) -> Post:
    base = Post(
        id=name, source_id="s", url=f"http://a.example/{name}", title="停水三天", text="先锋街道停水三天无人管", published_at=NOW,
        precision=Precision.MINUTE, first_seen_at=NOW, reach=Reach(views=10, replies=2, read_at=NOW), raw_sha256="ab",
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


STATE = FetchState(source_id="s", due_at=NOW, etag='"1"', last_ok_at=NOW, baseline_done=True)
PAGE = RawPage(
    sha256="ab", url="http://a.example/p1", content_type="text/html", fetched_at=NOW, body="<p>停水</p>".encode("gb18030")
)


def an_assessment(post: str, relevant: float = 0.9, **more: object) -> Assessment:
    why = Verdict(what="lead", value="gs", probability=0.8, reason="事项", speaker=Speaker.RULE, span=(0, 2), evidence="停水")
    base = Assessment(
        post_id=post, relevant=relevant, categories={"C3": 0.8}, labels=("C3",), level=OpinionLevel.III, forms={"R2": 1.0}, form="R2",
        leads=(("gs", 0.7), ("zjj", 0.2)), joint=("zjj",), areas=("先锋街道",), territory=Territory.OURS, verdicts=(why,),
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def an_event(name: str = "e1", posts: tuple[str, ...] = ("p1",), **more: object) -> Event:
    base = Event(
        id=name, title="停水", post_ids=posts, first_post_id=posts[0], first_source_id="s", first_said_at=NOW, created_at=NOW,
        updated_at=NOW, source_count=1, opinion_level=OpinionLevel.III, level_reasons=("内容：涉及小区",), areas=("先锋街道",),
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def a_case(event: str = "e1", **more: object) -> Case:
    clock = Deadline(kind="respond", anchor_at=NOW, due_at=NOW + timedelta(hours=48), basis="国办发〔2016〕61号")
    base = Case(
        id=f"c-{event}", number="", event_id=event, title="停水", state=CaseState.ALERTED, opinion_level=OpinionLevel.III, labels=("C3",),
        form="R2", routing=Routing(lead="gs", joint=("zjj",), reasons=("停水归供水企业",)), deadlines=(clock,), opened_at=NOW,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def opening(case: Case) -> Transition:
    return Transition(
        case_id=case.id,
        from_state=None,
        to_state=CaseState.ALERTED,
        actor_kind=ActorKind.MACHINE,
        actor="huiying",
        at=NOW,
        why="达到预警条件",
    )


def a_notice(key: str, **more: object) -> Notice:
    base = Notice(
        id=f"n-{key}", key=key, kind=NoticeKind.ALERT, case_id="c-e1", recipient="gs", channel="mail", address="gs@tinghu.example",
        subject="预警", text="请核实", html="", thread="TH-1", created_at=NOW, next_attempt_at=NOW,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


PROOF = {
    "R1": {"adopted": "增设公交站点，年内施工", "declined": "地铁口改造不采纳：不在本区权限内"},
    "R2": {"solved": "更换破裂管段二十米", "solved_when": "6月9日18时", "responsible": "区供水公司"},
    "R3": {"investigation": "6月8日现场核查、取样", "conclusion": "超标排放属实", "measures": "责令停产整治", "persons": "无"},
    "R4": {"authority": "某办法第十二条", "quotation": "凭身份证即可办理"},
    "R5": {"misreading": "以为只限本区户籍", "reading": "常住人口均可办理", "authority": "某办法第三条"},
    "R6": {"evidence": "http://gov.example/notice", "quotation": "检测合格，未见异常"},
}


def an_answer(form: str = "R2", **more: object) -> Answer:
    """A whole answer that may be signed."""
    base = Answer(
        form=form, finding=Finding.FALSE if form == "R6" else Finding.TRUE, title="关于停水的说明", text="主管道破裂，已于6月9日18时恢复供水。",
        stance=Statement(text="向受影响居民致歉"), facts=Statement(text="主管道破裂"), policy=Statement(not_applicable="不涉及政策调整"),
        outcome=Statement(text="已恢复供水"), proof=PROOF[form], measures=("更换破裂管段",), channel="区政府网站",
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def a_paper(content: object, name: str = "d1", **more: object) -> Paper:
    base = Paper(id=name, case_id="c-e1", unit="gs", by="拟稿人", at=NOW, content=content)  # type: ignore[arg-type]
    return replace(base, **more)  # type: ignore[arg-type]
