"""The posts a Discuz! thread page shows, whichever skin drew it: desktop (X, 7.2), mobile, archiver, printable."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.plain_text import one_line, plain_text, text_of

_DROPPED = (  # what stands in a post and is none of its author's words
    ".attach_nopermission, .attach_tips, .pstatus, .quote, blockquote, .aimg_tip, .tip, .jammer, .locked, .sign, script, style, "
    ".modact, ignore_js_op .tip_c, .attnm, [id^='attach_'], .rusld, .cm, .postratings"
)
_NAMED_FLOORS = {"楼主": 0, "沙发": 1}  # 板凳, 地板 … differ from forum to forum: counted on instead
_PID = re.compile(r"(\d+)$")
_AUTHOR_LINE = re.compile(r"作者:\s*(?P<author>.+?)\s+时间:\s*(?P<when>.*)")
_RULE = re.compile(r"<hr[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One post as shown. `floor` 0 is the thread's first post; `raw` its date as written (absolute where the page has it)."""

    pid: str
    floor: int
    text: str
    author: str
    raw: str


def posts_of(tree: LexborHTMLParser) -> list[Shown]:
    """The page's posts in order of their floors; empty when no skin is recognised."""
    for read in _SKINS:
        shown = read(tree)
        if shown:
            return sorted(shown, key=lambda one: one.floor)
    return []


def _desktop(tree: LexborHTMLParser) -> list[Shown]:
    shown: list[Shown] = []
    named = {node.attributes.get("id") or "": node for node in tree.css('[id^="post"], [id^="pid"], [id^="authorposton"]')}
    for message in tree.css('[id^="postmessage_"]'):
        pid = _pid(message)
        box = named.get(f"post_{pid}") or named.get(f"pid{pid}") or message
        number = named.get(f"postnum{pid}")
        author = box.css_first(".authi a.xw1, .postauthor .postinfo a, .authi a, cite a, .pls a")
        raw = _dated(named.get(f"authorposton{pid}"))
        floor = _floor(one_line(text_of(number)), shown)
        shown.append(Shown(pid=pid, floor=floor, text=_words(message), author=one_line(text_of(author)), raw=raw))
    return shown


def _mobile(tree: LexborHTMLParser) -> list[Shown]:
    shown: list[Shown] = []
    for box in tree.css('div.plc[id^="pid"]'):
        message, head = box.css_first(".message"), box.css_first(".authi .mtit, .mtit")
        if message is None:
            continue
        author = head.css_first("span.z a, a") if head is not None else None
        floor = _floor(one_line(text_of(head.css_first("span.y"))) if head is not None else "", shown)
        shown.append(
            Shown(pid=_pid(box), floor=floor, text=_words(message), author=one_line(text_of(author)), raw=_mobile_date(box))
        )
    return shown


def _mobile_date(box: LexborNode) -> str:
    node = box.css_first(".mtime")
    if node is None:
        return ""
    counts = node.css_first("span.y")
    return one_line(text_of(node, skip=frozenset([counts.mem_id]) if counts is not None else frozenset()))


def _archiver(tree: LexborHTMLParser) -> list[Shown]:
    """Archiver: <p class="author">name 发表于 date</p><h3>subject</h3>text …, all children of one element."""
    content = tree.css_first("#content")
    heads = content.css("p.author") if content is not None else []
    shown: list[Shown] = []
    for head in heads:
        author = one_line(text_of(head.css_first("strong")))
        shown.append(Shown(pid="", floor=len(shown), text=_until_next(head), author=author, raw=_dated(head)))
    return shown


def _until_next(head: LexborNode) -> str:
    pieces, node = [], head.next
    while node is not None and not (node.tag == "p" and "author" in (node.attributes.get("class") or "")):
        if node.tag == "div" and "page" in (node.attributes.get("class") or ""):
            break
        if node.tag != "h3":
            pieces.append(node.html or "")
        node = node.next
    return plain_text("".join(pieces))


def _printable(tree: LexborHTMLParser) -> list[Shown]:
    """Printable: posts parted by <hr>, each headed "作者: … 时间: …"."""
    body = tree.body
    if body is None or tree.css_first('a[onclick*="window.print"]') is None:
        return []
    shown: list[Shown] = []
    for part in _RULE.split(body.html or "")[1:]:
        lines = plain_text(part).split("\n")
        head = _AUTHOR_LINE.match(lines[0])
        if head is None:
            continue
        text = "\n".join(line for line in lines[1:] if not line.startswith("标题:"))
        raw = _dated(LexborHTMLParser(part).body)
        shown.append(Shown(pid="", floor=len(shown), text=text, author=head["author"], raw=raw or head["when"]))
    return shown


_SKINS: tuple[Callable[[LexborHTMLParser], list[Shown]], ...] = (_desktop, _mobile, _archiver, _printable)


def _pid(node: LexborNode) -> str:
    found = _PID.search(node.attributes.get("id") or "")
    return found[1] if found else ""


def _dated(node: LexborNode | None) -> str:
    """The absolute time in span[title], else the words after 发表于."""
    if node is None:
        return ""
    titled = node.css_first("span[title]")
    if titled is not None and re.search(r"\d{4}-\d", titled.attributes.get("title") or ""):
        return one_line(titled.attributes.get("title") or "")
    text = one_line(text_of(node))
    return text.split("发表于", 1)[-1].strip(" :：") if "发表于" in text else text[:40]


def _floor(shown: str, before: list[Shown]) -> int:
    """The floor as a count of replies: 楼主 0, 沙发 1, 5# → 4; else one more than the post before it on the page."""
    if shown in _NAMED_FLOORS:
        return _NAMED_FLOORS[shown]
    found = re.match(r"\D{0,2}(\d{1,7})", shown)
    if found and int(found[1]) >= 1:
        return int(found[1]) - 1
    return before[-1].floor + 1 if before else 0


def _words(message: LexborNode) -> str:
    """The post's own words: notices, quotations, edit marks and attachment tips left out."""
    dropped = frozenset(node.mem_id for node in message.css(_DROPPED))
    return text_of(message, skip=dropped)
