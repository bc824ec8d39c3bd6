"""Area (区域): territory, aliases, delegated ground, neighbours and same-name traps."""

from dataclasses import dataclass
from enum import StrEnum


class AreaStatus(StrEnum):
    """Who governs."""

    CORE = "core"  # 区直管
    DELEGATED = "delegated"  # 区划属本区, 功能区管理: 转市级联络
    NEIGHBOUR = "neighbour"  # 周边区县: 转市级联络


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One street, town, zone or neighbour. `places` are communities, villages, estates, roads and landmarks inside it.

    `needs_anchor` marks a name that exists in other cities too (文峰、先锋 …): it counts only beside an anchor.
    """

    code: str
    name: str
    status: AreaStatus
    managed_by: str = ""
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    needs_anchor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """The district's territory. `anchors` are words that tie a text to us (亭湖, 盐城 …), `elsewhere` words that tie it to
    another place (盐湖区, other cities), `not_places` phrases in which an anchor names something else (亭湖宾馆)."""

    code: str
    name: str
    city: str
    areas: tuple[Area, ...]
    anchors: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    not_places: tuple[str, ...] = ()
