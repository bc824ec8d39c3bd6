"""One URL for one item: tracking and session parameters dropped, Discuz's several thread forms made one."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_NOISE = re.compile(
    r"^(utm_\w+|spm|from|share\w*|isappinstalled|scene|sid|phpsessid|jsessionid|extra|mobile|_t|timestamp|wfr|for)$",
    re.IGNORECASE,
)
_THREAD = re.compile(r"^(?P<head>.*/)?thread-(?P<tid>\d+)-\d+-\d+\.html$")
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


def _thread(path: str, query: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """Discuz: forum.php?mod=viewthread&tid=N, thread-N-p-q.html and archiver/?tid-N.html are one thread."""
    asked = dict(query)
    rewritten = _THREAD.match(path)
    if rewritten:
        return f"{rewritten['head'] or '/'}thread-{rewritten['tid']}-1-1.html", []
    if path.endswith("/forum.php") and asked.get("mod") in ("viewthread", "redirect") and asked.get("tid", "").isdigit():
        return f"{path.removesuffix('forum.php')}thread-{asked['tid']}-1-1.html", []
    archived = re.match(r"tid-(\d+)\.html", next(iter(asked), ""))
    if archived and path.endswith("/archiver/"):
        return f"{path.removesuffix('archiver/')}thread-{archived[1]}-1-1.html", []
    return path, query
