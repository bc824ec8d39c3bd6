"""A source's first poll reads back as far as a post may still alert, and no further; an undated list is read one page deep."""

import pytest

from monitor.articles import BASELINE_BACK, LIST_PAGES
from records.source import SourceKind
from tests.monitor.loopback_site import Route
from tests.monitor.small_town import article, listing, run, titles

PER_PAGE = 4


def pages(count: int, *, dated: bool = True) -> dict[str, Route]:
    """So many list pages of PER_PAGE articles, each leading to the next; every list is dated 6月8日, the day of the poll."""
    routes: dict[str, Route] = {}
    names = titles(count * PER_PAGE)
    for page in range(count):
        numbers = range(page * PER_PAGE, (page + 1) * PER_PAGE)
        following = f"/list_{page + 1}" if page + 1 < count else ""
        paths = [f"/art/{n}.html" for n in numbers]
        routes["/list" if page == 0 else f"/list_{page}"] = listing(paths, names=[names[n] for n in numbers], next_page=following, dated=dated)
        routes |= {path: article(names[n]) for path, n in zip(paths, numbers, strict=True)}
    return routes


@pytest.mark.parametrize(("count", "read"), [(1, 1), (2, 2), (3, 3), (5, LIST_PAGES)])
def test_young_pages_are_read_back(count: int, read: int) -> None:
    (found,), site, _ = run(SourceKind.LISTING, "/list", pages(count))
    assert len(found.posts) == read * PER_PAGE
    assert [path for path in site.paths() if path.startswith("/list")] == ["/list", *(f"/list_{n}" for n in range(1, read))]
    assert all(post.baseline for post in found.posts)


def test_an_undated_list_is_read_one_page_deep() -> None:
    (found,), site, _ = run(SourceKind.LISTING, "/list", pages(3, dated=False))
    assert len(found.posts) == PER_PAGE
    assert "/list_1" not in site.paths()


def test_the_second_poll_reads_only_what_is_new() -> None:
    (first, second), site, _ = run(SourceKind.LISTING, "/list", pages(3), polls=2)
    assert len(first.posts) == 3 * PER_PAGE
    assert second.posts == ()
    assert site.paths().count("/list_1") == 1


def test_a_list_that_leads_to_itself_ends() -> None:
    routes = pages(1)
    routes["/list"] = listing([f"/art/{n}.html" for n in range(PER_PAGE)], names=titles(PER_PAGE), next_page="/list")
    (found,), site, _ = run(SourceKind.LISTING, "/list", routes)
    assert len(found.posts) == PER_PAGE
    assert site.paths().count("/list") == 1


def test_how_far_back_is_what_may_alert() -> None:
    assert BASELINE_BACK.total_seconds() == 72 * 3600
