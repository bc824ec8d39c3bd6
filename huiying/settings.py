"""config/*.toml → frozen Settings. Every mistake at once, each with file, line and key; secrets by *_file or environment."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from classifiers.matters import Catalogue
from huiying import config_references
from huiying.toml_positions import line_of, positions, spelled
from records import area, channel, language_model, matter, retention, roster, source, standard, unit
from records.area import Areas
from records.channel import ChannelConfig
from records.language_model import LanguageModel
from records.matter import Matters
from records.retention import Retention
from records.roster import Roster
from records.source import Source
from records.standard import Holidays, Standard
from records.unit import Units

OPTIONAL = frozenset({"roster"})  # files an office set up before they existed may lack
DEFAULTS = Path(__file__).parent / "defaults"
SECRETS = ("key", "secret", "password")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSettings:
    """[ledger]. `url` is sqlite:///PATH or postgresql://…; "" = ledger.db in the data folder. HUIYING_LEDGER_URL(_FILE) goes before it."""

    url: str = field(default="", repr=False)  # may hold a password


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundSettings:
    """[inbound]: where the office's mail server forwards replies to notices. `address` is the one recipient taken."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = 2525
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """huiying.toml. Times are Shanghai wall clock; `private_allow` are authorities (host:port) on the office's own network."""

    name: str
    contact: str
    public_url: str = "http://127.0.0.1:8700"
    ledger: LedgerSettings = LedgerSettings()
    inbound: InboundSettings = InboundSettings()
    allowed_mail_domains: tuple[str, ...] = ()
    digest_at: time = time(8, 5)
    digest_cutoff: time = time(9, 30)  # still unreviewed then, the daily digest goes to the reviewer once more, never to leaders
    digest_to: tuple[str, ...] = ()
    digest_leaders: tuple[str, ...] = ()
    case_number_format: str = "TH-{date}-{seq:03d}"
    user_agent: str = "Huiying/0.1"
    private_allow: tuple[str, ...] = ()
    auto_dispatch: tuple[str, ...] = ()
    auto_dispatch_approval: str = ""
    language_model: LanguageModel = LanguageModel()
    retention: Retention = field(default_factory=Retention)
    channel: tuple[ChannelConfig, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourceFile:
    source: tuple[Source, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the office edits, checked."""

    office: OfficeSettings
    sources: tuple[Source, ...]
    standard: Standard
    units: Units
    matters: Matters
    areas: Areas
    holidays: Holidays
    roster: Roster = field(default_factory=Roster)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue of matters, at work with the units."""
        return Catalogue(self.matters, self.units)

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
    for module in (area, channel, language_model, matter, retention, roster, source, standard, unit):
        for record in vars(module).values():
            if hasattr(record, "__dataclass_fields__"):
                record.__pydantic_config__ = {"extra": "forbid"}
    for record in (OfficeSettings, InboundSettings, LedgerSettings, _SourceFile):
        record.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[union-attr]


_forbid_unknown_keys()
_RENAMED = {
    "standard": {
        "category": "categories", "form": "forms", "level": "levels", "rule": "rules", "reminder": "reminders", "ticket": "tickets",
        "rung": "ladder",
    },
    "units": {"unit": "units"},
    "matters": {"matter": "matters"},
    "areas": {"area": "areas"},
    "roster": {"shift": "shifts"},
}
_TYPES: dict[str, type] = {
    "huiying": OfficeSettings, "sources": _SourceFile, "standard": Standard, "units": Units, "matters": Matters, "areas": Areas, "holidays": Holidays,
    "roster": Roster,
}  # fmt: skip


@dataclass(slots=True)
class _Reading:
    """Files as read so far: records by file name, positions, mistakes."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)  # other file names than <name>.toml
    found: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, dict[tuple[str | int, ...], int]] = field(default_factory=dict)
    errors: list[ConfigError] = field(default_factory=list)

    def wrong(self, name: str, path: tuple[str | int, ...], message: str) -> None:
        line = line_of(path, self.lines.get(name, {}))
        self.errors.append(ConfigError(self.shown(name), line, spelled(path), message))

    def path(self, name: str) -> Path:
        return self.folder / self.files.get(name, f"{name}.toml")

    def shown(self, name: str) -> str:
        return f"{self.folder.name}/{self.path(name).name}"


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
        _read(reading, name, record, env)
    for name, path, message in config_references.mistakes(reading.found):
        reading.wrong(name, path, message)
    if reading.errors:
        raise ConfigErrors(reading.errors)
    found = reading.found
    return Settings(
        office=found["huiying"], sources=found["sources"].source, standard=found["standard"], units=found["units"],
        matters=found["matters"], areas=found["areas"], holidays=found["holidays"], roster=found["roster"],
    )  # fmt: skip


def load_standard(file: Path, units: Units, env: Mapping[str, str]) -> Standard:
    """Another standard, checked against the units in force. Raises: ConfigErrors with every mistake."""
    reading = _Reading(file.resolve().parent, files={"standard": file.name})
    _read(reading, "standard", Standard, env)
    reading.found["units"] = units
    for name, path, message in config_references.mistakes(reading.found):
        if name == "standard":
            reading.wrong(name, path, message)
    if reading.errors:
        raise ConfigErrors(reading.errors)
    found: Standard = reading.found["standard"]
    return found


def _read(reading: _Reading, name: str, record: type, env: Mapping[str, str]) -> None:
    if name in OPTIONAL and not reading.path(name).exists():
        reading.found[name] = record()
        return
    try:
        text = reading.path(name).read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reading.wrong(name, (), f"cannot be read: {error}")
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        reading.errors.append(ConfigError(reading.shown(name), int(at[1]) if at else 1, "(syntax)", str(error)))
    else:
        reading.lines[name] = positions(text)
        if name == "huiying":
            _take_secrets(reading, raw, env)
            _take_ledger_url(reading, raw, env)
            _take_model_key(reading, raw, env)
            _check_retention(reading, raw)
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


def _take_secrets(reading: _Reading, raw: dict[str, Any], env: Mapping[str, str]) -> None:
    """Puts each channel's secrets in: from <name>_file, else HUIYING_<ID>_<NAME>_FILE, else HUIYING_<ID>_<NAME>. In clear they are refused."""
    channels = raw.get("channel")
    for index, one in enumerate(channels if isinstance(channels, list) else []):
        for name in SECRETS if isinstance(one, dict) else ():
            if one.get(name):
                reading.wrong("huiying", ("channel", index, name), f"a secret in clear; use {name}_file or the environment")
            one[name] = _secret(reading, index, one, name, env)


def _secret(reading: _Reading, index: int, one: dict[str, Any], name: str, env: Mapping[str, str]) -> str:
    variable = f"HUIYING_{str(one.get('id', '')).upper()}_{name.upper()}"
    file = one.pop(f"{name}_file", "") or env.get(f"{variable}_FILE", "")
    try:
        return Path(file).read_text(encoding="utf-8").strip() if file else env.get(variable, "")
    except (OSError, UnicodeDecodeError, TypeError) as error:
        reading.wrong("huiying", ("channel", index, f"{name}_file"), f"cannot be read: {error}")
        return ""


def _take_ledger_url(reading: _Reading, raw: dict[str, Any], env: Mapping[str, str]) -> None:
    """[ledger] url from HUIYING_LEDGER_URL_FILE or HUIYING_LEDGER_URL, where one is set: a URL with a password stays out of the TOML."""
    file = env.get("HUIYING_LEDGER_URL_FILE", "")
    try:
        given = Path(file).read_text(encoding="utf-8").strip() if file else env.get("HUIYING_LEDGER_URL", "")
    except (OSError, UnicodeDecodeError) as error:
        reading.wrong("huiying", ("ledger", "url"), f"HUIYING_LEDGER_URL_FILE cannot be read: {error}")
        return
    table = raw.setdefault("ledger", {})
    if given and isinstance(table, dict):
        table["url"] = given


def _take_model_key(reading: _Reading, raw: dict[str, Any], env: Mapping[str, str]) -> None:
    """[language_model] key from key_file, else HUIYING_LANGUAGE_MODEL_KEY_FILE, else HUIYING_LANGUAGE_MODEL_KEY. In clear it is refused."""
    table = raw.get("language_model")
    if not isinstance(table, dict):
        return
    if table.get("key"):
        reading.wrong("huiying", ("language_model", "key"), "a secret in clear; use key_file or the environment")
    file = table.pop("key_file", "") or env.get("HUIYING_LANGUAGE_MODEL_KEY_FILE", "")
    try:
        table["key"] = Path(file).read_text(encoding="utf-8").strip() if file else env.get("HUIYING_LANGUAGE_MODEL_KEY", "")
    except (OSError, UnicodeDecodeError, TypeError) as error:
        reading.wrong("huiying", ("language_model", "key_file"), f"cannot be read: {error}")
def _check_retention(reading: _Reading, raw: dict[str, Any]) -> None:
    """Names every period the law does not allow at its own line; types and unknown keys are left to the record."""
    table = raw.get("retention")
    if not isinstance(table, dict):
        return
    for key, days in list(table.items()):
        wrong = retention.unlawful(key, days) if isinstance(days, int) else ""
        if wrong:
            reading.wrong("huiying", ("retention", key), wrong)
            del table[key]
