"""Unit (单位): who may lead, join or be told."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit is; decides who is told beside it."""

    PARTY = "party"  # 区委部门
    GOVERNMENT = "government"  # 区政府部门
    VERTICAL = "vertical"  # 市直派出、垂直管理: 同时告知市局
    TOWN = "town"  # 街道、镇、园区
    ENTERPRISE = "enterprise"  # 公共企事业单位, 参照执行


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitName:
    """A name and the first day it was valid (names by year, 机构改革)."""

    name: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A duty contact: a post, not a person. `role` such as 舆情联络员."""

    role: str
    email: str = ""
    phone: str = ""


class Capacity(StrEnum):
    """In what capacity a person signs (实施方案三（四）4)."""

    HEAD = "主要负责人"
    DEPUTY = "分管负责人"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs a unit's answers (签批人): the name as the office writes it, and the capacity.

    `deputises` names the signer who is deputised for (A/B 角), `until` the last day of it; a deputy without a last day is a mistake.
    """

    name: str
    capacity: Capacity
    deputises: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit. `group` is the codebook's lead group; `names` oldest first; `duties` feed routing and the alert's "why you".

    `channels` are channel ids of huiying.toml; `area` the area code a town unit governs, or "".
    """

    id: str
    group: str
    kind: UnitKind
    names: tuple[UnitName, ...]
    aliases: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    area: str = ""
    contacts: tuple[Contact, ...] = ()
    channels: tuple[str, ...] = ()
    signers: tuple[Signer, ...] = ()

    def name_on(self, day: date) -> str:
        """The name valid on `day`; the oldest name for days before it."""
        valid = [n.name for n in self.names if n.since <= day]
        return valid[-1] if valid else self.names[0].name

    @property
    def name(self) -> str:
        """The newest name."""
        return self.names[-1].name

    @property
    def reachable(self) -> bool:
        """True when an alert can arrive: a channel, and a mail address if the only channel is mail."""
        return bool(self.channels) and any(c.email for c in self.contacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """All units. `office` is the hub (区政府办), `pending_town` the unit for an unknown street (属地待定), `emergency` 应急管理."""

    units: tuple[Unit, ...]
    office: str = "qzfb"
    pending_town: str = "shudi"
    discipline: str = "jwjw"
    publicity: str = "xcb"
    cyberspace: str = "wxb"
    emergency: str = "yjj"

    def get(self, unit_id: str) -> Unit:
        """The unit. Raises: KeyError naming the id."""
        for unit in self.units:
            if unit.id == unit_id:
                return unit
        raise KeyError(f"unknown unit: {unit_id}")

    def of_group(self, group: str) -> tuple[Unit, ...]:
        """Units of a codebook group, in file order (the first is the default one)."""
        return tuple(u for u in self.units if u.group == group)

    def of_area(self, code: str) -> Unit | None:
        """The town unit that governs an area code, if any."""
        return next((u for u in self.units if u.area and u.area == code), None)
