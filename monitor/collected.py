"""What one poll of one source brought."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from records.post import Post
from records.source import FetchState, RawPage

Known = Callable[[Sequence[str]], set[str]]
"""Post ids → those already stored."""
KnownReplies = Callable[[Sequence[str]], dict[str, int | None]]
"""Post ids → the replies last stored (None = the page showed none); unknown ids are absent."""
AuthorKey = Callable[[str, str], str]
"""(source id, name) → keyed hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One page that gave less than it should. `message` is Chinese and names the URL."""

    url: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """New posts, the pages they were read from, and where the source stands now.

    A thread that was read before comes again, with the same id and its newer reach; its `first_seen_at` is this poll's, so that the
    stored one is to be kept. Each `raw_sha256` that is not "" is in `pages`.
    """

    posts: tuple[Post, ...]
    pages: tuple[RawPage, ...]
    state: FetchState
    problems: tuple[Problem, ...] = ()
