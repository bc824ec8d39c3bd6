"""The date beside a link in a list: in its row, never in another item's."""

import re

from selectolax.lexbor import LexborNode

from monitor.plain_text import one_line, text_of

_DATE = re.compile(
    r"(?:\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s?T?\s?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
    r"|刚刚|半小时前|\d{1,2}\s?(?:秒|分钟|小时|天)前|(?:今天|昨天|前天)(?:\s?\d{1,2}[:：]\d{2})?"
    r"|(?<![\d.])(?:0?[1-9]|1[0-2])[-/月](?:0?[1-9]|[12]\d|3[01])日?(?:\s\d{1,2}[:：]\d{2})?(?![\d.%]))"
)
_DAY_APART = re.compile(r"^(\d{1,2})日?\s*(\d{4})\s?[-./年]\s?(\d{1,2})月?$")  # "17" above "2022-06"
_ROW_LETTERS = 400  # a row longer than this is no row of one item
_ROW_ELEMENTS = 80  # nor one with more elements than this
_LEVELS = 4  # elements above a link that may be its row


def date_beside(link: LexborNode) -> str:
    """The date as written in the link's row, "" when there is none.

    A row is the largest element around the link that holds no link to another page with a title of its own.
    """
    inside = _date_in(link)
    above: LexborNode | None = link.parent
    below = link
    for _ in range(_LEVELS):
        if inside or above is None or above.tag in ("body", "html", "-undef") or _shared(above, link):
            break
        inside = _timed(above) or _date_in(above, but=link)
        below, above = above, above.parent
    return inside or _apart(below)


def _shared(element: LexborNode, link: LexborNode) -> bool:
    """True when the element holds another item's link, or more than a row would."""
    href = link.attributes.get("href")
    for count, node in enumerate(element.traverse()):
        if count > _ROW_ELEMENTS:
            return True
        if node.tag == "a" and node.attributes.get("href", href) != href and len((node.text(deep=True) or "").strip()) >= 8:
            return True
    return False


def _timed(element: LexborNode) -> str:
    node = element.css_first("time[datetime]")
    if node is not None:
        return node.attributes.get("datetime") or ""
    titled = element.css_first("span[title]")
    stated = titled.attributes.get("title") or "" if titled is not None else ""
    return stated if re.match(r"\d{4}-\d{1,2}-\d", stated) else ""


def _date_in(element: LexborNode, *, but: LexborNode | None = None) -> str:
    text = one_line(text_of(element, skip=frozenset([but.mem_id]) if but is not None else frozenset()))
    if len(text) > _ROW_LETTERS:
        return ""
    apart = _DAY_APART.match(text)
    if apart:
        return f"{apart[2]}-{apart[3]}-{apart[1]}"
    found = _DATE.search(text)
    if found is None or (but is None and len(text) > 40 and not text.endswith(found[0]) and not text.startswith(found[0])):
        return ""
    return found[0]


def _apart(row: LexborNode) -> str:
    """A day and its month in two elements of the row."""
    for element in row.css("[class*=date], [class*=time]")[:2]:
        apart = _DAY_APART.match(one_line(text_of(element)))
        if apart:
            return f"{apart[2]}-{apart[3]}-{apart[1]}"
    return ""
