"""Every page read back by the collector's own parsers: the same titles, texts, times and counts; and what each site gets wrong."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from protego import Protego

from huiying.town.content import Answer, Item, Place, Reply, load_items
from huiying.town.expectations import load_expectations
from huiying.town.pages import CLOSED, NEWS_PER_PAGE, Page, Pages, noise, uid
from monitor.article import read_article
from monitor.charset import decode
from monitor.discuz import is_discuz, read_board, read_thread
from monitor.extract import extract
from monitor.feeds import read_feed
from monitor.listing import read_list
from monitor.page import ArticlePage, FeedPage, ListPage
from records.instant import SHANGHAI
from records.post import Precision

NOW = datetime(2018, 6, 8, 12, 0, 7, tzinfo=SHANGHAI)
BASE = "http://town.example:8000"
ITEMS = load_items()
PAGES = Pages(ITEMS, NOW)
BOARD = "/bbs/forum-2-1.html"


def of(place: Place) -> list[Item]:
    return [item for item in ITEMS if item.place is place]


def page(path: str, pages: Pages = PAGES, now: datetime = NOW) -> Page:
    found = pages.page(path, base=BASE, now=now)
    assert found is not None, path
    return found


def html(path: str, pages: Pages = PAGES) -> str:
    found = page(path, pages)
    return decode(found.body, found.content_type)[0]


def news_of(item: Item) -> str:
    (path,) = [path for path in PAGES.paths() if path.endswith(f"/art_12219_{item.number}.html")]
    return path


def thread_of(item: Item) -> str:
    return f"/bbs/thread-{item.number}-1-1.html"


def letter_of(item: Item) -> str:
    return f"/mailbox/letter-{item.number}.html"


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def to_minute(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(second=0, microsecond=0)


# ---- news


def test_the_news_list_has_two_pages_and_every_article_once() -> None:
    first = read_list(html("/news/"), url=f"{BASE}/news/", fetched_at=NOW)
    second = read_list(html("/news/index_2.html"), url=f"{BASE}/news/index_2.html", fetched_at=NOW)
    assert first.next_url == f"{BASE}/news/index_2.html"
    assert second.next_url == ""
    assert len(first.links) == NEWS_PER_PAGE
    assert [link.title for link in (*first.links, *second.links)] == [item.title for item in of(Place.NEWS)]
    assert [link.url for link in (*first.links, *second.links)] == [BASE + news_of(item) for item in of(Place.NEWS)]


def test_the_list_dates_the_articles_by_day() -> None:
    found = read_list(html("/news/"), url=f"{BASE}/news/", fetched_at=NOW)
    for link, item in zip(found.links, of(Place.NEWS), strict=False):
        assert link.precision is Precision.DAY
        assert link.published_at is not None
        assert link.published_at.astimezone(SHANGHAI).date() == item.said_at(NOW).date()


@pytest.mark.parametrize("item", of(Place.NEWS), ids=lambda item: item.id)
def test_articles(item: Item) -> None:
    found = read_article(html(news_of(item)), url=BASE + news_of(item), fetched_at=NOW)
    assert found.title == item.title
    assert squeezed(item.text) in squeezed(found.text)
    assert found.published_at == to_minute(item.said_at(NOW))
    assert found.closed == ""


def test_an_article_looks_like_jcms() -> None:
    item = of(Place.NEWS)[0]
    text = html(news_of(item))
    assert f'<meta name="PubDate" content="{item.said_at(NOW):%Y-%m-%d %H:%M}">' in text
    assert f"发布日期：{item.said_at(NOW):%Y-%m-%d %H:%M} 来源：{item.origin}" in text
    assert page(news_of(item)).content_type == "text/html; charset=utf-8"


def test_other_articles_do_not_leak_into_the_text() -> None:
    item = of(Place.NEWS)[0]
    found = read_article(html(news_of(item)), url=BASE + news_of(item), fetched_at=NOW)
    assert not any(other.title in found.text for other in of(Place.NEWS) if other is not item)


# ---- forum


def test_the_board_is_gbk_and_nothing_else() -> None:
    found = page(BOARD)
    assert found.content_type == "text/html; charset=gbk"
    assert "亭湖茶座" in found.body.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        found.body.decode("utf-8")
    assert is_discuz(html(BOARD))


def test_the_board_lists_every_thread_with_its_counts() -> None:
    found = {link.url: link for link in read_board(html(BOARD), url=BASE + BOARD, fetched_at=NOW).links}
    assert set(found) == {BASE + thread_of(item) for item in of(Place.FORUM)}
    for item in of(Place.FORUM):
        link = found[BASE + thread_of(item)]
        assert (link.title, link.reach.replies, link.reach.views) == (item.title, len(item.replies), item.views)


def test_the_board_has_discuz_rows_and_one_sticky() -> None:
    text = html(BOARD)
    assert re.findall(r'<tbody id="stickthread_(\d+)">', text) == ["26"]
    assert len(re.findall(r'<tbody id="normalthread_\d+">', text)) == len(of(Place.FORUM)) - 1
    assert 'class="s xst"' in text
    assert text.index("stickthread_26") < text.index("normalthread_")


def test_the_thread_answered_last_stands_on_top() -> None:
    order = [int(number) for number in re.findall(r'<tbody id="normalthread_(\d+)">', html(BOARD))]
    last = {item.number: min([item.age, *(reply.age for reply in item.replies)]) for item in of(Place.FORUM)}
    assert all(last[a] <= last[b] for a, b in pairwise(order))


def board_stamps(pages: Pages, now: datetime = NOW) -> list[tuple[str, str]]:
    return re.findall(r'<em><span><span title="([^"]+)">([^<]+)</span></span></em>', page(BOARD, pages, now).body.decode("gbk"))


@pytest.mark.parametrize(
    ("age", "stamp"),
    [
        (40, ("2018-6-8", "半小时前")),
        (12 * 60 + 225, ("2018-6-7", "昨天&nbsp;20:15")),
        (30 * 60, ("2018-6-7", "昨天&nbsp;06:00")),
        (3 * 24 * 60, ("2018-6-5", "3&nbsp;天前")),
        (125, ("2018-6-8", "2&nbsp;小时前")),
    ],
)
def test_the_board_speaks_of_time_as_discuz_does(age: int, stamp: tuple[str, str]) -> None:
    alone = Item(id="t1", place=Place.FORUM, title="路灯", text="不亮", age=age, author="甲")
    assert board_stamps(Pages([alone], NOW)) == [stamp]


def test_relative_times_follow_the_readers_clock() -> None:
    alone = Pages([Item(id="t1", place=Place.FORUM, title="路灯", text="不亮", age=5, author="甲")], NOW)
    assert board_stamps(alone, NOW) == [("2018-6-8", "5&nbsp;分钟前")]
    assert board_stamps(alone, NOW + timedelta(minutes=30)) == [("2018-6-8", "半小时前")]


@pytest.mark.parametrize("item", [item for item in of(Place.FORUM) if not item.closed], ids=lambda item: item.id)
def test_threads(item: Item) -> None:
    found = read_thread(html(thread_of(item)), url=BASE + thread_of(item), fetched_at=NOW)
    assert (found.title, found.author, found.closed) == (item.title, item.author, "")
    assert squeezed(found.text) == squeezed(item.text), "no jammer, no hidden noise"
    assert found.published_at == item.said_at(NOW)
    assert found.precision is Precision.SECOND
    assert (found.reach.views, found.reach.replies) == (item.views, len(item.replies))


@pytest.mark.parametrize("item", [item for item in of(Place.FORUM) if item.replies], ids=lambda item: item.id)
def test_floors(item: Item) -> None:
    found = read_thread(html(thread_of(item)), url=BASE + thread_of(item), fetched_at=NOW).floors
    assert [(floor.floor, floor.author, squeezed(floor.text)) for floor in found] == [
        (at, reply.author, squeezed(reply.text)) for at, reply in enumerate(item.replies, 1)
    ]
    assert [floor.published_at for floor in found] == [NOW - timedelta(minutes=reply.age) for reply in item.replies]
    assert [floor.pid for floor in found] == [str(item.number * 100 + at) for at in range(2, len(item.replies) + 2)]


def test_post_ids_never_meet() -> None:
    pids = [pid for item in of(Place.FORUM) for pid in re.findall(r'<div id="post_(\d+)">', html(thread_of(item)))]
    assert len(pids) == len(set(pids)) > 60


@pytest.mark.parametrize("item", [item for item in of(Place.FORUM) if not item.closed], ids=lambda item: item.id)
def test_threads_carry_noise_no_reader_sees(item: Item) -> None:
    text = html(thread_of(item))
    paragraphs = sum(post.count("\n") + 1 for post in (item.text, *(reply.text for reply in item.replies)))
    assert text.count('<font class="jammer">') == paragraphs
    assert text.count('<span style="display:none">') == paragraphs


@pytest.mark.parametrize(("closed", "word"), [("login", "登录"), ("deleted", "已被删除")])
def test_closed_threads_say_why_and_show_nothing(closed: str, word: str) -> None:
    (item,) = [item for item in of(Place.FORUM) if item.closed == closed]
    found = read_thread(html(thread_of(item)), url=BASE + thread_of(item), fetched_at=NOW)
    assert found.text == ""
    assert word in found.closed
    assert CLOSED[closed] in html(thread_of(item))
    assert item.text not in html(thread_of(item))


def test_characters_gbk_lacks_become_references() -> None:
    odd = Item(id="t1", place=Place.FORUM, title="㙍村停水", text="𠮷家的水也停了😡", age=5, author="甲")
    pages = Pages([odd], NOW)
    body = page("/bbs/thread-1-1-1.html", pages).body
    assert "&#128545;" in body.decode("gbk")
    found = read_thread(html("/bbs/thread-1-1-1.html", pages), url=f"{BASE}/bbs/thread-1-1-1.html", fetched_at=NOW)
    assert (found.title, found.text) == ("㙍村停水", "𠮷家的水也停了😡")


# ---- feed


def test_the_feed_lies_about_its_charset() -> None:
    found = page("/feed.xml")
    assert found.content_type == "application/rss+xml; charset=utf-8"
    assert found.body.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    with pytest.raises(UnicodeDecodeError):
        found.body.decode("utf-8")
    assert "串场河边" in found.body.decode("gbk")


def test_the_feed_read_by_the_collector() -> None:
    found = page("/feed.xml")
    feed = read_feed(found.body, found.content_type, url=f"{BASE}/feed.xml", fetched_at=NOW)
    assert len(feed.entries) == len(of(Place.FEED))
    for entry, item in zip(feed.entries, of(Place.FEED), strict=True):
        assert (entry.id, entry.url, entry.title) == (
            f"chuanchang-{item.number}",
            f"{BASE}/wemedia/{item.number}.html",
            item.title,
        )
        assert squeezed(entry.text) == squeezed(item.text)
        assert entry.published_at == item.said_at(NOW)


@pytest.mark.parametrize("item", of(Place.FEED), ids=lambda item: item.id)
def test_what_the_feed_links_to(item: Item) -> None:
    path = f"/wemedia/{item.number}.html"
    found = read_article(html(path), url=BASE + path, fetched_at=NOW)
    assert found.title == item.title.split("｜")[-1] or found.title == item.title, "a column before ｜ may go"
    assert squeezed(item.text) in squeezed(found.text)
    assert found.published_at == item.said_at(NOW)


# ---- mailbox


def test_the_mailbox_lists_every_letter() -> None:
    found = read_list(html("/mailbox/"), url=f"{BASE}/mailbox/", fetched_at=NOW)
    assert [(link.url, link.title) for link in found.links] == [(BASE + letter_of(i), i.title) for i in of(Place.MAILBOX)]
    assert [link.published_at for link in found.links] == [to_minute(item.said_at(NOW)) for item in of(Place.MAILBOX)]
    assert html("/mailbox/").count("<td>已答复</td>") == sum(item.answer is not None for item in of(Place.MAILBOX))


@pytest.mark.parametrize("item", of(Place.MAILBOX), ids=lambda item: item.id)
def test_letters(item: Item) -> None:
    text = html(letter_of(item))
    found = read_article(text, url=BASE + letter_of(item), fetched_at=NOW)
    assert found.title == item.title
    assert squeezed(item.text) in squeezed(found.text)
    assert found.published_at == to_minute(item.said_at(NOW))
    assert ("办理中" in text) == (item.answer is None)
    assert (item.answer.text in text) if item.answer else ("答复单位" not in text)


# ---- all of them


KINDS = [
    ("/news/", ListPage),
    (BOARD, ListPage),
    ("/mailbox/", ListPage),
    ("/feed.xml", FeedPage),
    ("/wemedia/3.html", ArticlePage),
]


@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_a_page_is_taken_for_what_it_is(path: str, kind: type) -> None:
    found = page(path)
    assert type(extract(found.body, url=BASE + path, content_type=found.content_type, fetched_at=NOW)) is kind


def test_every_path_has_a_page_and_others_have_none() -> None:
    assert len(PAGES.paths()) == len(set(PAGES.paths())) == len(ITEMS) + 8
    assert all(page(path).body for path in PAGES.paths())
    for path in ("/news/art/2018/6/8/art_12219_999.html", "/bbs/thread-99-1-1.html", "/nowhere", "", "/news/index_3.html"):
        assert PAGES.page(path, base=BASE, now=NOW) is None


def test_no_expectation_is_served() -> None:
    expected = load_expectations().values()
    secret = {one.event for one in expected if one.event} | {"expect", "categories", '"lead"'}
    assert len(secret) > 10
    for path in PAGES.paths():
        text = html(path)
        assert [word for word in secret if word in text] == [], path
        assert re.search(r"\b[CR][1-7]\b|[ⅠⅡⅢⅣ]", text) is None, path


def test_robots_allow_all_but_the_duty_room() -> None:
    robots = Protego.parse(page("/robots.txt").body.decode())
    agent = "Huiying/0.1"
    assert not robots.can_fetch(f"{BASE}/private/", agent)
    assert not robots.can_fetch(f"{BASE}/private/roster.html", agent)
    assert all(robots.can_fetch(BASE + path, agent) for path in PAGES.paths() if path != "/private/")
    assert 'href="/private/"' in html("/"), "the temptation is there"


def test_what_people_write_cannot_become_markup() -> None:
    evil = '<script>alert("水")</script>&amp;'
    letter = Item(id="m1", place=Place.MAILBOX, title=evil, text=evil, age=9, answer=Answer(age=2, unit=evil, text=evil))
    thread = Item(
        id="t1", place=Place.FORUM, title=evil, text=evil, age=9, author=evil, replies=(Reply(age=1, author=evil, text=evil),)
    )
    feed = Item(id="f1", place=Place.FEED, title=evil, text=evil, age=9, author=evil)
    news = Item(id="n1", place=Place.NEWS, title=evil, text=evil, age=9, origin=evil, column=evil)
    pages = Pages([letter, thread, feed, news], NOW)
    for path in pages.paths():
        assert "<script" not in html(path, pages), path
    found = read_thread(html("/bbs/thread-1-1-1.html", pages), url=f"{BASE}/bbs/thread-1-1-1.html", fetched_at=NOW)
    assert (found.title, found.text, found.floors[0].text) == (evil, evil, evil)


def test_an_empty_town_still_has_its_lists() -> None:
    pages = Pages([], NOW)
    assert [page(path, pages).body != b"" for path in ("/news/", BOARD, "/feed.xml", "/mailbox/")] == [True] * 4
    assert page(BOARD, pages).changed_at == NOW


@pytest.mark.parametrize(
    ("path", "item"),
    [(thread_of(of(Place.FORUM)[0]), of(Place.FORUM)[0]), (letter_of(of(Place.MAILBOX)[-1]), of(Place.MAILBOX)[-1])],
)
def test_a_page_changed_when_it_was_last_answered(path: str, item: Item) -> None:
    ages = [item.age, *(reply.age for reply in item.replies), *([item.answer.age] if item.answer else [])]
    assert page(path).changed_at == NOW - timedelta(minutes=min(ages))


def test_noise_and_numbers_are_the_same_every_time() -> None:
    assert noise(101) == noise(101)
    assert len({noise(pid) for pid in range(100, 200)}) == 100
    assert all(1 <= uid(name) <= 99_999 for name in ("甲", "乙", ""))
    assert page(BOARD).body == page(BOARD, Pages(ITEMS, NOW)).body
