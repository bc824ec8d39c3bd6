"""Drafts that contradict each other cannot be signed until one is put right."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying import case_papers, case_verbs
from huiying.comparing import contradictions, names_of
from huiying.office import Desk
from huiying.settings import Settings
from records.case import CaseState
from responders.cases import MoveRefusedError
from responders.consistency import Severity
from tests.huiying.desk import SIGNER, desk_in, take, waiting_case
from tests.makers import an_answer


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path, settings) as opened:
        yield opened


def test_names_are_the_offices_own(settings: Settings) -> None:
    names = names_of(settings)
    assert names.units["住建局"] == names.units["区住房和城乡建设局"] == "zjj"
    street = next(a for a in settings.areas.areas if a.places)
    assert (names.places[street.name], names.places[street.places[0]]) == ("", street.name)


def test_a_contradiction_bars_signing_and_its_correction_opens_it(desk: Desk) -> None:
    number = waiting_case(desk).number
    take(desk, number, "交办", "签收", "核查")
    case_papers.file_answer(desk, number, an_answer(text="停水涉及32户居民。"), by="联络员")
    case_papers.file_answer(desk, number, an_answer(text="此次停水涉及48户居民。"), by="协办联络员", unit="zjj")
    case_papers.vet(desk, number, passed=True, by="保密员", why="不涉密")
    case_verbs.move(desk, number, "反馈", by="联络员", why="已核查")
    (found,) = contradictions(case_papers.case_file(desk, number), desk.settings)
    assert (found.severity, found.one.unit, found.other.unit) == (Severity.RESOLVE, "gs", "zjj")
    with pytest.raises(MoveRefusedError, match="口径不一致：数字不一致：“32户”与“48户”（盐城汇津水务、区住房和城乡建设局）"):
        case_verbs.move(desk, number, "签批", by=SIGNER, why="同意")
    case_papers.file_answer(desk, number, an_answer(text="此次停水涉及32户居民。"), by="协办联络员", unit="zjj")
    assert case_verbs.move(desk, number, "签批", by=SIGNER, why="同意").state is CaseState.APPROVED
