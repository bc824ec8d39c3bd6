"""The digest of a day: facts out of the ledger, the paper as HTML and Word in the data folder, and the mails that carry it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from digests.daily import build_daily
from digests.facts import DayCount, DayFacts, span_of
from digests.html import render_html
from digests.word import render_word
from huiying.office import Desk
from ledger.chain import head, printed
from ledger.protocol import Ledger
from records.case import Case
from records.digest import DigestIssue
from records.instant import shanghai
from records.notice import Notice, NoticeState
from records.paper import Publication
from responders.digest_mail import DigestMail, digest_notices

KIND = "daily"
COMPARED = 7  # days before, for the mean
EARLIER = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A digest that was made: its record, and the two files."""

    issue: DigestIssue
    html: Path
    word: Path


def current_day(now: datetime) -> date:
    """The day whose digest is running at `now`: it ends at the next 08:00, Shanghai.

    >>> current_day(shanghai(datetime(2018, 6, 8, 9, 0))), current_day(shanghai(datetime(2018, 6, 8, 7, 0)))
    (datetime.date(2018, 6, 9), datetime.date(2018, 6, 8))
    """
    return (shanghai(now) + timedelta(hours=16)).date()


def make_digest(desk: Desk, day: date, *, reviewed_by: str = "") -> Made:
    """Writes the digest of `day` anew and records it. Files appear whole or not at all."""
    facts = gather_facts(desk, day, reviewed_by)
    daily = build_daily(facts)
    folder = desk.data / "digests"
    folder.mkdir(parents=True, exist_ok=True)
    html, word = folder / f"{day}-{KIND}.html", folder / f"{day}-{KIND}.docx"
    _write(html, render_html(daily).encode("utf-8"))
    _write(word, render_word(daily))
    issue = DigestIssue(
        day=str(day), kind=KIND, made_at=facts.made_at, html_path=str(html.relative_to(desk.data)),
        word_path=str(word.relative_to(desk.data)), reviewed_by=reviewed_by, reviewed_at=facts.made_at if reviewed_by else None,
    )  # fmt: skip
    return Made(issue=issue, html=html, word=word)


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(f"{path.suffix}.part")
    part.write_bytes(content)
    part.replace(path)


def issue_digest(desk: Desk, day: date) -> Made:
    """The day's digest, made and sent to the reviewing analyst, once a day (the outbox knows the key); 未经审核 until reviewed."""
    made = make_digest(desk, day, reviewed_by=_reviewed_by(desk.ledger, day))
    if not made.issue.reviewed_by:
        desk.ledger.add_digest(made.issue, _mails(desk, made, desk.settings.office.digest_to))
    return made


def review_digest(desk: Desk, day: date, by: str) -> tuple[Made, bool]:
    """The digest reviewed by a named person: only now it goes to leaders. False when somebody had reviewed it.

    Raises: ValueError without a name.
    """
    if not by.strip():
        raise ValueError("审核须有审核人姓名")
    if desk.ledger.digest(str(day), KIND) is None:
        issue_digest(desk, day)
    made = make_digest(desk, day, reviewed_by=_reviewed_by(desk.ledger, day) or by)
    leaders = _mails(desk, made, desk.settings.office.digest_leaders)
    return made, desk.ledger.review_digest(made.issue, by, desk.now(), leaders)


def _reviewed_by(ledger: Ledger, day: date) -> str:
    known = ledger.digest(str(day), KIND)
    return known.reviewed_by if known else ""


def _mails(desk: Desk, made: Made, addresses: Sequence[str]) -> list[Notice]:
    office = desk.settings.office
    mail = DigestMail(
        day=date.fromisoformat(made.issue.day), reviewed_by=made.issue.reviewed_by, office_name=office.name,
        attachments=(made.issue.word_path, made.issue.html_path),
    )  # fmt: skip
    return digest_notices(mail, addresses, desk.settings.channels, office.allowed_mail_domains, now=desk.now(), new_id=desk.new_id)


def gather_facts(desk: Desk, day: date, reviewed_by: str = "") -> DayFacts:
    """Everything the digest of `day` needs, read once."""
    ledger, settings = desk.ledger, desk.settings
    start, end = span_of(day)
    posts = ledger.posts_seen(start, end)
    earlier = ledger.posts_seen(start - EARLIER, start)
    events = ledger.events_touched(start, end)
    cases = ledger.cases_current(start, end)
    of_cases = [e for c in cases if (e := ledger.event(c.event_id)) is not None]
    by_event = {e.id: tuple(ledger.posts(e.post_ids)) for e in (*events, *of_cases)}
    known = {p.id for p in (*posts, *earlier)} | {p.id for found in by_event.values() for p in found}
    assessments = ledger.assessments(sorted(known))
    return DayFacts(
        day=day,
        start=start,
        end=end,
        made_at=desk.now(),
        chain_head=printed(head(ledger.engine)),
        office_name=settings.office.name,
        public_url=settings.office.public_url,
        units=settings.units,
        standard=settings.standard,
        posts=tuple(posts),
        earlier_posts=tuple(p for p in earlier if p.id in assessments),
        assessments=assessments,
        events=tuple({e.id: e for e in (*events, *of_cases)}.values()),
        posts_by_event=by_event,
        cases=tuple(cases),
        transitions={c.id: tuple(ledger.transitions(c.id)) for c in cases},
        answer_urls=_answer_urls(ledger, cases),
        area_names=tuple(a.name for a in settings.areas.areas),
        sources=settings.sources,
        fetch_states=ledger.fetch_states(),
        previous=_previous(desk, day),
        notices=tuple(_notices(ledger, start, end)),
        model_version=next((a.model_version for a in assessments.values()), ""),
        standard_version=settings.standard.version,
        compiled_by=settings.office.contact,
        reviewed_by=reviewed_by,
    )


def _answer_urls(ledger: Ledger, cases: Sequence[Case]) -> dict[str, str]:
    """Case id → where its newest answer stands, for those that were published at an address."""
    out = {c.id: [p.content.url for p in ledger.papers(c.id) if isinstance(p.content, Publication) and p.content.url] for c in cases}
    return {case_id: urls[-1] for case_id, urls in out.items() if urls}


def _previous(desk: Desk, day: date) -> tuple[DayCount, ...]:
    """The days before on which anything was seen, newest first."""
    found = []
    for back in range(1, COMPARED + 1):
        start, end = span_of(day - timedelta(days=back))
        posts, relevant = desk.ledger.count_seen(start, end, relevant_from=desk.settings.standard.thresholds.relevant)
        if posts:
            cases = desk.ledger.cases_opened(start, end)
            found.append(DayCount(day=day - timedelta(days=back), posts=posts, relevant=relevant, cases=cases))
    return tuple(found)


def _notices(ledger: Ledger, start: datetime, end: datetime) -> list[Notice]:
    return [n for n in ledger.notices() if start <= n.created_at < end or n.state is NoticeState.DEAD]
