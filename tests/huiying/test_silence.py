"""Reliability 27: crawler, judging, sender and reminders stopped one at a time are each named from outside; an empty source within three polls."""

from datetime import timedelta

import pytest

from digests.standing import Standing, standing_of
from huiying import pulse
from huiying.daemon import WATCHED
from records.source import FetchState
from tests.makers import NOW
from tests.responders.samples import SOURCES

LIMIT, LOOK = timedelta(minutes=5), timedelta(minutes=5)


@pytest.mark.parametrize("stopped", WATCHED)
def test_a_stopped_job_is_named_within_two_intervals(stopped: str) -> None:
    """The others go on; the outside looks every five minutes."""
    for look in range(1, 4):
        now = NOW + LOOK * look
        done = dict.fromkeys(WATCHED, now) | {stopped: NOW}
        found = pulse.troubles(pulse.Pulse(at=now, done=done, failures={}), now, LIMIT)
        assert [stopped in one for one in found] == ([True] if look >= 2 else [])


def test_a_stopped_scheduler_is_a_stopped_pulse() -> None:
    found = pulse.troubles(pulse.Pulse(at=NOW, done={}, failures={}), NOW + 2 * LOOK, LIMIT)
    assert "值守进程已停" in found[0]


@pytest.mark.parametrize(("yields", "standing"), [(0, Standing.WELL), (2, Standing.WELL), (3, Standing.BARREN), (9, Standing.BARREN)])
def test_a_source_that_yields_nothing_is_flagged_at_the_third_poll(yields: int, standing: Standing) -> None:
    state = FetchState(source_id="bbs", due_at=NOW, last_ok_at=NOW, last_new_at=NOW, zero_yields=yields, baseline_done=True)
    assert standing_of(SOURCES["bbs"], state, NOW - timedelta(days=1)) is standing
