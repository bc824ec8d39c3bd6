"""`huiying roster`, `huiying handover`, what is wrong in roster.toml, and the gaps `check` tells of."""

import shutil
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.config_findings import check_settings
from huiying.settings import ConfigErrors, Settings, load_settings
from ledger.handovers import Handovers
from records.roster import DutyPost, Roster, Shift
from tests.huiying.desk import desk_in, waiting_case

ROOT = Path(__file__).resolve().parents[2]
DAY = '[[shift]]\npost = "值班员"\nstart = 08:30:00\nend = 17:30:00\ncontacts = [{ role = "值班室", phone = "0515-88880000" }]\n'
NIGHT = '[[shift]]\npost = "值班员"\nstart = 17:30:00\nend = 08:30:00\nnext_day = true\nchannels = ["wecom"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def write(folder: Path, text: str, name: str = "roster.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2018-06-08T12:00", "值班员　区政府办公室（政务公开办）　6月8日08:30至6月8日17:30　值班室 0515-88880000"),
        ("2018-06-09T03:00", "6月8日17:30至6月9日08:30　未填联系人　通道 wecom"),
        ("2018-06-08T22:00Z", "2018年6月9日06:00在班"),
    ],
)
def test_roster_says_who_is_on(folder: Path, when: str, said: str) -> None:
    done = run("roster", "--at", when, "--config", write(folder, DAY + NIGHT))
    assert done.exit_code == 0
    assert said in done.stdout


def test_an_empty_roster_names_the_office_s_contacts(folder: Path) -> None:
    done = run("roster", "--config", folder)
    assert (done.exit_code, "值班表上无人" in done.stdout) == (0, True)


@pytest.mark.parametrize("when", ["昨天", "2018-13-01T00:00", "0001-01-01T00:00"])
def test_no_instant_is_exit_2(folder: Path, when: str) -> None:
    done = run("roster", "--at", when, "--config", folder)
    assert done.exit_code == 2
    assert "应为 YYYY-MM-DDTHH:MM" in done.stderr


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (DAY.replace("17:30", "07:30"), 4, "shift[0].end: 07:30 is not after start 08:30; a night shift needs next_day = true"),
        (NIGHT.replace("end = 08:30", "end = 18:30"), 4, "shift[0].end: longer than 24 hours"),
        (DAY + DAY.replace("08:30", "17:00"), 8, "shift[1].start: overlaps shift[0] of the same post (值班员) on"),
        (DAY + 'unit = "nobody"\n', 6, "shift[0].unit: unknown unit: nobody"),
        (DAY + 'unit = "qzfb"\n', 6, 'the office (qzfb) is written as ""'),
        (DAY + 'channels = ["pigeon"]\n', 6, "shift[0].channels: unknown channel: pigeon"),
        (DAY.replace('phone = "0515-88880000"', 'email = "a@b.example"'), 5, "'a@b.example' is malformed or outside allowed_mail_domains"),
        (DAY + "since = 2018-06-02\nuntil = 2018-06-01\n", 7, "shift[0].until: 2018-06-01 is before since 2018-06-02"),
        (DAY + "weekdays = [0, 7]\n", 6, "shift[0].weekdays: 0 is not a weekday"),
        (DAY.replace("08:30:00", "08:30:30"), 3, "whole minutes"),
        (DAY.replace("值班员", "门卫"), 2, "shift[0].post"),
        (DAY + "colour = 1\n", 6, "shift[0].colour: unknown key"),
        ('[[shift]]\npost = "值班员"\nstart = 08:30:00\nend = 17:30:00\n', 1, "nobody is named"),
    ],
)
def test_a_mistake_names_file_line_and_key(folder: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigErrors) as caught:
        load_settings(write(folder, text), {})
    found = [str(e) for e in caught.value.errors if said in str(e)]
    assert found, caught.value.errors
    assert found[0].startswith(f"config/roster.toml:{line}: ")


def test_rungs_rise(folder: Path) -> None:
    steps = "".join(f'\n[[rung]]\npost = "值班员"\ntimes = {n}\n' for n in (1, 1))
    standard = (folder / "standard.toml").read_text(encoding="utf-8")
    with pytest.raises(ConfigErrors, match=r"standard\.toml:\d+: rung\[1\]\.times: 1\.0: rungs must rise"):
        load_settings(write(folder, standard + steps, "standard.toml"), {})


def test_check_tells_the_gaps_of_the_coming_week(settings: Settings) -> None:
    day = Shift(post=DutyPost.OFFICER, start=time(8, 30), end=time(17, 30), channels=("wecom",))
    night = replace(day, start=time(17, 30), end=time(8, 30), next_day=True, except_dates=(date(2018, 6, 9),))

    def said(*shifts: Shift) -> list[str]:
        return [f.message for f in check_settings(replace(settings, roster=Roster(shifts=shifts)), date(2018, 6, 8)) if "roster" in f.where]

    assert said() == []
    assert said(day, night) == ["6月9日17:30至6月10日08:30无人值班：按单位联系人通知"]
    assert len(said(day)) == 8
    assert said(day, replace(night, except_dates=())) == []


def test_handover_is_recorded_with_what_is_open(tmp_path: Path, settings: Settings) -> None:
    data = tmp_path / "data"
    with desk_in(data, settings) as desk:
        case = waiting_case(desk)
    done = run("handover", "--by", "白班值班员", "--to", "夜班值班员", "--note", "关注停水件", "--data", data)
    assert done.exit_code == 0, done.output
    assert f"未确认的预警（1）\n  {case.number} Ⅲ级 预警提示 停水" in done.stdout
    assert "未送达的通知（0）" in done.stdout
    with desk_in(data, settings) as desk:
        (kept,) = Handovers(desk.ledger.engine).newest()
        assert (kept.giver, kept.taker, kept.note) == ("白班值班员", "夜班值班员", "关注停水件")
        assert desk.ledger.verify_audit() == []
    assert run("verify", "--data", data).exit_code == 0


def test_a_handover_to_oneself_is_refused(tmp_path: Path, settings: Settings) -> None:
    with desk_in(tmp_path / "data", settings):
        pass
    done = run("handover", "--by", "值班员", "--to", "值班员", "--note", "无", "--data", tmp_path / "data")
    assert done.exit_code == 2
    assert "接班人与交班人相同" in done.stderr
