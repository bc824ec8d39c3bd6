"""Criticism is answered, never called false: 220 posts of satire, anger, suspicion, whistle-blowing, petitions and pay protests.

They train nothing. Most hold words a naive machine takes for a rumour (谣言, 不实, 造谣, 网传, 澄清), none an authoritative contradiction.
"""

from pathlib import Path

import pytest

from classifiers.assess import Assessor, Text
from classifiers.corpus import Labelled, read_corpus, read_file
from records.assessment import Assessment

AT_MOST = 0.01  # share of rows that may be called C7 or R6


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    return list(read_file(Path(__file__).with_name("criticism.jsonl")))


@pytest.fixture(scope="module")
def judged(assessor: Assessor, rows: list[Labelled]) -> list[Assessment]:
    return assessor.assess([Text(id=r.id, title=r.title, text=r.text, local_source=True) for r in rows])


def test_the_set_is_large_and_taught_to_nobody(rows: list[Labelled]) -> None:
    assert len(rows) >= 200
    assert not {r.text for r in rows} & {r.text for r in read_corpus()}
    assert not any("C7" in r.categories or r.form in ("R5", "R6") for r in rows)


def test_criticism_is_not_called_false(rows: list[Labelled], judged: list[Assessment]) -> None:
    called = [r.id for r, a in zip(rows, judged, strict=True) if "C7" in (*a.labels, a.primary) or a.form == "R6"]
    assert len(called) / len(rows) <= AT_MOST, called


def test_criticism_is_noticed(judged: list[Assessment]) -> None:
    assert sum(a.relevant >= 0.5 for a in judged) / len(judged) >= 0.9


def test_whistle_blowers_are_not_sent_to_the_accused(rows: list[Labelled], judged: list[Assessment]) -> None:
    for found in judged:
        assert not set(found.accused) & ({u for u, _ in found.leads} | set(found.joint))
