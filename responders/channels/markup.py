"""Markup (版式) for group robots: a notice as lines in which nothing of ours or of the public's can act as markup or as @所有人.

Only http(s) addresses become links. What could open a tag, a link, an image, a mention or a heading is replaced by its full-width twin:
it reads the same and does nothing.
"""

import re
import unicodedata

from records.notice import Notice

_TWINS = str.maketrans({
    "<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "_": "＿", "`": "｀", "~": "～", "#": "＃", "@": "＠", "|": "｜",
    "!": "！", "\\": "＼",
})  # fmt: skip
_TAGS = str.maketrans({"<": "＜", ">": "＞", "@": "＠"})
_LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]*[A-Za-z0-9\-_~/#=&%]")  # a full stop behind it is not part of it
_HIDDEN = frozenset({"Cc", "Cs", "Cn"})


def lines_of(notice: Notice) -> list[str]:
    """Subject and text as clean lines: no control characters, no lone surrogates, at most one blank line in a row."""
    found: list[str] = []
    for line in [_visible(notice.subject), *(_visible(part) for part in notice.text.splitlines())]:
        if line or (found and found[-1]):
            found.append(line)
    return found[:-1] if found and not found[-1] else found


def _visible(line: str) -> str:
    return "".join(" " if c.isspace() else c for c in line if c.isspace() or unicodedata.category(c) not in _HIDDEN).rstrip()


def markdown(line: str) -> str:
    """The line for 企业微信 and 钉钉 markdown.

    >>> markdown("<@all> **停水** 见 http://a.example/x_1")
    '＜＠all＞ ＊＊停水＊＊ 见 [http://a.example/x_1](http://a.example/x_1)'
    """
    found, end = [], 0
    for link in _LINK.finditer(line):
        found += [line[end : link.start()].translate(_TWINS), f"[{link[0]}]({link[0]})"]
        end = link.end()
    return _unlisted("".join([*found, line[end:].translate(_TWINS)]))


def _unlisted(line: str) -> str:
    """A line that starts like a list, a rule or a quotation says so to the renderer no more."""
    return re.sub(r"^(\s*)([-+=])(?=[\s\-+=]|$)", lambda m: m[1] + {"-": "－", "+": "＋", "=": "＝"}[m[2]], line)


def plain(line: str) -> str:
    """The line for 飞书 text, where only <at …> acts; addresses stay as they are and are linked by the reader.

    >>> plain('<at user_id="all">所有人</at>')
    '＜at user_id="all"＞所有人＜/at＞'
    """
    found, end = [], 0
    for link in _LINK.finditer(line):
        found += [line[end : link.start()].translate(_TAGS), link[0]]
        end = link.end()
    return "".join([*found, line[end:].translate(_TAGS)])
