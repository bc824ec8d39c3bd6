"""Posts become events, events are labelled and graded, and the reason for alerting or not is always said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from classifiers.alerting import alerting
from classifiers.events import Bench, join_posts, regrade
from classifiers.model import LinearModel
from records.assessment import OpinionLevel, Territory
from records.event import Event
from records.post import Post, Reach
from records.source import MediaTier, Source, SourceKind
from records.standard import Standard
from tests.makers import NOW, a_post, an_assessment, an_event

BURST = "通榆路自来水主管爆裂，登瀛雅苑等三个小区停水，两千多户居民受影响，抢修队正在开挖"
RETOLD = "通榆路自来水管爆了，登瀛雅苑、水门桥停水，抢修队在开挖，两千多户没水用"
OTHER = "人民路小学门口家长接送车乱停，请交警来管一管，孩子过马路太危险"


def source(name: str, tier: MediaTier = MediaTier.PERSONAL) -> Source:
    return Source(
        id=name, name=name, kind=SourceKind.FORUM, url=f"http://{name}.example/", tier=tier, territory="local", cadence_minutes=10, enabled=True
    )  # fmt: skip


def told(name: str, text: str, **more: object) -> Post:
    return a_post(name, title="", text=text, **more)


def bench(standard: Standard, *posts: Post, running: tuple[Event, ...] = (), known: tuple[Post, ...] = (), **fields: object) -> Bench:
    judged = {p.id: an_assessment(p.id, **fields) for p in (*posts, *known)}
    sources = {name: source(name) for name in ("s", "t", "u")}
    return Bench(running=running, known=known, judged=judged, sources=sources, standard=standard)


def numbered() -> Iterator[str]:
    return iter(f"event-{n}" for n in range(99))


def test_two_tellings_of_one_happening_are_one_event(model: LinearModel, standard: Standard) -> None:
    posts = [told("p1", BURST), told("p2", RETOLD, source_id="t"), told("p3", OTHER)]
    ids = numbered()
    events = join_posts(posts, bench(standard, *posts), model, now=NOW, new_id=lambda: next(ids))
    assert [e.post_ids for e in events] == [("p1", "p2"), ("p3",)]
    assert [e.source_count for e in events] == [2, 1]
    assert events[0].id == "event-0"
    assert "通榆路" in events[0].title
    assert events[0].why


def test_a_new_post_joins_the_running_event_and_keeps_its_identity(model: LinearModel, standard: Standard) -> None:
    first, second = told("p1", BURST), told("p2", RETOLD, source_id="t", first_seen_at=NOW + timedelta(hours=2))
    running = an_event("e1", ("p1",), title="通榆路停水")
    laid = bench(standard, second, running=(running,), known=(first,))
    (event,) = join_posts([second], laid, model, now=NOW + timedelta(hours=2), new_id=lambda: "never")
    assert (event.id, event.title, event.post_ids) == ("e1", "通榆路停水", ("p1", "p2"))
    assert event.updated_at == NOW + timedelta(hours=2)
    assert event.created_at == running.created_at
    assert event.first_post_id == "p1"


def test_an_earlier_post_found_later_becomes_the_first(model: LinearModel, standard: Standard) -> None:
    earlier = told("p0", RETOLD, source_id="t", published_at=NOW - timedelta(hours=5), first_seen_at=NOW)
    running, known = an_event("e1", ("p1",)), told("p1", BURST)
    (event,) = join_posts([earlier], bench(standard, earlier, running=(running,), known=(known,)), model, now=NOW, new_id=lambda: "x")
    assert (event.first_post_id, event.first_source_id, event.first_said_at) == ("p0", "t", NOW - timedelta(hours=5))


def test_labels_are_the_union_in_order_and_territory_the_most_local(model: LinearModel, standard: Standard) -> None:
    posts = [told("p1", BURST), told("p2", RETOLD)]
    laid = bench(standard, *posts)
    judged = {
        "p1": an_assessment("p1", labels=("C5", "C3"), territory=Territory.UNKNOWN, areas=("毓龙街道",)),
        "p2": an_assessment("p2", labels=("C4",), territory=Territory.OURS, areas=("毓龙街道", "文峰街道"), forms={"R2": 0.1, "R3": 0.9}),
    }
    (event,) = join_posts(posts, replace(laid, judged=judged), model, now=NOW, new_id=lambda: "e")
    assert event.labels == ("C3", "C4", "C5")
    assert event.areas == ("毓龙街道", "文峰街道")
    assert event.territory is Territory.OURS
    assert event.form == "R2", "1.0 + 0.1 outweighs 0.9"


def test_a_long_text_without_a_title_gives_a_short_title_on_one_line(model: LinearModel, standard: Standard) -> None:
    post = told("p1", "停水\n三天 了，" + "没人管" * 50)
    (event,) = join_posts([post], bench(standard, post), model, now=NOW, new_id=lambda: "e")
    assert len(event.title) == 60
    assert event.title.startswith("停水 三天 了")
    assert event.title.endswith("…")


def test_many_replies_raise_the_level_and_an_unchanged_level_keeps_its_time(standard: Standard) -> None:
    calm, loud = told("p1", BURST), told("p1", BURST, reach=Reach(replies=20_000))
    laid = bench(standard, calm, level=OpinionLevel.IV)
    event = an_event("e1", ("p1",), opinion_level=OpinionLevel.IV)
    later = NOW + timedelta(hours=1)
    assert regrade(event, [calm], laid, later).updated_at == event.updated_at
    raised = regrade(event, [loud], laid, later)
    assert raised.opinion_level is OpinionLevel.II
    assert raised.updated_at == later
    assert any("20000" in why for why in raised.level_reasons)



@pytest.mark.parametrize(
    ("fields", "relevant", "alert", "said"),
    [
        ({}, 0.9, True, "达到预警条件"),
        ({"first_said_at": NOW - timedelta(hours=73)}, 0.9, False, "超过72小时"),
        ({"first_said_at": NOW - timedelta(hours=71)}, 0.9, True, "达到预警条件"),
        ({"territory": Territory.DELEGATED}, 0.9, True, "达到预警条件"),
        ({"territory": Territory.NEIGHBOUR}, 0.9, False, "周边区县"),
        ({"territory": Territory.ELSEWHERE}, 0.9, False, "外地"),
        ({"territory": Territory.UNKNOWN}, 0.9, False, "没有本地地名"),
        ({}, 0.49, False, "仅关注"),
        ({}, 0.5, True, "0.50"),
    ],
)
def test_alerting_says_why(standard: Standard, fields: dict[str, object], relevant: float, alert: bool, said: str) -> None:
    event = an_event(**({"territory": Territory.OURS} | fields))  # type: ignore[arg-type]
    found = alerting(event, [an_assessment("p1", relevant)], standard, NOW)
    assert found.alert is alert
    assert said in found.reason
