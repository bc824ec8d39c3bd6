"""The JSON of `huiying extract`, on written pages and on what real site software served."""

import json
import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from huiying.extracting import extract_file, iso
from monitor.page import UnreadableError
from records.instant import SHANGHAI
from tests.monitor import forum_pages, town_pages
from tests.monitor.test_feeds import JSON_FEED, RSS2

AT = datetime(2018, 6, 8, 18, 0, tzinfo=SHANGHAI)
SITES = Path(os.environ.get("HUIYING_EVAL", str(Path(__file__).resolve().parents[3] / "shared" / "eval"))) / "sites"


def saved(folder: Path, text: str, *, name: str = "page.html", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_an_article(tmp_path: Path) -> None:
    file = saved(tmp_path, town_pages.government(), encoding="gb18030")
    found = extract_file(file, "http://www.example.gov.cn/art/2018/6/8/art_1_2.html", "text/html", AT)
    assert found == {
        "title": town_pages.TITLE,
        "text": town_pages.BODY,
        "published_at": "2018-06-08T15:27:00+08:00",
        "precision": "minute",
        "replies": None,
        "views": None,
    }


def test_a_thread(tmp_path: Path) -> None:
    found = extract_file(saved(tmp_path, forum_pages.thread()), forum_pages.URL, "text/html; charset=utf-8", AT)
    assert found["title"] == "小区停水一天一夜没人管"
    assert found["published_at"] == "2018-06-08T07:53:35+08:00"
    assert (found["precision"], found["replies"], found["views"]) == ("second", 3, 512)
    assert "closed" not in found


def test_a_closed_thread_has_no_text_and_says_why(tmp_path: Path) -> None:
    found = extract_file(saved(tmp_path, forum_pages.notice("抱歉，您尚未登录")), forum_pages.URL, "", AT)
    assert found["text"] == ""
    assert found["closed"] == "需要登录：抱歉，您尚未登录"
    assert found["published_at"] is None


def test_a_list(tmp_path: Path) -> None:
    file = saved(tmp_path, town_pages.listing(town_pages.rows()))
    found = extract_file(file, "http://news.example.cn/ms/", "text/html", AT)
    assert set(found) == {"links"}
    assert found["links"] == [
        {"url": f"http://news.example.cn{href}", "title": name, "published_at": f"{day}T00:00:00+08:00"}
        for href, name, day in town_pages.ITEMS
    ]


@pytest.mark.parametrize(
    ("text", "ids"), [(RSS2, ["http://news.example.cn/?p=8", "http://news.example.cn/archives/9.html"]), (JSON_FEED, ["7", "8"])]
)
def test_a_feed(tmp_path: Path, text: str, ids: list[str]) -> None:
    found = extract_file(saved(tmp_path, text), "http://news.example.cn/rss", "application/xml", AT)
    entries = found["entries"]
    assert isinstance(entries, list)
    assert [one["id"] for one in entries] == ids
    assert all(set(one) == {"id", "url", "title", "text", "published_at", "precision"} for one in entries)


def test_everything_is_json(tmp_path: Path) -> None:
    for number, text in enumerate((town_pages.news(), town_pages.listing(town_pages.rows()), RSS2, forum_pages.board())):
        found = extract_file(saved(tmp_path, text, name=f"{number}.html"), "http://news.example.cn/ms/x", "", AT)
        assert json.loads(json.dumps(found, ensure_ascii=False)) == found


@pytest.mark.parametrize(("text", "says"), [("", "内容为空"), ("%PDF-1.4", "PDF"), ("一行文字", "普通文本")])
def test_what_is_unreadable_names_the_file(tmp_path: Path, text: str, says: str) -> None:
    file = saved(tmp_path, text)
    with pytest.raises(UnreadableError, match=says) as caught:
        extract_file(file, "http://a.cn/", "", AT)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=re.escape(str(tmp_path / "none.html"))):
        extract_file(tmp_path / "none.html", "http://a.cn/", "", AT)


def test_instants_are_on_the_offices_clock() -> None:
    assert iso(datetime(2018, 6, 8, 6, 15, 30, 999, tzinfo=UTC)) == "2018-06-08T14:15:30+08:00"
    assert iso(None) is None


def squeeze(text: object) -> str:
    return re.sub(r"[\s\u3000]+", "", text) if isinstance(text, str) else ""


def thread_key(url: str) -> str:
    """One thread under its several URL forms; the path for anything else."""
    parts = urlsplit(url)
    found = re.search(r"thread-(\d+)-", parts.path)
    tid = found[1] if found else (parse_qs(parts.query).get("tid") or [""])[0]
    return f"tid{tid}" if tid else parts.path.rstrip("/")


Marks = Counter[tuple[str, bool]]


def mark_item(truth: dict[str, object], found: dict[str, object], marks: Marks) -> None:
    if truth.get("access", "ok") != "ok":
        marks["closed", squeeze(found.get("text")) == "" and bool(found.get("closed"))] += 1
        return
    if truth.get("page", 1) not in (None, 1):
        return
    text = squeeze(found.get("text"))
    lines = [squeeze(line) for line in str(truth.get("body_text") or "").split("\n") if squeeze(line)]
    marks["title", squeeze(truth["title"]) in squeeze(found.get("title"))] += 1
    marks["body", bool(lines) and sum(line in text for line in lines) >= 0.95 * len(lines)] += 1
    if (truth.get("variant") or "desktop") in ("mobile", "archiver", "printable", "author_only"):
        return
    marks["published", str(found.get("published_at"))[:16] == str(truth["published_at"])[:16]] += 1
    if truth["kind"] == "thread" and truth.get("replies_count") is not None:
        marks["replies", found.get("replies") == truth["replies_count"]] += 1


def mark_list(truth: dict[str, object], found: dict[str, object], marks: Marks) -> None:
    links, items = found.get("links", []), truth["items"]
    assert isinstance(links, list)
    assert isinstance(items, list)
    titles: dict[str, list[str]] = {}
    for one in links:
        titles.setdefault(thread_key(one["url"]), []).append(squeeze(one["title"]))
    for item in items:
        marks["list links", squeeze(item["title"])[:10] in "".join(titles.get(thread_key(item["url"]), []))] += 1


@pytest.mark.parametrize("site", ["discuz_x35_utf8", "discuz_x35_utf8_midnight", "wordpress_news"])
def test_pages_real_site_software_served(site: str) -> None:
    """Measured: every mark 1.000 on all three sites (142 pages)."""
    folder = SITES / site
    if not folder.is_dir():
        pytest.skip(f"measurement set absent: {folder}")
    marks: Marks = Counter()
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        if (
            truth.get("http_status") != 200
            or truth["kind"] not in ("list", "thread", "article", "feed")
            or truth.get("variant") == "index"
        ):
            continue
        found = extract_file(
            folder / truth["file"], truth["url"], truth.get("content_type") or "", datetime.fromisoformat(truth["fetched_at"])
        )
        if truth["kind"] in ("thread", "article"):
            mark_item(truth, found, marks)
        elif truth["kind"] == "list" and truth.get("items"):
            mark_list(truth, found, marks)
        elif truth.get("items"):
            marks["feed entries", len(found.get("entries", [])) >= len(truth["items"])] += 1  # type: ignore[arg-type]
    share = {what: marks[what, True] / (marks[what, True] + marks[what, False]) for what in {what for what, _ in marks}}
    assert {what for what, value in share.items() if value < 0.98} == set(), share


def test_challenge_pages_real_site_software_served_are_closed() -> None:
    folder = SITES / "discuz_x35_utf8"
    if not folder.is_dir():
        pytest.skip(f"measurement set absent: {folder}")
    names = sorted(folder.glob("09[1-5]_*.html"))
    closed = {}
    for path in names:
        found = extract_file(path, "http://127.0.0.1/forum.php", "text/html", AT)
        closed[path.name] = bool(found.get("closed")) and found.get("text") == ""
    walls = {name: shut for name, shut in closed.items() if "second_with_cookie" not in name or "question" in name}
    assert walls == dict.fromkeys(walls, True)
