"""Where a Discuz thread's pages are. Its canonical URL is one form of several, and not every site serves that one."""

import re

_CANONICAL = re.compile(r"^(?P<head>https?://[^?#]*/)thread-(?P<tid>\d+)-1-1\.html$")


def thread_address(canonical: str, board_html: str, page: int = 1) -> str:
    """The URL to fetch `page` of the thread at; `canonical` itself when it is no Discuz thread.

    Sites without URL rewriting answer only forum.php: the board's own links tell.

    >>> thread_address("http://bbs.example.cn/thread-9-1-1.html", '<a href="forum.php?mod=viewthread&amp;tid=9">', page=2)
    'http://bbs.example.cn/forum.php?mod=viewthread&tid=9&page=2'
    >>> thread_address("http://bbs.example.cn/thread-9-1-1.html", '<a href="thread-9-1-1.html">', page=2)
    'http://bbs.example.cn/thread-9-2-1.html'
    """
    match = _CANONICAL.match(canonical)
    if match is None:
        return canonical
    head, tid = match["head"], match["tid"]
    rewritten = f"thread-{tid}-" in board_html
    dynamic = re.search(rf"mod=viewthread[^\"'>]*\btid={tid}\b", board_html) is not None
    if dynamic and not rewritten:
        return f"{head}forum.php?mod=viewthread&tid={tid}" + (f"&page={page}" if page > 1 else "")
    return f"{head}thread-{tid}-{page}-1.html"


def last_page(replies: int, floors_on_first: int) -> int:
    """The number of the page with the newest replies, when the first page holds the first post and `floors_on_first` replies.

    >>> last_page(replies=25, floors_on_first=9), last_page(replies=9, floors_on_first=9), last_page(replies=3, floors_on_first=0)
    (3, 1, 1)
    """
    if floors_on_first == 0 or replies <= floors_on_first:
        return 1
    return -(-(replies + 1) // (floors_on_first + 1))
