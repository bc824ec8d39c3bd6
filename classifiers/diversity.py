"""Is the corpus as varied as real posts (语料多样性): lengths, labels, repeated wording, posts that are nearly others. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.corpus import Labelled

RUN = 8  # characters of a run: long enough that two writers seldom share one by chance
OPENING = 6
ALIKE = 0.3  # share of the shorter post's runs that stand in the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversity:
    """Counts of posts unless named otherwise. `lengths` are the 5th, 25th, 50th, 75th and 95th percentile in characters.

    `runs` different runs of RUN characters, `repeated` of them in more than one post; `openings` different first OPENING characters;
    `alike` pairs of ids that share ALIKE of their runs. `labels` are task → label → posts.
    """

    posts: int
    lengths: tuple[int, ...]
    runs: int
    repeated: int
    openings: int
    alike: tuple[tuple[str, str], ...]
    labels: dict[str, dict[str, int]]


def diversity(rows: Sequence[Labelled]) -> Diversity:
    """The figures of a corpus.

    >>> row = Labelled(id="a", title="", text="先锋街道停水三天没人管", relevant=False, categories=(), primary="", level="", form="", lead="",
    ...     joint=(), voice="")
    >>> diversity([row]).runs
    4
    """
    runs = {r.id: _runs(f"{r.title}{r.text}") for r in rows}
    stands = defaultdict(list)
    for post, found in runs.items():
        for run in found:
            stands[run].append(post)
    lengths = sorted(len(r.title) + len(r.text) for r in rows)
    return Diversity(
        posts=len(rows),
        lengths=tuple(lengths[int(share * (len(lengths) - 1))] for share in (0.05, 0.25, 0.5, 0.75, 0.95)) if rows else (),
        runs=len(stands),
        repeated=sum(len(posts) > 1 for posts in stands.values()),
        openings=len({(r.title or r.text)[:OPENING] for r in rows}),
        alike=_alike(runs, stands),
        labels={
            "relevant": dict(Counter("1" if r.relevant else "0" for r in rows)),
            **{task: dict(Counter(getattr(r, task) for r in rows if r.relevant)) for task in ("primary", "level", "form", "lead", "voice")},
        },
    )


def _runs(text: str) -> frozenset[str]:
    squeezed = "".join(text.split())
    return frozenset(squeezed[i : i + RUN] for i in range(len(squeezed) - RUN + 1))


def _alike(runs: dict[str, frozenset[str]], stands: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    shared: Counter[tuple[str, str]] = Counter()
    for posts in stands.values():
        for at, first in enumerate(posts):
            shared.update((first, second) for second in posts[at + 1 :])
    return tuple(pair for pair, count in shared.items() if count >= ALIKE * min(len(runs[pair[0]]), len(runs[pair[1]])))
