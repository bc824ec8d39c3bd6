"""The editions shelf on both engines: edits are kept in order, audited, and closed once the issue is reviewed."""

from datetime import timedelta

import pytest

from ledger.editions import EditionShelf, ReviewedIssueError
from ledger.store import Store
from records.assessment import OpinionLevel
from records.digest import DigestIssue
from records.edition import EditKind
from tests.contracts.test_ledger_contract import filled
from tests.makers import NOW
from tests.records.test_edition import an_edit

ISSUE = DigestIssue(day="2018-06-08", kind="daily", made_at=NOW, html_path="a.html", word_path="a.docx")


def test_edits_come_back_whole_and_in_order_of_time(ledger: Store) -> None:
    shelf = EditionShelf(ledger.engine)
    remark = an_edit(2, EditKind.REMARK, words="请关注\U0001f525，来信人")
    edits = [remark, an_edit(1, EditKind.ORDER, "b", "a"), an_edit(3, EditKind.DROP, "a", words="重复")]
    for edit in edits:
        shelf.add(edit)
    assert shelf.edits("2018-06-08", "daily") == [edits[1], edits[0], edits[2]]
    assert shelf.edition("2018-06-08", "daily").order == ("b", "a")


@pytest.mark.parametrize(("day", "issue"), [("2018-06-09", "daily"), ("2018-06-08", "weekly")])
def test_another_issue_s_edits_are_not_this_one_s(ledger: Store, day: str, issue: str) -> None:
    shelf = EditionShelf(ledger.engine)
    shelf.add(an_edit(1, EditKind.REMARK, words="请关注"))
    assert shelf.edits(day, issue) == []


def test_each_edit_is_a_link_of_the_chain(ledger: Store) -> None:
    EditionShelf(ledger.engine).add(an_edit(1, EditKind.DROP, "e1", words="重复"))
    entry = ledger.engine.rows("audit.last")[0]
    (row,) = [r for r in ledger.engine.rows("audit.all") if r["seq"] == entry["seq"]]
    assert (row["actor"], row["action"], row["subject"], row["detail"]) == ("演示值班员", "digest:drop", "daily 2018-06-08", "e1 重复")
    assert ledger.verify_audit() == []


def test_a_reviewed_issue_takes_no_more_edits(ledger: Store) -> None:
    shelf = EditionShelf(ledger.engine)
    ledger.add_digest(ISSUE)
    shelf.add(an_edit(1, EditKind.REMARK, words="送审前"))
    assert ledger.review_digest(ISSUE, "审核员甲", NOW, [])
    with pytest.raises(ReviewedIssueError, match="审核员甲"):
        shelf.add(an_edit(2, EditKind.REMARK, words="送审后"))
    assert [e.words for e in shelf.edits("2018-06-08", "daily")] == ["送审前"]
    assert [r["action"] for r in ledger.engine.rows("audit.all")].count("digest:remark") == 1


def test_a_refused_edit_leaves_nothing_behind(ledger: Store) -> None:
    shelf = EditionShelf(ledger.engine)
    shelf.add(an_edit(1, EditKind.REMARK, words="一次"))
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        shelf.add(an_edit(1, EditKind.REMARK, words="同号再来"))
    assert [e.words for e in shelf.edits("2018-06-08", "daily")] == ["一次"]
    assert ledger.verify_audit() == []


def test_nobody_s_edit_is_refused_by_the_store(ledger: Store) -> None:
    row = {"id": "x", "day": "2018-06-08", "issue": "daily", "kind": "drop", "events": "[]", "words": "", "by": "", "at": 1}
    with pytest.raises(Exception, match=r"(?i)check"):
        ledger.engine.insert("digest_edits", row)


def test_a_regrading_is_told_from_the_first_level_to_the_last(ledger: Store) -> None:
    case = filled(ledger)
    before = case.opinion_level
    steps = [level for level in (OpinionLevel.II, OpinionLevel.I) if level is not before]
    for minutes, level in enumerate(steps, start=1):
        case = ledger.grow_case(case, level, [], [], NOW + timedelta(minutes=minutes), "传播扩大")
    shelf = EditionShelf(ledger.engine)
    assert shelf.regraded(NOW, NOW + timedelta(hours=1)) == {case.number: f"{before.value}→Ⅰ"}
    assert shelf.regraded(NOW + timedelta(hours=1), NOW + timedelta(hours=2)) == {}
