"""The workbench's Actions on an office's desk: each page verb is a verb of the office, its refusals in the workbench's own error."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from huiying import case_papers, case_verbs, pulse
from huiying.bench_papers import BenchPapers
from huiying.case_verbs import Details
from huiying.comparing import contradictions, to_resolve
from huiying.correcting import correction
from huiying.dead_lettering import dead_letters
from huiying.digesting import review_digest
from huiying.evaluating_units import gather
from huiying.form_reading import read_case_file
from huiying.office import Desk
from huiying.refusing import refusing
from ledger import chain
from ledger.accounts import Accounts
from ledger.handovers import Handovers
from records.account import User
from records.assessment import Assessment
from records.case import Case, CaseState
from records.digest import DigestIssue
from records.event import Event
from records.instant import from_micros
from records.notice import Notice, NoticeState
from records.paper import Answer, Ground, Means, Receipt
from records.performance import Evaluation
from records.post import Post
from records.roster import Handover
from records.source import FetchState, Source
from records.standard import Standard
from records.unit import Units
from responders.case_file import CaseFile
from responders.forms import FORMS, form
from responders.roster import OnDuty, on_duty
from responders.word_forms import render_form, template_of
from workbench.actions import AuditRow, Health, MoveAsked
from workbench.paper_actions import CasePapers

SILENT = timedelta(minutes=10)  # of the daemon, before the office is not ready
WEEK = timedelta(days=7)
QUEUE = 200  # posts looked at for the review queue
MOST = 100  # search results

class BenchActions:
    """The office behind the pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.accounts = Accounts(desk.ledger.engine)
        self.papers: CasePapers = BenchPapers(desk)
        self.office_name = desk.settings.office.name
        self.public_url = desk.settings.office.public_url
        self.standard: Standard = desk.settings.standard
        self.units: Units = desk.settings.units

    def now(self) -> datetime:
        """The clock."""
        return self._desk.now()

    def new_id(self) -> str:
        """A UUIDv7."""
        return self._desk.new_id()

    # reading
    def cases(self) -> Sequence[Case]:
        """Every case, by number."""
        return self._desk.ledger.cases()

    def file(self, number: str) -> CaseFile | None:
        """The case with its moves and papers."""
        try:
            return case_papers.case_file(self._desk, number)
        except case_papers.UnknownCaseError:
            return None

    def event(self, event_id: str) -> Event | None:
        """The event of an id."""
        return self._desk.ledger.event(event_id)

    def events(self) -> Sequence[Event]:
        """Events of the last seven days, newest first."""
        return self._desk.ledger.events_touched(self.now() - WEEK, self._desk.end_of_time)[::-1]

    def posts(self, ids: Sequence[str]) -> Sequence[Post]:
        """Posts by id."""
        return self._desk.ledger.posts(ids)

    def assessments(self, ids: Sequence[str]) -> Mapping[str, Assessment]:
        """Post id → assessment."""
        return self._desk.ledger.assessments(ids)

    def search(self, words: str) -> Sequence[Post]:
        """Posts that hold every word, newest first."""
        return self._desk.ledger.search(words, MOST)

    def contradictions(self, number: str) -> Sequence[str]:
        """What bars signing, as sentences."""
        settings = self._desk.settings
        return to_resolve(contradictions(case_papers.case_file(self._desk, number), settings), settings)

    def to_review(self) -> Sequence[Post]:
        """Relevant posts of the last two days on which the machine abstained and nobody has said anything, newest first."""
        ledger = self._desk.ledger
        seen = ledger.posts_seen(self.now() - timedelta(days=2), self._desk.end_of_time)[-QUEUE:][::-1]
        judged, done = ledger.assessments([p.id for p in seen]), {r.post_id for r in ledger.reviews()}
        relevant = self.standard.thresholds.relevant
        return [p for p in seen if p.id not in done and (a := judged.get(p.id)) and a.abstain and a.relevant >= relevant]

    def form_kinds(self) -> Sequence[str]:
        """The kinds of Word form."""
        return list(FORMS)

    def form(self, number: str, kind: str) -> bytes:
        """A Word form of the case."""
        with refusing():
            return render_form(template_of(kind), form(read_case_file(self._desk, number), kind))

    def sources(self) -> Sequence[tuple[Source, FetchState | None]]:
        """Sources with where their polling stands."""
        states = self._desk.ledger.fetch_states()
        return [(s, states.get(s.id)) for s in self._desk.settings.sources]

    def digests(self) -> Sequence[DigestIssue]:
        """Digests made, newest first."""
        return self._desk.ledger.digests()

    def digest_file(self, day: str, kind: str, form: str) -> bytes | None:
        """The bytes of a digest on record; None for one that is not, or whose file is gone."""
        issue = self._desk.ledger.digest(day, kind)
        path = {"html": issue.html_path, "docx": issue.word_path}.get(form) if issue else None
        try:
            return (self._desk.data / path).read_bytes() if path else None
        except OSError:
            return None

    def evaluation(self, since: datetime, until: datetime) -> Evaluation:
        """The figures of a period."""
        return gather(self._desk, since, until)

    def on_duty(self) -> Sequence[OnDuty]:
        """Shifts that are on now."""
        return on_duty(self._desk.settings.roster, self.now(), self._desk.settings.holidays)

    def handovers(self) -> Sequence[Handover]:
        """The latest handovers, newest first."""
        return Handovers(self._desk.ledger.engine).newest(10)

    def dead_letters(self) -> Sequence[Notice]:
        """Notices that could not be delivered."""
        return [one.notice for one in dead_letters(self._desk)]

    def audit(self, limit: int) -> Sequence[AuditRow]:
        """The newest entries of the chain."""
        rows = chain.newest(self._desk.ledger.engine, limit)
        return [AuditRow(**{name: row[name] for name in ("seq", "actor", "action", "subject", "detail")}, at=from_micros(row["at"])) for row in rows]

    def health(self) -> Health:
        """Counts of cases and notices, and the daemon's pulse."""
        ledger = self._desk.ledger
        states = [s.last_ok_at for s in ledger.fetch_states().values() if s.last_ok_at]
        try:
            beat = pulse.read(self._desk.data)
            troubles = pulse.troubles(beat, self.now(), SILENT)
        except pulse.PulseError as error:
            beat, troubles = None, [str(error)]
        return Health(
            cases=Counter(c.state.value for c in ledger.cases()), notices={s.value: len(ledger.notices(s)) for s in NoticeState},
            troubles=tuple(troubles), last_collected=max(states, default=None), failures=dict(beat.failures) if beat else {},
        )  # fmt: skip

    # acting
    def move(self, number: str, asked: MoveAsked, *, by: User) -> Case:
        """The case as moved by the account's person."""
        with refusing():
            details = _details(asked)
            if asked.to == CaseState.SIGNED_FOR.value:
                details = replace(details, receipt=Receipt(unit=by.unit, means=Means.DESK))
            return case_verbs.move(self._desk, number, asked.to, by=by.name, why=asked.why, details=details)

    def receive(self, number: str, asked: MoveAsked, *, unit: str, name: str) -> Case:
        """签收 or 退回 by who followed the link of a notice; how a 签收 came in is on file."""
        with refusing():
            details = replace(_details(asked), receipt=Receipt(unit=unit, means=Means.LINK))
            return case_verbs.move(self._desk, number, asked.to, by=name, why=asked.why, details=details)

    def answer(self, number: str, answer: Answer, *, by: User, unit: str) -> None:
        """Files a unit's 反馈单."""
        with refusing():
            case_papers.file_answer(self._desk, number, answer, by=by.name, unit=unit)

    def vet(self, number: str, *, passed: bool, why: str, by: User) -> None:
        """保密审查 of the newest answer."""
        with refusing():
            case_papers.vet(self._desk, number, passed=passed, by=by.name, why=why)

    def correct(self, post_id: str, task: str, value: str, *, by: User, why: str) -> None:
        """An analyst's correction."""
        with refusing():
            correction(self._desk, post_id, task, value, by=by.name, why=why)

    def review_digest(self, day: str, *, by: User) -> bool:
        """Reviewed by the account's person."""
        with refusing():
            return review_digest(self._desk, datetime.fromisoformat(day).date(), by.name)[1]

    def log(self, actor: str, action: str, subject: str, detail: str) -> None:
        """One audit entry."""
        chain.seal(self._desk.ledger.engine, actor, action, subject, detail, self.now())


def _details(asked: MoveAsked) -> Details:
    return Details(
        ground=Ground(asked.ground) if asked.ground in list(Ground) else Ground.WATCHED,
        unit=asked.unit, into=asked.into, channel=asked.channel, url=asked.url, published_at=asked.published_at, until=asked.until,
        approved_by=asked.approved_by, paper=asked.paper,
    )  # fmt: skip
