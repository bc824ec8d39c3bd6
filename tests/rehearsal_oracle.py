"""What the rehearsal must come to, told by rules written anew from the plan: shares nothing with responders/ or huiying/ but the script's words."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.lifecycle_oracle import Clock, Told, ends, standard

WORD = {
    "交": "交办", "签": "签收", "核": "核查", "反": "反馈", "批": "签批", "公": "公开回应", "隐": "不公开回应", "跟": "跟踪", "结": "办结",
    "评": "评估", "归": "归档", "退": "退回", "改": "交办", "不": "不交办", "撤": "撤销", "停": "暂缓办理", "纸": "签批",
}  # fmt: skip
NATIONAL = ("respond", "release", "press")
FAR = {"sign": "签收", "reply": "反馈", "respond": "公开回应", "release": "公开回应"}
ORDER = ["预警提示", "交办", "签收", "核查", "反馈", "签批", "公开回应", "不公开回应", "跟踪"]


@dataclass
class Letter:
    """An answer on file, as far as rules ask."""

    writer: str
    form: str
    sound: bool
    public: bool
    vetted: str = ""  # "", "yes", "no"


@dataclass
class Task:
    unit: str
    set_at: datetime
    due: datetime
    report: bool
    done: bool = False


@dataclass
class Life:
    """One case by the oracle's own rules."""

    told: Told
    lead: str
    joint: tuple[str, ...]
    said_at: datetime
    alerted_at: datetime
    way: list[str] = field(default_factory=lambda: ["预警提示"])
    letters: list[Letter] = field(default_factory=list)
    signed: Letter | None = None
    dispatchers: set[str] = field(default_factory=set)
    returned: bool = False
    reports: list[str] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    refused: int = 0
    pressed: set[tuple[object, ...]] = field(default_factory=set)
    times: list[datetime] = field(default_factory=list)  # of its dispatches

    @property
    def major(self) -> bool:
        return self.told.level in "ⅠⅡ"

    def attempt(self, act: str, now: datetime) -> bool:
        """Takes the step when the rules allow; False when they do not."""
        word, _, how = act.partition(":")
        done = self._move(word, how, now) if word in WORD else self._paper(word, how, now)
        self.refused += not done
        return done

    def _move(self, word: str, how: str, now: datetime) -> bool:
        to = WORD[word]
        if not self.told.may(to) or not self._may(word, how, now):
            return False
        if word == "退":
            self.returned = True
        if to == "交办":
            self._dispatch(word, how, now)
        if to == "签批":
            self.signed = self.letters[-1]
        self.told.move(to, now)
        self.way.append(to)
        return True

    def _dispatch(self, word: str, how: str, now: datetime) -> None:
        self.dispatchers.add(how or "值班员")
        if word == "改":
            other = "cgj" if self.lead != "cgj" else "zjj"
            self.lead, self.joint = other, tuple(u for u in self.joint if u != other)
        self.letters, self.signed, self.tasks = [], None, []
        amount, unit = (next(r for r in standard()["level"] if r["code"] == self.told.level)["reply"][k] for k in ("amount", "unit"))
        self.tasks = [Task(unit=u, set_at=now, due=ends(now, amount, unit), report=False) for u in self.joint]
        if self.major:
            hours = standard()["first_report"]["amount"]
            self.tasks.append(Task(unit=self.lead, set_at=now, due=now + timedelta(hours=hours), report=True))

    def _may(self, word: str, how: str, now: datetime) -> bool:
        match word:
            case "退":
                return not self.returned and how != "无"
            case "不":
                return how not in ("并案:空", "并案:自己", "移送非本级:空")
            case "停":
                return how != "自批"
            case "批" | "纸":
                return self._signable(word, how, now)
            case "公":
                return self.signed is not None and self.signed.public and how != "无址"
            case "隐":
                return self.signed is not None and not self.signed.public
            case "结":
                return not (self.major and self.told.state == "公开回应") and all(t.done for t in self.tasks)
        return True

    def _signable(self, word: str, how: str, now: datetime) -> bool:
        if not self.letters:
            return False
        letter, who = self.letters[-1], "正职" if word == "纸" else how or "分管"
        named = (word == "纸" and how != "同人") or who == "分管" or (who == "代签" and now.strftime("%m-%d") <= "09-20")
        return letter.sound and letter.vetted == "yes" and named and who != letter.writer and who not in self.dispatchers

    def _paper(self, word: str, how: str, now: datetime) -> bool:
        match word:
            case "复":
                back = self.told.paused[0] if self.told.paused else ""
                self.told.move(back, now)
                self.way.append(back)
                return True
            case "答" | "答缺" | "答封" | "答不公开":
                return self._letter(word, how)
            case "密" | "密否":
                if not self.letters or how == "自己":
                    return False
                self.letters[-1].vetted = "yes" if word == "密" else "no"
                return True
            case "协":
                for task in self.tasks:
                    task.done = task.done or not task.report
                return True
            case "督":
                return self.told.state != "预警提示" and any(c.met is None and c.due <= now for c in self.told.clocks)
            case "延":
                return self._extend(how, now)
            case "级":
                return self._grade(how, now)
            case "会":
                return self._conference(how, now)
            case "报":
                return self._report(how)
            case "移":
                return how != "同人" and self.signed is not None and self.signed.form == "R6"
        return True  # 呈, 记

    def _letter(self, word: str, how: str) -> bool:
        form, _, writer = how.partition(":")
        if self.told.state not in ("签收", "核查", "反馈") or word == "答封":
            return False
        sound = word != "答缺" and form != "R6无"
        self.letters.append(Letter(writer=writer or "联络员", form=form[:2], sound=sound, public=word != "答不公开"))
        return True

    def _extend(self, how: str, now: datetime) -> bool:
        kind, _, own = how.partition(":")
        clock = next((c for c in self.told.clocks if c.kind == kind and c.met is None), None)
        if clock is None or own or kind == "sign" or clock.due <= now or getattr(clock, "longer", False):
            return False
        new = now + timedelta(days=20)
        if new <= clock.due or new - clock.due > timedelta(days=30):
            return False
        clock.due, clock.longer = new, True  # type: ignore[attr-defined]
        return True

    def _grade(self, how: str, now: datetime) -> bool:
        grave = how in ("特别重大", "重大")
        wanted = (("release", 5), ("press", 24)) if grave else (("respond", 48),)
        kinds = [kind for kind, _ in wanted]
        missed = [c for c in self.told.clocks if c.kind == "respond" and not c.met and c.due < now and not getattr(c, "late", False)]
        kept = [c for c in self.told.clocks if c.kind not in NATIONAL or c.met or c.kind in kinds or c in missed]
        held = {c.kind for c in kept}
        fresh = [Clock(kind, self.said_at + timedelta(hours=h), "hours") for kind, h in wanted if kind not in held]
        for clock in fresh:
            clock.late = clock.due < (now if grave else self.alerted_at)  # type: ignore[attr-defined]
        self.told.clocks = fresh + kept
        return True

    def _conference(self, how: str, now: datetime) -> bool:
        if how:
            return False
        for clock in self.told.clocks:
            if clock.kind == "press" and clock.met is None:
                clock.met = now
        return True

    def _report(self, how: str) -> bool:
        if (how == "首报") == bool(self.reports) or "终报" in self.reports:
            return False
        self.reports.append(how)
        for task in self.tasks:
            task.done = task.done or (task.report and how == "首报")
        return True

    # 催办: at each hour the newest step of each clock that is open then
    def hour(self, now: datetime) -> None:
        if self.told.state not in (*ORDER, "暂缓办理"):
            return
        if self.told.state == "预警提示":
            minutes = standard()["thresholds"]["confirm_minutes"]  # 值班员 at once, 带班领导 and 审签领导 after one and two spans of it
            climbed = int((now - self.alerted_at) / timedelta(minutes=minutes))
            self.pressed |= {("ladder", min(climbed, 2))} if self.major else set()
            return
        for key, start, due in self._open():
            come = [(r["at"], r["to"]) for r in standard()["reminder"] if start + (due - start) * r["at"] <= now]
            if come:
                self.pressed.add((key, due, come[-1]))

    def _open(self) -> list[tuple[object, datetime, datetime]]:
        if self.told.state == "暂缓办理":
            left = [c for c in self.told.clocks if c.kind in NATIONAL and c.met is None and not getattr(c, "late", False)]
            return [(c.kind, self._start(c), c.due) for c in left]
        here = ORDER.index(self.told.state)
        clocks = [
            (c.kind, self._start(c), c.due)
            for c in self.told.clocks
            if c.met is None and not getattr(c, "late", False) and here < ORDER.index(FAR.get(c.kind, "跟踪")) + (c.kind not in FAR)
        ]
        tasks = [((n, t.unit, t.report), t.set_at, t.due) for n, t in enumerate(self.tasks) if not t.done]
        return [*clocks, *tasks]

    def _start(self, clock: Clock) -> datetime:
        return self.said_at if clock.kind in NATIONAL else self.times[-1]

