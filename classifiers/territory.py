"""Whose ground (属地): areas named in a text, and whether the text is ours, delegated, a neighbour's or from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, MatchKind

from records.area import Area, Areas, AreaStatus
from records.assessment import Speaker, Territory, Verdict

_TERRITORY = {
    AreaStatus.CORE: Territory.OURS,
    AreaStatus.DELEGATED: Territory.DELEGATED,
    AreaStatus.NEIGHBOUR: Territory.NEIGHBOUR,
}
NAMED_AFTER = ("路", "东路", "西路", "南路", "北路", "中路", "街", "大道", "巷", "桥", "酒店", "饭店", "宾馆", "大厦")  # 青岛路 is a street of ours
BEGINNING = 8  # characters of title and text together
_ORDER = (Territory.OURS, Territory.DELEGATED, Territory.NEIGHBOUR, Territory.ELSEWHERE)
_SAID = {
    Territory.OURS: "属本区",
    Territory.DELEGATED: "区划属本区、由功能区管理",
    Territory.NEIGHBOUR: "属周边区县",
    Territory.ELSEWHERE: "属外地（同名地）",
    Territory.UNKNOWN: "文中没有地名",
}


Place = tuple[str, Area | None, tuple[int, int]]  # kind, the area of a name of ours, where it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """`areas` in order of first mention; `territory`; the verdicts that say why."""

    areas: tuple[Area, ...]
    territory: Territory
    verdicts: tuple[Verdict, ...]


class Gazetteer:
    """Finds place names; longest match wins, so 盐湖区 never counts as 湖区 nor 亭湖宾馆 as 亭湖."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        named: dict[str, tuple[str, Area | None]] = {}
        for area in areas.areas:
            for name in (*area.places, *area.former, *area.aliases, area.name):
                named[name] = ("area", area)
        named |= dict.fromkeys(areas.anchors, ("anchor", None)) | dict.fromkeys(areas.elsewhere, ("elsewhere", None))
        roads = (city + kind for city in areas.elsewhere for kind in NAMED_AFTER if city + kind not in named)
        named |= dict.fromkeys((*areas.not_places, *roads), ("not_place", None))
        self._words = sorted(w for w in named if w)
        self._meaning = [named[w] for w in self._words]
        self._automaton = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest) if self._words else None

    def locate(self, text: str, *, local_source: bool = False, found: Sequence[Place] | None = None) -> Located:
        """Where `text` plays. A name that other cities have too counts only beside an anchor or from a local source.

        A local source speaks of elsewhere when another city stands at the beginning; a son who works in 上海 moves nothing there.
        `found` are the text's places where `find` has been asked already.
        """
        found = self.find([text])[0] if found is None else found
        kinds = {kind for kind, _, _ in found}
        anchored = local_source or "anchor" in kinds
        foreign = "anchor" not in kinds and any(
            kind == "elsewhere" and (not local_source or start < BEGINNING) for kind, _, (start, _) in found
        )
        hits = [(a, s) for kind, a, s in found if kind == "area" and a and _counts(a, anchored, foreign)]
        territory = _territory([a for a, _ in hits], foreign, anchored)
        return Located(areas=_distinct(hits), territory=territory, verdicts=tuple(_verdicts(hits, territory, text, found)))

    def find(self, texts: Sequence[str]) -> list[list[Place]]:
        """The places of each text, as they stand; the longest name wins."""
        found: list[list[Place]] = [[] for _ in texts]
        if self._automaton is None or not texts:
            return found
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        at = 0
        for number, start, end in self._automaton.find_matches_as_indexes("\x00".join(texts)):
            while start >= starts[at + 1]:
                at += 1
            found[at].append((*self._meaning[number], (start - starts[at], end - starts[at])))
        return found


def spans(found: Sequence[Place]) -> list[tuple[int, int]]:
    """Where places of ours and of neighbours stand: their names say whose ground it is, and nothing of the matter."""
    return [span for kind, _, span in found if kind in ("area", "anchor")]


def _counts(area: Area, anchored: bool, foreign: bool) -> bool:
    return not foreign and (anchored or not area.needs_anchor)


def _territory(areas: Sequence[Area], foreign: bool, anchored: bool) -> Territory:
    """The first that holds: ours, delegated, neighbour, elsewhere; an anchor alone means ours."""
    present = {_TERRITORY[a.status] for a in areas} | ({Territory.ELSEWHERE} if foreign else set())
    named = next((t for t in _ORDER if t in present), None)
    if named is not None:
        return named
    return Territory.OURS if anchored else Territory.UNKNOWN


def _distinct(hits: Sequence[tuple[Area, tuple[int, int]]]) -> tuple[Area, ...]:
    return tuple({area.code: area for area, _ in hits}.values())


def _verdicts(
    hits: Sequence[tuple[Area, tuple[int, int]]],
    territory: Territory,
    text: str,
    found: Sequence[Place],
) -> list[Verdict]:
    spans = [(a.name, s) for a, s in hits] or [(text[s[0] : s[1]], s) for kind, _, s in found if kind in ("anchor", "elsewhere")]
    return [
        Verdict(
            what="territory",
            value=territory.value,
            probability=0.9,
            reason=f"文中“{text[s[0] : s[1]]}”→{name}，{_SAID[territory]}",
            speaker=Speaker.RULE,
            span=s,
            evidence=text[s[0] : s[1]],
            clause="属地管理",
        )
        for name, s in spans[:3]
    ]
