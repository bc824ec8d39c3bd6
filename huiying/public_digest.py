"""The public digest of a month, out of the ledger: only what was signed as 主动公开 and published; a 检举控告 never."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from digests.html import render_html
from digests.public import build_public
from digests.word import render_word
from huiying import case_papers
from huiying.office import Desk
from records.case import Case
from records.instant import SHANGHAI
from records.paper import Answer, Disclosure, Paper, Publication
from records.public_answer import PublicAnswer
from responders.duty import confidential

PUBLIC = "public"


def month_of(day: date) -> tuple[datetime, datetime]:
    """[first instant of the day's month, of the next month), Shanghai.

    >>> [at.strftime("%m-%d") for at in month_of(date(2018, 12, 31))]
    ['12-01', '01-01']
    """
    first = datetime(day.year, day.month, 1, tzinfo=SHANGHAI)
    return first, (first + timedelta(days=32)).replace(day=1)


def public_answers(desk: Desk, since: datetime, until: datetime) -> list[PublicAnswer]:
    """The answers published in [since, until), one a publication."""
    return [one for case in desk.ledger.cases() if not confidential(case.routing, desk.settings.units) for one in _of(desk, case, since, until)]


def _of(desk: Desk, case: Case, since: datetime, until: datetime) -> Iterator[PublicAnswer]:
    papers = case_papers.case_file(desk, case.number).papers
    signed = {p.id: (p, p.content) for p in papers if isinstance(p.content, Answer)}
    for paper in papers:
        out = paper.content
        if isinstance(out, Publication) and since <= out.published_at < until and out.answer_id in signed:
            letter, answer = signed[out.answer_id]
            if answer.disclosure is Disclosure.PUBLIC:
                yield _told(desk, case, letter, answer, out)


def _told(desk: Desk, case: Case, letter: Paper, answer: Answer, out: Publication) -> PublicAnswer:
    limits = [d for d in case.deadlines if d.kind in ("respond", "release") and not d.late_found]
    kept = all(out.published_at <= d.due_at for d in limits) if limits else None
    unit = next((u.name for u in desk.settings.units.units if u.id == letter.unit), letter.unit)
    return PublicAnswer(
        title=answer.title, text=answer.text, unit=unit, form=answer.form, channel=out.channel, url=out.url, published_at=out.published_at,
        on_time=kept,
    )  # fmt: skip


def make_public(desk: Desk, day: date) -> tuple[Path, Path]:
    """The HTML and Word of the day's month; each appears whole or not at all."""
    since, until = month_of(day)
    forms = {f.code: f.name for f in desk.settings.standard.forms}
    paper = build_public(
        public_answers(desk, since, until), forms, since=since, until=until, office=desk.settings.office.name, now=desk.now()
    )
    folder = desk.data / "digests"
    folder.mkdir(parents=True, exist_ok=True)
    html, word = folder / f"{since:%Y-%m}-public.html", folder / f"{since:%Y-%m}-public.docx"
    for path, content in ((html, render_html(paper).encode()), (word, render_word(paper))):
        part = path.with_suffix(f"{path.suffix}.part")
        part.write_bytes(content)
        part.replace(path)
    return html, word
