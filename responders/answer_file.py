"""Answer file (反馈单文件): a draft as TOML that a person edits. Valid TOML whatever the facts hold; blanks stay visible."""

from collections.abc import Iterable

from responders.drafts import STATEMENTS, Draft, blank
from responders.masking import clean

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_REMARKS = {"channel": "  # 公开渠道，如 区政府网站", "withheld_why": "  # 不是主动公开的，写明理由"}


def quoted(text: str) -> str:
    """A TOML basic string; a lone surrogate, which no TOML file can hold, becomes �.

    >>> print(quoted('他说"停水"\\n三天'))
    "他说\\"停水\\"\\n三天"
    """
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if c in _ESCAPES:
        return _ESCAPES[c]
    if "\ud800" <= c <= "\udfff":
        return "\ufffd"
    return f"\\u{ord(c):04x}" if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 else c


def as_toml(draft: Draft, *, machine_text: str = "") -> str:
    """The file. `machine_text` is a language model's proposal for the text (机器草稿), kept in a key of its own comment, never in a statement."""
    head = [f"# {draft.case_number} 回应口径草稿", *(f"# {clean(note)}" for note in draft.notes)]
    head += [f"# 机器草稿（须人工核实，不进入正文）：{clean(line)}" for line in machine_text.splitlines() if line.strip()]
    rows = [("form", draft.form), ("finding", blank("属实、部分属实、不实、无法核实 之一")), ("title", draft.title), ("text", draft.text)]
    rows += [("channel", ""), ("disclosure", blank("主动公开、部分公开、依申请公开、不予公开 之一")), ("withheld_why", "")]
    lines = [*head, "", *(f"{key} = {quoted(value)}{_REMARKS.get(key, '')}" for key, value in rows)]
    lines += ["measures = []", f"cites = {_array(draft.cites)}"]
    for key, name in STATEMENTS.items():
        table = [f"[{key}]  # {name}{_sources(draft, key)}", f"text = {quoted(draft.text_of(key))}"]
        lines += ["", *table, 'not_applicable = ""']
    lines += ["", "[proof]", *(f"{key} = {quoted(draft.text_of(key))}" for key in draft.proof)]
    return "\n".join(lines) + "\n"


def _array(values: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(v) for v in values) + "]"


def _sources(draft: Draft, key: str) -> str:
    found = dict.fromkeys(clean(s.source) for s in draft.parts[key] if s.source)
    return f"；事实出处：{'、'.join(found)}" if found else ""
