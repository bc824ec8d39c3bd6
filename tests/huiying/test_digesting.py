"""The digest's facts are what the ledger holds; files are whole; the day ends at eight."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from digests.daily import count_of
from digests.facts import span_of
from huiying import case_verbs
from huiying.digest_facts import find_event, gather_period, month_to, week_to
from huiying.digesting import KIND, current_day, gather_facts, issue_digest, make_digest, review_digest
from huiying.office import Desk
from huiying.settings import Settings
from records.instant import SHANGHAI
from records.notice import NoticeKind
from tests.huiying.desk import desk_in, take, waiting_case
from tests.makers import NOW, STATE, a_post, an_assessment, an_event

DAY = date(2018, 6, 9)  # NOW is 6月8日 09:02


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path, settings, lambda: NOW + timedelta(hours=1)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("clock", "day"),
    [((8, 7, 59), date(2018, 6, 8)), ((8, 8, 0), date(2018, 6, 9)), ((8, 23, 59), date(2018, 6, 9)), ((9, 0, 0), date(2018, 6, 9))],
)
def test_the_day_ends_at_eight(clock: tuple[int, int, int], day: date) -> None:
    at = datetime(2018, 6, *clock, tzinfo=SHANGHAI)
    assert current_day(at) == day
    start, end = span_of(day)
    assert start <= at < end


def test_facts_are_what_the_ledger_holds(desk: Desk) -> None:
    case = waiting_case(desk)
    case_verbs.move(desk, case.number, "交办", by="值班员", why="属实")
    old, late = a_post("old", first_seen_at=NOW - timedelta(days=3)), a_post("late", first_seen_at=NOW + timedelta(days=2))
    desk.ledger.add_collected([old, late], [], STATE)
    desk.ledger.add_assessments([an_assessment("old"), an_assessment("late")])
    facts = gather_facts(desk, DAY)
    assert [p.id for p in facts.posts] == ["p1"]
    assert [p.id for p in facts.earlier_posts] == ["old"]
    assert set(facts.assessments) == {"p1", "old"}
    assert [c.number for c in facts.cases] == [case.number]
    assert [t.to_state.value for t in facts.transitions[case.id]] == ["预警提示", "交办"]
    assert {n.kind for n in facts.notices} == {NoticeKind.DISPATCH}
    assert facts.fetch_states == {"s": STATE}
    assert [d.day for d in facts.previous] == [date(2018, 6, 6)]
    assert (facts.previous[0].posts, facts.previous[0].relevant) == (1, 1)
    counted = count_of(facts)
    assert (counted.posts, counted.relevant, counted.cases) == (1, 1, 1)


def test_an_event_of_an_open_case_is_there_though_nothing_touched_it_today(desk: Desk) -> None:
    waiting_case(desk)
    later = gather_facts(desk, DAY + timedelta(days=2))
    assert later.posts == ()
    assert [e.id for e in later.events] == ["e1"]
    assert [p.id for p in later.posts_by_event["e1"]] == ["p1"]


def test_files_are_whole_and_named_by_day(desk: Desk) -> None:
    waiting_case(desk)
    made = make_digest(desk, DAY)
    assert made.html.name == "2018-06-09-daily.html"
    assert made.word.name == "2018-06-09-daily.docx"
    assert made.issue.html_path == "digests/2018-06-09-daily.html"
    assert "停水三天" in made.html.read_text(encoding="utf-8")
    assert not list(made.html.parent.glob("*.part"))
    assert make_digest(desk, DAY).word.read_bytes() == made.word.read_bytes(), "equal facts, equal bytes"


def test_an_empty_day_is_still_a_paper(desk: Desk) -> None:
    made = make_digest(desk, date(2018, 1, 2))
    text = made.html.read_text(encoding="utf-8")
    assert "未监测到不等于没有" in text
    assert made.word.read_bytes()[:2] == b"PK"


def letters(desk: Desk) -> list[tuple[str, str]]:
    return [(n.address, n.subject) for n in desk.ledger.notices() if n.kind is NoticeKind.DIGEST]


def test_issued_once_reviewed_once(desk: Desk) -> None:
    waiting_case(desk)
    issue_digest(desk, DAY)
    issue_digest(desk, DAY)
    assert letters(desk) == [("yanpan@tinghu.example", "【未经审核】每日舆情（2018年6月9日）")]
    made, first = review_digest(desk, DAY, "审核员甲")
    assert first
    assert made.issue.reviewed_by == "审核员甲"
    assert letters(desk)[1:] == [("ld@tinghu.example", "每日舆情（2018年6月9日）")]
    _, again = review_digest(desk, DAY, "审核员乙")
    assert not again
    issued = issue_digest(desk, DAY)
    assert issued.issue.reviewed_by == "审核员甲"
    assert len(letters(desk)) == 2
    found = desk.ledger.digest(str(DAY), KIND)
    assert found is not None
    assert found.reviewed_by == "审核员甲"
    assert desk.ledger.verify_audit() == []


def test_a_review_needs_a_name(desk: Desk) -> None:
    with pytest.raises(ValueError, match="姓名"):
        review_digest(desk, DAY, "  ")
    assert desk.ledger.digest(str(DAY), KIND) is None


def test_attachments_lie_in_the_data_folder(desk: Desk) -> None:
    waiting_case(desk)
    issue_digest(desk, DAY)
    (notice,) = [n for n in desk.ledger.notices() if n.kind is NoticeKind.DIGEST]
    assert all((desk.data / path).is_file() for path in notice.attachments)


def test_a_published_answer_is_linked(desk: Desk) -> None:
    number = waiting_case(desk).number
    case = take(desk, number, "交办", "签收", "核查", "反馈", "签批", "公开回应")
    assert gather_facts(desk, DAY).answer_urls == {case.id: "http://www.tinghu.example/1.html"}
    page = make_digest(desk, DAY).html.read_text(encoding="utf-8")
    assert "http://www.tinghu.example/1.html" in page.split("五、")[-1]
    assert "未登记链接" not in page


# kinds
def test_each_kind_is_its_own_paper_mail_and_review(desk: Desk) -> None:
    waiting_case(desk)
    for kind, title in (("weekly", "舆情周报"), ("monthly", "舆情月报"), ("special-e1", "舆情专报")):
        made = issue_digest(desk, DAY, kind)
        assert made.html.name == f"2018-06-09-{kind}.html"
        assert title in made.html.read_text(encoding="utf-8")
        assert ("yanpan@tinghu.example", f"【未经审核】{title}（2018年6月9日）") in letters(desk)
        assert review_digest(desk, DAY, "审核员甲", kind)[1]
        assert ("ld@tinghu.example", f"{title}（2018年6月9日）") in letters(desk)
    assert desk.ledger.digest(str(DAY), KIND) is None


def test_a_week_counts_its_days_and_the_week_before(desk: Desk) -> None:
    waiting_case(desk)
    before = a_post("before", first_seen_at=NOW - timedelta(days=8), published_at=NOW - timedelta(days=8))
    desk.ledger.add_collected([before], [], STATE)
    desk.ledger.add_assessments([an_assessment("before")])
    facts, week_before = gather_period(desk, week_to(DAY))
    assert [c.day for c in facts.previous] == [DAY]
    assert [p.id for p in facts.posts] == ["p1"]
    assert week_before is not None
    assert (week_before.posts, week_before.relevant) == (1, 1)


@pytest.mark.parametrize(("day", "first"), [(date(2018, 6, 30), date(2018, 6, 1)), (date(2018, 2, 28), date(2018, 2, 1))])
def test_a_month_ends_with_its_day(day: date, first: date) -> None:
    assert month_to(day).days[0] == first
    assert month_to(day).days[-1] == day


def test_a_special_report_holds_the_answer(desk: Desk) -> None:
    number = waiting_case(desk).number
    take(desk, number, "交办", "签收", "核查", "反馈", "签批", "公开回应")
    event = find_event(desk.ledger, number)
    page = make_digest(desk, DAY, kind=f"special-{event.id}").html.read_text(encoding="utf-8")
    assert "公开回应（" in page
    assert "尚未公开回应" not in page


def test_a_merged_event_leads_to_what_it_was_merged_into(desk: Desk) -> None:
    waiting_case(desk)
    desk.ledger.save_events([an_event("young", ("p1",), merged_into="e1")])
    assert find_event(desk.ledger, "young").id == "e1"
    with pytest.raises(LookupError, match="没有事件或交办件 nowhere"):
        find_event(desk.ledger, "nowhere")


def test_events_merged_in_a_ring_end_the_search(desk: Desk) -> None:
    waiting_case(desk)
    desk.ledger.save_events([an_event("a", ("p1",), merged_into="b"), an_event("b", ("p1",), merged_into="a")])
    assert find_event(desk.ledger, "a").id in ("a", "b")
