"""The audit chain from outside the store: entries join on, anchors catch a rebuilt or a cut chain, rows that do not fit are named."""

from datetime import UTC, datetime

import pytest

from ledger import audit
from ledger.chain import Head, anchors, append, departures, head, printed
from ledger.integrity import misfits
from ledger.store import Store

AT = datetime(2018, 6, 8, 1, tzinfo=UTC)


def write(ledger: Store, *details: str) -> None:
    for detail in details:
        with ledger.engine.transaction():
            append(ledger.engine, "演示值班员", "keep", "帖文甲", detail, AT)


def rebuild(ledger: Store) -> None:
    """The whole chain again with another actor: it verifies by itself."""
    rows, previous = ledger.engine.rows("audit.all"), audit.FIRST
    ledger.engine.execute("delete from audit")
    for row in rows:
        entry = row | {"actor": "别人", "previous": previous}
        previous = audit.digest(entry)
        ledger.engine.insert("audit", entry | {"digest": previous})


def test_an_empty_chain_has_a_head_that_holds(ledger: Store) -> None:
    assert head(ledger.engine) == Head(0, audit.FIRST)
    assert departures(ledger.engine, [head(ledger.engine)]) == []


def test_entries_join_on(ledger: Store) -> None:
    write(ledger, "一", "二", "三")
    assert head(ledger.engine).seq == 3
    assert ledger.verify_audit() == []


def test_a_number_in_the_detail_is_masked(ledger: Store) -> None:
    write(ledger, "来电13900000000")
    assert ledger.engine.rows("audit.all")[0]["detail"] == "来电〔电话〕"


def test_an_entry_goes_with_its_transaction(ledger: Store) -> None:
    def write_and_fail() -> None:
        with ledger.engine.transaction():
            append(ledger.engine, "演示值班员", "keep", "帖文甲", "一", AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert head(ledger.engine).seq == 0


def test_a_rebuilt_chain_departs_from_its_anchor(ledger: Store) -> None:
    write(ledger, "一", "二")
    held = anchors(printed(head(ledger.engine)))
    write(ledger, "三")
    assert departures(ledger.engine, held) == []
    rebuild(ledger)
    assert ledger.verify_audit() == []
    assert departures(ledger.engine, held) == ["第2条与锚定摘要不符（审计链被重建）"]


def test_a_cut_chain_departs_from_its_anchor(ledger: Store) -> None:
    write(ledger, "一", "二")
    held = [head(ledger.engine)]
    ledger.engine.execute("delete from audit where seq = 2")
    assert ledger.verify_audit() == []
    assert departures(ledger.engine, held) == ["锚定的第2条不存在（审计链被截短）"]


@pytest.mark.parametrize("text", ["", "12", "12:abc", "0x1:gggggggggggggggg", "审计链至第2条"])
def test_what_is_no_anchor(text: str) -> None:
    assert anchors(text) == []


def test_a_ledger_without_cases_fits(ledger: Store) -> None:
    assert misfits(ledger.engine) == []
