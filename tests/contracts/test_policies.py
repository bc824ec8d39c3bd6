"""Policy documents and consultations on both engines: what comes back, what is audited, what is masked, two at once."""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.opening import open_engine
from ledger.policies import Added, Policies
from ledger.store import Store
from records.policy import MentionKind, PolicyDocument, Suggestion, Taken
from tests.makers import NOW, STATE, a_post
from tests.policies import A_POLICY, A_ROUND

BY = "演示值班员"


def entries(ledger: Store) -> list[tuple[str, ...]]:
    return [tuple(row[k] for k in ("actor", "action", "subject", "detail")) for row in ledger.engine.rows("audit.all")]


def test_a_document_comes_back_with_its_audit_entry(ledger: Store) -> None:
    shelf = Policies(ledger.engine)
    earlier = replace(A_POLICY, id="earlier", issued_on=date(2017, 1, 1), until=None, title="坏字\x00符")
    assert [shelf.add(one, BY, NOW) for one in (A_POLICY, earlier)] == [Added.NEW, Added.NEW]
    assert shelf.policy(A_POLICY.id) == A_POLICY
    assert shelf.policies() == [replace(earlier, title="坏字\ufffd符"), A_POLICY]
    assert shelf.policy("nothing") is None
    assert entries(ledger)[0] == (BY, "policies:登记", A_POLICY.id, A_POLICY.title)
    assert ledger.verify_audit() == []


def test_a_change_is_a_new_entry_and_the_same_again_is_none(ledger: Store) -> None:
    shelf = Policies(ledger.engine)
    changed = replace(A_POLICY, interpreted_on=(date(2018, 6, 1),))
    done = [shelf.add(one, BY, NOW) for one in (A_POLICY, A_POLICY, changed, changed)]
    assert done == [Added.NEW, Added.SAME, Added.AMENDED, Added.SAME]
    assert shelf.policies() == [changed]
    assert [action for _, action, *_ in entries(ledger)] == ["policies:登记", "policies:更新"]


def test_what_the_public_wrote_is_kept_masked(ledger: Store) -> None:
    shelf = Policies(ledger.engine)
    called = Suggestion(text="请打13900000000联系我", taken=Taken.DECLINED, unit="住建局", reason="已电13900000000说明")
    assert shelf.add_consultation(replace(A_ROUND, suggestions=(called,)), BY, NOW) is Added.NEW
    (kept,) = shelf.consultations()
    assert kept == replace(A_ROUND, suggestions=(replace(called, text="请打〔电话〕联系我", reason="已电〔电话〕说明"),))
    assert "13900000000" not in str(ledger.engine.query("select * from consultations"))
    assert shelf.consultation(A_ROUND.id) == kept
    assert shelf.consultation("nothing") is None


def test_counts_outlive_the_posts_and_posts_still_there_are_judged_anew(ledger: Store) -> None:
    shelf = Policies(ledger.engine)
    for one in (A_POLICY, replace(A_POLICY, id="other")):
        shelf.add(one, BY, NOW)
    ledger.add_collected([a_post("here", text="不在计数表里的话")], [], STATE)
    asked, misread = MentionKind.QUESTION, MentionKind.MISREADING
    shelf.keep(A_POLICY.id, {"here": ("第五条", asked), "gone1": ("第五条", asked), "gone2": ("", misread)})
    shelf.keep("other", {"here": ("第三条", asked)})
    assert shelf.gone(A_POLICY.id) == {("", misread): 1, ("第五条", asked): 1}
    shelf.keep(A_POLICY.id, {"here": ("第七条", misread)})
    shelf.keep("other", {})
    assert shelf.gone(A_POLICY.id) == {("", misread): 1, ("第五条", asked): 1}
    rows = ledger.engine.query("select * from policy_mentions where post_id = 'here'")
    assert rows == [{"policy_id": A_POLICY.id, "post_id": "here", "clause": "第七条", "kind": "疑似误读"}]


@pytest.mark.parametrize(("document", "by"), [(A_POLICY, ""), (replace(A_POLICY, id=""), BY)])
def test_what_is_refused_leaves_no_audit_entry(ledger: Store, document: PolicyDocument, by: str) -> None:
    with pytest.raises(Exception, match=r"(?i)check"):
        Policies(ledger.engine).add(document, by, NOW)
    assert Policies(ledger.engine).policies() == []
    assert entries(ledger) == []


def test_two_at_once_leave_one_whole_chain(url: str, ledger: Store) -> None:
    def write(name: str) -> None:
        with closing(open_engine(url)) as engine:
            for n in range(5):
                Policies(engine).add(replace(A_POLICY, id=f"p{n}", title=f"{name}{n}"), BY, NOW + timedelta(seconds=n))

    writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert len(Policies(ledger.engine).policies()) == 5
    done = [action for _, action, *_ in entries(ledger)]
    assert (done.count("policies:登记"), done.count("policies:更新")) == (5, 5)
    assert ledger.verify_audit() == []
