"""Lines of keys in a TOML file, from a parser that has positions (pydantic and tomllib give none)."""

from collections import defaultdict
from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]
_LANGUAGE = Language(tree_sitter_toml.language())
_KEYS = {"bare_key", "quoted_key", "dotted_key"}


def positions(text: str) -> dict[Path, int]:
    """Key path → line (from 1). Array tables count their elements, nested ones too: ("unit", 3, "contact", 0, "email").

    >>> positions('a = 1\\n[[unit]]\\nid = "住建局"\\n')[("unit", 0, "id")]
    3
    """
    found: dict[Path, int] = {}
    counts: dict[Path, int] = defaultdict(int)
    for node in Parser(_LANGUAGE).parse(text.encode()).root_node.children:
        if node.type == "pair":
            _pair(node, (), found)
        elif node.type in ("table", "table_array_element"):
            _table(node, found, counts)
    return found


def line_of(path: Path, known: dict[Path, int]) -> int:
    """The line of `path`, or of its nearest known parent; 1 when none is known.

    >>> line_of(("unit", 0, "group"), {("unit", 0): 7})
    7
    """
    while path and path not in known:
        path = path[:-1]
    return known.get(path, 1)


def spelled(path: Path) -> str:
    """The path as a person writes it.

    >>> spelled(("unit", 3, "contact", 0, "email"))
    'unit[3].contact[0].email'
    """
    words = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(words).lstrip(".") or "(file)"


def _table(node: Node, found: dict[Path, int], counts: dict[Path, int]) -> None:
    head = _inside_last(_key(next(c for c in node.children if c.type in _KEYS)), counts)
    if node.type == "table_array_element":
        found.setdefault(head, node.start_point.row + 1)
        counts[head] += 1
        head = (*head, counts[head] - 1)
    found[head] = node.start_point.row + 1
    for child in node.children:
        if child.type == "pair":
            _pair(child, head, found)


def _inside_last(head: Path, counts: dict[Path, int]) -> Path:
    """[[unit.contact]] belongs to the newest [[unit]]: every proper prefix that is an array table gets its last index."""
    path: Path = ()
    for step in head[:-1]:
        path = (*path, step)
        if counts.get(path):
            path = (*path, counts[path] - 1)
    return (*path, head[-1])


def _pair(node: Node, head: Path, found: dict[Path, int]) -> None:
    path = (*head, *_key(node.children[0]))
    found[path] = node.start_point.row + 1
    _value(node.children[-1], path, found)


def _value(node: Node, path: Path, found: dict[Path, int]) -> None:
    if node.type == "inline_table":
        for child in (c for c in node.children if c.type == "pair"):
            _pair(child, path, found)
    elif node.type == "array":
        for index, child in enumerate(c for c in node.named_children if c.type != "comment"):
            found[(*path, index)] = child.start_point.row + 1
            _value(child, (*path, index), found)


def _key(node: Node) -> Path:
    return tuple(_parts(node))


def _parts(node: Node) -> Iterator[str]:
    if node.type == "dotted_key":
        for child in node.named_children:
            yield from _parts(child)
    else:
        yield (node.text or b"").decode().strip("\"'")
