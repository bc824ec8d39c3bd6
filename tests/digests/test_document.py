"""The document model, and the reading of the facts it is made from."""

from dataclasses import replace

import pytest

from digests.daily import build_daily, rows_of
from digests.document import (
    Column,
    Count,
    Daily,
    Heading,
    Link,
    Paragraph,
    Section,
    Table,
    TableRow,
    Text,
    anchors_in,
    counts_in,
    pieces_of,
)
from digests.reading import WITHHELD, Kind, read
from records.assessment import Territory
from records.source import MediaTier
from tests.digests.sample import (
    END,
    HOUR,
    SOURCES,
    START,
    a_case,
    a_day,
    a_notice,
    a_post,
    an_assessment,
    an_event,
    facts,
    rich_day,
)

ONE, MANY, ZERO = Count(1, ("p1",), "一条"), Count(2, ("p1", "p2"), "两条"), Count(0, (), "无")
TABLE = Table(
    "表", (Column("序", 50), Column("数", 50)), (TableRow(((Text("帖1"),), (ONE, Text("条"))), "p1"), TableRow(((), (MANY,))))
)
PARTS = (
    Section("sec1", "一、", "甲", (Heading("（一）"), Paragraph((Text("共"), ZERO)), TABLE)),
    Section("sec2", "二、", "乙", (Paragraph((Link("见", "#p1"),), anchor="n1"),)),
)


def a_daily(**other: object) -> Daily:
    return replace(build_daily(facts()), **({"sections": PARTS, "annexes": ()} | other))


def test_counts_are_found_in_reading_order() -> None:
    assert list(counts_in(PARTS)) == [ZERO, ONE, MANY]


def test_anchors_are_sections_paragraphs_and_rows() -> None:
    assert list(anchors_in(PARTS)) == ["sec1", "p1", "sec2", "n1"]


def test_a_heading_has_no_pieces() -> None:
    assert list(pieces_of(Heading("（一）"))) == []


def test_heading_of_a_section() -> None:
    assert [s.heading for s in PARTS] == ["一、甲", "二、乙"]


@pytest.mark.parametrize(("count", "target"), [(ZERO, ""), (ONE, "p1"), (MANY, "n1")])
def test_where_a_count_leads(count: Count, target: str) -> None:
    daily = a_daily(targets={("两条", ("p1", "p2")): "n1"}, amounts={"p1": 1, "p2": 1})
    assert daily.target(count) == target
    assert rows_of(daily, count) == count.value


def test_a_count_nobody_listed_is_an_error_not_a_dead_link() -> None:
    with pytest.raises(KeyError):
        a_daily(targets={}).target(MANY)


# the reading
def test_every_kind_of_row_is_numbered_from_one() -> None:
    posts = (a_post("a"), a_post("b", seen=START - HOUR))
    day = replace(
        a_day(posts[:1], said={"b": an_assessment("b")}),
        events=(an_event("e", posts),),
        posts_by_event={"e": posts},
        cases=(a_case("1"),),
        notices=(a_notice("n"),),
    )
    wanted = {
        (Kind.POST, "a"): "p1",
        (Kind.CITED, "b"): "q1",
        (Kind.EVENT, "e"): "e1",
        (Kind.CASE, "id-1"): "c1",
        (Kind.SOURCE, "bbs"): "s1",
        (Kind.STATE, "bbs"): "w1",
        (Kind.NOTICE, "n"): "d1",
    }
    assert dict(read(day).anchors) == wanted


def test_a_source_s_row_weighs_what_it_brought_and_its_state_weighs_one() -> None:
    reading = read(a_day(tuple(a_post(str(n)) for n in range(5))))
    assert (reading.amounts["s1"], reading.amounts["w1"]) == (5, 1)
    assert reading.count(Kind.SOURCE, ["bbs"], "帖文").value == 5
    assert reading.count(Kind.STATE, ["bbs"], "信息源").value == 1


def test_rows_of_a_number_stand_in_the_annex_s_order_each_once() -> None:
    reading = read(a_day(tuple(a_post(f"{n:02d}") for n in range(12))))
    again = (*reversed(reading.relevant), *reading.relevant)
    assert reading.count_posts(again, "帖文").rows == tuple(f"p{n}" for n in range(1, 13))


def test_posts_of_an_event_within_the_span_and_the_one_before() -> None:
    hours = (-25, -24, -1, 0, 23, 24)
    posts = tuple(a_post(str(h), seen=START + h * HOUR) for h in hours)
    event = an_event("e", posts)
    reading = read(a_day((), events=(event,), posts_by_event={"e": posts}, said={p.id: an_assessment(p.id) for p in posts}))
    assert [p.id for p in reading.posts_within(event)] == ["0", "23"]
    assert [p.id for p in reading.posts_within(event, 24)] == ["-24", "-1"]
    assert len(reading.posts_of(event)) == 5


def test_withholding_covers_the_whole_happening_and_its_case() -> None:
    posts = (a_post("a"), a_post("b"))
    event, case = an_event("e", posts), a_case("1", event_id="e")
    day = a_day(
        posts, events=(event,), posts_by_event={"e": posts}, cases=(case,), said={"a": an_assessment("a", whistleblowing=True)}
    )
    reading, open_reading = read(day), read(replace(day, withhold_accusations=False))
    titles = {reading.post_title(posts[1]), reading.event_title(event), reading.case_title(case)}
    assert titles == {WITHHELD}
    assert reading.post_link(posts[0]) == Text(WITHHELD)
    assert open_reading.post_title(posts[1]) == "帖文b"
    assert isinstance(open_reading.post_link(posts[0]), Link)


@pytest.mark.parametrize("tier", list(MediaTier))
def test_only_media_of_the_city_and_above_are_looked_up_to(tier: MediaTier) -> None:
    day = a_day((a_post("a"),), sources=(replace(SOURCES[0], tier=tier),))
    assert len(read(day).around) == (tier in (MediaTier.CENTRAL, MediaTier.PROVINCE, MediaTier.CITY))


def test_a_neighbour_s_event_stays_and_elsewhere_s_goes() -> None:
    post = (a_post("a"),)
    events = tuple(an_event(t.name, post, territory=t) for t in Territory)
    kept = {e.territory for e in read(a_day(post, events=events, posts_by_event={e.id: post for e in events})).events}
    assert kept == set(Territory) - {Territory.ELSEWHERE}


def test_reading_does_not_depend_on_the_order_of_what_it_is_given() -> None:
    day = rich_day()
    turned = replace(day, posts=day.posts[::-1], events=day.events[::-1], cases=day.cases[::-1])
    assert build_daily(turned) == build_daily(day)


def test_a_post_seen_at_the_very_end_is_still_listed_for_its_case() -> None:
    late = (a_post("late", seen=END + HOUR),)
    reading = read(facts(cases=(a_case("1", event_id="e"),), posts_by_event={"e": late}))
    assert reading.post_anchor(late[0]) == "q1"
