"""The rehearsal (推演): forty cases of the sample town played through every path over two weeks of a simulated clock.

`./run.sh bench rehearsal` prints the account; tests/huiying/test_rehearsal.py holds it against an oracle of its own (tests/rehearsal_oracle.py).
Two weeks from 17 September 2018 hold a day off (24), a make-up weekend (29, 30) and the eve of 国庆. Every step is taken by a named post through the
verbs a person has; what is refused is part of the account.
"""

import asyncio
import heapq
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from classifiers.model import LinearModel, load_model
from huiying import case_papers, case_verbs, pipeline
from huiying.case_verbs import Details
from huiying.cli import MODEL, quiet_log
from huiying.demo import open_demo
from huiying.demo_officer import PROOF
from huiying.notifying import Reminding
from huiying.office import Office
from huiying.settings import Settings, find_config_dir, load_settings
from ledger.protocol import StaleCaseError
from records.case import Case, CaseState
from records.event import EventLevel
from records.instant import SHANGHAI, shanghai
from records.notice import NoticeKind
from records.paper import Answer, Conference, Disclosure, Finding, GraveReport, Ground, Stage, Statement, Submission
from records.post import Post, Precision, post_id
from records.unit import Capacity, Signer
from responders.cases import MoveRefusedError
from responders.gates import MAJOR
from responders.lifecycle import IllegalMoveError
from responders.signing import OnPaper

BEGIN = datetime(2018, 9, 17, 8, 30, tzinfo=SHANGHAI)
END = datetime(2018, 10, 1, 8, 30, tzinfo=SHANGHAI)
CASES = 40
FURTHER = Path(__file__).resolve().parents[1] / "classifiers" / "corpus" / "50-roads.jsonl"  # what people write on later days
APPROVER = Signer(name="办公室主任", capacity=Capacity.HEAD)  # of 延期 and 暂缓办理, for 区政府办
SIGNERS = (
    Signer(name="分管", capacity=Capacity.DEPUTY),
    Signer(name="代签", capacity=Capacity.HEAD, deputises="正职", until=datetime(2018, 9, 20, tzinfo=SHANGHAI).date()),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One case's script. `wants` chooses the case: any, major (Ⅰ, Ⅱ), minor, joint, alone. Steps: acts, and +N for minutes between them."""

    name: str
    wants: str
    begins: str  # "17 09:00": day of September and time, Shanghai
    steps: str


# 交 签 核 反 批 公 隐 跟 结 评 归 are moves; 答:Rn files an answer, 密 reviews it. See `Player.act`.
SCENES = (
    Scene("R1 采纳", "alone", "17 09:00", "交 +20 签 +40 核 +200 答:R1 +5 反 +10 密 +10 批 +20 公 +1440 结 +60 评 +60 归"),
    Scene("R2 解决", "alone", "17 09:05", "交 +30 签 +60 核 +180 答:R2 +5 反 +10 密 +10 批 +20 公 +60 跟 +1440 结 +60 评 +60 归"),
    Scene("R3 调查", "alone", "17 09:10", "交 +10 签 +10 核 +300 答:R3 +5 反 +10 密 +10 批 +20 公 +1440 结 +60 评 +60 归"),
    Scene("R4 释疑", "alone", "17 09:15", "交 +15 签 +5 核 +90 答:R4 +5 反 +10 密 +10 批 +20 公 +1440 结"),
    Scene("R5 纠正", "alone", "17 09:20", "交 +15 签 +5 核 +90 答:R5 +5 反 +10 密 +10 批 +20 公 +1440 结"),
    Scene("R6 有反证", "any", "17 09:25", "交 +15 签 +5 核 +90 答:R6 +5 反 +10 密 +10 批 +20 公 +30 移 +5 移:同人 +1440 协 结"),
    Scene("R6 无反证", "any", "17 09:30", "交 +15 签 +5 核 +90 答:R6无 +5 反 +10 密 +10 批 +60 核 +60 答:R4 反 密 +5 批 公 +60 协 +2 结"),
    Scene("缺证明", "any", "17 09:35", "交 +15 签 +5 核 +90 答缺:R3 +5 反 +10 密 +10 批 +30 核 +5 答:R3 反 密 批 公 协 +60 结"),
    Scene("禁用措施", "any", "17 09:40", "交 +15 签 +5 核 +90 答封:R2 +5 反 +10 密 +10 批 +30 核 +5 答:R2 反 密 批 公 协 +60 结"),
    Scene("没有保密审查", "any", "17 09:45", "交 +15 签 +5 核 +90 答:R2 反 +10 批 +5 密:自己 +5 批 +5 密 批 公 协 +60 结"),
    Scene("保密审查不过", "any", "17 09:50", "交 +15 签 +5 核 +90 答:R2 反 +10 密否 +10 批 +5 核 答:R2 反 密 批 公 协 +60 结"),
    Scene("交办人不签批", "any", "17 09:55", "交:分管 +15 签 +5 核 +90 答:R2 反 密 批 +5 批:代签 公 协 +60 结"),
    Scene("拟稿人不签批", "any", "17 10:00", "交 +15 签 +5 核 +90 答:R2:分管 反 密 批 +60 批:代签 公 协 +60 结"),
    Scene("代签过期", "any", "21 10:00", "交 +15 签 +5 核 +90 答:R2 反 密 批:代签 +60 批 公 协 +60 结"),
    Scene("外人不签批", "any", "17 10:05", "交 +15 签 +5 核 +90 答:R2 反 密 批:路人 +60 批 公 协 +60 结"),
    Scene("纸质签批", "any", "17 10:10", "交 +15 签 +5 核 +90 答:R2 反 密 纸:同人 +5 纸 公 协 +60 结"),
    Scene("公开要有网址", "any", "17 10:15", "交 +15 签 +5 核 +90 答:R2 反 密 批 公:无址 +5 公:报纸 协 +60 结"),
    Scene("不公开", "any", "17 10:20", "交 +15 签 +5 核 +90 答不公开:R2 反 密 批 公 +5 隐 协 +60 结 评 归"),
    Scene("主动公开不得隐", "any", "17 10:25", "交 +15 签 +5 核 +90 答:R2 反 密 批 隐 +5 公 协 +60 结"),
    Scene("退回改派", "any", "17 10:30", "交 +100 退 +200 改 +30 签 +60 退 +60 核 +90 答:R2 反 密 批 公 协 +60 结"),
    Scene("退回不交办", "any", "17 10:35", "交 +60 退 +60 不:无关 +60 归"),
    Scene("退回没有写单位", "any", "17 10:40", "交 +60 退:无 +30 签 +60 核"),
    Scene("不交办又交办", "any", "17 10:45", "不:仅关注 +600 交 +20 签"),
    Scene("并案", "any", "17 10:50", "不:并案:空 +5 不:并案:自己 +5 不:并案 +60 归"),
    Scene("移送", "any", "17 10:55", "不:移送非本级:空 +5 不:移送非本级 +60 归"),
    Scene("逾期督办", "any", "17 11:00", "交 督 +3000 督 +1440 签 +60 核 +4000 督 +10 答:R2 反 密 批 公 协 +60 结"),
    Scene("从不办理", "any", "17 11:05", "交 +20 签"),
    Scene("延期", "alone", "17 11:10", "交 +20 签 +60 核 延:sign 延:reply +5 延:close:自批 延:close +5 延:close +9000 答:R2 反 密 批 公 +60 结"),
    Scene("逾期不得延", "minor", "17 11:15", "交 +20 签 +60 核 +14000 延:close"),
    Scene("暂缓过节", "alone", "21 15:00", "交 +20 签 +60 核 +30 停:自批 +5 停 +5700 复 +60 答:R2 反 密 批 公 +60 结"),
    Scene("暂缓跨调休", "alone", "28 16:00", "交 +20 签 +30 停 +60 核 +1440 复 +60 核 +30 停 +2000 复"),
    Scene("暂缓撤销", "any", "18 09:00", "交 +20 签 +30 停 +600 撤 +60 归 交 +5 签"),
    Scene("撤销", "any", "18 09:05", "交 +60 撤 +60 签 +5 归"),
    Scene("重新办理", "alone", "18 09:10", "交 +9 签 核 +60 答:R2 反 密 批 公 +60 结 +1440 交 +20 签 核 反 批 核 答:R2 反 密 批 公 结 评 归 +60 交"),
    Scene("二次舆情", "alone", "18 09:15", "交 +20 签 核 +60 答:R2 反 密 批 公 跟 +1440 核 +60 答:R2 反 密 批 公 记 跟 结"),
    Scene("审签退回", "any", "18 09:20", "交 +20 签 核 +60 答:R2 反 +10 核 +60 反 答:R2 密 批 +5 核 +5 反 批 公 协 +60 结"),
    Scene("协办未完", "joint", "18 09:25", "交 +20 签 核 +60 答:R2 反 密 批 公 +60 结 +60 协 +5 结"),
    Scene("重大", "major", "17 08:45", "呈 交 +5 报:续报 报:首报 签 核 +60 答:R3 反 密 批 公 +5 结 记 跟 +10 结 报:续报 报:终报 报:续报 协 +5 结"),
    Scene("突发定级", "major", "17 08:50", "级:重大 交 +5 签 核 +60 答:R3 反 密 批 公 +600 会:将来 会 +5 报:首报 协 跟 +1440 结 级:未定"),
    Scene("升级定级太晚", "any", "20 09:00", "交 +5 签 +600 级:特别重大 +60 会 +5 归 +5 不:无关"),
)  # fmt: skip

MOVES = {
    "交": "交办", "签": "签收", "核": "核查", "反": "反馈", "批": "签批", "公": "公开回应", "隐": "不公开回应", "跟": "跟踪", "结": "办结",
    "评": "评估", "归": "归档", "退": "退回", "改": "交办", "不": "不交办", "撤": "撤销", "停": "暂缓办理", "纸": "签批",
}  # fmt: skip
REFUSED = (IllegalMoveError, MoveRefusedError, StaleCaseError)


@dataclass(slots=True)
class Clock:
    """The simulated time."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step as it was tried: what happened is in `refused` ("" when it was done)."""

    at: datetime
    number: str
    act: str
    refused: str


@dataclass(frozen=True, kw_only=True)
class Played:
    """What the rehearsal leaves: the cases as they were opened, every attempt, and the office to look at."""

    office: Office
    opened: dict[str, Case]
    scenes: dict[str, str]  # number → scene
    attempts: list[Attempt]
    evidence: str  # address of the contradicting source on record


async def play(folder: Path, settings: Settings, model: LinearModel, look: Callable[[Played], None]) -> None:
    """Plays every scene in `folder`, then lets `look` at it while the office is open."""
    clock = Clock()
    async with open_demo(settings, folder, model, now=clock) as office:
        await pipeline.collect_due(office, pipeline.Account())
        await pipeline.judge(office, pipeline.Account())
        office = replace(office, settings=_signed(office.settings))
        cast = await _cast(office, clock)
        player = Player(office=office, clock=clock, evidence=_evidence(office))
        player.run(cast)
        scenes = {case.number: scene.name for scene, case in cast}
        opened = {case.number: case for _, case in cast}
        look(Played(office=office, opened=opened, scenes=scenes, attempts=player.attempts, evidence=player.evidence))


def _signed(settings: Settings) -> Settings:
    approving = {settings.units.office: (*SIGNERS, APPROVER)}
    units = tuple(replace(u, signers=approving.get(u.id, SIGNERS)) for u in settings.units.units)
    return replace(settings, units=replace(settings.units, units=units))


def _evidence(office: Office) -> str:
    """The address of the town's official word against a rumour."""
    posts = office.ledger.posts_seen(office.beginning_of_time, office.end_of_time)
    return next(p.url for p in posts if "谣言" in p.title and case_papers.authoritative(office, "", p.url))


async def _cast(office: Office, clock: Clock) -> list[tuple[Scene, Case]]:
    """A case for each scene: the town's first, then of what people write in the next hours."""
    for line in FURTHER.read_text(encoding="utf-8").splitlines():
        if len(office.ledger.cases(CaseState.ALERTED)) >= CASES + 12:
            break
        office.ledger.add_collected([_written(json.loads(line), clock.now)], [], office.ledger.fetch_states()["town-bbs"])
        await pipeline.judge(office, pipeline.Account())
    free, cast = office.ledger.cases(CaseState.ALERTED), []
    for scene in sorted(SCENES, key=lambda s: s.wants in ("any", "minor")):
        case = next(c for c in free if _suits(c, scene.wants))
        free.remove(case)
        cast.append((scene, case))
    return cast


def _written(row: dict[str, str], now: datetime) -> Post:
    url = f"http://town.example/thread-{row['id']}-1-1.html"
    return Post(
        id=post_id(url), source_id="town-bbs", url=url, title=row["title"], text=row["text"], published_at=now, precision=Precision.MINUTE,
        first_seen_at=now, raw_sha256="",
    )  # fmt: skip


def _suits(case: Case, wants: str) -> bool:
    major, joint = case.opinion_level in MAJOR, bool(case.routing.joint)
    return {"any": not major, "minor": not major, "major": major, "joint": joint and not major, "alone": not joint and not major}[wants]


@dataclass(slots=True)
class Player:
    """Takes the steps in order of time, presses what is late every hour in between."""

    office: Office
    clock: Clock
    evidence: str
    attempts: list[Attempt] = field(default_factory=list)

    def run(self, cast: Sequence[tuple[Scene, Case]]) -> None:
        """Every step of every scene, and an hourly look at the clocks."""
        order, reminding = count(), Reminding(self.office)
        todo = [(when, next(order), act, case.number) for scene, case in cast for when, act in steps_of(scene)]
        hours = int((END - BEGIN) / timedelta(hours=1))
        todo += [(BEGIN + timedelta(hours=n, minutes=1), next(order), "", "") for n in range(hours)]
        heapq.heapify(todo)
        while todo and todo[0][0] < END:
            self.clock.now, _, act, number = heapq.heappop(todo)
            if act:
                self._try(number, act)
            else:
                reminding.remind()
        self.clock.now = END

    def _try(self, number: str, act: str) -> None:
        try:
            self.act(number, act)
            refused = ""
        except REFUSED as error:
            refused = str(error)
        self.attempts.append(Attempt(at=self.clock.now, number=number, act=act, refused=refused))

    def act(self, number: str, act: str) -> None:
        """One act: its first character or word names it, what follows a colon bends it."""
        word, _, how = act.partition(":")
        if word in MOVES:
            self._move(number, word, how)
        elif word == "复":
            case_verbs.move(self.office, number, self._came_from(number), by="值班员", why="暂缓事由已消除")
        else:
            self._paper(number, word, how)

    def _move(self, number: str, word: str, how: str) -> None:
        by = {"交": how or "值班员", "批": how or "分管", "纸": "正职", "停": "联络员"}.get(word, "值班员")
        details = {
            "公": self._published, "停": self._pausing, "不": self._shelving, "退": self._returning, "改": self._rerouting, "纸": self._on_paper,
        }  # fmt: skip
        made = details[word](number, how) if word in details else Details()
        case_verbs.move(self.office, number, MOVES[word], by=by, why="按流程办理", details=made)

    def _published(self, number: str, how: str) -> Details:
        return Details(channel="报纸" if how == "报纸" else "区政府网站", url="" if how else f"http://gov.example/{number}.html")

    def _pausing(self, number: str, how: str) -> Details:
        return Details(until=self.clock.now + timedelta(days=5), approved_by="联络员" if how == "自批" else "办公室主任")

    def _shelving(self, number: str, how: str) -> Details:
        ground, _, into = how.partition(":")
        there = {"并案": "TH-20180917-001", "移送非本级": "市住建局"}.get(ground, "")
        return Details(ground=Ground(ground), into={"空": "", "自己": number}.get(into, there))

    def _returning(self, number: str, how: str) -> Details:
        return Details(unit="" if how == "无" else self._other(number))

    def _rerouting(self, number: str, how: str) -> Details:
        return Details(unit=self._other(number))

    def _on_paper(self, number: str, how: str) -> Details:
        return Details(paper=OnPaper(scan_sha256="ab" * 32, capacity=Capacity.HEAD, registered_by="正职" if how == "同人" else "值班员"))

    def _other(self, number: str) -> str:
        return "cgj" if self._case(number).routing.lead != "cgj" else "zjj"

    def _case(self, number: str) -> Case:
        return case_verbs.find(self.office, number)

    def _came_from(self, number: str) -> str:
        still = case_papers.case_file(self.office, number).standstill()
        return still.came_from.value if still else "核查"

    def _paper(self, number: str, word: str, how: str) -> None:
        office, now = self.office, self.clock.now
        match word:
            case "答" | "答缺" | "答封" | "答不公开":
                form, _, writer = how.partition(":")
                case_papers.file_answer(office, number, self.answer(word, form), by=writer or "联络员")
            case "密" | "密否":
                case_papers.vet(office, number, passed=word == "密", by="联络员" if how else "保密员", why="已逐项审查")
            case "协":
                for unit in self._case(number).routing.joint:
                    self._joint(number, unit)
            case "督":
                case_papers.supervise(office, number, by="值班员", asked="请于今日办理")
            case "延":
                clock, _, own = how.partition(":")
                approver, until = "联络员" if own else "办公室主任", now + timedelta(days=20)
                case_papers.extend(office, number, clock, until, by="联络员", approved_by=approver, why="情况复杂")
            case "级":
                case_papers.grade(office, number, EventLevel(how), by="应急局值班", basis="应急电〔2018〕1号")
            case "会":
                held = Conference(held_at=now + timedelta(hours=2 if how else 0), place="区政府", spokesperson="新闻发言人")
                case_papers.conference(office, number, held, by="宣传部")
            case "报":
                told = GraveReport(stage=Stage(how), serial=1, happened="一", public_view="二", done="三", planned="四")
                case_papers.report(office, number, told, by="联络员")
            case "移":
                case_papers.transfer(office, number, "公安机关", by="值班员", proposed_by="联络员", approved_by="值班员" if how else "分管")
            case "呈":
                case_papers.submit(office, number, Submission(to="区长", matter="重大舆情", advice="拟由承办单位核查"), by="值班员")
            case "记":
                case_papers.follow(office, number, by="值班员", what="未见新的反映")
            case _:
                raise ValueError(f"no act {word!r}")

    def _joint(self, number: str, unit: str) -> None:
        tasks = [p.id for p, t in case_papers.case_file(self.office, number).open_tasks() if t.unit == unit and t.stage is None]
        for task in tasks:
            case_papers.finish_task(self.office, number, task, by="协办联络员", what="已提供情况")

    def answer(self, word: str, form: str) -> Answer:
        """A whole answer, bent as the act says."""
        known, nowhere = self.evidence, "http://nowhere.example/1"
        proof = {**PROOF, "R6": {"evidence": known, "quotation": "检测合格"}, "R6无": {"evidence": nowhere, "quotation": "没有此事"}}
        kept = dict(list(proof[form].items())[1:]) if word == "答缺" else proof[form]
        said = Statement(text="已核查清楚")
        return Answer(
            form=form[:2], finding=Finding.FALSE if form[:2] == "R6" else Finding.TRUE, title="情况说明", text="情况已核查，处理结果如下。",
            stance=said, facts=said, policy=said, outcome=said, proof=kept, channel="区政府网站",
            measures=("研究后联系平台删帖",) if word == "答封" else ("当场整改",),
            disclosure=Disclosure.WITHHELD if word == "答不公开" else Disclosure.PUBLIC, withheld_why="涉及个人隐私" if word == "答不公开" else "",
        )  # fmt: skip


def steps_of(scene: Scene) -> Iterator[tuple[datetime, str]]:
    """(when, act) of a scene, in order."""
    day, _, clock = scene.begins.partition(" ")
    when = datetime.fromisoformat(f"2018-09-{day} {clock}").replace(tzinfo=SHANGHAI)
    for token in scene.steps.split():
        if token.startswith("+"):
            when += timedelta(minutes=int(token))
        else:
            yield when, token


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case as the office would read it. `clocks` are (kind, due, met or ""), Shanghai; `reminders` are steps, not messages."""

    number: str
    scene: str
    level: str
    state: str
    lead: str
    way: tuple[str, ...]
    clocks: tuple[tuple[str, str, str], ...]
    papers: dict[str, int]
    open_tasks: int
    refused: int
    reminders: int


def account(played: Played) -> list[Row]:
    """A row a case, by number."""
    keys = played.office.ledger.notice_keys(NoticeKind.REMINDER)
    return [_row(played, case_verbs.find(played.office, number), keys) for number in sorted(played.opened)]


def _row(played: Played, case: Case, keys: frozenset[str]) -> Row:
    ledger = played.office.ledger
    clocks = sorted((d.kind, str(shanghai(d.due_at)), str(shanghai(d.met_at)) if d.met_at else "") for d in case.deadlines)
    steps = {key.rsplit("|", 3)[0] for key in keys if key.startswith(f"{NoticeKind.REMINDER}|{case.id}|")}
    refused = sum(bool(a.refused) for a in played.attempts if a.number == case.number)
    return Row(
        number=case.number, scene=played.scenes[case.number], level=case.opinion_level.value, state=case.state.value, lead=case.routing.lead,
        way=tuple(m.to_state.value for m in ledger.transitions(case.id)), clocks=tuple(clocks), reminders=len(steps),
        papers=dict(Counter(p.kind for p in ledger.papers(case.id))), refused=refused,
        open_tasks=len(case_papers.case_file(played.office, case.number).open_tasks()),
    )  # fmt: skip


def tell(played: Played) -> None:
    """Prints the account."""
    rows = account(played)
    states = Counter(row.state for row in rows)
    print(f"rehearsal: {len(rows)} cases, {len(played.attempts)} steps, {sum(bool(a.refused) for a in played.attempts)} of them refused")
    print(f"  states   {'  '.join(f'{state} {n}' for state, n in states.most_common())}")
    for row in rows:
        late = sum((met or str(END)) > due for _, due, met in row.clocks)
        print(
            f"  {row.number} {row.level} {row.scene:　<8} {row.state:　<5} refused {row.refused} reminders {row.reminders:>2} "
            f"clocks late {late}/{len(row.clocks)} {'→'.join(row.way)}"
        )
    problems = played.office.ledger.verify_audit()
    print(f"  audit    {problems or 'whole'}")


def run() -> None:
    """Plays it in a folder of its own."""
    quiet_log("critical")
    settings = load_settings(find_config_dir(None, {}), {})
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), settings, load_model(MODEL), tell))


