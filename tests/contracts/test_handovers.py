"""Handovers on both engines: what comes back, the audit entry beside it, nothing half written, two at once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.handovers import Handovers
from ledger.opening import open_engine
from ledger.store import Store
from records.roster import Handover
from tests.makers import NOW

ONE = Handover(
    id="h1", at=NOW, giver="白班值班员", taker="夜班值班员", note="关注停水件", grave=("TH-20180608-001 Ⅱ级 交办 停水",),
    unconfirmed=(), clocks=("TH-20180608-001 签收时限6月8日12:45已过",), dead=("TH-20180608-001 交办未送达 gs mail",),
)  # fmt: skip


def test_a_handover_comes_back_with_its_audit_entry(ledger: Store) -> None:
    shelf = Handovers(ledger.engine)
    later = replace(ONE, id="h2", at=NOW + timedelta(hours=15), note="坏字\x00符")
    shelf.add(ONE)
    shelf.add(later)
    assert shelf.newest() == [replace(later, note="坏字\ufffd符"), ONE]
    assert shelf.newest(1) == [replace(later, note="坏字\ufffd符")]
    first = ledger.engine.rows("audit.all")[0]
    assert tuple(first[k] for k in ("actor", "action", "subject", "detail")) == ("白班值班员", "handover", "h1", "白班值班员→夜班值班员")
    assert ledger.verify_audit() == []


@pytest.mark.parametrize("change", [{"id": "h1"}, {"id": "h3", "giver": ""}, {"id": "h3", "taker": ""}, {"id": "h3", "note": ""}])
def test_what_is_refused_leaves_no_audit_entry(ledger: Store, change: dict[str, str]) -> None:
    shelf = Handovers(ledger.engine)
    shelf.add(ONE)
    with pytest.raises(Exception, match=r"(?i)unique|check|duplicate"):
        shelf.add(replace(ONE, **change))  # type: ignore[arg-type]
    assert shelf.newest() == [ONE]
    assert len(ledger.engine.rows("audit.all")) == 1


def test_handovers_at_once_leave_one_whole_chain(url: str, ledger: Store) -> None:
    def write(name: str) -> None:
        engine = open_engine(url)
        for n in range(5):
            Handovers(engine).add(replace(ONE, id=f"{name}{n}"))
        engine.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert len(Handovers(ledger.engine).newest()) == 10
    assert ledger.verify_audit() == []
