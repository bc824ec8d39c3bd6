"""Feed text made safe before any XML parser sees it: no DOCTYPE, no entity that could expand, no lying encoding declaration."""

import html
import re

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9._-]{0,31});")
_XML_OWN = frozenset(["amp", "lt", "gt", "quot", "apos"])
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]{0,300}\?>+")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def guarded(text: str) -> str:
    """`text` without its XML declaration, DOCTYPEs and control characters; entities HTML knows become characters, others plain text.

    >>> guarded('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;&nbsp;</a>').replace("\\xa0", "~")
    '<a>&amp;b;~</a>'
    """
    cleaned = _FORBIDDEN.sub("", _DECLARATION.sub("", without_doctype(text.lstrip("\ufeff"))))
    return _ENTITY.sub(_entity, cleaned).strip()


def without_doctype(text: str) -> str:
    """`text` with every <!DOCTYPE …> dropped, its internal subset with it; an unfinished one drops the rest."""
    parts, at = [], 0
    for match in re.finditer(r"<!DOCTYPE", text, re.IGNORECASE):
        if match.start() < at:
            continue
        parts.append(text[at : match.start()])
        at = _doctype_end(text, match.end())
    return "".join(parts) + text[at:] if parts else text


def _doctype_end(text: str, start: int) -> int:
    close, bracket = text.find(">", start), text.find("[", start)
    if bracket == -1 or (close != -1 and close < bracket):
        return close + 1 if close != -1 else len(text)
    subset = text.find("]", bracket)
    while subset != -1:
        rest = text[subset + 1 : subset + 64].lstrip()
        if rest.startswith(">"):
            return text.find(">", subset) + 1
        subset = text.find("]", subset + 1)
    return len(text)


def _entity(match: re.Match[str]) -> str:
    if match[1] in _XML_OWN:
        return match[0]
    known = html.unescape(match[0])
    return known if known != match[0] and not set(known) & set("<>&") else f"&amp;{match[1]};"
