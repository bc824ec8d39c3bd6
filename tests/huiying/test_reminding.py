"""催办 through the ledger: each step once over two simulated days of ticks and restarts, and none after the unit has done its part."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from huiying import case_verbs
from huiying.notifying import Reminding
from huiying.office import Desk
from huiying.settings import Settings
from records.notice import NoticeKind
from tests.huiying.desk import desk_in, waiting_case
from tests.makers import NOW


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, settings: Settings, clock: Clock) -> Iterator[Desk]:
    with desk_in(tmp_path, settings, clock) as opened:
        yield opened


def told(desk: Desk) -> list[str]:
    return [n.key for n in desk.ledger.notices() if n.kind is NoticeKind.REMINDER]


def test_each_step_goes_out_once_whatever_happens(desk: Desk, clock: Clock) -> None:
    number = waiting_case(desk).number
    case_verbs.move(desk, number, "交办", by="值班员", why="核实属实")
    queued, reminding = 0, Reminding(desk)
    for _ in range(96):  # two days in half hours
        clock.time += timedelta(minutes=30)
        queued += reminding.remind()
        assert Reminding(desk).remind() == 0, "a second look queues nothing"
    assert queued == len(told(desk)) == len(set(told(desk)))
    (case,) = desk.ledger.cases()
    pressed = {d.kind for d in case.deadlines if not d.late_found and d.due_at < clock.time}
    assert "sign" in pressed
    assert {key.split("|")[2].rstrip("0123456789") for key in told(desk)} >= pressed


def test_a_restart_repeats_nothing(tmp_path: Path, settings: Settings, clock: Clock) -> None:
    with desk_in(tmp_path / "d", settings, clock) as first:
        number = waiting_case(first).number
        case_verbs.move(first, number, "交办", by="值班员", why="核实属实")
        clock.time += timedelta(hours=2)
        assert Reminding(first).remind() > 0
    with desk_in(tmp_path / "d", settings, clock) as second:
        assert Reminding(second).remind() == 0


def test_a_signature_ends_the_pressing_for_it(desk: Desk, clock: Clock) -> None:
    number = waiting_case(desk).number
    case_verbs.move(desk, number, "交办", by="值班员", why="核实属实")
    case_verbs.move(desk, number, "签收", by="联络员", why="已收到")
    clock.time += timedelta(days=3)
    Reminding(desk).remind()
    assert told(desk)
    assert not any("|sign" in key for key in told(desk))


def test_an_office_without_steps_presses_nobody(desk: Desk, clock: Clock) -> None:
    waiting_case(desk)
    quiet = replace(desk, settings=replace(desk.settings, standard=replace(desk.settings.standard, reminders=())))
    clock.time += timedelta(days=3)
    assert Reminding(quiet).remind() == 0


def test_what_nobody_could_be_told_is_tried_once_a_run(desk: Desk, clock: Clock) -> None:
    number = waiting_case(desk).number
    case_verbs.move(desk, number, "交办", by="值班员", why="核实属实")
    mute = replace(desk.settings.units, units=tuple(replace(u, contacts=()) for u in desk.settings.units.units))
    silent = replace(desk, settings=replace(desk.settings, units=mute))
    clock.time += timedelta(days=1)
    with capture_logs() as logs:
        reminding = Reminding(silent)
        assert [reminding.remind() for _ in range(5)] == [0] * 5
    refused = [entry for entry in logs if entry["event"] == "notice.refused"]
    assert refused
    assert len(refused) == len({entry["problem"] for entry in refused}), "said once a step, not once a tick"


def test_an_edited_step_is_another_step(desk: Desk, clock: Clock) -> None:
    number = waiting_case(desk).number
    case_verbs.move(desk, number, "交办", by="值班员", why="核实属实")
    (case,) = desk.ledger.cases()
    sign = next(d for d in case.deadlines if d.kind == "sign")
    clock.time = sign.anchor_at + (sign.due_at - sign.anchor_at) * 0.8
    assert Reminding(desk).remind() > 0
    kept = desk.settings.standard.reminders[1:]
    edited = replace(desk, settings=replace(desk.settings, standard=replace(desk.settings.standard, reminders=kept)))
    clock.time = sign.due_at + timedelta(seconds=1)
    assert Reminding(edited).remind() > 0, "the step at the limit goes out though the first was taken away"
