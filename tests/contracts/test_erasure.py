"""Erasure on both engines: a canary in title, text, URL, page, evidence, notices leaves no byte; what is not the post's stays."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard

from ledger.erasure import admitted, clear_erased, erase, forgotten, forgotten_posts
from ledger.integrity import misfits
from ledger.opening import open_engine
from ledger.store import Store
from ledger.traces import ERASED
from ledger.transfer import TABLES
from records.case import Case, Routing
from records.paper import Following, Paper
from records.post import Post
from records.review import Review
from records.source import RawPage
from tests.makers import NOW, STATE, a_case, a_notice, a_post, an_assessment, an_event, opening

CANARY = "金丝雀QZX"
TITLE = f"{CANARY}小区停水三天"
TEXT = f"我是{CANARY}的住户，先锋街道停水三天无人管，请有关部门尽快处理"
URL = "http://bbs.example/thread-777zqx-1-1.html"
BODY = f"<h1>{TITLE}</h1><p>{TEXT}</p><a href='{URL}'>".encode("gb18030")
FORMS = [text.encode(encoding) for text in (CANARY, "777zqx", TEXT[8:20]) for encoding in ("utf-8", "gb18030")] + [b"qzx"]
FORMAT = "TH-{date}-{seq:03d}"


def a_page(body: bytes, url: str) -> RawPage:
    return RawPage(sha256=hashlib.sha256(body).hexdigest(), url=url, content_type="text/html", fetched_at=NOW, body=body)


PAGE, LIST = a_page(BODY, URL), a_page(f"<li><a href='/thread-777zqx-1-1.html'>{TITLE}</a><li>别的帖".encode(), "http://bbs.example/list")
SEEN = a_post("c0", url=URL, title=TITLE, text=TEXT, raw_sha256=PAGE.sha256)
FLOOR = replace(SEEN, id="c1", floor=1, text=f"楼主说得对，{CANARY}也停水", first_seen_at=NOW + timedelta(seconds=1))
OTHER = a_post("o", url="http://bbs.example/o.html", title="路灯不亮", text="毓龙街道路灯不亮两周", raw_sha256=LIST.sha256)


def fill(ledger: Store, posts: tuple[Post, ...] = (SEEN, FLOOR, OTHER)) -> Case:
    """One event and one case of all posts, a notice about it, and errors and a list page that name the URL."""
    ledger.add_collected(posts, [PAGE, LIST], replace(STATE, last_error=f"{URL}: 504"))
    ledger.add_assessments([an_assessment(p.id) for p in posts])
    ids = tuple(p.id for p in posts)
    ledger.save_events([an_event("e1", ids, title=TITLE, keywords=(CANARY, "路灯", "停水"), why=f"与{TITLE}相近", source_count=1)])
    case = a_case("e1", title=TITLE)
    told = a_notice("n", subject=TITLE, text=f"{TEXT}\n{URL}", html=f"<p>{TEXT}")
    return ledger.open_case(case, opening(case), lambda c: [told], list(ids), FORMAT, NOW)


def erase_it(ledger: Store, url: str = URL) -> object:
    done = erase(ledger.engine, url, by="演示值班员", why="作者申请删除", at=NOW)
    assert clear_erased(ledger.engine) == []
    return done


def stored(ledger: Store) -> Iterator[bytes]:
    """Every value of every table as bytes, compressed ones opened."""
    for table in (*TABLES, "post_words"):
        for row in ledger.engine.query(f"select * from {table}"):
            for value in row.values():
                body = isinstance(value, (bytes, memoryview))
                yield zstandard.decompress(bytes(value)) if body else str(value).encode()


def files(ledger: Store, tmp_path: Path) -> list[Path]:
    """The files in which the engine keeps the ledger."""
    if ledger.engine.name == "sqlite":
        return list(tmp_path.glob("ledger.db*"))
    ledger.engine.execute("checkpoint")
    where = "select current_setting('data_directory') as root, oid::text as oid from pg_database where datname = current_database()"
    (row,) = ledger.engine.query(where)
    return [p for p in Path(row["root"], "base", row["oid"]).iterdir() if p.is_file()]


def hits(chunks: Iterator[bytes]) -> list[bytes]:
    return [form for chunk in chunks for form in FORMS if form in chunk]


def test_no_byte_is_left(ledger: Store, tmp_path: Path) -> None:
    fill(ledger)
    assert len(set(hits(stored(ledger)))) > 4
    assert hits(p.read_bytes() for p in files(ledger, tmp_path)), "the scan must be able to find it"
    assert erase_it(ledger) is not None
    assert hits(stored(ledger)) == []
    assert hits(p.read_bytes() for p in files(ledger, tmp_path)) == []
    assert ledger.search("住户") == []
    assert (ledger.verify_audit(), misfits(ledger.engine)) == ([], [])


def test_it_is_gone_from_the_file_before_anything_is_closed_or_opened_anew(tmp_path: Path) -> None:
    """A second connection, as the daemon's, has the log open: the log is cut all the same."""
    ledger, daemon = (Store(open_engine(f"sqlite:///{tmp_path}/ledger.db")) for _ in range(2))
    fill(ledger)
    assert len(daemon.posts(["c0"])) == 1
    erase_it(ledger)
    assert {p.name for p in tmp_path.glob("ledger.db*")} >= {"ledger.db", "ledger.db-wal", "ledger.db-shm"}
    assert hits(p.read_bytes() for p in tmp_path.glob("ledger.db*")) == []
    assert daemon.posts(["c0"]) == []
    ledger.close()
    daemon.close()


def test_who_reads_meanwhile_is_named_and_the_next_run_clears(tmp_path: Path) -> None:
    ledger, reader = (Store(open_engine(f"sqlite:///{tmp_path}/ledger.db")) for _ in range(2))
    fill(ledger)
    ledger.engine.execute("pragma busy_timeout = 50")
    reader.engine.execute("begin")
    assert len(reader.posts(["c0"])) == 1
    erase(ledger.engine, URL, by="演示值班员", why="申请", at=NOW)
    assert clear_erased(ledger.engine) != []
    reader.engine.execute("commit")
    assert clear_erased(ledger.engine) == []
    assert hits(p.read_bytes() for p in tmp_path.glob("ledger.db*")) == []
    ledger.close()
    reader.close()


def test_what_is_of_others_stays(ledger: Store) -> None:
    case = fill(ledger)
    ledger.add_notices([a_notice("other", case_id="c-else", text="路灯")])
    done = erase(ledger.engine, URL, by="演示值班员", why="作者申请删除", at=NOW)
    assert done is not None
    assert (done.post_ids, done.cases, done.notices) == (("c0", "c1"), (case.number,), 1)
    assert ledger.posts(["c0", "c1", "o"]) == [OTHER]
    event = ledger.event("e1")
    assert event is not None
    assert (event.title, event.post_ids, event.first_post_id, event.keywords) == ("路灯不亮", ("o",), "o", ("路灯",))
    (now,) = ledger.cases()
    assert (now.title, now.state, now.version) == ("路灯不亮", case.state, case.version + 1)
    assert ledger.evidence(case.id) == {"o": OTHER.text.encode()}
    assert [(n.subject, n.text, n.html) for n in ledger.notices()] == [(ERASED, ERASED, ""), ("预警", "路灯", "")]
    assert ledger.fetch_states()["s"].last_error == f"{ERASED}: 504"


def test_reasons_stay_without_the_words_they_cite(ledger: Store) -> None:
    ledger.add_collected([SEEN, OTHER], [], STATE)
    reasons = ("内容：模型判为Ⅳ级（依据“停水”“无人管”）", "媒体：最高区级（1个）")
    ledger.save_events([an_event("e1", ("c0", "o"), level_reasons=reasons)])
    case = a_case("e1", routing=Routing(lead="gs", reasons=("事项“供水”（文中“停水”），归供水企业",)))
    ledger.open_case(case, opening(case), lambda c: [], [], FORMAT, NOW)
    erase_it(ledger)
    event, (now,) = ledger.event("e1"), ledger.cases()
    assert event is not None
    assert event.level_reasons == ("内容：模型判为Ⅳ级", "媒体：最高区级（1个）")
    assert now.routing.reasons == ("事项“供水”，归供水企业",)


def test_a_case_of_nothing_else_stands_without_a_title(ledger: Store) -> None:
    fill(ledger, (SEEN,))
    erase_it(ledger)
    event, (case,) = ledger.event("e1"), ledger.cases()
    assert event is not None
    assert (case.title, event.title, event.post_ids, event.first_post_id) == (ERASED, ERASED, (), "")


def test_an_event_without_post_and_case_goes(ledger: Store) -> None:
    ledger.add_collected([SEEN], [], STATE)
    ledger.save_events([an_event("e1", ("c0",))])
    ledger.mark_decided("e1", NOW, "仅关注")
    erase_it(ledger)
    assert (ledger.event("e1"), ledger.decisions()) == (None, {})


def test_a_title_that_is_not_of_the_post_stays(ledger: Store) -> None:
    ledger.add_collected([SEEN, OTHER], [], STATE)
    ledger.save_events([an_event("e1", ("c0", "o"), title="路灯不亮")])
    case = a_case("e1", title="毓龙街道照明")
    ledger.open_case(case, opening(case), lambda c: [], [], FORMAT, NOW)
    erase_it(ledger)
    event = ledger.event("e1")
    assert event is not None
    assert (event.title, ledger.cases()[0].title) == ("路灯不亮", "毓龙街道照明")


def test_what_people_wrote_is_named_not_changed(ledger: Store) -> None:
    case = fill(ledger)
    paper = Paper(id="p-1", case_id=case.id, unit="", by="演示值班员", at=NOW, content=Following(mentions=1, said=f"{TITLE}仍在转发"))
    ledger.file_papers(case, [paper])
    ledger.add_review(Review(id="r", post_id="c0", task="form", before="R2", value="R3", by="研判员", at=NOW, why=URL))
    done = erase(ledger.engine, URL, by="演示值班员", why=f"{TITLE}的作者申请", at=NOW)
    assert done is not None
    assert done.quoted == (f"{case.number} 跟踪记录 p-1", "复核 r 的理由")
    assert ledger.papers(case.id) == [paper]
    assert [r.post_id for r in ledger.reviews()] == ["c0"]
    last = ledger.engine.rows("audit.all")[-1]
    assert (last["action"], last["subject"], last["detail"]) == ("erase", "c0", f"{ERASED}的作者申请（2条帖文）")


def test_what_was_erased_is_known_by_its_url_alone(ledger: Store) -> None:
    fill(ledger)
    erase_it(ledger)
    assert forgotten(ledger.engine, [OTHER.url, URL, *(f"http://a.example/{n}" for n in range(500))]) == {URL}
    (tombstone,) = ledger.engine.query("select * from erasures")
    assert tombstone["url_sha256"] == hashlib.sha256(URL.encode()).hexdigest()


def test_a_poll_brings_no_part_of_it_back(ledger: Store) -> None:
    """The thread again with a new floor, its page anew, the list it stands on, and another post of that list."""
    fill(ledger)
    erase_it(ledger)
    newer = a_page(BODY + b"more", URL)
    found = [replace(SEEN, raw_sha256=newer.sha256), replace(FLOOR, id="c2", floor=2), replace(SEEN, id="x", raw_sha256=LIST.sha256), OTHER]
    posts, pages = admitted(ledger.engine, found, [newer, LIST, a_page(b"else", OTHER.url)])
    assert posts == [OTHER]
    assert [page.url for page in pages] == [OTHER.url]
    ledger.add_collected(posts, pages, STATE)
    assert hits(stored(ledger)) == []


def test_a_poll_with_nothing_erased_is_whole(ledger: Store) -> None:
    assert admitted(ledger.engine, [SEEN, OTHER], [PAGE, LIST]) == ([SEEN, OTHER], [PAGE, LIST])
    assert admitted(ledger.engine, [], []) == ([], [])


def test_its_posts_need_not_be_fetched_again(ledger: Store) -> None:
    fill(ledger)
    erase_it(ledger)
    assert forgotten_posts(ledger.engine, ["c0", "c1", "c2", "o"]) == {"c0", "c1"}


def test_a_url_nobody_knows_leaves_nothing(ledger: Store) -> None:
    assert erase(ledger.engine, URL, by="演示值班员", why="申请", at=NOW) is None
    assert forgotten(ledger.engine, [URL]) == set()
    assert ledger.engine.rows("audit.all") == []


def test_what_came_back_nevertheless_is_erased_again(ledger: Store) -> None:
    fill(ledger)
    erase_it(ledger)
    ledger.add_collected([SEEN], [PAGE], STATE)
    assert erase_it(ledger) is not None
    assert (erase_it(ledger), hits(stored(ledger))) == (None, [])


def test_half_an_erasure_is_none(ledger: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(ledger)

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("ledger.erasure.append", broken)
    with pytest.raises(OSError, match="disk full"):
        erase(ledger.engine, URL, by="演示值班员", why="申请", at=NOW)
    assert len(ledger.posts(["c0", "c1"])) == 2
    assert forgotten(ledger.engine, [URL]) == set()
