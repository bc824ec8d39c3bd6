"""The digest, of any kind: facts out of the ledger, the paper as HTML and Word in the data folder, and the mails that carry it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from digests.daily import build_daily
from digests.document import Daily
from digests.html import render_html
from digests.period import build_monthly, build_weekly
from digests.special import build_special
from digests.word import render_word
from huiying.digest_facts import find_event, gather_event, gather_facts, gather_period, month_to, week_to
from huiying.evaluating_units import unit_figures
from huiying.office import Desk
from ledger.editions import EditionShelf
from ledger.protocol import Ledger
from records.digest import DigestIssue
from records.instant import SHANGHAI, shanghai
from records.notice import Notice
from responders.digest_mail import DigestMail, digest_notices

__all__ = ["KIND", "Made", "current_day", "gather_facts", "issue_digest", "make_digest", "review_digest", "special_kind"]

KIND, WEEKLY, MONTHLY, SPECIAL = "daily", "weekly", "monthly", "special"
NAMES = {KIND: "每日舆情", WEEKLY: "舆情周报", MONTHLY: "舆情月报", SPECIAL: "舆情专报"}


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


def special_kind(event_id: str) -> str:
    """The kind of an event's special report: each event has its own paper of a day.

    >>> special_kind("e1")
    'special-e1'
    """
    return f"{SPECIAL}-{event_id}"


def make_digest(desk: Desk, day: date, *, reviewed_by: str = "", kind: str = KIND) -> Made:
    """Writes the digest of `day` anew and records it. Files appear whole or not at all.

    Raises: LookupError for a special report of no event; ValueError for one of a 检举控告.
    """
    paper = _built(desk, day, reviewed_by, kind)
    folder = desk.data / "digests"
    folder.mkdir(parents=True, exist_ok=True)
    html, word = folder / f"{day}-{kind}.html", folder / f"{day}-{kind}.docx"
    _write(html, render_html(paper).encode("utf-8"))
    _write(word, render_word(paper))
    made_at = paper.head.made_at
    issue = DigestIssue(
        day=str(day), kind=kind, made_at=made_at, html_path=str(html.relative_to(desk.data)),
        word_path=str(word.relative_to(desk.data)), reviewed_by=reviewed_by, reviewed_at=made_at if reviewed_by else None,
    )  # fmt: skip
    return Made(issue=issue, html=html, word=word)


def _built(desk: Desk, day: date, reviewed_by: str, kind: str) -> Daily:
    """The paper of a kind, with the analysts' edits of that issue."""
    edition = EditionShelf(desk.ledger.engine).edition(str(day), kind)
    if kind == KIND:
        return build_daily(replace(gather_facts(desk, day, reviewed_by), edition=edition))
    if kind in (WEEKLY, MONTHLY):
        facts, before = gather_period(desk, (week_to if kind == WEEKLY else month_to)(day), reviewed_by)
        told = replace(facts, edition=edition)
        return build_weekly(told, before) if kind == WEEKLY else build_monthly(told, before, unit_figures(desk, facts.start, facts.end))
    event = find_event(desk.ledger, kind.removeprefix(f"{SPECIAL}-"))
    facts, answer = gather_event(desk, event, day, reviewed_by)
    return build_special(replace(facts, edition=edition), event, answer)


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(f"{path.suffix}.part")
    part.write_bytes(content)
    part.replace(path)


def issue_digest(desk: Desk, day: date, kind: str = KIND) -> Made:
    """The day's digest, made and sent to the reviewing analyst, headed 未经审核 until reviewed; leaders never get it from here.

    The outbox knows the key: a letter once a day before the cut-off (截稿), and once more after it, with the edits made meanwhile.
    """
    made = make_digest(desk, day, reviewed_by=_reviewed_by(desk.ledger, day, kind), kind=kind)
    if not made.issue.reviewed_by:
        desk.ledger.add_digest(made.issue, _mails(desk, made, desk.settings.office.digest_to))
    return made


def review_digest(desk: Desk, day: date, by: str, kind: str = KIND) -> tuple[Made, bool]:
    """The digest reviewed by a named person: only now it goes to leaders. False when somebody had reviewed it.

    Raises: ValueError without a name.
    """
    if not by.strip():
        raise ValueError("审核须有审核人姓名")
    if desk.ledger.digest(str(day), kind) is None:
        issue_digest(desk, day, kind)
    made = make_digest(desk, day, reviewed_by=_reviewed_by(desk.ledger, day, kind) or by, kind=kind)
    leaders = _mails(desk, made, desk.settings.office.digest_leaders)
    return made, desk.ledger.review_digest(made.issue, by, desk.now(), leaders)


def is_closed(desk: Desk, day: date, kind: str) -> bool:
    """True when the daily issue's cut-off has passed."""
    cutoff = datetime.combine(day, desk.settings.office.digest_cutoff, SHANGHAI)
    return kind == KIND and desk.now() >= cutoff


def _reviewed_by(ledger: Ledger, day: date, kind: str) -> str:
    known = ledger.digest(str(day), kind)
    return known.reviewed_by if known else ""


def _mails(desk: Desk, made: Made, addresses: Sequence[str]) -> list[Notice]:
    office, kind = desk.settings.office, made.issue.kind
    mail = DigestMail(
        day=date.fromisoformat(made.issue.day), reviewed_by=made.issue.reviewed_by, office_name=office.name, kind=kind,
        name=NAMES[kind.partition("-")[0]], closed=is_closed(desk, date.fromisoformat(made.issue.day), kind),
        attachments=(made.issue.word_path, made.issue.html_path),
    )  # fmt: skip
    return digest_notices(mail, addresses, desk.settings.channels, office.allowed_mail_domains, now=desk.now(), new_id=desk.new_id)
