"""Engine to engine: every row arrives, verified; a kill is resumed; a full target is refused; search answers alike."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from ledger import transfer as transferring
from ledger.accounts import Accounts
from ledger.editions import EditionShelf
from ledger.engine import Engine
from ledger.handovers import Handovers
from ledger.opening import open_engine
from ledger.policies import Policies
from ledger.store import Store
from ledger.transfer import TABLES, TransferFailedError, TransferRefusedError, transfer
from records.account import Role, Session, User
from records.edition import DigestEdit, EditKind
from records.notice import Delivery, NoticeState, Outcome
from records.paper import Following, Means, Paper, Receipt
from records.policy import MentionKind
from records.review import Review
from records.roster import Handover
from tests.contracts.test_ledger_contract import by_person, filled
from tests.makers import NOW, STATE, a_notice, a_paper, a_post, an_answer
from tests.policies import A_POLICY, A_ROUND
from tests.postgres_server import new_database

WORDS = ("积水", "欠薪", "停水")


@pytest.fixture(params=["sqlite→postgresql", "postgresql→sqlite"])
def urls(request: pytest.FixtureRequest, tmp_path: Path, server: str) -> tuple[str, str]:
    postgres, sqlite = new_database(server), f"sqlite:///{tmp_path}/there.db"
    return (sqlite, postgres) if request.param.startswith("sqlite") else (postgres, sqlite)


@pytest.fixture
def engines(urls: tuple[str, str]) -> Iterator[tuple[Engine, Engine]]:
    with closing(open_engine(urls[0])) as source, closing(open_engine(urls[1])) as target:
        yield source, target


def fill(source: Engine, posts: int = 0) -> Store:
    """Something in every table."""
    ledger = Store(source)
    case = filled(ledger)
    ledger.move_case(case, by_person(case, next(s for s in type(case.state) if s.value == "交办")), [a_notice("n2")], [a_paper(an_answer())])
    ledger.add_review(Review(id="r", post_id="p1", task="form", before="R2", value="R3", by="研判员", at=NOW))
    (claimed,) = ledger.claim_notices("one", NOW, 1, 60)
    sent = Delivery(notice_id=claimed.id, attempt=1, at=NOW, outcome=Outcome.ACCEPTED, code="250", detail="ok")
    ledger.finish_notice(claimed, sent, NoticeState.SENT, NOW)
    source.insert("digests", {"day": "2018-06-08", "kind": "daily", "made_at": 1, "html_path": "", "word_path": "", "reviewed_by": ""})
    Handovers(source).add(Handover(id="h1", at=NOW, giver="白班值班员", taker="夜班值班员", note="无"))
    Policies(source).add(A_POLICY, "演示值班员", NOW)
    Policies(source).keep(A_POLICY.id, {"p1": ("第五条", MentionKind.QUESTION)})
    Policies(source).add_consultation(A_ROUND, "演示值班员", NOW)
    receipt = Receipt(unit="zjj", means=Means.LINK, notice_id="n2")
    ledger.file_papers(case, [Paper(id="pa", case_id=case.id, unit="zjj", by="演示联络员", at=NOW, content=receipt)])
    accounts = Accounts(source)
    accounts.add(User(id="u", login="zhiban", name="演示值班员", unit="qzfb", roles=(Role.DUTY,), password_hash="h", created_at=NOW))
    accounts.begin(Session(digest="d", user_id="u", csrf="c", created_at=NOW, seen_at=NOW))
    accounts.failed("f", "login:zhiban", NOW)
    paper = Paper(id="p", case_id=case.id, unit="", by="演示值班员", at=NOW, content=Following(mentions=1, said="仍有转发"))
    ledger.file_papers(case, [paper])
    source.insert("erasures", {"url_sha256": "ab", "at": 1, "by": "演示值班员"})
    source.insert("erased_posts", {"post_id": "gone", "url_sha256": "ab"})
    edit = DigestEdit(id="d", day="2018-06-09", issue="daily", kind=EditKind.REMARK, events=(), words="请关注", by="演示值班员", at=NOW)
    EditionShelf(source).add(edit)
    many = [
        a_post(f"m{n}", title=f"第{n}条", text=f"小区{WORDS[n % 3]}，第{n}次反映", first_seen_at=NOW + timedelta(seconds=n))
        for n in range(posts)
    ]
    ledger.add_collected(many, [], STATE)
    return ledger


def test_every_row_of_every_table_arrives(engines: tuple[Engine, Engine]) -> None:
    source, target = engines
    ledger = fill(source, 30)
    told: list[tuple[str, int]] = []
    moved = transfer(source, target, source_name="x", told=lambda table, rows: told.append((table, rows)))
    assert all(moved.rows[table] >= 1 for table in TABLES), moved.rows
    assert ("posts", 31) in told
    there = Store(target)
    assert there.cases() == ledger.cases()
    assert there.evidence(ledger.cases()[0].id) == ledger.evidence(ledger.cases()[0].id)
    assert there.verify_audit() == []
    for word in WORDS:
        found = [p.id for p in ledger.search(word)]
        assert len(found) >= 10
        assert [p.id for p in there.search(word)] == found


def test_the_moved_ledger_goes_on_where_the_old_one_stopped(engines: tuple[Engine, Engine]) -> None:
    source, target = engines
    fill(source)
    transfer(source, target, source_name="x")
    there = Store(target)
    assert filled(there, "e2", "p2").number == "TH-20180608-002"
    assert there.verify_audit() == []


def test_a_full_target_is_refused_and_left_alone(engines: tuple[Engine, Engine]) -> None:
    source, target = engines
    fill(source)
    Store(target).add_collected([a_post("own")], [], STATE)
    with pytest.raises(TransferRefusedError, match="posts"):
        transfer(source, target, source_name="x")
    assert [p.id for p in Store(target).posts(["own", "p1"])] == ["own"]


def test_a_finished_transfer_is_not_begun_again(engines: tuple[Engine, Engine]) -> None:
    source, target = engines
    fill(source)
    transfer(source, target, source_name="x")
    with pytest.raises(TransferRefusedError):
        transfer(source, target, source_name="x")


def test_another_half_done_transfer_is_refused(engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = engines
    fill(source)

    def stopped(table: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(source, target, source_name="first", told=stopped)
    with pytest.raises(TransferRefusedError, match="first"):
        transfer(source, target, source_name="second")
    assert transfer(source, target, source_name="first").rows["posts"] == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("update posts set text = 'x' where id = 'm3'", "posts m3: 内容不一致"),
        ("delete from posts where id = 'm3'", "posts m3: 缺失"),
        ("update audit set actor = 'x' where seq = 1", "audit 1: 内容不一致"),
    ],
)
def test_a_row_that_differs_is_named(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch, damage: str, said: str
) -> None:
    source, target = engines
    fill(source, 5)
    verified = transferring._verified

    def damaged(source: Engine, target: Engine, table: str, key: tuple[str, ...]) -> int:
        if table == "posts":
            if target.name == "postgresql" and damage.startswith("delete"):
                target.execute("delete from post_words where id = 'm3'")
            target.execute(damage)
        return verified(source, target, table, key)

    monkeypatch.setattr(transferring, "_verified", damaged)
    with pytest.raises(TransferFailedError, match=said):
        transfer(source, target, source_name="x")


KILLED = """
import sys
sys.path[:0] = [{root!r}]
from ledger import transfer
from ledger.handovers import Handovers
from ledger.opening import open_engine
from ledger.policies import Policies
transfer.BATCH = 100
def told(table, rows):
    print(table, rows, flush=True)
transfer.transfer(open_engine({source!r}), open_engine({target!r}), source_name="x", told=told)
"""


@pytest.mark.parametrize("at", ["posts 300", "posts 1500", "cases 1"])
def test_kill_9_in_the_middle_and_again(urls: tuple[str, str], at: str) -> None:
    with closing(open_engine(urls[0])) as source:
        ledger = fill(source, 2_000)
        found = [p.id for p in ledger.search("积水", 2_000)]
        program = KILLED.format(root=str(Path(__file__).resolve().parents[2]), source=urls[0], target=urls[1])
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith(at):
                os.kill(child.pid, signal.SIGKILL)
                break
        child.communicate()
        assert child.returncode == -signal.SIGKILL
        with closing(open_engine(urls[1])) as target:
            assert transfer(source, target, source_name="x").rows["posts"] == 2_001
            assert [p.id for p in Store(target).search("积水", 2_000)] == found
