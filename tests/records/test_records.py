"""The floor: instants, ids, names by year, derived fields."""

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.assessment import Assessment, OpinionLevel, Territory
from records.instant import SHANGHAI, from_micros, in_words, micros, shanghai
from records.post import Post, Precision, post_id
from records.unit import Contact, Unit, UnitKind, UnitName, Units

SEEN = datetime(2018, 6, 8, 6, 0, tzinfo=UTC)


def a_post(published: datetime | None) -> Post:
    return Post(
        id="p",
        source_id="s",
        url="http://a.example/1",
        title="标题",
        text="正文",
        published_at=published,
        precision=Precision.MINUTE if published else Precision.NONE,
        first_seen_at=SEEN,
    )


@given(st.integers(min_value=-(10**15), max_value=4 * 10**15))
def test_micros_round_trip(value: int) -> None:
    assert micros(from_micros(value)) == value


def test_zoneless_instant_is_refused_not_guessed() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        micros(datetime(2018, 6, 8))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("utc", "words"),
    [
        (datetime(2018, 6, 8, 6, 15, tzinfo=UTC), "6月8日14:15"),
        (datetime(2018, 12, 31, 16, 0, tzinfo=UTC), "1月1日00:00"),
        (datetime(2018, 6, 8, 0, 5, tzinfo=UTC), "6月8日08:05"),
    ],
)
def test_absolute_time_in_words(utc: datetime, words: str) -> None:
    assert in_words(utc) == words


def test_shanghai_reads_zoneless_input_as_shanghai() -> None:
    assert shanghai(datetime(2018, 6, 8, 9)) == datetime(2018, 6, 8, 9, tzinfo=SHANGHAI)  # noqa: DTZ001


def test_shanghai_summer_time_of_1988() -> None:
    assert shanghai(datetime(1988, 7, 1, 0, tzinfo=UTC)).utcoffset() == timedelta(hours=9)


def test_post_ids_tell_floors_and_pids_apart() -> None:
    ids = {post_id("http://a.example/t"), post_id("http://a.example/t", floor=1), post_id("http://a.example/t", pid="77")}
    assert len(ids) == 3
    assert all(len(i) == 32 and int(i, 16) >= 0 for i in ids)


def test_said_at_is_the_earlier_of_published_and_first_seen() -> None:
    assert a_post(SEEN - timedelta(hours=3)).said_at == SEEN - timedelta(hours=3)
    assert a_post(SEEN + timedelta(hours=3)).said_at == SEEN
    assert a_post(None).said_at == SEEN


def test_records_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        a_post(None).title = "改"  # type: ignore[misc]


def test_level_rank_runs_from_gravest() -> None:
    assert [level.rank for level in (OpinionLevel.I, OpinionLevel.II, OpinionLevel.III, OpinionLevel.IV)] == [1, 2, 3, 4]


def test_primary_is_the_likeliest_category() -> None:
    one = Assessment(
        post_id="p",
        relevant=0.9,
        categories={"C1": 0.2, "C5": 0.7},
        labels=("C5",),
        level=OpinionLevel.III,
        forms={"R3": 1.0},
        form="R3",
        leads=(),
        joint=(),
        areas=(),
        territory=Territory.OURS,
    )
    assert one.primary == "C5"


UNIT = Unit(
    id="hbj",
    group="environment",
    kind=UnitKind.VERTICAL,
    area="",
    names=(UnitName(name="区环境保护局", since=date(2001, 1, 1)), UnitName(name="盐城市亭湖生态环境局", since=date(2019, 2, 1))),
)


@pytest.mark.parametrize(
    ("day", "name"),
    [(date(1999, 1, 1), "区环境保护局"), (date(2019, 1, 31), "区环境保护局"), (date(2019, 2, 1), "盐城市亭湖生态环境局")],
)
def test_unit_names_by_year(day: date, name: str) -> None:
    assert UNIT.name_on(day) == name


def test_a_unit_without_contact_is_not_reachable() -> None:
    assert not UNIT.reachable
    reachable = Unit(
        id="x",
        group="housing",
        kind=UnitKind.GOVERNMENT,
        names=UNIT.names,
        channels=("mail",),
        contacts=(Contact(role="联络员", email="x@tinghu.example"),),
    )
    assert reachable.reachable


def test_units_look_ups() -> None:
    units = Units(units=(UNIT,))
    assert units.get("hbj") is UNIT
    assert units.of_group("environment") == (UNIT,)
    assert units.of_area("320902001") is None
    with pytest.raises(KeyError, match="nobody"):
        units.get("nobody")
