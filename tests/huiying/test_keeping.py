"""The office's own periods and threshold decide, on the desk's clock."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying.keeping import keeping_of
from huiying.settings import Settings
from ledger.retention import Expired
from records.retention import Retention
from tests.huiying.desk import desk_in
from tests.makers import NOW, STATE, a_post, an_assessment


@pytest.mark.parametrize(
    ("periods", "days", "expected"),
    [
        (Retention(), 31, Expired(irrelevant=1)),
        (Retention(), 29, Expired()),
        (Retention(irrelevant_days=5), 6, Expired(irrelevant=1)),
        (Retention(relevant_days=5), 6, Expired(relevant=1)),
    ],
)
def test_periods_threshold_and_clock_are_the_office_s(tmp_path: Path, settings: Settings, periods: Retention, days: int, expected: Expired) -> None:
    office = replace(settings, office=replace(settings.office, retention=periods))
    threshold = settings.standard.thresholds.relevant
    with desk_in(tmp_path, office, lambda: NOW + timedelta(days=days)) as desk:
        desk.ledger.add_collected([a_post("i"), a_post("r")], [], STATE)
        desk.ledger.add_assessments([an_assessment("i", threshold - 0.01), an_assessment("r", threshold)])
        assert sum(keeping_of(desk).run(), start=Expired()) == expected
