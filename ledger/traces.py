"""Traces (痕迹): by what a post can be recognised in other texts and bytes once it is to be forgotten."""

import html
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from records.masking import mask
from records.post import Post

ERASED = "〔已删除〕"
TITLE_LEAST, TEXT_LEAST, TEXT_SHOWN, FLOORS = 6, 12, 24, 20  # characters; shorter ones stand in texts that have nothing to do with the post
_ENCODINGS = ("utf-8", "gb18030")


@dataclass(frozen=True, slots=True)
class Traces:
    """The strings that give posts away, longest first: address, title, how the text begins; each also masked, as notices show it."""

    words: tuple[str, ...]

    def in_text(self, text: str) -> bool:
        """Whether any stands in `text`."""
        return any(word in text for word in self.words)

    def in_bytes(self, content: bytes) -> bool:
        """Whether any stands in a page or file, in UTF-8 or GB18030, bare or as HTML writes it; zipped (Word, Excel) ones are looked into."""
        parts = _members(content) if content.startswith(b"PK\x03\x04") else (content,)
        return any(form in part for part in parts for form in self._forms())

    def _forms(self) -> Iterable[bytes]:
        for word in self.words:
            for spelled in dict.fromkeys((word, html.escape(word), quote(word, safe=""), word.encode("unicode_escape").decode())):
                yield from dict.fromkeys(spelled.encode(encoding, "replace") for encoding in _ENCODINGS)

    def out_of(self, text: str) -> str:
        """`text` with each replaced.

        >>> Traces(("先锋街道停水三天",)).out_of("作者要求删除“先锋街道停水三天”")
        '作者要求删除“〔已删除〕”'
        """
        for word in self.words:
            text = text.replace(word, ERASED)
        return text


def traces_of(posts: Sequence[Post]) -> Traces:
    """The traces of posts: of a long thread, the beginnings of its first floors only; its pages are known by address and title."""
    found: dict[str, None] = {}
    for place, post in enumerate(posts):
        beginning = post.text.strip()[:TEXT_SHOWN] if place < FLOORS else ""
        texts = [text for text, least in ((post.title.strip(), TITLE_LEAST), (beginning, TEXT_LEAST)) if len(text) >= least]
        found |= dict.fromkeys([post.url, _address(post.url), *texts, *map(mask, texts)])
    return Traces(tuple(sorted((word for word in found if word), key=len, reverse=True)))


def _address(url: str) -> str:
    """Path and query, as a page of the same site links it; "" where that is too short to tell."""
    parts = urlsplit(url)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return address if len(address) >= TEXT_LEAST else ""


def _members(content: bytes) -> Iterable[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [archive.read(name) for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):  # damaged, an unknown method, a password
        return (content,)
