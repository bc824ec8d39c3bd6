"""One URL for one item: tracking and session parameters dropped, the forum software's several thread forms made one."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

Query = list[tuple[str, str]]
_NOISE = re.compile(
    r"^(utm_\w+|spm|from|share\w*|isappinstalled|scene|sid|phpsessid|jsessionid|extra|mobile|_t|timestamp|wfr|for)$",
    re.IGNORECASE,
)
_THREAD = re.compile(r"^(?P<head>.*/)?thread-(?P<tid>\d+)-\d+-\d+\.html$")
_ARCHIVED = re.compile(r"^(?P<head>.*/)archiver/(?:index\.php/)?tid-(?P<tid>\d+)(?:-page-\d+)?\.html$")
_ARCHIVER = re.compile(r"^(?P<head>.*/)archiver/(?:index\.php)?$")
_SHOWS_THREAD = ("viewthread", "redirect")
_PORTS = {"http": ":80", "https": ":443"}


def canonical_url(url: str, base: str | None = None) -> str:
    """The canonical form of `url`, "" when it is not http(s).

    >>> canonical_url("HTTP://BBS.example.cn:80/forum.php?mod=viewthread&tid=9&extra=page%3D1#pid3")
    'http://bbs.example.cn/thread-9-1-1.html'
    >>> canonical_url("javascript:alert(1)")
    ''
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        host = parts.netloc.rsplit("@", 1)[-1].lower().removesuffix(_PORTS.get(parts.scheme.lower(), " "))
    except ValueError:
        return ""
    if parts.scheme.lower() not in _PORTS or not host:
        return ""
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _NOISE.match(k)]
    path, query = _thread(parts.path or "/", query)
    return urlunsplit(
        (parts.scheme.lower(), host, re.sub(r";jsessionid=[^/?]*", "", path, flags=re.IGNORECASE), urlencode(sorted(query)), "")
    )


def thread_addresses(url: str) -> tuple[str, ...]:
    """The addresses under which a canonical thread URL may be served, likeliest first; (url,) for anything else.

    A forum without rewriting answers 404 to thread-N-1-1.html: a fetcher then tries the next one.

    >>> thread_addresses("http://bbs.example.cn/thread-9-1-1.html")[1]
    'http://bbs.example.cn/forum.php?mod=viewthread&tid=9'
    >>> thread_addresses("http://a.cn/x.html")
    ('http://a.cn/x.html',)
    """
    parts = urlsplit(url)
    found = _THREAD.match(parts.path)
    if found is None:
        return (url,)
    top = f"{parts.scheme}://{parts.netloc}{found['head'] or '/'}"
    return url, f"{top}forum.php?mod=viewthread&tid={found['tid']}", f"{top}viewthread.php?tid={found['tid']}"


def _thread(path: str, query: Query) -> tuple[str, Query]:
    """Discuz: forum.php?mod=viewthread&tid=N, viewthread.php?tid=N, thread-N-p-q.html, archiver's two forms: one thread."""
    for pattern in (_THREAD, _ARCHIVED):
        rewritten = pattern.match(path)
        if rewritten:
            return f"{rewritten['head'] or '/'}thread-{rewritten['tid']}-1-1.html", []
    asked = dict(query)
    tid = asked.get("tid") or asked.get("ptid") or ""
    if path.endswith("/forum.php") and asked.get("mod") in _SHOWS_THREAD and tid.isdigit():
        return f"{path.removesuffix('forum.php')}thread-{tid}-1-1.html", []
    if path.endswith(("/viewthread.php", "/redirect.php")) and tid.isdigit():
        return f"{path.rpartition('/')[0]}/thread-{tid}-1-1.html", []
    if path.endswith("/read.php") and tid.isdigit():  # phpwind
        return path, [("tid", tid)]
    archiver, archived = _ARCHIVER.match(path), re.match(r"tid-(\d+)\.html", next(iter(asked), ""))
    if archiver and archived:
        return f"{archiver['head']}thread-{archived[1]}-1-1.html", []
    return path, query
