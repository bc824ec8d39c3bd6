"""HTML → plain text: blocks on lines of their own, no script, no style, nothing hidden from a reader's eyes."""

import re
from collections.abc import Iterator
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.nesting import flatten

BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])  # fmt: skip
SILENT = frozenset([
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "video", "audio", "map", "head",
    "title", "select", "option", "button", "textarea", "input",
])  # fmt: skip
NEVER_TEXT = frozenset(["script", "style", "head", "title"])  # all that stays silent where a fault swallowed the page
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)", re.IGNORECASE)
_NOISE = frozenset(["jammer", "screen-reader-text", "sr-only"])  # jammer: Discuz's 防采集 filler text
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u3000\u200b\ufeff]+")
_WIDE = re.compile("[\u3001-\u9fff\uff00-\uffef]")  # characters between which a wrapped line is no space
_NOSCRIPT = re.compile(r"<(/?)noscript(?=[\s/>])[^<>]*+>", re.IGNORECASE)
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff\x00]")


def parse(html: str) -> LexborHTMLParser:
    """The page as a tree, flattened first when it nests too deeply."""
    return LexborHTMLParser(flatten(_without_noscript(html.replace("\x00", ""))))


def _without_noscript(html: str) -> str:
    """`html` as a browser that runs scripts reads it: what stands in <noscript> is no content, and cannot swallow what follows.

    >>> _without_noscript("<noscript><p title='</noscript>停水通知")
    '停水通知'
    """
    parts, at, inside = [], 0, False
    for match in _NOSCRIPT.finditer(html):
        closing = match[1] == "/"
        if not inside and not closing:
            parts.append(html[at : match.start()])
        if closing:
            parts.append("" if inside else html[at : match.start()])
            at = match.end()
        inside = not closing
    return "".join(parts) + html[at:] if parts else html


def plain_text(html: str) -> str:
    """The visible text of an HTML fragment.

    >>> plain_text("<p>停水<b>通知</b></p><script>x</script><p>请储水&amp;等候</p>")
    '停水通知\\n请储水&等候'
    """
    if "<" not in html and "&" not in html:
        return tidy(html)
    return text_of(parse(html).body)


def tidy(text: str) -> str:
    """Spaces collapsed, lines stripped, empty lines dropped.

    >>> tidy(" 　停水 \\n\\n 通知 ")
    '停水\\n通知'
    """
    lines = (_SPACES.sub(" ", line).strip() for line in _ZERO_WIDTH.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Everything on one line: for titles and names.

    >>> one_line(" 停水\\n 通知 ")
    '停水 通知'
    """
    return " ".join(_ZERO_WIDTH.sub("", text).split())


def _unwrapped(text: str) -> str:
    """Source lines joined: by nothing between Chinese characters, else by a space.

    >>> _unwrapped("停水\\n  通知 on\\nMonday")
    '停水通知 on Monday'
    """
    lines = [line.strip(" \t\r\f") for line in text.split("\n")]
    joined = [lines[0]]
    for before, line in pairwise(lines):
        joined.append(line if before and line and _WIDE.match(before[-1]) and _WIDE.match(line[0]) else " " + line)
    return "".join(joined) if text[0] not in " \t" else " " + "".join(joined)


def is_hidden(node: LexborNode) -> bool:
    """True for elements a reader never sees (hidden attribute, style, anti-copy filler classes)."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or (attributes.get("aria-hidden") == "true" and node.tag in ("span", "font", "i")):
        return True
    style = attributes.get("style")
    if style and _HIDING.search(style):
        return True
    classes = attributes.get("class")
    return bool(classes) and not _NOISE.isdisjoint((classes or "").split())


def text_of(node: LexborNode | None, *, skip: frozenset[int] = frozenset(), silent: frozenset[str] = SILENT) -> str:
    """The visible text under `node`; subtrees whose `mem_id` stands in `skip` or whose tag in `silent` are left out. "" for None."""
    return tidy("".join(_pieces(node, skip, silent))) if node is not None else ""


def _pieces(top: LexborNode, skip: frozenset[int], silent: frozenset[str]) -> Iterator[str]:
    """Text and line breaks in document order. Walks by an explicit stack: depth is the page's choice, not ours."""
    stack: list[LexborNode | str] = [top]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
            continue
        tag = node.tag
        if tag == "-text":
            text = node.text_content or ""
            yield _unwrapped(text) if "\n" in text else text
        elif (
            tag and tag[0] not in "-!_" and tag not in silent and node.mem_id not in skip and (node is top or not is_hidden(node))
        ):
            edge = "\n" if tag in BLOCKS else ""
            yield edge
            stack.append(edge)
            stack.extend(reversed(list(node.iter(include_text=True))))
