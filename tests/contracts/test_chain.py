"""The audit chain from outside the store: entries join on, anchors catch a rebuilt or a cut chain, rows that do not fit are named."""

from datetime import UTC, datetime

import pytest

from ledger import audit
from ledger.chain import Head, anchors, append, departures, head, printed
from ledger.integrity import misfits
from ledger.store import Store
from tests.makers import STATE, a_case, a_post, an_event, opening

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


def without_keys(ledger: Store) -> None:
    """Foreign keys no longer enforced, as after a repair by hand."""
    if ledger.engine.name == "sqlite":
        ledger.engine.execute("pragma foreign_keys = off")
        return
    for table in ("transitions", "evidence"):
        ledger.engine.execute(f"alter table {table} drop constraint if exists {table}_case_id_fkey")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update transitions set case_id = 'x'", "流转1行所属的事项x不存在"),
        ("update evidence set case_id = 'x'", "证据1行所属的事项x不存在"),
        ("update cases set version = -1", "TH-20180608-001: 版本-1少于流转次数0"),
    ],
)
def test_rows_that_do_not_fit_are_named(ledger: Store, change: str, said: str) -> None:
    ledger.add_collected([a_post()], [], STATE)
    ledger.save_events([an_event()])
    case = a_case()
    ledger.open_case(case, opening(case), lambda c: [], ["p1"], "TH-{date}-{seq:03d}", AT)
    assert misfits(ledger.engine) == []
    without_keys(ledger)
    ledger.engine.execute(change)
    assert said in misfits(ledger.engine)
