"""Matter (事项) of the catalogue of matters (事项目录): what citizens write about, and whose duty it is."""

import re
from dataclasses import dataclass

TOWN = "@town"  # 属地街镇: the town unit of the place named in the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Another lead for the same matter where place or actor differ: applies when any of `words` stands in the text. The first that holds wins."""

    words: tuple[str, ...]
    lead: str
    joint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One matter, two levels deep (`path`: 物业服务 / 物业收费公示).

    `lead` and `joint` are unit ids or "@town". `strong` words speak for it alone, `words` together, `against` speak for something else;
    `confused_with` are ids of neighbours. `form` (R1–R6), `level` (Ⅰ–Ⅳ) and `season` ("6-9" or "1-2,7-8", months; may wrap the year) are what
    it usually is; `examples` are posts made up for it.
    """

    id: str
    path: tuple[str, str]
    lead: str
    joint: tuple[str, ...] = ()
    strong: tuple[str, ...]
    words: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    confused_with: tuple[str, ...] = ()
    form: str = ""
    level: str = ""
    season: str = ""
    examples: tuple[str, ...] = ()
    split: tuple[Split, ...] = ()

    @property
    def name(self) -> str:
        """物业服务·物业收费公示."""
        return "·".join(self.path)

    @property
    def months(self) -> frozenset[int]:
        """Months of its season; empty when it has none. Raises: ValueError for what is no list of months.

        >>> sorted(Matter(id="x", path=("a", "b"), lead="u", strong=("w",), season="11-2,7").months)
        [1, 2, 7, 11, 12]
        """
        if self.season and not re.fullmatch(r"\d{1,2}(?:-\d{1,2})?(?:,\d{1,2}(?:-\d{1,2})?)*", self.season):
            raise ValueError(f"season: {self.season!r} is no list of months such as 6-9 or 1-2,7-8")
        found: set[int] = set()
        for part in filter(None, self.season.split(",")):
            first, _, last = part.partition("-")
            start, end = int(first), int(last or first)
            if not (1 <= start <= 12 and 1 <= end <= 12):
                raise ValueError(f"season: {self.season!r}: months are 1 to 12")
            found |= set(range(start, end + 1)) if start <= end else {*range(start, 13), *range(1, end + 1)}
        return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """The catalogue, in file order."""

    matters: tuple[Matter, ...]
