"""config/*.toml → frozen Settings. Every mistake at once, each with file, line and key; secrets by *_file or environment."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from huiying.toml_positions import line_of, positions
from records import area, channel, source, standard, unit
from records.area import Areas
from records.channel import ChannelConfig
from records.source import Source
from records.standard import Holidays, Standard
from records.unit import Units

DEFAULTS = Path(__file__).parent / "defaults"
SECRETS = ("key", "secret", "password")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """huiying.toml. Times are Shanghai wall clock; `private_allow` are authorities (host:port) on the office's own network."""

    name: str
    contact: str
    public_url: str = "http://127.0.0.1:8700"
    ledger_url: str = ""
    allowed_mail_domains: tuple[str, ...] = ()
    digest_at: time = time(8, 5)
    digest_to: tuple[str, ...] = ()
    digest_leaders: tuple[str, ...] = ()
    case_number_format: str = "TH-{date}-{seq:03d}"
    user_agent: str = "Huiying/0.1"
    private_allow: tuple[str, ...] = ()
    auto_dispatch: tuple[str, ...] = ()
    auto_dispatch_approval: str = ""
    channel: tuple[ChannelConfig, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourceFile:
    source: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the office edits, checked."""

    office: OfficeSettings
    sources: tuple[Source, ...]
    standard: Standard
    units: Units
    areas: Areas
    holidays: Holidays

    @property
    def channels(self) -> tuple[ChannelConfig, ...]:
        """Channels in file order."""
        return self.office.channel


@dataclass(frozen=True, slots=True)
class ConfigError:
    """One mistake."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class ConfigErrors(Exception):
    """Every mistake found, a line each."""

    def __init__(self, errors: list[ConfigError]) -> None:
        super().__init__("\n".join(str(e) for e in errors))
        self.errors = errors


def _forbid_unknown_keys() -> None:
    """The records are the schema: pydantic reads this attribute of a dataclass and refuses keys it does not name."""
    for module in (area, channel, source, standard, unit):
        for record in vars(module).values():
            if hasattr(record, "__dataclass_fields__"):
                record.__pydantic_config__ = {"extra": "forbid"}
    for record in (OfficeSettings, _SourceFile):
        record.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[union-attr]


_forbid_unknown_keys()
_RENAMED = {
    "standard": {"category": "categories", "form": "forms", "level": "levels", "rule": "rules"},
    "units": {"unit": "units", "route": "routes"},
    "areas": {"area": "areas"},
}
_TYPES: dict[str, type] = {
    "huiying": OfficeSettings, "sources": _SourceFile, "standard": Standard, "units": Units, "areas": Areas, "holidays": Holidays,
}  # fmt: skip


@dataclass(slots=True)
class _Reading:
    """Files as read so far: records by file name, positions, mistakes."""

    folder: Path
    found: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, dict[tuple[str | int, ...], int]] = field(default_factory=dict)
    errors: list[ConfigError] = field(default_factory=list)

    def wrong(self, name: str, path: tuple[str | int, ...], message: str) -> None:
        key = re.sub(r"\.\[", "[", ".".join(f"[{p}]" if isinstance(p, int) else p for p in path)) or "(file)"
        line = line_of(path, self.lines.get(name, {}))
        self.errors.append(ConfigError(f"{self.folder.name}/{name}.toml", line, key, message))


def find_config_dir(option: Path | None, env: Mapping[str, str]) -> Path:
    """--config, $HUIYING_CONFIG, ./config, then the wheel's defaults."""
    if option is not None:
        return option
    if env.get("HUIYING_CONFIG"):
        return Path(env["HUIYING_CONFIG"])
    return Path("config") if Path("config").is_dir() else DEFAULTS


def load_settings(folder: Path, env: Mapping[str, str]) -> Settings:
    """The settings in `folder`. Raises: ConfigErrors with every mistake of every file."""
    reading = _Reading(folder)
    for name, record in _TYPES.items():
        _read(reading, name, record)
    if not reading.errors:
        _check_references(reading)
    if reading.errors:
        raise ConfigErrors(reading.errors)
    found = reading.found
    office = replace(found["huiying"], channel=tuple(_with_secrets(c, reading, env) for c in found["huiying"].channel))
    if reading.errors:
        raise ConfigErrors(reading.errors)
    return Settings(
        office=office, sources=found["sources"].source, standard=found["standard"], units=found["units"], areas=found["areas"],
        holidays=found["holidays"],
    )  # fmt: skip


def _read(reading: _Reading, name: str, record: type) -> None:
    path = reading.folder / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reading.wrong(name, (), f"cannot be read: {error}")
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        reading.errors.append(ConfigError(f"{reading.folder.name}/{name}.toml", int(at[1]) if at else 1, "(syntax)", str(error)))
    else:
        reading.lines[name] = positions(text)
        _validate(reading, name, record, raw)


def _validate(reading: _Reading, name: str, record: type, raw: dict[str, Any]) -> None:
    names = _RENAMED.get(name, {})
    back = {new: old for old, new in names.items()}
    try:
        reading.found[name] = TypeAdapter(record).validate_python({names.get(k, k): v for k, v in raw.items()})
    except ValidationError as error:
        for one in error.errors():
            path = tuple(back.get(p, p) if i == 0 and isinstance(p, str) else p for i, p in enumerate(one["loc"]))
            said = "unknown key" if one["type"] == "unexpected_keyword_argument" else one["msg"]
            reading.wrong(name, path, said)


def _check_references(reading: _Reading) -> None:
    for check in (_unique, _unit_references, _standard_references, _complete_standard):
        for name, path, message in check(reading.found):
            reading.wrong(name, path, message)


Mistakes = Iterator[tuple[str, tuple[str | int, ...], str]]


def _unique(found: dict[str, Any]) -> Mistakes:
    lists: tuple[tuple[str, str, Any, Callable[[Any], str]], ...] = (
        ("units", "unit", found["units"].units, lambda u: u.id),
        ("units", "route", found["units"].routes, lambda r: r.id),
        ("sources", "source", found["sources"].source, lambda s: s.id),
        ("standard", "rule", found["standard"].rules, lambda r: r.id),
        ("areas", "area", found["areas"].areas, lambda a: a.code),
        ("huiying", "channel", found["huiying"].channel, lambda c: c.id),
    )
    for name, key, rows, identity in lists:
        seen: set[str] = set()
        for index, row in enumerate(rows):
            if identity(row) in seen:
                yield name, (key, index), f"duplicate: {identity(row)}"
            seen.add(identity(row))


def _unit_references(found: dict[str, Any]) -> Mistakes:
    units = found["units"]
    ids = {u.id for u in units.units}
    codes = {a.code for a in found["areas"].areas}
    channels = {c.id for c in found["huiying"].channel}
    for index, route in enumerate(units.routes):
        for key, value in (("lead", route.lead), *(("joint", j) for j in route.joint)):
            if value != "@town" and value not in ids:
                yield "units", ("route", index, key), f"unknown unit: {value}"
    for index, one in enumerate(units.units):
        if one.area and one.area not in codes:
            yield "units", ("unit", index, "area"), f"unknown area code: {one.area}"
        for name in (c for c in one.channels if c not in channels):
            yield "units", ("unit", index, "channels"), f"unknown channel: {name}"
    for key in ("office", "pending_town", "discipline", "publicity", "cyberspace"):
        if getattr(units, key) not in ids:
            yield "units", (key,), f"unknown unit: {getattr(units, key)}"


def _standard_references(found: dict[str, Any]) -> Mistakes:
    ids = {u.id for u in found["units"].units}
    for index, level in enumerate(found["standard"].levels):
        for unknown in (u for u in level.escalate_to if u not in ids):
            yield "standard", ("level", index, "escalate_to"), f"unknown unit: {unknown}"


_LEGAL = {
    "category": {f"C{i}" for i in range(1, 8)}, "form": {f"R{i}" for i in range(1, 7)}, "level": set("ⅠⅡⅢⅣ"), "relevant": {"1"},
    "irrelevant": {"1"}, "accusation": {"1"},
}  # fmt: skip


def _complete_standard(found: dict[str, Any]) -> Mistakes:
    rows = found["standard"]
    for key, have in (("category", rows.categories), ("form", rows.forms), ("level", rows.levels)):
        for missing in sorted(_LEGAL[key] - {str(r.code) for r in have}):
            yield "standard", (key,), f"missing: {missing}"
    for index, rule in enumerate(rows.rules):
        if rule.task not in _LEGAL:
            yield "standard", ("rule", index, "task"), f"{rule.task!r} is not one of {', '.join(_LEGAL)}"
        elif rule.value not in _LEGAL[rule.task]:
            yield "standard", ("rule", index, "value"), f"{rule.value!r} is not a {rule.task}"


def _with_secrets(one: ChannelConfig, reading: _Reading, env: Mapping[str, str]) -> ChannelConfig:
    """The channel with secrets from *_file, else HUIYING_<ID>_KEY|SECRET|PASSWORD; in clear in the TOML they are refused."""
    found: dict[str, Any] = {}
    for name in SECRETS:
        if getattr(one, name):
            reading.wrong("huiying", ("channel",), f"{one.id}.{name}: a secret in clear; use {name}_file or the environment")
        value = env.get(f"HUIYING_{one.id.upper()}_{name.upper()}", "")
        file = getattr(one, f"{name}_file")
        try:
            found[name] = Path(file).read_text(encoding="utf-8").strip() if file else value
        except OSError as error:
            reading.wrong("huiying", ("channel",), f"{one.id}.{name}_file: {error}")
    return replace(one, **found)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something legal in the config that a person should know. `severity` is "error" or "warning"."""

    severity: str
    where: str
    message: str


def check_settings(settings: Settings, today: date, *, demo: bool = False) -> list[Finding]:
    """What is legal but wrong or unfinished, worst first."""
    found = [*_channel_findings(settings, demo), *_source_findings(settings), *_draft_findings(settings, today)]
    return sorted(found, key=lambda f: f.severity)


def _channel_findings(settings: Settings, demo: bool) -> Iterator[Finding]:
    loopback = re.match(r"https?://(127\.|localhost|\[::1\])", settings.office.public_url)
    for one in settings.channels:
        if one.enabled and loopback and not demo:
            yield Finding("error", f"channel {one.id}", "通道已启用，而 public_url 仍是本机地址：收件人打不开链接")
    if settings.office.auto_dispatch and not settings.office.auto_dispatch_approval:
        yield Finding("error", "auto_dispatch", "自动交办须填写批准文号 auto_dispatch_approval")


def _source_findings(settings: Settings) -> Iterator[Finding]:
    for one in (s for s in settings.sources if s.enabled):
        if not one.impact_note:
            yield Finding("error", f"source {one.id}", "启用的信息源须有影响评估 impact_note（网络数据安全管理条例第十八条）")
        if not one.verified:
            yield Finding("warning", f"source {one.id}", "网址未经人工核实")


def _draft_findings(settings: Settings, today: date) -> Iterator[Finding]:
    if not settings.standard.approved:
        yield Finding("warning", "standard", "监测标准尚未批准（approved = false）")
    for year in (today.year, today.year + 1):
        if year not in settings.holidays.years:
            yield Finding("warning", "holidays", f"{year}年放假安排缺失：工作日按周一至周五估算，请补充")
    for one in settings.units.units:
        if not one.reachable:
            yield Finding("warning", f"unit {one.id}", f"{one.name}没有联系人或通道：其事项先送区政府办")
