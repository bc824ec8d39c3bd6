"""The town's content: enough of everything, nothing twice, nobody real, and expectations a test can hold against config."""

import json
import re
import tomllib
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

from huiying.town.content import BadItem, Item, Place, load_items, parse_item, rows
from huiying.town.expectations import Expectation, load_expectations
from records.assessment import CATEGORIES, FORMS
from records.unit import Units

ROOT = Path(__file__).resolve().parents[3]
ITEMS = load_items()
EXPECTED = load_expectations()
CASES = {key: one for key, one in EXPECTED.items() if one.case}
BY_ID = {item.id: item for item in ITEMS}
WITHIN = 48 * 60  # minutes: what deserves a case is fresh
HORIZON = 5 * 24 * 60  # minutes: five days
PHONE = re.compile(r"(?<!\d)1\d{2}[ -]?\d{4}[ -]?\d{4}(?!\d)")
CORE = ("先锋街道", "文峰街道", "毓龙街道", "五星街道", "新洋街道", "大洋街道", "南洋", "便仓镇", "盐东镇", "环保产业园")
SAME_STREETS = ("先锋", "文峰", "五星", "新洋", "大洋")  # other cities have them too


def of(place: Place) -> list[Item]:
    return [item for item in ITEMS if item.place is place]


def whole(item: Item) -> str:
    return "\n".join([item.title, item.text, *(reply.text for reply in item.replies)])


@pytest.mark.parametrize(("place", "least"), [(Place.NEWS, 16), (Place.FORUM, 18), (Place.FEED, 12), (Place.MAILBOX, 8)])
def test_each_source_has_enough(place: Place, least: int) -> None:
    assert len(of(place)) >= least


def test_there_are_enough_items_and_enough_of_them_deserve_a_case() -> None:
    assert len(ITEMS) >= 52
    assert len(CASES) >= 16
    assert len(ITEMS) - len(CASES) >= 25, "mostly ordinary noise"


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_there(category: str) -> None:
    assert sum(category in one.categories for one in CASES.values()) >= 2


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_response_is_there(form: str) -> None:
    assert any(one.form == form for one in CASES.values())


@pytest.mark.parametrize("level", ["Ⅱ", "Ⅲ", "Ⅳ"])
def test_the_usual_levels_are_there(level: str) -> None:
    assert sum(one.level == level for one in CASES.values()) >= 4


def test_one_happening_stands_on_all_four_sources_within_hours() -> None:
    told: dict[str, list[Item]] = defaultdict(list)
    for key, one in CASES.items():
        told[one.event].append(BY_ID[key])
    everywhere = [items for event, items in told.items() if event and {i.place for i in items} == set(Place)]
    assert len(everywhere) == 1
    ages = [item.age for item in everywhere[0]]
    assert max(ages) - min(ages) <= 12 * 60


def test_other_happenings_stand_on_two_sources() -> None:
    places: dict[str, set[Place]] = defaultdict(set)
    for key, one in CASES.items():
        if one.event:
            places[one.event].add(BY_ID[key].place)
    assert sum(len(found) == 2 for found in places.values()) >= 3


def test_expectations_and_items_are_the_same_ids() -> None:
    assert set(EXPECTED) == set(BY_ID)
    assert len(BY_ID) == len(ITEMS)


def test_expectations_are_whole_or_empty() -> None:
    empty = Expectation(case=False)
    for key, one in EXPECTED.items():
        if not one.case:
            assert one == empty, key
            continue
        assert one.categories, key
        assert set(one.categories) <= set(CATEGORIES), key
        assert one.form in FORMS, key
        assert one.level in "ⅠⅡⅢⅣ", key
        assert one.level, key
        assert one.lead, key


def test_false_information_is_c7_and_c7_is_answered_as_such() -> None:
    for key, one in CASES.items():
        assert (one.form in ("R5", "R6")) == (one.categories[0] == "C7"), key


def test_units_exist() -> None:
    with (ROOT / "config" / "units.toml").open("rb") as file:
        known = {unit["id"] for unit in tomllib.load(file)["unit"]}
    named = {unit for one in CASES.values() for unit in one.lead}
    assert named <= known
    assert len(named) >= 15, "the work is spread over many units"


def test_most_of_what_deserves_a_case_is_fresh() -> None:
    assert all(BY_ID[key].age <= WITHIN for key in CASES)
    assert max(item.age for item in ITEMS) <= HORIZON
    assert max(item.age for item in ITEMS) > 72 * 60, "some is old enough never to alert"


@pytest.mark.parametrize("key", sorted(CASES))
def test_a_case_names_a_place_here(key: str) -> None:
    text = whole(BY_ID[key])
    assert "亭湖" in text or "盐城" in text or "毓龙" in text
    if any(street in text for street in SAME_STREETS):
        assert "亭湖" in text or "盐城" in text, "a street other cities have needs an anchor"


def test_cases_are_spread_over_the_district() -> None:
    text = "\n".join(whole(BY_ID[key]) for key in CASES)
    assert [place for place in CORE if place not in text] == []


def test_delegated_ground_goes_to_the_office(settings_units: Units) -> None:
    (key,) = [key for key, one in CASES.items() if one.lead == ("qzfb",)]
    assert "伍佑街道" in whole(BY_ID[key])
    assert settings_units.office == "qzfb"


def test_a_neighbours_matter_is_no_case_of_ours() -> None:
    about = [item for item in ITEMS if "盐都区" in item.text]
    assert len(about) == 1
    assert not EXPECTED[about[0].id].case


def test_whistleblowing_goes_to_discipline_and_never_to_the_accused(settings_units: Units) -> None:
    (key,) = [key for key, one in CASES.items() if "jwjw" in one.lead]
    assert CASES[key].lead == (settings_units.discipline,)
    assert "区城管局" in BY_ID[key].text
    assert "cgj" not in CASES[key].lead


@pytest.mark.parametrize(
    ("said", "lead"),
    [
        ("二十八个人干了", "rsj"),
        ("七十多个业主", "zjj"),
        ("橡胶制品厂", "hbj"),
        ("孩子学校的午餐", "jyj"),
        ("燃气闪爆", "yjj"),
        ("施教区", "jyj"),
        ("异地就医", "ybj"),
        ("护理院", "mzj"),
    ],
)
def test_who_leads(said: str, lead: str) -> None:
    found = [CASES[item.id].lead[0] for item in ITEMS if said in item.title + item.text and item.id in CASES]
    assert lead in found


def test_peaceful_owners_are_not_a_police_matter() -> None:
    (key,) = [item.id for item in ITEMS if "不堵路、不喊口号" in item.text]
    assert not {"gaj", "jjdd"} & set(CASES[key].lead)
    assert CASES[key].level == "Ⅱ"


@pytest.mark.parametrize("word", ["谣言", "四十二项指标全合格", "通报"])
def test_rumours_come_with_their_contradiction(word: str) -> None:
    texts = [whole(BY_ID[key]) for key, one in CASES.items() if one.form == "R6"]
    assert len(texts) >= 3
    assert any(word in text for text in texts)


@pytest.mark.parametrize(
    "word", ["消防演练", "一九九八年", "运城盐湖区", "安阳文峰区", "转让", "动画", "藕粉圆", "店庆", "表扬", "气象台"]
)
def test_noise_is_there_and_is_no_case(word: str) -> None:
    found = [item for item in ITEMS if word in whole(item)]
    assert found
    assert not any(EXPECTED[item.id].case for item in found)


def test_two_phone_numbers_of_nobody_wait_to_be_masked() -> None:
    found = [hit.group() for item in ITEMS for hit in PHONE.finditer(whole(item))]
    assert len(found) == 2
    assert {re.sub(r"\D", "", one) for one in found} == {"13900000000"}


def test_no_identity_number_plate_or_address_of_mail() -> None:
    text = "\n".join(whole(item) for item in ITEMS)
    assert re.search(r"\d{17}[\dXx]|苏[A-Z][A-Z0-9]{5}|[\w.]+@[\w.]+|https?://", text) is None


def shingles(text: str) -> frozenset[str]:
    plain = re.sub(r"\W", "", text)
    return frozenset(plain[at : at + 4] for at in range(len(plain) - 3))


def test_no_text_is_a_template_of_another() -> None:
    """Even the four tellings of one happening share few runs of four characters."""
    pieces = [(item.id, shingles(item.title + item.text)) for item in ITEMS]
    near = [
        (a, b, round(len(x & y) / len(x | y), 2)) for (a, x), (b, y) in combinations(pieces, 2) if len(x & y) > 0.15 * len(x | y)
    ]
    assert near == []


def test_titles_and_replies_are_said_once() -> None:
    said = Counter([*(item.title for item in ITEMS), *(reply.text for item in ITEMS for reply in item.replies)])
    twice = [text for text, times in said.items() if times > 1]
    assert twice == []


def test_texts_are_as_long_as_such_texts_are() -> None:
    lengths = {item.id: len(item.text) for item in ITEMS if not item.closed}
    assert min(lengths.values()) >= 25
    assert min(lengths[key] for key in CASES) >= 80


def test_forum_threads_have_replies_and_closed_ones() -> None:
    answered = [item for item in of(Place.FORUM) if 2 <= len(item.replies) <= 6]
    assert len(answered) >= 8
    assert sorted(item.closed for item in of(Place.FORUM) if item.closed) == ["deleted", "login"]
    assert [item.id for item in of(Place.FORUM) if item.sticky] == ["t26"]


def test_letters_are_answered_or_under_way() -> None:
    letters = of(Place.MAILBOX)
    assert sum(item.answer is not None for item in letters) >= 3
    assert sum(item.answer is None for item in letters) >= 4
    assert not any(EXPECTED[item.id].case for item in letters if item.answer), "answered is done"


def test_every_item_fits_gbk() -> None:
    for item in (*of(Place.FORUM), *of(Place.FEED)):
        whole(item).encode("gbk")


def test_youngest_first() -> None:
    for place in Place:
        ages = [item.age for item in of(place)]
        assert ages == sorted(ages)


GOOD: dict[str, object] = {"id": "n1", "title": "停水", "text": "三天没水了", "age": 5}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "news"}, "id 'news' is not a letter and a number"),
        ({"id": ""}, "is not a letter and a number"),
        ({"title": " "}, "title and text must not be empty"),
        ({"text": ""}, "title and text must not be empty"),
        ({"age": -1}, "age must be whole minutes"),
        ({"age": 1.5}, "age must be whole minutes"),
        ({"age": True}, "age must be whole minutes"),
        ({"replies": [{"age": 9, "author": "甲", "text": "顶"}]}, "older than what it answers"),
        ({"answer": {"age": 6, "unit": "区民政局", "text": "已办"}}, "older than what it answers"),
        ({"replies": [{"age": 1, "author": "甲"}]}, "text"),
        ({"closed": "gone"}, "closed 'gone' is not known"),
        ({"colour": "红"}, "colour"),
    ],
)
def test_a_bad_item_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadItem, match="甲地:3: ") as caught:
        parse_item(Place.NEWS, GOOD | change, "甲地:3")
    assert said in str(caught.value)


def test_an_item_cannot_carry_its_expectation() -> None:
    item = parse_item(Place.NEWS, GOOD | {"expect": {"case": True, "lead": ["gs"]}}, "甲地:1")
    assert not any("expect" in name for name in type(item).__slots__)
    assert "gs" not in repr(item)


def test_rows_say_where_they_stand() -> None:
    found = rows(Place.MAILBOX)
    assert [where for where, _ in found[:2]] == ["mailbox.jsonl:1", "mailbox.jsonl:2"]
    assert json.dumps(found[0][1], ensure_ascii=False).startswith('{"id": "m01"')


@pytest.fixture
def settings_units(settings: object) -> Units:
    units = getattr(settings, "units", None)
    assert isinstance(units, Units)
    return units
