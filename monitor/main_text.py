"""The body of an article page (正文): the subtree whose lines read like prose, without its menus, recommendations and share bars.

Every line of text gets a score: sentences count for, link text and loose words against; a subtree's score is the sum of its lines.
The body is the smallest subtree that holds nearly all of the best score.
Source: the maximum-subsequence idea of Pasternack & Roth, "Extracting Article Text from the Web with Maximum Subsequence
Segmentation", WWW 2009, applied to subtrees.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from monitor.plain_text import BLOCKS, NEVER_TEXT, SILENT, is_hidden, text_of

_CHILD_SHARE = 0.92  # a child with this share of the score is the body, and its siblings are surroundings
_NAMED_SHARE = 0.5  # … with this share when its class or id says that it is one (content systems name it much alike)
_TOO_LITTLE = 40.0  # a score no body has; one line of prose has as much
_SENTENCE = re.compile("[，。！？；：、…”]|[,;!?](?=\\s|[\u3400-\u9fff])|[.](?=\\s|$)")
_LETTER = re.compile("[\u3400-\u9fff]|[A-Za-z0-9]+")
_OUTSIDE = frozenset(["nav", "footer", "aside", "form", "menu", "dialog"])
_SURROUNDINGS = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-?(?:list|box|area|wrap)|reply|respond|related|relate|recommends?|share|social|sharebar|sidebar|side|"
    r"copyright|breadcrumbs?|crumbs?|nav|navbar|menu|footer|foot|toolbar|tools?|hot|rank|ranking|ads?|advert\w*|banner|"
    r"pagination|pager|prevnext|post-navigation|login|qrcode|statement|disclaimer|tags?|keywords?)(?=$|[\s_-])",
    re.IGNORECASE,
)
_BODY_NAMES = re.compile(
    r"(?:^|[\s_-])(?:article|arti|entry|post|news|text|txt|main|detail|rich|trs|art|zw|con)[_-]?(?:content|body|text|con|editor|detail|txt)"
    r"|TRS_Editor|(?:^|\s)(?:zoom|content|article)(?:$|\s)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Block:
    """A block element on the way: `score` of its lines and its blocks', `outside` when it is known to be no body."""

    node: LexborNode
    score: float = 0.0
    letters: int = 0
    linked: int = 0
    outside: bool = False
    blocks: list["Block"] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    """The line being read: its text outside and inside links."""

    plain: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)


def find_body(root: LexborNode) -> Block:
    """The block that holds the article's body."""
    top = measure(root)
    best = max(_inside_blocks(top), key=lambda block: block.score)  # the first of equals is the outermost
    if best.score < _TOO_LITTLE:  # the names misled: a whole page may stand in a "hot" or "share" element
        best = max(_all_blocks(top), key=lambda block: block.score)
    while True:
        inner = [block for block in best.blocks if not block.outside]
        heir = max(inner, key=lambda block: block.score, default=None)
        if heir is None or heir.score <= 0:
            return best
        if heir.score < (_NAMED_SHARE if _named_body(heir.node) else _CHILD_SHARE) * best.score:
            return best
        best = heir


def body_text(root: LexborNode) -> str:
    """The body as plain text; all visible text when nothing on the page reads like prose.

    An unclosed <button> or <canvas> swallows the rest of a page: then what it holds is text after all.
    """
    best = find_body(root)
    if best.score <= 0:
        swallowed = text_of(root, silent=NEVER_TEXT)
        return swallowed if prose_letters(swallowed) >= _TOO_LITTLE else text_of(root)
    pruned = frozenset(block.node.mem_id for block in _all_blocks(best) if block is not best and _is_surrounding(block))
    return text_of(best.node, skip=pruned) or text_of(root)


def prose_letters(text: str) -> int:
    """Letters of `text` that stand in lines with sentences.

    >>> prose_letters("新闻 财经\\n今天上午九时，区水务局召开会议，部署供水保障工作。")
    25
    """
    return sum(len(line) for line in text.split("\n") if len(line) >= 20 and _SENTENCE.search(line))


def _is_surrounding(block: Block) -> bool:
    return block.outside or (block.linked > 0 and block.score < 0 and block.linked * 2 >= block.letters)


def _all_blocks(top: Block) -> list[Block]:
    found, stack = [], [top]
    while stack:
        block = stack.pop()
        found.append(block)
        stack.extend(reversed(block.blocks))
    return found


def _inside_blocks(top: Block) -> list[Block]:
    """The blocks that may be a body: none that is known to be surroundings, nor anything within one."""
    found, stack = [], [top]
    while stack:
        block = stack.pop()
        found.append(block)
        stack.extend(one for one in reversed(block.blocks) if not one.outside)
    return found


def measure(root: LexborNode) -> Block:
    """The page's blocks with their scores."""
    top = Block(node=root)
    path, line = [top], _Line()
    stack: list[tuple[LexborNode, bool, bool]] = [(child, False, False) for child in reversed(list(root.iter(include_text=True)))]
    while stack:
        node, leaving, linked = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            (line.linked if linked else line.plain).append(node.text_content or "")
        elif tag[:1] in ("-", "!", "_") or tag in SILENT:
            continue
        elif leaving:
            line = _end_line(path[-1], line)
            _close(path)
        elif not is_hidden(node):
            if tag in BLOCKS:
                line = _end_line(path[-1], line)
            if tag in BLOCKS and tag != "br":
                path.append(Block(node=node, outside=_outside(node, tag)))
                stack.append((node, True, linked))
            stack.extend((child, False, linked or tag == "a") for child in reversed(list(node.iter(include_text=True))))
    _end_line(top, line)
    return top


def _close(path: list[Block]) -> None:
    block = path.pop()
    parent = path[-1]
    parent.blocks.append(block)
    parent.letters += block.letters
    parent.linked += block.linked
    if not block.outside:
        parent.score += block.score


def _names(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"


def _named_body(node: LexborNode) -> bool:
    return node.attributes.get("itemprop") == "articleBody" or bool(_BODY_NAMES.search(_names(node)))


def _outside(node: LexborNode, tag: str) -> bool:
    if tag in _OUTSIDE or tag in ("article", "main"):  # a post's own classes name its tags and categories
        return tag in _OUTSIDE
    return bool(_SURROUNDINGS.search(_names(node))) and not _named_body(node)


def _end_line(block: Block, line: _Line) -> _Line:
    """Adds the line's score to its block; a fresh line."""
    if not line.plain and not line.linked:
        return line
    plain = "".join(line.plain)
    letters, linked = len(_LETTER.findall(plain)), len(_LETTER.findall("".join(line.linked)))
    block.letters += letters + linked
    block.linked += linked
    if letters or linked:
        block.score += _line_score(plain, letters, linked)
    return _Line()


def _line_score(plain: str, letters: int, linked: int) -> float:
    """Letters of prose for, letters of links and of loose words against."""
    marks = len(_SENTENCE.findall(plain))
    if linked > letters:
        return -1.5 * linked
    if marks and letters >= 10:
        return letters + 5.0 * min(marks, letters / 8) - linked
    return 0.3 * letters - linked if letters >= 20 else -2.0 - 0.3 * letters - linked
