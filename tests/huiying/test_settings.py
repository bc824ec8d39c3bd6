"""Every mistake at once, each with file, line and key; the shipped config is sound."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from classifiers.corpus import GROUPS
from huiying.config_findings import check_settings
from huiying.settings import ConfigErrors, Settings, find_config_dir, load_settings
from huiying.toml_positions import line_of, positions
from records.language_model import LanguageModel
from records.roster import Roster

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path / "config"))


def edit(folder: Path, name: str, change: Callable[[str], str]) -> None:
    path = folder / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def mistakes(folder: Path, env: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        load_settings(folder, env or {})
    return [str(e) for e in caught.value.errors]


def test_the_shipped_config_loads_and_covers_the_codebook() -> None:
    settings = load_settings(CONFIG, {})
    assert {u.group for u in settings.units.units} == set(GROUPS)
    assert settings.units.get("shudi").group == "town"
    assert [c.code for c in settings.standard.categories] == [f"C{i}" for i in range(1, 8)]
    assert all(not s.enabled or s.verified for s in settings.sources)
    assert not any(c.enabled for c in settings.channels)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("units.toml", 'group = "housing"', 'group = "housing"\ncolour = "red"', "unit[2].colour: unknown key"),
        ("matters.toml", 'lead = "zjj"', 'lead = "nobody"', "matter[0].lead: unknown unit: nobody"),
        ("matters.toml", 'form = "R3"', 'form = "R3"\nunit = "zjj"', "matter[0].unit: unknown key"),
        ("units.toml", 'area = "320902001"', 'area = "999"', "unknown area code: 999"),
        ("units.toml", 'id = "qwb"', 'id = "qzfb"', "duplicate: qzfb"),
        ("units.toml", 'kind = "party"', 'kind = "club"', "unit[1].kind"),
        ("standard.toml", "deaths_i = 10", 'deaths_i = "many"', "thresholds.deaths_i"),
        ("standard.toml", 'task = "accusation"', 'task = "gossip"', ".task: 'gossip'"),
        ("standard.toml", 'code = "C7"', 'code = "C8"', "category: missing: C7"),
        ("standard.toml", 'escalate_to = ["qwb", "xcb", "wxb", "yjj"]', 'escalate_to = ["qwb", "xyz"]', "unknown unit: xyz"),
        ("sources.toml", "cadence_minutes = 60", 'cadence_minutes = "often"', "source[0].cadence_minutes"),
        ("areas.toml", 'status = "delegated"', 'status = "lent"', "area[6].status"),
        ("huiying.toml", 'kind = "wecom"', 'kind = "pigeon"', "channel[1].kind"),
        ("huiying.toml", 'kind = "wecom"', 'kind = "wecom"\nkey = "abc"', "channel[1].key: a secret in clear"),
        ("holidays.toml", "years = [2018]", "years = [2018", "(syntax)"),
    ],
)
def test_a_mistake_names_file_line_and_key(folder: Path, file: str, old: str, new: str, said: str) -> None:
    assert old in (folder / file).read_text(encoding="utf-8")
    edit(folder, file, lambda text: text.replace(old, new, 1))
    found = [m for m in mistakes(folder) if said in m]
    assert found, mistakes(folder)
    assert found[0].startswith(f"config/{file}:")
    assert int(found[0].split(":")[1]) >= 1


def test_the_line_is_the_line_of_the_key(folder: Path) -> None:
    edit(folder, "standard.toml", lambda text: text.replace("deaths_i = 10", 'deaths_i = "many"'))
    lines = (folder / "standard.toml").read_text(encoding="utf-8").splitlines()
    at = int(mistakes(folder)[0].split(":")[1])
    assert lines[at - 1].startswith("deaths_i")


def test_every_mistake_of_every_file_at_once(folder: Path) -> None:
    edit(folder, "units.toml", lambda text: text.replace('kind = "party"', 'kind = "club"'))
    edit(folder, "areas.toml", lambda text: text.replace('status = "neighbour"', 'status = "near"'))
    (folder / "holidays.toml").unlink()
    found = mistakes(folder)
    assert {m.split(":")[0] for m in found} == {"config/units.toml", "config/areas.toml", "config/holidays.toml"}
    assert len(found) >= 8


def test_secrets_come_from_file_or_environment_and_are_not_shown(folder: Path) -> None:
    secret = folder / "token"
    secret.write_text("s3cr3t-from-file\n", encoding="utf-8")
    edit(folder, "huiying.toml", lambda text: text.replace('kind = "dingtalk"', f'kind = "dingtalk"\nsecret_file = "{secret}"'))
    channels = {c.id: c for c in load_settings(folder, {"HUIYING_WECOM_KEY": "k3y-from-env"}).channels}
    assert channels["dingtalk"].secret == "s3cr3t-from-file"
    assert channels["wecom"].key == "k3y-from-env"
    assert "k3y" not in repr(channels)
    assert "s3cr3t" not in repr(channels)


def test_a_missing_secret_file_is_named(folder: Path) -> None:
    edit(folder, "huiying.toml", lambda text: text.replace('kind = "feishu"', 'kind = "feishu"\nsecret_file = "/nowhere/x"'))
    assert any("channel[3].secret_file" in m and "/nowhere/x" in m for m in mistakes(folder))


def with_model(folder: Path, line: str) -> Path:
    edit(folder, "huiying.toml", lambda text: text.replace("[language_model]", f"[language_model]\n{line}", 1))
    return folder


def test_the_language_model_is_off_and_its_table_may_be_missing(folder: Path) -> None:
    assert load_settings(folder, {}).office.language_model == LanguageModel()
    edit(folder, "huiying.toml", lambda text: re.sub(r"(?ms)^\[language_model\].*?(?=^\[)", "", text))
    assert load_settings(folder, {"HUIYING_LANGUAGE_MODEL_KEY": "k"}).office.language_model.key == ""


def test_the_models_key_comes_from_a_file_before_the_environment(folder: Path) -> None:
    secret, other = folder / "key", folder / "other"
    secret.write_text("k3y-from-file\n", encoding="utf-8")
    other.write_text("k3y-from-variable\n", encoding="utf-8")
    env = {"HUIYING_LANGUAGE_MODEL_KEY": "k3y-from-env"}
    assert load_settings(folder, env).office.language_model.key == "k3y-from-env"
    env["HUIYING_LANGUAGE_MODEL_KEY_FILE"] = str(other)
    assert load_settings(folder, env).office.language_model.key == "k3y-from-variable"
    settings = load_settings(with_model(folder, f'key_file = "{secret}"'), env)
    assert settings.office.language_model.key == "k3y-from-file"
    assert "k3y" not in repr(settings.office)


@pytest.mark.parametrize(
    ("line", "env", "said"),
    [
        ('key = "abc"', {}, "language_model.key: a secret in clear"),
        ('key_file = "/nowhere/k"', {}, "language_model.key_file: cannot be read"),
        ("key_file = 7", {}, "language_model.key_file: cannot be read"),
        ("", {"HUIYING_LANGUAGE_MODEL_KEY_FILE": "/nowhere/k"}, "language_model.key_file: cannot be read"),
        ("colour = 1", {}, "language_model.colour: unknown key"),
    ],
)
def test_a_mistake_about_the_model_names_its_key_and_never_the_secret(folder: Path, line: str, env: dict[str, str], said: str) -> None:
    found = mistakes(with_model(folder, line), env)
    assert any(said in m and m.startswith("config/huiying.toml:") for m in found), found
    assert not any("abc" in m for m in found)


def found_in(settings: Settings, *, demo: bool = False) -> list[str]:
    return [f"{f.severity} {f.where} {f.message}" for f in check_settings(settings, date(2018, 6, 8), demo=demo)]


def test_check_names_units_without_contact_and_the_missing_year() -> None:
    said = found_in(load_settings(CONFIG, {}))
    assert any("unit zjj" in line for line in said)
    assert any("2019年放假安排缺失" in line for line in said)
    assert not any(line.startswith("error") for line in said)


def test_a_channel_on_loopback_is_an_error_except_in_the_demo() -> None:
    settings = load_settings(CONFIG, {})
    channels = tuple(replace(c, enabled=True) for c in settings.channels)
    on = replace(settings.office, channel=channels, allowed_mail_domains=("tinghu.example",))
    assert any(line.startswith("error channel mail") for line in found_in(replace(settings, office=on)))
    assert not any(line.startswith("error") for line in found_in(replace(settings, office=on), demo=True))


def test_an_enabled_source_needs_its_impact_note() -> None:
    settings = load_settings(CONFIG, {})
    on = replace(settings, sources=(replace(settings.sources[0], enabled=True),))
    assert any("impact_note" in line for line in found_in(on))


def test_config_dir_order(tmp_path: Path) -> None:
    assert find_config_dir(tmp_path, {"HUIYING_CONFIG": "/x"}) == tmp_path
    assert find_config_dir(None, {"HUIYING_CONFIG": "/x"}) == Path("/x")


def test_positions_of_inline_tables_and_arrays() -> None:
    found = positions('[[a]]\nb = [\n 1,\n { c = 2 },\n]\n[[a]]\n"d" = 1\ne.f = 3\n')
    assert found["a", 0, "b", 1, "c"] == 4
    assert found["a", 1, "d"] == 7
    assert found["a", 1, "e", "f"] == 8
    assert line_of(("a", 1, "none", "deeper"), found) == 6
    assert line_of(("zzz",), found) == 1


def test_the_ledger_s_address_comes_from_file_environment_or_toml(folder: Path) -> None:
    assert load_settings(folder, {}).office.ledger.url == ""
    edit(folder, "huiying.toml", lambda text: text.replace('url = ""', 'url = "sqlite:///x.db"'))
    assert load_settings(folder, {}).office.ledger.url == "sqlite:///x.db"
    assert load_settings(folder, {"HUIYING_LEDGER_URL": "postgresql://h:pw@db/x"}).office.ledger.url == "postgresql://h:pw@db/x"
    secret = folder / "url"
    secret.write_text("postgresql://h:pw2@db/x\n", encoding="utf-8")
    settings = load_settings(folder, {"HUIYING_LEDGER_URL": "other", "HUIYING_LEDGER_URL_FILE": str(secret)})
    assert settings.office.ledger.url == "postgresql://h:pw2@db/x"
    assert "pw2" not in repr(settings)
    assert any("ledger.url" in m and "/nowhere" in m for m in mistakes(folder, {"HUIYING_LEDGER_URL_FILE": "/nowhere"}))


def test_a_robots_permission_is_whole_or_an_error(folder: Path) -> None:
    edit(folder, "sources.toml", lambda text: text.replace('verified = ""', 'verified = ""\nrobots_override = "亭政函3号"', 1))
    assert any("source[0].robots_override" in m and "robots_approver、robots_until" in m for m in mistakes(folder))


def test_references_are_checked_in_the_files_that_can_be_read(folder: Path) -> None:
    edit(folder, "areas.toml", lambda text: text.replace('status = "core"', 'status = "lost"', 1))
    edit(folder, "matters.toml", lambda text: text.replace('lead = "zjj"', 'lead = "nobody"', 1))
    found = mistakes(folder)
    assert any("areas.toml" in m for m in found)
    assert any("unknown unit: nobody" in m for m in found), "another file's mistake must not hide this one"


def test_an_office_set_up_before_there_was_a_roster_goes_on(folder: Path) -> None:
    (folder / "roster.toml").unlink()
    assert load_settings(folder, {}).roster == Roster()
