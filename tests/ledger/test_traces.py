"""By what a post is recognised: its spellings in pages and files, and what is too short to tell."""

import io
import zipfile

import pytest

from ledger.traces import Traces, traces_of
from tests.makers import a_post

TITLE = "先锋街道<停水>三天 & 无人管"
URL = "http://a.example/read.php?tid=12345&page=2"
TRACES = traces_of([a_post(url=URL, title=TITLE, text="电话13900000000的住户说家里停水三天")])


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TITLE.encode(),
        TITLE.encode("gb18030"),
        "先锋街道&lt;停水&gt;三天 &amp; 无人管".encode(),
        URL.encode(),
        b"<a href='/read.php?tid=12345&amp;page=2'>",
        b"u=http%3A%2F%2Fa.example%2Fread.php%3Ftid%3D12345%26page%3D2",
        TITLE.encode("unicode_escape"),
        "电话〔电话〕的住户说家里停水三天".encode(),
        zipped(TITLE.encode()),
    ],
)
def test_every_spelling_is_seen(content: bytes) -> None:
    assert TRACES.in_bytes(content)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 damaged", zipped(b"other"), "先锋街道停电三天".encode()])
def test_what_does_not_show_it_is_left(content: bytes) -> None:
    assert not TRACES.in_bytes(content)


def test_short_words_tell_nothing() -> None:
    assert traces_of([a_post(url="http://a.example/1", title="停水", text="停水了")]).words == ("http://a.example/1",)


def test_nothing_shows_nothing() -> None:
    assert not Traces(()).in_text("停水")


def test_a_long_thread_is_known_by_its_first_floors() -> None:
    floors = [a_post(f"p{n}", url=URL, title=TITLE, text=f"第{n:05d}楼反映停水三天无人管的情况", floor=n) for n in range(500)]
    assert len(traces_of(floors).words) < 30
