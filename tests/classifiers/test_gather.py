"""Retellings of one happening join; the same matter elsewhere, another time or another thing on the same street stays apart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.gather import WINDOW, Joined, Piece, gather, hash_of
from classifiers.likeness import NOTHING, Weights, containment, places, shared, sign
from classifiers.model import LinearModel

AT = datetime(2018, 6, 8, 4, 0, tzinfo=UTC)
NEWS = Piece(
    id="news", title="鹿鸣路雨水管塌陷 两条车道临时封闭", published_at=AT,
    text="今天早上，鹿鸣路与青年路交叉口东侧路面突然下陷，露出直径约两米的坑洞，原因是地下雨水管断裂。交警已封闭两条车道，抢修预计持续到明天中午。",
)  # fmt: skip
RANT = Piece(
    id="rant", title="", published_at=AT + timedelta(hours=2),
    text="鹿鸣路那个大坑有人管没有！！早上上班差点连人带车栽进去，说是雨水管断了，封两条道堵到怀疑人生，交警一个人在指挥",
)  # fmt: skip
OTHER_STREET = Piece(
    id="other-street", title="", published_at=AT + timedelta(hours=1),
    text="开放大道中段也有个坑，井盖旁边陷下去一块，晚上没灯，昨天摔了一个骑电动车的阿姨，求修",
)  # fmt: skip
SAME_STREET = Piece(
    id="same-street", title="鹿鸣路的烧烤摊又占了人行道", published_at=AT + timedelta(hours=3),
    text="每天傍晚六点开始，油烟熏得二楼不敢开窗，城管来了就收，走了再摆。",
)  # fmt: skip


def events(pieces: list[Piece], model: LinearModel) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for answer in gather(pieces, model):
        found.setdefault(answer.event, []).append(answer.id)
    return list(found.values())


def test_news_and_rant_on_one_hole_are_one_event(model: LinearModel) -> None:
    assert events([NEWS, OTHER_STREET, RANT, SAME_STREET], model) == [["news", "rant"], ["other-street"], ["same-street"]]


def test_the_reason_names_what_is_shared(model: LinearModel) -> None:
    answers = {a.id: a for a in gather([NEWS, RANT, SAME_STREET], model)}
    assert "鹿鸣路" in answers["rant"].why
    assert "《鹿鸣路雨水管塌陷" in answers["rant"].why
    assert answers["news"].why.startswith("新事件")
    assert answers["same-street"].why.startswith("新事件")


def test_order_does_not_matter_for_who_belongs_together(model: LinearModel) -> None:
    assert sorted(map(sorted, events([RANT, SAME_STREET, NEWS], model))) == [["news", "rant"], ["same-street"]]


def moved(piece: Piece, **more: object) -> Piece:
    fields = {name: getattr(piece, name) for name in Piece.__slots__} | more
    return Piece(**fields)  # type: ignore[arg-type]


def test_a_year_later_it_is_another_hole(model: LinearModel) -> None:
    late = moved(RANT, published_at=AT + WINDOW + timedelta(minutes=1))
    assert events([NEWS, late], model) == [["news"], ["rant"]]
    assert events([NEWS, moved(RANT, published_at=None)], model) == [["news", "rant"]]


def test_other_streets_and_other_groups_never_join(model: LinearModel) -> None:
    here, there = moved(NEWS, areas=("先锋街道",)), moved(NEWS, id="copy", areas=("文峰街道",))
    assert events([here, there], model) == [["news"], ["copy"]]
    assert events([moved(NEWS, group="1"), moved(NEWS, id="copy", group="2")], model) == [["news"], ["copy"]]


def test_a_copy_joins_and_says_so(model: LinearModel) -> None:
    copy = moved(NEWS, id="copy", title="【转】鹿鸣路雨水管塌陷 两条车道临时封闭")
    (_, answer) = gather([NEWS, copy], model)
    assert answer == Joined(id="copy", event="news", why=answer.why)
    assert "文字重合" in answer.why


def test_replies_belong_to_their_thread_whatever_they_say(model: LinearModel) -> None:
    replies = [Piece(id="r1", title="", text="顶一个，路过", thread="t1"), Piece(id="r2", title="", text="沙发", thread="t2")]
    assert events([moved(NEWS, thread="t1"), *replies], model) == [["news", "r1"], ["r2"]]


def test_a_thread_of_many_replies_still_takes_a_retelling(model: LinearModel) -> None:
    replies = [Piece(id=f"r{n}", title=NEWS.title, text=f"第{n}楼：堵死了", thread="t1", published_at=AT) for n in range(20)]
    assert events([moved(NEWS, thread="t1"), *replies, RANT], model)[0][-1] == "rant"


def test_what_belongs_to_a_running_event_keeps_it(model: LinearModel) -> None:
    running = [moved(NEWS, event="e1"), moved(SAME_STREET, event="e1")]
    answers = gather([*running, RANT], model)
    assert [a.event for a in answers] == ["e1", "e1", "e1"]
    assert answers[1].why == "原属本事件"


def test_empty_texts_never_join_each_other(model: LinearModel) -> None:
    assert len(events([Piece(id=str(n), title="", text="") for n in range(3)], model)) == 3
    answers = gather([Piece(id="a", title="", text=""), NEWS], model)
    assert answers[1].event == "news"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_texts_are_answered_in_order_and_alike_twice(model: LinearModel, texts: list[str]) -> None:
    pieces = [Piece(id=str(n), title="", text=text) for n, text in enumerate(texts)]
    first = gather(pieces, model)
    assert [a.id for a in first] == [p.id for p in pieces]
    assert gather(pieces, model) == first
    assert {a.event for a in first} <= {p.id for p in pieces}


# likeness


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("通榆路水管爆了，登瀛雅苑停水", {"通榆路", "登瀛雅苑"}),
        ("这条路坑坑洼洼，小区门口也是", set()),
        ("我们村去新丰村，先锋街道不管", {"新丰村"}),
        ("ABC路 123", set()),
        ("", set()),
    ],
)
def test_places(text: str, found: set[str]) -> None:
    assert places(text) == found


def test_a_place_says_less_the_more_name_it() -> None:
    few, many = Weights([frozenset({"鹿鸣路"})] * 2), Weights([frozenset({"鹿鸣路"})] * 50)
    assert few.of("鹿鸣路") > many.of("鹿鸣路") > 0
    assert few.of("没人提过的路") == few.of("鹿鸣路")


def test_containment_is_of_the_lighter_text(model: LinearModel) -> None:
    long, short = sign("", NEWS.text, model), sign("", "地下雨水管断裂", model)
    assert containment(long, short) == containment(short, long) > 0.9
    assert containment(long, long) == pytest.approx(1.0)
    assert containment(sign("", "", model), long) == 0.0


def test_nothing_shared_is_nothing(model: LinearModel) -> None:
    weights = Weights([])
    assert shared(sign("", "欠薪七个月", model), sign("", "公园桂花开了", model), weights) == NOTHING


def test_keys_of_places_are_no_buckets_and_equal_everywhere() -> None:
    assert hash_of("鹿鸣路") < 0
    assert hash_of("鹿鸣路") == hash_of("鹿鸣路") != hash_of("青年路")
