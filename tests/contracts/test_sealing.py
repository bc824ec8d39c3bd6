"""Links appended from outside the store: whole chain on both engines, also beside other writers."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from ledger.chain import seal
from ledger.opening import open_ledger
from ledger.store import Store
from records.review import Review
from tests.makers import NOW, PAGE, STATE, a_post


def _append(ledger: Store, detail: str = "用途：月度督查") -> int:
    return seal(ledger.engine, actor="演示值班员", action="export:cases", subject="2件", detail=detail, at=NOW)


def test_links_follow_each_other_and_the_store_s_own(ledger: Store) -> None:
    assert _append(ledger) == 1
    ledger.add_collected([a_post()], [PAGE], STATE)
    ledger.add_review(Review(id="r", post_id="p1", task="relevant", before="0", value="1", by="演示值班员", at=NOW))
    assert _append(ledger) == 3
    assert ledger.verify_audit() == []
    entry = ledger.engine.rows("audit.all")[2]
    assert (entry["actor"], entry["action"], entry["subject"], entry["detail"]) == ("演示值班员", "export:cases", "2件", "用途：月度督查")


@pytest.mark.parametrize("detail", ["用途\ud800", "a\0b", "", "督" * 10_000])
def test_whatever_is_written_the_chain_verifies(ledger: Store, detail: str) -> None:
    _append(ledger, detail)
    assert ledger.verify_audit() == []


def test_a_changed_link_shows(ledger: Store) -> None:
    _append(ledger)
    ledger.engine.execute("update audit set detail = :d", d="另一用途")
    assert ledger.verify_audit() == ["第1条内容被改动"]


def test_four_writers_at_once_lose_nothing(url: str) -> None:
    def write(_: int) -> None:
        with closing(open_ledger(url)) as mine:
            for _n in range(5):
                seal(mine.engine, actor="演示值班员", action="export:cases", subject="", detail="", at=NOW)

    with closing(open_ledger(url)) as first:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(4)))
        assert first.verify_audit() == []
        assert [row["seq"] for row in first.engine.rows("audit.all")] == list(range(1, 21))
